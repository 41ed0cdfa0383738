"""Deviations of versioning, of versions of objects and of multi-object deletion."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import (
    drop_header,
    drop_member,
    edit_body,
    edit_members,
    ignore_member,
    replace_error,
    set_header,
    swallow_error,
)
from server_ref.deviations.when import nothing_when, refuse_when, rewrite, success_for_error
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.response import Response
from server_ref.seams import Exchange, Seams


def _status(members: Members) -> str:
    return str((members.get("VersioningConfiguration") or {}).get("Status"))


def version_ids(ctx: Context, members: Members) -> list[str]:
    """The ids of a key's versions, newest first."""
    return _listed_ids(ctx, members, "Versions")


def marker_ids(ctx: Context, members: Members) -> list[str]:
    """The ids of a key's delete markers, newest first."""
    return _listed_ids(ctx, members, "DeleteMarkers")


def _listed_ids(ctx: Context, members: Members, kind: str) -> list[str]:
    listed = discover()["ListObjectVersions"](
        ctx, {"Bucket": members["Bucket"], "Prefix": members["Key"]}
    )
    return [one["VersionId"] for one in listed[kind] if one["Key"] == members["Key"]]


def delete_version(ctx: Context, members: Members, version_id: str) -> None:
    discover()["DeleteObject"](
        ctx, {"Bucket": members["Bucket"], "Key": members["Key"], "VersionId": version_id}
    )


# the setting


def _as_suspended(answer: Members) -> None:
    answer["Status"] = answer.get("Status") or "Suspended"


def _capitalised(members: Members) -> None:
    setting = members["VersioningConfiguration"]
    if setting.get("Status"):
        setting["Status"] = setting["Status"].capitalize()


declare(
    "versioning-new-is-suspended",
    "A new bucket says that its versioning is suspended.",
    edit_members("GetBucketVersioning", _as_suspended),
)
declare(
    "versioning-not-kept",
    "Enabling versioning answers success and does nothing.",
    nothing_when("PutBucketVersioning", lambda _ctx, members: _status(members) == "Enabled"),
)
declare(
    "versioning-not-suspended",
    "Suspending versioning answers success and does nothing.",
    nothing_when("PutBucketVersioning", lambda _ctx, members: _status(members) == "Suspended"),
)
declare(
    "versioning-status-unchecked",
    "A versioning status is taken in any case.",
    rewrite("PutBucketVersioning", _capitalised),
)
declare(
    "mfa-delete-without-a-code",
    "MFA delete is switched on without a device's code.",
    swallow_error("PutBucketVersioning", "AccessDenied"),
)
declare(
    "versioning-empty-accepted",
    "A versioning configuration without a status is taken.",
    swallow_error("PutBucketVersioning", "IllegalVersioningConfigurationException"),
)
declare(
    "versioning-get-missing-is-a-key",
    "GetBucketVersioning of no bucket is NoSuchKey.",
    replace_error("GetBucketVersioning", "NoSuchBucket", "NoSuchKey"),
)
declare(
    "versioning-put-missing-is-a-key",
    "PutBucketVersioning of no bucket is NoSuchKey.",
    replace_error("PutBucketVersioning", "NoSuchBucket", "NoSuchKey"),
)

# writing and reading

declare(
    "version-id-not-told",
    "PutObject does not say which version it made.",
    drop_header("PutObject", "x-amz-version-id"),
)
declare(
    "version-id-ignored-on-get",
    "GetObject does not look at versionId.",
    ignore_member("GetObject", "VersionId"),
)
declare(
    "version-removed-is-no-such-key",
    "GetObject of a version removed is NoSuchKey.",
    replace_error("GetObject", "NoSuchVersion", "NoSuchKey"),
)
declare(
    "version-id-unchecked",
    "GetObject looks for a version of any id.",
    replace_error("GetObject", "InvalidArgument", "NoSuchVersion"),
)
declare(
    "version-null-lost",
    "GetObject does not find the version `null`.",
    refuse_when(
        "GetObject", "NoSuchVersion", lambda _ctx, members: members.get("VersionId") == "null"
    ),
)
declare(
    "version-suspended-id-told",
    "PutObject says `null` where versioning is suspended.",
    set_header("PutObject", "x-amz-version-id", lambda present: present or "null"),
)


@deviation("version-overwritten", "PutObject removes the version before the one it makes.")
def version_overwritten(server: Seams) -> None:
    @server.around("PutObject")
    def replaced(handler: Handler, ctx: Context, members: Members) -> Members:
        before = version_ids(ctx, members)
        answer = handler(ctx, members)
        for version_id in before:
            delete_version(ctx, members, version_id)
        return answer


@deviation("version-oldest-is-latest", "GetObject without versionId reads the oldest version.")
def version_oldest_is_latest(server: Seams) -> None:
    @server.around("GetObject")
    def oldest(handler: Handler, ctx: Context, members: Members) -> Members:
        versions = version_ids(ctx, members)
        if versions and not members.get("VersionId"):
            members["VersionId"] = versions[-1]
        return handler(ctx, members)


def _latest_source(members: Members) -> None:
    members["CopySource"] = members["CopySource"].partition("?versionId=")[0]


declare(
    "version-copy-reads-latest",
    "CopyObject does not look at the source's versionId.",
    rewrite("CopyObject", _latest_source),
)

# deleting and delete markers

