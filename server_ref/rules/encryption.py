"""Server-side encryption: how a new object is encrypted, who may read one, and what answers show.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
SSE-C, SSE-KMS and DSSE-KMS are encrypted at rest. SSE-S3 is not: its key would lie beside the
object, and only the answers tell.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules import customer_keys, kms
from server_ref.rules.customer_keys import ENCRYPTION_HEADER, CustomerKey
from server_ref.storage.records import Bucket, Sealed, Version
from server_ref.storage.sealing import BodyCipher, new_data_keys, wrap
from server_ref.storage.unsealing import CUSTOMER, data_keys, key_missing, unseal

S3_KEYS, KMS, DSSE = "AES256", "aws:kms", "aws:kms:dsse"
_LAYERS = {KMS: 1, DSSE: 2}
_CHOICES = frozenset(  # members of a request that choose
    (
        "ServerSideEncryption",
        "SSEKMSKeyId",
        "SSEKMSEncryptionContext",
        "BucketKeyEnabled",
        "SSECustomerAlgorithm",
        "SSECustomerKey",
        "SSECustomerKeyMD5",
    )
)


class Encryption(NamedTuple):
    """How one body is to be stored, and the members that an answer has for it."""

    sealed: Sealed | None
    cipher: BodyCipher | None
    shown: Members


_USUAL = Encryption(None, None, {"ServerSideEncryption": S3_KEYS})


def rule(config: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The one rule of a bucket's encryption configuration; empty without one."""
    rules = (config or {}).get("Rules") or [{}]
    found: Mapping[str, Any] = rules[0]
    return found


def of_new_object(ctx: Context, bucket: Bucket, members: Members) -> Encryption:
    """What the request says, or else the bucket's default. A data key is made here.

    Raises S3Error InvalidArgument, InvalidEncryptionAlgorithmError, InvalidRequest, AccessDenied
    where SSE-C is blocked, and those of KMS.
    """
    config = ctx.store.get_config(bucket, "encryption")
    if not config and _CHOICES.isdisjoint(members):
        return _USUAL
    customer = customer_keys.of_object(ctx, members)
    default = rule(config)
    if customer is not None:
        _check_not_blocked(ctx, default)
        return _by_customer(customer)
    applied = default.get("ApplyServerSideEncryptionByDefault") or {}
    method, key_name = members.get("ServerSideEncryption"), members.get("SSEKMSKeyId")
    if method is None and key_name is None:
        method, key_name = applied.get("SSEAlgorithm", S3_KEYS), applied.get("KMSMasterKeyID")
    if method in _LAYERS:
        wish = members.get("BucketKeyEnabled")
        if wish is None:
            wish = default.get("BucketKeyEnabled", False)
        return _by_kms(ctx, bucket, members, method, key_name, bucket_key=wish and method == KMS)
    if method not in (None, S3_KEYS):
        raise S3Error(
            "InvalidArgument",
            "The encryption method specified is not supported",
            ArgumentName=ENCRYPTION_HEADER,
            ArgumentValue=method,
        )
    if key_name is not None or members.get("SSEKMSEncryptionContext") is not None:
        raise S3Error(
            "InvalidArgument",
            "Server Side Encryption with AWS KMS managed key requires HTTP header "
            "x-amz-server-side-encryption : aws:kms",
            ArgumentName=ENCRYPTION_HEADER,
            ArgumentValue=method or "null",
        )
    return _USUAL


