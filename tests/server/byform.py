"""Forms made and signed by boto3, sent as a browser sends them."""

from __future__ import annotations

import base64
import hmac
import http.client
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from defusedxml import ElementTree

from server_ref.identity import Credential
from server_ref.server import S3Server
from tests.server.conftest import OWNER, Answer

BOUNDARY = "xxBOUNDARYxx"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
REDIRECT = "http://localhost.test/random"


def encoded(fields: dict[str, str], file: bytes | None, file_name: str | None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file is not None:
        named = "" if file_name is None else f'; filename="{file_name}"'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"{named}\r\n\r\n'
        parts += [head.encode(), file, b"\r\n"]
    return b"".join((*parts, f"--{BOUNDARY}--\r\n".encode()))


def post(
    server: S3Server,
    bucket: str,
    fields: dict[str, str],
    file: bytes | None = b"abcdef",
    file_name: str | None = "photo.jpg",
    content_type: str = FORM,
) -> Answer:
    name, _, port = server.url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(name, int(port), timeout=10)
    try:
        body = encoded(fields, file, file_name)
        connection.request("POST", f"/{bucket}", body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


@cache
def signer(credential: Credential) -> Any:
    return boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=credential.access_key,
        aws_secret_access_key=credential.secret_key,
        config=Config(signature_version="s3v4"),
    )


def form(bucket: str, key: str = "key", by: Credential = OWNER, **more: Any) -> dict[str, str]:
    """The fields boto3 makes; ``Fields`` are conditions too, unless ``Conditions`` say."""
    fields = dict(more.pop("Fields", {}))
    more.setdefault("Conditions", [{name: value} for name, value in fields.items()])
    made = signer(by).generate_presigned_post(bucket, key, Fields=fields, **more)
    result: dict[str, str] = made["fields"]
    return result


def error(answer: Answer) -> tuple[int, dict[str, str]]:
    root = ElementTree.fromstring(answer.body)
    found = {child.tag: child.text or "" for child in root}
    return answer.status, {n: v for n, v in found.items() if n not in ("RequestId", "HostId")}


def version_2(bucket: str) -> dict[str, str]:
    policy = {
        "expiration": (datetime.now(UTC) + timedelta(minutes=5)).isoformat(),
        "conditions": [{"bucket": bucket}, {"key": "key"}],
    }
    text = base64.b64encode(json.dumps(policy).encode())
    signature = base64.b64encode(hmac.digest(OWNER.secret_key.encode(), text, "sha1"))
    return {
        "key": "key",
        "policy": text.decode(),
        "AWSAccessKeyId": OWNER.access_key,
        "Signature": signature.decode(),
    }
