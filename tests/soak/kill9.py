"""Crash safety: kill -9 a server under a mixed write load, start it again, and check every promise.

    python tests/soak/kill9.py --kills 1000

After each restart every acknowledged write is there and whole, and a write that was under way is
either all there or not at all. Bounded in kills and time; loopback only; kills only its own server.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

ACCESS_KEY, SECRET_KEY = "AKIASOAKSOAKSOAKSOAK", "soak-only-secret"
PLAIN, VERSIONED = "soak-plain", "soak-versioned"
SIZES = (0, 700, 20_000, 300_000)  # inline in the database, and in files
PART = 5 * 1024 * 1024
ABSENT = None
KMS = {"ServerSideEncryption": "aws:kms"}


class BrokenPromiseError(AssertionError):
    """Something acknowledged is gone, or something half-done is visible."""


def content(tag: str, size: int) -> bytes:
    """Bytes that say which write they are from; ``size`` of them."""
    seed = hashlib.sha256(tag.encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


class Server:
    """One server process on one data directory; started and killed again and again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; raises RuntimeError with what it printed if not."""
        log = (self.data.parent / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "s3compat", "serve", "--port", str(self.port)),
                *("--data", str(self.data), "--access-key", ACCESS_KEY, "--log", "off"),
            ],
            env=os.environ | {"S3COMPAT_SECRET_KEY": SECRET_KEY},
            stdout=log,
            stderr=log,
        )
        log.close()
        deadline = time.monotonic() + 120  # a busy machine is no fault of the server
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.01)
        printed = (self.data.parent / "server.log").read_text()[-2000:]
        raise RuntimeError(f"the server did not start again:\n{printed}")

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def client(self) -> Any:
        """A boto3 client that never retries: every acknowledgement is one answer."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                read_timeout=20,
            ),
        )


@dataclass
class Key:
    """What may be under one key: the acknowledged state, and what a write under way would make."""

    name: str
    acknowledged: bytes | None = ABSENT
    pending: list[bytes | None] = field(default_factory=list)

    def allowed(self) -> list[bytes | None]:
        """Every state a reader may see now."""
        return [self.acknowledged, *self.pending]


