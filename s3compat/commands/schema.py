"""schema: print the JSON Schema of a format, or list those there are."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any

from conformance.gate import baseline_schema
from conformance.model.comparison import comparison_schema
from conformance.model.runlog import run_log_schema
from conformance.model.verdict import ExitCode
from reports import schemas


def main(argv: Sequence[str]) -> int:
    """Print one schema, or the names."""
    known: dict[str, Callable[[], dict[str, Any]]] = {
        "run-log": run_log_schema,
        "baseline": baseline_schema,
        "comparison": comparison_schema,
    }
    for name, made in schemas().items():
        known[f"report-{name}"] = made.copy
    parser = argparse.ArgumentParser(
        prog="s3compat schema",
        description="Print the JSON Schema of a format; run-log is that of one of its lines.",
    )
    parser.add_argument("name", nargs="?", choices=sorted(known), help="without it: the names")
    chosen = parser.parse_args(argv).name
    print("\n".join(sorted(known)) if chosen is None else json.dumps(known[chosen](), indent=2))
    return ExitCode.GOOD
