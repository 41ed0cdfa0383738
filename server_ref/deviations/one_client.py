"""Deviations that only one client notices: each refuses, or spoils, what no other one sends.

What the clients send is seen in any run log. Endpoints have broken in these ways for the users of
one SDK, on one day, while every other client went on working.
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.when import When, refuse_when
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

_SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
_UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_HASH = "x-amz-content-sha256"
_UPLOADS = ("PutObject", "UploadPart")


def _has(name: str, value: str | None = None) -> When:
    """A request with this header (and just this value)."""

    def when(ctx: Context, _members: Members) -> bool:
        got = ctx.request.headers.get(name)
        return got is not None and (value is None or got == value)

    return when


def _both(*conditions: When) -> When:
    return lambda ctx, members: all(one(ctx, members) for one in conditions)


def _neither_signed_nor_digested(ctx: Context, _members: Members) -> bool:
    headers = ctx.request.headers
    digested = any(name.startswith("x-amz-checksum-") for name in headers)
    return (
        headers.get(_HASH) == "UNSIGNED-PAYLOAD" and not digested and "content-md5" not in headers
    )


def _slash_after_the_bucket(ctx: Context, _members: Members) -> bool:
    return ctx.request.target.partition("?")[0].endswith("/")


def _past_the_end(ctx: Context, _members: Members) -> bool:
    """A range of more bytes than any small object has: a client that asks for a piece at a time."""
    unit, _, spec = ctx.request.headers.get("range", "").partition("=0-")
    return unit == "bytes" and spec.isdigit() and int(spec) >= 1 << 20


declare(
    "signed-trailers-refused",
    "A body in signed chunks with a trailer is not implemented.",
    refuse_when(_UPLOADS, "NotImplemented", _has(_HASH, _SIGNED_TRAILER)),
    noticed_by="java",
)
declare(
    "upgrade-refused",
    "A request that offers to upgrade to TLS is refused.",
    refuse_when(("GetObject", "ListObjectsV2"), "InvalidRequest", _has("upgrade")),
    noticed_by="java",
)
declare(
    "unsigned-crc32-trailer-refused",
    "A CRC32 after an unsigned body is not implemented.",
    refuse_when(
        _UPLOADS,
        "NotImplemented",
        _both(_has(_HASH, _UNSIGNED_TRAILER), _has("x-amz-trailer", "x-amz-checksum-crc32")),
    ),
    noticed_by="java-crt",
)
declare(
    "conditional-range-refused",
    "A range of an object on the condition of its ETag fails the condition.",
    refuse_when("GetObject", "PreconditionFailed", _both(_has("range"), _has("if-match"))),
    noticed_by="java-crt",
)
declare(
    "crc64nvme-trailer-unknown",
    "The checksum type CRC64NVME is missing: a trailer of it is refused.",
    refuse_when(_UPLOADS, "InvalidRequest", _has("x-amz-trailer", "x-amz-checksum-crc64nvme")),
    noticed_by="pyarrow",
)
declare(
    "chunked-uploads-refused",
    "A body that is sent in HTTP's chunks is refused, whatever length is said beside it.",
    refuse_when(_UPLOADS, "MissingContentLength", _has("transfer-encoding")),
    noticed_by="pyarrow",
)
declare(
    "signed-chunks-without-trailer-refused",
    "A body in signed chunks without a trailer is not implemented.",
    refuse_when(_UPLOADS, "NotImplemented", _has(_HASH, _SIGNED_CHUNKS)),
    noticed_by="mc",
)
declare(
    "bucket-with-a-slash-refused",
    "DeleteObjects of a bucket with a slash behind its name is refused.",
    refuse_when("DeleteObjects", "MethodNotAllowed", _slash_after_the_bucket),
    noticed_by="js",
)
declare(
    "sha256-of-documents-unknown",
    "The checksum type SHA256 is missing where many objects are deleted.",
    refuse_when("DeleteObjects", "InvalidRequest", _has("x-amz-checksum-sha256")),
    noticed_by="rust",
)
declare(
    "uploads-without-a-digest-refused",
    "An upload that is neither signed nor has a checksum is refused.",
    refuse_when("PutObject", "InvalidRequest", _neither_signed_nor_digested),
    noticed_by="opendal",
)
declare(
    "range-past-the-end-refused",
    "A range of the first many megabytes of a smaller object is refused.",
    refuse_when("GetObject", "InvalidRange", _past_the_end),
    noticed_by="s5cmd",
)
declare(
    "standard-storage-class-refused",
    "An upload that names the storage class STANDARD is refused.",
    refuse_when("PutObject", "InvalidStorageClass", _has("x-amz-storage-class", "STANDARD")),
    noticed_by="s3cmd",
)


@deviation(
    "last-modified-left-out",
    "The answer to a GetObject has no Last-Modified.",
    noticed_by="mc",
)
def last_modified_left_out(server: Seams) -> None:
    @server.on_response("GetObject")
    def leave_out(_exchange: Exchange, response: Response) -> None:
        response.headers.pop("Last-Modified", None)