class Writer:
    """One thread of the load. Its keys are its own, so it knows what each must hold."""

    def __init__(self, number: int, seed: int) -> None:
        self.random = random.Random(seed * 1000 + number)
        self.keys = [Key(f"writer{number}/key{index}") for index in range(8)]
        self.versions: dict[tuple[str, str], bytes] = {}  # (key, version id) -> content
        self.renaming: tuple[Key, Key, bytes] | None = None  # from, to, what is moved
        self.number = number
        self.sequence = 0
        self.acknowledged = 0
        self.kms_key = ""  # the ARN, once an answer has named it

    def load(self, s3: Any, dying: threading.Event) -> None:
        """Write until the server is gone; trouble before that is an error."""
        operations: list[Callable[[Any], None]] = [
            self.put, self.put, self.put, self.copy, self.delete, self.multi_delete,
            self.put_version, self.put_version, self.multipart, self.rename,
            self.update_encryption,
        ]  # fmt: skip
        while True:
            self.sequence += 1
            try:
                self.random.choice(operations)(s3)
            except (BotoCoreError, HTTPClientError):
                if not dying.is_set():
                    raise
                return
            self.acknowledged += 1

    def fresh(self, size: int | None = None) -> bytes:
        """New content, unlike any before."""
        wanted = self.random.choice(SIZES) if size is None else size
        return content(f"{self.number}/{self.sequence}/{self.random.random()}", wanted)

    def change(self, key: Key, new: bytes | None, do: Callable[[], Any]) -> Any:
        """Do a write that makes ``key`` hold ``new``, keeping the books."""
        key.pending = [new]
        answer = do()
        key.acknowledged, key.pending = new, []
        return answer

    def put(self, s3: Any) -> None:
        key, body = self.random.choice(self.keys), self.fresh()
        sealing = self.sealing()
        answer = self.change(
            key, body, lambda: s3.put_object(Bucket=PLAIN, Key=key.name, Body=body, **sealing)
        )
        self.kms_key = answer.get("SSEKMSKeyId", self.kms_key)

    def sealing(self) -> dict[str, str]:
        """In the open, or encrypted at rest."""
        return self.random.choice([{}, {}, KMS])

    def update_encryption(self, s3: Any) -> None:
        key = self.random.choice(self.keys)
        if key.acknowledged is None or not self.kms_key:
            return
        encryption = {"SSEKMS": {"KMSKeyArn": self.kms_key}}
        self.change(
            key,
            key.acknowledged,
            lambda: s3.update_object_encryption(
                Bucket=PLAIN, Key=key.name, ObjectEncryption=encryption
            ),
        )

    def copy(self, s3: Any) -> None:
        source, target = self.random.sample(self.keys, 2)
        if source.acknowledged is None:
            return
        sealing = self.sealing()
        self.change(
            target,
            source.acknowledged,
            lambda: s3.copy_object(
                Bucket=PLAIN,
                Key=target.name,
                CopySource={"Bucket": PLAIN, "Key": source.name},
                **sealing,
            ),
        )

    def rename(self, s3: Any) -> None:
        source, target = self.random.sample(self.keys, 2)
        body = source.acknowledged
        if body is None or body == target.acknowledged:
            return
        source.pending, target.pending = [ABSENT], [body]
        self.renaming = source, target, body
        s3.rename_object(Bucket=PLAIN, Key=target.name, RenameSource=f"{PLAIN}/{source.name}")
        source.acknowledged, source.pending = ABSENT, []
        target.acknowledged, target.pending = body, []
        self.renaming = None

    def delete(self, s3: Any) -> None:
        key = self.random.choice(self.keys)
        self.change(key, ABSENT, lambda: s3.delete_object(Bucket=PLAIN, Key=key.name))

    def multi_delete(self, s3: Any) -> None:
        chosen = self.random.sample(self.keys, 3)
        for key in chosen:
            key.pending = [ABSENT]
        named = {"Objects": [{"Key": key.name} for key in chosen]}
        s3.delete_objects(Bucket=PLAIN, Delete=named)
        for key in chosen:
            key.acknowledged, key.pending = ABSENT, []

    def put_version(self, s3: Any) -> None:
        key, body = f"writer{self.number}/versioned{self.random.randrange(3)}", self.fresh()
        answer = s3.put_object(Bucket=VERSIONED, Key=key, Body=body)
        self.versions[key, answer["VersionId"]] = body

    def multipart(self, s3: Any) -> None:
        key = self.random.choice(self.keys)
        parts = [self.fresh(PART), self.fresh(1000)]
        where = {"Bucket": PLAIN, "Key": key.name}
        upload = s3.create_multipart_upload(**where, **self.sealing())["UploadId"]
        named = []
        for number, part in enumerate(parts, start=1):
            sent = s3.upload_part(**where, UploadId=upload, PartNumber=number, Body=part)
            named.append({"PartNumber": number, "ETag": sent["ETag"]})
        self.change(
            key,
            b"".join(parts),
            lambda: s3.complete_multipart_upload(
                **where, UploadId=upload, MultipartUpload={"Parts": named}
            ),
        )

    def verify(self, s3: Any) -> None:
        """Hold the server to every promise; raises BrokenPromiseError."""
        for key in self.keys:
            seen = self._read(s3, key.name)
            if seen not in key.allowed():
                sizes = [None if state is None else len(state) for state in key.allowed()]
                raise BrokenPromiseError(
                    f"{key.name}: {None if seen is None else len(seen)} bytes that are none of "
                    f"what was written (sizes {sizes})"
                )
            key.acknowledged, key.pending = seen, []
        if self.renaming is not None:
            source, target, body = self.renaming
            if (source.acknowledged is ABSENT) != (target.acknowledged == body):
                raise BrokenPromiseError(f"{source.name} was half renamed to {target.name}")
            self.renaming = None
        for (name, version), body in self.versions.items():
            try:
                seen = s3.get_object(Bucket=VERSIONED, Key=name, VersionId=version)["Body"].read()
            except ClientError as lost:
                raise BrokenPromiseError(f"version {version} of {name}: {lost}") from lost
            if seen != body:
                raise BrokenPromiseError(f"version {version} of {name} is not what was written")
        self._forget_versions(s3)

    def _read(self, s3: Any, name: str) -> bytes | None:
        try:
            answer = s3.get_object(Bucket=PLAIN, Key=name)
        except ClientError as refused:
            if refused.response["Error"]["Code"] == "NoSuchKey":
                return ABSENT
            raise
        body: bytes = answer["Body"].read()
        if len(body) != answer["ContentLength"]:
            raise BrokenPromiseError(f"{name}: {len(body)} of {answer['ContentLength']} bytes")
        return body

    def _forget_versions(self, s3: Any) -> None:
        # Checked once, then removed, so that a round costs what the round wrote.
        for name, version in self.versions:
            s3.delete_object(Bucket=VERSIONED, Key=name, VersionId=version)
        self.versions.clear()


