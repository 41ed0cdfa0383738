"""One decision whether a request may be done: owner, policy, ACLs and public access block together.

What it is about comes from the store, in the spelling the operation will use.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from server_ref.acl import Acl, permits
from server_ref.acl.grants import private
from server_ref.acl.requested import asks_for_public
from server_ref.auth.credentials import Keyring
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.gate.begun import bucket_tags, is_initiator, upload_headers
from server_ref.gate.decided import Decided
from server_ref.gate.permissions import (
    BUCKET_PERMISSIONS,
    EXISTING,
    OBJECT_PERMISSIONS,
    Need,
    needs,
    source_need,
)
from server_ref.model.routes import POST_OBJECT, PSEUDO
from server_ref.policy import Asked, Caller, Policy, Verdict, evaluate, parse
from server_ref.policy import is_public as is_public_policy
from server_ref.policy.actions import action_of
from server_ref.policy.facts import BodyNeeded, RequestFacts, Surroundings
from server_ref.rules.new_object import ANONYMOUS
from server_ref.storage.records import Bucket, Version

if TYPE_CHECKING:
    from server_ref.storage import Store

_account_id = re.compile(r"[0-9]{12}").fullmatch

# No bucket is there yet, or none is meant: any account may.
_WITHOUT_BUCKET = frozenset({"ListBuckets", "ListDirectoryBuckets", "CreateBucket"})
# Operations that learn on their way what else has to be allowed (``ctx.authorize``).
_ASKING = frozenset({"CopyObject", "DeleteObjectAnnotation", "DeleteObjects"})
_OF_WHAT_IS_MADE = frozenset({"PutObjectTagging"})  # of these: said about a new object
# Operations whose answers tell what needs rights of its own (``ctx.may``).
_TELLING = frozenset({"GetObject", "HeadObject"})
# A bucket's owner can always take back a policy that locks everybody out.
_RESCUE = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})
# What nobody may do without an account, whatever a policy allows.
# https://github.com/scylladb/scylladb/issues/13425
_NO_COPIES = "Anonymous users cannot copy objects.  Please authenticate."
_NO_ACCOUNT = "Anonymous users cannot invoke this API. Please authenticate."
_NOT_ANONYMOUS = {
    "CopyObject": _NO_COPIES,
    "CreateMultipartUpload": (
        "Anonymous users cannot initiate multipart uploads.  Please authenticate."
    ),
    "DeleteBucketOwnershipControls": None,
    "GetBucketOwnershipControls": None,
    "PutBucketOwnershipControls": None,
    "UploadPartCopy": _NO_COPIES,
}
# Conditions on the object's tags are taken for these, and never hold; reading it is asked besides.
# https://github.com/justincormack/argmin measured it.
_WITHOUT_TAGS = frozenset({"GetObjectAttributes", "GetObjectVersionAttributes"})
# By default whoever began an upload may do these with it.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
_OF_INITIATOR = frozenset({"AbortMultipartUpload", "ListMultipartUploadParts"})
_OF_OWNER = frozenset({"READ_ACP", "WRITE_ACP"})  # of an object, whatever its list says


class Access:
    """``decide(ctx, members)`` for one server's accounts."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def decide(self, ctx: Context, members: Members) -> None:
        """Return if the request may be done; with the members of its head alone, if it may be read.

        Raises S3Error AccessDenied, NoSuchBucket, InvalidBucketOwnerAWSAccountID, InvalidArgument
        for a CopySource that names nothing, and BodyNeeded where the body has a say.
        """
        operation = ctx.operation
        if operation in _WITHOUT_BUCKET:
            if ctx.account is None and operation != "ListBuckets":
                raise S3Error("AccessDenied", _NO_ACCOUNT)
            return
        name = members.get("Bucket")
        if not name:
            return  # an operation of another service, which refuses it itself

        if operation in _ASKING:

            def authorize(action: str, bucket: str, key: str, version_id: str | None) -> None:
                need = Need(action, bucket, key, version_id, writing=action in _OF_WHAT_IS_MADE)
                self._require(ctx, members, need)

            ctx.authorize = authorize
        if operation in _TELLING:
            ctx.may = lambda action, version: self._may(ctx, members, action, version)
        if operation == POST_OBJECT:  # a form carries its own signature, read by the operation

            def authorize_form(
                action: str, _bucket: str, _key: str, _version_id: str | None
            ) -> None:
                self._judge(ctx, action, members)  # the form's, by then

            ctx.authorize = authorize_form
        if operation in PSEUDO:
            return  # a preflight asks for nobody
        self._judge(ctx, operation, members)

    def _judge(self, ctx: Context, operation: str, members: Members) -> None:
        """Whether this account may do ``operation`` with these members of its bucket."""
        name = members["Bucket"]
        bucket = ctx.store.bucket(name)
        expected = members.get("ExpectedBucketOwner")
        if expected is not None:
            self._expect(expected, bucket)
        expected = members.get("ExpectedSourceBucketOwner")
        if expected is not None and members.get("CopySource") is not None:
            self._expect(expected, ctx.store.bucket(source_need(members["CopySource"]).bucket))
        mine = ctx.account is not None and ctx.account.canonical_id == bucket.owner
        if not mine:
            _check_payer(ctx, bucket)
        elif (
            "CopySource" not in members
            and ctx.store.get_config(bucket, "policy") is None
            and not _uses_acls(ctx, bucket)
            and not asks_for_public(members)
        ):
            return  # one's own bucket, and nothing else has a say in it
        if operation == "DeleteObjects" and "Delete" not in members and not mine:
            self._may_delete_some(ctx, bucket)
        for need in needs(operation, members):
            self._require(ctx, members, need)
        if ctx.account is None and operation in _NOT_ANONYMOUS:
            raise S3Error("AccessDenied", _NOT_ANONYMOUS[operation])
        if operation in _RESCUE and not mine:
            # a policy can let another account do it, and still it is not that account's to do
            raise S3Error(
                "MethodNotAllowed", Method=ctx.request.method, ResourceType="BUCKETPOLICY"
            )
        # Where no ACL is taken at all, the operation says that, as users of new buckets find:
        # https://github.com/ine-labs/AWSGoat/issues/44
        if (
            asks_for_public(members)
            and _uses_acls(ctx, bucket)
            and _blocks(ctx, bucket, "BlockPublicAcls")
        ):
            raise denied(
                ctx,
                bucket,
                Need(action_of(operation), name, members.get("Key")),
                "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block"
                " Public Access.",
            )

    def _may_delete_some(self, ctx: Context, bucket: Bucket) -> None:
        """Each key is judged in its turn; raises BodyNeeded where the answer to all is no."""
        if ctx.store.get_config(bucket, "policy") is not None:
            return
        if not (
            _uses_acls(ctx, bucket)
            and _listed(ctx, bucket, Need("DeleteObject", bucket.name), None)
        ):
            raise BodyNeeded

    def _require(self, ctx: Context, members: Members, need: Need) -> None:
        """Return if ``need`` is allowed; raises S3Error AccessDenied or NoSuchBucket.

        What is opened afterwards is judged in its turn where it is not what was found here.
        """
        bucket = ctx.store.bucket(need.bucket)
        if _is_mine(ctx, bucket) and not _depends(ctx, bucket, need):
            return
        if need.key is None:
            self._allow(ctx, members, need, bucket, None)
            return
        store: Any = ctx.store
        if not isinstance(store, Decided):

            def again(judged: Need, found: Version | None) -> None:
                self._allow(ctx, members, judged, store.bucket(judged.bucket), found)

            store = Decided(store, again)
            ctx.store = cast("Store", store)
            ctx.confirm = store.confirm
        found = store.head(bucket, need.key, need.version_id)
        if found is not None and found.marker:
            found = None
        self._allow(ctx, members, need, bucket, found)
        if not need.writing:
            store.note(need, found)

    def _allow(
        self, ctx: Context, members: Members, need: Need, bucket: Bucket, found: Version | None
    ) -> None:
        """Return if ``need`` is allowed of this version; raises S3Error AccessDenied."""
        mine = _is_mine(ctx, bucket)
        listed = _is_listed(ctx, bucket, need)
        verdict = self._verdict(ctx, members, need, bucket, found)
        if verdict is Verdict.DENY and not (mine and need.action in _RESCUE):
            raise denied(ctx, bucket, need, "with an explicit deny in a resource-based policy")
        # neither the bucket's owner nor its policy has a say about another account's object
        foreign = listed and found is not None and found.owner != bucket.owner
        allowed = not foreign and (mine or verdict is Verdict.ALLOW)
        if not allowed:
            allowed = _uses_acls(ctx, bucket) and _listed(ctx, bucket, need, found)
        if not allowed and need.action in _OF_INITIATOR:
            allowed = is_initiator(ctx, bucket, members)
        if mine and not foreign:
            return
        if need.action in EXISTING and not need.writing and found is None:
            # whether a key is there is told only to whom may list
            if self._may_list(ctx, members, need, bucket):
                return
            allowed = False
        if not allowed:
            raise S3Error("AccessDenied")

    def _may(self, ctx: Context, members: Members, action: str, version: Version) -> bool:
        """Whether this account may do it with the version that is being read."""
        bucket = ctx.store.bucket(members["Bucket"])
        need = Need(action, bucket.name, version.key, members.get("VersionId"))
        if _is_mine(ctx, bucket) and not _depends(ctx, bucket, need):
            return True
        try:
            self._allow(ctx, members, need, bucket, version)
        except S3Error:
            return False
        return True

    def _may_list(self, ctx: Context, members: Members, need: Need, bucket: Bucket) -> bool:
        listing = Need("ListBucket", need.bucket)
        # the key counts as the prefix: who may list below photos/ learns that photos/x is missing
        verdict = self._verdict(ctx, {**members, "Prefix": need.key}, listing, bucket, None)
        return verdict is Verdict.ALLOW or (
            verdict is Verdict.NOTHING
            and _uses_acls(ctx, bucket)
            and _listed(ctx, bucket, listing, None)
        )

    def _verdict(
        self, ctx: Context, members: Members, need: Need, bucket: Bucket, found: Version | None
    ) -> Verdict:
        """What the bucket's policy says, after RestrictPublicBuckets."""
        text = ctx.store.get_config(bucket, "policy")
        if text is None:
            return Verdict.NOTHING
        policy = parsed(text, bucket.name)
        account = self._keyring.account(bucket.owner)
        owner_account = account.account_id if account else ""
        caller = caller_of(ctx)
        facts = RequestFacts(
            ctx,
            members,
            caller,
            Surroundings(
                owner_account,
                need.version_id,
                lambda: found.read_tags() if found and need.action not in _WITHOUT_TAGS else (),
                lambda: bucket_tags(ctx, bucket),
                lambda: upload_headers(ctx, bucket, members),
            ),
        )
        verdict = evaluate(policy, caller, Asked(need.action, bucket.name, need.key), facts)
        outsider = caller.canonical_id != bucket.owner
        if (
            verdict is Verdict.ALLOW
            and outsider
            and is_public_policy(policy)
            and _blocks(ctx, bucket, "RestrictPublicBuckets")
        ):
            return Verdict.NOTHING
        return verdict

    def _expect(self, expected: str, bucket: Bucket) -> None:
        if not _account_id(expected):
            raise S3Error(
                "InvalidBucketOwnerAWSAccountID",
                "The value of the expected bucket owner parameter must be an AWS Account ID..."
                f" [{expected}]",
            )
        account = self._keyring.account(bucket.owner)
        if account is None or account.account_id != expected:
            raise S3Error("AccessDenied")


