"""Every operation of the model can be said, mechanically, and is recognised on the wire."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import discover
from conformance.clients.base import ClientCannotError
from conformance.evidence.wire import identify
from matrix.service_model import operation_model, operation_names
from tests.clients.optional import needed

CLIENTS = ("boto3", "raw", "aws-s3api", "curl", "go")
ELSEWHERE = "WriteGetObjectResponse"  # an SDK sends it to a host of its own (a route prefix)
SDKS = ("boto3", "aws-s3api", "go")
UNKNOWN_TO_GO = (
    # deprecated
    "GetBucketLifecycle",
    "GetBucketNotification",
    "PutBucketLifecycle",
    "PutBucketNotification",
    # younger than the SDK in conformance/clients/golang/go.mod
    "DeleteObjectAnnotation",
    "GetObjectAnnotation",
    "ListObjectAnnotations",
    "PutObjectAnnotation",
    "UpdateBucketMetadataAnnotationTableConfiguration",
    "UpdateObjectEncryption",
)
SAID = [
    (operation, client)
    for operation in operation_names()
    for client in CLIENTS
    if not (operation == ELSEWHERE and client in SDKS)
    and not (operation in UNKNOWN_TO_GO and client == "go")
]


def members_of(operation: str) -> dict[str, Any]:
    """Members for a call: the required ones, each with some value of its type."""
    shape = operation_model(operation).input_shape
    return _value(shape) if shape else {}


def _value(shape: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        wanted = shape.required_members or list(shape.members)[:1]
        if shape.metadata.get("union") or getattr(shape, "is_tagged_union", False):
            wanted = list(shape.members)[:1]
        return {name: _named(name, shape.members[name]) for name in wanted}
    if kind == "list":
        return [_value(shape.member)]
    if kind == "map":
        return {"k": "v"}
    if kind == "timestamp":
        return datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    if kind == "boolean":
        return True
    if kind in {"integer", "long"}:
        return 1
    if kind == "blob":
        return b"data"
    return shape.enum[0] if shape.enum else "value".ljust(shape.metadata.get("min", 0), "x")


def _named(name: str, shape: Any) -> Any:
    given = {"Bucket": "bucket", "CopySource": "bucket/key", "Key": "key"}
    return given.get(name) or _value(shape)


@pytest.mark.parametrize(("operation", "client"), SAID)
def test_is_said_and_recognised(
    operation: str, client: str, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    needed(client)
    speaker = discover()[client](endpoint_of(stand_in), tmp_path)
    try:
        answer = speaker.call(operation, members_of(operation))
    except ClientCannotError as reason:
        pytest.fail(f"{client} cannot say {operation}: {reason}")
    finally:
        speaker.close()

    assert answer.exchange is not None, answer.call.stderr
    assert operation in identify(answer.exchange, speaker.endpoint).operations
    assert answer.status == 200
    method, target, _ = answer.exchange.request.start_line.split(" ")
    assert (method, target) == stand_in.asked[-1][:2]


@pytest.mark.parametrize("operation", [name for name in UNKNOWN_TO_GO if name in operation_names()])
def test_what_the_sdk_for_go_does_not_have_is_said_and_not_sent(
    operation: str, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    needed("go")
    speaker = discover()["go"](endpoint_of(stand_in), tmp_path)
    try:
        with pytest.raises(ClientCannotError, match=f"the SDK has no operation {operation}$"):
            speaker.call(operation, members_of(operation))
    finally:
        speaker.close()

    assert stand_in.asked == []
