"""The journal, and cleaning up from it: only names of its run, and all of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest

from conformance.run.journal import (
    Journal,
    JournalError,
    JournalHeader,
    bucket_prefix,
    new_run_id,
    read_journal,
)
from s3compat.cli import main
from server_ref.server import S3Server

RUN = "260224031500-5f0c"
HEADER = JournalHeader(RUN, "http://127.0.0.1:1", "us-east-1", "path", "aws")


def test_what_is_named_and_not_removed_is_open(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", HEADER)
    for name in ("a", "b", "c"):
        journal.name(bucket_prefix(RUN) + name)
    journal.removed(bucket_prefix(RUN) + "b")
    journal.close()
    read = read_journal(tmp_path / "j")
    assert read.header == HEADER
    assert read.open == (bucket_prefix(RUN) + "a", bucket_prefix(RUN) + "c")


def test_a_name_of_another_run_is_not_taken(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", HEADER)
    with pytest.raises(JournalError, match="not a name of run"):
        journal.name("somebody-elses-bucket")
    journal.close()


def test_a_line_cut_short_is_dropped(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path / "j", HEADER)
    journal.name(bucket_prefix(RUN) + "a")
    journal.close()
    with (tmp_path / "j").open("ab") as file:
        file.write(b'{"kind":"bucket","buck')
    assert read_journal(tmp_path / "j").open == (bucket_prefix(RUN) + "a",)


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"nonsense\n",
        b'{"kind":"bucket","bucket":"s3compat-260224031500-5f0c-1"}\n',
        b'{"kind":"journal","run_id":"","url":"u","region":"r","addressing":"path",'
        b'"profile":"aws"}\n',
        b'{"kind":"journal","run_id":"260224031500-5f0c","url":"u","region":"r",'
        b'"addressing":"path","profile":"aws"}\n{"kind":"bucket","bucket":"precious"}\n',
    ],
)
def test_what_no_run_wrote_is_refused(tmp_path: Path, lines: bytes) -> None:
    (tmp_path / "j").write_bytes(lines)
    with pytest.raises(JournalError):
        read_journal(tmp_path / "j")


def test_run_ids_differ_and_fit_a_bucket_name() -> None:
    names = {bucket_prefix(new_run_id()) + "gw12-12345" for _ in range(50)}
    assert len(names) > 1
    assert max(map(len, names)) <= 63


@pytest.fixture
def s3(server: S3Server) -> Any:
    return boto3.client("s3", **server.client_kwargs)


def test_clean_removes_everything_of_the_run_and_nothing_else(
    server: S3Server,
    s3: Any,
    keys: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    run_id = new_run_id()
    plain, versioned, locked = (f"{bucket_prefix(run_id)}{kind}" for kind in "pvl")
    foreign = f"foreign-{run_id}"
    for name in (plain, versioned, foreign):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"x")
    s3.create_multipart_upload(Bucket=plain, Key="never finished")
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=versioned, Key="k", Body=body)
    s3.delete_object(Bucket=versioned, Key="k")
    s3.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=locked, Key="held", Body=b"x", ObjectLockLegalHoldStatus="ON")
    journal = Journal.start(
        tmp_path / "journal.jsonl",
        JournalHeader(run_id, server.url, server.region, "path", "aws", credentials="env:AWS_"),
    )
    for name in (plain, versioned, locked, f"{bucket_prefix(run_id)}never-made"):
        journal.name(name)
    journal.close()

    assert main(["clean", str(tmp_path), "--dry-run"]) == 0
    assert plain in capsys.readouterr().out
    assert main(["clean", str(tmp_path)]) == 0

    there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert foreign in there
    assert not {name for name in there if name.startswith(bucket_prefix(run_id))}
    capsys.readouterr()
    assert main(["clean", str(tmp_path)]) == 0
    assert "nothing to clean" in capsys.readouterr().out


@pytest.mark.parametrize("ephemeral", [True, False])
def test_a_journal_of_a_server_that_went_with_its_run_asks_for_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ephemeral: bool
) -> None:
    header = msgspec.structs.replace(HEADER, ephemeral=ephemeral)
    journal = Journal.start(tmp_path / "journal.jsonl", header)
    journal.name(bucket_prefix(RUN) + "a")
    journal.close()
    assert main(["clean", str(tmp_path), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert ("nothing to clean" in said) is ephemeral
    assert (f"would remove s3://{bucket_prefix(RUN)}a" in said) is not ephemeral


@pytest.fixture
def held(
    server: S3Server, s3: Any, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The run id of a journal of four names, beside it: two there, one kept by a lock, one not."""
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    run_id = new_run_id()
    names = [f"{bucket_prefix(run_id)}{kind}" for kind in ("one", "two", "kept", "never-made")]
    for name in names[:2]:
        s3.create_bucket(Bucket=name)
    s3.create_bucket(Bucket=names[2], ObjectLockEnabledForBucket=True)
    until = datetime.now(UTC) + timedelta(days=1)
    lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
    s3.put_object(Bucket=names[2], Key="k", Body=b"x", **lock)
    header = JournalHeader(run_id, server.url, server.region, "path", "aws", credentials="env:AWS_")
    journal = Journal.start(tmp_path / "journal.jsonl", header)
    for name in names:
        journal.name(name)
    journal.close()
    yield run_id


def test_clean_counts_what_is_gone_and_names_what_is_not(
    held: str, s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clean", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"run {held}: 4 buckets may still exist" in said
    assert f"not removed: s3://{bucket_prefix(held)}kept" in said
    assert "  3 of 4 buckets are gone now\n" in said
    assert read_journal(tmp_path / "journal.jsonl").open == (f"{bucket_prefix(held)}kept",)
    there = [one["Name"] for one in s3.list_buckets(Prefix=bucket_prefix(held))["Buckets"]]
    assert there == [f"{bucket_prefix(held)}kept"]


def test_clean_after_kill_9(
    server: S3Server, s3: Any, keys: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "s3compat", "run", "--endpoint", server.url]
    command += ["--clients", "raw", "--workers", "1"]  # long enough to be killed in its middle
    command += ["--out", str(tmp_path / "out"), "--no-report"]
    run = subprocess.Popen(
        command,
        env={**os.environ, **keys},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    journal = tmp_path / "out" / "journal.jsonl"
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        os.killpg(run.pid, signal.SIGSTOP)  # it removes nothing while the journal is read
        if (
            journal.exists()
            and journal.read_bytes().count(b"\n") > 1
            and read_journal(journal).open
        ):
            break
        os.killpg(run.pid, signal.SIGCONT)
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    left = read_journal(tmp_path / "out" / "journal.jsonl")
    assert left.open

    done = subprocess.run(
        [sys.executable, "-m", "s3compat", "clean", str(tmp_path / "out")],
        env={**os.environ, **keys},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    prefix = bucket_prefix(left.header.run_id)
    there = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert not [name for name in there if name.startswith(prefix)]
