"""What every way of making an object has in common: owner, headers, tags, ACL, lock, and the body.

PutObject, CopyObject and CreateMultipartUpload take the same members for it.
"""

from __future__ import annotations

from typing import NamedTuple

from server_ref.acl import Acl, requested_acl
from server_ref.acl.grants import private
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules import attributes, checksums, encryption, locks, names, tags
from server_ref.rules.encryption import Encryption
from server_ref.storage.intake import Taken, TooLongError
from server_ref.storage.records import Bucket, pack
from server_ref.storage.sealing import BodyCipher

MAX_SINGLE_PUT = 5 * 1024**3  # bytes, also of one part
ANONYMOUS = "65a011a29cdf8ec533ec3d1ccaae921c"  # S3's canonical id of nobody


class Described(NamedTuple):
    """An object but for its bytes, packed as the store keeps it."""

    storage_class: str
    owner: str
    details: bytes
    tags: bytes | None
    acl: bytes | None
    lock: bytes | None
    encryption: Encryption


def describe(ctx: Context, bucket: Bucket, members: Members) -> Described:
    """Check and pack what the members say of a new object; raises the S3Error of each limit."""
    encrypted = encryption.of_new_object(ctx, bucket, members)
    owner = new_owner(ctx, bucket, members.get("ACL"))
    tagging = tags.from_header(members.get("Tagging"))
    lock = locks.of_new_object(ctx, bucket, members)
    acl = new_acl(ctx, bucket, owner, members)
    details = attributes.details(members, ctx.request.headers, ctx.request.encoding)
    details.sealed = encrypted.sealed
    return Described(
        storage_class=names.storage_class(members.get("StorageClass")),
        owner=owner,
        details=pack(details),
        tags=pack(tagging) if tagging else None,
        acl=pack(acl) if acl else None,
        lock=pack(lock) if lock else None,
        encryption=encrypted,
    )


def ownership(ctx: Context, bucket: Bucket) -> str:
    """The bucket's object ownership rule."""
    config = ctx.store.get_config(bucket, "ownership")
    rule: str = config["Rules"][0]["ObjectOwnership"] if config else "ObjectWriter"
    return rule


def new_owner(ctx: Context, bucket: Bucket, canned: str | None) -> str:
    """Who will own the object: the writer, or the bucket's owner where its rule says so."""
    rule = ownership(ctx, bucket)
    preferred = rule == "BucketOwnerPreferred" and canned == "bucket-owner-full-control"
    if rule == "BucketOwnerEnforced" or preferred:
        return bucket.owner
    return ctx.account.canonical_id if ctx.account else ANONYMOUS


def new_acl(ctx: Context, bucket: Bucket, owner: str, members: Members) -> Acl | None:
    """The ACL a request gives a new object; raises S3Error AccessControlListNotSupported."""
    acl = requested_acl(
        members, owner=owner, bucket_owner=bucket.owner, on_bucket=False, required=False
    )
    if acl is not None and ownership(ctx, bucket) == "BucketOwnerEnforced":
        # full control of the bucket's owner, however it is said; the private of another account
        # is full control of its own
        foreign = ctx.account is None or ctx.account.canonical_id != bucket.owner
        if acl != private(bucket.owner) or (foreign and members.get("ACL") == "private"):
            raise S3Error("AccessControlListNotSupported")
        return None
    return acl


def receive(
    ctx: Context,
    members: Members,
    *,
    claim: checksums.Claim,
    hexadecimal_md5: bool,
    cipher: BodyCipher | None,
    also: str | None = None,
) -> Taken:
    """Read the body in and verify what was claimed of it; nothing is kept when it is not true.

    It is kept encrypted where there is a ``cipher``. ``also`` is a further checksum to compute.
    """
    body = ctx.request.body
    if body.length is not None and body.length > MAX_SINGLE_PUT:
        raise S3Error("EntityTooLarge", ProposedSize=body.length, MaxSizeAllowed=MAX_SINGLE_PUT)
    expected = checksums.content_md5(members.get("ContentMD5"))
    algorithms = {claim.algorithm, also or claim.algorithm}
    try:
        taken = ctx.store.take(body.read, algorithms, MAX_SINGLE_PUT, cipher)
    except TooLongError as error:
        raise S3Error("EntityTooLarge", MaxSizeAllowed=MAX_SINGLE_PUT) from error
    try:
        checksums.verify(claim, taken.checksums[claim.algorithm], body.trailers)
        checksums.verify_md5(expected, taken.md5, hexadecimal=hexadecimal_md5)
    except S3Error:
        ctx.store.drop(taken)
        raise
    return taken
