"""A store: nothing is lost, adding twice and at once is no matter, a broken-off writer is none."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")

import duckdb
from pyarrow import parquet

from conformance.model import Outcome, Result, RunLog, Shard, read_run_log
from conformance.model.lines import compress
from conformance.model.merging import whole_runs
from matrix import load_matrix
from reports.store.adding import add, write_table
from reports.store.asking import Answer, ask
from reports.store.columns import FORMAT, RUNS
from reports.store.errors import StoreError
from reports.store.places import Bucket, Folder, mirrored, place_of
from reports.store.reading import opened
from reports.store.tables import digest, stored_run
from s3compat.commands import history
from server_ref.server import S3Server
from tests.reports import synthetic

GROUP_OF = load_matrix().group_of
ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "store")


@pytest.fixture
def log(tmp_path: Path) -> RunLog:
    results = synthetic.ordinary()[:200] + synthetic.every_outcome() + synthetic.hostile()
    return synthetic.write_log(tmp_path / "run.jsonl", results)


@contextmanager
def reading(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    with opened(root, scratch) as connection:
        yield connection


def asked(root: Path, sql: str, **bounds: Any) -> Answer:
    with reading(root) as connection:
        return ask(connection, sql, **{"rows": 10_000, "seconds": 60, **bounds})


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_no_outcome_expectation_or_explanation_is_lost(store: Folder, log: RunLog) -> None:
    run, new = add(log, store, GROUP_OF)
    assert new
    names = [field for field in Result.__struct_fields__ if field != "calls"]
    columns = ", ".join(f'"{name}"' for name in names)
    answer = asked(store.root, f"SELECT {columns} FROM outcomes")
    back = {
        one.id: one
        for one in (
            msgspec.convert(dict(zip(names, row, strict=True)), Result) for row in answer.rows
        )
    }
    assert back == {one.id: msgspec.structs.replace(one, calls=()) for one in log.results}
    [(header,)] = asked(
        store.root, "SELECT (run_id, url, profile, planned, clients) FROM runs"
    ).rows
    told = log.header
    assert tuple(header) == (told.run_id, told.url, told.profile, told.planned, told.clients)
    kept = read_run_log(store.root / run.log_path)
    assert (kept.header, kept.results, kept.footer) == (log.header, log.results, log.footer)


def test_causes_and_verdict_are_kept(store: Folder, log: RunLog) -> None:
    add(log, store, GROUP_OF)
    rows = asked(store.root, "SELECT bad, cause IS NULL, count(*) FROM outcomes GROUP BY ALL").rows
    assert {(bad, none) for bad, none, _ in rows} == {(True, False), (False, True)}
    [(lost, code)] = asked(store.root, "SELECT lost, exit_code FROM runs").rows
    assert (lost, code) == (1, 4)


def test_adding_twice_changes_nothing_however_the_log_was_kept(
    store: Folder, log: RunLog, tmp_path: Path
) -> None:
    add(log, store, GROUP_OF)
    before = files(store.root)
    compress(log.path, tmp_path / "kept.jsonl.zst")
    for again in (log, read_run_log(tmp_path / "kept.jsonl.zst")):
        assert add(again, store, GROUP_OF)[1] is False
    assert files(store.root) == before
    assert len(before) == 3


def test_what_is_there_already_is_not_worked_out_again(
    store: Folder, log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, new = add(log, store, GROUP_OF)
    assert new

    def judged(*_: object) -> None:
        raise AssertionError("the run is there: nothing of it needs to be judged")

    monkeypatch.setattr("reports.store.tables.judge", judged)
    monkeypatch.setattr("reports.store.tables.causes", judged)
    run, new = add(log, store, GROUP_OF)
    assert not new and store.has(run.path("runs"))


def test_a_run_with_a_time_that_is_none_leaves_nothing_behind(
    store: Folder, tmp_path: Path
) -> None:
    path = tmp_path / "odd.jsonl"
    log = synthetic.write_log(path, synthetic.every_outcome())
    assert log.footer is not None
    odd = dataclasses.replace(log, footer=msgspec.structs.replace(log.footer, finished="soon"))
    with pytest.raises(StoreError, match="ISO 8601"):
        add(odd, store, GROUP_OF)
    assert not list(store.root.rglob("*"))


def test_shards_in_any_order_are_one_run(tmp_path: Path) -> None:
    results = synthetic.ordinary()[:30]
    shards = [
        synthetic.write_log(
            tmp_path / f"{n}.jsonl",
            results[n - 1 :: 3],
            run_id=f"26112704000{n}-abcd",
            shard=Shard(n, 3, 30, "p"),
        )
        for n in (1, 2, 3)
    ]
    [one], [other] = whole_runs(shards), whole_runs(reversed(shards))
    assert digest(one) == digest(other)


def test_a_run_added_while_it_goes_on_counts_once_when_it_is_done(
    store: Folder, tmp_path: Path
) -> None:
    results = synthetic.ordinary()[:20]
    for count, footer in ((5, False), (20, True), (12, False)):
        path = tmp_path / f"{count}.jsonl"
        half = synthetic.write_log(path, results[:count], footer=footer, planned=20)
        add(half, store, GROUP_OF)
    assert asked(store.root, "SELECT outcomes, ended_by FROM runs").rows == [(20, "finished")]
    assert asked(store.root, "SELECT count(*) FROM outcomes").rows == [(20,)]


@pytest.mark.parametrize(
    "label",
    ["../../../etc", "a/b", "..", "x" * 400, "日本 \u202e", "a=b", "Größe %2e%2e", "*[a]?", "'"],
)
def test_any_name_of_an_endpoint_stays_in_the_store(
    label: str, store: Folder, tmp_path: Path
) -> None:
    log = synthetic.write_log(tmp_path / "run.jsonl", synthetic.every_outcome(), endpoint=label)
    add(log, store, GROUP_OF)
    assert all(len(Path(name).parts) == 4 for name in files(store.root))
    assert {path.name for path in tmp_path.iterdir()} == {"store", "run.jsonl"}
    assert asked(store.root, "SELECT DISTINCT endpoint FROM outcomes").rows == [(label,)]


def test_a_root_with_the_signs_of_a_pattern(tmp_path: Path, log: RunLog) -> None:
    store = Folder(tmp_path / "a[b]*'c")
    add(log, store, GROUP_OF)
    assert asked(store.root, "SELECT count(*) FROM outcomes").rows == [(len(log.results),)]


# --------------------------------------------------------------------------- writers

_ADD = """
import os, signal, sys
from pathlib import Path
from conformance.model import read_run_log
from matrix import load_matrix
from reports.store import adding
from reports.store.places import Folder
left = int(sys.argv[2])
class Dying(Folder):
    def write(self, name, source):
        global left
        if left == 0:
            half = source.read_bytes()[: source.stat().st_size // 2]
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.with_name("." + target.name + ".x.part").write_bytes(half)
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        super().write(name, source)
for path in sys.argv[3:]:
    adding.add(read_run_log(Path(path)), Dying(Path(sys.argv[1])), load_matrix().group_of)
"""


def adding(store: Folder, die_at: int, *logs: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", _ADD, str(store.root), str(die_at), *map(str, logs)]
    return subprocess.Popen(words, cwd=ROOT)


@pytest.mark.parametrize("die_at", [0, 1, 2])
def test_a_killed_writer_leaves_a_readable_store_and_is_done_again(
    die_at: int, store: Folder, log: RunLog, tmp_path: Path
) -> None:
    other = synthetic.write_log(tmp_path / "other.jsonl", synthetic.every_outcome(), endpoint="b")
    add(other, store, GROUP_OF)
    assert adding(store, die_at, log.path).wait(timeout=60) == -signal.SIGKILL
    assert asked(store.root, "SELECT DISTINCT endpoint FROM outcomes").rows == [("b",)]
    assert asked(store.root, "SELECT count(*) FROM runs").rows == [(1,)]
    assert add(log, store, GROUP_OF)[1]
    assert asked(store.root, "SELECT count(*) FROM runs").rows == [(2,)]


def test_two_writers_at_once_lose_nothing(store: Folder, tmp_path: Path) -> None:
    logs = [
        synthetic.write_log(
            tmp_path / f"{n}.jsonl", synthetic.every_outcome(), run_id=f"26112704{n:04}-abcd"
        ).path
        for n in range(12)
    ]
    writers = [adding(store, -1, *logs[:8]), adding(store, -1, *reversed(logs[4:]))]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert asked(store.root, "SELECT count(*), count(DISTINCT run_id) FROM runs").rows == [(12, 12)]
    assert len(files(store.root)) == 36, "nothing half-written stays"


# --------------------------------------------------------------------------- versions


def test_a_store_of_an_older_version_is_read(store: Folder, log: RunLog, tmp_path: Path) -> None:
    """As one that had fewer columns and one more, beside one of today."""
    old = stored_run(log, GROUP_OF)
    younger = ["in_group", "cause_title", "weight", "severity", "details"]
    outcomes = old.outcomes.drop_columns(younger).append_column("gone", old.outcomes["client"])
    for table, rows in (("outcomes", outcomes), ("runs", old.run.drop_columns(["server", "lost"]))):
        path = store.root / old.path(table)
        path.parent.mkdir(parents=True)
        write_table(rows, path)
    expected = len(log.results)
    sql = "SELECT count(*), count(in_group), count(weight), max(details), any_value(severity)"
    assert asked(store.root, f"{sql} FROM outcomes").rows == [(expected, expected, 0, 0, "")]
    today = synthetic.write_log(tmp_path / "new.jsonl", synthetic.every_outcome(), endpoint="new")
    add(today, store, GROUP_OF)
    counted = "SELECT endpoint, count(*), count(weight) > 0 FROM outcomes GROUP BY 1 ORDER BY 1"
    assert asked(store.root, counted).rows == [
        ("new", len(today.results), True),
        (log.header.endpoint, expected, False),
    ]


def test_a_store_of_a_newer_version_is_refused(store: Folder, log: RunLog) -> None:
    run, _ = add(log, store, GROUP_OF)
    path = store.root / run.path("runs")
    rows = parquet.read_table(path).to_pylist()
    rows[0]["format"] = FORMAT + 1
    write_table(RUNS.empty_table().from_pylist(rows, schema=RUNS), path)
    with pytest.raises(StoreError, match="newer s3compat"):
        asked(store.root, "SELECT 1 FROM runs")


def test_a_folder_without_runs_is_said(store: Folder) -> None:
    with pytest.raises(StoreError, match="no run is in this store"):
        asked(store.root, "SELECT 1")


# --------------------------------------------------------------------------- questions


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE runs",
        "COPY runs TO '{root}/x.csv'",
        "INSERT INTO runs SELECT * FROM runs",
        "ATTACH '{root}/x.db'",
        "INSTALL httpfs",
        "SET memory_limit = '90GB'",
        "PRAGMA memory_limit = '90GB'",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('https://127.0.0.1:1/x')",
        "SELECT nothing FROM runs",
        "not SQL",
        "",
    ],
)
def test_a_question_only_reads_the_store(sql: str, store: Folder, log: RunLog) -> None:
    add(log, store, GROUP_OF)
    before = files(store.root)
    with pytest.raises(StoreError):
        asked(store.root, sql.format(root=store.root))
    assert files(store.root) == before


def test_an_answer_is_bounded(store: Folder, log: RunLog) -> None:
    add(log, store, GROUP_OF)
    answer = asked(store.root, "SELECT range FROM range(100_000_000)", rows=3)
    assert answer.more and len(answer.rows) == 3
    endless = (
        "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE a.range != b.range"
    )
    with pytest.raises(StoreError, match=r"within 0\.3 s"):
        asked(store.root, endless, seconds=0.3)


# --------------------------------------------------------------------------- buckets


def test_a_store_in_a_bucket(log: RunLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with S3Server() as server:
        key = server.credentials[0]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.secret_key)
        monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))
        import boto3

        boto3.client("s3", **server.client_kwargs).create_bucket(Bucket="runs")
        place = place_of("s3://runs/of/ours", server.url)
        assert place.names("runs") == []
        run, new = add(log, place, GROUP_OF)
        assert new and not add(log, place, GROUP_OF)[1]
        mirror = mirrored(place, tmp_path / "mirror")
        assert asked(mirror, "SELECT count(*) FROM outcomes").rows == [(len(log.results),)]
        place.fetch(run.log_path, tmp_path / "back.jsonl.zst")
        assert read_run_log(tmp_path / "back.jsonl.zst").results == log.results

        other = synthetic.write_log(tmp_path / "b.jsonl", synthetic.every_outcome(), endpoint="b")
        words = ["--store", "s3://runs/of/ours", "--store-endpoint", server.url]
        done = command("add", str(other.path), *words)
        assert done.returncode == 0, done.stderr
        done = command("query", "SELECT endpoint FROM runs ORDER BY 1", *words, "--format", "csv")
        assert done.stdout.split() == ["endpoint", *sorted(["b", log.header.endpoint])] or (
            set(done.stdout.splitlines()) == {"endpoint", "b", log.header.endpoint}
        )
        assert key.secret_key not in done.stdout + done.stderr
        missing = command("query", "SELECT 1", "--store", "s3://none", *words[2:])
        assert missing.returncode == 2
        assert "no run is in this store" in missing.stderr or "bucket" in missing.stderr


@pytest.mark.parametrize(
    "store", ["s3://", "s3://key:secret@bucket", "https://bucket", "s3://b/x?scheme=http"]
)
def test_a_store_that_cannot_be_is_refused(store: str) -> None:
    with pytest.raises(StoreError) as said:
        place_of(store)
    assert "secret" not in str(said.value)


def test_an_endpoint_that_cannot_be_is_refused() -> None:
    with pytest.raises(StoreError, match="no endpoint"):
        Bucket("s3://b", "localhost:9000", "us-east-1")


# --------------------------------------------------------------------------- the command


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "s3compat", "history", *words],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_command_adds_and_asks(store: Folder, log: RunLog) -> None:
    done = command("add", str(log.path), "--store", str(store.root))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("added  ")
    assert command("add", str(log.path), "--store", str(store.root)).stdout.startswith(
        "already there  "
    )
    sql = "SELECT outcome, count(*) AS n FROM outcomes GROUP BY 1"
    done = command("query", sql, "--store", str(store.root), "--format", "json")
    found = dict(tuple(msgspec.json.decode(line).values()) for line in done.stdout.splitlines())
    assert found[Outcome.FAIL] == sum(one.outcome is Outcome.FAIL for one in log.results)
    hostile = command("query", "SELECT reason FROM outcomes", "--store", str(store.root))
    assert hostile.returncode == 0
    assert not set(hostile.stdout) & set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"footer": False}, 4, "  this run did not reach its end: it crashed\n"),
        ({"ended_by": "interrupted"}, 4, "  this run did not reach its end: interrupted\n"),
        ({}, 0, ""),
    ],
)
def test_the_command_says_that_a_run_did_not_end(
    changes: dict[str, Any],
    code: int,
    said: str,
    store: Folder,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = synthetic.write_log(tmp_path / "c.jsonl", synthetic.every_outcome(), **changes)
    assert history.main(["add", str(log.path), "--store", str(store.root)]) == code
    assert capsys.readouterr().err == said
