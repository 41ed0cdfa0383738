"""What an annotation may be: its name, its payload, how many there are.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules import checksums, conditions
from server_ref.storage.records import Version

MAX_NAME = 512  # bytes
MAX_PAYLOAD = 1024**2  # bytes
MAX_COUNT = 1000  # of one version
_RESERVED = ("aws", "s3")  # what a name cannot begin with, in any case
_BLOCK = 1 << 16


def check_name(name: str) -> None:
    """Raises S3Error AnnotationNameTooLong or InvalidAnnotationName."""
    if len(name.encode()) > MAX_NAME:
        raise S3Error("AnnotationNameTooLong")
    if not name or name.lower().startswith(_RESERVED):
        raise S3Error("InvalidAnnotationName")


def check_prefix(prefix: str) -> None:
    """Raises S3Error InvalidPrefix for one that no name can have."""
    if len(prefix.encode()) > MAX_NAME or prefix.lower().startswith(_RESERVED):
        raise S3Error("InvalidPrefix")


def check_object(members: Members, version: Version) -> None:
    """x-amz-object-if-match, about the version's ETag; raises S3Error PreconditionFailed."""
    match = members.get("ObjectIfMatch")
    if match is not None and not conditions.same_etag(match, version.etag):
        raise S3Error("PreconditionFailed", Condition="x-amz-object-if-match")


def read_payload(ctx: Context) -> bytes:
    """The request's body: text of 1 byte to 1 MiB.

    Raises S3Error InvalidRequest, EntityTooLarge or UnsupportedMediaType.
    """
    data = bytearray()
    while block := ctx.request.body.read(_BLOCK):
        data += block
        if len(data) > MAX_PAYLOAD:
            raise S3Error("EntityTooLarge", MaxSizeAllowed=MAX_PAYLOAD)
    if not data:
        raise S3Error("InvalidRequest", "An annotation's payload has at least one byte.")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise S3Error("UnsupportedMediaType") from error
    return bytes(data)


def checksum_shown(algorithm: str, checksum: str) -> Members:
    """The checksum as members of an answer."""
    return {checksums.member(algorithm): checksum, "ChecksumType": "FULL_OBJECT"}
