"""RenameObject: another key for an object, in one transaction and without a copied byte.

S3 has it for directory buckets, which have no versions. Here every bucket has it: where there are
versions, the new key gets one and the old key a delete marker.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_RenameObject.html
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import conditions, copying
from server_ref.rules.new_object import ANONYMOUS
from server_ref.rules.times import seconds
from server_ref.storage import annotations as kept
from server_ref.storage import renames, versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Version

_TOKEN = re.compile(r"[!-~]{1,64}")


@operation("RenameObject")
def rename_object(ctx: Context, members: Members) -> Members:
    """Nothing is done a second time for the same client token."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    key = members["Key"]
    source = copying.rename_source(members)
    token = members.get("ClientToken")
    if token is not None and not _TOKEN.fullmatch(token):
        raise S3Error(
            "InvalidArgument",
            "A client token has 1 to 64 printable ASCII characters",
            ArgumentName="x-amz-client-token",
            ArgumentValue=token,
        )
    asked = msgspec.json.encode({name: members[name] for name in sorted(members)})
    now = ctx.clock()

    def work(tx: Transaction) -> None:
        current = store.in_transaction(tx, bucket)
        if token is not None and renames.known(tx, current, token, asked, seconds(now)):
            return
        found = versions.live(tx, current, source)
        ctx.confirm(current, source, None, found)
        if found is None:
            raise S3Error("NoSuchKey", Key=source)
        _check("Source", members, found, now)
        _check("Destination", members, versions.live(tx, current, key), now)
        versions.share(tx, found.read_segments())
        moved = versions.put(tx, store.pins, current, found._replace(key=key, seq=store.sequence()))
        kept.copy(tx, (current, found), (current, moved))
        marker = versions.delete_marker(
            source,
            store.sequence(),
            modified=seconds(now),
            owner=ctx.account.canonical_id if ctx.account else ANONYMOUS,
        )
        versions.delete_current(tx, store.pins, current, marker)

    store.write(work)
    return {}


def _check(side: str, members: Members, found: Version | None, now: datetime) -> None:
    """The conditions on what is renamed or replaced; raises S3Error PreconditionFailed."""
    prefix = "x-amz-rename-source-" if side == "Source" else ""
    match, none_match = members.get(f"{side}IfMatch"), members.get(f"{side}IfNoneMatch")
    if none_match is not None and side == "Destination" and none_match != "*":
        raise S3Error("NotImplemented", Header="If-None-Match")
    if found is None:
        wanted = ("IfMatch", "IfModifiedSince", "IfUnmodifiedSince")
        for name in wanted:
            if members.get(f"{side}{name}") is not None:
                raise S3Error("PreconditionFailed", Condition=f"{prefix}{_header(name)}")
        return
    failed = conditions.failed(
        {
            "IfMatch": match,
            "IfNoneMatch": none_match,
            "IfModifiedSince": members.get(f"{side}IfModifiedSince"),
            "IfUnmodifiedSince": members.get(f"{side}IfUnmodifiedSince"),
        },
        found,
        now,
        "",
        prefix,
    )
    if failed is not None:
        raise S3Error("PreconditionFailed", Condition=failed[0])


def _header(member: str) -> str:
    """``IfMatch`` as ``If-Match``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", member)
