"""Answers laid bare for comparison: every member, with what differs from run to run named only.

The facts in these tests are what Amazon S3 was recorded to answer: docs/recorded-answers.md.
"""

from __future__ import annotations

import datetime
from typing import Any

DATE = "<a date>"
MALFORMED = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)
ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
SUMS = {  # of b"test data.."
    "CRC32": "cZWHwQ==",
    "CRC32C": "Pf4upw==",
    "CRC64NVME": "qUVrWYOrIAM=",
    "SHA1": "B++3uSfJMSHWToQMQ1g6lIJY5Eo=",
    "SHA256": "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik=",
}
PRECONDITION = "At least one of the pre-conditions you specified did not hold"
NO_KEY = "The specified key does not exist."
NO_METHOD = "The specified method is not allowed against this resource."
NO_HEADER = "A header you provided implies functionality that is not implemented"

# What boto3 names of an object put without anything beside its body; HEAD shows no checksum.
HEAD = frozenset(
    {
        "AcceptRanges",
        "ContentLength",
        "ContentType",
        "ETag",
        "LastModified",
        "Metadata",
        "ServerSideEncryption",
    }
)
CHECKED = frozenset({"ChecksumCRC32", "ChecksumType"})
GET = HEAD | CHECKED | {"Body"}
PUT = CHECKED | {"ETag", "ServerSideEncryption"}


def minutes(count: int) -> datetime.datetime:
    """A moment so many minutes from now."""
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=count)


def bare(answer: dict[str, Any]) -> dict[str, Any]:
    """All members but the metadata of the response; a body read, dates as DATE."""
    return {name: _bare(value) for name, value in answer.items() if name != "ResponseMetadata"}


def status(answer: dict[str, Any]) -> int:
    found: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return found


def names(answer: dict[str, Any]) -> set[str]:
    """The names of all members."""
    return set(answer) - {"ResponseMetadata"}


def error(status: int, code: str, message: str, **members: str | None) -> dict[str, Any]:
    """What ``refused`` gives for an error with just these members."""
    return {"Status": status, "Code": code, "Message": message, **members}


def missing_bucket(name: str) -> dict[str, Any]:
    return error(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=name)


def missing_key(key: str) -> dict[str, Any]:
    return error(404, "NoSuchKey", NO_KEY, Key=key)


def failed(condition: str) -> dict[str, Any]:
    return error(412, "PreconditionFailed", PRECONDITION, Condition=condition)


def on_marker(method: str) -> dict[str, Any]:
    return error(405, "MethodNotAllowed", NO_METHOD, Method=method, ResourceType="DeleteMarker")


def malformed() -> dict[str, Any]:
    return error(400, "MalformedXML", MALFORMED)


def _bare(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return DATE
    if isinstance(value, dict):
        return {name: _bare(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return value.read() if hasattr(value, "read") else value
