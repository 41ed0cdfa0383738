"""schema: print the JSON Schema or an example of a file; without a name, list the files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import reports
from conformance.model.verdict import ExitCode
from matrix import unknown
from s3compat.files import FILES, schema_of
from server_ref.commands.options import OptionParser

EXIT_CODES = {0: "printed", 2: "no file has this name, or it has no example"}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat schema",
        description="Print the JSON Schema of a file that s3compat reads or writes (TOML or JSON). "
        "For run-log and journal it is the schema of one line.",
    )
    made.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="the name of a file; without it the names are listed",
    )
    made.add_argument(
        "--example", action="store_true", help="print an example of the file, and not its schema"
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Print one schema, one example, or the names; 2 for a name that is not known."""
    options = parser().parse_args(argv)
    examples = {one.name: one.example_text for one in FILES}
    names = [*examples, *(f"report-{name}" for name in reports.schemas())]
    if options.name is None:
        print("\n".join(sorted(names)))
        return ExitCode.GOOD
    if options.name not in names or (options.example and options.name not in examples):
        known = sorted(examples if options.example else names)
        print(f"s3compat schema: {unknown('file', options.name, known)}", file=sys.stderr)
        return ExitCode.USAGE
    if options.example:
        sys.stdout.write(examples[options.name])
    else:
        print(json.dumps(schema_of(options.name), indent=2))
    return ExitCode.GOOD
