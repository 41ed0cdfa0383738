"""s3compat compare: what changed between two sides, and what is no change of the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.model import Expectation, Outcome, Result, RunFooter, RunLog, read_run_log
from conformance.model.causes import is_trouble
from conformance.model.comparison import Comparison, Kind, _kind
from matrix import load_matrix
from reports.comparison import LONGEST_COMMENT
from s3compat.commands import run
from s3compat.commands.compare import main
from tests.reports import synthetic

ROW = next(iter(load_matrix().rows.values()))
PASS, FAIL, BLOCKED = Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED


def one(name: str, outcome: Outcome, client: str = "raw", **changes: Any) -> Result:
    return synthetic.result(ROW, name, client, outcome, **changes)


class Compared:
    """One call of the command: its code, what it printed and the files it wrote."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.comment, data = folder / "c.md", folder / "c.json"
        self.code = main([*words, "--markdown", str(self.comment), "--json", str(data)])
        self.markdown = self.comment.read_text(encoding="utf-8")
        self.json = msgspec.json.decode(data.read_bytes(), type=Comparison)

    def ids(self, kind: Kind) -> list[str]:
        return [change.id for change in self.json.of(kind)]


def log(
    path: Path,
    results: Iterable[Result],
    *,
    finished: bool = True,
    **changes: Any,
) -> str:
    lines: list[Any] = [synthetic.header(**changes), *results]
    if finished:
        lines.append(RunFooter("2026-11-24T02:50:00+00:00", 1.0, {}))
    path.write_bytes(msgspec.json.Encoder().encode_lines(lines))
    return str(path)


def sides(folder: Path, a: Iterable[Result], b: Iterable[Result], **of_b: Any) -> Compared:
    return Compared(folder, log(folder / "a.jsonl", a), log(folder / "b.jsonl", b, **of_b))


def test_the_same_run_twice_has_no_change(tmp_path: Path) -> None:
    every = synthetic.ordinary()
    seen = sides(tmp_path, every, every, run_id="another")
    bad = sum(1 for result in every if result.outcome is Outcome.ERROR)
    assert seen.code == (4 if bad else 0)
    assert seen.json.changes == ()
    assert seen.json.compared > 100
    assert "no new failure" in seen.markdown


def test_a_fault_in_two_clients_is_one_cause_with_its_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = sides(
        tmp_path,
        [one("x", PASS), one("x", PASS, "boto3"), one("y", FAIL), one("z", FAIL)],
        [one("x", FAIL), one("x", FAIL, "boto3"), one("y", PASS), one("z", FAIL)],
    )
    assert seen.code == 1
    assert seen.ids(Kind.FAILED) == [f"{ROW.id}.x[boto3]", f"{ROW.id}.x[raw]"]
    assert seen.ids(Kind.FIXED) == [f"{ROW.id}.y[raw]"]
    failed = [cause for cause in seen.json.causes if cause.kind is Kind.FAILED]
    assert [sorted(cause.ids) for cause in failed] == [seen.ids(Kind.FAILED)]
    assert seen.json.by_row()[ROW.id] == {Kind.FAILED: 2, Kind.FIXED: 1}
    assert f"[{failed[0].cause}] (2)" in capsys.readouterr().out
    assert seen.markdown.index("New failures (2)") < seen.markdown.index("Fixed (1)")


def test_what_one_side_lacks_or_could_not_try_is_new_or_gone(tmp_path: Path) -> None:
    seen = sides(
        tmp_path,
        [
            one("kept", PASS),
            one("old", PASS),
            one("untried", PASS),
            one("tried", Outcome.NOT_TRIED),
        ],
        [
            one("kept", PASS),
            one("fresh", FAIL),
            one("untried", Outcome.NOT_TRIED),
            one("tried", FAIL),
        ],
        clients={**synthetic.CLIENTS, "raw": "s3compat 0.2.0"},
    )
    assert seen.code == 0
    assert seen.ids(Kind.FAILED) == []
    assert seen.ids(Kind.NEW) == [f"{ROW.id}.fresh[raw]", f"{ROW.id}.tried[raw]"]
    assert seen.ids(Kind.GONE) == [f"{ROW.id}.old[raw]", f"{ROW.id}.untried[raw]"]
    assert "client raw: s3compat 0.1.0 on A, s3compat 0.2.0 on B" in seen.json.notes


