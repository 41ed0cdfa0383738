"""A running cluster with the behaviour ``aistore``, and clients that follow its redirects."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from server_ref.server import S3Server

_numbers = itertools.count()
ONCE = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture(scope="session")
def cluster(s3compat_aistore: S3Server) -> S3Server:
    """A proxy and three targets, as AIStore 5.0 has them from the start."""
    return s3compat_aistore


@pytest.fixture(scope="session")
def direct() -> Iterator[S3Server]:
    """One whose proxy answers all by itself: clients that follow no redirect work with it."""
    with S3Server(behaviour="aistore", features=["S3-Reverse-Proxy"], durability="relaxed") as it:
        yield it


@pytest.fixture(scope="session")
def s3(direct: S3Server) -> Any:
    """A stock boto3 client of ``direct``."""
    return boto3.client("s3", **direct.client_kwargs, config=ONCE)


@pytest.fixture
def bucket(s3: Any) -> str:
    """A fresh bucket of ``direct``."""
    name = f"bck-{next(_numbers)}"
    s3.create_bucket(Bucket=name)
    return name


Ask = Callable[..., requests.Response]


@pytest.fixture(scope="session")
def ask(direct: S3Server) -> Ask:
    """``ask(method, path, …)`` sends an unsigned request below /s3 of ``direct``."""
    session = requests.Session()

    def send(method: str, path: str, **options: Any) -> requests.Response:
        return session.request(
            method, f"{direct.url}{path}", allow_redirects=False, timeout=30, **options
        )

    return send


def set_checksum(server: S3Server, bucket: str, checksum: str) -> None:
    """The kind of checksum of what is written to the bucket from now on."""
    answer = requests.patch(
        f"{server.root_url}/v1/buckets/{bucket}?provider=ais",
        json={"action": "set-bprops", "value": {"checksum": {"type": checksum}}},
        timeout=30,
    )
    assert answer.status_code == 200
