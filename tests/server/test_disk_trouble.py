"""Trouble of the disk: full, read-only, damaged. Clear words, nothing stored is lost.

The disks are small file systems in a mount namespace of the test's own, where the system lets a
test make one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from server_ref.commands.serve_arguments import SECRET_VARIABLE
from server_ref.server import S3Server
from server_ref.storage import StoreError
from server_ref.storage.schema import PAGE_SIZE
from tests.clients.optional import missing
from tests.server.conftest import refused

SECRET = "of-the-small-disk"
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$0"'
SERVE = (
    f'exec "{sys.executable}" -m server_ref.commands.serve --port 0 --access-key AKIAME'
    ' --data "$0/s3"'
)


def _may_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*NAMESPACE, MOUNT, str(folder), "1m"], capture_output=True, check=False)
    return tried.returncode == 0


@contextmanager
def serving(folder: Path, script: str, size: str) -> Iterator[tuple[Any, Path]]:
    """A client of a server whose data lies on its own small disk, and the server's log."""
    if not _may_mount(folder):
        missing("this system lets no test mount a small disk (unshare --user --mount)")
    log = folder.parent / "server.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*NAMESPACE, script, str(folder), size],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, SECRET_VARIABLE: SECRET},
        )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[2]
        yield (
            boto3.client(
                "s3",
                endpoint_url=url,
                region_name="us-east-1",
                aws_access_key_id="AKIAME",
                aws_secret_access_key=SECRET,
                config=Config(retries={"total_max_attempts": 1}),
            ),
            log,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def contents(s3: Any, bucket: str) -> dict[str, bytes]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def fill(s3: Any, body: bytes, prefix: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Put until it is refused: what was acknowledged, and the refusal."""
    kept: dict[str, bytes] = {}
    for number in range(20_000):
        key, wanted = f"{prefix}-{number}", str(number).encode() + body
        try:
            s3.put_object(Bucket="full", Key=key, Body=wanted)
        except s3.exceptions.ClientError:
            return kept, refused(s3.put_object, Bucket="full", Key=key, Body=wanted)
        kept[key] = wanted
    raise AssertionError("a disk of 12 MiB took 20,000 objects")


def test_a_full_disk_refuses_writes_and_keeps_what_it_has(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    with serving(folder, f"{MOUNT} && {SERVE}", "12m") as (s3, log):
        s3.create_bucket(Bucket="full")
        large, no_file = fill(s3, bytes(900_000), "large")
        small, no_row = fill(s3, bytes(9_000), "small")

        for error in (no_file, no_row):
            assert (error["Status"], error["Code"]) == (503, "ServiceUnavailable")
        assert "No space left on device" in no_file["Message"]
        assert "the disk is full" in no_row["Message"]
        assert contents(s3, "full") == {**large, **small}
    assert "the store is in trouble: the database: the disk is full: free some space" in (
        log.read_text()
    )


def test_from_a_full_disk_things_are_taken_away(tmp_path: Path) -> None:
    """What is set aside is for deletes: nobody else takes it, and they make space."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with serving(folder, f"{MOUNT} && {SERVE}", "12m") as (s3, _):
        s3.create_bucket(Bucket="full")
        large, _ = fill(s3, bytes(900_000), "large")
        small, _ = fill(s3, bytes(9_000), "small")
        for key in list(small)[:3]:
            s3.delete_object(Bucket="full", Key=key)
            del small[key]
            for _ in range(20):  # until there is space for what is set aside, nothing is written
                refused(s3.put_object, Bucket="full", Key="greedy", Body=bytes(900_000))
        for key in list(large)[:3]:
            s3.delete_objects(Bucket="full", Delete={"Objects": [{"Key": key}]})
            del large[key]
        s3.put_object(Bucket="full", Key="new", Body=bytes(900_000))
        assert contents(s3, "full") == {**large, **small, "new": bytes(900_000)}


FILLING = """
import os, subprocess, sys, boto3
server = subprocess.Popen(["sh", "-c", sys.argv[2], sys.argv[1]], stdout=subprocess.PIPE, text=True)
s3 = boto3.client("s3", endpoint_url=server.stdout.readline().split()[2], region_name="us-east-1",
                  aws_access_key_id="AKIAME", aws_secret_access_key=os.environ[sys.argv[3]])
s3.create_bucket(Bucket="full")
for number in range(3):
    s3.put_object(Bucket="full", Key=str(number), Body=bytes(900_000))
server.terminate()
server.communicate(timeout=30)
try:
    with open(sys.argv[1] + "/filler", "wb") as filler:
        while True:
            filler.write(bytes(4096))
            filler.flush()
except OSError:
    pass
"""


def test_a_start_on_a_full_disk(tmp_path: Path) -> None:
    """Others took the space while the server was down; it starts, and things can be deleted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    (tmp_path / "fill.py").write_text(FILLING)
    (tmp_path / "serve.sh").write_text(SERVE)
    fills = f'"{sys.executable}" {tmp_path}/fill.py "$0" "$(cat {tmp_path}/serve.sh)"'
    script = f"{MOUNT} && {fills} {SECRET_VARIABLE} && {SERVE}"
    with serving(folder, script, "12m") as (s3, _):
        error = refused(s3.put_object, Bucket="full", Key="more", Body=bytes(900_000))
        assert (error["Status"], error["Code"]) == (503, "ServiceUnavailable")
        s3.delete_object(Bucket="full", Key="0")
        s3.delete_object(Bucket="full", Key="1")
        s3.put_object(Bucket="full", Key="new", Body=b"new")
        assert contents(s3, "full") == {"2": bytes(900_000), "new": b"new"}


def test_a_read_only_disk_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _may_mount(folder):
        missing("this system lets no test mount a small disk (unshare --user --mount)")
    script = f'{MOUNT} && mkdir "$0/s3" && mount -o remount,ro "$0" && {SERVE}'
    ended = subprocess.run(
        [*NAMESPACE, script, str(folder), "1m"],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        env={**os.environ, SECRET_VARIABLE: SECRET},
    )
    assert ended.returncode == 4
    assert "Read-only file system; give this user write permission or name another" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture
def written(tmp_path: Path) -> dict[str, bytes]:
    """A data directory with a database of many pages, and what is in it."""
    wanted = {f"key-{n:04}": str(n).encode() * 1000 for n in range(300)}
    with S3Server(data=tmp_path, durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="kept")
        for key, body in wanted.items():
            s3.put_object(Bucket="kept", Key=key, Body=body)
    return wanted


def test_a_damaged_page_costs_what_is_on_it(
    tmp_path: Path, written: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "s3.sqlite"
    whole = database.read_bytes()
    page = next(
        at
        for at in range(len(whole) // 2 // PAGE_SIZE * PAGE_SIZE, len(whole), PAGE_SIZE)
        if whole[at] in (0x0D, 0x0A)  # a leaf
    )
    damaged = bytearray(whole)
    damaged[page : page + PAGE_SIZE] = b"\xee" * PAGE_SIZE
    database.write_bytes(damaged)

    lost, read = [], 0
    with S3Server(data=tmp_path) as server:
        config = Config(retries={"total_max_attempts": 1})
        s3 = boto3.client("s3", config=config, **server.client_kwargs)
        for key, body in written.items():
            try:
                assert s3.get_object(Bucket="kept", Key=key)["Body"].read() == body
                read += 1
            except s3.exceptions.ClientError as error:
                lost.append(error.response)

    assert read + len(lost) == len(written)
    assert 0 < len(lost) < len(written) / 2
    for response in lost:
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 503
        assert response["Error"]["Code"] == "ServiceUnavailable"
        assert "it is damaged" in response["Error"]["Message"]
    assert "restore it from a backup" in caplog.text


def test_a_missing_file_costs_its_object_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with S3Server(data=tmp_path, durability="relaxed") as server:
        config = Config(retries={"total_max_attempts": 1})
        s3 = boto3.client("s3", config=config, **server.client_kwargs)
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="lost", Body=bytes(100_000))
        (file,) = (found for found in (tmp_path / "bodies").rglob("*") if found.is_file())
        s3.put_object(Bucket="kept", Key="there", Body=bytes(100_000))
        file.unlink()

        for _ in range(2):
            error = refused(s3.get_object, Bucket="kept", Key="lost")
            assert (error["Status"], error["Code"]) == (503, "ServiceUnavailable")
        assert s3.get_object(Bucket="kept", Key="there")["Body"].read() == bytes(100_000)
    assert "a body of 'lost' is gone" in caplog.text


def test_half_a_database_is_refused(tmp_path: Path, written: dict[str, bytes]) -> None:
    database = tmp_path / "s3.sqlite"
    whole = database.read_bytes()
    database.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StoreError, match="damaged: restore it from a backup"):
        S3Server(data=tmp_path).start()

    assert database.stat().st_size >= len(whole) // 2
    assert written
