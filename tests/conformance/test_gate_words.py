"""What the gate says: notes, the sentence, annotations, and which file is no baseline."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from conformance.gate import (
    AcceptedCause,
    Baseline,
    BaselineError,
    Entry,
    baseline_from,
    gate,
    github_annotations,
    read_baseline,
    write_baseline,
)
from conformance.model import Outcome
from s3compat.cli import main
from tests.conformance.test_gate import GROUPS, log_of, result

PASS = result("a", Outcome.PASS)
FAIL = result("a", Outcome.FAIL, reason="expected 1, got 2")
KNOWN = Entry("get-object.a[raw]", Outcome.FAIL, "known")
LOST = result("lost", Outcome.FAIL, lost=True, reason="data loss: gone")


def base(*entries: Entry, **more: object) -> Baseline:
    fields = {"endpoint": "e", "profile": "aws", "written": "w", "entries": entries}
    return Baseline(**(fields | more))


def test_notes_are_of_what_a_person_has_to_know(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", FAIL, result("b", Outcome.FAIL))
    quiet = gate(log, base(KNOWN, Entry("get-object.b[raw]", Outcome.FAIL, "known")), GROUPS)
    assert quiet.notes == ()
    told = gate(
        log, base(KNOWN, Entry("get-object.b[raw]", Outcome.FAIL, " "), profile="x"), GROUPS
    )
    assert told.notes == (
        "1 entry of the baseline has no reason yet: get-object.b[raw]",
        "the baseline was written from a run with the profile x; this run has the profile aws, "
        "so other outcomes may fail",
    )


def test_data_loss_that_is_accepted_is_told_all_the_same(tmp_path: Path) -> None:
    accepted = Entry(LOST.id, Outcome.FAIL, "known")
    gated = gate(log_of(tmp_path / "log", LOST, PASS), base(accepted), GROUPS)

    assert gated.exit_code == 0
    assert gated.notes == ("DATA LOSS accepted by the baseline: get-object.lost (raw)",)
    assert gated.accepted == (LOST,)
    [line] = github_annotations(gated)
    assert line.startswith("::warning title=S3 DATA LOSS%3A get-object.lost[raw]::accepted by")
    assert line.endswith(". gone")
    other = gate(log_of(tmp_path / "log", PASS), base(), GROUPS)
    assert (other.notes, other.accepted) == ((), ())


def test_lost_data_comes_first_among_what_is_new(tmp_path: Path) -> None:
    gated = gate(log_of(tmp_path / "log", FAIL, LOST), base(), GROUPS)

    assert [one.id for one in gated.new] == [LOST.id, FAIL.id]
    lines = [*github_annotations(gated)]
    assert [line.partition("::")[2].partition("::")[0] for line in lines] == [
        "error title=S3 DATA LOSS%3A get-object.lost[raw]",
        "error title=S3%3A get-object.a[raw]",
    ]
    assert " gone (cause: " in lines[0]
    assert "data loss" not in lines[0].partition("(cause: ")[0]


def test_the_command_says_once_that_data_was_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = log_of(tmp_path / "run.jsonl", LOST)
    write_baseline(tmp_path / "base.json", base())
    assert main(["gate", str(log.path), "--baseline", str(tmp_path / "base.json")]) == 1
    assert capsys.readouterr().out.startswith("new    DATA LOSS get-object.lost[raw]  gone\n")


@pytest.mark.parametrize(
    ("outcomes", "accepts"),
    [
        ([], "0 outcomes"),
        ([Outcome.FAIL], "1 outcome"),
        ([Outcome.FAIL, Outcome.FAIL], "2 outcomes"),
        ([Outcome.FAIL, Outcome.BLOCKED], "2 outcomes (1 of them could not be set up)"),
    ],
)
def test_the_sentence_says_what_is_accepted(
    tmp_path: Path, outcomes: list[Outcome], accepts: str
) -> None:
    results = [result(f"n{number}", one) for number, one in enumerate(outcomes)]
    entries = [Entry(one.id, one.outcome, "known") for one in results]
    gated = gate(log_of(tmp_path / "log", *results, PASS), base(*entries), GROUPS)
    judged = 1 + outcomes.count(Outcome.FAIL)

    assert gated.sentence == (
        f"nothing new: 1 of {judged} scored outcomes pass; the baseline accepts {accepts}"
    )


def test_the_sentence_counts_what_is_red(tmp_path: Path) -> None:
    stale = (Entry("get-object.gone[raw]", Outcome.FAIL, "known"),)
    causes = (AcceptedCause("absent/*", "known"),)
    gated = gate(log_of(tmp_path / "log", FAIL), base(*stale, causes=causes), GROUPS)

    assert gated.sentence == "1 new failure, 2 stale baseline entries"
    assert [became for _, became in gated.stale] == ["no longer exists"]
    assert [line.rpartition("::")[2] for line in github_annotations(gated)][1:] == [
        "no outcome of this run has a cause of this name",
        "no longer exists; remove the entry (s3compat gate --write-baseline does it)",
    ]


def test_what_a_baseline_keeps(tmp_path: Path) -> None:
    """Reasons, entries that a filter left out, and those that are unsteady."""
    before = base(
        Entry(FAIL.id, Outcome.FAIL, "mine"),
        Entry("get-object.left[raw]", Outcome.FAIL, "left out"),
        Entry("get-object.shaky[raw]", Outcome.FAIL, "shaky", unsteady=True),
    )
    whole = baseline_from(log_of(tmp_path / "log", FAIL, LOST), GROUPS, before)
    part = baseline_from(log_of(tmp_path / "log", FAIL, selection={"rows": "a"}), GROUPS, before)

    assert [(one.id, one.reason, one.unsteady) for one in whole.entries] == [
        (FAIL.id, "mine", False),
        (LOST.id, "", False),
        ("get-object.shaky[raw]", "shaky", True),
    ]
    assert [one.reason for one in part.entries] == ["mine", "left out", "shaky"]
    assert whole.entries[0].seen == "expected 1, got 2"
    assert (whole.endpoint, whole.profile, whole.written) == (
        "e",
        "aws",
        "2026-02-24T03:15:00+00:00",
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": 2}, "format 2; this s3compat reads 1"),
        ({"entries": (KNOWN, KNOWN)}, "get-object.a[raw] is in the file twice; remove one"),
        ({"causes": (AcceptedCause("absent/*", " "),)}, "the cause absent/* has no reason"),
        (
            {"entries": (Entry("a", Outcome.PASS),)},
            "a: 'pass' cannot be an entry of a baseline; only fail and",
        ),
    ],
)
def test_which_file_is_no_baseline(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    path = tmp_path / "folder" / "base.json"
    write_baseline(path, msgspec.structs.replace(base(KNOWN), **changes))
    with pytest.raises(BaselineError) as refused:
        read_baseline(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert why in str(refused.value)


def test_a_baseline_is_written_for_a_review(tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    write_baseline(path, base(KNOWN))

    assert read_baseline(path) == base(KNOWN)
    assert path.read_text().endswith("}\n")
    assert '\n      "id": "get-object.a[raw]",\n' in path.read_text()
