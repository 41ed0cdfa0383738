"""Deviations in which a right of another account brings others with it."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.accounts import foreign
from server_ref.deviations.steps import lenient, swallow_error
from server_ref.errors import S3Error
from server_ref.rules.times import moment
from server_ref.seams import Seams

Decide = Callable[[Context, Members], None]
When = Callable[[Members], bool]


def _let(*operations: str, when: When = lambda _members: True) -> Change:
    """Other accounts may always do these operations, where ``when`` holds."""

    def step(server: Seams) -> None:
        @server.around_decide
        def decide(plain: Decide, ctx: Context, members: Members) -> None:
            if ctx.operation in operations and when(members) and foreign(ctx, members):
                ctx.authorize = lambda _action, _bucket, _key, _version: None
                return
            plain(ctx, members)

    return step


def _unseen(*names: str) -> Change:
    """Who may do a write is decided as if these members were not there."""

    def step(server: Seams) -> None:
        @server.around_decide
        def decide(plain: Decide, ctx: Context, members: Members) -> None:
            plain(ctx, {name: said for name, said in members.items() if name not in names})

    return step


declare(
    "right-to-read-is-every-read",
    "Other accounts read tags, ACLs and attributes of objects.",
    _let("GetObjectTagging", "GetObjectAcl", "GetObjectAttributes"),
)
declare(
    "attributes-are-a-right-of-their-own",
    "Other accounts read an object's attributes, though not the object.",
    _let("GetObjectAttributes"),
)


def _told(to_anybody: bool) -> Change:
    """What of an object's tags and lock its answers tell, whoever asks."""

    def step(server: Seams) -> None:
        @server.around_decide
        def decide(plain: Decide, ctx: Context, members: Members) -> None:
            plain(ctx, members)
            if foreign(ctx, members):
                ctx.may = lambda _action, _version: to_anybody

    return step


declare(
    "tagging-count-told-to-anybody",
    "Whoever reads an object is told how many tags it has.",
    _told(to_anybody=True),
)
declare(
    "tagging-count-told-to-nobody",
    "No other account is told how many tags an object has.",
    _told(to_anybody=False),
)
declare(
    "right-to-list-is-every-list",
    "Other accounts list versions and uploads.",
    _let("ListObjectVersions", "ListMultipartUploads"),
)
declare(
    "right-to-write-ends-uploads",
    "Other accounts list the parts of an upload, and abort it.",
    _let("ListParts", "AbortMultipartUpload"),
)
declare(
    "right-to-delete-removes-versions",
    "Other accounts remove versions.",
    _let("DeleteObject", when=lambda members: members.get("VersionId") is not None),
)
declare(
    "right-to-write-is-every-write",
    "Who may write may write with tags, an ACL and a lock.",
    _unseen("Tagging", "ACL", "ObjectLockMode", "ObjectLockLegalHoldStatus"),
)
declare(
    "right-to-bypass-is-everybodys",
    "Whoever may remove a version may bypass its retention.",
    _unseen("BypassGovernanceRetention"),
)
declare(
    "name-of-another-account-taken",
    "CreateBucket answers success for another account's bucket.",
    swallow_error("CreateBucket", "BucketAlreadyExists"),
)
declare(
    "two-mechanisms-taken",
    "An Authorization header beside a presigned URL is not looked at.",
    lenient("one_mechanism"),
)


@deviation("absence-told-to-anybody", "Anybody is told that a key is not there.")
def absence_told_to_anybody(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Decide, ctx: Context, members: Members) -> None:
        if ctx.operation in ("GetObject", "HeadObject") and foreign(ctx, members):
            bucket = ctx.store.bucket(members["Bucket"])
            if ctx.store.head(bucket, members["Key"]) is None:
                raise S3Error("NoSuchKey", Key=members["Key"])
        plain(ctx, members)


@deviation("denied-deletions-told-as-done", "DeleteObjects tells no account what it may not.")
def denied_deletions_told_as_done(server: Seams) -> None:
    @server.around("DeleteObjects")
    def done(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        denied = answer.pop("Errors", None) or []
        told = [{"Key": one["Key"]} for one in denied]
        return {**answer, "Deleted": [*(answer.get("Deleted") or []), *told]}


@deviation("buckets-of-all-accounts-listed", "ListBuckets answers the buckets of every account.")
def buckets_of_all_accounts_listed(server: Seams) -> None:
    @server.around("ListBuckets")
    def of_all(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        found = answer.get("Buckets") or []
        known = {one["Name"] for one in found}
        more = [
            {"Name": one.name, "CreationDate": moment(one.created)}
            for one in ctx.store.buckets()
            if one.name not in known
        ]
        return {**answer, "Buckets": [*found, *more]}


@deviation("right-to-write-is-no-upload", "s3:PutObject does not let others upload in parts.")
def right_to_write_is_no_upload(server: Seams) -> None:
    steps = ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")

    @server.around_decide
    def decide(plain: Decide, ctx: Context, members: Members) -> None:
        if ctx.operation in steps and foreign(ctx, members):
            raise S3Error("AccessDenied")
        plain(ctx, members)
