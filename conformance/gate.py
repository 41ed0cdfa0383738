"""The gate: compares a run with a baseline, the file of failures that a user accepts.

The baseline is an overlay. It changes no outcome and hides nothing in a report. It accepts single
outcomes, and causes: all outcomes that have one symptom in common (`conformance.model.symptoms`).

It is long because accepting and judging an outcome have to be read beside one another.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from conformance.model import Outcome, Result, RunLog, judge
from conformance.model.causes import Cause, causes, named_symptoms
from conformance.model.counting import counted
from conformance.model.records import UNSUPPORTED
from conformance.model.verdict import ExitCode, scored
from matrix import MatrixError, decode

FORMAT_VERSION = 1
_SHOWN = 3  # names of many, in a note
ACCEPTABLE = (Outcome.FAIL, Outcome.BLOCKED)

Missing = Callable[[str], str]
"""Of the id of an outcome: why there can be none of it, such as that no check has its name; "": it
can be."""


def _nothing_missing(_name: str) -> str:
    return ""


class BaselineError(ValueError):
    """A file that is no baseline; the message names file, place and reason."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One accepted outcome. ``reason`` is for people: why it is accepted, and until when."""

    id: str  # "row.check[client]"
    outcome: Outcome  # the outcome that is accepted: fail or blocked
    reason: str = ""  # why it is accepted, and until when; for people
    seen: str = ""  # what the run said when the entry was written
    unsteady: bool = False  # it fails in some runs only: a pass does not make the entry stale


_MEANS_MORE = re.compile(r"([*?\[])")  # in a pattern of fnmatch


