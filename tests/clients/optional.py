"""Clients that need something not every machine has: skipped there, required in CI."""

from __future__ import annotations

import os

import pytest

from conformance.clients import discover
from conformance.clients.base import ClientCannotError


def needed(client: str) -> None:
    """Skip the test where the client cannot be used, with its reason; in CI that is a failure."""
    try:
        discover()[client].version()
    except ClientCannotError as reason:
        missing(f"{client}: {reason}")


def missing(reason: str) -> None:
    """Something optional is not here: skip, except in CI (``CI=true``)."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"required in CI: {reason}")
    pytest.skip(reason)
