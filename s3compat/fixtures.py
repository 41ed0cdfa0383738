"""The pytest fixture ``s3compat_server``: a strict S3 for the tests of other projects.

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
