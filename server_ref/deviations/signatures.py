"""Deviations of authentication: signatures in the header, in the query, and over chunks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import accept, before
from server_ref.deviations.steps import change_settings, ignore_member, lenient, refuse
from server_ref.errors import S3Error
from server_ref.request import BodyReader
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

declare("signature-unverified", "Signatures are not verified.", lenient("signature"))
declare("unknown-access-key-accepted", "Any access key is taken.", lenient("access_key"))
declare("session-token-ignored", "Any session token is taken.", lenient("session_token"))
declare(
    "anonymous-let-in",
    "Unsigned requests are those of the first account.",
    change_settings(anonymous=True),
)
declare("clock-skew-ignored", "Signed requests are good for ever.", lenient("clock_skew"))
declare("region-unchecked", "Signatures for any region are taken.", lenient("region"))
declare(
    "payload-hash-optional",
    "x-amz-content-sha256 may be missing.",
    accept("*", "InvalidRequest", "x-amz-content-sha256"),
)
declare("payload-hash-unverified", "The body is not held to its hash.", lenient("payload_hash"))
declare(
    "unsigned-headers-accepted", "x-amz-* headers need not be signed.", lenient("signed_headers")
)
declare(
    "listing-of-buckets-refused", "ListBuckets is refused.", refuse("ListBuckets", "AccessDenied")
)
declare("expiry-ignored", "A presigned request is good for ever.", lenient("expiry"))
declare(
    "presigned-future-accepted",
    "A presigned request is good before its time.",
    lenient("not_before"),
)
declare(
    "expiry-limit-ignored",
    "A presigned request may be good for more than a week.",
    lenient("expiry_limit"),
)
declare(
    "presigned-parameters-optional",
    "Parameters of a presigned request may be missing.",
    accept("*", "AuthorizationQueryParametersError", "requires the X-Amz-Algorithm"),
)
declare(
    "credential-form-unchecked",
    "X-Amz-Credential may have any form.",
    accept("*", "AuthorizationQueryParametersError", "mal-formed"),
)


def _mismatch_where(pattern: str) -> Change:
    """A request whose target matches is told that its signature is wrong."""

    def change(ctx: Context, _members: Members) -> None:
        if re.search(pattern, ctx.request.target):
            raise S3Error("SignatureDoesNotMatch")

    return before("*", change)


declare("path-encoded-twice", "The canonical path is encoded twice.", _mismatch_where(r"^[^?]*%"))
declare(
    "query-not-sorted",
    "The canonical query keeps the order of the request.",
    _mismatch_where(r"\?prefix=.*&max-keys=.*&list-type="),
)


@deviation("header-spaces-kept", "Runs of spaces in a signed header are not folded.")
def header_spaces_kept(server: Seams) -> None:
    @server.around("*")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        headers = ctx.request.headers.items()
        if any(name.startswith("x-amz-") and "  " in value for name, value in headers):
            raise S3Error("SignatureDoesNotMatch")
        return handler(ctx, members)


@deviation("clock-skew-not-tolerated", "A clock that is a minute wrong is refused.")
def clock_skew_not_tolerated(server: Seams) -> None:
    @server.around("*")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        stamp = ctx.request.headers.get("x-amz-date")
        if stamp is not None:
            then = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            if abs(ctx.clock() - then) > timedelta(minutes=1):
                raise S3Error("RequestTimeTooSkewed")
        return handler(ctx, members)


@deviation(
    "garbled-authorization-is-500", "An Authorization header that is none breaks the server."
)
def garbled_authorization_is_500(server: Seams) -> None:
    @server.on_response("*")
    def broken(exchange: Exchange, response: Response) -> None:
        header = exchange.request.headers.get("authorization")
        if header is not None and "Credential=" not in header:
            response.status = 500


def _refuse_payload(kind: str) -> Change:
    def change(ctx: Context, _members: Members) -> None:
        if ctx.request.headers.get("x-amz-content-sha256") == kind:
            raise S3Error("NotImplemented", Header="x-amz-content-sha256")

    return before(("PutObject", "UploadPart"), change)


declare(
    "unsigned-payload-refused", "UNSIGNED-PAYLOAD is refused.", _refuse_payload("UNSIGNED-PAYLOAD")
)
declare("signed-chunks-refused", "Signed chunks are refused.", _refuse_payload(SIGNED))
declare("signed-trailer-refused", "Signed trailers are refused.", _refuse_payload(SIGNED_TRAILER))
declare(
    "unsigned-trailer-refused", "Unsigned trailers are refused.", _refuse_payload(UNSIGNED_TRAILER)
)


# Presigned requests


def _refuse_presigned(operation: str) -> Change:
    def change(ctx: Context, _members: Members) -> None:
        if "Signature=" in ctx.request.target:  # X-Amz-Signature is version 4's, this version 2's
            raise S3Error("AccessDenied")

    return before(operation, change)


for _name, _operation in (
    ("get", "GetObject"),
    ("put", "PutObject"),
    ("head", "HeadObject"),
    ("delete", "DeleteObject"),
    ("list", "ListObjectsV2"),
):
    declare(
        f"presigned-{_name}-refused",
        f"A presigned {_operation} is refused.",
        _refuse_presigned(_operation),
    )


@deviation("presigned-metadata-lost", "Metadata of a presigned PUT is lost.")
def presigned_metadata_lost(server: Seams) -> None:
    @server.around("PutObject")
    def lost(handler: Handler, ctx: Context, members: Members) -> Members:
        if "X-Amz-Signature=" in ctx.request.target:
            members.pop("Metadata", None)
        return handler(ctx, members)


# Chunks and trailers

declare(
    "chunk-signatures-unverified",
    "Signatures of chunks are not verified.",
    lenient("chunk_signatures"),
)
declare(
    "trailer-signature-unverified",
    "The signature of a trailer is not verified.",
    lenient("trailer_signature"),
)
declare("chunk-sizes-unchecked", "Chunks may have any size.", lenient("chunk_sizes"))
declare(
    "decoded-length-ignored",
    "x-amz-decoded-content-length is not verified.",
    lenient("decoded_length"),
)
declare(
    "decoded-length-optional",
    "x-amz-decoded-content-length may be missing.",
    accept("*", "MissingContentLength"),
)
declare(
    "other-codings-lost",
    "Codings beside aws-chunked are lost.",
    ignore_member("PutObject", "ContentEncoding"),
)


class _Forgiving:
    """A body whose trouble counts as its end."""

    def __init__(self, body: BodyReader, codes: tuple[str, ...]) -> None:
        self.length = body.length
        self.trailers = body.trailers
        self._body = body
        self._codes = codes

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Up to ``size`` bytes; b"" at the end or where the body is wrong."""
        try:
            return self._body.read(size)
        except S3Error as error:
            if error.code not in self._codes:
                raise
            return b""


def _forgive(*codes: str) -> Change:
    def change(ctx: Context, _members: Members) -> None:
        ctx.request.headers.pop("x-amz-trailer", None)
        ctx.request.body = _Forgiving(ctx.request.body, codes)

    return before("PutObject", change)


declare(
    "last-chunk-optional",
    "A stream may end without its last chunk.",
    _forgive("IncompleteBody", "MalformedTrailerError", "InvalidRequest"),
)
declare(
    "trailer-optional",
    "A trailer that was announced may be missing.",
    accept("PutObject", "MalformedTrailerError"),
)


@deviation("aws-chunked-kept", "aws-chunked is kept as a Content-Encoding of the object.")
def aws_chunked_kept(server: Seams) -> None:
    streamed: set[tuple[str, str]] = set()

    @server.around("PutObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        if "aws-chunked" in ctx.request.headers.get("content-encoding", ""):
            streamed.add((members["Bucket"], members["Key"]))
        return handler(ctx, members)

    @server.around("HeadObject")
    def shown(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if (members["Bucket"], members["Key"]) in streamed:
            answer["ContentEncoding"] = "aws-chunked"
        return answer