@lru_cache(maxsize=256)
def parsed(text: str, bucket: str) -> Policy:
    """A policy that was accepted before. Raises S3Error MalformedPolicy for one that was not."""
    return parse(text, bucket)


def caller_of(ctx: Context) -> Caller:
    """Who asks, as policies name them: each account is its root user."""
    account = ctx.account
    if account is None:
        return Caller()
    return Caller(
        account.account_id, account.canonical_id, f"arn:aws:iam::{account.account_id}:root"
    )


def denied(ctx: Context, bucket: Bucket, need: Need, reason: str) -> S3Error:
    """AccessDenied, with its reason for the bucket's own account and without for any other."""
    caller = caller_of(ctx)
    if caller.canonical_id != bucket.owner:
        return S3Error("AccessDenied")
    arn = Asked(need.action, need.bucket, need.key).arn
    return S3Error(
        "AccessDenied",
        f"User: {caller.arn} is not authorized to perform: s3:{need.action} on resource:"
        f' "{arn}" {reason}',
    )


def _check_payer(ctx: Context, bucket: Bucket) -> None:
    """Where requesters pay, they say so. Raises S3Error AccessDenied.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
    """
    config: Any = ctx.store.get_config(bucket, "request_payment")
    if not config or config["Payer"] != "Requester":
        return
    if ctx.account is None or ctx.request.headers.get("x-amz-request-payer") != "requester":
        raise S3Error("AccessDenied")
    ctx.response_headers["x-amz-request-charged"] = "requester"


