"""Deviations of CopyObject and UploadPartCopy."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept, before
from server_ref.deviations.steps import (
    edit_members,
    ignore_member,
    replace_error,
    set_header,
)
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.seams import Seams
from server_ref.storage.records import Version

CONDITIONS = (
    "CopySourceIfMatch",
    "CopySourceIfNoneMatch",
    "CopySourceIfModifiedSince",
    "CopySourceIfUnmodifiedSince",
)


def _source(members: Members) -> tuple[str, str]:
    path = unquote(members["CopySource"].partition("?versionId=")[0]).lstrip("/")
    bucket, _, key = path.partition("/")
    return bucket, key


def _source_version(ctx: Context, members: Members) -> Version | None:
    bucket, key = _source(members)
    return ctx.store.head(ctx.store.bucket(bucket), key)


def _without_checksums(answer: Members) -> None:
    result = answer.get("CopyObjectResult", {})
    for name in [n for n in result if n.startswith("Checksum")]:
        del result[name]


declare(
    "copy-metadata-lost",
    "A copy has none of its source's metadata.",
    before(
        "CopyObject",
        lambda _ctx, members: members.update(
            {} if members.get("MetadataDirective") else {"MetadataDirective": "REPLACE"}
        ),
    ),
)
declare(
    "copy-replace-ignored",
    "A copy keeps its source's metadata whatever the request says.",
    before("CopyObject", lambda _ctx, members: members.update({"MetadataDirective": "COPY"})),
)
declare(
    "copy-directive-ignored",
    "Metadata in a copy request replaces the source's.",
    before(
        "CopyObject",
        lambda _ctx, members: members.update(
            {"MetadataDirective": "REPLACE"} if members.get("Metadata") else {}
        ),
    ),
)
declare(
    "copy-in-place-allowed",
    "A copy onto itself may change nothing.",
    accept("CopyObject", "InvalidRequest"),
)
declare(
    "copy-missing-source-is-empty",
    "A copy of a missing object succeeds.",
    accept("CopyObject", "NoSuchKey"),
)
declare(
    "copy-source-not-decoded",
    "The copy source is not percent-decoded.",
    before(
        "CopyObject",
        lambda _ctx, members: members.update(
            {"CopySource": quote(members["CopySource"], safe="/")}
        ),
    ),
)
declare(
    "copy-source-plus-kept",
    "A plus in the copy source is a plus.",
    before(
        "CopyObject",
        lambda _ctx, members: members.update(
            {"CopySource": members["CopySource"].replace("+", "%2B")}
        ),
    ),
)
declare(
    "copy-source-without-key-accepted",
    "A copy source may name no key.",
    accept("CopyObject", "InvalidArgument"),
)
declare(
    "copy-result-etag-missing",
    "The answer of a copy has no ETag.",
    edit_members("CopyObject", lambda answer: answer["CopyObjectResult"].pop("ETag", None)),
)
declare(
    "copy-source-conditions-ignored",
    "Conditions on the source of a copy are ignored.",
    ignore_member("CopyObject", *CONDITIONS),
)
declare(
    "copy-tags-lost",
    "A copy has no tags.",
    before("CopyObject", lambda _ctx, members: members.update({"TaggingDirective": "REPLACE"})),
)
declare(
    "copy-tagging-directive-ignored",
    "A copy keeps its source's tags in any case.",
    ignore_member("CopyObject", "TaggingDirective", "Tagging"),
)
declare(
    "copy-source-bucket-ignored",
    "The source is looked for in the destination's bucket.",
    before(
        "CopyObject",
        lambda _ctx, members: members.update(
            {"CopySource": quote(f"{members['Bucket']}/{_source(members)[1]}")}
        ),
    ),
)
declare(
    "copy-missing-bucket-is-no-key",
    "A missing bucket of a copy is told as a missing key.",
    replace_error("CopyObject", "NoSuchBucket", "NoSuchKey"),
)
declare(
    "copy-checksum-lost",
    "The answer of a copy has no checksum.",
    edit_members("CopyObject", _without_checksums),
)
declare(
    "copy-keeps-last-modified",
    "The answer of a copy tells another time than the listing.",
    edit_members(
        "CopyObject",
        lambda answer: answer["CopyObjectResult"].update(
            {"LastModified": "2001-01-01T00:00:00.000Z"}
        ),
    ),
)
declare(
    "copy-if-none-match-ignored",
    "A copy ignores If-None-Match.",
    ignore_member("CopyObject", "IfNoneMatch"),
)
declare(
    "copy-keeps-multipart-etag",
    "Every ETag is that of a multipart object.",
    set_header("HeadObject", "ETag", lambda etag: etag.rstrip('"') + '-1"' if etag else ""),
)


@deviation("copy-is-empty", "A copy has no content.")
def copy_is_empty(server: Seams) -> None:
    @server.around("CopyObject")
    def emptied(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        discover()["PutObject"](ctx, {"Bucket": members["Bucket"], "Key": members["Key"]})
        return answer


@deviation("copy-moves", "A copy removes its source.")
def copy_moves(server: Seams) -> None:
    @server.around("CopyObject")
    def moved(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        bucket, key = _source(members)
        discover()["DeleteObject"](ctx, {"Bucket": bucket, "Key": key})
        return answer


@deviation("copy-in-place-refused", "A copy onto itself is always refused.")
def copy_in_place_refused(server: Seams) -> None:
    @server.around("CopyObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        if _source(members) == (members["Bucket"], members["Key"]):
            raise S3Error("InvalidRequest")
        return handler(ctx, members)


@deviation("copy-storage-class-kept", "A copy takes the storage class of its source.")
def copy_storage_class_kept(server: Seams) -> None:
    @server.around("CopyObject")
    def taken(handler: Handler, ctx: Context, members: Members) -> Members:
        source = _source_version(ctx, members)
        if source is not None and not members.get("StorageClass"):
            members["StorageClass"] = source.storage_class
        return handler(ctx, members)


# Parts

declare(
    "part-copy-range-ignored",
    "A part copied from a range is the whole source.",
    ignore_member("UploadPartCopy", "CopySourceRange"),
)
declare(
    "part-copy-range-past-end-empty",
    "A range past the end of the source makes a part.",
    accept("UploadPartCopy", "InvalidRequest"),
)
declare(
    "part-copy-range-form-unchecked",
    "A range of any form makes a part.",
    accept("UploadPartCopy", "InvalidArgument", "must be of the form"),
)
declare(
    "part-copy-conditions-ignored",
    "Conditions on the source of a part are ignored.",
    ignore_member("UploadPartCopy", *CONDITIONS),
)
declare(
    "part-copy-missing-source-is-empty",
    "A missing source makes a part.",
    accept("UploadPartCopy", "NoSuchKey"),
)
declare(
    "part-copy-unknown-upload-ok",
    "A part for an unknown upload is taken.",
    accept("UploadPartCopy", "NoSuchUpload"),
)


@deviation("part-copy-is-empty", "A part that is copied has no content.")
def part_copy_is_empty(server: Seams) -> None:
    @server.around("UploadPartCopy")
    def emptied(_handler: Handler, ctx: Context, members: Members) -> Members:
        wanted = ("Bucket", "Key", "UploadId", "PartNumber")
        part = discover()["UploadPart"](ctx, {name: members[name] for name in wanted})
        return {"CopyPartResult": {"ETag": part["ETag"]}}


@deviation("part-copy-range-clipped", "A range that ends past the source is clipped.")
def part_copy_range_clipped(server: Seams) -> None:
    @server.around("UploadPartCopy")
    def clipped(handler: Handler, ctx: Context, members: Members) -> Members:
        source = _source_version(ctx, members)
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", members.get("CopySourceRange") or "")
        if found and source is not None and int(found[1]) < source.size:
            last = min(int(found[2]), source.size - 1)
            members["CopySourceRange"] = f"bytes={found[1]}-{last}"
        return handler(ctx, members)


declare(
    "copy-of-a-marker-is-404",
    "A copy that cannot be is NoSuchKey.",
    replace_error("CopyObject", "InvalidRequest", "NoSuchKey"),
)

declare(
    "part-copied-from-nothing",
    "A part's source may be empty or name no key, and nothing comes of it.",
    accept("UploadPartCopy", "InvalidArgument", "copy source"),
)
