"""Which version a request means, and the error when it is not there to be had.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules.times import moment
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Version
from server_ref.storage.versions import is_version_id


def wanted_version(members: Mapping[str, Any]) -> str | None:
    """The version id of a request; raises S3Error InvalidArgument for what is no version id."""
    version_id: str | None = members.get("VersionId")
    if version_id is None:
        return None
    if not version_id:
        raise _bad_version("Version id cannot be the empty string", version_id)
    if not is_version_id(version_id):
        raise _bad_version("Invalid version id specified", version_id)
    return version_id


def _bad_version(message: str, version_id: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName="versionId", ArgumentValue=version_id)


def check_found(ctx: Context, members: Members, found: Version | None) -> Version:
    """The version asked for; raises S3Error NoSuchKey, NoSuchVersion or MethodNotAllowed."""
    version_id = members.get("VersionId")
    if found is None:
        if version_id is not None:
            raise S3Error("NoSuchVersion", Key=members["Key"], VersionId=version_id)
        raise S3Error("NoSuchKey", Key=members["Key"])
    if not found.marker:
        return found
    headers = {"x-amz-delete-marker": "true", "x-amz-version-id": found.version_id}
    if version_id is None:
        raise S3Error("NoSuchKey", headers=headers, Key=members["Key"])
    headers["Last-Modified"] = moment(found.modified).strftime("%a, %d %b %Y %H:%M:%S GMT")
    raise marker_not_allowed(ctx, headers)


def check_not_marker(ctx: Context, members: Members, found: Version | None) -> Version:
    """As `check_found`, but a marker is MethodNotAllowed however it was asked for."""
    if found is not None and found.marker:
        raise marker_not_allowed(ctx, {"x-amz-delete-marker": "true"})
    return check_found(ctx, members, found)


def marker_not_allowed(ctx: Context, headers: dict[str, str]) -> S3Error:
    """The answer to anything a delete marker cannot do."""
    method = "GET" if ctx.request.method == "HEAD" else ctx.request.method
    allowed = {"Allow": "DELETE", **headers}
    return S3Error("MethodNotAllowed", headers=allowed, Method=method, ResourceType="DeleteMarker")


def shown_version(bucket: Bucket, version: Version) -> Members:
    """VersionId, where the bucket was ever versioned."""
    return {"VersionId": version.version_id} if bucket.versioning else {}


def found_in(
    ctx: Context, tx: Transaction, bucket: Bucket, key: str, version_id: str | None
) -> Version | None:
    """The version a request means, as a transaction finds it; a delete marker too.

    Raises S3Error AccessDenied where another one was decided on and this one may not be had.
    """
    if version_id is None:
        found = versions.latest(tx, bucket, key)
    else:
        found = versions.by_id(tx, bucket, key, version_id)
    ctx.confirm(bucket, key, version_id, found)
    return found


def change_found(
    ctx: Context, bucket: Bucket, members: Members, column: str, value: bytes | None
) -> Members:
    """Set a packed column of the version a request means; raises S3Error when there is none.

    Returns its VersionId, where the bucket was ever versioned.
    """
    store = ctx.store
    version_id = wanted_version(members)

    def work(tx: Transaction) -> Version:
        now = store.in_transaction(tx, bucket)
        found = found_in(ctx, tx, now, members["Key"], version_id)
        version = check_not_marker(ctx, members, found)
        versions.change(tx, now, version, column, value)
        return version

    return shown_version(bucket, store.write(work))
