"""Deviations of event notifications, access logging and replication."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import drop_member, edit_members, swallow_error
from server_ref.deviations.when import (
    nothing_when,
    refuse_when,
    rewrite,
    success_for_error,
    swallow_when,
)
from server_ref.errors import S3Error
from server_ref.seams import Seams

_PUT = "PutBucketNotificationConfiguration"
_GET = "GetBucketNotificationConfiguration"


def _lacks(config: str) -> Callable[[Context, Members], bool]:
    return lambda ctx, members: (
        not ctx.store.get_config(ctx.store.bucket(members["Bucket"]), config)
    )


def _always(_ctx: Context, _members: Members) -> bool:
    return True


def _filters(members: Members) -> list[Members]:
    queues = members["NotificationConfiguration"].get("QueueConfigurations", ())
    return [queue["Filter"] for queue in queues if queue.get("Filter")]


def _drop_filters(members: Members) -> None:
    for queue in members["NotificationConfiguration"].get("QueueConfigurations", ()):
        queue.pop("Filter", None)


def _lower_filter_names(answer: Members) -> None:
    for queue in answer.get("QueueConfigurations", ()):
        for rule in ((queue.get("Filter") or {}).get("Key") or {}).get("FilterRules", ()):
            rule["Name"] = rule["Name"].lower()


def _copied(edit: Callable[[Members], None]) -> Callable[[Members], None]:
    """``edit`` on a copy: what is kept is not to be changed."""

    def change(answer: Members) -> None:
        copy = deepcopy(dict(answer))
        edit(copy)
        answer.clear()
        answer.update(copy)

    return change


def _destinations_unchecked(server: Seams) -> None:
    @server.around(_PUT)
    def skip(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.request.headers["x-amz-skip-destination-validation"] = "true"
        return handler(ctx, members)


def _unparsed(_ctx: Context, members: Members) -> bool:
    queues = members["NotificationConfiguration"].get("QueueConfigurations", ())
    return any(not queue["QueueArn"].startswith("arn:") for queue in queues)


declare(
    "notification-missing-is-error",
    "A bucket without notifications answers an error.",
    refuse_when(_GET, "NoSuchConfiguration", _lacks("notification")),
)
declare(
    "notification-not-kept",
    "A configuration of notifications answers and is forgotten.",
    nothing_when(_PUT, _always),
)
declare(
    "notification-filter-lost",
    "Filters of notifications are not kept.",
    rewrite(_PUT, _drop_filters),
)
declare(
    "notification-filter-name-as-sent",
    "The names of filter rules come back in lower case.",
    edit_members(_GET, _copied(_lower_filter_names)),
)


def _empty_filters(_ctx: Context, members: Members) -> bool:
    rules = [rule for one in _filters(members) for rule in one["Key"]["FilterRules"]]
    return any(not rule.get("Value") for rule in rules)


declare(
    "notification-filter-empty-lost",
    "A filter rule with an empty value is refused.",
    refuse_when(_PUT, "InvalidArgument", _empty_filters),
)
declare(
    "notification-filter-name-unchecked",
    "Any name of a filter rule is taken.",
    swallow_when(_PUT, "InvalidArgument", lambda _ctx, members: bool(_filters(members))),
)
declare(
    "notification-arn-unchecked",
    "Any text is taken for the ARN of a destination.",
    swallow_when(_PUT, "InvalidArgument", _unparsed),
)
declare(
    "notification-destination-unchecked",
    "A destination that is not there is taken.",
    _destinations_unchecked,
)
declare(
    "notification-empty-changes-nothing",
    "An empty configuration of notifications changes nothing.",
    nothing_when(_PUT, lambda _ctx, members: not members["NotificationConfiguration"]),
)

declare(
    "logging-missing-is-error",
    "A bucket without access logging answers an error.",
    refuse_when("GetBucketLogging", "NoSuchConfiguration", _lacks("logging")),
)
declare(
    "logging-not-kept",
    "A configuration of access logging answers and is forgotten.",
    nothing_when("PutBucketLogging", _always),
)
declare(
    "logging-target-unchecked",
    "Access logs may go to a bucket that is not there.",
    swallow_error("PutBucketLogging", "InvalidTargetBucketForLogging"),
)
declare(
    "logging-stays-on",
    "Access logging cannot be turned off.",
    nothing_when("PutBucketLogging", lambda _ctx, members: not members["BucketLoggingStatus"]),
)


def _deleted_once(server: Seams) -> None:
    @server.around("DeleteBucketReplication")
    def refuse(handler: Handler, ctx: Context, members: Members) -> Members:
        if _lacks("replication")(ctx, members):
            raise S3Error("ReplicationConfigurationNotFoundError", BucketName=members["Bucket"])
        return handler(ctx, members)


def _statuses(*hidden: str) -> Change:
    """HEAD does not say these states of replication."""

    def edit(answer: Members) -> None:
        if answer.get("ReplicationStatus") in hidden:
            del answer["ReplicationStatus"]

    return edit_members("HeadObject", edit)


declare(
    "replication-missing-is-empty",
    "A bucket without replication answers an empty configuration.",
    swallow_error(
        "GetBucketReplication",
        "ReplicationConfigurationNotFoundError",
        {"ReplicationConfiguration": {"Role": "", "Rules": []}},
    ),
)
declare(
    "replication-unversioned-taken",
    "Buckets without versioning may replicate.",
    swallow_error("PutBucketReplication", "InvalidRequest"),
)
declare(
    "replication-not-kept",
    "A configuration of replication answers and is forgotten.",
    nothing_when("PutBucketReplication", _always),
)
declare(
    "replication-no-rules-taken",
    "A configuration of replication may have no rule.",
    success_for_error("PutBucketReplication", "MalformedXML", 200),
)
declare(
    "replication-deleted-once",
    "Deleting a configuration of replication that is not there is an error.",
    _deleted_once,
)
declare(
    "replication-status-missing",
    "HEAD does not say how far replication is.",
    drop_member("HeadObject", "ReplicationStatus"),
)
declare(
    "replication-replica-unmarked",
    "A replica does not say that it is one.",
    _statuses("REPLICA"),
)
declare(
    "notification-not-turned-off",
    "An empty configuration of notifications changes nothing.",
    nothing_when("PutBucketNotification*", lambda _ctx, m: not m.get("NotificationConfiguration")),
)

declare(
    "logging-prefix-optional",
    "A target of logs need not have a prefix, and nothing comes of it.",
    accept("PutBucketLogging", "MalformedXML"),
)