class AcceptedCause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cause that is accepted with all its outcomes, those of later checks too."""

    cause: str  # its name as the report shows it, or a pattern: "absent/Select", "setup/*/501*"
    reason: str  # why it is accepted
    issue: str = ""  # the number or URL of the issue that is open for it
    cells: tuple[str, ...] = ()  # the outcomes it covered when it was written: "row.check[client]"

    def covers(self, keys: Iterable[str]) -> bool:
        """Whether one of an outcome's symptoms is what is accepted."""
        return any(fnmatch.fnmatchcase(key, self.cause) for key in keys)


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is accepted of one endpoint: single outcomes, and causes."""

    endpoint: str  # the label of the run that the file was made from
    profile: str  # the profile of that run
    written: str  # when that run was started, in ISO 8601
    entries: tuple[Entry, ...] = ()  # accepted outcomes
    causes: tuple[AcceptedCause, ...] = ()  # accepted causes
    format: int = FORMAT_VERSION  # the version of the format of this file


@dataclass(frozen=True)
class Gated:
    """What the gate found. ``new``, ``stale`` and ``stale_causes`` are red; ``new_cells`` are
    outcomes that came to an accepted cause since it was written; ``notes`` are for reading.
    """

    exit_code: ExitCode
    sentence: str
    new: tuple[Result, ...] = ()
    new_causes: tuple[Cause, ...] = ()  # of what is new, largest first
    stale: tuple[tuple[Entry, str], ...] = ()  # the entry, and what became of it
    stale_causes: tuple[tuple[AcceptedCause, str], ...] = ()  # the cause, and why it is stale
    new_cells: tuple[tuple[Result, AcceptedCause], ...] = ()
    accepted: tuple[Result, ...] = ()
    notes: tuple[str, ...] = ()


def gate(
    log: RunLog,
    baseline: Baseline,
    group_of: Callable[[str], str],
    missing: Missing = _nothing_missing,
) -> Gated:
    """Compare a run with its baseline; ``group_of`` is the matrix's, for the names of causes.

    A log of a crashed or broken-off run, or with errors of the suite's own, is no basis to judge
    by: exit code 4. An entry whose outcome a filter left out of the run is neither good nor stale,
    unless ``missing`` says that no run can have it.
    """
    verdict = judge(log)
    if verdict.exit_code in (ExitCode.HARNESS, ExitCode.NOTHING_RAN):
        told = tuple(verdict.losses)  # whatever became of the run
        return Gated(verdict.exit_code, f"nothing to compare: {verdict.sentence}", new=told)
    results = {result.id: result for result in log.results}
    accepted = {entry.id: entry for entry in baseline.entries}
    bad = sorted(filter(is_bad, log.results), key=lambda result: not result.data_lost)
    keys = named_symptoms(bad, group_of, log.results) if baseline.causes else {}
    by_cause = {
        name: cause
        for name, symptoms in keys.items()
        if (cause := _accepting(baseline.causes, symptoms)) is not None
    }
    new = tuple(
        result
        for result in bad
        if not _covered(result, accepted.get(result.id)) and result.id not in by_cause
    )
    new_cells = tuple(
        (result, by_cause[result.id])
        for result in bad
        if result.id in by_cause
        and by_cause[result.id].cells
        and result.id not in by_cause[result.id].cells
    )
    stale_causes = tuple(
        (cause, why_stale(cause, keys))
        for cause in baseline.causes
        if not _still_there(cause, by_cause.values(), log)
    )
    stale: list[tuple[Entry, str]] = []
    left_out: list[str] = []
    for entry in baseline.entries:
        now = results.get(entry.id)
        if now is None and (why := missing(entry.id)):
            stale.append((entry, why))
        elif now is None and log.header.selection:
            left_out.append(entry.id)
        elif now is None:
            stale.append((entry, "no longer exists"))
        elif not is_bad(now) and not entry.unsteady:
            stale.append((entry, f"is now {now.outcome.value.replace('_', ' ')}"))
    notes = _notes_of_loss(result for result in bad if result not in new)
    came = Counter(cause.cause for _, cause in new_cells)
    notes += [
        f"the accepted cause {cause} has {counted(number, 'outcome')} that it did not have when it "
        "was accepted"
        for cause, number in came.items()
    ]
    notes += [
        f"the baseline does not list the outcomes of the accepted cause {cause.cause}. Run the "
        "gate once with --write-baseline; from then on it names outcomes that are new to the cause"
        for cause in baseline.causes
        if not cause.cells and cause in by_cause.values()
    ]
    if left_out:
        notes.append(
            f"{counted(len(left_out), 'entry', 'entries')} of the baseline "
            f"{'was' if len(left_out) == 1 else 'were'} not tried in this run, because its options "
            f"left out the check or client: {_some(left_out)}"
        )
    unexplained = [entry.id for entry in baseline.entries if not entry.reason.strip()]
    if unexplained:
        notes.append(
            f"{counted(len(unexplained), 'entry', 'entries')} of the baseline "
            f"{'has' if len(unexplained) == 1 else 'have'} no reason yet: {_some(unexplained)}"
        )
    if baseline.profile != log.header.profile:
        notes.append(
            f"the baseline was written from a run with the profile {baseline.profile}; this run "
            f"has the profile {log.header.profile}, so other outcomes may fail"
        )
    accepting = tuple(r for r in bad if r not in new)
    red = len(new) + len(stale) + len(stale_causes)
    sentence = (
        f"{counted(len(new), 'new failure')}, "
        + counted(len(stale) + len(stale_causes), "stale baseline entry", "stale baseline entries")
        if red
        else f"nothing new: {verdict.passed} of {verdict.claimed} scored outcomes pass; the "
        f"baseline accepts {_accepted(accepting)}"
    )
    return Gated(
        exit_code=ExitCode.NOT_CONFORMING if red else ExitCode.GOOD,
        sentence=sentence,
        new=new,
        new_causes=tuple(causes(new, group_of, log.results)),
        stale=tuple(stale),
        stale_causes=stale_causes,
        new_cells=new_cells,
        accepted=accepting,
        notes=tuple(notes),
    )


def _notes_of_loss(accepted: Iterable[Result]) -> list[str]:
    """Data loss that the baseline accepts, a line for each check."""
    clients: dict[str, list[str]] = defaultdict(list)
    for result in accepted:
        if result.data_lost:
            clients[result.check].append(result.client)
    return [
        f"DATA LOSS accepted by the baseline: {check} ({', '.join(names)})"
        for check, names in clients.items()
    ]


def _some(names: Collection[str]) -> str:
    """The first few of many names."""
    shown = ", ".join(list(names)[:_SHOWN])
    return f"{shown}, …" if len(names) > _SHOWN else shown


def why_stale(cause: AcceptedCause, there: Mapping[str, Iterable[str]]) -> str:
    """Why a cause accepts nothing of a run: its fault is gone, or its name is not right.

    ``there``: the symptoms of each bad outcome of the run, by its id. Where outcomes that it is
    said to cover are bad still, they have another name, whatever the file says.
    """
    still_bad = [there[name] for name in cause.cells if name in there]
    if cause.cells and not still_bad:
        return "no outcome of this run has this cause any more"
    among = sorted({*chain(*(still_bad or there.values()))})
    near = difflib.get_close_matches(cause.cause, among, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"no outcome of this run has a cause of this name{meant}"


def _reason(before: Entry | None, result: Result, profile: str) -> str:
    """What people wrote, else what the profile says of the row; "" is for people to fill in."""
    if before is not None and before.reason:
        return before.reason
    if result.claim != UNSUPPORTED or result.data_lost:
        return ""
    return f"the profile {profile} says that {result.row} is unsupported"


def _accepted(results: Collection[Result]) -> str:
    """How many outcomes, and how many of them were not judged: those are in no "of N pass"."""
    blocked = sum(1 for result in results if result.outcome is Outcome.BLOCKED)
    also = f" ({blocked} of them could not be set up)" if blocked else ""
    return f"{counted(len(results), 'outcome')}{also}"


def is_bad(result: Result) -> bool:
    """Whether an outcome has to be in the baseline for the gate to be green."""
    return result.outcome in ACCEPTABLE and scored(result)


def baseline_from(
    log: RunLog,
    group_of: Callable[[str], str],
    before: Baseline | None = None,
    missing: Missing = _nothing_missing,
) -> Baseline:
    """A baseline of what a run shows today; reasons already written in ``before`` are kept.

    Causes accepted in ``before`` stay, with the outcomes they cover now; the others are entries.

    Raises BaselineError for a run that came to no verdict.
    """
    verdict = judge(log)
    if verdict.exit_code in (ExitCode.HARNESS, ExitCode.NOTHING_RAN):
        raise BaselineError(f"{log.path}: this run cannot become a baseline: {verdict.sentence}")
    earlier = {entry.id: entry for entry in before.entries} if before else {}
    left_out = _left_out(log, before) if before else ()
    kept = tuple(entry for entry in left_out if not missing(entry.id))
    known_bad = {result.id for result in filter(is_bad, log.results)}
    kept += tuple(one for one in earlier.values() if one.unsteady and one.id not in known_bad)
    known = before.causes if before else ()
    covered: dict[str, AcceptedCause] = {}
    keys = named_symptoms(filter(is_bad, log.results), group_of, log.results) if known else {}
    for name, symptoms in keys.items():
        cause = _accepting(known, symptoms)
        if cause is not None:
            covered[name] = cause
    entries = [
        Entry(
            id=result.id,
            outcome=result.outcome,
            reason=_reason(earlier.get(result.id), result, log.header.profile),
            seen=result.reason.partition("\n")[0][:300],
            unsteady=result.id in earlier and earlier[result.id].unsteady,
        )
        for result in log.results
        if is_bad(result) and result.id not in covered
    ]
    return Baseline(
        endpoint=log.header.endpoint,
        profile=log.header.profile,
        written=log.header.started,
        entries=tuple(sorted({*entries, *kept}, key=lambda entry: entry.id)),
        causes=tuple(
            msgspec.structs.replace(
                cause, cells=tuple(sorted(name for name, by in covered.items() if by is cause))
            )
            for cause in known
            if cause in covered.values() or (log.header.selection and cause.cells)
        ),
    )


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; raises BaselineError for a file that is none, OSError if unreadable."""
    try:
        document = msgspec.json.decode(path.read_bytes())
    except msgspec.MsgspecError as problem:
        raise BaselineError(f"{path}: not a baseline: {problem}") from problem
    try:
        baseline = decode(document, Baseline, str(path))
    except MatrixError as problem:
        raise BaselineError(str(problem)) from problem
    if baseline.format != FORMAT_VERSION:
        raise BaselineError(f"{path}: format {baseline.format}; this s3compat reads 1")
    identities = [entry.id for entry in baseline.entries]
    twice = sorted({one for one in identities if identities.count(one) > 1})
    if twice:
        raise BaselineError(f"{path}: {twice[0]} is in the file twice; remove one")
    for cause in baseline.causes:
        if not cause.reason.strip():
            raise BaselineError(f"{path}: the cause {cause.cause} has no reason; write why")
    for entry in baseline.entries:
        if entry.outcome not in ACCEPTABLE:
            raise BaselineError(
                f"{path}: {entry.id}: {entry.outcome.value!r} cannot be an entry of a baseline; "
                f"only {' and '.join(outcome.value for outcome in ACCEPTABLE)} can"
            )
    return baseline


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write it as indented JSON, one entry after another, fit for a review."""
    encoded = msgspec.json.format(msgspec.json.encode(baseline), indent=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded + b"\n")


def baseline_schema() -> dict[str, Any]:
    """The JSON Schema of a baseline file."""
    return msgspec.json.schema(Baseline)


def github_annotations(gated: Gated) -> Iterable[str]:
    """GitHub workflow commands, one a red finding.

    https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions
    """
    of_cause = {result.id: cause.key for cause in gated.new_causes for result in cause.results}
    for result in gated.new:
        kind = "S3 DATA LOSS" if result.data_lost else "S3"
        named = f" (cause: {of_cause[result.id]})" if result.id in of_cause else ""
        yield _command(
            "error", f"{kind}: {result.id}", f"{result.title} {result.bare_reason}{named}"
        )
    for result in gated.accepted:
        if result.data_lost:
            text = f"accepted by the baseline. {result.title} {result.bare_reason}"
            yield _command("warning", f"S3 DATA LOSS: {result.id}", text)
    for cause, why in gated.stale_causes:
        yield _command("error", f"S3 baseline: {cause.cause}", why)
    for entry, became in gated.stale:
        yield _command(
            "error",
            f"S3 baseline: {entry.id}",
            f"{became}; remove the entry (s3compat gate --write-baseline does it)",
        )


def _accepting(causes: Iterable[AcceptedCause], keys: Iterable[str]) -> AcceptedCause | None:
    names = tuple(keys)
    return next((cause for cause in causes if cause.covers(names)), None)


def _still_there(cause: AcceptedCause, seen: Iterable[AcceptedCause], log: RunLog) -> bool:
    """Whether an outcome has it; a run of a selection that left its outcomes out says nothing.

    A cause without cells never accepted anything: where no outcome has it, its name is wrong.
    """
    if any(one is cause for one in seen):
        return True
    ran = {result.id for result in log.results}
    left_out = bool(log.header.selection) and not ran.intersection(cause.cells)
    return bool(cause.cells) and left_out


def _covered(result: Result, entry: Entry | None) -> bool:
    return entry is not None and (entry.unsteady or entry.outcome is result.outcome)


def with_causes(
    log: RunLog, group_of: Callable[[str], str], before: Baseline | None, reason: str
) -> Baseline:
    """``before``, and each cause of what it accepts without a reason, or not at all.

    Entries without a reason are left out: `baseline_from` then gives the causes their outcomes.
    """
    header = log.header
    known = before or Baseline(header.endpoint, header.profile, header.started)
    explained = tuple(one for one in known.entries if one.reason.strip() or one.unsteady)
    known = msgspec.structs.replace(known, entries=explained)
    found = gate(log, known, group_of).new_causes
    added = (AcceptedCause(_MEANS_MORE.sub(r"[\1]", cause.key), reason) for cause in found)
    return msgspec.structs.replace(known, causes=(*known.causes, *added))


def _left_out(log: RunLog, before: Baseline) -> tuple[Entry, ...]:
    """Entries that a filtered run says nothing about."""
    if not log.header.selection:
        return ()
    ran = {result.id for result in log.results}
    return tuple(entry for entry in before.entries if entry.id not in ran)


def _command(kind: str, title: str, text: str) -> str:
    escaped = title
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        escaped = escaped.replace(char, code)
    body = text
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        body = body.replace(char, code)
    return f"::{kind} title={escaped}::{body}"
