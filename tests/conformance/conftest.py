"""A reference server for whole runs, and the variables that give its keys to a command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server_ref.server import S3Server


@pytest.fixture(scope="session")
def server() -> Iterator[S3Server]:
    """A reference server for this worker's tests."""
    with S3Server(durability="relaxed") as running:
        yield running


@pytest.fixture
def keys(server: S3Server) -> dict[str, str]:
    """The variables that give its credentials to a command."""
    return {
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_SESSION_TOKEN": "",
    }
