"""The words that a run gives pytest, and the numbers and cells that a person sees of it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from rich.console import Console

from conformance.endpoint.target import Target
from conformance.model import Call, Expectation, Outcome, Result
from conformance.run.plan import Planned, Selection
from conformance.run.progress import Progress
from conformance.run.pytest_suite import Suite
from conformance.run.runner import Run
from conformance.run.table import cell, outcome_table
from conformance.trial.expect import Expect, show
from tests.conformance.fakes import answer, make_check

PLAIN = Run(Target(url="http://127.0.0.1:9"), "an-id", Path("/log"))


def option(run: Run, name: str) -> list[str]:
    """What follows each ``name``."""
    words = run.arguments()
    return [words[at + 1] for at, word in enumerate(words[:-1]) if word == name]


FLAGS = ("--insecure", "--anonymous", "--ephemeral", "--strict-wording", "--keep", "--large")


def test_a_run_of_everything_says_little() -> None:
    words = PLAIN.arguments()

    assert option(PLAIN, "--s3-endpoint") == ["http://127.0.0.1:9"]
    assert option(PLAIN, "--run-id") == ["an-id"]
    assert option(PLAIN, "--run-log") == ["/log/run.jsonl"]
    assert (option(PLAIN, "--profile"), option(PLAIN, "--region")) == (["aws"], ["us-east-1"])
    assert (option(PLAIN, "--addressing"), option(PLAIN, "--cli")) == (["path"], ["warm"])
    assert (option(PLAIN, "--level"), option(PLAIN, "--seed")) == (["all"], ["0"])
    assert (option(PLAIN, "--sample"), option(PLAIN, "--budget-requests")) == (["0"], ["0"])
    assert "--no-smoke" in words
    assert "--noconftest" in words
    for absent in (*FLAGS, "-n", "--rows", "--client", "--check", "--skip", "--shard", "--checks"):
        assert absent not in words
    for absent in ("--restart-command", "--ca-bundle", "--endpoint-label", "--server-fact"):
        assert absent not in words


@pytest.mark.parametrize(
    ("changes", "name", "values"),
    [
        ({"workers": 3}, "-n", ["3"]),
        ({"workers": 3}, "--dist", ["worksteal"]),
        ({"cli": "cold"}, "--cli", ["cold"]),
        ({"restart_command": "x y"}, "--restart-command", ["x y"]),
        ({"own_checks": (Path("/a"), Path("/b"))}, "--checks", ["/a", "/b"]),
    ],
)
def test_what_a_run_is_told(changes: dict[str, Any], name: str, values: list[str]) -> None:
    assert option(replace(PLAIN, **changes), name) == values


@pytest.mark.parametrize(
    ("changes", "name", "values"),
    [
        ({"rows": ("a", "b")}, "--rows", ["a,b"]),
        ({"clients": ("raw", "boto3")}, "--client", ["raw,boto3"]),
        ({"checks": ("a.b", "c.d")}, "--check", ["a.b", "c.d"]),
        ({"skipped": ("a.b",)}, "--skip", ["a.b"]),
        ({"level": "must"}, "--level", ["must"]),
        ({"sample": 5, "budget": 6, "seed": 7}, "--sample", ["5"]),
        ({"sample": 5, "budget": 6, "seed": 7}, "--budget-requests", ["6"]),
        ({"sample": 5, "budget": 6, "seed": 7}, "--seed", ["7"]),
    ],
)
def test_what_is_chosen(changes: dict[str, Any], name: str, values: list[str]) -> None:
    assert option(replace(PLAIN, selection=Selection(**changes)), name) == values


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"label": "mine"}, "--endpoint-label", "mine"),
        ({"generation": "old"}, "--generation", "old"),
        ({"ca_bundle": "/ca"}, "--ca-bundle", "/ca"),
        ({"aws_profile": "me"}, "--aws-profile", "me"),
        ({"credentials_file": "/c"}, "--credentials-file", "/c"),
        ({"credentials_env": "MINE_"}, "--credentials-env", "MINE_"),
        ({"other_credentials": "x"}, "--other-credentials", "x"),
        ({"region": "eu-west-1"}, "--region", "eu-west-1"),
        ({"addressing": "virtual"}, "--addressing", "virtual"),
        ({"profile": "aistore"}, "--profile", "aistore"),
        ({"server": {"name": "moto"}}, "--server-fact", "name=moto"),
    ],
)
def test_what_an_endpoint_is(changes: dict[str, Any], name: str, value: str) -> None:
    target = msgspec.structs.replace(PLAIN.target, **changes)

    assert option(replace(PLAIN, target=target), name) == [value]


@pytest.mark.parametrize(
    ("run", "flag"),
    [
        (replace(PLAIN, ephemeral=True), "--ephemeral"),
        (replace(PLAIN, strict=True), "--strict-wording"),
        (replace(PLAIN, keep=True), "--keep"),
        (replace(PLAIN, selection=Selection(large=True)), "--large"),
        (replace(PLAIN, target=Target(url="http://x", insecure=True)), "--insecure"),
        (replace(PLAIN, target=Target(url="http://x", anonymous=True)), "--anonymous"),
    ],
)
def test_a_flag_is_said_alone(run: Run, flag: str) -> None:
    assert [one for one in FLAGS if one in run.arguments()] == [flag]


# records


def result(
    number: int = 1,
    outcome: Outcome = Outcome.PASS,
    row: str = "get-object",
    client: str = "raw",
    **more: Any,
) -> Result:
    fields: dict[str, Any] = {
        "check": f"{row}.check_{number}",
        "client": client,
        "row": row,
        "outcome": outcome,
        "title": "A title.",
        "level": "must",
        "spec": "https://example.org",
        "verified": "documented",
    }
    return Result(**(fields | more))


def test_details_are_wording_that_does_not_hold() -> None:
    def held(ok: bool, wording: bool) -> Expectation:
        return Expectation("x", "a", "b", ok, wording=wording)

    every = (held(True, True), held(False, True), held(False, False), held(True, False))
    assert result(expectations=every).details == 1
    assert not result(expectations=every).data_lost
    assert result(expectations=(Expectation("x", "", "", False, True),)).data_lost
    assert result(calls=(Call("X"),)).id == "get-object.check_1[raw]"


# cells


@pytest.mark.parametrize(
    ("outcomes", "text", "style"),
    [
        ([Outcome.PASS, Outcome.NOT_CLAIMED], "1/1", "green"),
        ([Outcome.DECLARED, Outcome.NOT_CLAIMED], "declared", "dim"),
        ([Outcome.NOT_CLAIMED, Outcome.CLIENT_CANNOT], "not claimed", "dim"),
        ([Outcome.CLIENT_CANNOT, Outcome.NOT_TRIED], "-", "dim"),
        ([Outcome.NOT_TRIED], "not tried", "dim"),
        ([Outcome.PASS, Outcome.CLIENT_CANNOT, Outcome.NOT_TRIED], "1/1", "green"),
        ([Outcome.PASS, Outcome.FAIL], "1/2", "bold red"),
        ([Outcome.BLOCKED, Outcome.BLOCKED], "2 blocked", "bold red"),
        ([Outcome.PASS, Outcome.ERROR], "1/1 1 error", "bold magenta"),
        ([Outcome.FAIL, Outcome.ERROR], "0/1 1 error", "bold magenta"),
        ([Outcome.BLOCKED, Outcome.DECLARED], "1 blocked ≠1", "bold red"),
    ],
)
def test_a_cell_has_its_words_and_its_colour(
    outcomes: list[Outcome], text: str, style: str
) -> None:
    made = cell([result(number, one) for number, one in enumerate(outcomes)])

    assert (made.plain, str(made.style)) == (text, style)


def test_the_rows_of_a_table_are_those_with_results() -> None:
    results = [result(row=row) for row in ("zz", "b", "aa")]
    table = outcome_table({"c": "C", "b": "B"}, ["raw"], results)

    assert [str(text) for text in table.columns[0].cells] == ["B", "aa", "zz"]


@pytest.mark.parametrize(("width", "folds"), [(29, False), (28, True), (None, False)])
def test_a_table_folds_where_it_would_be_wider(width: int | None, folds: bool) -> None:
    """Twenty characters for titles, and each column one more than its widest text."""
    results = [result(client=name) for name in ("java", "raw")]
    table = outcome_table(
        {}, ["java", "raw"], results, families={"java": "F", "raw": "F"}, width=width
    )

    assert [column.header for column in table.columns[1:]] == (["F"] if folds else ["java", "raw"])


# progress


def frame(height: int, rows: dict[str, tuple[int, int]]) -> list[str]:
    """The lines that are shown while ``rows`` have so many outcomes of so many."""
    console = Console(file=io.StringIO(), width=120, height=height)
    shown = Progress(console, {row: row for row in rows})
    shown._planned.update({row: planned for row, (_, planned) in rows.items()})
    shown._clients = ["raw"]
    for row, (done, _) in rows.items():
        shown._results += [result(number, row=row) for number in range(done)]
    console.print(shown._frame())
    return [line.split()[0] for line in console.file.getvalue().splitlines()[1:-1]]  # type: ignore[attr-defined]  # a StringIO


def test_rows_that_are_being_filled_in_and_the_last_complete_ones() -> None:
    rows = {"begun": (1, 2), "full1": (2, 2), "full2": (2, 2), "full3": (3, 2), "none": (0, 2)}

    assert frame(40, rows) == ["begun", "full1", "full2", "full3"]
    assert frame(10, rows) == ["begun", "full1", "full2", "full3"]
    assert frame(9, rows) == ["begun", "full2", "full3"]
    assert frame(1, rows) == ["begun", "full2", "full3"]
    begun = {f"begun{number}": (1, 2) for number in range(4)}
    assert frame(1, {"full1": (2, 2), **begun}) == ["begun0", "begun1", "begun2"]
    assert frame(10, {"full1": (2, 2), **begun}) == [*begun]
    assert frame(11, {"full1": (2, 2), **begun}) == ["full1", *begun]


def test_a_plain_run_says_now_and_then_where_it_is() -> None:
    console = Console(file=io.StringIO(), width=120)
    shown = Progress(console, {})
    planned = [Planned(make_check(lambda _: None), "raw")] * 50
    shown._planned.update({"get-object": 50})
    shown._every = max(1, len(planned) // 25)
    for number in range(50):
        shown.seen(result(number))
    lines = [line for line in console.file.getvalue().splitlines() if " of 50" in line]  # type: ignore[attr-defined]  # a StringIO

    assert len(lines) == 25
    assert lines[0].startswith("2 of 50 outcomes: 2 pass")


# what an expectation shows


def test_a_long_body_that_is_right_is_shown_without_a_difference() -> None:
    expect = Expect()
    got = answer(200, body=b"x" * 500)
    assert expect.body(got, b"x" * 500)
    assert not expect.body(answer(200, body=b"x" * 499 + b"y"), b"x" * 500)
    first, second = (one.actual for one in expect.seen[-2:])

    assert first == f"500 bytes {b'x' * 50!r}…"
    assert second == f"500 bytes {b'x' * 50!r}… (first difference at byte 499)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", "''"),
        ("a b", "a b"),
        ("a\n", "'a\\n'"),
        ("x" * 400, "x" * 400),
        ("x" * 401, "'" + "x" * 399 + "… (403 characters)"),
        (b"x" * 100, repr(b"x" * 100)),
        (b"x" * 101, f"101 bytes {b'x' * 50!r}…"),
        (None, "None"),
        (7, "7"),
    ],
)
def test_a_value_is_shown(value: Any, shown: str) -> None:
    assert show(value) == shown


class Terminal:
    """What is written to it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write_line(self, line: str) -> None:
        self.lines.append(line)


@pytest.mark.parametrize(
    ("begun", "leftovers", "said"),
    [
        (False, (), []),
        (True, (), ["s3compat: run log /log/run.jsonl"]),
        (
            True,
            ("s3://kept",),
            [
                "s3compat: run log /log/run.jsonl",
                "s3compat: not removed: s3://kept",
                "s3compat: try `s3compat clean /log/j`",
            ],
        ),
    ],
)
def test_the_end_says_where_the_log_is_and_what_is_left(
    begun: bool, leftovers: tuple[str, ...], said: list[str]
) -> None:
    recorder = SimpleNamespace(begun=begun, leftovers=leftovers)
    setting = SimpleNamespace(run_log=Path("/log/run.jsonl"), journal_path=Path("/log/j"))
    suite: Any = SimpleNamespace(recorder=recorder, setting=setting)
    terminal = Terminal()

    Suite.pytest_terminal_summary(suite, terminal)

    assert terminal.lines == said
