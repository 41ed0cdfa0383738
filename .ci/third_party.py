"""Runs the matrix on known servers and compares each run with its baseline in .ci/baselines/.

What a server gets wrong is its own and fails nothing here. Red is an outcome that changed, for it
was the suite that changed; a run that does not reach its end; an outcome `error` (ours). What
differs is tried again before it is believed.

Three rules keep red for what the suite did. Each server gets its checks one after another, in one
order, so that no check meets another's requests. Checks that send requests at the same moment are
left out: who wins is the server's luck. And a baseline says which outcomes it was made of: one
that it does not know (a check that was written since), or that is no longer there, is printed and
is red with `--strict` alone, which is for a release.
One client or two, to stay within CI's time; `s3compat run --server` has the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from conformance.gate import Baseline, Gated, baseline_from, gate, read_baseline
from conformance.model import Outcome, RunLog, read_run_log
from conformance.trial.check import Check, discover
from matrix import load_matrix

ROOT = Path(__file__).resolve().parent.parent
BASELINES = ROOT / ".ci" / "baselines"
# raw sends the same bytes each time and does nothing of its own accord. boto3 on moto, which most
# of moto's users have.
CLIENTS = {
    "moto": "boto3,raw",
    "s3rver": "raw",
    "versitygw": "raw",
    "s3proxy": "raw",
    "s3mock": "raw",
}
# check: why this server is not sent it
SKIPPED: dict[str, dict[str, str]] = {
    "s3rver": {
        "get-object-range.last_bytes_of_an_empty_object_are_all_there_are": (
            "it turns in a circle after it and answers nothing any more"
        ),
        **dict.fromkeys(
            (
                "create-bucket.names_that_s3_keeps_for_itself_are_refused",
                "multipart-upload.part_that_was_never_uploaded_is_refused",
                "multipart-upload.parts_are_numbered_from_one",
                "post-object.storage_class_comes_as_a_field",
                "put-object.key_of_1024_bytes_is_accepted",
                "put-object.key_of_1025_bytes_is_refused",
            ),
            "it ends at a request of this check, and its neighbours wait until it is back",
        ),
    },
}
AT_ONCE = 2  # servers; each of them with its checks one after another
TRIED_AGAIN = 150  # outcomes; more of them are no accident
LOOKS = 2  # runs that a baseline is made of
TRIES = 6  # an outcome that changed shows the same each time
A_RUN = 1200  # seconds


class BrokenRunError(Exception):
    """A run that shows nothing; the message says why."""


def main() -> int:
    """0 as before, 1 where something changed or broke."""
    parser = argparse.ArgumentParser(prog=".ci/third-party")
    parser.add_argument("--refresh", action="store_true", help="write the baselines anew")
    parser.add_argument(
        "--strict", action="store_true", help="what a baseline does not know is red, too"
    )
    parser.add_argument("--server", default=",".join(CLIENTS), metavar="NAME,…")
    parser.add_argument("work", nargs="?", type=Path, help="folder for the run logs")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="s3compat-third-party-"))
    checks = discover()

    def good(name: str) -> bool:
        return _as_before(name, work, checks, refresh=options.refresh, strict=options.strict)

    names = options.server.split(",")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        red = [name for name, was in zip(names, pool.map(good, names), strict=True) if not was]
    if red:
        print(f"changed or broken: {', '.join(red)}; the run logs are in {work}")
        print("`.ci/third-party --refresh` accepts what is meant to be so")
    return 1 if red else 0


def _as_before(
    name: str, work: Path, checks: Mapping[str, Check], *, refresh: bool, strict: bool
) -> bool:
    """Whether this server shows what its baseline says."""
    file = BASELINES / f"{name}.json"
    started = time.monotonic()
    skipped = sorted({*SKIPPED.get(name, ()), *racing(checks)})
    try:
        if refresh:
            good = _refresh(name, file, work, skipped)
        else:
            known = read_known(file.with_suffix(".known"))
            log = _first(name, work, skipped)
            good = _compare(name, log, read_baseline(file), known, work, strict)
    except (BrokenRunError, OSError) as problem:
        _say(f"{name}: {problem}")
        return False
    _say(f"{name}: {time.monotonic() - started:.0f} s")
    return good


def racing(checks: Mapping[str, Check]) -> list[str]:
    """The checks that may send requests at the same moment: those whose module can."""
    return [one.id for one in checks.values() if hasattr(sys.modules[one.source], "at_once")]


def read_known(file: Path) -> set[str]:
    """The outcomes a baseline was made of, by id. Raises OSError."""
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return {f"{check}[{client}]" for check, *clients in lines for client in clients}


def known_text(ids: Iterable[str]) -> str:
    """The same as text: a check a line, with its clients."""
    clients: dict[str, list[str]] = {}
    for one in sorted(ids):
        check, _, client = one.removesuffix("]").partition("[")
        clients.setdefault(check, []).append(client)
    return "".join(f"{check} {' '.join(names)}\n" for check, names in clients.items())


def held_against(
    log: RunLog, baseline: Baseline, known: set[str]
) -> tuple[RunLog, Baseline, list[str], list[str]]:
    """What can be compared of a whole run: its known outcomes, and the entries of those.

    With it the outcomes that the baseline does not know yet, and those that are there no more.
    """
    ran = {one.id for one in log.results}
    both = _only(log, {one.id for one in log.results if one.id in known})
    entries = tuple(entry for entry in baseline.entries if entry.id in ran)
    return (
        both,
        msgspec.structs.replace(baseline, entries=entries),
        sorted(ran - known),
        sorted(known - ran),
    )


def _first(name: str, work: Path, skipped: list[str], prefix: str = "out") -> RunLog:
    """The whole run; one that broke, on a server that crashes, is made once more."""
    try:
        return _run(name, work / f"{prefix}-{name}", [], skipped)
    except BrokenRunError as problem:
        _say(f"{name}: {problem}; once more")
        return _run(name, work / f"{prefix}-{name}-once-more", [], skipped)


def _compare(
    name: str, log: RunLog, baseline: Baseline, known: set[str], work: Path, strict: bool
) -> bool:
    log, baseline, new, gone = held_against(log, baseline, known)
    _say_unknown(name, "not known to the baseline yet", new)
    _say_unknown(name, "in the baseline, and there no more", gone)
    good = not (strict and (new or gone))
    gated = gate(_without_errors(log), baseline, load_matrix().group_of)
    doubtful = _red(gated) | {one.id for one in log.results if one.outcome is Outcome.ERROR}
    _say(f"{name}: {len(log.results)} outcomes, {len(doubtful)} not as in the baseline")
    if not doubtful:
        return good
    if len(doubtful) > TRIED_AGAIN:
        _tell(name, gated, doubtful)
        return False
    still = set(doubtful)
    for number in range(TRIES):
        try:
            again = _run(name, work / f"again-{name}-{number}", sorted(still), [])
        except BrokenRunError as problem:  # it shows nothing; what was seen before stands
            _say(f"{name}: {problem}")
            continue
        errors = {one.id for one in again.results if one.outcome is Outcome.ERROR}
        gated = gate(_without_errors(again), baseline, load_matrix().group_of)
        changed = (_red(gated) | errors) & still
        for one in sorted(still - changed):
            _say(f"{name}: differs from run to run: {one}")
        still = changed
        if not still:
            return good
    _tell(name, gated, still)
    return False


def _say_unknown(name: str, what: str, ids: list[str]) -> None:
    if ids:
        more = f" and {len(ids) - 20} more" if len(ids) > 20 else ""
        _say(f"{name}: {len(ids)} outcomes {what}: {', '.join(ids[:20])}{more}")


def _say(line: str) -> None:
    print(line, flush=True)


def _red(gated: Gated) -> set[str]:
    return {one.id for one in gated.new} | {entry.id for entry, _ in gated.stale}


def _tell(name: str, gated: Gated, ids: set[str]) -> None:
    told = {one.id: f"{one.outcome.value}: {one.reason.partition(chr(10))[0]}" for one in gated.new}
    told |= {entry.id: became for entry, became in gated.stale}
    for one in sorted(ids):
        _say(f"{name}: {one}  {told.get(one, 'an error of our own')[:200]}")


def _refresh(name: str, file: Path, work: Path, skipped: list[str]) -> bool:
    """Write the baseline of what several runs show; what they do not all show is unsteady."""
    logs = []
    for number in range(LOOKS):
        log = _first(name, work, skipped, f"look{number}")
        errors = [one.id for one in log.results if one.outcome is Outcome.ERROR]
        if errors:
            again = _run(name, work / f"again{number}-{name}", errors, [])
            second = {one.id: one for one in again.results}
            seen = [second.get(one.id, one) for one in log.results]
            log = dataclasses.replace(log, results=seen)
        logs.append(log)
    before = read_baseline(file) if file.exists() else None
    known = {one.id for log in logs for one in log.results}
    baseline = seen_in_all([_without_errors(log) for log in logs], before)
    entries = tuple(entry for entry in baseline.entries if entry.id in known)
    baseline = msgspec.structs.replace(baseline, entries=entries)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(_compact(baseline))
    file.with_suffix(".known").write_text(known_text(known), encoding="utf-8")
    _say(f"{name}: {len(entries)} accepted outcomes written to {file.relative_to(ROOT)}")
    for entry in entries:
        if entry.unsteady:
            _say(f"{name}: differs from run to run: {entry.id}")
    errors = [one.id for log in logs for one in log.results if one.outcome is Outcome.ERROR]
    for one in errors:
        _say(f"{name}: an error of our own: {one}")
    return not errors


def seen_in_all(logs: list[RunLog], before: Baseline | None) -> Baseline:
    """What runs show; an outcome that only some of them have, or have otherwise, is unsteady."""
    groups = load_matrix().group_of
    baselines = [baseline_from(one, groups, before) for one in logs]
    found = [{entry.id: entry for entry in one.entries} for one in baselines]
    entries = []
    for name in sorted({name for one in found for name in one}):
        entry = next(one[name] for one in found if name in one)
        outcomes = {one[name].outcome if name in one else None for one in found}
        entries.append(
            msgspec.structs.replace(entry, unsteady=entry.unsteady or len(outcomes) > 1, seen="")
        )
    return msgspec.structs.replace(baselines[0], entries=tuple(entries))


def _compact(baseline: Baseline) -> bytes:
    """One entry a line, and of each only what the gate compares."""
    head = msgspec.to_builtins(baseline)
    entries = head.pop("entries")
    kept = ("id", "outcome", "reason", "unsteady")
    lines = [
        msgspec.json.encode({key: entry[key] for key in kept if entry[key]}) for entry in entries
    ]
    opening = msgspec.json.encode(head)[:-1]
    return opening + b',"entries":[\n' + b",\n".join(lines) + b"\n]}\n"


def _without_errors(log: RunLog) -> RunLog:
    """The log as the gate can judge it: an error of ours is looked at here."""
    return _only(log, {one.id for one in log.results if one.outcome is not Outcome.ERROR})


def _only(log: RunLog, ids: set[str]) -> RunLog:
    """A whole run of just these outcomes, as if no others had been planned."""
    results = [one for one in log.results if one.id in ids]
    header = msgspec.structs.replace(log.header, planned=len(results))
    return dataclasses.replace(log, header=header, results=results)


def _run(name: str, out: Path, ids: list[str], skipped: list[str]) -> RunLog:
    """One run of the command itself. Raises BrokenRunError where it shows nothing."""
    words = [sys.executable, "-m", "s3compat", "run", "--server", name, "--workers", "0"]
    words += ["--clients", CLIENTS[name], "--out", str(out), "--no-report"]
    for one in skipped:
        words += ["--skip", one]
    for one in ids:
        words += ["--check", one]
    out.mkdir(parents=True, exist_ok=True)
    printed = out / "printed.txt"
    with printed.open("wb") as file:
        try:
            ended = subprocess.run(
                words, stdout=file, stderr=subprocess.STDOUT, timeout=A_RUN, check=False
            )
        except subprocess.TimeoutExpired as problem:
            raise BrokenRunError(f"no end after {A_RUN} s; see {printed}") from problem
    path = out / "run.jsonl"
    if not path.exists():
        said = printed.read_text(encoding="utf-8", errors="replace")[-800:]
        raise BrokenRunError(f"no run log, exit code {ended.returncode}: {said}")
    log = read_run_log(path)
    if log.footer is None or log.footer.ended_by != "finished":
        raise BrokenRunError(f"the run did not reach its end; see {printed}")
    return log


if __name__ == "__main__":
    sys.exit(main())
