"""Deviations of questions with one small answer: another answer, or none."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import change_response, swallow_error
from server_ref.deviations.when import refuse_when
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams


@deviation("attributes-with-blanks-refused", "Attributes are named without blanks.")
def attributes_with_blanks_refused(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if op == "GetObjectAttributes" and " " in request.headers.get(
            "x-amz-object-attributes", ""
        ):
            raise S3Error("InvalidArgument", "Invalid attribute name specified.")
        return plain(request, op)


declare(
    "buckets-without-tags-have-an-empty-set",
    "GetBucketTagging answers an empty set where there are no tags.",
    swallow_error("GetBucketTagging", "NoSuchTagSet", {"TagSet": []}),
)


def _not_found(exchange: Exchange, response: Response) -> None:
    error = exchange.error
    if error is not None and error.code == "AccessForbidden" and "not found" in error.message:
        response.status = 404


declare(
    "preflight-of-no-bucket-is-404",
    "OPTIONS of a bucket that is not there is 404.",
    change_response("*", _not_found),
)
declare(
    "status-of-no-policy",
    "GetBucketPolicyStatus answers that a bucket without a policy is not public.",
    swallow_error(
        "GetBucketPolicyStatus", "NoSuchBucketPolicy", {"PolicyStatus": {"IsPublic": False}}
    ),
)


def _archived(ctx: Context, members: Members) -> bool:
    found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
    return found is not None and found.storage_class == "GLACIER"


declare(
    "restored-objects-stay-unread",
    "An archived object is not there, restored or not.",
    refuse_when("GetObject", "NoSuchKey", _archived),
)


@deviation("empty-version-is-none", "DeleteObjects takes an empty VersionId for none.")
def empty_version_is_none(server: Seams) -> None:
    @server.around("DeleteObjects")
    def none(handler: Handler, ctx: Context, members: Members) -> Members:
        for one in members["Delete"]["Objects"]:
            if not one.get("VersionId"):
                one.pop("VersionId", None)
        return handler(ctx, members)
