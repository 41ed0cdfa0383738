"""The section of one server on the page of servers: its worst cause, a request, its command."""

from __future__ import annotations

from pathlib import Path

import pytest

import reports
from conformance.model import Call, Expectation, Outcome, Result
from matrix import load_matrix
from reports.formats.servers import LONGEST_REASON
from reports.overview import make_overview
from tests.reports import synthetic
from tests.reports.runs import logged, one


def of_servers(tmp_path: Path, *results: Result, **changes: object) -> str:
    fields: dict[str, object] = {"server": {"name": "moto", "version": "5"}, "profile": "aws"}
    return reports.render("servers", [logged(tmp_path, *results, **(fields | changes))])


def test_the_most_harmful_cause_is_told_where_it_is_not_among_the_largest(tmp_path: Path) -> None:
    causes = [
        one(
            f"c{number}",
            Outcome.FAIL,
            client=client,
            reason=f"member M{number}: expected 1, got 2",
            expectations=(Expectation(f"member M{number}", "1", "2", False),),
            calls=(),
        )
        for number in range(5)
        for client in ("boto3", "raw")
    ]
    [run] = make_overview([logged(tmp_path, *causes)], load_matrix()).runs
    assert len(run.causes) == 5, "as many as are shown"

    assert "the most harmful" not in of_servers(tmp_path, *causes)
    page = of_servers(tmp_path, *causes, synthetic.loss())
    assert page.count("- not among the largest, but the most harmful: ") == 1
    assert "data-safety.tagging_leaves_the_object[s3cmd]" in page.partition("most harmful")[2]


def test_the_request_of_a_block_is_the_last_of_its_setup(tmp_path: Path) -> None:
    calls = (
        Call("CreateBucket", "setup", exchanges=(synthetic.exchange("PUT", "/first", "200 OK"),)),
        Call("PutObject", "setup", exchanges=(synthetic.exchange("PUT", "/last", "503 No"),)),
        Call("GetObject", exchanges=(synthetic.exchange("GET", "/test", "200 OK"),)),
    )
    blocked = one("b", Outcome.BLOCKED, calls=calls, expectations=())
    failed = one("f", Outcome.FAIL, calls=calls, expectations=())

    assert "at `PUT /last`" in of_servers(tmp_path, blocked)
    assert "at `GET /test`" in of_servers(tmp_path, failed)


@pytest.mark.parametrize("more", [0, 1])
def test_a_long_reason_is_cut_where_it_is_too_long(tmp_path: Path, more: int) -> None:
    whole = "x" * (LONGEST_REASON + more)
    shown = f"{'x' * (LONGEST_REASON - 1)}…" if more else whole
    page = of_servers(tmp_path, one("long", Outcome.FAIL, reason=whole, calls=(), expectations=()))
    assert f": `{shown}`\n" in page


@pytest.mark.parametrize(
    ("again", "server", "command"),
    [
        (None, {"name": "moto", "version": "5.1"}, "--server moto --server-version 5.1"),
        (None, {}, "--endpoint https://store.example.com:9000/s3"),
        (("--server", "moto", "--server-version", "4"), {"name": "moto", "version": "5"}, None),
    ],
)
def test_the_command_of_a_section(
    tmp_path: Path, again: tuple[str, ...] | None, server: dict[str, str], command: str | None
) -> None:
    page = of_servers(
        tmp_path, one("a", Outcome.PASS), again=again, server=server, clients={"raw": ""}
    )
    wanted = command or " ".join(again or ())

    assert f"s3compat run {wanted} --clients raw\n" in page


def test_a_server_that_is_not_known_any_more(tmp_path: Path) -> None:
    page = of_servers(
        tmp_path,
        one("a", Outcome.PASS),
        server={"name": "gone", "version": "1", "source": "pip", "package": "gone-s3"},
    )

    assert "`1` (`pip: gone-s3`)" in page
    assert "As it was run" not in page