def asked(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that ask for encryption by S3; a policy reads them for each part of an upload.

    A customer's key comes with every part. https://github.com/justincormack/argmin measured it.
    """
    names = (ENCRYPTION_HEADER, f"{ENCRYPTION_HEADER}-aws-kms-key-id")
    return {name: headers[name] for name in names if name in headers}


def blocked_at_first(ctx: Context) -> Members:
    """What a bucket blocks that was never told; empty where that is nothing."""
    if ctx.settings.customer_keys:
        return {}
    return {"BlockedEncryptionTypes": {"EncryptionType": [CUSTOMER]}}


def _check_not_blocked(ctx: Context, default: Mapping[str, Any]) -> None:
    said = {**blocked_at_first(ctx), **default}.get("BlockedEncryptionTypes") or {}
    if CUSTOMER in (said.get("EncryptionType") or ()):
        raise S3Error("AccessDenied")


def _by_customer(customer: CustomerKey) -> Encryption:
    keys = new_data_keys(1)
    sealed = Sealed(CUSTOMER, tuple(wrap(key, customer.key, {}) for key in keys))
    return Encryption(sealed, BodyCipher(keys), shown(sealed, customer))


def _by_kms(
    ctx: Context,
    bucket: Bucket,
    members: Members,
    method: str,
    name: str | None,
    *,
    bucket_key: bool,
) -> Encryption:
    account = kms.check_request(ctx)
    given = members.get("SSEKMSEncryptionContext")
    context = kms.context(bucket, members["Key"], given, bucket_key=bucket_key)
    key = kms.find_key(ctx, account, name)
    keys = new_data_keys(_LAYERS[method])
    wrapped = tuple(ctx.store.keys.wrap(key, one, context) for one in keys)
    sealed = Sealed(method, wrapped, key.arn, context, bool(bucket_key))
    said = {} if given is None else {"SSEKMSEncryptionContext": given}
    return Encryption(sealed, BodyCipher(keys), {**shown(sealed, None), **said})


def refuse_customers(sealed: Sealed | None) -> None:
    """Raises S3Error InvalidRequest where a customer's key is needed for what has none to give."""
    if is_customers(sealed):
        raise S3Error("InvalidRequest", "Objects encrypted with SSE-C cannot have annotations.")


def beside(ctx: Context, sealed: Sealed | None) -> Encryption:
    """How a payload that belongs to an object is stored: under its key, with data keys of its own.

    Raises S3Error InvalidRequest for a customer's key, and those of KMS.
    """
    if sealed is None:
        return _USUAL
    refuse_customers(sealed)
    key = kms.find_key(ctx, kms.check_request(ctx), sealed.kms_key)
    keys = new_data_keys(_LAYERS[sealed.method])
    wrapped = tuple(ctx.store.keys.wrap(key, one, sealed.context) for one in keys)
    own = Sealed(sealed.method, wrapped, key.arn, sealed.context, sealed.bucket_key)
    return Encryption(own, BodyCipher(keys), shown(own, None))


def is_customers(sealed: Sealed | None) -> bool:
    """Whether a customer's key is needed."""
    return sealed is not None and sealed.method == CUSTOMER


def shown(sealed: Sealed | None, customer: CustomerKey | None) -> Members:
    """The members of an answer about an object that is encrypted so."""
    if sealed is None:
        return {"ServerSideEncryption": S3_KEYS}
    if sealed.method == CUSTOMER:
        if customer is None:
            return {}
        return {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": customer.md5}
    answer: Members = {"ServerSideEncryption": sealed.method, "SSEKMSKeyId": sealed.kms_key}
    if sealed.bucket_key:
        answer["BucketKeyEnabled"] = True
    return answer


def check_reading(
    ctx: Context, version: Version, customer: CustomerKey | None, *, decrypts: bool = True
) -> None:
    """Raises S3Error unless the caller may read it with the key that was sent.

    ``decrypts`` is false where S3 asks KMS for nothing: HEAD without the checksum.
    """
    sealed = version.read_sealed()
    if sealed is None or sealed.method != CUSTOMER:
        if customer is not None:
            raise S3Error(
                "InvalidRequest", "The encryption parameters are not applicable to this object."
            )
        if sealed is not None and decrypts:
            kms.check_may_use(kms.check_request(ctx), sealed.kms_key or "", "Decrypt")
            data_keys(ctx.store.keys, sealed, None)
        return
    if customer is None:
        raise key_missing()
    data_keys(ctx.store.keys, sealed, customer.key)


def of_upload(ctx: Context, sealed: Sealed | None, customer: CustomerKey | None) -> Encryption:
    """How the parts of an upload are stored; raises S3Error InvalidRequest for another key.

    Raises those of KMS too.
    """
    if is_customers(sealed) != (customer is not None):
        raise S3Error(
            "InvalidRequest",
            "The multipart upload initiate requested encryption. Subsequent part requests must "
            "include the appropriate encryption parameters.",
        )
    if sealed is None:
        return _USUAL
    if customer is None:
        kms.check_may_use(kms.check_request(ctx), sealed.kms_key or "", "GenerateDataKey")
    try:
        cipher = unseal(ctx.store.keys, sealed, customer.key if customer else None)
    except S3Error as error:
        if customer is None:
            raise
        raise S3Error(
            "InvalidRequest",
            "The provided encryption parameters did not match the ones used originally.",
        ) from error
    return Encryption(sealed, cipher, shown(sealed, customer))


def etag(md5: bytes, sealed: Sealed | None) -> str:
    """The ETag of one body: its MD5, but for a customer's or KMS's key what says nothing."""
    return md5.hex() if sealed is None else secrets.token_hex(16)