def listing_agrees(s3: Any, writers: list[Writer]) -> None:
    """The listing names what reads find, no more and no less; raises BrokenPromiseError."""
    listed: set[str] = set()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=PLAIN):
        listed.update(entry["Key"] for entry in page.get("Contents", []))
    there = {k.name for w in writers for k in w.keys if k.acknowledged is not ABSENT}
    if listed != there:
        raise BrokenPromiseError(f"the listing and the objects differ: {sorted(listed ^ there)}")


def soak(kills: int, seed: int, folder: Path, *, writers: int = 4, report: Any = print) -> int:
    """Kill the server ``kills`` times; returns how many writes were acknowledged in all.

    Raises BrokenPromiseError at the first broken promise; ``folder`` then holds the data.
    """
    chance = random.Random(seed)
    server = Server(folder / "data")
    threads_of = [Writer(number, seed) for number in range(writers)]
    server.start()
    try:
        s3 = server.client()
        s3.create_bucket(Bucket=PLAIN)
        s3.create_bucket(Bucket=VERSIONED)
        s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
        for kill in range(1, kills + 1):
            _one_round(server, threads_of, chance.uniform(0.02, 0.5))
            server.start()
            s3 = server.client()
            for writer in threads_of:
                writer.verify(s3)
            listing_agrees(s3, threads_of)
            if kill % 25 == 0:
                report(f"{kill} kills, {sum(w.acknowledged for w in threads_of)} writes kept")
    finally:
        server.kill()
    return sum(writer.acknowledged for writer in threads_of)


def _one_round(server: Server, writers: list[Writer], seconds: float) -> None:
    dying = threading.Event()
    failed: list[BaseException] = []

    def run(writer: Writer) -> None:
        try:
            writer.load(server.client(), dying)
        except Exception as error:  # noqa: BLE001 - carried to the main thread, raised there
            failed.append(error)

    threads = [threading.Thread(target=run, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    dying.set()
    server.kill()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def main() -> int:
    """Run the soak; 1 and the data kept when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="s3compat-soak-"))
    print(f"seed {options.seed}, data in {folder}")
    try:
        kept = soak(options.kills, options.seed, folder)
    except BrokenPromiseError as broken:
        print(
            f"BROKEN: {broken}\nthe data is kept in {folder}; run again with --seed {options.seed}"
        )
        return 1
    shutil.rmtree(folder)
    print(f"{options.kills} kills, {kept} acknowledged writes, none lost, none half there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
