"""The time a query has: the engine keeps to it while it works, and between two fetches of rows."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from pathlib import Path

from server_ref.select import bounds, expression, inside
from server_ref.select.asked import Asked, CsvInput, JsonOutput
from server_ref.select.engine import Running
from server_ref.select.intake import Prepared, prepare
from tests.server.refusing import code_of

ASKED = Asked(
    CsvInput(header="NONE", field=",", record="\n", quote='"', escape='"', comment="#"),
    "NONE",
    JsonOutput(),
    progress=False,
    scan=None,
)
# each record is looked for in each pattern: 200,000 times some forty of them
WORK = " AND ".join(f"s._1 NOT LIKE '%{n}%x%{n}%'" for n in range(40))


def _made(path: Path, rows: int) -> Prepared:
    file = io.BytesIO()
    made = prepare(iter([b"%040d\n" % n for n in range(rows)]), ASKED, file, time.monotonic() + 60)
    path.write_bytes(file.getvalue())
    return made


def test_what_the_engine_is_at_ends_in_time(tmp_path: Path) -> None:
    made = _made(tmp_path / "rows", 200_000)
    query = expression.parse(f"SELECT COUNT(*) FROM S3Object s WHERE {WORK}")
    began = time.monotonic()
    running = Running(tmp_path / "rows", ASKED, began + 0.2)

    assert code_of(lambda: running.begin(query, made, datetime.now(UTC))) == "Busy"
    assert time.monotonic() - began < 5, "the query was not stopped"
    running.close()


def test_rows_are_told_in_time_only(tmp_path: Path) -> None:
    made = _made(tmp_path / "rows", 3)
    until = time.monotonic() + 60
    running = Running(tmp_path / "rows", ASKED, until)
    running.begin(expression.parse("SELECT * FROM S3Object"), made, datetime.now(UTC))
    running._until = time.monotonic() - 1

    assert code_of(running.rows) == "Busy"
    running.close()


def test_the_processor_has_more_than_the_clock() -> None:
    """The system's bound ends a process without a word: it is for what looks at no clock."""
    assert bounds.SECONDS < inside.CPU
