"""What AIStore does not verify: signatures, hashes, checksums, and headers it does not know."""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.auth.payload import UNSIGNED_CHUNKS_TRAILER
from server_ref.context import Members
from server_ref.deviations.aistore import differs
from server_ref.request import Request
from server_ref.seams import Parse, Seams

_SIGNING = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "X-Amz-Content-Sha256",
    "AWSAccessKeyId",
    "Signature",
    "Expires",
)
_SOURCE = "x-amz-copy-source"
_digits = re.compile(r"\d{1,19}", re.ASCII).fullmatch
_DIGESTS = ("content-md5", "x-amz-trailer", "x-amz-checksum-", "x-amz-sdk-checksum-")
_KNOWN = frozenset(
    {
        "x-amz-content-sha256",
        _SOURCE,
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "content-md5",
    }
)
# Copies have conditions of their own; keys of their source (SSE-C) are not among them.
_LOOKED_AT = ("x-amz-meta-", "x-amz-checksum-", "x-amz-copy-source-if-")
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


@differs("ais-signatures-ignored", "Whoever asks is answered; a signature is not looked at.")
def ais_signatures_ignored(server: Seams) -> None:
    server.change_settings(anonymous=True)

    @server.on_request
    def unsigned(request: Request) -> None:
        request.headers.pop("authorization", None)
        request.headers.pop("x-amz-security-token", None)
        for name in _SIGNING:
            request.query.pop(name, None)
        if request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
            request.headers["x-amz-content-sha256"] = UNSIGNED_CHUNKS_TRAILER
            request.headers.pop("x-amz-trailer", None)
            if not _digits(request.headers.get("x-amz-decoded-content-length", "")):
                request.headers["x-amz-decoded-content-length"] = "0"


@differs("ais-digests-ignored", "Content-MD5 and checksums of a body are not looked at.")
def ais_digests_ignored(server: Seams) -> None:
    server.lenient("payload_hash", "document_digests")

    @server.around_parse
    def without(parse: Parse, request: Request, operation: str) -> Members:
        _drop(request, lambda name: name.startswith(_DIGESTS))
        return parse(request, operation)


@differs("ais-chunks-unverified", "aws-chunked is decoded, and not verified.")
def ais_chunks_unverified(server: Seams) -> None:
    server.lenient(
        "chunk_signatures", "trailer_signature", "trailers", "decoded_length", "chunk_sizes"
    )


@differs("ais-conditions-ignored", "If-Match and its kind are not looked at.")
def ais_conditions_ignored(server: Seams) -> None:
    @server.around_parse
    def without(parse: Parse, request: Request, operation: str) -> Members:
        _drop(request, lambda name: name in _CONDITIONS)
        return parse(request, operation)


@differs("ais-headers-unknown", "x-amz-* headers are not looked at, but for the source of a copy.")
def ais_headers_unknown(server: Seams) -> None:
    @server.on_request
    def of_a_copy(request: Request) -> None:
        """An empty source is none, and only what is written has one."""
        source = request.headers.get(_SOURCE)
        if not source or request.method != "PUT" or request.key is None:
            request.headers.pop(_SOURCE, None)

    @server.around_parse
    def without(parse: Parse, request: Request, operation: str) -> Members:
        _drop(
            request,
            lambda name: (
                name.startswith("x-amz-") and name not in _KNOWN and not name.startswith(_LOOKED_AT)
            ),
        )
        return parse(request, operation)


def _drop(request: Request, unwanted: Callable[[str], bool]) -> None:
    for name in [name for name in request.headers if unwanted(name)]:
        del request.headers[name]
