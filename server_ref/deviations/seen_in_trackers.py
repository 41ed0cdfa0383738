"""Deviations that trackers of servers have: kinds of grantees, sources that are gone, raw paths."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import edit_members
from server_ref.deviations.when import nothing_when
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Seams


def _kindless(answer: Members) -> None:
    for grant in answer.get("Grants") or []:
        grant["Grantee"] = {n: v for n, v in grant["Grantee"].items() if n != "Type"}


declare(
    "grantees-without-a-kind",
    "Grantees of an ACL have no xsi:type.",
    edit_members(("GetBucketAcl", "GetObjectAcl"), _kindless),
)


def _deleted(ctx: Context, members: Members) -> bool:
    name, _, key = unquote(members["CopySource"]).lstrip("/").partition("/")
    found = ctx.store.head(ctx.store.bucket(name), key)
    return found is not None and bool(found.marker)


declare(
    "deleted-sources-are-copied",
    "A copy of a deleted source is answered with success.",
    nothing_when("CopyObject", _deleted, {"CopyObjectResult": {"ETag": f'"{"0" * 32}"'}}),
)


@deviation("names-without-a-slash-are-below", "A prefix `dir/` lists the object `dir`, too.")
def names_without_a_slash_are_below(server: Seams) -> None:
    @server.around("ListObjectsV2")
    def listed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        prefix = str(members.get("Prefix") or "")
        if prefix.endswith("/") and not answer.get("KeyCount"):
            asked = {**members, "Prefix": prefix[:-1], "Delimiter": None}
            found = [
                one
                for one in handler(ctx, asked).get("Contents") or []
                if one["Key"] == prefix[:-1]
            ]
            answer.update(Contents=found, KeyCount=len(found))
        return answer


@deviation("paths-are-signed-as-they-stand", "The path is signed as it was sent, not encoded anew.")
def paths_are_signed_as_they_stand(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if any(one in request.target.partition("?")[0] for one in "()!*"):
            raise S3Error("SignatureDoesNotMatch")
        return plain(request, op)
