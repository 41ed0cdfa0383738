"""Which operations take something away, and so may use what is left of a full disk."""

from __future__ import annotations

import pytest

from server_ref.storage.changes import LIFECYCLE
from server_ref.storage.reserve import makes_space


@pytest.mark.parametrize(
    ("operation", "frees"),
    [
        ("DeleteObject", True),
        ("DeleteObjects", True),
        ("DeleteBucketTagging", True),
        ("AbortMultipartUpload", True),
        ("PutBucketLifecycleConfiguration", True),
        (LIFECYCLE.operation, True),
        ("PutObject", False),
        ("PutBucketTagging", False),
        ("CompleteMultipartUpload", False),
        ("GetObject", False),
        ("", False),
    ],
)
def test_what_makes_space(operation: str, frees: bool) -> None:
    assert makes_space(operation) is frees
