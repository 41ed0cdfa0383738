"""The completion of an upload: what it asks for, and a key that was written meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.rules import completion
from server_ref.storage.records import Upload, Version
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("members", "seq", "raced", "code"),
    [
        ({}, 9, 1, ""),
        ({"IfMatch": "e"}, 4, 1, ""),
        ({"IfMatch": "e"}, 5, 0, ""),
        ({"IfMatch": "e"}, 6, 0, "ConditionalRequestConflict"),
        ({"IfNoneMatch": "*"}, None, 0, ""),
        ({"IfNoneMatch": "*"}, None, 1, "ConditionalRequestConflict"),
        ({"IfNoneMatch": "*"}, 4, 0, "PreconditionFailed"),
        ({"IfMatch": "x"}, 4, 0, "PreconditionFailed"),
    ],
)
def test_a_completion_whose_key_was_written_meanwhile(
    members: dict[str, str], seq: int | None, raced: int, code: str
) -> None:
    upload = Upload("k", 5, "u", 0, "me", "me", "STANDARD", None, None, raced=raced)
    there = ("k", seq or 0, "v", 0, 1, "e", 0, "STANDARD", "me", None, None, None, 7)
    current = None if seq is None else Version(*there)

    assert code_of(lambda: completion.check_conditions(members, "k", upload, current)) == code


def test_what_a_completion_asks_for_is_its_parts_and_their_etags() -> None:
    def asked(*listed: dict[str, Any]) -> bytes:
        return completion.asked({"MultipartUpload": {"Parts": list(listed)}})

    first, second = {"PartNumber": 1, "ETag": '"a"'}, {"PartNumber": 2, "ETag": "b"}
    assert asked(first, second) == asked({"PartNumber": 1, "ETag": "a"}, second)
    assert asked(first, second) != asked(first)
    assert asked(first) != asked({**first, "PartNumber": 2})
    assert asked() == completion.asked({})
