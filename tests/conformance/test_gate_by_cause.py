"""A baseline that is written by cause: one entry for each fault, with the reason that was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.gate import AcceptedCause, Baseline, Entry, read_baseline, write_baseline
from conformance.model import Outcome
from s3compat.cli import main
from tests.conformance.test_gate import FAIL, FAILED, log_of, refused, result

WHY = "as it was when the gate began"
ABSENT = "absent/get-object"


def written(tmp_path: Path, *more: str) -> Baseline:
    """What the command writes."""
    base = tmp_path / "base.json"
    words = ["gate", str(tmp_path), "--baseline", str(base)]
    assert main([*words, "--write-baseline", *(more or ("--by-cause", WHY))]) == 0
    assert main(words) == 0, "the gate accepts what was written"
    return read_baseline(base)


def test_each_cause_of_a_failing_run_becomes_one_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_of(tmp_path / "run.jsonl", refused("a"), refused("b"), refused("c", "GetObject", "500"))

    made = written(tmp_path)

    assert made.entries == ()
    assert {cause.cause: cause.cells for cause in made.causes} == {
        ABSENT: ("get-object.a[raw]", "get-object.b[raw]"),
        "server-fails/GetObject/500": ("get-object.c[raw]",),
    }
    assert {cause.reason for cause in made.causes} == {WHY}
    said = "base.json: 2 accepted causes with 3 outcomes, and 0 entries of single outcomes\n"
    assert said in capsys.readouterr().out


def test_what_has_a_reason_stays_and_what_has_none_goes_to_its_cause(tmp_path: Path) -> None:
    bare = Entry("get-object.b[raw]", Outcome.FAIL, "")
    known = AcceptedCause("server-fails/*", "mended in 2.0", "#7")
    before = Baseline("e", "aws", "w", (FAILED, bare), (known,))
    write_baseline(tmp_path / "base.json", before)
    log_of(tmp_path / "run.jsonl", FAIL, refused("b"), refused("c", "GetObject", "500"))

    made = written(tmp_path)

    assert [(entry.id, entry.reason) for entry in made.entries] == [(FAILED.id, FAILED.reason)]
    assert [(cause.cause, cause.reason, cause.issue) for cause in made.causes] == [
        ("server-fails/*", "mended in 2.0", "#7"),
        (ABSENT, WHY, ""),
    ]


def test_an_entry_that_fails_in_some_runs_only_stays_where_it_passes(tmp_path: Path) -> None:
    now_and_then = Entry("get-object.d[raw]", Outcome.FAIL, "", unsteady=True)
    write_baseline(tmp_path / "base.json", Baseline("e", "aws", "w", (now_and_then,)))
    log_of(tmp_path / "run.jsonl", refused("a"), result("d", Outcome.PASS))

    made = written(tmp_path)

    assert made.entries == (now_and_then,)
    assert [cause.cells for cause in made.causes] == [("get-object.a[raw]",)]


def test_a_name_with_a_sign_of_patterns_is_taken_as_it_is(tmp_path: Path) -> None:
    log_of(tmp_path / "run.jsonl", refused("a", "GetObject", "500 [odd]"))

    [cause] = written(tmp_path).causes

    assert cause.cause == "server-fails/GetObject/500 [[]odd]"


@pytest.mark.parametrize(
    "words", [("--by-cause", WHY), ("--write-baseline", "--by-cause", " ")], ids=["alone", "empty"]
)
def test_a_reason_is_written_and_never_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    log_of(tmp_path / "run.jsonl", FAIL)

    with pytest.raises(SystemExit) as ended:
        main(["gate", str(tmp_path), "--baseline", str(tmp_path / "base.json"), *words])

    assert ended.value.code == 2
    assert "--by-cause takes the reason" in capsys.readouterr().err
