"""The gate's states: good, new, stale, accepted, filtered, broken off; and what it writes."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import msgspec
import pytest

from conformance.gate import (
    AcceptedCause,
    Baseline,
    BaselineError,
    Entry,
    baseline_from,
    baseline_schema,
    gate,
    github_annotations,
    read_baseline,
    write_baseline,
)
from conformance.model import (
    Expectation,
    Outcome,
    Result,
    RunFooter,
    RunHeader,
    RunLogWriter,
    read_run_log,
)
from conformance.model.causes import named_symptoms
from conformance.model.runlog import RunLog, run_log_schema
from s3compat.cli import main


def GROUPS(name: str) -> str:  # noqa: N802 - a constant that happens to be called
    """The matrix's groups, as far as these tests need them."""
    return {"GetBucketTagging": "Configuration", "get-object": "Objects"}.get(name, "")


def result(
    name: str,
    outcome: Outcome,
    *,
    verified: str = "documented",
    reason: str = "",
    lost: bool = False,
) -> Result:
    return Result(
        check=f"get-object.{name}",
        client="raw",
        row="get-object",
        outcome=outcome,
        title="A title.",
        level="must",
        spec="https://example.org",
        verified=verified,
        reason=reason,
        expectations=(Expectation("object", "still", "gone", False, lost),) if lost else (),
    )


def log_of(
    path: Path,
    *results: Result,
    selection: dict[str, str] | None = None,
    footer: bool = True,
    ended_by: str = "finished",
    again: tuple[str, ...] | None = None,
) -> RunLog:
    """A run log on disk with these results, read back."""
    header = RunHeader(
        run_id="260224031500-5f0c",
        started="2026-02-24T03:15:00+00:00",
        endpoint="e",
        url="http://127.0.0.1:1",
        region="us-east-1",
        addressing="path",
        profile="aws",
        s3compat="0",
        matrix="m",
        clients={"raw": "raw"},
        python="CPython",
        selection=selection or {},
        planned=len(results),
        again=again,
    )
    with RunLogWriter(path, header) as writer:
        for one in results:
            writer.write(one)
        if footer:
            writer.close(RunFooter("2026-02-24T03:16:00+00:00", 1.0, {}, ended_by=ended_by))
    return read_run_log(path)


def baseline(*entries: Entry) -> Baseline:
    return Baseline("e", "aws", "2026-02-24T03:15:00+00:00", entries)


FAILED = Entry("get-object.a[raw]", Outcome.FAIL, "known")
PASS, FAIL = result("a", Outcome.PASS), result("a", Outcome.FAIL, reason="expected 1, got 2")


@pytest.mark.parametrize(
    ("now", "entries", "code", "new", "stale"),
    [
        (PASS, (), 0, 0, 0),
        (FAIL, (), 1, 1, 0),
        (FAIL, (FAILED,), 0, 0, 0),
        (PASS, (FAILED,), 1, 0, 1),
        (result("a", Outcome.NOT_CLAIMED), (FAILED,), 1, 0, 1),
        (result("b", Outcome.PASS), (FAILED,), 1, 0, 1),
        (result("a", Outcome.BLOCKED), (FAILED,), 1, 1, 0),
        (result("a", Outcome.BLOCKED), (Entry("get-object.a[raw]", Outcome.BLOCKED),), 0, 0, 0),
        (result("a", Outcome.FAIL, verified="observed"), (), 0, 0, 0),
        (result("a", Outcome.BLOCKED, verified="observed"), (), 0, 0, 0),
        (result("a", Outcome.ERROR), (), 4, 0, 0),
    ],
)
def test_states(
    tmp_path: Path, now: Result, entries: tuple[Entry, ...], code: int, new: int, stale: int
) -> None:
    gated = gate(log_of(tmp_path / "log", now), baseline(*entries), GROUPS)
    assert (gated.exit_code, len(gated.new), len(gated.stale)) == (code, new, stale)


