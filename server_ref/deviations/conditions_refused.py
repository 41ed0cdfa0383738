"""Deviations of conditions that S3 reads in a way of its own."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_header
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.seams import Seams


def _without_lists(members: Members) -> None:
    if "," in str(members.get("IfMatch") or ""):
        del members["IfMatch"]


def _without_versions(members: Members) -> None:
    if members.get("VersionId") is not None:
        members.pop("IfMatch", None)


declare(
    "write-condition-lists-accepted",
    "A write or a deletion with a list in If-Match is done.",
    rewrite(("PutObject", "DeleteObject"), _without_lists),
)
declare(
    "condition-on-a-version-ignored",
    "If-Match on the deletion of a version is not looked at.",
    rewrite("DeleteObject", _without_versions),
)
declare("if-range-ignored", "If-Range is not looked at.", ignore_header("If-Range"))


@deviation(
    "delete-if-match-star-of-nothing-is-412",
    "A deletion with If-Match: * where there is no object answers PreconditionFailed.",
)
def star_of_nothing(server: Seams) -> None:
    @server.around("DeleteObject")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code == "NoSuchKey" and members.get("IfMatch") == "*":
                raise S3Error("PreconditionFailed", Condition="If-Match") from error
            raise


@deviation("suffix-of-nothing-unsatisfiable", "A suffix range of an empty object is InvalidRange.")
def suffix_of_nothing(server: Seams) -> None:
    @server.around("GetObject")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        suffix = str(members.get("Range") or "").startswith("bytes=-")
        if suffix and not answer["ContentLength"]:
            raise S3Error("InvalidRange")
        return answer


@deviation("largest-last-byte-refused", "A Range that ends at 2^63-1 is unsatisfiable.")
def largest_last_byte_refused(server: Seams) -> None:
    @server.around("GetObject")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        if str(members.get("Range") or "").endswith(str(2**63 - 1)):
            raise S3Error("InvalidRange")
        return handler(ctx, members)


@deviation("long-range-breaks", "A Range of more digits than Python reads is an InternalError.")
def long_range_breaks(server: Seams) -> None:
    @server.around("GetObject")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        if len(str(members.get("Range") or "")) > 4300:
            raise S3Error("InternalError")
        return handler(ctx, members)
