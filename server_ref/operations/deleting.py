"""Deleting objects, one or up to a thousand.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import conditions, directory_buckets, locks, mfa, names
from server_ref.rules.finding import wanted_version
from server_ref.rules.new_object import ANONYMOUS
from server_ref.rules.times import seconds
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Version

MAX_KEYS = 1000
_OF_DIRECTORIES = frozenset({"LastModifiedTime", "Size"})  # conditions of directory buckets


@operation("DeleteObject")
def delete_object(ctx: Context, members: Members) -> Members:
    """Remove a version, or make a delete marker; fine when there is nothing."""
    bucket = ctx.store.bucket(members["Bucket"])
    directory_buckets.refuse(members)
    version_id = wanted_version(members)
    if version_id is not None and members.get("IfMatch") is not None:
        raise S3Error("NotImplemented", Header="If-Match")  # a condition is on the current version
    bypass = check_bypass(bucket, members)
    if version_id is not None and mfa.enabled(ctx, bucket):
        mfa.check(ctx, bucket, members)
    return ctx.store.write(
        lambda tx: _delete(
            ctx, tx, ctx.store.in_transaction(tx, bucket), members, version_id, bypass=bypass
        )
    )


@operation("DeleteObjects")
def delete_objects(ctx: Context, members: Members) -> Members:
    """Each key on its own: what one may not do does not stop the others."""
    bucket = ctx.store.bucket(members["Bucket"])
    wanted = (members.get("Delete") or {}).get("Objects") or []
    quiet = bool((members.get("Delete") or {}).get("Quiet"))
    if not 1 <= len(wanted) <= MAX_KEYS or any(_OF_DIRECTORIES & one.keys() for one in wanted):
        raise S3Error("MalformedXML")
    if any(not one["Key"] for one in wanted):
        raise S3Error("UserKeyMustBeSpecified", "User key must be specified.")
    for one in wanted:
        names.check_key(one["Key"], ctx.settings.max_key)
    bypass = check_bypass(bucket, members)
    versions_go = any(one.get("VersionId") for one in wanted)
    if mfa.enabled(ctx, bucket) and (versions_go or members.get("MFA") is not None):
        mfa.check(ctx, bucket, members)  # all of them go, or none

    def work(tx: Transaction) -> Members:
        now = ctx.store.in_transaction(tx, bucket)
        deleted, errors = [], []
        for one in wanted:
            try:
                done = _delete_listed(ctx, tx, now, one, bypass=bypass)
            except S3Error as error:
                shown = {"Key": one["Key"], "Code": error.code, "Message": error.message}
                if "VersionId" in one:
                    shown["VersionId"] = one["VersionId"]
                errors.append(shown)
            else:
                deleted.append(done)
        answer: Members = {} if quiet else {"Deleted": deleted}
        if errors:
            answer["Errors"] = errors
        return answer

    return ctx.store.write(work)


def _delete_listed(
    ctx: Context, tx: Transaction, bucket: Bucket, one: Members, *, bypass: bool
) -> Members:
    """One of many: what S3 says of it under Deleted."""
    version_id = one.get("VersionId")  # one that is empty is none there is: brendanhay/amazonka#160
    action = "DeleteObject" if version_id is None else "DeleteObjectVersion"
    ctx.authorize(action, bucket.name, one["Key"], version_id)
    if version_id is not None and not versions.is_version_id(version_id):
        raise S3Error("NoSuchVersion")
    asked = {"Key": one["Key"], "IfMatch": one.get("ETag")}
    done = _delete(ctx, tx, bucket, asked, version_id, bypass=bypass)
    answer: Members = {"Key": one["Key"]}
    if version_id is not None:
        answer["VersionId"] = version_id
    if done.get("DeleteMarker"):
        answer["DeleteMarker"] = True
        answer["DeleteMarkerVersionId"] = done["VersionId"]
    return answer


def _delete(
    ctx: Context,
    tx: Transaction,
    bucket: Bucket,
    members: Members,
    version_id: str | None,
    *,
    bypass: bool,
) -> Members:
    key = members["Key"]
    if members.get("IfMatch") is not None:
        _check_match(members["IfMatch"], key, versions.live(tx, bucket, key))
    if version_id is None:
        marker = versions.delete_marker(
            key,
            ctx.store.sequence(),
            modified=seconds(ctx.clock()),
            owner=ctx.account.canonical_id if ctx.account else ANONYMOUS,
        )
        made = versions.delete_current(tx, ctx.store.pins, bucket, marker).marker
        return {"DeleteMarker": True, "VersionId": made.version_id} if made else {}
    found = versions.by_id(tx, bucket, key, version_id)
    answer: Members = {"VersionId": version_id} if bucket.versioning else {}
    if found is None:
        return answer
    locks.check_removal(found, ctx.clock(), bypass=bypass)
    versions.delete_version(tx, ctx.store.pins, bucket, found)
    if found.marker:
        answer["DeleteMarker"] = True
    return answer


def _check_match(given: str, key: str, current: Version | None) -> None:
    if current is None:
        raise S3Error("NoSuchKey", Key=key)
    if not conditions.names_etag(given, current.etag):
        raise S3Error("PreconditionFailed", Condition="If-Match")


def check_bypass(bucket: Bucket, members: Members) -> bool:
    """Whether governance may be bypassed; raises S3Error where there is no Object Lock."""
    bypass = members.get("BypassGovernanceRetention")
    if bypass is not None and not bucket.object_lock:
        raise S3Error(
            "InvalidArgument",
            "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
            ArgumentName="x-amz-bypass-governance-retention",
        )
    return bool(bypass)