def _is_mine(ctx: Context, bucket: Bucket) -> bool:
    return ctx.account is not None and ctx.account.canonical_id == bucket.owner


def _is_listed(ctx: Context, bucket: Bucket, need: Need) -> bool:
    """Whether an object's own list has a say."""
    return need.action in OBJECT_PERMISSIONS and not need.writing and _uses_acls(ctx, bucket)


def _depends(ctx: Context, bucket: Bucket, need: Need) -> bool:
    """Whether policy or lists decide what the bucket's owner may do."""
    return _is_listed(ctx, bucket, need) or ctx.store.get_config(bucket, "policy") is not None


def _uses_acls(ctx: Context, bucket: Bucket) -> bool:
    config: Any = ctx.store.get_config(bucket, "ownership")
    return not config or config["Rules"][0]["ObjectOwnership"] != "BucketOwnerEnforced"


def _blocks(ctx: Context, bucket: Bucket, setting: str) -> bool:
    config: Any = ctx.store.get_config(bucket, "public_access_block")
    return bool(config and config.get(setting))


def _listed(ctx: Context, bucket: Bucket, need: Need, found: Version | None) -> bool:
    """Whether an access control list lets the caller do it."""
    account = ctx.account
    caller = account.canonical_id if account else None
    public = not _blocks(ctx, bucket, "IgnorePublicAcls")
    permission = BUCKET_PERMISSIONS.get(need.action)
    if need.writing and need.action == "PutObjectAcl":
        permission = "WRITE"  # whoever may write an object may say who reads it
    if permission is not None:
        # Whoever may write may make new objects, and overwrite and delete only their own.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
        if found is not None and found.owner != (caller or ANONYMOUS):
            return False
        acl: Acl = ctx.store.get_config(bucket, "acl") or private(bucket.owner)
        return permits(acl, caller, permission, public=public)
    permission = OBJECT_PERMISSIONS.get(need.action)
    if permission is None or found is None:
        return False
    if caller == found.owner and permission in _OF_OWNER:
        return True
    acl = json.loads(found.acl) if found.acl else private(found.owner)
    return permits(acl, caller, permission, public=public)
