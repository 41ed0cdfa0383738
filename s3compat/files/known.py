"""Which files there are: the type of each, the loader that reads it, and who writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

import matrix
import reports
from conformance import gate
from conformance.endpoint.target import EndpointsFile, read_targets
from conformance.model.comparison import Comparison
from conformance.model.records import Record
from conformance.model.runlog import read_run_log
from conformance.run.journal import Line, read_journal
from matrix.known_servers import KnownServer, read_server
from matrix.limits import ClientLimits, read_limits
from s3compat.files.described import described_schema, without
from server_ref.behaviours import NOT_IN_A_FILE, Behaviour, load_behaviour

Loader = Callable[[Path], object]
EXAMPLES = Path(__file__).parent / "examples"


@dataclass(frozen=True)
class KnownFile:
    """One kind of file. ``load`` raises where a file is wrong, as it does for a command."""

    name: str  # as `s3compat schema` has it
    title: str
    about: str  # what it is for, who writes it, and where it lies; Markdown
    kind: Any
    example: str  # the name of the example's file
    load: Loader
    without: tuple[tuple[str, str], ...] = ()  # (class, field) that no file has

    @property
    def example_text(self) -> str:
        """An example of it, which the loader takes."""
        return (EXAMPLES / self.example).read_text(encoding="utf-8")


def _decoded(kind: Any, path: Path) -> object:
    return msgspec.json.decode(path.read_bytes(), type=kind)


FILES: Sequence[KnownFile] = (
    KnownFile(
        "endpoints",
        "The endpoints file",
        "You write it, for `s3compat run --endpoints FILE`: one `[[endpoint]]` table for each "
        "endpoint. Paths in it start at the folder of the file. TOML.",
        EndpointsFile,
        "endpoints.toml",
        read_targets,
        (("Target", "server"),),
    ),
    KnownFile(
        "profile",
        "The profile: what an endpoint claims",
        "You write it, for `s3compat run --profile FILE`: what the documentation of an endpoint "
        "says of each row. `s3compat matrix` lists the rows. The profiles that come with s3compat "
        "are in `matrix/profiles/`. TOML.",
        matrix.Profile,
        "profile.toml",
        matrix.load_profile,
    ),
    KnownFile(
        "behaviour",
        "The behaviour file: how the reference server differs",
        "You write it, for `s3compat serve --behaviour FILE` and `S3Server(behaviour=FILE)`: "
        "settings of the reference server and its deliberate differences from S3. It claims "
        "nothing. TOML.",
        Behaviour,
        "behaviour.toml",
        lambda path: load_behaviour(str(path)),
        (("Settings", NOT_IN_A_FILE),),
    ),
    KnownFile(
        "baseline",
        "The baseline",
        "`s3compat gate RUNLOG --baseline FILE --write-baseline` writes it; you fill in the "
        "reasons. `s3compat gate` then exits with 1 only for what differs from it. JSON.",
        gate.Baseline,
        "baseline.json",
        gate.read_baseline,
    ),
    KnownFile(
        "run-log",
        "The run log",
        "`s3compat run` writes it as `run.jsonl` into the folder of the run. Every report, the "
        "gate and the comparison are made from it. JSON Lines: the first line is a header, then "
        "one line for each outcome, and a footer at the end. A log without a footer is that of a "
        "run that broke off. Credentials and signatures are left out when it is written.",
        Record,
        "run-log.jsonl",
        read_run_log,
    ),
    KnownFile(
        "journal",
        "The journal",
        "`s3compat run` writes it as `journal.jsonl` into the folder of the run: each bucket's "
        "name, before the bucket is made. `s3compat clean` removes what it still names. JSON "
        "Lines: a header, then a line for each bucket that was named or removed.",
        Line,
        "journal.jsonl",
        read_journal,
    ),
    KnownFile(
        "comparison",
        "The comparison",
        "`s3compat compare A B --json FILE` writes it. JSON.",
        Comparison,
        "comparison.json",
        partial(_decoded, Comparison),
    ),
    KnownFile(
        "rows",
        "A file of rows",
        "The rows of the supported-API table, one `[[row]]` table each. Ours are in "
        "`matrix/rows/`; yours lie in the folder you give with `--checks`. TOML.",
        matrix.RowsFile,
        "rows.toml",
        matrix.read_rows,
    ),
    KnownFile(
        "known-server",
        "A known server",
        "A file of `matrix/servers/`: how `s3compat run --server NAME` gets a server from a "
        "package registry and starts it. TOML.",
        KnownServer,
        "known-server.toml",
        read_server,
    ),
    KnownFile(
        "client-limits",
        "The limits of a client",
        "A file of `matrix/clients/`: what a client by itself has no way to do, so that the "
        "outcome is `client_cannot`. It has the name of its client. TOML.",
        ClientLimits,
        "client-limits.toml",
        read_limits,
    ),
)


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a file by its name, or of a report's format. Raises KeyError."""
    for one in FILES:
        if one.name == name:
            schema = described_schema(one.kind)
            for cls, field in one.without:
                without(schema, cls, field)
            return schema
    made: dict[str, Any] = reports.schemas()[name.removeprefix("report-")].copy()
    return made
