"""The pytest fixtures ``s3compat_server``, a strict S3 for the tests of other projects, and
``s3compat_aistore``, the same as AIStore would answer.

Put ``pytest_plugins = ["s3compat.fixtures"]`` into the conftest.py of your tests.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server_ref.server import S3Server


@pytest.fixture(scope="session")
def s3compat_server() -> Iterator[S3Server]:
    """A running reference server, one for the session (with xdist, one a worker).

    ``s3compat_server.client_kwargs`` are the arguments of ``boto3.client("s3", …)``.
    """
    with S3Server(durability="relaxed") as server:
        yield server


@pytest.fixture(scope="session")
def s3compat_aistore() -> Iterator[S3Server]:
    """The reference server in the profile ``aistore``: a proxy and three targets.

    ``url`` is the proxy's S3, ``root_url`` the proxy itself, for AIStore's own API.
    """
    with S3Server(profile="aistore", targets=3, durability="relaxed") as server:
        yield server
