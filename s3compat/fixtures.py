"""Fixtures for the tests of other projects: a strict S3 server, and clients of it.

pytest finds them by itself where s3compat is installed. `s3compat_server` is one server for all
tests of a run; the others are of one test, which finds the server empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from server_ref.server import S3Server


@pytest.fixture(scope="session")
def s3compat_server() -> Iterator[S3Server]:
    """A running reference server, one for the session (with xdist, one a worker).

    What a test leaves there the next one finds; ``s3compat_empty_server`` is the same, emptied.
    """
    from server_ref.server import S3Server  # not before a test asks for it

    with S3Server(durability="relaxed") as server:
        yield server


@pytest.fixture
def s3compat_empty_server(s3compat_server: S3Server) -> S3Server:
    """The session's server, with nothing in it when the test begins."""
    s3compat_server.reset()
    return s3compat_server


@pytest.fixture
def s3compat_client(s3compat_empty_server: S3Server) -> Any:
    """A boto3 client of the empty server."""
    return s3compat_empty_server.client()


@pytest.fixture
def s3compat_environment(
    s3compat_empty_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> S3Server:
    """The empty server, and variables that lead every AWS SDK and CLI to it during the test."""
    for name, value in s3compat_empty_server.environment().items():
        monkeypatch.setenv(name, value)
    return s3compat_empty_server


@pytest.fixture(scope="session")
def s3compat_aistore() -> Iterator[S3Server]:
    """The reference server with the behaviour ``aistore``: a proxy and three targets.

    ``url`` is the proxy's S3, ``root_url`` the proxy itself, for AIStore's own API.
    """
    from server_ref.server import S3Server  # not before a test asks for it

    with S3Server(behaviour="aistore", targets=3, durability="relaxed") as server:
        yield server
