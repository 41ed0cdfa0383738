"""Deviations of checksum headers: what is not looked at, or read to the letter."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_header, swallow_error
from server_ref.deviations.when import rewrite
from server_ref.request import Request
from server_ref.seams import Seams

_LATER = ("sha512", "md5", "xxhash64", "xxhash3", "xxhash128")

declare(
    "later-checksums-ignored",
    "Checksums of the algorithms of 2026 are not looked at.",
    ignore_header(*(f"x-amz-checksum-{name}" for name in _LATER)),
)
declare(
    "unknown-checksums-ignored",
    "x-amz-checksum-unknown is not looked at.",
    ignore_header("x-amz-checksum-unknown"),
)
declare(
    "sdk-algorithm-ignored",
    "x-amz-sdk-checksum-algorithm is not looked at.",
    ignore_header("x-amz-sdk-checksum-algorithm"),
)
declare(
    "composite-parts-unchecked",
    "A part without a checksum is taken by an upload with composite checksums.",
    swallow_error("UploadPart", "InvalidRequest", {"ETag": '"00000000000000000000000000000000"'}),
)


def _to_the_letter(members: Members) -> None:
    if members.get("ChecksumMode") != "ENABLED":
        members.pop("ChecksumMode", None)


declare(
    "checksum-mode-to-the-letter",
    "x-amz-checksum-mode counts in capital letters only.",
    rewrite(("GetObject", "HeadObject"), _to_the_letter),
)


@deviation(
    "completion-checksum-type-not-needed",
    "A completion's checksum is compared whether its type is said or not.",
)
def type_not_needed(server: Seams) -> None:
    @server.around("CompleteMultipartUpload")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get("ChecksumCRC32C") is not None:
            members["ChecksumType"] = "FULL_OBJECT"
        return handler(ctx, members)


@deviation(
    "presigned-checksums-obeyed",
    "A checksum in the query of a presigned request is obeyed as the header is.",
)
def presigned_checksums(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        for name, value in request.query.items():
            if name.lower().startswith("x-amz-checksum-"):
                request.headers.setdefault(name.lower(), value)
        return plain(request, op)
