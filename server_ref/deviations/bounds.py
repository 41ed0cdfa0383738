"""Deviations in which a document may hold anything, and a question may have any value."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.when import rewrite, swallow_when
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Seams


def _many_rules(_ctx: Context, members: Members) -> bool:
    return len((members.get("LifecycleConfiguration") or {}).get("Rules") or []) > 1000


declare(
    "lifecycle-rules-unbounded",
    "A lifecycle configuration of any number of rules is taken, and nothing comes of it.",
    swallow_when("PutBucketLifecycleConfiguration", "MalformedXML", _many_rules),
)


declare(
    "versions-kept-without-number",
    "A rule may keep any number of old versions; nothing comes of it.",
    accept("PutBucketLifecycleConfiguration", "InvalidArgument", "NewerNoncurrentVersions"),
)


def _large(_ctx: Context, members: Members) -> bool:
    return len(members["Policy"]) > 20 * 1024


declare(
    "policies-of-any-size",
    "A policy of any size is taken, and nothing comes of it.",
    swallow_when("PutBucketPolicy", "MalformedPolicy", _large),
)


def _hundred(members: Members) -> None:
    grants = (members.get("AccessControlPolicy") or {}).get("Grants") or []
    del grants[100:]


declare(
    "grants-without-number",
    "Of the grants of an ACL document the first hundred are taken.",
    rewrite("PutBucketAcl", _hundred),
)
declare(
    "grantees-by-mail",
    "A grant to an e-mail address is taken, and nothing comes of it.",
    accept("PutBucketAcl", "MethodNotAllowed"),
)
declare(
    "events-of-any-name",
    "Notifications of events that do not exist are taken, and nothing comes of it.",
    accept("PutBucketNotificationConfiguration", "InvalidArgument", "event"),
)
declare(
    "max-uploads-unchecked",
    "ListMultipartUploads takes any max-uploads, and lists nothing.",
    accept("ListMultipartUploads", "InvalidArgument", "max-uploads"),
)


@deviation("tokens-of-any-kind", "A continuation token that no listing gave is a key to begin at.")
def tokens_of_any_kind(server: Seams) -> None:
    @server.around("ListObjectsV2")
    def listed(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if not members.get("ContinuationToken") or error.code != "InvalidArgument":
                raise
            members["StartAfter"] = members.pop("ContinuationToken")
            return handler(ctx, members)


@deviation("part-numbers-of-reads-unchecked", "GetObject looks at no partNumber.")
def part_numbers_of_reads_unchecked(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if op == "GetObject":
            request.query.pop("partNumber", None)
        return plain(request, op)
