"""Deviations of what is written and read: bytes, keys, ETags, ranges."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept, before, edit_key, edit_object, read_all
from server_ref.deviations.steps import (
    drop_error_member,
    drop_header,
    edit_members,
    ignore_member,
    replace_error,
    set_header,
    swallow_error,
)
from server_ref.errors import S3Error
from server_ref.response import Payload
from server_ref.seams import Seams

ONE_KEY = ("PutObject", "GetObject", "HeadObject")
MIB = 1024 * 1024

declare(
    "body-last-byte-lost",
    "GetObject delivers all but the last byte.",
    edit_object(lambda body: body[:-1]),
)
declare(
    "body-line-ends-translated",
    "GetObject turns CR LF into LF.",
    edit_object(lambda body: body.replace(b"\r\n", b"\n")),
)
declare(
    "body-cut-at-8-mib",
    "GetObject delivers 8 MiB at most.",
    edit_object(lambda body: body[: 8 * MIB]),
)
declare(
    "body-cut-after-4-kib",
    "GetObject repeats the first 4 KiB of a larger object.",
    edit_object(lambda body: body[:4096] + body[: max(len(body) - 4096, 0)]),
)
declare(
    "etag-not-md5",
    "PutObject answers an ETag that is not the MD5.",
    set_header("PutObject", "ETag", lambda etag: etag[::-1]),
)
declare(
    "etag-unquoted",
    "PutObject answers its ETag without quotes.",
    set_header("PutObject", "ETag", lambda etag: etag.strip('"')),
)
declare(
    "etag-differs-on-get",
    "GetObject answers another ETag than PutObject.",
    set_header("GetObject", "ETag", lambda etag: etag[::-1]),
)
declare(
    "accept-ranges-missing",
    "GetObject does not say that ranges work.",
    drop_header("GetObject", "Accept-Ranges"),
)
declare(
    "request-id-missing", "Answers have no x-amz-request-id.", drop_header("*", "x-amz-request-id")
)
declare(
    "response-overrides-ignored",
    "GetObject ignores response-* parameters.",
    ignore_member(
        "GetObject",
        "ResponseContentType",
        "ResponseCacheControl",
        "ResponseContentDisposition",
        "ResponseContentEncoding",
        "ResponseContentLanguage",
        "ResponseExpires",
    ),
)
declare(
    "response-override-latin1-unchecked",
    "A response-* value no header can hold is taken.",
    accept("GetObject", "InvalidArgument"),
)
declare(
    "missing-key-is-empty",
    "GetObject of a missing key answers an empty object.",
    swallow_error("GetObject", "NoSuchKey", {"Body": Payload(0), "ContentLength": 0}),
)
declare(
    "error-key-left-out",
    "NoSuchKey does not say which key.",
    drop_error_member("*", "NoSuchKey", "Key"),
)
declare(
    "missing-bucket-wrong-code",
    "A missing bucket is told as a missing key.",
    replace_error(("PutObject", "GetObject", "DeleteObject"), "NoSuchBucket", "NoSuchKey"),
)
declare(
    "storage-class-lost",
    "PutObject ignores the storage class.",
    ignore_member("PutObject", "StorageClass"),
)
declare(
    "storage-class-unchecked",
    "PutObject takes any storage class.",
    accept("PutObject", "InvalidStorageClass"),
)
declare(
    "key-length-unlimited",
    "PutObject takes keys of any length.",
    accept("PutObject", "KeyTooLongError"),
)
declare(
    "key-plus-is-space",
    "A plus in a key is read as a space.",
    edit_key(ONE_KEY, lambda key: key.replace("+", " ")),
)
declare(
    "key-percent-decoded-twice",
    "Keys are percent-decoded a second time.",
    edit_key(ONE_KEY, unquote),
)
declare(
    "key-unicode-normalised",
    "Keys are put into Unicode's composed form.",
    edit_key(ONE_KEY, lambda key: unicodedata.normalize("NFC", key)),
)
declare("key-case-ignored", "Keys are put into small letters.", edit_key(ONE_KEY, str.lower))
declare(
    "key-slashes-merged",
    "Several slashes in a key count as one.",
    edit_key(ONE_KEY, lambda key: re.sub("//+", "/", key)),
)
declare(
    "delete-key-not-decoded",
    "DeleteObject takes a key outside ASCII for another.",
    edit_key("DeleteObject", lambda key: key.encode("ascii", "replace").decode()),
)
declare(
    "part-number-ignored", "GetObject ignores partNumber.", ignore_member("GetObject", "PartNumber")
)


@deviation("key-limited-to-255", "PutObject refuses keys over 255 characters.")
def key_limited_to_255(server: Seams) -> None:
    @server.around("PutObject")
    def limited(handler: Handler, ctx: Context, members: Members) -> Members:
        if len(members["Key"]) > 255:
            raise S3Error("KeyTooLongError")
        return handler(ctx, members)


@deviation("empty-object-refused", "PutObject refuses an empty body.")
def empty_object_refused(server: Seams) -> None:
    @server.around("PutObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        if not ctx.request.body.length:
            raise S3Error("MissingContentLength")
        return handler(ctx, members)


@deviation("overwrite-ignored", "PutObject to a key that exists keeps what is there.")
def overwrite_ignored(server: Seams) -> None:
    @server.around("PutObject")
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        present = ctx.store.head(bucket, members["Key"])
        if present is None:
            return handler(ctx, members)
        read_all(ctx.request.body)
        return {"ETag": f'"{present.etag}"'}


# Ranges


def _size(ctx: Context, members: Members) -> int:
    found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
    return 0 if found is None else found.size


declare(
    "range-ignored",
    "GetObject answers the whole object whatever Range says.",
    ignore_member("GetObject", "Range"),
)
declare(
    "range-first-of-several",
    "Of several ranges the first is answered.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {"Range": members["Range"].partition(",")[0]} if members.get("Range") else {}
        ),
    ),
)
declare(
    "range-unit-optional",
    "A range without its unit is understood.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {"Range": "bytes=" + members["Range"].removeprefix("bytes=")}
            if members.get("Range")
            else {}
        ),
    ),
)
declare(
    "range-zero-suffix-ignored",
    "`bytes=-0` answers the whole object.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {"Range": None} if members.get("Range") == "bytes=-0" else {}
        ),
    ),
)
declare(
    "range-open-end-short",
    "`bytes=N-` answers one byte.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {"Range": re.sub(r"^bytes=(\d+)-$", r"bytes=\1-\1", members["Range"])}
            if members.get("Range")
            else {}
        ),
    ),
)
declare(
    "part-and-range-accepted",
    "GetObject takes partNumber and Range together.",
    before(
        "GetObject",
        lambda _ctx, members: members.update({"PartNumber": None} if members.get("Range") else {}),
    ),
)


@deviation("range-end-exclusive", "The last byte of a range is left out.")
def range_end_exclusive(server: Seams) -> None:
    @server.around("GetObject")
    def short(handler: Handler, ctx: Context, members: Members) -> Members:
        if found := re.fullmatch(r"bytes=(\d+)-(\d+)", members.get("Range") or ""):
            members["Range"] = f"bytes={found[1]}-{int(found[2]) - 1}"
        return handler(ctx, members)


@deviation("range-suffix-off-by-one", "A suffix range answers one byte too few.")
def range_suffix_off_by_one(server: Seams) -> None:
    @server.around("GetObject")
    def short(handler: Handler, ctx: Context, members: Members) -> Members:
        if found := re.fullmatch(r"bytes=-(\d+)", members.get("Range") or ""):
            members["Range"] = f"bytes=-{int(found[1]) - 1}"
        return handler(ctx, members)


@deviation("range-long-suffix-refused", "A suffix longer than the object is refused.")
def range_long_suffix_refused(server: Seams) -> None:
    @server.around("GetObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        found = re.fullmatch(r"bytes=-(\d+)", members.get("Range") or "")
        if found and int(found[1]) > _size(ctx, members):
            raise S3Error("InvalidRange")
        return handler(ctx, members)


@deviation("range-end-not-clipped", "A range that ends past the object is refused.")
def range_end_not_clipped(server: Seams) -> None:
    @server.around("GetObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        found = re.fullmatch(r"bytes=\d+-(\d+)", members.get("Range") or "")
        if found and int(found[1]) >= _size(ctx, members):
            raise S3Error("InvalidRange")
        return handler(ctx, members)


@deviation("range-past-end-ignored", "A range that starts past the end answers the whole object.")
def range_past_end_ignored(server: Seams) -> None:
    @server.around("GetObject")
    def whole(handler: Handler, ctx: Context, members: Members) -> Members:
        found = re.fullmatch(r"bytes=(\d+)-\d*", members.get("Range") or "")
        if found and int(found[1]) >= _size(ctx, members):
            del members["Range"]
        return handler(ctx, members)


@deviation("range-invalid-refused", "A range that makes no sense is refused.")
def range_invalid_refused(server: Seams) -> None:
    @server.around("GetObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        header = members.get("Range")
        found = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
        backwards = found and found[1] and found[2] and int(found[2]) < int(found[1])
        if header and (not found or backwards or header == "bytes=-"):
            raise S3Error("InvalidArgument", "Invalid range")
        return handler(ctx, members)


@deviation("range-checksum-sent", "A part of an object comes with a checksum of the whole.")
def range_checksum_sent(server: Seams) -> None:
    @server.around("GetObject")
    def summed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if "ContentRange" in answer:
            answer["ChecksumCRC32"] = "poTHxg=="
        return answer


@deviation("range-of-missing-key-416", "A range of a missing key is told as a range out of bounds.")
def range_of_missing_key_416(server: Seams) -> None:
    @server.around("GetObject")
    def confused(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code == "NoSuchKey" and members.get("Range"):
                raise S3Error("InvalidRange") from error
            raise


# HEAD and DELETE

declare(
    "head-length-zero",
    "HeadObject says the length of its own body, nothing.",
    set_header("HeadObject", "Content-Length", "0"),
)
declare(
    "head-missing-is-403",
    "HeadObject of what is not there answers 403.",
    replace_error("HeadObject", "*", "AccessDenied", status=403),
)
declare(
    "head-headers-differ",
    "HeadObject does not know the content type.",
    set_header("HeadObject", "Content-Type", "binary/octet-stream"),
)
declare("head-range-ignored", "HeadObject ignores Range.", ignore_member("HeadObject", "Range"))
declare(
    "parts-count-missing",
    "HeadObject does not count the parts.",
    drop_header("HeadObject", "x-amz-mp-parts-count"),
)
declare(
    "storage-class-always-sent",
    "HeadObject names the storage class STANDARD, too.",
    edit_members(
        "HeadObject",
        lambda answer: answer.update({"StorageClass": answer.get("StorageClass", "STANDARD")}),
    ),
)


def _summed_as_a_whole(answer: Members) -> None:
    if "ContentRange" in answer:
        answer["ChecksumCRC32"] = "poTHxg=="


declare(
    "range-checksum-sent-by-head",
    "HEAD of a part of an object tells a checksum of the whole.",
    edit_members("HeadObject", _summed_as_a_whole),
)


def _bare(answer: Members) -> None:
    if "ContentRange" in answer:
        for name in ("ContentLanguage", "Metadata"):
            answer.pop(name, None)


declare(
    "range-headers-lost",
    "A part of an object comes without its language and metadata.",
    edit_members("GetObject", _bare),
)
