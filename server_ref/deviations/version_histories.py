"""Deviations of histories: what a version, a marker or the version null makes of the next step."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.entries import pop_when
from server_ref.deviations.object_versions import delete_version, version_ids
from server_ref.deviations.steps import drop_header, ignore_member, replace_error
from server_ref.deviations.when import nothing_when, rewrite
from server_ref.operations import discover
from server_ref.seams import Seams
from server_ref.storage.records import NULL_VERSION, Version

_COMPLETE = "CompleteMultipartUpload"


def _latest(ctx: Context, members: Members) -> Version | None:
    return ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])


def _versioning(ctx: Context, members: Members) -> str:
    return ctx.store.bucket(members["Bucket"]).versioning


def _set(ctx: Context, members: Members, status: str) -> None:
    discover()["PutBucketVersioning"](
        ctx, {"Bucket": members["Bucket"], "VersioningConfiguration": {"Status": status}}
    )


declare(
    "version-id-ignored-on-head",
    "HeadObject does not look at versionId.",
    ignore_member("HeadObject", "VersionId"),
)
declare(
    "head-of-a-marker-is-404",
    "HeadObject of a delete marker by its id is 404.",
    replace_error("HeadObject", "MethodNotAllowed", "NoSuchKey"),
)
declare(
    "version-null-not-deleted",
    "DeleteObject of the version `null` answers success and does nothing.",
    nothing_when("DeleteObject", lambda _ctx, members: members.get("VersionId") == NULL_VERSION),
)
declare(
    "version-of-a-completion-not-told",
    "CompleteMultipartUpload does not say which version it made.",
    drop_header(_COMPLETE, "x-amz-version-id"),
)
declare(
    "copy-version-not-told",
    "CopyObject does not say which version it made.",
    drop_header("CopyObject", "x-amz-version-id"),
)
declare(
    "tagging-version-ignored",
    "PutObjectTagging does not look at versionId.",
    ignore_member("PutObjectTagging", "VersionId"),
)
declare(
    "tagging-removal-version-ignored",
    "DeleteObjectTagging does not look at versionId.",
    ignore_member("DeleteObjectTagging", "VersionId"),
)
declare(
    "version-of-another-bucket-is-no-key",
    "A version id that another bucket gave is NoSuchKey.",
    replace_error(("GetObject", "GetObjectAcl", "GetObjectTagging"), "NoSuchVersion", "NoSuchKey"),
)
declare(
    "version-empty-id-is-none",
    "An empty versionId is taken as not sent.",
    rewrite("*Object*", pop_when("VersionId", lambda members: members.get("VersionId") == "")),
)


def _deleted_already(ctx: Context, members: Members) -> bool:
    latest = _latest(ctx, members)
    return not members.get("VersionId") and latest is not None and bool(latest.marker)


def _never_was(ctx: Context, members: Members) -> bool:
    return not members.get("VersionId") and _latest(ctx, members) is None


declare(
    "version-second-marker-not-made",
    "DeleteObject of a key that is deleted already does nothing.",
    nothing_when("DeleteObject", _deleted_already),
)
declare(
    "version-marker-of-nothing-not-made",
    "DeleteObject of a key that never was puts no marker.",
    nothing_when("DeleteObject", _never_was),
)


@deviation("version-before-the-latest-lost", "Removing the latest version removes all before it.")
def version_before_the_latest_lost(server: Seams) -> None:
    @server.around("DeleteObject")
    def lost(handler: Handler, ctx: Context, members: Members) -> Members:
        latest = _latest(ctx, members)
        answer = handler(ctx, members)
        if latest and not latest.marker and members.get("VersionId") == latest.version_id:
            for version_id in version_ids(ctx, members):
                delete_version(ctx, members, version_id)
        return answer


@deviation("version-enabled-again-replaces-null", "A numbered version replaces the version `null`.")
def version_enabled_again_replaces_null(server: Seams) -> None:
    @server.around("PutObject")
    def replaced(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if _versioning(ctx, members) == "Enabled" and NULL_VERSION in version_ids(ctx, members):
            delete_version(ctx, members, NULL_VERSION)
        return answer


@deviation(
    "version-suspended-delete-takes-all",
    "With versioning suspended DeleteObject removes numbered versions too.",
)
def version_suspended_delete_takes_all(server: Seams) -> None:
    @server.around("DeleteObject")
    def all_of_them(handler: Handler, ctx: Context, members: Members) -> Members:
        before = version_ids(ctx, members)
        answer = handler(ctx, dict(members))
        if _versioning(ctx, members) == "Suspended" and not members.get("VersionId"):
            for version_id in before:
                if version_id != NULL_VERSION:
                    delete_version(ctx, members, version_id)
        return answer


def _numbered(operation: str) -> Change:
    """Where versioning is suspended the operation makes a version as if it were enabled."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        if _versioning(ctx, members) != "Suspended":
            return handler(ctx, members)
        _set(ctx, members, "Enabled")
        try:
            return handler(ctx, members)
        finally:
            _set(ctx, members, "Suspended")

    def step(server: Seams) -> None:
        server.around(operation)(around)

    return step


for _name, _operation in (("copy", "CopyObject"), ("completion", _COMPLETE)):
    declare(
        f"version-suspended-{_name}-numbered",
        f"{_operation} makes a numbered version where versioning is suspended.",
        _numbered(_operation),
    )


@deviation(
    "version-state-of-the-beginning-counts",
    "A completed upload is written as the bucket's versioning was when it began.",
)
def version_state_of_the_beginning_counts(server: Seams) -> None:
    unversioned: set[str] = set()

    @server.around("CreateMultipartUpload")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if not _versioning(ctx, members):
            unversioned.add(answer["UploadId"])
        return answer

    @server.around(_COMPLETE)
    def as_it_was(handler: Handler, ctx: Context, members: Members) -> Members:
        status = _versioning(ctx, members)
        if members["UploadId"] not in unversioned or status != "Enabled":
            return handler(ctx, members)
        _set(ctx, members, "Suspended")
        try:
            return handler(ctx, members)
        finally:
            _set(ctx, members, status)


@deviation("version-completion-stays-deleted", "An upload completed after a DELETE stays deleted.")
def version_completion_stays_deleted(server: Seams) -> None:
    @server.around(_COMPLETE)
    def hidden(handler: Handler, ctx: Context, members: Members) -> Members:
        named = {"Bucket": members["Bucket"], "Key": members["Key"]}
        deleted = _deleted_already(ctx, named)
        answer = handler(ctx, members)
        if deleted:
            discover()["DeleteObject"](ctx, named)
        return answer


def _each_key_once(members: Members) -> None:
    objects = (members.get("Delete") or {}).get("Objects") or []
    members["Delete"]["Objects"] = list({one["Key"]: one for one in reversed(objects)}.values())


declare(
    "deletion-takes-a-key-once",
    "DeleteObjects looks at the first version of a key that it is told.",
    rewrite("DeleteObjects", _each_key_once),
)
