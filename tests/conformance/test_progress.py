"""What a person sees of a run while it happens."""

from __future__ import annotations

import io
from types import SimpleNamespace

import msgspec
import pytest
from rich.console import Console

from conformance.model import Expectation, Outcome, Result
from conformance.run import progress
from conformance.run.plan import Planned
from conformance.run.progress import ENOUGH_SEEN, SHOWN_TROUBLES, Progress, TimeLeft
from tests.conformance.fakes import make_check


def result(number: int, outcome: Outcome = Outcome.PASS, *, lost: bool = False) -> Result:
    return Result(
        check=f"get-object.check_{number}",
        client="raw",
        row="get-object",
        outcome=outcome,
        title="A title.",
        level="must",
        spec="https://example.org",
        verified="documented",
        reason=f"{'data loss: ' if lost else ''}gone [red]for good[/]",
        expectations=(Expectation("object", "still", "gone", False, lost),) if lost else (),
        seconds=1.0,
    )


def test_the_time_left_is_told_once_enough_was_seen() -> None:
    left = TimeLeft([Planned(make_check(lambda _: None), "raw")] * 100)
    for number in range(ENOUGH_SEEN - 1):
        left.seen(result(number))
    assert left.seconds() is None
    left.seen(result(99))
    assert left.seconds() is not None


@pytest.mark.parametrize(
    ("passed", "seconds"),
    [
        (20.0, 165.0),  # one worker: 20 s of work in 20 s
        (10.0, 82.5),  # two workers: 20 s of work in 10 s
    ],
)
def test_the_time_left_is_what_each_client_has_to_come_at_the_pace_so_far(
    monkeypatch: pytest.MonkeyPatch, passed: float, seconds: float
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    check = make_check(lambda _: None)
    left = TimeLeft(
        [Planned(check, "raw")] * 10 + [Planned(check, "aws-s3")] * 40 + [Planned(check, "ais")] * 5
    )
    for number in range(6):
        left.seen(msgspec.structs.replace(result(number), client="raw", seconds=0.5))
    for number in range(4):
        left.seen(msgspec.structs.replace(result(number), client="aws-s3", seconds=4.25))
    clock[0] += passed
    # to come: raw 4 of 0.5 s; aws-s3 36 of 4.25 s; ais, of which nothing is known, 5 of the mean
    assert left.seconds() == pytest.approx(seconds)


def test_trouble_is_shown_at_once_and_data_loss_by_name() -> None:
    console = Console(file=io.StringIO(), width=200)
    shown = Progress(console, {})
    shown.starting()
    shown.seen(result(1))
    shown.seen(result(2, Outcome.FAIL))
    shown.seen(result(3, Outcome.FAIL, lost=True))
    said = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    lines = [line for line in said if "get-object" in line]
    assert lines == [
        "fail get-object.check_2[raw] gone [red]for good[/]",
        "DATA LOSS get-object.check_3[raw] gone [red]for good[/]",
    ]


def test_a_check_in_trouble_is_shown_once_and_many_are_counted() -> None:
    console = Console(file=io.StringIO(), width=200)
    shown = Progress(console, {})
    for number in range(SHOWN_TROUBLES + 5):
        for client in ("raw", "boto3"):
            shown.seen(msgspec.structs.replace(result(number, Outcome.FAIL), client=client))
    said = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    lines = [line for line in said if line.startswith("fail ")]
    assert [line.split()[1] for line in lines] == [
        f"get-object.check_{number}[raw]" for number in range(SHOWN_TROUBLES)
    ]
    assert sum("More checks fail" in line for line in said) == 1


def test_on_a_terminal_it_says_that_it_is_starting() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    shown = Progress(console, {})
    shown.starting()
    shown.stop()
    assert "starting: collecting the checks" in console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