def test_lost_data_comes_first_even_where_it_failed_before(tmp_path: Path) -> None:
    lost = (Expectation("body", "b'kept'", "b''", False, lost=True),)
    seen = sides(
        tmp_path,
        [one("a", PASS), one("z", FAIL)],
        [one("a", FAIL), one("z", FAIL, expectations=lost)],
    )
    assert seen.code == 1
    assert seen.ids(Kind.FAILED) == [f"{ROW.id}.z[raw]", f"{ROW.id}.a[raw]"]
    assert "**DATA LOSS**" in seen.markdown


def test_changed_wording_is_a_detail_and_identifiers_are_not(tmp_path: Path) -> None:
    def worded(text: str) -> Result:
        return one("x", PASS, expectations=(Expectation("Message", "S3's", text, False, True),))

    assert sides(tmp_path, [worded("Old words")], [worded("New words")]).ids(Kind.DETAILS)
    same = sides(tmp_path, [worded("no 4442587FB7D0")], [worded("no 99AB587FB7D1")])
    assert same.json.changes == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("['601/a/1', '601/b']", "['369/a/1', '369/b']"),
        ("after PUT /s3compat-r7k2m9-gw1-641/other", "after PUT /s3compat-r7k2m9-gw0-321/other"),
        ("PUT /B/601%2Fa", "PUT /B/369%2Fa"),
        ("expiry-date Sat, 28 Nov 2026 21:29:28 GMT", "expiry-date Sat, 28 Nov 2026 21:25:36 GMT"),
        ("['8ivBiaawCfmsvVaXpkF50mNbjIqA']", "['m3Y5fA2pMNKirSoKowN4TINgeoaq']"),
        ("'xy… (419 characters)", "'xy… (428 characters)"),
    ],
)
def test_what_every_run_makes_up_is_no_difference(tmp_path: Path, before: str, after: str) -> None:
    def said(text: str) -> Result:
        return one("x", FAIL, expectations=(Expectation("Key", "S3's", text, False),))

    assert sides(tmp_path, [said(before)], [said(after)]).json.changes == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bytes 0-8/10", "bytes 0-8/12"),
        ("['601/a', '601/b']", "['601/b', '601/a']"),
        ("ongoing-request=true", "ongoing-request=false"),
    ],
)
def test_another_value_is_a_difference(tmp_path: Path, before: str, after: str) -> None:
    def said(text: str) -> Result:
        return one("x", FAIL, expectations=(Expectation("Key", "S3's", text, False),))

    assert sides(tmp_path, [said(before)], [said(after)]).ids(Kind.DETAILS)


def test_wording_that_only_strict_counts_is_no_new_failure(tmp_path: Path) -> None:
    differing = (Expectation("Message", "S3's", "other", False, wording=True),)
    seen = sides(
        tmp_path,
        [one("x", PASS, expectations=differing)],
        [one("x", FAIL, expectations=differing)],
        strict=True,
    )
    assert (seen.code, seen.ids(Kind.CHANGED)) == (0, [f"{ROW.id}.x[raw]"])


WORDED = Expectation("Message", "S3's", "other", False, wording=True)
MISSED = Expectation("status", "200", "404", False)


