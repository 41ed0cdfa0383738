"""The time a query has: the engine keeps to it while it works, and between two fetches of rows."""

from __future__ import annotations

import io
import subprocess
import sys
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
# each record is looked for in each pattern: more than a second of a fast machine
WORK = " AND ".join(f"s._1 NOT LIKE '%{n}%x%{n}%'" for n in range(400))


def _made(path: Path, rows: int) -> Prepared:
    file = io.BytesIO()
    made = prepare(iter([b"%040d\n" % n for n in range(rows)]), ASKED, file, time.monotonic() + 60)
    path.write_bytes(file.getvalue())
    return made


def test_what_the_engine_is_at_ends_in_time(tmp_path: Path) -> None:
    made = _made(tmp_path / "rows", 200_000)
    query = expression.parse(f"SELECT COUNT(*) FROM S3Object s WHERE {WORK}")
    began = time.monotonic()
    running = Running(tmp_path / "rows", ASKED, began + 0.1)

    assert code_of(lambda: running.begin(query, made, datetime.now(UTC))) == "Busy"
    assert time.monotonic() - began < 5, "the query was not stopped"
    running.close()


def test_a_query_that_comes_too_late_is_not_begun(tmp_path: Path) -> None:
    """An interrupt before it begins is not heard."""
    made = _made(tmp_path / "rows", 3)
    running = Running(tmp_path / "rows", ASKED, time.monotonic() + 60)
    running._until = time.monotonic() - 1
    query = expression.parse("SELECT * FROM S3Object")

    assert code_of(lambda: running.begin(query, made, datetime.now(UTC))) == "Busy"
    running.close()


def test_rows_are_told_in_time_only(tmp_path: Path) -> None:
    made = _made(tmp_path / "rows", 3)
    until = time.monotonic() + 60
    running = Running(tmp_path / "rows", ASKED, until)
    running.begin(expression.parse("SELECT * FROM S3Object"), made, datetime.now(UTC))
    running._until = time.monotonic() - 1

    assert code_of(running.rows) == "Busy"
    running.close()


LARGE = """
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from server_ref.select import expression
from server_ref.select.engine import Running
from server_ref.select.intake import Prepared
from tests.server.select.test_bounds import ASKED


def addresses(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))


before = addresses("VmSize")
running = Running(Path(sys.argv[1]), ASKED, time.monotonic() + 600)
query = expression.parse("SELECT COUNT(*) FROM S3Object")
running.begin(query, Prepared(2, None, 0, 0), datetime.now(UTC))
print(running.rows()[0][0], addresses("VmPeak") - before)
"""


def test_a_large_object_is_well_within_the_bound_of_memory(tmp_path: Path) -> None:
    """DuckDB takes more addresses for a large file, up to a point; threads and chance take some."""
    block = b'"1234567","name890"\n' * 1_000_000
    path = tmp_path / "rows"
    with path.open("wb") as file:
        for _ in range(16):
            file.write(block)

    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    count, taken = map(int, done.stdout.splitlines()[-1].split())  # DuckDB tells its progress
    assert count == 16_000_000
    assert taken < 0.85 * inside.SPARE_MEMORY


def test_the_processor_has_more_than_the_clock() -> None:
    """The system's bound ends a process without a word: it is for what looks at no clock."""
    assert bounds.SECONDS < inside.CPU
