"""Replicas of encrypted objects: which go at all, and under which key they are in the destination.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
An SSE-C object goes as it is, with its customer's key. One of SSE-KMS goes where the rule says so,
under the key that the rule names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from server_ref.errors import S3Error
from server_ref.storage.keystore import KeyStore
from server_ref.storage.records import Bucket, Version, pack
from server_ref.storage.unsealing import CUSTOMER, check_usable, data_keys

_FAILURES = {  # of the source's key -> the reason in the event
    "KMS.NotFoundException": "SrcKmsKeyNotFound",
    "KMS.DisabledException": "SrcKmsKeyInvalidState",
    "KMS.KMSInvalidStateException": "SrcKmsKeyInvalidState",
}


class KeyFailure(Exception):  # noqa: N818 - the reason as S3 names it, no error of ours
    """The replica cannot have its key; the text is S3's reason."""


def validate(rule: Mapping[str, Any]) -> None:
    """Raises S3Error InvalidRequest for a key or objects of SSE-KMS, each without the other.

    https://github.com/hashicorp/terraform-provider-aws/issues/26241 is about the one without key.
    """
    criteria = rule.get("SourceSelectionCriteria") or {}
    if (
        "EncryptionConfiguration" in rule["Destination"]
        and "SseKmsEncryptedObjects" not in criteria
    ):
        raise S3Error(
            "InvalidRequest",
            "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
        )
    if _kms_goes(rule) and not _key_name(rule["Destination"]):
        raise S3Error(
            "InvalidRequest",
            "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
        )


def goes(rule: Mapping[str, Any], version: Version) -> bool:
    """Whether the rule takes a version that is encrypted so."""
    sealed = version.read_sealed()
    return sealed is None or sealed.method == CUSTOMER or _kms_goes(rule)


def _kms_goes(rule: Mapping[str, Any]) -> bool:
    criteria = rule.get("SourceSelectionCriteria") or {}
    return (criteria.get("SseKmsEncryptedObjects") or {}).get("Status") == "Enabled"


def _key_name(destination: Mapping[str, Any]) -> str:
    name: str = (destination.get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID") or ""
    return name


def reseal(
    keys: KeyStore, replica: Version, target: Bucket, destination: Mapping[str, Any]
) -> Version:
    """The replica with its data keys under the key of its destination. Raises KeyFailure."""
    sealed = replica.read_sealed()
    if sealed is None or sealed.method == CUSTOMER:
        return replica
    key = keys.by_arn(_key_name(destination))
    if key is None:
        raise KeyFailure("DstKmsKeyNotFound")
    try:
        check_usable(key)
    except S3Error as error:
        raise KeyFailure("DstKmsKeyInvalidState") from error
    try:
        opened = data_keys(keys, sealed, None)
    except S3Error as error:
        raise KeyFailure(_FAILURES[error.code]) from error
    arn = f"arn:aws:s3:::{target.name}" + ("" if sealed.bucket_key else f"/{replica.key}")
    context = {**sealed.context, "aws:s3:arn": arn}
    details = replica.read_details()
    details.sealed = msgspec.structs.replace(
        sealed,
        keys=tuple(keys.wrap(key, one, context) for one in opened),
        kms_key=key.arn,
        context=context,
    )
    return replica._replace(details=pack(details))
