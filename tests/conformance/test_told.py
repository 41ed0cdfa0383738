"""What a run tells before it begins and at its end, and the small words of that."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

import matrix
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.target import Target
from conformance.model import Expectation, Outcome, Result, RunFooter, RunLog
from conformance.model.verdict import judge_results
from conformance.run.duration import in_words
from conformance.run.plan import Selection, make_plan
from conformance.trial.check import discover
from s3compat.running import telling
from tests.reports import synthetic

ROWS = matrix.load_matrix().rows


def made(outcome: Outcome = Outcome.PASS, name: str = "a", **more: object) -> Result:
    return synthetic.result(ROWS["get-object"], name, "raw", outcome, **more)


def told(
    *results: Result,
    tmp_path: Path,
    width: int = 300,
    goes: bool = False,
    keep: bool = False,
    **footer: object,
) -> list[str]:
    log = RunLog(
        tmp_path / "run.jsonl",
        synthetic.header(clients={"raw": "1"}, keep=keep),
        list(results),
        RunFooter(finished="2026-01-01T00:00:12Z", seconds=12.0, counts={}, **footer),
    )
    console = Console(file=io.StringIO(), width=width)
    endpoint = Endpoint(url="http://127.0.0.1:1", label="here")
    telling.tell(console, {"get-object": "GET object"}, endpoint, "aws", log, 200.0, goes=goes)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO


def test_lost_data_is_told_first_by_check_with_its_clients(tmp_path: Path) -> None:
    gone = Expectation("object k", "still as it was", "gone", ok=False, lost=True)
    results = [
        msgspec.structs.replace(
            made(Outcome.FAIL, name),
            client=client,
            expectations=(gone,),
            reason="data loss: k is gone\x1b[2J",
        )
        for name, client in (("b", "raw"), ("a", "raw"), ("b", "boto3"))
    ]
    lines = told(*results, tmp_path=tmp_path)
    assert lines[0].strip() == "DATA LOSS on here"
    assert lines[1] == "  get-object.b (raw, boto3)"
    assert lines[2].startswith("    k is gone")
    assert "\x1b" not in lines[2]
    assert lines[3] == "  get-object.a (raw)"


def test_of_many_checks_that_lost_data_the_first_are_told(tmp_path: Path) -> None:
    gone = Expectation("object k", "still as it was", "gone", ok=False, lost=True)
    results = [
        msgspec.structs.replace(
            made(Outcome.FAIL, f"lost_{n}"), expectations=(gone,), reason="gone"
        )
        for n in range(telling.FIRST_LOSSES + 2)
    ]
    lines = told(*results, tmp_path=tmp_path)
    named = [line for line in lines if line.startswith("  get-object.lost_")]
    assert named == [f"  get-object.lost_{n} (raw)" for n in range(telling.FIRST_LOSSES)]
    assert "  and 2 more checks; the report shows each" in lines


def test_several_endpoints_are_told_together_at_the_end(tmp_path: Path) -> None:
    gone = Expectation("object k", "still as it was", "gone", ok=False, lost=True)
    lost = msgspec.structs.replace(made(Outcome.FAIL), expectations=(gone,))
    console = Console(file=io.StringIO(), width=300)
    logs = [
        RunLog(tmp_path / name / "run.jsonl", synthetic.header(endpoint=name), results, None)
        for name, results in (("moto", [made(), lost]), ("a", [made(name="b")]))
    ]
    telling.tell_together(console, logs)
    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]  # a StringIO
        "moto      1 of     2 scored outcomes pass, DATA LOSS in 1 outcome",
        "a         1 of     1 scored outcomes pass",
        f"To see what differs: s3compat compare {tmp_path}/moto {tmp_path}/a",
    ]


def test_failures_of_what_the_documentation_denies_are_counted_apart(tmp_path: Path) -> None:
    denied = msgspec.structs.replace(made(Outcome.FAIL, "a"), claim="unsupported")
    lines = told(denied, made(Outcome.FAIL, "b"), made(name="c"), tmp_path=tmp_path)
    assert any(
        line.startswith("1 of the 2 failed outcomes are in rows that the server's documentation")
        for line in lines
    )
    assert not any(
        "calls unsupported" in one for one in told(made(Outcome.FAIL), tmp_path=tmp_path)
    )


def test_without_lost_data_the_table_comes_first(tmp_path: Path) -> None:
    lines = told(made(), tmp_path=tmp_path)
    assert lines[0].split() == ["row", "raw"]
    assert lines[1].split() == ["GET", "object", "1/1"]
    assert any(line.startswith("here in 3 min: 1 of 1 scored outcomes pass") for line in lines)
    assert lines[-1] == f"run log  {tmp_path / 'run.jsonl'}"


def test_what_could_not_be_removed_is_named_with_the_command_that_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = told(made(), tmp_path=tmp_path, leftovers=("s3://b\x07", "s3://c/k"))
    at = lines.index("These could not be removed:")
    assert lines[at + 1].startswith("  s3://b") and "\x07" not in lines[at + 1]
    assert lines[at + 2] == "  s3://c/k"
    assert lines[at + 3].startswith(f"To try again: s3compat clean {tmp_path}/")
    assert "These could not be removed:" not in told(made(), tmp_path=tmp_path)
    long = made(Outcome.FAIL)
    gone = Expectation("object k", "still as it was", "gone", ok=False, lost=True)
    long = msgspec.structs.replace(long, expectations=(gone,), reason="n" * 500)
    shown = [line for line in told(long, tmp_path=tmp_path) if "nnn" in line]
    assert shown and not any("n" * 241 in line for line in shown)
    monkeypatch.chdir(tmp_path)
    assert told(made(), tmp_path=tmp_path)[-1] == "run log  run.jsonl"


def test_what_was_to_be_kept_is_no_failure_of_the_clean_up(tmp_path: Path) -> None:
    lines = told(made(), tmp_path=tmp_path, keep=True, leftovers=("s3://b",))
    at = lines.index("Kept, because of --keep:")
    assert lines[at + 1] == "  s3://b"
    assert lines[at + 2] == f"To remove them: s3compat clean {tmp_path / 'journal.jsonl'}"
    assert "These could not be removed:" not in lines


def test_what_is_left_on_a_server_that_ends_with_the_run_needs_no_command(tmp_path: Path) -> None:
    lines = told(made(), tmp_path=tmp_path, goes=True, leftovers=("s3://b",))
    at = lines.index("These could not be removed:")
    assert lines[at + 1] == "  s3://b"
    assert (
        lines[at + 2] == "They are gone when the server ends, which was started for this run only"
    )
    assert not any("s3compat clean" in line for line in lines)


def test_wording_and_what_setup_stopped_at(tmp_path: Path) -> None:
    worded = Expectation("GetObject: message", "x", "y", ok=False, wording=True)
    lines = told(made(expectations=(worded, worded)), made(name="b"), tmp_path=tmp_path)
    (said,) = [line for line in lines if "Wording only" in line]
    assert said.startswith(
        "Wording only, such as error messages, differs from S3's in 1 passing outcome (2 diff"
    )
    assert not any("Wording only" in line for line in told(made(), tmp_path=tmp_path))


def test_what_is_not_scored_is_told_with_its_commonest_reasons(tmp_path: Path) -> None:
    blocked = made(Outcome.BLOCKED, reason="setup: CreateBucket answered 403; and so on")
    several = [made(Outcome.NOT_TRIED, f"n{n}", reason=f"reason {min(n, 4)}") for n in range(6)]
    lines = told(made(), blocked, *several, tmp_path=tmp_path)
    at = lines.index("Besides the scored ones, 7 outcomes do not count:")
    assert lines[at + 1 : at + 6] == [
        "      2  not tried: reason 4",
        "      1  not tried: reason 0",
        "      1  not tried: reason 1",
        "      2  not tried, for 2 other reasons: see the report",
        "      1  could not be set up: CreateBucket answered 403",
    ]


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], ["no outcome is scored"]),
        ([made(), made(Outcome.FAIL, "b")], ["1 of 2 scored outcomes pass"]),
        (
            [
                made(),
                made(Outcome.DECLARED, "b"),
                made(Outcome.ERROR, "c", reason="trouble"),
                made(Outcome.ERROR, "d", reason="trouble"),
            ],
            [
                "1 of 1 scored outcomes pass",
                "Besides the scored ones, 3 outcomes do not count:",
                "      1  declared: they differ from S3 exactly as the server's documentation says",
                "      2  ended in an error of s3compat, or of a check of your own: trouble",
            ],
        ),
        (
            [made(), made(Outcome.FAIL, "b", verified="observed")],
            [
                "1 of 1 scored outcomes pass",
                "Besides the scored ones, 1 outcome does not count:",
                f"      1  {telling._NEVER_SCORED}: 0 pass, 1 fail",
            ],
        ),
        (
            [made(Outcome.NOT_CLAIMED), made(Outcome.NOT_TRIED, "b", reason="no second account")],
            [
                "no outcome is scored",
                "2 outcomes do not count:",
                "      1  not claimed: documented as unsupported, and refused cleanly",
                "      1  not tried: no second account",
            ],
        ),
    ],
)
def test_the_counts(results: list[Result], said: list[str], tmp_path: Path) -> None:
    log = RunLog(tmp_path / "run.jsonl", synthetic.header(), results, None)
    verdict = judge_results(results, planned=len(results))
    assert [telling._score(verdict), *telling._not_scored(log, verdict)] == said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (89.4, "89 s"), (90.0, "2 min"), (149.0, "2 min"), (3600.0, "60 min")],
)
def test_a_duration(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "less than 0.1 MB"),
        (1_250_000, "1.2 MB"),
        (9_999_999, "10.0 MB"),
        (10_000_000, "10 MB"),
        (2_000_000_000, "2,000 MB"),
    ],
)
def test_a_volume(size: int, words: str) -> None:
    assert telling._size(size) == words


def test_what_it_costs_at_list_prices() -> None:
    assert telling._price(1000, 0) == pytest.approx(0.005)
    assert telling._price(0, 10**9) == pytest.approx(0.09)
    assert telling._price(2000, 2 * 10**9) == pytest.approx(0.19)
    assert [telling._in_dollars(price) for price in (0.009, 0.01, 12.345)] == [
        "one cent",
        "$0.01",
        "$12.35",
    ]


def test_what_the_run_will_do_is_told_before() -> None:
    clients = ["raw", "boto3"]
    plan = make_plan(
        discover(), matrix.load_matrix(), clients, clients, Selection(rows=("get-object",))
    )
    requests, volume = plan.estimate()
    said = telling.announcement(Target(url="http://h:1", label="mine"), plan, 0, "s3c-x")
    assert said.startswith("Tests mine at http://h:1, compared with all of Amazon S3: ")
    clients = ", ".join(plan.clients)
    assert f"{len(plan):,} outcomes (one for each check and client; clients: {clients})" in said
    assert f"about {requests:,} requests and {telling._size(volume)}, 1 check at a time" in said
    assert f"about {plan.buckets() + 1:,} buckets named s3c-x" in said
    assert "named s3c-x…, a few at a time, and removes them at the end. " in said
    assert said.endswith("at most one cent.")
    assert "It touches no other bucket." in said
    keeping = telling.announcement(Target(url="http://h:1"), plan, 0, "s3c-x", keep=True)
    assert "and keeps them (--keep). It touches no other bucket." in keeping
    many = telling.announcement(Target(url="http://h:1"), plan, 4, "s3c-x")
    assert many.startswith("Tests http://h:1, compared with all of Amazon S3: ")
    assert ", 4 checks at a time" in many
    assert f"about {plan.buckets() + 4:,} buckets named s3c-x" in many

    lines = telling.plan_table(plan, matrix.load_matrix()).splitlines()
    assert lines == [f"{len(plan):>5}  get-object: {ROWS['get-object'].title}"]


def test_one_bucket_is_told_as_one() -> None:
    clients = ["raw"]
    chosen = Selection(checks=("get-object.missing_key_is_an_error",))
    plan = make_plan(discover(), matrix.load_matrix(), clients, clients, chosen)
    said = telling.announcement(Target(url="http://127.0.0.1:1"), plan, 1, "s3c-x")
    assert "creates about 1 bucket named s3c-x… and removes it at the end. It touches" in said


def test_a_row_that_is_large_is_told_with_what_it_costs() -> None:
    large = next(row for row in ROWS.values() if row.large)
    plan = make_plan(
        discover(), matrix.load_matrix(), ["raw"], ["raw"], Selection(rows=(large.id,), large=True)
    )
    said = telling.announcement(Target(url="http://h:1"), plan, 1, "x")
    assert said.endswith(f" {large.id} is large: {large.large}.")


def test_a_path_is_told_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert telling.near(tmp_path / "a" / "b") == Path("a/b")
    assert telling.near(Path("/elsewhere")) == Path("/elsewhere")
