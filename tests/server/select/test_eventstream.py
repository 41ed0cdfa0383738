"""Events of an answer: the bounds of their headers, and a message that is cut."""

from __future__ import annotations

import struct

import pytest

from server_ref.select import eventstream


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("n" * 255, "v", True),
        ("n" * 256, "v", False),
        ("", "v", False),
        ("n", "v" * 0xFFFF, True),
        ("n", "v" * 0x10000, False),
    ],
)
def test_a_header_of_an_event(name: str, value: str, good: bool) -> None:
    if good:
        made = eventstream.frame({name: value}, b"p")
        assert struct.unpack_from(">II", made) == (len(made), len(name) + len(value) + 4)
        assert made[12] == len(name)
        assert made[13 + len(name)] == 7
    else:
        with pytest.raises(ValueError, match="no header of an event"):
            eventstream.frame({name: value}, b"p")


def test_the_message_of_an_error_is_cut() -> None:
    assert b"x" * 2000 in eventstream.error("C", "x" * 2001)
    assert b"x" * 2001 not in eventstream.error("C", "x" * 2001)
