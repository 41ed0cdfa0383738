"""Names S3 accepts: buckets, keys, regions, storage classes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote

from server_ref.errors import S3Error

STORAGE_CLASSES = (
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
)
_HALF_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")  # not readable until restored
REGIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-central-1",
        "ca-west-1",
        "cn-north-1",
        "cn-northwest-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)
# Amazon's rules for new names, as quoted in https://stackoverflow.com/a/6996877: each label begins
# and ends with a letter or a number.
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_BUCKET = re.compile(rf"(?=.{{3,63}}\Z){_LABEL}(?:\.{_LABEL})*")
_OLD_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def check_bucket_name(name: str) -> None:
    """Raises S3Error InvalidBucketName."""
    good = (
        _BUCKET.fullmatch(name)
        and not name.startswith(_RESERVED_PREFIXES)
        and not name.endswith(_RESERVED_SUFFIXES)
        and not _is_address(name)
    )
    if not good:
        raise S3Error("InvalidBucketName", BucketName=name)


def check_escapes(text: str) -> None:
    """Raises ValueError for a percent sign without its two digits."""
    if _HALF_ESCAPE.search(text):
        raise ValueError("an escape without its two digits")


def decoded(text: str) -> str:
    """A percent-encoded name; raises ValueError for half an escape, and for what is no UTF-8."""
    check_escapes(text)
    return unquote(text, errors="strict")


def may_be_bucket(name: str) -> bool:
    """Whether a bucket can have the name, of those before the rules of today too; or it is an ARN.

    CopyObject_invalid_copy_source of https://github.com/versity/versitygw shows which cannot.
    """
    old = _OLD_BUCKET.fullmatch(name) is not None and not _is_address(name)
    return old or name.startswith("arn:")


def check_key(key: str, longest: int) -> None:
    """Raises S3Error KeyTooLongError past so many bytes of UTF-8."""
    if len(key) * 4 > longest:
        size = len(key.encode())
        if size > longest:
            raise S3Error("KeyTooLongError", Size=size, MaxSizeAllowed=longest)


def climbs(key: str) -> bool:
    """Whether a key leads out of its bucket, read as a path: "../x" does, "a/../b" does not."""
    depth = 0
    for name in key.split("/"):
        depth += -1 if name == ".." else name != "."
        if depth < 0:
            return True
    return False


def storage_class(name: str | None) -> str:
    """The storage class of a new object; raises S3Error InvalidStorageClass."""
    if name is None:
        return "STANDARD"
    if name not in STORAGE_CLASSES:
        raise S3Error("InvalidStorageClass", StorageClassRequested=name)
    return name


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