def test_what_a_filter_left_out_is_not_stale(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", result("b", Outcome.PASS), selection={"rows": "b"})
    gated = gate(log, baseline(FAILED), GROUPS)
    assert gated.exit_code == 0
    assert gated.notes[0].startswith("1 entry of the baseline was not tried in this run")


@pytest.mark.parametrize("broken", [{"footer": False}, {"ended_by": "interrupted"}])
def test_a_run_that_did_not_end_shows_nothing(tmp_path: Path, broken: dict[str, object]) -> None:
    log = log_of(tmp_path / "log", PASS, **broken)
    assert gate(log, baseline(), GROUPS).exit_code == 4
    with pytest.raises(BaselineError, match="this run cannot become a baseline"):
        baseline_from(log, GROUPS)


def test_a_failure_that_the_documentation_announces_has_its_reason(tmp_path: Path) -> None:
    """On the first day people explain what is left: not what the profile says, and no loss."""
    denied = msgspec.structs.replace(result("a", Outcome.FAIL), claim="unsupported")
    lost = msgspec.structs.replace(result("b", Outcome.FAIL, lost=True), claim="unsupported")
    log = log_of(tmp_path / "run.jsonl", denied, lost, result("c", Outcome.FAIL))
    said = "the profile aws says that get-object is unsupported"
    assert [one.reason for one in baseline_from(log, GROUPS).entries] == [said, "", ""]
    before = Baseline("e", "aws", "w", (Entry(denied.id, Outcome.FAIL, "by a person"),))
    assert baseline_from(log, GROUPS, before).entries[0].reason == "by a person"


def test_writing_it_again_keeps_reasons(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", FAIL, result("b", Outcome.FAIL), result("c", Outcome.PASS))
    write_baseline(tmp_path / "base.json", baseline_from(log, GROUPS, baseline(FAILED)))
    read = read_baseline(tmp_path / "base.json")
    assert [(entry.id, entry.reason) for entry in read.entries] == [
        ("get-object.a[raw]", "known"),
        ("get-object.b[raw]", ""),
    ]
    assert gate(log, read, GROUPS).exit_code == 0
    jsonschema.validate(
        msgspec.json.decode((tmp_path / "base.json").read_bytes()), baseline_schema()
    )


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "{}",
        '{"endpoint":"e","profile":"aws","written":"w","format":9}',
        '{"endpoint":"e","profile":"aws","written":"w","entries":[{"id":"a","outcome":"pass"}]}',
        '{"endpoint":"e","profile":"aws","written":"w","entries":'
        '[{"id":"a","outcome":"fail"},{"id":"a","outcome":"fail"}]}',
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "base.json").write_text(text)
    with pytest.raises(BaselineError):
        read_baseline(tmp_path / "base.json")


def test_annotations_cannot_be_broken_out_of(tmp_path: Path) -> None:
    hostile = result("a", Outcome.FAIL, reason="x\n::set-output name=a::b\r100%")
    [line] = github_annotations(gate(log_of(tmp_path / "log", hostile), baseline(), GROUPS))
    assert line.startswith("::error title=S3%3A get-object.a[raw]::")
    assert "\n" not in line
    assert "\r" not in line
    assert "%0A::set-output name=a::b%0D100%25 (cause: " in line


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_of(tmp_path / "run.jsonl", FAIL)
    base = str(tmp_path / "base.json")
    words = ["gate", str(tmp_path), "--baseline", base]
    assert main(words) == 2
    assert "--write-baseline makes it" in capsys.readouterr().err
    assert main([*words, "--write-baseline"]) == 0
    assert main(words) == 0
    capsys.readouterr()
    log_of(tmp_path / "run.jsonl", PASS)
    assert main([*words, "--annotate"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "stale  fail      get-object.a[raw]  is now pass"
    assert shown[-3:-1] == [
        f"Remove each stale entry from {base}, so that the gate notices if its failure comes back",
        f"This command removes stale entries: s3compat gate {tmp_path / 'run.jsonl'} "
        f"--baseline {base} --write-baseline",
    ]
    assert shown[-1].startswith("::error title=S3 baseline%3A get-object.a[raw]::is now pass")
    log_of(tmp_path / "run.jsonl", PASS, footer=False)
    assert main(words) == 4
    assert main([*words, "--write-baseline"]) == 4


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (FAIL, baseline(), True),  # new
        (PASS, baseline(FAILED), True),  # stale
        (PASS, Baseline("e", "aws", "w", causes=(AcceptedCause("absent/*", "known"),)), True),
        (PASS, baseline(), False),
        (FAIL, baseline(FAILED), False),  # accepted
    ],
)
def test_what_is_red_says_how_to_accept_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], now: Result, before: Baseline, said: bool
) -> None:
    log_of(tmp_path / "run.jsonl", now)
    write_baseline(tmp_path / "base.json", before)
    code = main(["gate", str(tmp_path), "--baseline", str(tmp_path / "base.json")])
    assert (code, "--write-baseline" in capsys.readouterr().out) == (int(said), said)


