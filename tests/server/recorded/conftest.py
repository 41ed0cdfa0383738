"""What the tests of recorded answers begin with."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def key(owner: Any, bucket: str) -> dict[str, str]:
    """An object of b"test data..": its Bucket and Key."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"test data..")
    return {"Bucket": bucket, "Key": "key"}


@pytest.fixture
def me(owner: Any) -> str:
    """The canonical id of the buckets' owner."""
    found: str = owner.list_buckets()["Owner"]["ID"]
    return found
