"""Deviations of lifecycle configurations, of expirations told, of storage classes and restores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.steps import (
    change_response,
    drop_error_member,
    drop_header,
    drop_member,
    edit_members,
    ignore_member,
    set_header,
    set_status,
    swallow_error,
)
from server_ref.deviations.when import (
    refuse_when,
    rewrite,
    subresource_ignored,
    success_for_error,
)
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

PUT, GET = "PutBucketLifecycleConfiguration", "GetBucketLifecycleConfiguration"
DELETE = "DeleteBucketLifecycle"
EXPIRATION = "x-amz-expiration"
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def _around(operation: str, around: Callable[[Handler, Context, Members], Members]) -> Change:
    def step(server: Seams) -> None:
        server.around(operation)(around)

    return step


# configurations


def _one_rule(members: Members) -> None:
    del members["LifecycleConfiguration"]["Rules"][1:]


def _without_sizes(answer: Members) -> None:
    answer["Rules"] = [_sizeless(rule) for rule in answer["Rules"]]


def _sizeless(rule: dict[str, Any]) -> dict[str, Any]:
    asked = {name: value for name, value in rule["Filter"].items() if name not in _SIZES}
    if "And" in asked:
        asked["And"] = {n: value for n, value in asked["And"].items() if n not in _SIZES}
    return {**rule, "Filter": asked}


def _merge(handler: Handler, ctx: Context, members: Members) -> Members:
    kept = ctx.store.get_config(ctx.store.bucket(members["Bucket"]), "lifecycle") or {}
    given = members["LifecycleConfiguration"]
    given["Rules"] = [*kept.get("Rules", []), *given["Rules"]]
    return handler(ctx, members)


def _forget_delete(_handler: Handler, ctx: Context, _members: Members) -> Members:
    ctx.status = 204
    return {}


def _forget_on_error(handler: Handler, ctx: Context, members: Members) -> Members:
    try:
        return handler(ctx, members)
    except S3Error:
        ctx.store.delete_config(ctx.store.bucket(members["Bucket"]), "lifecycle")
        raise


def _nameless(answer: Members) -> None:
    made_up = 48  # characters
    answer["Rules"] = [
        {n: value for n, value in rule.items() if n != "ID" or len(value) != made_up}
        for rule in answer["Rules"]
    ]


def _has_none(ctx: Context, members: Members) -> bool:
    return ctx.store.get_config(ctx.store.bucket(members["Bucket"]), "lifecycle") is None


declare(
    "lifecycle-one-rule-kept",
    "Of a lifecycle only the first rule is kept.",
    rewrite(PUT, _one_rule),
)
declare(
    "lifecycle-sizes-lost",
    "Lifecycle filters come back without sizes.",
    edit_members(GET, _without_sizes),
)
declare(
    "lifecycle-rules-merged",
    "A lifecycle is added to the one before it.",
    _around(PUT, _merge),
)
declare(
    "lifecycle-none-is-empty",
    "A bucket without a lifecycle has an empty one.",
    swallow_error(GET, "NoSuchLifecycleConfiguration", {"Rules": []}),
)
declare("lifecycle-deleted-stay", "A lifecycle cannot be deleted.", _around(DELETE, _forget_delete))
declare(
    "lifecycle-delete-of-none-refused",
    "Deleting a lifecycle that is not there is an error.",
    refuse_when(DELETE, "NoSuchLifecycleConfiguration", _has_none),
)
declare(
    "lifecycle-delete-deletes-the-bucket",
    "DELETE ?lifecycle is taken as DELETE of the bucket.",
    subresource_ignored("DELETE", "lifecycle"),
)
declare(
    "lifecycle-ids-not-made",
    "A lifecycle rule without an ID stays without one.",
    edit_members(GET, _nameless),
)
declare(
    "lifecycle-minimum-not-told",
    "The least size of a transition is not answered.",
    drop_member((PUT, GET), "TransitionDefaultMinimumObjectSize"),
)
declare(
    "lifecycle-minimum-unchecked",
    "Any word is taken for the least size of a transition.",
    swallow_error(PUT, "InvalidRequest"),
)
declare(
    "lifecycle-malformed-taken",
    "A lifecycle that the schema does not allow is accepted.",
    swallow_error(PUT, "MalformedXML"),
)
declare(
    "lifecycle-arguments-taken",
    "Days, dates and IDs of lifecycle rules are not looked at.",
    swallow_error(PUT, "InvalidArgument"),
)
declare(
    "lifecycle-requests-taken",
    "Lifecycle rules that make no sense are accepted.",
    swallow_error(PUT, "InvalidRequest"),
)
declare(
    "lifecycle-refused-forgets",
    "A lifecycle that is refused takes the old one with it.",
    _around(PUT, _forget_on_error),
)
declare(
    "lifecycle-digest-optional",
    "A lifecycle needs neither Content-MD5 nor a checksum.",
    success_for_error(PUT, "InvalidRequest", 200),
)

# what is told beforehand


def _late(value: str) -> str:
    return value.replace(" 00:00:00 GMT", " 10:30:00 GMT")


def _everything_expires(_exchange: Exchange, response: Response) -> None:
    if response.status == 200:
        midnight = "Fri, 01 Jan 2100 00:00:00 GMT"
        response.headers.setdefault(EXPIRATION, f'expiry-date="{midnight}", rule-id="all"')


_TELLING = ("PutObject", "GetObject", "HeadObject", "CopyObject", "CompleteMultipartUpload")
declare("expiration-not-told", "No answer has x-amz-expiration.", drop_header(_TELLING, EXPIRATION))
declare(
    "expiration-not-at-midnight",
    "The time in x-amz-expiration is no midnight.",
    set_header("HeadObject", EXPIRATION, _late),
)
declare(
    "expiration-filter-ignored",
    "PUT tells an expiration of every object.",
    change_response("PutObject", _everything_expires),
)
declare(
    "expiration-told-of-versions",
    "HEAD tells an expiration of every version.",
    change_response("HeadObject", _everything_expires),
)
declare(
    "abort-not-told",
    "No answer about an upload says when it is aborted.",
    drop_header(("CreateMultipartUpload", "ListParts"), "x-amz-abort-date"),
)

# storage classes and restores


def _all_standard(answer: Members) -> None:
    answer["Contents"] = [{**one, "StorageClass": "STANDARD"} for one in answer["Contents"]]


def _no_restores(answer: Members) -> None:
    for one in answer["Contents"]:
        one.pop("RestoreStatus", None)


def _is_archived(ctx: Context, members: Members) -> bool:
    found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
    return found is not None and found.storage_class in ("GLACIER", "DEEP_ARCHIVE")


declare(
    "storage-class-not-shown",
    "HEAD and GET do not tell the storage class.",
    drop_header(("HeadObject", "GetObject"), "x-amz-storage-class"),
)
declare(
    "storage-class-standard-shown",
    "HEAD tells the storage class STANDARD, too.",
    set_header("HeadObject", "x-amz-storage-class", lambda present: present or "STANDARD"),
)
declare(
    "storage-class-listed-standard",
    "Listings tell STANDARD of every object.",
    edit_members(("ListObjects", "ListObjectsV2"), _all_standard),
)
declare(
    "storage-class-fixed-for-ever",
    "A copy onto itself cannot change the storage class.",
    ignore_member("CopyObject", "StorageClass"),
)
declare(
    "archived-objects-readable",
    "GET of an archived object that is not restored succeeds.",
    swallow_error("GetObject", "InvalidObjectState"),
)
declare(
    "archived-objects-without-their-class",
    "InvalidObjectState does not tell the StorageClass.",
    drop_error_member("GetObject", "InvalidObjectState", "StorageClass"),
)
declare(
    "archived-objects-without-head",
    "HEAD of an archived object is refused.",
    refuse_when("HeadObject", "InvalidObjectState", _is_archived),
)
declare(
    "restore-answers-200",
    "A restore that begins answers 200.",
    set_status("RestoreObject", 202, 200),
)
declare(
    "restore-not-told", "HEAD has no x-amz-restore.", drop_header("HeadObject", "x-amz-restore")
)
declare(
    "restore-over-and-over",
    "A restore that is going on can be asked for again.",
    swallow_error("RestoreObject", "RestoreAlreadyInProgress"),
)
declare(
    "restore-of-anything",
    "Objects that are not archived can be restored.",
    swallow_error("RestoreObject", "InvalidObjectState"),
)
declare(
    "restore-days-optional",
    "A restore need not say for how many days.",
    swallow_error("RestoreObject", "MalformedXML"),
)
declare(
    "restore-not-listed",
    "Listings do not tell of restores.",
    edit_members("ListObjectsV2", _no_restores),
)
