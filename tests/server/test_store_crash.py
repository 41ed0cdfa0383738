"""What the store promises when its process is killed: nothing acknowledged is lost or half kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server_ref.settings import Settings
from server_ref.storage import Store, StoreError, schema
from server_ref.storage.reading import blocks
from server_ref.storage.records import Bucket
from tests.server.storing import content, put

ROOT = Path(__file__).parents[2]


def store_until_killed(data: Path, first: int, enough: int) -> int:
    """Run the writer, kill -9 it after ``enough`` acknowledgements; the last number it told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.server.storing", str(data), str(first)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stdout is not None
    last = -1
    for line in process.stdout:
        last = int(line)
        if last >= first + enough:
            process.kill()
            break
    for line in process.stdout:  # what it told before it died counts as well
        last = int(line) if line.endswith("\n") else last
    process.wait()
    process.stdout.close()
    assert last >= first + enough, "the writer died by itself"
    return last


def read(store: Store, key: str) -> bytes:
    """The whole object."""
    bucket = store.bucket("bck")

    def whole(version):  # type: ignore[no-untyped-def]  # a Version to (start, length)
        assert version is not None, f"{key} is lost"
        return 0, version.size

    _, payload = store.open(bucket, key, None, whole)
    return b"".join(blocks(payload))


def test_killed_again_and_again_it_loses_nothing_and_leaves_no_orphan(tmp_path: Path) -> None:
    first, acknowledged = 0, []
    for enough in (3, 11, 24):
        last = store_until_killed(tmp_path, first, enough)
        acknowledged += range(first, last + 1)
        first = last + 1000

    store = Store(tmp_path, Settings())
    try:
        store.swept()
        for number in acknowledged:
            assert read(store, f"key-{number}") == content(number)
        assert read(store, "overwritten").rstrip(b".").isdigit()
        with store.reader() as reader:
            named = {row[0] for row in reader.execute("SELECT file FROM blob WHERE file NOT NULL")}
        assert {path.name for path in (tmp_path / "bodies").rglob("*-*")} == named
        assert not list((tmp_path / "incoming").iterdir())
    finally:
        store.close()


def test_a_second_server_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path, Settings())
    with pytest.raises(StoreError, match="in use by another server"):
        Store(tmp_path, Settings())
    store.close()
    Store(tmp_path, Settings()).close()


def test_a_directory_of_another_schema_version_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path, Settings())
    store.write(lambda tx: tx.execute("UPDATE meta SET value = 999 WHERE name = 'schema'"))
    store.close()
    with pytest.raises(StoreError, match="schema version 999"):
        Store(tmp_path, Settings())


def test_a_database_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "s3.sqlite").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError, match="not a database: use another data directory"):
        Store(tmp_path, Settings())


def test_a_running_read_survives_overwrite_and_delete(tmp_path: Path) -> None:
    store = Store(tmp_path, Settings())
    try:
        from server_ref.storage.records import Bucket

        made = Bucket(0, "bck", "o" * 64, "us-east-1", 0, "", False)
        bucket = store.create_bucket(made, {})
        put(store, bucket, "key", content(1))
        _, payload = store.open(bucket, "key", None, lambda version: (0, version.size))
        put(store, bucket, "key", content(3))
        assert b"".join(blocks(payload)) == content(1)
        store.swept()
        assert len([*(tmp_path / "bodies").rglob("*-*")]) == 1
    finally:
        store.close()


def test_a_directory_of_an_older_version_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, Settings())
    store.create_bucket(Bucket(0, "kept", "o" * 64, "us-east-1", 0, "", False), {})
    store.close()
    before = schema.SCHEMA_VERSION
    steps = (*schema._STEPS, "CREATE TABLE added (id INTEGER PRIMARY KEY);")
    monkeypatch.setattr(schema, "_STEPS", steps)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", before + 1)

    connection, _ = schema.prepare(tmp_path / "s3.sqlite", durable=True)

    assert connection.execute("SELECT count(*) FROM added").fetchone() == (0,)
    assert connection.execute("SELECT name FROM bucket").fetchone() == ("kept",)
    found = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    assert found == (before + 1,)
    connection.close()
