"""Deviations of what depends on what was there before: markers, null versions, defaults, locks."""

from __future__ import annotations

import re

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_member, swallow_error
from server_ref.deviations.when import refuse_when, rewrite, swallow_when
from server_ref.errors import S3Error
from server_ref.seams import Seams
from server_ref.storage.records import Version

_MARKED = ("GetObjectTagging", "DeleteObjectTagging")


def _latest(ctx: Context, members: Members) -> Version | None:
    return ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])


def _written_once(ctx: Context, members: Members) -> bool:
    return members.get("IfNoneMatch") == "*" and _latest(ctx, members) is not None


declare(
    "marker-is-an-object-to-conditions",
    "`If-None-Match: *` does not hold where a delete marker is the latest.",
    refuse_when("PutObject", "PreconditionFailed", _written_once),
)
declare(
    "copy-ignores-if-match",
    "CopyObject does not look at If-Match.",
    ignore_member("CopyObject", "IfMatch"),
)
declare(
    "tags-of-a-marker-are-none",
    "A delete marker has no tags, and that is no error.",
    swallow_error(_MARKED, "MethodNotAllowed", {"TagSet": []}),
)
declare(
    "attributes-of-a-marker",
    "A delete marker has attributes.",
    swallow_error("GetObjectAttributes", "MethodNotAllowed", {"ETag": ""}),
)


@deviation("if-match-of-a-marker-is-412", "If-Match of what is not there is PreconditionFailed.")
def if_match_of_a_marker_is_412(server: Seams) -> None:
    @server.around("PutObject", "CopyObject")
    def failed(handler: Handler, ctx: Context, members: Members) -> Members:
        condition = members.get("IfMatch")
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code == "NoSuchKey" and condition:
                raise S3Error("PreconditionFailed", Condition="If-Match") from error
            raise


@deviation("range-before-conditions", "A range past the end is refused before conditions are.")
def range_before_conditions(server: Seams) -> None:
    @server.around("GetObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = re.match(r"bytes=(\d{1,9})-", members.get("Range") or "")
        found = _latest(ctx, members) if asked else None
        if asked and found is not None and int(asked[1]) >= found.size:
            raise S3Error("InvalidRange")
        return handler(ctx, members)


@deviation("conditions-before-absence", "If-Match of an absent key is PreconditionFailed.")
def conditions_before_absence(server: Seams) -> None:
    @server.around("GetObject", "HeadObject")
    def failed(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get("IfMatch") and _latest(ctx, members) is None:
            raise S3Error("PreconditionFailed", Condition="If-Match")
        return handler(ctx, members)


def _one_etag(members: Members) -> None:
    for name in ("IfMatch", "IfNoneMatch"):
        said = members.get(name) or ""
        if said == "*" or "," in said:
            members[name] = '"another"'


declare(
    "any-etag-is-another",
    "`*` and lists of ETags in conditions of a read are another ETag.",
    rewrite("GetObject", _one_etag),
)


@deviation("part-past-the-last-is-the-last", "A part past the last one is the last one.")
def part_past_the_last(server: Seams) -> None:
    @server.around("GetObject")
    def last(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, dict(members))
        except S3Error as error:
            if error.code != "InvalidPartNumber":
                raise
            return handler(ctx, {**members, "PartNumber": int(error.members["ActualPartCount"])})


declare(
    "parts-of-a-marker-with-no-number",
    "An empty part-number-marker is refused.",
    refuse_when(
        "ListParts",
        "InvalidArgument",
        lambda ctx, _members: ctx.request.query.get("part-number-marker") == "",
    ),
)


# suspended versioning


def _suspended(ctx: Context, members: Members) -> bool:
    return ctx.store.bucket(members["Bucket"]).versioning == "Suspended"


@deviation("suspended-put-names-a-version", "With versioning suspended PUT names a version.")
def suspended_put_names_a_version(server: Seams) -> None:
    @server.around("PutObject")
    def named(handler: Handler, ctx: Context, members: Members) -> Members:
        suspended = _suspended(ctx, members)
        answer = handler(ctx, members)
        return {**answer, "VersionId": "null"} if suspended else answer


declare(
    "copy-of-suspended-refused",
    "With versioning suspended no old version is copied.",
    refuse_when(
        "CopyObject",
        "InvalidRequest",
        lambda ctx, members: "?versionId=" in members["CopySource"] and _suspended(ctx, members),
    ),
)


# locks


@deviation("lock-default-reaches-back", "A default retention is that of older versions, too.")
def lock_default_reaches_back(server: Seams) -> None:
    @server.around("GetObjectRetention")
    def default(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != "NoSuchObjectLockConfiguration":
                raise
            return {"Retention": {"Mode": "GOVERNANCE"}}


@deviation("lock-made-without-versions", "A bucket made with object lock says it has no versions.")
def lock_made_without_versions(server: Seams) -> None:
    @server.around("GetBucketVersioning")
    def none(handler: Handler, ctx: Context, members: Members) -> Members:
        locked = ctx.store.bucket(members["Bucket"]).object_lock
        return {} if locked else handler(ctx, members)


def _held(ctx: Context, members: Members) -> bool:
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.head(bucket, members["Key"], members.get("VersionId"))
    held = found is not None and found.read_lock().hold == "ON"
    return held and bool(members.get("BypassGovernanceRetention"))


declare(
    "legal-hold-ends-with-retention",
    "The bypass header seems to remove a version on hold, too.",
    swallow_when("DeleteObject", "AccessDenied", _held),
)