declare(
    "version-marker-not-told",
    "DeleteObject does not say that it made a delete marker.",
    drop_header("DeleteObject", "x-amz-delete-marker"),
)
declare(
    "version-marker-header-missing",
    "GetObject does not say that there is a delete marker.",
    drop_header("GetObject", "x-amz-delete-marker"),
)
declare(
    "version-marker-is-404",
    "GetObject of a delete marker by its id is NoSuchKey.",
    replace_error("GetObject", "MethodNotAllowed", "NoSuchKey"),
)
declare(
    "version-marker-not-removed",
    "DeleteObject with versionId answers and does nothing.",
    nothing_when("DeleteObject", lambda _ctx, members: bool(members.get("VersionId"))),
)
declare(
    "version-id-ignored-on-delete",
    "DeleteObject does not look at versionId.",
    ignore_member("DeleteObject", "VersionId"),
)
declare(
    "version-suspended-marker-numbered",
    "A marker of a suspended bucket has a number.",
    set_header(
        "DeleteObject",
        "x-amz-version-id",
        lambda present: "L4kqtJlcpXroDTDmpUMLUo" if present == "null" else "",
    ),
)


@deviation("version-delete-removes-all", "DeleteObject without versionId removes every version.")
def version_delete_removes_all(server: Seams) -> None:
    @server.around("DeleteObject")
    def all_of_them(handler: Handler, ctx: Context, members: Members) -> Members:
        if not members.get("VersionId"):
            for version_id in version_ids(ctx, members):
                delete_version(ctx, members, version_id)
        return handler(ctx, members)


# multi-object deletion


def _objects(members: Members) -> list[Members]:
    return (members.get("Delete") or {}).get("Objects") or []


def _each(change: Callable[[Members], object]) -> Callable[[Members], None]:
    """Every object that a deletion names passes through ``change``."""

    def changed(members: Members) -> None:
        for one in _objects(members):
            change(one)

    return changed


def _loud(members: Members) -> None:
    members["Delete"]["Quiet"] = False


def _first_1000(members: Members) -> None:
    members["Delete"]["Objects"] = _objects(members)[:1000]


def _without_markers(answer: Members) -> None:
    for one in answer.get("Deleted") or []:
        one.pop("DeleteMarker", None)
        one.pop("DeleteMarkerVersionId", None)


declare(
    "deletion-does-nothing",
    "DeleteObjects answers success and deletes nothing.",
    nothing_when("DeleteObjects", lambda _ctx, _members: True),
)
declare(
    "deletion-not-reported",
    "DeleteObjects does not name what it deleted.",
    drop_member("DeleteObjects", "Deleted"),
)
declare(
    "deletion-quiet-ignored",
    "DeleteObjects does not look at Quiet.",
    rewrite("DeleteObjects", _loud),
)
declare(
    "deletion-1001-accepted",
    "DeleteObjects takes more than 1,000 keys.",
    rewrite("DeleteObjects", _first_1000),
)
declare(
    "deletion-missing-bucket-is-a-key",
    "DeleteObjects in no bucket is NoSuchKey.",
    replace_error("DeleteObjects", "NoSuchBucket", "NoSuchKey"),
)
declare(
    "deletion-decodes-keys",
    "DeleteObjects percent-decodes its keys.",
    rewrite("DeleteObjects", _each(lambda one: one.update(Key=unquote(one["Key"])))),
)
declare(
    "deletion-marker-not-told",
    "DeleteObjects does not name the markers it made.",
    edit_members("DeleteObjects", _without_markers),
)
declare(
    "deletion-version-id-ignored",
    "DeleteObjects does not look at version ids.",
    rewrite("DeleteObjects", _each(lambda one: one.pop("VersionId", None))),
)
declare(
    "deletion-of-none-accepted",
    "DeleteObjects takes a document that names no key.",
    success_for_error("DeleteObjects", "MalformedXML", 200),
)
declare(
    "deletion-digest-not-needed",
    "DeleteObjects needs no digest of its body.",
    success_for_error("DeleteObjects", "InvalidRequest", 200),
)


@deviation("deletion-missing-is-an-error", "DeleteObjects reports a missing key as an error.")
def deletion_missing_is_an_error(server: Seams) -> None:
    @server.around("DeleteObjects")
    def reported(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        keys = [one["Key"] for one in _objects(members)]
        missing = [key for key in keys if ctx.store.head(bucket, key) is None]
        answer = handler(ctx, members)
        deleted = [one for one in answer.get("Deleted") or [] if one["Key"] not in missing]
        errors = [{"Key": key, "Code": "NoSuchKey", "Message": "Missing"} for key in missing]
        return {**answer, "Deleted": deleted, "Errors": [*answer.get("Errors", []), *errors]}


@deviation("deletion-fails-as-a-whole", "DeleteObjects fails when one of its keys does.")
def deletion_fails_as_a_whole(server: Seams) -> None:
    @server.around("DeleteObjects")
    def failed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        for error in answer.get("Errors") or []:
            raise S3Error(error["Code"])
        return answer


@deviation("removed-marker-untold", "That what was removed by its id was a marker is not said.")
def removed_marker_untold(server: Seams) -> None:
    @server.on_response("DeleteObject")
    def untold(exchange: Exchange, response: Response) -> None:
        if "versionId" in exchange.request.query:
            response.headers.pop("x-amz-delete-marker", None)


_NULL_MARKER = re.compile(rb"(<DeleteMarker>(?:(?!</DeleteMarker>).)*?<VersionId>)null<", re.S)

declare(
    "null-marker-listed-by-another-id",
    "A marker of a suspended bucket is listed as the version 0, not `null`.",
    edit_body("ListObjectVersions", lambda body: _NULL_MARKER.sub(rb"\g<1>0<", body)),
)
