"""What the process of a query sends: records in frames of a size."""

from __future__ import annotations

import pytest

from server_ref.errors import S3Error
from server_ref.select import inside, intake


@pytest.mark.parametrize(
    ("records", "batches"),
    [
        (["ab", "c", "d", "e"], ["abcd", "e"]),
        (["abc", "d", "efgh"], ["abcd", "efgh"]),
        (["abc", "defg", "h"], ["abcdefg", "h"]),
        (["a", "bc", ""], ["abc"]),
        ([], []),
    ],
)
def test_records_are_put_together_until_a_frame_is_full(
    records: list[str], batches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "BATCH", 4)

    assert list(inside._batches(records)) == batches


def test_a_record_may_be_as_long_as_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_RECORD", 3)

    assert list(inside._batches(["abc", "de"])) == ["abcde"]
    with pytest.raises(S3Error, match="OverMaxRecordSize"):
        list(inside._batches(["abcd"]))
