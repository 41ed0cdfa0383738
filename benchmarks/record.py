"""How long a site takes, and how much memory, of a store with many endpoints, days and outcomes.

    python -m benchmarks.record STORE --endpoints 10 --days 365 --outcomes 3000
    python -m benchmarks.record STORE --site SITE

The first line fills a store with runs that are made up: real rows and checks, and outcomes
that change a little from day to day. The second builds the site of it in a process of its own, and
says its time and its largest memory; then again with one run more.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pyarrow

from conformance.model import Expectation, Outcome, Result, RunFooter, RunHeader, RunLog
from conformance.trial.check import discover
from matrix import load_matrix
from reports.store.adding import write_table
from reports.store.columns import OUTCOMES, RUNS
from reports.store.tables import StoredRun, stored_run

CLIENTS = ("boto3", "raw", "aws-s3api", "go")
FLIPS = 0.001  # of an endpoint's outcomes that change in a day
FIRST = datetime(2026, 1, 1, 3, tzinfo=UTC)


def fill(store: Path, endpoints: int, days: int, outcomes: int) -> None:
    """A run a day of each endpoint."""
    for number in range(endpoints):
        dice = random.Random(number)
        label = f"server {number:02}"
        results = _results(dice, outcomes, bad=0.02 + 0.04 * number)
        life = _Life(stored_run(_log(label, FIRST, results, release=0), load_matrix().group_of))
        for day in range(days):
            life.live(dice, round(outcomes * FLIPS), day)
            life.write(store)


class _Life:
    """An endpoint's outcomes, changed day by day as columns: making runs anew takes long."""

    def __init__(self, first: StoredRun) -> None:
        self.first = first
        self.day = 0
        self.good = [outcome == "pass" for outcome in first.outcomes["outcome"].to_pylist()]
        told = first.outcomes["expectations"].combine_chunks()
        self.shown = told.take(pyarrow.array([self.good.index(False), self.good.index(True)]))

    def live(self, dice: random.Random, flips: int, day: int) -> None:
        """Change as many outcomes as that, and go to this day."""
        self.day = day
        for _ in range(flips):
            at = dice.randrange(len(self.good))
            self.good[at] = not self.good[at]

    def write(self, store: Path) -> None:
        """As `reports.store.adding`, without the log, which no site reads."""
        started = FIRST + timedelta(days=self.day)
        label = self.first.run["endpoint"][0].as_py()
        name = hashlib.sha256(f"{label} {self.day}".encode()).hexdigest()[:32]
        common = {"run": name, "day": started.date(), "started": started}
        good = self.good
        bad = [not one for one in good]
        changed = {
            "outcome": ["pass" if one else "fail" for one in good],
            "reason": ["" if one else "GetObject: status: expected 200, got 501" for one in good],
            "bad": bad,
            "cause": [None if one else "absent/Objects" for one in good],
            "cause_title": [None if one else "Not implemented: Objects" for one in good],
            "weight": [None if one else 7 for one in good],
            "expectations": self.shown.take(pyarrow.array([int(one) for one in good])),
            **{key: [value] * len(good) for key, value in common.items()},
        }
        outcomes = self.first.outcomes
        for column, values in changed.items():
            field = OUTCOMES.field(column)
            array = values if column == "expectations" else pyarrow.array(values, field.type)
            outcomes = outcomes.set_column(outcomes.schema.get_field_index(column), field, array)
        [run] = self.first.run.to_pylist()
        run |= common | {
            "run_id": f"{started:%y%m%d%H%M%S}-abcd",
            "finished": started,
            "passed": sum(good),
            "claimed": len(good),
            "exit_code": 1 if any(bad) else 0,
            "sentence": f"{sum(bad)} outcomes do not conform",
            "server": [("name", label), ("version", f"1.{self.day // 60}")],
        }
        place = f"{self.first.place.partition('/')[0]}/day={started:%Y-%m-%d}"
        run["log"] = f"logs/{place}/{name}.jsonl.zst"
        runs = pyarrow.Table.from_pylist([run], schema=RUNS)
        for table, rows in (("outcomes", outcomes), ("runs", runs)):
            path = store / table / place / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(rows, path)


def _results(dice: random.Random, count: int, bad: float) -> list[Result]:
    rows = load_matrix().rows
    cells = [(one, client) for one in discover().values() for client in CLIENTS]
    while len(cells) < count:
        cells *= 2
    found = {}
    for check, client in cells[:count]:
        made = Result(
            check=check.id,
            client=client,
            row=check.row,
            outcome=Outcome.PASS,
            title=check.title,
            level=check.level or rows[check.row].level,
            spec=check.spec or rows[check.row].spec,
            verified=check.verified,
            proved_by=tuple(check.proved_by),
            expectations=tuple(
                Expectation(f"GetObject: {what}", value, value, True, operation="GetObject")
                for what, value in (("status", "200"), ("header ETag", '"abc"'), ("body", "10 B"))
            ),
            seconds=round(dice.random(), 3),
        )
        found[made.id] = _flipped(made) if dice.random() < bad else made
    return list(found.values())


def _flipped(result: Result) -> Result:
    good = result.outcome is not Outcome.PASS
    last = Expectation("GetObject: status", "200", "200" if good else "501", good)
    outcome = Outcome.PASS if good else Outcome.FAIL
    reason = "" if good else "GetObject: status: expected 200, got 501"
    kept = (*result.expectations[:-1], last)
    return msgspec.structs.replace(result, outcome=outcome, reason=reason, expectations=kept)


def _log(label: str, started: datetime, results: list[Result], release: int) -> RunLog:
    header = RunHeader(
        run_id=f"{started:%y%m%d%H%M%S}-abcd",
        started=started.isoformat(),
        endpoint=label,
        url="http://127.0.0.1:1",
        region="us-east-1",
        addressing="path",
        profile="aws",
        s3compat="0.1.0",
        matrix="0123456789ab",
        clients=dict.fromkeys(CLIENTS, "1.0"),
        python="CPython 3.11",
        planned=len(results),
        server={"name": label, "version": f"1.{release}"},
    )
    return RunLog(Path(), header, results, RunFooter(started.isoformat(), 60.0, {}))


def measure(store: Path, site: Path) -> None:
    """Build the site; again; and again with one run more."""
    _build(store, site, "all of it")
    _build(store, site, "nothing new")
    dice = random.Random(99)
    log = _log("server 00", FIRST, _results(dice, 3000, 0.1), 0)
    life = _Life(stored_run(log, load_matrix().group_of))
    life.live(dice, 0, 999)
    life.write(store)
    _build(store, site, "one run more")


def _build(store: Path, site: Path, what: str) -> None:
    words = ["site", "--store", str(store), "--out", str(site)]
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "s3compat", *words])
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - started
    print(
        f"{what}: {took:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s of processor, "
        f"{usage.ru_maxrss / 1024:.0f} MiB at most, exit {os.waitstatus_to_exitcode(status)}",
        flush=True,
    )


def main() -> None:
    """Fill a store, or measure the site of one."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("store", type=Path)
    parser.add_argument("--endpoints", type=int, default=10)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--outcomes", type=int, default=3000)
    parser.add_argument("--site", type=Path, help="measure, and put the site there")
    options = parser.parse_args()
    if options.site:
        measure(options.store, options.site)
        return
    started = time.monotonic()
    fill(options.store, options.endpoints, options.days, options.outcomes)
    size = sum(path.stat().st_size for path in options.store.rglob("*.parquet"))
    print(f"{size / 1e6:.0f} MB in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
