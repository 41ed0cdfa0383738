"""UpdateObjectEncryption: another KMS key for an object that is there; nothing else changes.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
Data keys of an SSE-KMS object are wrapped anew. An SSE-S3 object lies here in the open, so its
bytes are encrypted then.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import copying, kms
from server_ref.rules.encryption import KMS
from server_ref.rules.finding import check_not_marker, wanted_version
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.intake import Taken
from server_ref.storage.keystore import Key
from server_ref.storage.reading import GoneError
from server_ref.storage.records import Bucket, Sealed, Version, pack
from server_ref.storage.sealing import BodyCipher, new_data_keys
from server_ref.storage.trouble import look_again
from server_ref.storage.unsealing import data_keys

_ARN = re.compile(r"arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:[0-9]{12}:key/.+")
_DO = "Requests that modify an object"


@operation("UpdateObjectEncryption")
def update_object_encryption(ctx: Context, members: Members) -> Members:
    """Metadata, ETag, checksum and modification time stay."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    if not kms.is_version_4(ctx):
        raise S3Error(
            "InvalidRequest",
            f"{_DO} encryption configuration require AWS Signature Version 4. Modify the request "
            "to use AWS Signature Version 4, and then try again.",
        )
    account = kms.check_request(ctx)
    wanted = _wanted(members)
    if ctx.account is None or ctx.account.canonical_id != bucket.owner:  # whose key it would be
        raise S3Error(
            "AccessDenied",
            "The AWS KMS key in the request must be owned by the same account as the bucket. "
            "Modify the request to specify a KMS key from the same account, and then try again.",
        )
    key = kms.find_key(ctx, account, wanted["KMSKeyArn"])
    bucket_key = bool(wanted.get("BucketKeyEnabled"))
    context = kms.context(bucket, members["Key"], None, bucket_key=bucket_key)
    lost: Version | None = None
    while True:
        found = _found(ctx, bucket, members)
        try:
            change = _change(ctx, found, key, context, bucket_key=bucket_key)
        except GoneError as error:  # replaced or removed in this moment: look again
            lost = look_again(found.key, found, lost, error)
            continue
        if _write(ctx, bucket, found, change):
            return {}


def _wanted(members: Members) -> Members:
    wanted: Members | None = (members.get("ObjectEncryption") or {}).get("SSEKMS")
    if wanted is None:
        raise S3Error(
            "InvalidRequest",
            f"{_DO} encryption configuration require a valid new encryption type. Valid values are "
            "SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and "
            "then try again.",
        )
    arn = wanted.get("KMSKeyArn")
    if not arn:
        raise S3Error(
            "InvalidRequest",
            f"{_DO}'s encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name "
            "(ARN). Modify the request to specify a KMS key ARN, and then try again.",
        )
    if not _ARN.fullmatch(arn):
        raise S3Error(
            "InvalidRequest",
            f"{_DO}'s encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name "
            "(ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and "
            "then try again.",
        )
    return wanted


def _found(ctx: Context, bucket: Bucket, members: Members) -> Version:
    """The version meant, when it may change; raises S3Error."""
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    version = check_not_marker(ctx, members, found)
    lock = version.read_lock()
    protected = lock.until is not None and lock.until > ctx.clock().timestamp()
    if protected or lock.hold == "ON":
        raise S3Error(
            "AccessDenied",
            "The encryption type for the specified object can't be updated because that object is "
            "protected by S3 Object Lock.",
        )
    sealed = version.read_sealed()
    if sealed is not None and sealed.method != KMS:
        raise S3Error(
            "InvalidRequest",
            "The UpdateObjectEncryption operation doesn't support source objects with the "
            "encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or "
            "SSE-KMS are supported.",
        )
    return version


class _Change(NamedTuple):
    """What the object is sealed with from now on, and its bytes where they had to be rewritten."""

    sealed: Sealed
    taken: Taken | None


def _change(
    ctx: Context, found: Version, key: Key, context: dict[str, str], *, bucket_key: bool
) -> _Change:
    """Raises GoneError when the bytes went meanwhile, S3Error when the old key cannot be used."""
    before = found.read_sealed()
    taken = None
    if before is None:
        opened = new_data_keys(1)
        cipher = BodyCipher(opened)
        taken = copying.rewrite(ctx, found.read_segments(), "CRC32", opens=None, seals=cipher)
    else:
        opened = data_keys(ctx.store.keys, before, None)
        given = {name: text for name, text in before.context.items() if name != "aws:s3:arn"}
        context = {**context, **given}
    wrapped = tuple(ctx.store.keys.wrap(key, one, context) for one in opened)
    return _Change(Sealed(KMS, wrapped, key.arn, context, bucket_key), taken)


def _write(ctx: Context, bucket: Bucket, found: Version, change: _Change) -> bool:
    """Whether it was done; the version may have been removed or changed meanwhile."""
    store, taken = ctx.store, change.taken

    def work(tx: Transaction) -> bool:
        now = versions.by_id(tx, bucket, found.key, found.version_id)
        if now is None or now.seq != found.seq or now.details != found.details:
            return False
        details = now.read_details()
        details.sealed = change.sealed
        blob, segments = now.blob, now.segments
        if taken is not None:
            blob = None
            if taken.size:
                blob = versions.add_blob(tx, taken.size, file=taken.file, data=taken.data)
            segments = None
        versions.replace_body(
            tx, store.pins, bucket, now, details=pack(details), blob=blob, segments=segments
        )
        return True

    done = False
    try:
        done = store.write(work)
    finally:
        if taken is not None and not done:
            store.drop(taken)
    return done
