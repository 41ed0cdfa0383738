"""Deviations of what a bucket is configured with: policy, public access block, tags, reports."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.steps import edit_members, swallow_error
from server_ref.deviations.when import anonymous, refuse_when
from server_ref.seams import Seams


def _forget(operation: str, status: int = 204) -> Change:
    """The operation answers as if it had been done."""

    def around(_handler: Handler, ctx: Context, _members: Members) -> Members:
        ctx.status = status
        return {}

    def step(server: Seams) -> None:
        server.around(operation)(around)

    return step


def _set(member: str, value: object) -> Callable[[Members], None]:
    def edit(answer: Members) -> None:
        answer[member] = value

    return edit


def _lacks(config: str) -> Callable[[Context, Members], bool]:
    return lambda ctx, members: (
        ctx.store.get_config(ctx.store.bucket(members["Bucket"]), config) is None
    )


# policy


def _deny_has_no_effect(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Callable[[Context, Members], None], ctx: Context, members: Members) -> None:
        if ctx.operation != "GetObject" or ctx.account is None:
            plain(ctx, members)


declare("policy-not-kept", "A bucket policy answers and is forgotten.", _forget("PutBucketPolicy"))
declare(
    "policy-missing-is-empty",
    "GetBucketPolicy where none is answers an empty one.",
    swallow_error("GetBucketPolicy", "NoSuchBucketPolicy", {"Policy": "{}"}),
)
declare("policy-deleted-stays", "A policy cannot be deleted.", _forget("DeleteBucketPolicy"))
declare(
    "policy-delete-of-none-refused",
    "Deleting a policy that is not there is an error.",
    refuse_when("DeleteBucketPolicy", "NoSuchBucketPolicy", _lacks("policy")),
)
declare(
    "policy-text-unchecked",
    "Anything is taken for a policy.",
    swallow_error("PutBucketPolicy", "MalformedPolicy"),
)
declare("policy-deny-has-no-effect", "A policy denies nothing to accounts.", _deny_has_no_effect)
declare(
    "policy-allow-has-no-effect",
    "A policy allows nothing to everybody.",
    anonymous("GetObject", "AccessDenied"),
)
declare(
    "policy-resource-ignored",
    "A policy for some objects opens all of them.",
    anonymous("GetObject", None),
)
declare(
    "policy-action-ignored",
    "A policy that lets everybody read lets them write.",
    anonymous("PutObject", None),
)
declare(
    "policy-status-never-public",
    "No policy is public.",
    edit_members("GetBucketPolicyStatus", _set("PolicyStatus", {"IsPublic": False})),
)
declare(
    "policy-status-always-public",
    "Every policy is public.",
    edit_members("GetBucketPolicyStatus", _set("PolicyStatus", {"IsPublic": True})),
)

# public access block

_OPEN = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
declare(
    "access-block-default-open",
    "The public access block always shows everything open.",
    edit_members("GetPublicAccessBlock", _set("PublicAccessBlockConfiguration", _OPEN)),
)
declare(
    "access-block-not-kept",
    "A public access block answers and is forgotten.",
    _forget("PutPublicAccessBlock", 200),
)
declare(
    "access-block-deleted-stays",
    "A public access block cannot be deleted.",
    _forget("DeletePublicAccessBlock"),
)
declare(
    "access-block-delete-of-none-refused",
    "Deleting a public access block that is not there is an error.",
    refuse_when(
        "DeletePublicAccessBlock",
        "NoSuchPublicAccessBlockConfiguration",
        _lacks("public_access_block"),
    ),
)
declare(
    "access-block-policy-has-no-effect",
    "A public policy is taken whatever is blocked.",
    swallow_error("PutBucketPolicy", "AccessDenied"),
)

# tags


def _merged(server: Seams) -> None:
    @server.around("PutBucketTagging")
    def merge(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        old = ctx.store.get_config(bucket, "tagging") or []
        answer = handler(ctx, members)
        new = ctx.store.get_config(bucket, "tagging") or []
        ctx.store.put_config(bucket, "tagging", [*old, *new])
        return answer


declare("bucket-tags-not-kept", "Tags of a bucket are forgotten.", _forget("PutBucketTagging"))
declare(
    "bucket-tags-merged",
    "New tags of a bucket come beside the old.",
    _merged,
)
declare(
    "bucket-tags-missing-are-empty",
    "A bucket without tags answers an empty set.",
    swallow_error("GetBucketTagging", "NoSuchTagSet", {"TagSet": []}),
)
declare(
    "bucket-tags-deleted-stay",
    "Tags of a bucket cannot be deleted.",
    _forget("DeleteBucketTagging"),
)
declare(
    "bucket-tags-unchecked",
    "Any tags are taken for a bucket.",
    swallow_error("PutBucketTagging", "InvalidTag"),
)

# small settings

declare(
    "payer-is-always-the-requester",
    "Requesters pay in every bucket.",
    edit_members("GetBucketRequestPayment", _set("Payer", "Requester")),
)
declare("payer-not-kept", "Who pays is forgotten.", _forget("PutBucketRequestPayment", 200))
declare(
    "payer-unchecked",
    "Anybody is taken for a payer.",
    swallow_error("PutBucketRequestPayment", "MalformedXML"),
)
declare(
    "acceleration-on-from-the-start",
    "Every bucket is accelerated.",
    edit_members("GetBucketAccelerateConfiguration", _set("Status", "Enabled")),
)
declare(
    "acceleration-not-kept",
    "Acceleration is forgotten.",
    _forget("PutBucketAccelerateConfiguration", 200),
)
declare(
    "acceleration-unchecked",
    "Any status of acceleration is taken.",
    swallow_error("PutBucketAccelerateConfiguration", "MalformedXML"),
)

# configurations under an id

_KINDS = {
    "inventory": "InventoryConfiguration",
    "analytics": "AnalyticsConfiguration",
    "metrics": "MetricsConfiguration",
    "tiering": "IntelligentTieringConfiguration",
}


def _never_replaced(member: str) -> Change:
    def step(server: Seams) -> None:
        kept: set[tuple[str, str]] = set()

        @server.around(f"PutBucket{member}")
        def once(handler: Handler, ctx: Context, members: Members) -> Members:
            name = (members["Bucket"], members["Id"])
            if name in kept:
                ctx.status = 204
                return {}
            kept.add(name)
            return handler(ctx, members)

    return step


def _backwards(member: str, answer: Members) -> None:
    answer.get(f"{member}List", []).reverse()


for _word, _member in _KINDS.items():
    declare(
        f"{_word}-not-kept",
        f"A {_member} answers and is forgotten.",
        _forget(f"PutBucket{_member}"),
    )
    declare(
        f"{_word}-not-replaced",
        f"The first {_member} of an id stays.",
        _never_replaced(_member),
    )
    declare(
        f"{_word}-missing-is-empty",
        f"A {_member} that is not there is answered empty.",
        swallow_error(f"GetBucket{_member}", "NoSuchConfiguration", {_member: {}}),
    )
    declare(
        f"{_word}-listed-backwards",
        f"{_member}s are listed in no order.",
        edit_members(f"ListBucket{_member}s", partial(_backwards, _member)),
    )
    declare(
        f"{_word}-deleted-stays",
        f"A {_member} cannot be deleted.",
        _forget(f"DeleteBucket{_member}"),
    )

declare(
    "inventory-id-unchecked",
    "An inventory's own id is not looked at.",
    swallow_error("PutBucketInventoryConfiguration", "IdMismatch"),
)
declare(
    "inventory-destination-unchecked",
    "An inventory may go anywhere.",
    swallow_error("PutBucketInventoryConfiguration", "InvalidS3DestinationBucket"),
)
declare(
    "tiering-days-unchecked",
    "An archive tier may begin at any day.",
    swallow_error("PutBucketIntelligentTieringConfiguration", "InvalidArgument"),
)
