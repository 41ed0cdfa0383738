"""A reference server for whole runs, and the variables that give its keys to a command."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from server_ref.server import S3Server


@pytest.fixture(scope="session")
def server(s3compat_server: S3Server) -> S3Server:
    """A reference server for this worker's tests."""
    return s3compat_server


@pytest.fixture
def keys(server: S3Server) -> dict[str, str]:
    """The variables that give its credentials to a command."""
    return {
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_SESSION_TOKEN": "",
    }


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Children started meanwhile take SIGINT, even where a shell started us to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