def test_every_line_of_a_log_is_what_its_schema_says(tmp_path: Path) -> None:
    log_of(tmp_path / "log", PASS, FAIL)
    lines = (tmp_path / "log").read_bytes().splitlines()
    assert len(lines) == 4
    for line in lines:
        jsonschema.validate(msgspec.json.decode(line), run_log_schema())


class TestDataLoss:
    def test_it_is_annotated_first(self, tmp_path: Path) -> None:
        log = log_of(
            tmp_path / "log.jsonl",
            result("plain", Outcome.FAIL),
            result("loses", Outcome.FAIL, lost=True),
        )
        gated = gate(log, Baseline("e", "aws", "w"), GROUPS)
        assert [one.id for one in gated.new] == ["get-object.loses[raw]", "get-object.plain[raw]"]
        first, second = github_annotations(gated)
        assert first.startswith("::error title=S3 DATA LOSS%3A get-object.loses[raw]::")
        assert second.startswith("::error title=S3%3A get-object.plain[raw]::")

    def test_a_baseline_that_accepts_it_is_told_so_each_time(self, tmp_path: Path) -> None:
        log = log_of(tmp_path / "log.jsonl", result("loses", Outcome.FAIL, lost=True))
        gated = gate(log, baseline_from(log, GROUPS), GROUPS)
        assert gated.exit_code == 0
        assert any(note.startswith("DATA LOSS accepted") for note in gated.notes)
        assert [line[:9] for line in github_annotations(gated)] == ["::warning"]

    def test_a_run_that_crashed_is_no_excuse(self, tmp_path: Path) -> None:
        log = log_of(tmp_path / "log.jsonl", result("loses", Outcome.FAIL, lost=True), footer=False)
        gated = gate(log, Baseline("e", "aws", "w"), GROUPS)
        assert gated.exit_code == 4
        assert [one.id for one in gated.new] == ["get-object.loses[raw]"]


def test_a_declared_deviation_needs_no_accepting(tmp_path: Path) -> None:
    log = log_of(
        tmp_path / "log.jsonl", result("as_said", Outcome.DECLARED), result("good", Outcome.PASS)
    )
    assert gate(log, Baseline("e", "aws", "w"), GROUPS).exit_code == 0
    assert baseline_from(log, GROUPS).entries == ()


def refused(
    name: str, operation: str = "GetBucketTagging", answered: str = "501 NotImplemented"
) -> Result:
    """A failure of a check: ``operation`` was expected to work."""
    seen = Expectation(
        f"{operation}: status", "2xx", answered, False, operation=operation, answered=answered
    )
    return msgspec.structs.replace(result(name, Outcome.FAIL), expectations=(seen,))


TAGS = AcceptedCause(
    "absent/*", reason="no tags before 2.0", issue="#12", cells=("get-object.a[raw]",)
)


def test_an_accepted_cause_covers_its_outcomes_and_names_those_that_came_to_it(
    tmp_path: Path,
) -> None:
    log = log_of(tmp_path / "log", refused("a"), refused("b"))

    gated = gate(log, Baseline("e", "aws", "w", causes=(TAGS,)), GROUPS)

    assert gated.exit_code == 0
    assert [result.id for result in gated.accepted] == ["get-object.a[raw]", "get-object.b[raw]"]
    assert [result.id for result, _ in gated.new_cells] == ["get-object.b[raw]"]


def test_a_cause_that_was_written_by_hand_has_no_later_outcomes(tmp_path: Path) -> None:
    """Nobody knows which outcomes it had: the note says how the file gets to know."""
    log = log_of(tmp_path / "log", refused("a"), refused("b"))
    by_hand = msgspec.structs.replace(TAGS, cells=())

    gated = gate(log, Baseline("e", "aws", "w", causes=(by_hand,)), GROUPS)

    assert (gated.exit_code, gated.new_cells) == (0, ())
    [note] = gated.notes
    assert note.startswith(
        f"the baseline does not list the outcomes of the accepted cause {TAGS.cause}."
    )
    assert "--write-baseline" in note


def test_another_cause_is_new_beside_an_accepted_one(tmp_path: Path) -> None:
    other = refused("b", "PutObject", "400 InvalidArgument")
    log = log_of(tmp_path / "log", refused("a"), other)

    gated = gate(log, Baseline("e", "aws", "w", causes=(TAGS,)), GROUPS)

    assert gated.exit_code == 1
    assert gated.new == (other,)
    assert gated.new_cells == ()


