"""Deviations that show in one case of a behaviour only: one method, one name, a far range."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import (
    drop_header,
    edit_members,
    ignore_member,
    refuse,
    replace_error,
)
from server_ref.deviations.when import refuse_when, rewrite, success_for_error, swallow_when
from server_ref.model.routes import POST_OBJECT
from server_ref.request import Request
from server_ref.seams import Seams

_FAR = 1024 * 1024
_WRITES = ("PutObject", "CopyObject", "CreateMultipartUpload")


def _past(_ctx: Context, members: Members) -> bool:
    until = members.get("ObjectLockRetainUntilDate")
    return isinstance(until, datetime) and until < datetime.now(UTC)


def _no_media_type(_ctx: Context, members: Members) -> bool:
    return "/" not in members.get("ContentType", "/")


def _decode_source(members: Members) -> None:
    members["CopySource"] = unquote(str(members["CopySource"]))


def _not_modified_since_now(members: Members) -> None:
    if members.get("IfModifiedSince") is not None:
        members["IfModifiedSince"] = datetime.now(UTC)


def _begin_early(members: Members) -> None:
    found = re.fullmatch(r"bytes=(\d+)-(\d+)", members.get("Range") or "")
    if found and int(found[1]) > _FAR:
        members["Range"] = f"bytes={int(found[1]) - 1}-{int(found[2]) - 1}"


def _plain_location(answer: Members) -> None:
    answer["Location"] = unquote(str(answer["Location"]))


declare(
    "long-keys-looked-for",
    "A key that is too long is looked for, and not found.",
    replace_error(("GetObject", "GetObjectTagging"), "KeyTooLongError", by="NoSuchKey"),
)
declare(
    "policy-allows-by-exception",
    "PutBucketPolicy takes a statement that allows with NotPrincipal.",
    swallow_when(
        "PutBucketPolicy", "MalformedPolicy", lambda _ctx, m: "NotPrincipal" in str(m["Policy"])
    ),
)
declare(
    "part-copy-source-is-decoded-twice",
    "UploadPartCopy decodes the source's key twice.",
    rewrite("UploadPartCopy", _decode_source),
)
declare(
    "old-dates-not-modified",
    "GetObject answers any If-Modified-Since with 304.",
    rewrite("GetObject", _not_modified_since_now),
)
declare(
    "empty-marker-refused",
    "ListObjects refuses an empty marker.",
    refuse_when("ListObjects", "InvalidArgument", lambda _ctx, m: m.get("Marker") == ""),
)
declare(
    "bucket-key-of-the-default-lost",
    "No answer says that a bucket key was used.",
    drop_header(("PutObject", "GetObject"), "x-amz-server-side-encryption-bucket-key-enabled"),
)
declare(
    "far-ranges-begin-early",
    "A range that begins past the first MiB begins a byte early.",
    rewrite("GetObject", _begin_early),
)
declare(
    "locked-until-the-past",
    "A write whose retention ends in the past is taken.",
    swallow_when(_WRITES, "InvalidArgument", _past),
)
declare(
    "uploads-never-expire",
    "A presigned PUT or DELETE is taken after its time, as it seems.",
    accept(("PutObject", "DeleteObject"), "AccessDenied", "expired"),
)
declare(
    "trailers-of-any-length",
    "A trailer that is no checksum is not looked at.",
    accept("PutObject", "InvalidRequest", "trailing"),
)
declare(
    "form-of-any-access-key",
    "A form of an access key that nobody has is one with a wrong signature.",
    replace_error(POST_OBJECT, "InvalidAccessKeyId", by="SignatureDoesNotMatch"),
)
declare(
    "dates-of-rules-unread",
    "PutBucketLifecycleConfiguration takes dates that are none.",
    success_for_error("PutBucketLifecycleConfiguration", "MalformedXML", 200),
)
declare(
    "access-block-blocks-every-policy",
    "Where a public policy would be refused, every policy is.",
    refuse("PutBucketPolicy", "AccessDenied"),
)
declare(
    "complete-location-not-escaped",
    "The Location of a completion has the key as it stands.",
    edit_members("CompleteMultipartUpload", _plain_location),
)
declare(
    "buckets-region-selects-nothing",
    "ListBuckets lists the buckets of every region, whichever was asked for.",
    ignore_member("ListBuckets", "BucketRegion"),
)
declare(
    "content-types-checked",
    "PutObject refuses a content type that is no media type.",
    refuse_when("PutObject", "InvalidArgument", _no_media_type),
)


@deviation("policy-climbs-through-keys", "Policies see a key's dot segments resolved.")
def climbing(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Callable[[Context, Members], None], ctx: Context, members: Members) -> None:
        key = members.get("Key")
        plain(ctx, {**members, "Key": posixpath.normpath(key)} if key else members)


@deviation("form-checksum-unverified", "The checksum that a form names is not looked at.")
def unverified(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        parse = ctx.parse

        def without(request: Request, operation: str) -> Members:
            read = parse(request, operation)
            return {name: said for name, said in read.items() if not name.startswith("Checksum")}

        ctx.parse = without
        return handler(ctx, members)
