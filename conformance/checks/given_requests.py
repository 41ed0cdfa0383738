"""The smallest request of each operation of the model, for checks that hold for all of them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.clients.serialise import serialise
from conformance.trial import Answer, Trial
from matrix.service_model import operation_model, operation_names

# Of directory buckets, of other services, or not about a bucket that is there.
ELSEWHERE = frozenset(
    {
        *("CreateBucket", "CreateSession", "GetObjectTorrent", "ListBuckets"),
        *("ListDirectoryBuckets", "RenameObject", "WriteGetObjectResponse"),
    }
)
NOT_IMPLEMENTED = 501
_SMALLEST = {"integer": 1, "boolean": True, "list": ["ETag"]}

# Small documents that S3 takes, one for each of some operations.
DOCUMENTS: dict[str, dict[str, Any]] = {
    "PutBucketAccelerateConfiguration": {"AccelerateConfiguration": {"Status": "Suspended"}},
    "PutBucketCors": {
        "CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    },
    "PutBucketOwnershipControls": {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    },
    "PutBucketRequestPayment": {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}},
    "PutBucketTagging": {"Tagging": {"TagSet": [{"Key": "color", "Value": "blue"}]}},
    "PutBucketVersioning": {"VersioningConfiguration": {"Status": "Suspended"}},
    "PutPublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
}


@dataclass(frozen=True)
class Smallest:
    """A request that has what its operation requires, but no document."""

    operation: str
    method: str
    path: str
    query: str
    headers: dict[str, str]

    def send(self, t: Trial, *, body: bytes = b"", sign: str = "header", **headers: str) -> Answer:
        """It, by hand; an underscore in a header's name stands for a hyphen."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return t.raw(
            self.method,
            self.path,
            query=self.query,
            headers={**self.headers, **more},
            body=body,
            sign=sign,
        )


def is_missing(answer: Answer) -> bool:
    """Whether the endpoint has not the operation: it says so, or answers another's document.

    A check of another row leaves it out then: that it is missing is the failure of its own row.
    """
    return answer.status in (405, NOT_IMPLEMENTED) or bool(answer.good and answer.strange)


def put_document(t: Trial, path: str, query: str, document: str) -> Answer:
    """PUT of a sub-resource by hand: the document as it stands, with its Content-MD5."""
    body = document.encode()
    return t.raw("PUT", path, query=query, body=body, headers={"Content-MD5": md5(body)})


def has_document(operation: str) -> bool:
    """Whether a request of this operation carries XML or JSON that S3 reads."""
    shape = operation_model(operation).input_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload is not None:
        kind = shape.members[payload]
        return bool(kind.type_name == "structure") or payload == "Policy"
    return shape is not None and any(
        "location" not in member.serialization for member in shape.members.values()
    )


def takes(operation: str, member: str) -> bool:
    """Whether the operation has this member."""
    shape = operation_model(operation).input_shape
    return shape is not None and member in shape.members


def smallest(operation: str, bucket: str, key: str) -> Smallest:
    """The request of ``operation`` about this bucket and key; other members are made up."""
    shape = operation_model(operation).input_shape
    members: dict[str, object] = {}
    for name in shape.required_members:
        member = shape.members[name]
        if "location" in member.serialization:
            members[name] = _SMALLEST.get(member.type_name, "x")
    members["Bucket"] = bucket
    if "Key" in shape.members:
        members["Key"] = key
    if "CopySource" in members:
        members["CopySource"] = f"{bucket}/{key}"
    made = serialise(operation, members)
    return Smallest(operation, made.method, made.path, made.query, made.headers)


def each(bucket: str, key: str, *, documents: bool) -> Iterator[Smallest]:
    """A request for each operation on a bucket or object, with or without a document to come."""
    for name in operation_names():
        if name not in ELSEWHERE and has_document(name) is documents:
            yield smallest(name, bucket, key)


def md5(data: bytes) -> str:
    """A document's Content-MD5."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def crc32(data: bytes) -> str:
    """A document's x-amz-checksum-crc32."""
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def has_not(got: Answer) -> bool:
    """Whether the endpoint says that it does not have the operation."""
    return got.status == NOT_IMPLEMENTED


class Those:
    """Expectations of every operation that the endpoint has."""

    def __init__(self, t: Trial) -> None:
        self._t = t
        self.there = 0

    def error(self, got: Answer, status: int, code: str | None) -> None:
        """``t.expect.error`` of an operation that is there."""
        if not has_not(got):
            self.there += 1
            self._t.expect.error(got, status, code)

    def status(self, got: Answer, expected: int | tuple[int, ...]) -> None:
        """``t.expect.status`` of an operation that is there."""
        if not has_not(got):
            self.there += 1
            self._t.expect.status(got, expected)


@contextlib.contextmanager
def those_there(t: Trial) -> Iterator[Those]:
    """Collects expectations of every operation; at its end one of them has to have been there."""
    those = Those(t)
    yield those
    t.expect.true(those.there, "one of these operations is implemented")
