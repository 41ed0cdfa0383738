"""A running reference server with two accounts, and the ways to speak to it."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from server_ref.auth.credentials import make_account
from server_ref.identity import Credential
from server_ref.server import S3Server

OWNER = Credential("AKIAOWNEROWNEROWNERA", "owner" * 8, make_account("111122223333"))
OTHER = Credential("AKIAOTHEROTHEROTHERA", "other" * 8, make_account("444455556666"))

_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[S3Server]:
    """One server for all tests of a worker; each makes buckets of its own."""
    with S3Server(
        accounts=(OWNER, OTHER),
        durability="relaxed",
        event_targets=["arn:aws:sqs:us-east-1:111122223333:queue="],
    ) as running:
        yield running


def client_of(server: S3Server, credential: Credential | None) -> Any:
    """A new boto3 client that tries once; without a credential it signs nothing."""
    keys: dict[str, Any] = {"region_name": server.region}
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    if credential is None:
        config = config.merge(Config(signature_version=UNSIGNED))
    else:
        keys["aws_access_key_id"] = credential.access_key
        keys["aws_secret_access_key"] = credential.secret_key
    return boto3.client("s3", endpoint_url=server.url, config=config, **keys)


@pytest.fixture(scope="session")
def owner(server: S3Server) -> Any:
    """A client of the account that owns the buckets."""
    return client_of(server, OWNER)


@pytest.fixture(scope="session")
def other(server: S3Server) -> Any:
    """A client of another account."""
    return client_of(server, OTHER)


@pytest.fixture(scope="session")
def nobody(server: S3Server) -> Any:
    """A client that signs nothing."""
    return client_of(server, None)


@pytest.fixture
def bucket(owner: Any) -> str:
    """A fresh bucket as S3 makes them: no ACLs, nothing public."""
    name = f"bucket-{next(_numbers)}"
    owner.create_bucket(Bucket=name)
    return name


@pytest.fixture
def open_bucket(owner: Any, bucket: str) -> str:
    """A bucket that may have ACLs and be public."""
    owner.delete_public_access_block(Bucket=bucket)
    owner.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    return bucket


def refused(call: Callable[..., Any], **members: Any) -> dict[str, Any]:
    """The error of a call that must fail: Status, Code, Message and the further members."""
    with pytest.raises(ClientError) as error:
        call(**members)
    response: dict[str, Any] = error.value.response
    return {"Status": response["ResponseMetadata"]["HTTPStatusCode"], **response["Error"]}


@dataclass(frozen=True)
class Answer:
    """One answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(
    server: S3Server, method: str, path: str, host: str | None = None, **headers: str
) -> Answer:
    """An unsigned request by hand; ``_`` in header names stands for ``-``."""
    name, _, port = server.url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(name, int(port), timeout=10)
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    if host is not None:
        sent["Host"] = host
    try:
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()
