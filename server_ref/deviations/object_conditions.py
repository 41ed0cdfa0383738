"""Deviations of conditional requests."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import accept, before
from server_ref.deviations.steps import ignore_member, replace_error
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

for _operation, _short in (("GetObject", "read"), ("HeadObject", "head")):
    declare(
        f"{_short}-if-match-ignored",
        f"{_operation} ignores If-Match.",
        ignore_member(_operation, "IfMatch"),
    )
    declare(
        f"{_short}-if-none-match-ignored",
        f"{_operation} ignores If-None-Match.",
        ignore_member(_operation, "IfNoneMatch"),
    )

declare(
    "read-if-modified-since-ignored",
    "GetObject ignores If-Modified-Since.",
    ignore_member("GetObject", "IfModifiedSince"),
)
declare(
    "read-if-unmodified-since-ignored",
    "GetObject ignores If-Unmodified-Since.",
    ignore_member("GetObject", "IfUnmodifiedSince"),
)
declare(
    "read-unmodified-before-match",
    "If-Unmodified-Since counts more than If-Match.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {"IfMatch": None} if members.get("IfUnmodifiedSince") else {}
        ),
    ),
)
declare(
    "read-modified-before-none-match",
    "If-Modified-Since counts more than If-None-Match.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {"IfNoneMatch": None} if members.get("IfModifiedSince") else {}
        ),
    ),
)
declare(
    "unquoted-etag-never-matches",
    "An ETag without quotes matches nothing.",
    before(
        "GetObject",
        lambda _ctx, members: members.update(
            {} if (members.get("IfNoneMatch") or "").startswith('"') else {"IfNoneMatch": None}
        ),
    ),
)


def _refuse_where(operation: str, member: str, code: str) -> Change:
    def refused(_ctx: Context, members: Members) -> None:
        if members.get(member) is not None:
            raise S3Error(code)

    return before(operation, refused)


@deviation("read-future-date-obeyed", "If-Modified-Since in the future answers 304.")
def read_future_date_obeyed(server: Seams) -> None:
    @server.around("GetObject")
    def obeyed(handler: Handler, ctx: Context, members: Members) -> Members:
        since = members.get("IfModifiedSince")
        if since is not None and since > ctx.clock():
            raise S3Error("NotModified")
        return handler(ctx, members)


@deviation("not-modified-without-etag", "A 304 has no ETag.")
def not_modified_without_etag(server: Seams) -> None:
    @server.on_response("GetObject")
    def bare(_exchange: Exchange, response: Response) -> None:
        if response.status == 304:
            for name in [n for n in response.headers if n.lower() == "etag"]:
                del response.headers[name]


declare(
    "read-if-match-refused",
    "If-Match is always refused.",
    _refuse_where("GetObject", "IfMatch", "PreconditionFailed"),
)
declare(
    "read-if-none-match-always-304",
    "If-None-Match always answers 304.",
    _refuse_where("GetObject", "IfNoneMatch", "NotModified"),
)
declare(
    "put-if-none-match-refused",
    "PutObject refuses If-None-Match.",
    _refuse_where("PutObject", "IfNoneMatch", "NotImplemented"),
)
declare(
    "put-if-match-refused",
    "PutObject refuses If-Match.",
    _refuse_where("PutObject", "IfMatch", "NotImplemented"),
)
declare(
    "put-if-none-match-ignored",
    "PutObject ignores If-None-Match.",
    ignore_member("PutObject", "IfNoneMatch"),
)
declare(
    "put-if-match-ignored", "PutObject ignores If-Match.", ignore_member("PutObject", "IfMatch")
)
declare(
    "put-if-match-absent-is-412",
    "If-Match of an absent key is a failed precondition.",
    replace_error("PutObject", "NoSuchKey", "PreconditionFailed"),
)
declare(
    "put-condition-forms-unchecked",
    "PutObject takes every form of a condition.",
    accept("PutObject", "NotImplemented"),
)
declare(
    "delete-if-match-ignored",
    "DeleteObject ignores If-Match.",
    ignore_member("DeleteObject", "IfMatch"),
)
declare(
    "delete-if-match-size-accepted",
    "DeleteObject ignores x-amz-if-match-size.",
    ignore_member("DeleteObject", "IfMatchSize"),
)
declare(
    "delete-if-match-time-accepted",
    "DeleteObject ignores the time it is to match.",
    ignore_member("DeleteObject", "IfMatchLastModifiedTime"),
)
declare(
    "complete-conditions-ignored",
    "CompleteMultipartUpload ignores its conditions.",
    ignore_member("CompleteMultipartUpload", "IfMatch", "IfNoneMatch"),
)
declare(
    "complete-conflicts-ignored",
    "What happened during an upload is no conflict.",
    accept("CompleteMultipartUpload", "ConditionalRequestConflict"),
)
