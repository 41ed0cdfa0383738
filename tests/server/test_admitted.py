"""A document is read only for whom may send it: who may not is told so before the first byte."""

from __future__ import annotations

import base64
import json
import socket
import zlib
from typing import Any

import botocore.session
import pytest
import requests

from server_ref.gate.admitted import UNDECIDED
from server_ref.server import S3Server
from tests.server.conftest import OTHER, refused

MODEL = botocore.session.get_session().get_service_model("s3")
NO_DIGEST = "1B2M2Y8AsgTpgAmY7PhCfg=="  # of nothing; some operations insist on one
# Each of the keys is judged, so something of the document is read whoever sends it.
JUDGED_INSIDE = {"DeleteObjects"}


def _has_document(name: str) -> bool:
    shape = MODEL.operation_model(name).input_shape
    if shape is None or MODEL.operation_model(name).has_streaming_input:
        return False
    places = (member.serialization.get("location") for member in shape.members.values())
    return shape.serialization.get("payload") is not None or None in places


WITH_DOCUMENT = sorted(
    name
    for name in MODEL.operation_names
    if _has_document(name) and MODEL.operation_model(name).http["method"] in ("PUT", "POST")
)


def _answer(server: S3Server, head: str) -> bytes:
    """What comes when a head announces a body, and none follows."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(head.encode())
        client.shutdown(socket.SHUT_WR)
        pieces = []
        while piece := client.recv(1 << 16):
            pieces.append(piece)
    return b"".join(pieces)


def _path(operation: str, bucket: str) -> str:
    """The target, with every parameter that chooses the operation."""
    model = MODEL.operation_model(operation)
    path: str = model.http["requestUri"]
    path = path.replace("{Bucket}", bucket).replace("{Key+}", "key")
    shape = model.input_shape
    assert shape is not None
    for name in shape.required_members:
        place = shape.members[name].serialization
        if place.get("location") == "querystring":
            path += f"{'&' if '?' in path else '?'}{place['name']}=x"
    return path


def _head(operation: str, bucket: str) -> str:
    http = MODEL.operation_model(operation).http
    return (
        f"{http['method']} {_path(operation, bucket)} HTTP/1.1\r\nHost: localhost\r\n"
        "Expect: 100-continue\r\n"
        f"Content-MD5: {NO_DIGEST}\r\nContent-Length: 1000\r\n\r\n"
    )


def test_there_are_operations_with_documents() -> None:
    assert len(WITH_DOCUMENT) > 35
    assert {"PutBucketPolicy", "CompleteMultipartUpload", "SelectObjectContent"} <= set(
        WITH_DOCUMENT
    )


@pytest.mark.parametrize("operation", sorted({*WITH_DOCUMENT} - JUDGED_INSIDE))
def test_nobody_s_document_is_not_asked_for(server: S3Server, bucket: str, operation: str) -> None:
    """No 100 Continue comes, so nothing was read; a missing bucket is found missing first."""
    answer = _answer(server, _head(operation, bucket))
    assert answer.startswith(b"HTTP/1.1 403 "), answer[:300]
    assert b"<Code>AccessDenied</Code>" in answer
    if operation != "CreateBucket":
        answer = _answer(server, _head(operation, "no-such-bucket-anywhere"))
        assert answer.startswith(b"HTTP/1.1 404 "), answer[:300]
        assert b"<Code>NoSuchBucket</Code>" in answer


def test_of_keys_that_nobody_may_delete_little_is_read(server: S3Server, bucket: str) -> None:
    keys = "".join(f"<Object><Key>key-{n}</Key></Object>" for n in range(3))
    small = f"<Delete>{keys}</Delete>"
    for document, status in ((small, 200), (small + " " * UNDECIDED, 403)):
        answer = requests.post(
            f"{server.url}/{bucket}?delete",
            data=document,
            headers={
                "x-amz-sdk-checksum-algorithm": "CRC32",
                "x-amz-checksum-crc32": _crc(document),
            },
            timeout=10,
        )
        assert answer.status_code == status, answer.text
        assert answer.text.count("<Code>AccessDenied</Code>") == (3 if status == 200 else 1)


def _crc(text: str) -> str:
    return base64.b64encode(zlib.crc32(text.encode()).to_bytes(4, "big")).decode()


def test_a_policy_that_asks_for_tags_still_has_its_say(owner: Any, other: Any, bucket: str) -> None:
    """What is in the document decides, so it is read before the decision."""
    key = {"Bucket": bucket, "Key": "key"}
    owner.put_object(**key, Body=b"x")
    owner.put_bucket_policy(
        Bucket=bucket,
        Policy=json.dumps(
            {
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": OTHER.account.account_id},
                    "Action": "s3:PutObjectTagging",
                    "Resource": f"arn:aws:s3:::{bucket}/*",
                    "Condition": {"StringEquals": {"s3:RequestObjectTag/who": "me"}},
                }
            }
        ),
    )
    other.put_object_tagging(**key, Tagging={"TagSet": [{"Key": "who", "Value": "me"}]})
    error = refused(
        other.put_object_tagging, **key, Tagging={"TagSet": [{"Key": "who", "Value": "you"}]}
    )
    assert error["Code"] == "AccessDenied"
    assert owner.get_object_tagging(**key)["TagSet"] == [{"Key": "who", "Value": "me"}]
