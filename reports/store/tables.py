"""A run as the two tables of a store, and the digest that names it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

import msgspec
import pyarrow

from conformance.model import RunLog, judge
from conformance.model.causes import Cause, causes, is_trouble
from conformance.model.verdict import scored
from reports.store.columns import FORMAT, OUTCOMES, RUNS
from reports.store.errors import StoreError

CRASHED = "crashed"
_LONGEST_NAME = 120  # characters of a folder's name; file systems take 255 bytes
_DIGITS = 32


@dataclass(frozen=True)
class StoredRun:
    """A run to be stored: its digest, where its files go, and its tables once they are asked for.

    ``group_of`` gives the matrix's group of a row or an operation.
    """

    digest: str
    place: str  # "endpoint=<name>/day=<YYYY-MM-DD>"
    log: RunLog
    started: datetime
    group_of: Callable[[str], str]

    @cached_property
    def run(self) -> pyarrow.Table:
        """The run itself, one row. Raises StoreError where it ended at a time that is none."""
        run = self._common | _of_run(self.log, self.log_path)
        return pyarrow.Table.from_pylist([run], schema=RUNS)

    @cached_property
    def outcomes(self) -> pyarrow.Table:
        """Its outcomes, by id."""
        rows = [self._common | one for one in _of_outcomes(self.log, self.group_of)]
        return pyarrow.Table.from_pylist(rows, schema=OUTCOMES)

    @property
    def _common(self) -> dict[str, Any]:
        header = self.log.header
        return {
            "run": self.digest,
            "endpoint": header.endpoint,
            "generation": header.generation,
            "day": self.started.date(),
            "started": self.started,
        }

    def path(self, table: str) -> str:
        """Where this run's part of a table lies in the store."""
        return f"{table}/{self.place}/{self.digest}.parquet"

    @property
    def log_path(self) -> str:
        """Where its run log lies in the store."""
        return f"logs/{self.place}/{self.digest}.jsonl.zst"


def stored_run(log: RunLog, group_of: Callable[[str], str]) -> StoredRun:
    """The run of this log; nothing is judged before its tables are asked for.

    Raises StoreError for a log that began at a time that is none.
    """
    started = _moment(log.header.started)
    place = f"endpoint={_folder_name(log.header.endpoint)}/day={started:%Y-%m-%d}"
    return StoredRun(digest(log), place, log, started, group_of)


def digest(log: RunLog) -> str:
    """What names a run: the same however its log was kept, and whatever order its outcomes had."""
    encoder = msgspec.json.Encoder()
    said = hashlib.sha256(encoder.encode(log.header))
    for result in sorted(log.results, key=lambda one: one.id):
        said.update(encoder.encode(result))
    said.update(encoder.encode(log.footer))
    return said.hexdigest()[:_DIGITS]


def _of_run(log: RunLog, log_path: str) -> dict[str, Any]:
    header, footer, verdict = log.header, log.footer, judge(log)
    return {
        "format": FORMAT,
        "run_id": header.run_id,
        "finished": _moment(footer.finished) if footer else None,
        "seconds": footer.seconds if footer else None,
        "ended_by": footer.ended_by if footer else CRASHED,
        "url": header.url,
        "region": header.region,
        "addressing": header.addressing,
        "profile": header.profile,
        "s3compat": header.s3compat,
        "matrix": header.matrix,
        "python": header.python,
        "strict": header.strict,
        "planned": header.planned,
        "outcomes": len(log.results),
        "exit_code": int(verdict.exit_code),
        "sentence": verdict.sentence,
        "passed": verdict.passed,
        "claimed": verdict.claimed,
        "untested": verdict.untested,
        "lost": len(verdict.losses),
        "clients": list(header.clients.items()),
        "families": list(header.families.items()),
        "selection": list(header.selection.items()),
        "server": list(header.server.items()),
        "counts": list(Counter(one.outcome.value for one in log.results).items()),
        "again": list(header.again) if header.again is not None else None,
        "leftovers": list(footer.leftovers) if footer else [],
        "log": log_path,
    }


def _of_outcomes(log: RunLog, group_of: Callable[[str], str]) -> list[dict[str, Any]]:
    found: dict[str, Cause] = {
        result.id: cause for cause in causes(log.results, group_of) for result in cause.results
    }
    told = []
    for one in sorted(log.results, key=lambda result: result.id):  # like beside like: small files
        cause = found.get(one.id)
        row = msgspec.to_builtins(one)
        told.append(
            {name: row[name] for name in OUTCOMES.names if name in row}
            | {
                "in_group": group_of(one.row),
                "scored": scored(one),
                "bad": is_trouble(one),
                "data_lost": one.data_lost,
                "details": one.details,
                "cause": cause.key if cause else None,
                "cause_title": cause.title if cause else None,
                "weight": int(cause.weight) if cause else None,
            }
        )
    return told


def _folder_name(endpoint: str) -> str:
    """The endpoint's name as one part of a path; a long one is cut and told apart by a digest."""
    quoted = quote(endpoint, safe=" ").replace(" ", "%20")
    if len(quoted) <= _LONGEST_NAME:
        return quoted
    return f"{quoted[: _LONGEST_NAME - 17]}~{hashlib.sha256(endpoint.encode()).hexdigest()[:16]}"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise StoreError(f"a run log's time {text!r} is not ISO 8601") from problem
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
