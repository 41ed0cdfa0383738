"""Reads kept between commits: never behind what was acknowledged, never two states in one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from server_ref.server import S3Server
from server_ref.storage.recent import LARGEST, MOST, Read, Recent, keep
from server_ref.storage.records import Version


def version(key: str) -> Version:
    """A version like any other."""
    return Version(key, 1, "null", 0, 1, "e", 0, "STANDARD", "o", None, None, None, None)


def client(server: S3Server) -> Any:
    """A boto3 client of its own."""
    return boto3.client("s3", **server.client_kwargs)


def test_a_commit_empties_it_and_a_running_one_closes_it() -> None:
    recent = Recent()
    before = recent.reads
    assert before is not None
    keep(before, 1, "a", Read(version("a"), None, b"x"))
    recent.suspend()
    assert recent.reads is None
    recent.resume()
    assert recent.reads == {}
    keep(before, 1, "b", Read(version("b"), None, b"y"))  # a read that overlapped the commit
    assert recent.reads == {}


def test_it_is_bounded() -> None:
    recent = Recent()
    assert recent.reads is not None
    keep(recent.reads, 1, "large", Read(version("large"), None, bytes(LARGEST + 1)))
    assert not recent.reads
    for number in range(3 * MOST):
        keep(recent.reads, 1, str(number), Read(version(str(number)), None, b""))
        assert len(recent.reads) <= MOST


def test_reads_after_every_kind_of_change_are_new(server: S3Server) -> None:
    s3 = client(server)
    s3.create_bucket(Bucket="recent")

    def get(**more: str) -> bytes:
        body: bytes = s3.get_object(Bucket="recent", Key="k", **more)["Body"].read()
        return body

    s3.put_object(Bucket="recent", Key="k", Body=b"one")
    assert (get(), get()) == (b"one", b"one")
    s3.put_object(Bucket="recent", Key="k", Body=b"two")
    assert (get(), get()) == (b"two", b"two")
    s3.put_bucket_versioning(Bucket="recent", VersioningConfiguration={"Status": "Enabled"})
    three = s3.put_object(Bucket="recent", Key="k", Body=b"three")["VersionId"]
    assert (get(), get(), get(VersionId="null")) == (b"three", b"three", b"two")
    marker = s3.delete_object(Bucket="recent", Key="k")["VersionId"]
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket="recent").get("Contents", [])]
    assert keys == []
    assert (get(VersionId=three), get(VersionId="null")) == (b"three", b"two")
    s3.delete_object(Bucket="recent", Key="k", VersionId=marker)
    assert get() == b"three"
    s3.put_object_tagging(
        Bucket="recent", Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
    )
    assert s3.get_object(Bucket="recent", Key="k")["TagCount"] == 1


def test_no_reader_is_behind_an_acknowledged_write(server: S3Server) -> None:
    s3 = client(server)
    s3.create_bucket(Bucket="ahead")
    s3.put_object(Bucket="ahead", Key="n", Body=b"0")
    acknowledged, ended = [0], threading.Event()
    behind: list[tuple[int, int]] = []

    def read() -> int:
        """How many numbers were read; the last is read once writing has ended."""
        mine, seen, reads, last = client(server), 0, 0, False
        while not last:
            last = ended.is_set()
            least = max(seen, acknowledged[0])
            seen = int(mine.get_object(Bucket="ahead", Key="n")["Body"].read())
            reads += 1
            if seen < least:
                behind.append((seen, least))
        assert seen == acknowledged[0]
        return reads

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for number in range(1, 150):
                s3.put_object(Bucket="ahead", Key="n", Body=str(number).encode())
                acknowledged[0] = number
        finally:
            ended.set()
        assert all(reader.result(60) > 1 for reader in readers)  # none of them died
    assert behind == []
