"""Runs the matrix on known servers and compares each run with its baseline in .ci/baselines/.

What a server gets wrong is its own and fails nothing here. Red is an outcome that changed, for it
was the suite that changed; a run that does not reach its end; an outcome `error` (ours). What
differs is tried again before it is believed: a server that crashes takes its neighbours along,
and some servers answer now so, now otherwise.
One client or two, to stay within CI's time; `s3compat run --server` has the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from conformance.gate import Baseline, Gated, baseline_from, gate, read_baseline
from conformance.model import Outcome, RunLog, read_run_log
from matrix import load_matrix

ROOT = Path(__file__).resolve().parent.parent
BASELINES = ROOT / ".ci" / "baselines"
CLIENTS = {
    "moto": "boto3,raw",
    "s3rver": "raw",
    "versitygw": "boto3,raw",
    "s3proxy": "raw",
    "s3mock": "raw",
}
# After this request s3rver turns in a circle and answers nothing any more.
SKIPPED = {"s3rver": ("get-object-range.last_bytes_of_an_empty_object_are_all_there_are",)}
TRIED_AGAIN = 150  # outcomes; more of them are no accident
TRIES = 4  # an outcome that changed shows the same each time
A_RUN = 1500  # seconds


class BrokenRunError(Exception):
    """A run that shows nothing; the message says why."""


def main() -> int:
    """0 as before, 1 where something changed or broke."""
    parser = argparse.ArgumentParser(prog=".ci/third-party")
    parser.add_argument("--refresh", action="store_true", help="write the baselines anew")
    parser.add_argument("--server", default=",".join(CLIENTS), metavar="NAME,…")
    parser.add_argument("work", nargs="?", type=Path, help="folder for the run logs")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="s3compat-third-party-"))
    red = [
        name for name in options.server.split(",") if not _as_before(name, work, options.refresh)
    ]
    if red:
        print(f"changed or broken: {', '.join(red)}; the run logs are in {work}")
        print("`.ci/third-party --refresh` accepts what is meant to be so")
    return 1 if red else 0


def _as_before(name: str, work: Path, refresh: bool) -> bool:
    """Whether this server shows what its baseline says."""
    file = BASELINES / f"{name}.json"
    started = time.monotonic()
    try:
        log = _first(name, work)
        if refresh:
            return _refresh(name, log, file, work)
        good = _compare(name, log, read_baseline(file), work)
    except (BrokenRunError, OSError) as problem:
        print(f"{name}: {problem}")
        return False
    print(f"{name}: {time.monotonic() - started:.0f} s")
    return good


def _first(name: str, work: Path) -> RunLog:
    """The whole run; one that broke, on a server that crashes, is made once more."""
    try:
        return _run(name, work / f"out-{name}", [])
    except BrokenRunError as problem:
        print(f"{name}: {problem}; once more")
        return _run(name, work / f"out-{name}-2", [])


def _compare(name: str, log: RunLog, baseline: Baseline, work: Path) -> bool:
    gated = gate(_without_errors(log), baseline, load_matrix().group_of)
    doubtful = _red(gated) | {one.id for one in log.results if one.outcome is Outcome.ERROR}
    print(f"{name}: {len(log.results)} outcomes, {len(doubtful)} not as in the baseline")
    if not doubtful:
        return True
    if len(doubtful) > TRIED_AGAIN:
        _tell(name, gated, doubtful)
        return False
    still = set(doubtful)
    for number in range(TRIES):
        again = _run(name, work / f"again-{name}-{number}", sorted(still))
        errors = {one.id for one in again.results if one.outcome is Outcome.ERROR}
        gated = gate(_without_errors(again), baseline, load_matrix().group_of)
        changed = (_red(gated) | errors) & still
        for one in sorted(still - changed):
            print(f"{name}: now so, now otherwise: {one}")
        still = changed
        if not still:
            return True
    _tell(name, gated, still)
    return False


def _red(gated: Gated) -> set[str]:
    return {one.id for one in gated.new} | {entry.id for entry, _ in gated.stale}


def _tell(name: str, gated: Gated, ids: set[str]) -> None:
    told = {one.id: f"{one.outcome.value}: {one.reason.partition(chr(10))[0]}" for one in gated.new}
    told |= {entry.id: became for entry, became in gated.stale}
    for one in sorted(ids):
        print(f"{name}: {one}  {told.get(one, 'an error of our own')[:200]}")


def _refresh(name: str, log: RunLog, file: Path, work: Path) -> bool:
    errors = [one.id for one in log.results if one.outcome is Outcome.ERROR]
    if errors:
        again = _run(name, work / f"again-{name}", errors)
        second = {one.id: one for one in again.results}
        seen = [second.get(one.id, one) for one in log.results]
        log = dataclasses.replace(log, results=seen)
    second_run = _run(name, work / f"second-{name}", [])
    before = read_baseline(file) if file.exists() else None
    baseline = _both(_without_errors(log), _without_errors(second_run), before)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(_compact(baseline))
    print(f"{name}: {len(baseline.entries)} accepted outcomes written to {file.relative_to(ROOT)}")
    return not any(one.outcome is Outcome.ERROR for one in log.results)


def _both(log: RunLog, second: RunLog, before: Baseline | None) -> Baseline:
    """What two runs show; an outcome that only one of them has, or has otherwise, is unsteady."""
    groups = load_matrix().group_of
    baselines = [baseline_from(one, groups, before) for one in (log, second)]
    found = [{entry.id: entry for entry in one.entries} for one in baselines]
    entries = []
    for name in sorted({*found[0], *found[1]}):
        entry = found[0].get(name) or found[1][name]
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
    return dataclasses.replace(
        log, results=[one for one in log.results if one.outcome is not Outcome.ERROR]
    )


def _run(name: str, out: Path, ids: list[str]) -> RunLog:
    """One run of the command itself. Raises BrokenRunError where it shows nothing."""
    words = [sys.executable, "-m", "s3compat", "run", "--server", name]
    words += ["--clients", CLIENTS[name]]
    words += [word for one in SKIPPED.get(name, ()) for word in ("--skip", one)]
    words += ["--out", str(out), "--no-report"]
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
