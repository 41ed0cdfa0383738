"""Which operations take something away, and so may use what is left of a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from server_ref.storage.changes import LIFECYCLE
from server_ref.storage.reserve import Reserve, makes_space


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


def test_a_reserve_is_filled_given_up_and_had_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server_ref.storage.reserve.PAUSE", 3600.0)
    reserve = Reserve(tmp_path)
    assert not reserve.release()  # there is none yet
    assert reserve.fill()
    assert reserve.fill()  # it is there already
    assert not reserve.given
    assert reserve.release()
    assert reserve.given and list(tmp_path.iterdir()) == []
    assert not reserve.may_be_back()  # it was tried a moment ago
    reserve.freed()
    assert reserve.may_be_back()
    assert not reserve.given


def test_a_reserve_that_was_there_at_a_start_is_known(tmp_path: Path) -> None:
    assert Reserve(tmp_path).fill()
    assert Reserve(tmp_path).fill()
