"""Deviations of several destinations in one configuration of notifications."""

from __future__ import annotations

import re
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import edit_members
from server_ref.deviations.when import refuse_when
from server_ref.seams import Seams

_PUT = "PutBucketNotificationConfiguration"
_GET = "GetBucketNotificationConfiguration"
_QUEUES = "QueueConfigurations"
_made_up = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


def _queues(members: Members) -> list[dict[str, Any]]:
    return list((members.get("NotificationConfiguration") or {}).get(_QUEUES) or ())


def _without_ids(answer: Members) -> None:
    queues = answer.get(_QUEUES) or ()
    made = [queue for queue in queues if _made_up(queue["Id"])]
    if made:
        answer[_QUEUES] = [{**queue, "Id": None} if queue in made else queue for queue in queues]


def _added(server: Seams) -> None:
    @server.around(_PUT)
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        before = ctx.store.get_config(bucket, "notification") or {}
        queues = _queues(members)
        if queues and before.get(_QUEUES):
            members["NotificationConfiguration"][_QUEUES] = [*before[_QUEUES], *queues]
        return handler(ctx, members)


declare(
    "notifications-overlap",
    "Two destinations may want one event of a key, and nothing comes of it.",
    accept(_PUT, "InvalidArgument", "same event type"),
    accept(_PUT, "InvalidArgument", "Configurations overlap"),
)
declare(
    "notifications-never-two",
    "Two destinations of one configuration are refused, whatever they want.",
    refuse_when(_PUT, "InvalidArgument", lambda _ctx, members: len(_queues(members)) > 1),
)
declare(
    "notification-ids-missing",
    "A destination that was put without an Id has none.",
    edit_members(_GET, _without_ids),
)
declare(
    "notifications-are-added",
    "A configuration of notifications is added to the one before it.",
    _added,
)
