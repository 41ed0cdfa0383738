"""The parts of an object: where they are, their numbers, the checksum that is shown."""

from __future__ import annotations

import pytest

from server_ref.rules import parts
from server_ref.storage.records import PartInfo, pack
from tests.server.at_noon import version
from tests.server.refusing import code_of


def test_a_part_is_where_those_before_it_end() -> None:
    made = version(parts=pack([PartInfo(1, 5, "a"), PartInfo(2, 3, "b"), PartInfo(4, 2, "c")]))

    assert [parts.locate(made, number) for number in (1, 2, 3)] == [(0, 5), (5, 3), (8, 2)]
    assert code_of(lambda: parts.locate(made, 4)) == "InvalidPartNumber"
    assert parts.locate(version(), 1) == (0, 10)
    assert parts.locate(version(size=0), 1) is None
    assert code_of(lambda: parts.locate(version(), 2)) == "InvalidPartNumber"


@pytest.mark.parametrize(
    ("number", "code"),
    [(0, "InvalidArgument"), (1, ""), (10_000, ""), (10_001, "InvalidArgument")],
)
def test_the_number_of_a_part(number: int, code: str) -> None:
    assert code_of(lambda: parts.check_number(number)) == code


@pytest.mark.parametrize(
    ("kind", "number", "whole", "shown"),
    [
        ("COMPOSITE", 1, False, "a"),
        ("COMPOSITE", 2, True, "b"),
        ("COMPOSITE", None, True, "all"),
        ("COMPOSITE", None, False, None),
        ("FULL_OBJECT", 1, True, "all"),
        ("FULL_OBJECT", 1, False, None),
    ],
)
def test_the_checksum_of_what_is_shown(
    kind: str, number: int | None, whole: bool, shown: str | None
) -> None:
    made = version(
        checksum_type=kind,
        checksum="all",
        parts=pack([PartInfo(1, 5, "a"), PartInfo(2, 5, "b")]),
    )

    assert parts.checksum(made, number, whole=whole) == shown