@pytest.mark.parametrize(
    ("old", "new", "strict", "kind"),
    [
        ((PASS, [WORDED]), (FAIL, [WORDED]), (False, True), Kind.CHANGED),
        ((PASS, [WORDED]), (FAIL, [WORDED, MISSED]), (False, True), Kind.FAILED),
        ((PASS, [WORDED]), (FAIL, [WORDED]), (True, True), Kind.FAILED),
        ((PASS, [WORDED]), (FAIL, [WORDED]), (True, False), Kind.FAILED),
        ((PASS, [WORDED]), (FAIL, []), (False, True), Kind.FAILED),
        ((FAIL, [WORDED]), (PASS, [WORDED]), (True, False), Kind.CHANGED),
        ((FAIL, [WORDED, MISSED]), (PASS, [WORDED]), (True, False), Kind.FIXED),
        ((FAIL, [WORDED]), (PASS, [WORDED]), (True, True), Kind.FIXED),
        ((FAIL, [WORDED]), (PASS, [WORDED]), (False, True), Kind.FIXED),
        ((PASS, []), (PASS, []), (False, True), None),
        ((FAIL, [MISSED]), (FAIL, [MISSED]), (False, False), None),
        ((FAIL, [MISSED]), (FAIL, [WORDED]), (False, False), Kind.DETAILS),
        ((FAIL, [MISSED]), (BLOCKED, []), (False, False), Kind.CHANGED),
    ],
)
def test_what_became_of_an_outcome(
    old: tuple[Outcome, list[Expectation]],
    new: tuple[Outcome, list[Expectation]],
    strict: tuple[bool, bool],
    kind: Kind | None,
) -> None:
    before, after = (
        (
            one("x", outcome, expectations=tuple(seen)),
            RunLog(Path("run.jsonl"), synthetic.header(strict=is_strict), []),
        )
        for (outcome, seen), is_strict in zip((old, new), strict, strict=True)
    )
    assert _kind(before, after) is kind


def test_nothing_in_common_and_a_run_cut_short_are_not_good(tmp_path: Path) -> None:
    assert sides(tmp_path, [one("x", PASS)], [one("y", PASS)]).code == 3
    cut = sides(tmp_path, [one("x", PASS), one("y", PASS)], [one("x", PASS)], finished=False)
    assert cut.code == 4
    assert any("did not reach its end" in note for note in cut.json.notes)


def test_a_side_of_several_endpoints_is_compared_by_endpoint(tmp_path: Path) -> None:
    first = log(tmp_path / "1.jsonl", [one("x", PASS)], endpoint="one")
    second = log(tmp_path / "2.jsonl", [one("x", FAIL)], endpoint="two")
    third = log(tmp_path / "3.jsonl", [one("x", FAIL)], endpoint="one")
    seen = Compared(tmp_path, f"{first},{second}", f"{second},{third}")
    assert seen.ids(Kind.FAILED) == [f"one: {ROW.id}.x[raw]"]


@pytest.mark.parametrize("worse_first", [True, False])
@pytest.mark.parametrize(
    ("better", "worse", "kind"),
    [
        (PASS, FAIL, Kind.FAILED),
        (Outcome.NOT_TRIED, FAIL, Kind.FAILED),
        (Outcome.BLOCKED, FAIL, Kind.FAILED),
        (Outcome.NOT_TRIED, PASS, None),
        (PASS, Outcome.BLOCKED, Kind.FAILED),
    ],
)
def test_of_a_cell_that_a_side_has_twice_the_worse_counts(
    tmp_path: Path, better: Outcome, worse: Outcome, kind: Kind | None, worse_first: bool
) -> None:
    order = [worse, better] if worse_first else [better, worse]
    names = [
        log(tmp_path / f"{number}.jsonl", [one("x", outcome)], run_id=f"run-{number}")
        for number, outcome in enumerate(order)
    ]
    good = log(tmp_path / "good.jsonl", [one("x", PASS)], run_id="good")
    seen = Compared(tmp_path, good, ",".join(names))
    assert [change.kind for change in seen.json.changes] == ([] if kind is None else [kind])


@pytest.mark.parametrize(("ended_by", "whole"), [("finished", True), ("interrupted", False)])
def test_a_run_that_was_ended_early_is_noted(tmp_path: Path, ended_by: str, whole: bool) -> None:
    good = log(tmp_path / "a.jsonl", [one("x", PASS)])
    footer = RunFooter("2026-11-24T02:50:00+00:00", 1.0, {}, ended_by=ended_by)
    path = tmp_path / "b.jsonl"
    lines = [synthetic.header(), one("x", PASS), footer]
    path.write_bytes(msgspec.json.Encoder().encode_lines(lines))
    notes = Compared(tmp_path, good, str(path)).json.notes
    assert any("a run of B did not reach its end" in note for note in notes) is not whole
    assert not any("a run of A" in note for note in notes)


