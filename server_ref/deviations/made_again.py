"""Deviations of names that are used again: something of the first bucket or object comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import replace_error, swallow_error
from server_ref.deviations.when import nothing_when, swallow_when
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.rules.finding import change_found
from server_ref.seams import Seams
from server_ref.storage.records import Version

_COMPLETE = "CompleteMultipartUpload"
_NO_PART = '"d41d8cd98f00b204e9800998ecf8427e"'


def _latest(ctx: Context, bucket: str, key: str) -> Version | None:
    return ctx.store.head(ctx.store.bucket(bucket), key)


def _object(members: Members) -> tuple[str, str]:
    return members["Bucket"], members["Key"]


def _source(members: Members) -> tuple[str, str]:
    path = unquote(members["CopySource"].partition("?versionId=")[0]).lstrip("/")
    bucket, _, key = path.partition("/")
    return bucket, key


@deviation("bucket-tags-outlive-it", "A bucket that is made again has the tags of the first.")
def bucket_tags_outlive_it(server: Seams) -> None:
    known: dict[str, Any] = {}

    @server.around("DeleteBucket")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        known[bucket.name] = ctx.store.get_config(bucket, "tagging")
        return handler(ctx, members)

    @server.around("CreateBucket")
    def tagged(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if known.get(members["Bucket"]):
            bucket = ctx.store.bucket(members["Bucket"])
            ctx.store.put_config(bucket, "tagging", known[bucket.name])
        return answer


declare(
    "upload-outlives-its-bucket",
    "UploadPart takes a part for an upload that is not there.",
    swallow_error("UploadPart", "NoSuchUpload", {"ETag": _NO_PART}),
)
declare(
    "part-of-no-bucket-is-no-upload",
    "A part, or a completion, in a bucket that is gone is NoSuchUpload.",
    replace_error(("UploadPart", "ListParts", _COMPLETE), "NoSuchBucket", "NoSuchUpload"),
)
declare(
    "completion-leaves-what-was-there",
    "A completion where there is an object answers success and changes nothing.",
    nothing_when(
        _COMPLETE,
        lambda ctx, members: _latest(ctx, *_object(members)) is not None,
        {"ETag": _NO_PART},
    ),
)


@deviation("upload-hides-the-object", "Beginning an upload takes the object of its key away.")
def upload_hides_the_object(server: Seams) -> None:
    @server.around("CreateMultipartUpload")
    def hidden(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        discover()["DeleteObject"](ctx, {"Bucket": members["Bucket"], "Key": members["Key"]})
        return answer


def _abort_all(ctx: Context, bucket: str, key: str) -> None:
    listed = discover()["ListMultipartUploads"](ctx, {"Bucket": bucket, "Prefix": key})
    for upload in listed["Uploads"]:
        if upload["Key"] == key:
            asked = {"Bucket": bucket, "Key": key, "UploadId": upload["UploadId"]}
            discover()["AbortMultipartUpload"](ctx, asked)


for _name, _sentence, _operation in (
    (
        "uploads-of-a-key-replace-each-other",
        "A new upload of a key ends the one that was there.",
        "CreateMultipartUpload",
    ),
    ("delete-ends-uploads", "DELETE of a key ends its uploads.", "DeleteObject"),
):

    @deviation(_name, _sentence)
    def ends_uploads(server: Seams, operation: str = _operation) -> None:
        @server.around(operation)
        def ended(handler: Handler, ctx: Context, members: Members) -> Members:
            _abort_all(ctx, *_object(members))
            return handler(ctx, members)


@deviation("deleted-object-keeps-its-tags", "A key that is written again has its old tags.")
def deleted_object_keeps_its_tags(server: Seams) -> None:
    known: dict[tuple[str, str], bytes] = {}

    @server.around("DeleteObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        latest = _latest(ctx, *_object(members))
        if latest is not None and latest.tags:
            known[_object(members)] = latest.tags
        return handler(ctx, members)

    @server.around("PutObject")
    def tagged(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        if _object(members) in known and not members.get("Tagging"):
            bucket = ctx.store.bucket(members["Bucket"])
            change_found(ctx, bucket, {"Key": members["Key"]}, "tags", known[_object(members)])
        return answer


@deviation("copy-of-a-copy-loses-metadata", "A copy of what is a copy has no metadata.")
def copy_of_a_copy_loses_metadata(server: Seams) -> None:
    copies: set[tuple[str, str]] = set()

    @server.around("CopyObject")
    def without(handler: Handler, ctx: Context, members: Members) -> Members:
        if _source(members) in copies:
            members["MetadataDirective"] = "REPLACE"
        copies.add(_object(members))
        return handler(ctx, members)


@deviation("copy-follows-its-source", "A copy is read from its source, as long as that is there.")
def copy_follows_its_source(server: Seams) -> None:
    sources: dict[tuple[str, str], tuple[str, str]] = {}

    @server.around("CopyObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        sources[_object(members)] = _source(members)
        return handler(ctx, members)

    @server.around("GetObject")
    def followed(handler: Handler, ctx: Context, members: Members) -> Members:
        source = sources.get(_object(members))
        if source is not None and _latest(ctx, *source) is not None:
            members["Bucket"], members["Key"] = source
        return handler(ctx, members)


@deviation("part-follows-its-source", "A part that was copied is gone when its source is.")
def part_follows_its_source(server: Seams) -> None:
    sources: dict[str, list[tuple[str, str]]] = defaultdict(list)

    @server.around("UploadPartCopy")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        sources[members["UploadId"]].append(_source(members))
        return handler(ctx, members)

    @server.around(_COMPLETE)
    def missed(handler: Handler, ctx: Context, members: Members) -> Members:
        if any(_latest(ctx, *source) is None for source in sources[members["UploadId"]]):
            raise S3Error("InvalidPart")
        return handler(ctx, members)


@deviation("object-acl-outlives-its-object", "A PUT over an object leaves its ACL.")
def object_acl_outlives_its_object(server: Seams) -> None:
    _has_the_acl_of(server, "PutObject", _object)


@deviation("copy-has-the-acl-of-its-source", "A copy has the ACL of its source.")
def copy_has_the_acl_of_its_source(server: Seams) -> None:
    _has_the_acl_of(server, "CopyObject", _source)


def _has_the_acl_of(
    server: Seams, operation: str, whose: Callable[[Members], tuple[str, str]]
) -> None:
    """What the operation writes has the ACL that this object had before, where it asks for none."""

    @server.around(operation)
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        before = _latest(ctx, *whose(members))
        answer = handler(ctx, dict(members))
        if before is not None and before.acl and not members.get("ACL"):
            bucket = ctx.store.bucket(members["Bucket"])
            change_found(ctx, bucket, {"Key": members["Key"]}, "acl", before.acl)
        return answer


def _looks_empty(ctx: Context, members: Members) -> bool:
    return not discover()["ListObjectsV2"](ctx, {"Bucket": members["Bucket"]})["KeyCount"]


declare(
    "bucket-with-a-version-is-removed",
    "DeleteBucket counts what a listing of objects shows, and no old versions.",
    swallow_when("DeleteBucket", "BucketNotEmpty", _looks_empty),
)
