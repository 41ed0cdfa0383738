"""The bytes that a Range asks for, and the ranges that have none."""

from __future__ import annotations

import pytest

from server_ref.errors import S3Error
from server_ref.rules import ranges


@pytest.mark.parametrize(
    ("header", "size", "found"),
    [
        ("bytes=0-9", 10, (0, 10)),
        ("bytes=0-10", 10, (0, 10)),
        ("bytes=9-9", 10, (9, 1)),
        ("bytes=9-", 10, (9, 1)),
        ("bytes=-1", 10, (9, 1)),
        ("bytes=-10", 10, (0, 10)),
        ("bytes=-11", 10, (0, 10)),
        ("bytes=5-4", 10, None),
        ("bytes=5-5", 10, (5, 1)),
        ("bytes=-", 10, None),
        ("bytes=0-1,3-4", 10, None),
        ("octets=0-1", 10, None),
        (" bytes=0-1 ", 10, (0, 2)),
        ("bytes=-5", 0, None),
        ("bytes=0-999999999999999999999", 10, (0, 10)),
        ("bytes=000000000000000000002-3", 10, (2, 2)),
    ],
)
def test_a_range(header: str, size: int, found: tuple[int, int] | None) -> None:
    assert ranges.requested(header, size) == found


@pytest.mark.parametrize(
    ("header", "size"),
    [
        ("bytes=10-", 10),
        ("bytes=10-11", 10),
        ("bytes=-0", 10),
        ("bytes=-0", 0),
        ("bytes=0-0", 0),
        ("bytes=1000000000000000000-", 10),
        ("bytes=9999999999999999999-", 10),
    ],
)
def test_a_range_without_a_byte(header: str, size: int) -> None:
    with pytest.raises(S3Error) as error:
        ranges.requested(header, size)

    assert error.value.code == "InvalidRange"
    assert error.value.members["ActualObjectSize"] == str(size)
    assert error.value.headers == {}  # S3 says the size in the body alone
