"""Tag sets: what S3 accepts on objects and buckets, and the error of each thing it does not.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.storage.records import Bucket

MAX_OBJECT_TAGS = 10
MAX_BUCKET_TAGS = 50
MAX_KEY = 128  # UTF-16 units, as S3 counts; characters outside the BMP are rare enough
MAX_VALUE = 256
_RESERVED = "aws:"
Tags = list[tuple[str, str]]
# letters, numbers, Unicode's separators and these signs; \s alone would take tabs and line ends
_ALLOWED = re.compile(r"(?:[\w.:/=+\-@]|(?![\x00-\x1f\x85])\s)*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")  # what it stands for is judged as a tag, not as a header
_HEADER_MESSAGE = (
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
    "without tag name duplicates."
)
SYSTEM_ON_OBJECT = "Your TagKey cannot be prefixed with aws:"
SYSTEM_ON_BUCKET = "System tags cannot be added/updated by requester"
_SYSTEM_ON_NEW_BUCKET = (
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. '
    'Remove "aws:" from your tag keys and try again.'
)


def decide_access(ctx: Context, bucket: Bucket) -> bool:
    """Whether access follows the bucket's tags.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
    """
    abac: Any = ctx.store.get_config(bucket, "abac")
    return bool(abac) and abac["Status"] == "Enabled"


def from_header(header: str | None) -> Tags:
    """The tags of x-amz-tagging; raises S3Error InvalidArgument, InvalidTag or BadRequest."""
    if not header:
        return []
    tags = []
    for pair in header.split("&"):
        if pair:
            key, _, value = pair.partition("=")
            tags.append((unquote_plus(key), unquote_plus(value)))
    legal = _ALLOWED.fullmatch(_ESCAPE.sub("", header.replace("&", ""))) is not None
    legal = legal and all(key for key, _ in tags)
    if not legal or len({key for key, _ in tags}) < len(tags):
        raise S3Error(
            "InvalidArgument",
            _HEADER_MESSAGE,
            ArgumentName="x-amz-tagging",
            ArgumentValue=header,
        )
    return _checked(tags, MAX_OBJECT_TAGS, SYSTEM_ON_OBJECT)


def from_object_members(tagging: Any) -> Tags:
    """The tags of PutObjectTagging; raises S3Error MalformedXML, InvalidTag or BadRequest."""
    return _checked(_pairs((tagging or {}).get("TagSet")), MAX_OBJECT_TAGS, SYSTEM_ON_OBJECT)


def from_bucket_members(tag_set: Any) -> Tags:
    """The tags of PutBucketTagging; raises S3Error as for objects."""
    return _checked(_pairs(tag_set), MAX_BUCKET_TAGS, SYSTEM_ON_BUCKET)


def of_new_bucket(tag_set: Any) -> Tags:
    """The tags of CreateBucket, which says in other words what is reserved (recorded)."""
    tags = _pairs(tag_set)
    if any(key.lower().startswith(_RESERVED) for key, _ in tags):
        raise S3Error("InvalidTag", _SYSTEM_ON_NEW_BUCKET)
    return _checked(tags, MAX_BUCKET_TAGS, SYSTEM_ON_BUCKET)


def to_members(tags: Tags) -> list[dict[str, str]]:
    """A TagSet."""
    return [{"Key": key, "Value": value} for key, value in tags]


def _pairs(tag_set: Any) -> Tags:
    if any(tag.get("Key") is None or tag.get("Value") is None for tag in tag_set or []):
        raise S3Error("MalformedXML")
    return [(tag["Key"], tag["Value"]) for tag in tag_set or []]


def _checked(tags: Tags, most: int, system: str) -> Tags:
    if most == MAX_OBJECT_TAGS:
        _check_count(tags, most, "Object")
    seen = set()
    for key, value in tags:
        if not key or len(key) > MAX_KEY or not _ALLOWED.fullmatch(key):
            raise S3Error("InvalidTag", "The TagKey you have provided is invalid", TagKey=key)
        if len(value) > MAX_VALUE or not _ALLOWED.fullmatch(value):
            raise S3Error(
                "InvalidTag",
                "The TagValue you have provided is invalid",
                TagKey=key,
                TagValue=value,
            )
        if key.lower().startswith(_RESERVED):
            raise S3Error("InvalidTag", system, TagKey=key)
        if key in seen:
            raise S3Error(
                "InvalidTag", "Cannot provide multiple Tags with the same key", TagKey=key
            )
        seen.add(key)
    # a bucket's are counted last: https://github.com/scality/cloudserver/pull/4451
    if most == MAX_BUCKET_TAGS:
        _check_count(tags, most, "Bucket")
    return tags


def _check_count(tags: Tags, most: int, thing: str) -> None:
    if len(tags) > most:
        raise S3Error("BadRequest", f"{thing} tags cannot be greater than {most}")
