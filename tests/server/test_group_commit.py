"""Concurrent writes: batched, each on its own, and one winner where a condition allows one."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from server_ref.storage.commit import GroupCommit, Transaction


def test_one_failing_piece_of_work_does_not_hurt_the_others() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE t (n INTEGER)")
    writer = GroupCommit(connection)
    barrier = threading.Barrier(8)

    def work(number: int) -> str:
        def insert(tx: Transaction) -> str:
            tx.execute("INSERT INTO t VALUES (?)", (number,))
            if number % 2:
                raise ValueError(number)
            return f"did {number}"

        barrier.wait()
        try:
            return writer.run(insert)
        except ValueError as error:
            return f"refused {error}"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(8)))

    assert answers == [f"{'refused' if n % 2 else 'did'} {n}" for n in range(8)]
    assert [row[0] for row in connection.execute("SELECT n FROM t ORDER BY n")] == [0, 2, 4, 6]


def test_what_follows_a_write_happens_only_when_it_is_kept() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    writer = GroupCommit(connection)
    happened = []

    def keep(tx: Transaction) -> None:
        tx.then(lambda: happened.append("kept"))

    def fail(tx: Transaction) -> None:
        tx.then(lambda: happened.append("failed"))
        raise KeyError

    writer.run(keep)
    with pytest.raises(KeyError):
        writer.run(fail)
    assert happened == ["kept"]


def test_of_many_conditional_puts_exactly_one_wins(owner: Any, bucket: str) -> None:
    def put(number: int) -> int:
        try:
            owner.put_object(Bucket=bucket, Key="k", Body=str(number), IfNoneMatch="*")
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(put, range(16)))
    assert answers == [200, *[412] * 15]


def test_of_many_puts_against_one_etag_exactly_one_wins(owner: Any, bucket: str) -> None:
    etag = owner.put_object(Bucket=bucket, Key="k", Body=b"first")["ETag"]

    def put(number: int) -> int:
        try:
            owner.put_object(Bucket=bucket, Key="k", Body=str(number), IfMatch=etag)
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(put, range(16))).count(200) == 1
