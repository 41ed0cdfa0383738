"""Deviations of copies onto themselves: what was told again is held to be no change."""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.when import refuse_when
from server_ref.storage.records import Version

_COPY = "CopyObject"


def _itself(ctx: Context, members: Members) -> Version | None:
    """What is there, where a copy with nothing new of its metadata is onto itself."""
    placed = f"{members['Bucket']}/{members['Key']}"
    if members["CopySource"] != placed or members.get("MetadataDirective") == "REPLACE":
        return None
    return ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])


def _same_class(ctx: Context, members: Members) -> bool:
    found = _itself(ctx, members)
    return found is not None and members.get("StorageClass") == found.storage_class


def _same_encryption(ctx: Context, members: Members) -> bool:
    found = _itself(ctx, members)
    if found is None or members.get("StorageClass") or found.read_sealed() is not None:
        return False
    return members.get("ServerSideEncryption") in (None, "AES256")


declare(
    "classes-told-again-are-no-change",
    "A copy onto itself with the class it has is refused.",
    refuse_when(_COPY, "InvalidRequest", _same_class),
)
declare(
    "encryption-told-again-is-no-change",
    "A copy onto itself with the encryption it has is refused.",
    refuse_when(_COPY, "InvalidRequest", _same_encryption),
)