def test_a_comment_has_room_and_begins_with_the_worst(tmp_path: Path) -> None:
    names = [f"check_{number}" for number in range(1500)]
    seen = sides(tmp_path, [one(n, PASS) for n in names], [one(n, FAIL) for n in names])
    assert len(seen.markdown) < LONGEST_COMMENT
    assert seen.markdown.count("more lines have no room here") == 1
    assert len(seen.ids(Kind.FAILED)) == 1500
    lost = (Expectation("body", "b'kept'", "b''", False, lost=True),)
    seen = sides(
        tmp_path,
        [one(n, PASS) for n in (*names, "zz_last")],
        [*(one(n, FAIL) for n in names), one("zz_last", FAIL, expectations=lost)],
    )
    assert len(seen.markdown) < LONGEST_COMMENT
    first = next(line for line in seen.markdown.splitlines() if line.startswith("  - "))
    assert "zz_last" in first and "DATA LOSS" in first


def test_nothing_hostile_gets_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"x{number}" for number in range(len(synthetic.HOSTILE))]
    bad = [
        one(name, FAIL, reason=text, title=text)
        for name, text in zip(names, synthetic.HOSTILE, strict=True)
    ]
    seen = sides(tmp_path, [one(name, PASS) for name in names], bad, endpoint="\x1b[31m@someone")
    for text in (seen.markdown, capsys.readouterr().out):
        assert all(character.isprintable() or character == "\n" for character in text)
    lines = seen.markdown.splitlines()
    assert [line for line in lines if "<script>" in line and "`" not in line] == []
    assert [line for line in lines if "@someone" in line and "`" not in line] == []


def test_what_is_no_run_log_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = log(tmp_path / "a.jsonl", [one("x", PASS)])
    (tmp_path / "b.jsonl").write_text("{}\n")
    assert main([good, str(tmp_path / "b.jsonl")]) == 2
    assert "b.jsonl: line 1 is no record" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    from s3compat.commands.schema import main as schema

    assert schema(["comparison"]) == 0
    assert "Comparison" in json.loads(capsys.readouterr().out)["$defs"]


@pytest.mark.parametrize(("matrix", "said"), [("3f9a1c22d0b7", False), ("another", True)])
def test_a_check_that_asks_more_is_told_apart(tmp_path: Path, matrix: str, said: bool) -> None:
    before = one("x", PASS, expectations=(Expectation("status", "200", "200", True),))
    after = one("x", FAIL, expectations=(Expectation("header ETag", "a", "b", False),))
    seen = sides(tmp_path, [before], [after], matrix=matrix)
    assert seen.code == 1
    assert [change.asked_differently for change in seen.json.of(Kind.FAILED)] == [said]
    assert ("did not look at this on A" in seen.markdown) is said


def test_a_fault_of_a_server_is_one_cause_with_all_of_its_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two real runs, the second on a server that lost an operation since."""
    words = ["--rows", "upload-part-copy,head-bucket", "--clients", "raw,boto3"]
    words += ["--workers", "0", "--no-report", "--out"]
    assert run.main([*words, str(tmp_path / "a")]) == 0
    fault = "ais-upload-part-copy-501"  # UploadPartCopy is not implemented
    assert run.main([*words, str(tmp_path / "b"), "--deviation", fault]) == 1
    capsys.readouterr()
    seen = Compared(tmp_path, str(tmp_path / "a"), str(tmp_path / "b"))
    assert seen.code == 1
    bad = [one.id for one in read_run_log(tmp_path / "b" / "run.jsonl").results if is_trouble(one)]
    assert {one.partition("[")[2] for one in bad} == {"boto3]", "raw]"} and len(bad) > 10
    assert sorted(bad) == sorted(seen.ids(Kind.FAILED))
    [cause] = seen.json.causes
    assert (cause.kind, sorted(cause.ids)) == (Kind.FAILED, sorted(bad))
    assert cause.cause.startswith("absent/"), cause
    assert f"[{cause.cause}] ({len(bad)})" in capsys.readouterr().out
    lines = seen.markdown.splitlines()
    assert lines[0] == f"### s3compat: {len(bad)} new failures"
    first = next(n for n, line in enumerate(lines) if line.startswith("- **"))
    assert lines[first].startswith(f"- **{len(bad)}** · ") and cause.title in lines[first]
    cells = lines[first + 1 : first + 1 + len(bad)]
    assert all(one in cell for one, cell in zip(cause.ids, cells, strict=True))
    assert len(seen.markdown) < LONGEST_COMMENT
