"""Run logs of a few results of one row, as tests of reports make them."""

from __future__ import annotations

from pathlib import Path

from conformance.model import Outcome, Result, RunLog
from matrix import load_matrix
from tests.reports import synthetic

ROW = load_matrix().rows["get-object"]


def one(name: str, outcome: Outcome, client: str = "boto3", **changes: object) -> Result:
    return synthetic.result(ROW, name, client, outcome, **changes)


def logged(path: Path, *results: Result, **changes: object) -> RunLog:
    return synthetic.write_log(path / f"{len(list(path.iterdir()))}.jsonl", results, **changes)
