"""What a person sees of a run while it happens."""

from __future__ import annotations

import io

from rich.console import Console

from conformance.model import Expectation, Outcome, Result
from conformance.run.plan import Planned
from conformance.run.progress import ENOUGH_SEEN, Progress, TimeLeft
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
        reason="gone [red]for good[/]",
        expectations=(Expectation("object", "still", "gone", False, lost),) if lost else (),
        seconds=1.0,
    )


def test_the_time_left_is_told_once_enough_was_seen() -> None:
    left = TimeLeft([Planned(make_check(lambda _: None), "raw")] * 100)
    for number in range(ENOUGH_SEEN - 1):
        left.seen(result(number))
    assert left.seconds() is None
    left.seen(result(99))
    told = left.seconds()
    assert told is not None
    assert told > 0


def test_trouble_is_shown_at_once_and_data_loss_by_name() -> None:
    console = Console(file=io.StringIO(), width=200)
    progress = Progress(console, {})
    progress.starting()
    progress.seen(result(1))
    progress.seen(result(2, Outcome.FAIL))
    progress.seen(result(3, Outcome.FAIL, lost=True))
    said = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    lines = [line for line in said if "get-object" in line]
    assert lines == [
        "fail get-object.check_2[raw] gone [red]for good[/]",
        "DATA LOSS get-object.check_3[raw] gone [red]for good[/]",
    ]


def test_on_a_terminal_it_says_that_it_is_starting() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    progress = Progress(console, {})
    progress.starting()
    progress.stop()
    assert "starting: collecting the checks" in console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