def test_a_cause_that_nothing_has_any_more_is_stale(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", result("a", Outcome.PASS))

    gated = gate(log, Baseline("e", "aws", "w", causes=(TAGS,)), GROUPS)

    assert gated.exit_code == 1
    assert gated.stale_causes == ((TAGS, "no outcome of this run has this cause any more"),)
    assert "S3 baseline" in next(iter(github_annotations(gated)))


def test_a_cause_whose_outcomes_were_left_out_of_the_run_is_not_stale(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", result("z", Outcome.PASS), selection={"rows": "x"})

    assert gate(log, Baseline("e", "aws", "w", causes=(TAGS,)), GROUPS).exit_code == 0


def test_a_cause_whose_name_nothing_ever_had_is_red_with_the_name_that_is_near(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = log_of(tmp_path / "run.jsonl", refused("a"), selection={"rows": "x"})
    keys = named_symptoms(log.results, GROUPS, log.results)["get-object.a[raw]"]
    name = next(key for key in keys if key.startswith("absent/"))
    mistyped = AcceptedCause(name.replace("absent", "absnt"), reason="no tags before 2.0")
    before = Baseline("e", "aws", "w", (FAILED,), (mistyped,))
    said = f"no outcome of this run has a cause of this name; did you mean {name}?"

    gated = gate(log, before, GROUPS)

    assert gated.exit_code == 1
    assert gated.stale_causes == ((mistyped, said),)
    write_baseline(tmp_path / "base.json", before)
    main(["gate", str(tmp_path), "--baseline", str(tmp_path / "base.json"), "--write-baseline"])
    assert "the cause absnt/" in capsys.readouterr().out
    assert read_baseline(tmp_path / "base.json").causes == ()


def test_a_name_of_a_cause_that_was_mistyped_in_a_written_baseline_is_told(tmp_path: Path) -> None:
    """What the file says that it covers is bad still, so its fault is not gone."""
    log = log_of(tmp_path / "log", refused("a"), refused("b", "PutObject", "500 InternalError"))
    mistyped = AcceptedCause(
        "server-fail/PutObject/500", reason="known", cells=("get-object.b[raw]",)
    )

    gated = gate(log, Baseline("e", "aws", "w", causes=(mistyped,)), GROUPS)

    [(_, said)] = gated.stale_causes
    assert said.startswith("no outcome of this run has a cause of this name; did you mean server-")
    mended = log_of(tmp_path / "mended", refused("a"), result("b", Outcome.PASS))
    gated = gate(mended, Baseline("e", "aws", "w", causes=(mistyped,)), GROUPS)
    assert gated.stale_causes == ((mistyped, "no outcome of this run has this cause any more"),)


def test_what_is_new_is_told_with_its_cause_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_of(tmp_path / "run.jsonl", refused("a"), refused("b"), FAILING_ALONE)
    write_baseline(tmp_path / "base.json", baseline())
    words = ["gate", str(tmp_path), "--baseline", str(tmp_path / "base.json"), "--annotate"]

    assert main(words) == 1

    shown = capsys.readouterr().out.splitlines()
    causes = [line for line in shown if line.startswith("cause")]
    assert len(causes) == 2
    assert causes[0].startswith("cause  2 outcomes   ")
    key = causes[0].split()[3]
    assert key in shown[-3]
    assert "3 new failures, 0 stale baseline entries" in shown
    told = shown[shown.index("3 new failures, 0 stale baseline entries") + 1 :]
    assert told[0].startswith("Mend each new failure, or accept its cause: ")
    assert told[1].startswith("This command accepts each new failure and removes stale entries: ")
    assert "s3compat gate " in told[1]


FAILING_ALONE = result("z", Outcome.FAIL, reason="expected 1, got 2")


def test_an_entry_of_a_check_or_client_that_does_not_exist_is_stale_in_a_selected_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = "get-object-range.suffix_range_returns_the_tail"
    wrong = [f"{real}s[raw]", "versioning.does_not_exist[raw]", f"{real}[rw]"]
    entries = [Entry(name, Outcome.FAIL, "known") for name in (*wrong, f"{real}[raw]")]
    log_of(tmp_path / "run.jsonl", PASS, selection={"rows": "x"})
    file = tmp_path / "base.json"
    write_baseline(file, baseline(*entries))
    words = ["gate", str(tmp_path), "--baseline", str(file)]

    assert main(words) == 1

    shown = capsys.readouterr().out
    assert f"{wrong[0]}  there is no check '{real}s'; did you mean '{real}'?" in shown
    assert f"{wrong[1]}  there is no check 'versioning.does_not_exist'" in shown
    assert f"{wrong[2]}  there is no client 'rw'; did you mean 'raw'?" in shown
    assert "1 entry of the baseline was not tried in this run" in shown
    assert main([*words, "--write-baseline"]) == 0
    wrote = f"wrote {file}: 1 entry, one for each outcome that the gate now accepts (fail: 1)\n"
    assert wrote in capsys.readouterr().out
    assert [one.id for one in read_baseline(file).entries] == [f"{real}[raw]"]
    assert main(words) == 0


def test_a_run_with_checks_of_ones_own_says_nothing_of_those_that_were_not_given(
    tmp_path: Path,
) -> None:
    log_of(tmp_path / "run.jsonl", PASS, selection={"rows": "x"}, again=("--checks", "mine"))
    file = tmp_path / "base.json"
    write_baseline(file, baseline(Entry("get-object.mine[raw]", Outcome.FAIL, "known")))
    assert main(["gate", str(tmp_path), "--baseline", str(file)]) == 0


def test_what_is_many_times_the_same_is_one_note(tmp_path: Path) -> None:
    ids = [f"get-object.{name}[raw]" for name in "qrst"]
    entries = tuple(Entry(id, Outcome.FAIL) for id in ids)
    lost = result("a", Outcome.FAIL, lost=True)
    twice = msgspec.structs.replace(lost, client="boto3")
    log = log_of(tmp_path / "log", lost, twice, selection={"rows": "x"})
    accepted = tuple(Entry(one.id, Outcome.FAIL, "known") for one in (lost, twice))

    notes = gate(log, Baseline("e", "aws", "w", (*entries, *accepted)), GROUPS).notes

    assert notes[0] == "DATA LOSS accepted by the baseline: get-object.a (raw, boto3)"
    few = "get-object.q[raw], get-object.r[raw], get-object.s[raw], …"
    assert notes[1].startswith("4 entries of the baseline were not tried in this run")
    assert notes[1].endswith(few)
    assert notes[2] == f"4 entries of the baseline have no reason yet: {few}"


def test_lost_data_is_accepted_by_no_cause_but_its_own(tmp_path: Path) -> None:
    lost = msgspec.structs.replace(
        refused("a"),
        expectations=(
            *refused("a").expectations,
            Expectation("object", "still as it was", "gone", False, lost=True),
        ),
    )
    log = log_of(tmp_path / "log", lost)

    assert gate(log, Baseline("e", "aws", "w", causes=(TAGS,)), GROUPS).new == (lost,)


def test_writing_a_baseline_keeps_its_causes_and_what_they_cover(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", refused("a"), refused("b"), result("c", Outcome.FAIL))

    written = baseline_from(log, GROUPS, Baseline("e", "aws", "w", causes=(TAGS,)))

    assert [entry.id for entry in written.entries] == ["get-object.c[raw]"]
    assert [cause.cells for cause in written.causes] == [("get-object.a[raw]", "get-object.b[raw]")]
    assert gate(log, written, GROUPS).new_cells == ()


def test_a_cause_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "base.json"
    bare = msgspec.structs.replace(TAGS, reason=" ")
    write_baseline(file, Baseline("e", "aws", "w", causes=(bare,)))

    with pytest.raises(BaselineError, match="no reason"):
        read_baseline(file)


def test_an_unsteady_entry_is_red_neither_when_it_fails_nor_when_it_passes(tmp_path: Path) -> None:
    entry = Entry("get-object.a[raw]", Outcome.FAIL, "the order is random", unsteady=True)
    for number, outcome in enumerate((Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED)):
        log = log_of(tmp_path / f"log{number}", result("a", outcome), result("z", Outcome.PASS))
        assert gate(log, Baseline("e", "aws", "w", entries=(entry,)), GROUPS).exit_code == 0


def test_an_unsteady_entry_stays_where_a_run_shows_a_pass(tmp_path: Path) -> None:
    entry = Entry("get-object.a[raw]", Outcome.FAIL, "the order is random", unsteady=True)
    log = log_of(tmp_path / "log", result("a", Outcome.PASS), result("b", Outcome.FAIL))

    written = baseline_from(log, GROUPS, Baseline("e", "aws", "w", entries=(entry,)))

    assert [(one.id, one.unsteady) for one in written.entries] == [
        ("get-object.a[raw]", True),
        ("get-object.b[raw]", False),
    ]


def test_a_gate_without_a_baseline_is_told_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["gate", str(tmp_path)])
    assert ended.value.code == 2
    assert "--baseline" in capsys.readouterr().err
