"""Deviations of what one account may do to what is another's."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_header
from server_ref.deviations.when import anonymous, rewrite
from server_ref.errors import S3Error
from server_ref.seams import Seams

Decide = Callable[[Context, Members], None]
_GRANTS = ("GrantRead", "GrantWrite", "GrantReadACP", "GrantWriteACP", "GrantFullControl")


def foreign(ctx: Context, members: Members) -> bool:
    """Whether an account asks for something in another's bucket, or of one."""
    account = ctx.account
    if account is None or ctx.operation == "CreateBucket":
        return False
    source = str(members.get("CopySource") or "").lstrip("/").partition("/")[0]
    names = [name for name in (members.get("Bucket"), source) if name]
    return any(ctx.store.bucket(name).owner != account.canonical_id for name in names)


@deviation("other-accounts-may-everything", "What is one account's is every account's.")
def everything(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Decide, ctx: Context, members: Members) -> None:
        if not foreign(ctx, members):
            plain(ctx, members)
            return
        ctx.authorize = lambda _action, _bucket, _key, _version: None


@deviation("other-accounts-may-nothing", "No account may do anything in another's bucket.")
def nothing(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Decide, ctx: Context, members: Members) -> None:
        if foreign(ctx, members):
            raise S3Error("AccessDenied")
        plain(ctx, members)


@deviation("write-changes-what-others-own", "WRITE of a bucket changes whatever is in it.")
def changes_all(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Decide, ctx: Context, members: Members) -> None:
        try:
            plain(ctx, members)
        except S3Error:
            if ctx.operation not in ("DeleteObject", "PutObject") or not foreign(ctx, members):
                raise
            plain(ctx, {**members, "Key": f"not-there/{members['Key']}"})


def _full_control(members: Members) -> None:
    found = [members.pop(name) for name in _GRANTS if members.get(name)]
    if found:
        members["GrantFullControl"] = ", ".join(found)


declare(
    "acl-grants-are-full-control",
    "A grant of any permission is one of all.",
    rewrite(("PutBucketAcl", "PutObjectAcl"), _full_control),
)


declare(
    "acl-objects-open-to-anybody",
    "Any object is read without a signature.",
    anonymous("GetObject", None),
)
declare(
    "acl-public-write-has-no-effect",
    "Nobody writes an object without a signature.",
    anonymous("PutObject", "AccessDenied"),
)


def _owned_by(mode: str) -> Callable[[Members], None]:
    """Whatever ownership a bucket is made with, it is this one."""

    def change(members: Members) -> None:
        members["ObjectOwnership"] = mode

    return change


declare(
    "ownership-is-the-writers",
    "Every bucket has the ownership ObjectWriter.",
    rewrite("CreateBucket", _owned_by("ObjectWriter")),
)
declare(
    "ownership-is-the-buckets",
    "Every bucket has the ownership BucketOwnerEnforced.",
    rewrite("CreateBucket", _owned_by("BucketOwnerEnforced")),
)
declare(
    "source-owner-not-compared",
    "x-amz-source-expected-bucket-owner is not looked at.",
    ignore_header("x-amz-source-expected-bucket-owner"),
)


@deviation("payer-asked-for-nothing", "Requesters need not say that they pay.")
def not_asked(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Decide, ctx: Context, members: Members) -> None:
        ctx.request.headers["x-amz-request-payer"] = "requester"
        plain(ctx, members)
