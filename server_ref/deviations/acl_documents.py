"""Deviations of what an ACL may say, in headers, by name and as a document."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import rewrite, swallow_when
from server_ref.errors import S3Error
from server_ref.seams import Seams

_SET = ("PutBucketAcl", "PutObjectAcl")
_GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")

declare(
    "acl-grantees-unchecked",
    "A grant header for somebody nobody knows is taken, and nothing comes of it.",
    swallow_when(
        _SET,
        "InvalidArgument",
        lambda _ctx, members: any(members.get(name) for name in _GRANTS),
    ),
)
declare(
    "acl-document-unchecked",
    "An ACL document that is none is taken, and nothing comes of it.",
    accept(_SET, "MalformedACLError"),
)
declare(
    "acl-document-of-strangers",
    "An ACL document that names nobody there is is taken, and nothing comes of it.",
    swallow_when(
        _SET, "InvalidArgument", lambda _ctx, members: bool(members.get("AccessControlPolicy"))
    ),
)


def _canned(operation: str, said: str, done: str) -> Change:
    """The canned ACL ``said`` is taken for ``done``."""

    def change(members: Members) -> None:
        if members.get("ACL") == said:
            members["ACL"] = done

    return rewrite(operation, change)


declare(
    "acl-of-a-put-unchecked",
    "PutObject takes a canned ACL that is none for private.",
    _canned("PutObject", "fake-acl", "private"),
)
declare(
    "acl-authenticated-is-all",
    "`authenticated-read` is taken for `public-read`.",
    _canned("PutBucketAcl", "authenticated-read", "public-read"),
)
declare(
    "acl-read-write-is-read",
    "`public-read-write` is taken for `public-read`.",
    _canned("PutBucketAcl", "public-read-write", "public-read"),
)
declare(
    "acl-log-delivery-unknown",
    "`log-delivery-write` is taken for `private`.",
    _canned("PutBucketAcl", "log-delivery-write", "private"),
)
declare(
    "acl-at-creation-ignored",
    "CreateBucket does not look at grant headers.",
    ignore_member("CreateBucket", *_GRANTS),
)


@deviation("acl-lost-by-a-refusal", "An ACL that is refused leaves the bucket private.")
def acl_lost_by_a_refusal(server: Seams) -> None:
    @server.around("PutBucketAcl")
    def private(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error:
            handler(ctx, {"Bucket": members["Bucket"], "ACL": "private"})
            raise
