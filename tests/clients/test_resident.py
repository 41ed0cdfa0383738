"""The suite's side of the protocol with programs that stay alive, on a program of a few lines."""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.resident import ProgramEndedError, Resident
from conformance.clients.sdk_program import tagged
from tests.clients.programs import SAYS


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Resident]:
    started = Resident(
        [sys.executable, "-c", SAYS], {"endpoint": "x"}, environment={}, folder=tmp_path
    )
    yield started
    started.close()


def test_a_line_has_an_answer_and_the_program_stays(program: Resident) -> None:
    assert program.hello == {"ok": True, "version": "small/1", "told": ["endpoint"]}
    for number in range(3):
        said = program.ask({"do": "echo", "members": {"n": number, "t": "é\n"}}, 10)
        assert said["members"] == {"n": number, "t": "é\n"}


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("die", "its last words"),
        ("sleep", "no answer within 0.2 s"),
        ("chatter", "longer than any of the protocol"),
        ("babble", "not one of the protocol"),
    ],
)
def test_a_program_that_fails_is_ended_and_says_why(do: str, says: str, program: Resident) -> None:
    with pytest.raises(ProgramEndedError, match=says):
        program.ask({"do": do}, 0.2 if do == "sleep" else 10)
    with pytest.raises(ProgramEndedError):
        program.ask({"do": "echo", "members": {}}, 1)


def test_a_program_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no SDK here')"]
    with pytest.raises(ProgramEndedError, match="no SDK here"):
        Resident(command, {}, environment=dict(os.environ), folder=tmp_path)


def test_what_json_has_no_word_for_has_a_tag() -> None:
    when = datetime.datetime(2026, 1, 2, 3, 4, 5)
    members = {"Body": b"\0\xff", "When": when, "Tags": [{"Key": "k"}], "Max": 3, "On": True}
    assert json.loads(json.dumps(tagged(members))) == {
        "Body": {"$bytes": "AP8="},
        "When": {"$time": "2026-01-02T03:04:05Z"},
        "Tags": [{"Key": "k"}],
        "Max": 3,
        "On": True,
    }
    with pytest.raises(ClientCannotError, match="object"):
        tagged(object())
