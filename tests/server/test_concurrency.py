"""Many clients at once: no error, no lost update, one winner of a race for a condition."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from server_ref.server import S3Server

CLIENTS = 64
RACERS = 12


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """One client, thread-safe, with a connection for each thread, and no retries."""
    with S3Server() as running:
        config = Config(
            max_pool_connections=CLIENTS, retries={"total_max_attempts": 1}, read_timeout=300
        )
        client = boto3.client("s3", config=config, **running.client_kwargs)
        client.create_bucket(Bucket="crowd")
        yield client


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """``work(number)`` in ``count`` threads that begin at the same time; raises what it raised."""
    start = threading.Barrier(count)

    def run(number: int) -> Any:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class Life:
    """What one client does to keys of its own, and what it therefore expects to find."""

    def __init__(self, s3: Any, number: int) -> None:
        self._s3 = s3
        self._prefix = f"life/{number:02}/"
        self._random = random.Random(number)
        self._there: dict[str, bytes] = {}

    def step(self) -> None:
        """One of: write, overwrite, read, copy, delete, delete many, upload in parts, list."""
        key = f"{self._prefix}{self._random.randrange(4)}"
        choice = self._random.choice(
            (self._put, self._put, self._get, self._copy, self._delete, self._parts, self._list)
        )
        choice(key)

    def _body(self) -> bytes:
        size = self._random.choice((0, 100, 5000, 20_000, 100_000))
        return self._random.randbytes(size)

    def _put(self, key: str) -> None:
        self._there[key] = body = self._body()
        self._s3.put_object(Bucket="crowd", Key=key, Body=body)

    def _get(self, key: str) -> None:
        if key in self._there:
            got = self._s3.get_object(Bucket="crowd", Key=key)["Body"].read()
            assert got == self._there[key]
            return
        with pytest.raises(self._s3.exceptions.NoSuchKey):
            self._s3.get_object(Bucket="crowd", Key=key)

    def _copy(self, key: str) -> None:
        if key in self._there:
            target = f"{self._prefix}copy"
            source = {"Bucket": "crowd", "Key": key}
            self._s3.copy_object(Bucket="crowd", Key=target, CopySource=source)
            self._there[target] = self._there[key]

    def _delete(self, key: str) -> None:
        self._s3.delete_object(Bucket="crowd", Key=key)
        self._there.pop(key, None)

    def _parts(self, key: str) -> None:
        upload = self._s3.create_multipart_upload(Bucket="crowd", Key=key)["UploadId"]
        body = self._body()
        one = {"Bucket": "crowd", "Key": key, "UploadId": upload}
        etag = self._s3.upload_part(**one, PartNumber=1, Body=body)["ETag"]
        listed = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        self._s3.complete_multipart_upload(**one, MultipartUpload=listed)
        self._there[key] = body

    def _list(self, _key: str) -> None:
        page = self._s3.list_objects_v2(Bucket="crowd", Prefix=self._prefix)
        listed = {found["Key"]: found["Size"] for found in page.get("Contents", [])}
        assert listed == {key: len(body) for key, body in self._there.items()}

    def check(self) -> int:
        """Everything is as it was left; how many objects there are."""
        self._list("")
        for key in self._there:
            self._get(key)
        return len(self._there)


def test_clients_at_once_find_what_each_of_them_left(s3: Any) -> None:
    lives = [Life(s3, number) for number in range(CLIENTS)]

    def live(number: int) -> None:
        for _ in range(12):
            lives[number].step()

    together(CLIENTS, live)

    assert sum(life.check() for life in lives) > CLIENTS


def test_no_increment_of_a_shared_counter_is_lost(s3: Any) -> None:
    s3.put_object(Bucket="crowd", Key="counter", Body=b"0")

    def increment(_number: int) -> int:
        refused = 0
        for _ in range(1000):  # far more than it takes
            got = s3.get_object(Bucket="crowd", Key="counter")
            following = str(int(got["Body"].read()) + 1).encode()
            try:
                s3.put_object(Bucket="crowd", Key="counter", Body=following, IfMatch=got["ETag"])
            except ClientError as error:
                assert error.response["Error"]["Code"] == "PreconditionFailed"
                refused += 1
                continue
            return refused
        raise AssertionError("this client never has its turn")

    together(RACERS, lambda number: [increment(number) for _ in range(3)])

    assert s3.get_object(Bucket="crowd", Key="counter")["Body"].read() == str(3 * RACERS).encode()


def won(write: Callable[[], Any]) -> bool:
    """Whether a conditional write was taken; refused only for its condition."""
    try:
        write()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        assert code in ("PreconditionFailed", "ConditionalRequestConflict"), code
        return False
    return True


def test_one_of_those_that_create_a_key_wins(s3: Any) -> None:
    for attempt in range(15):
        key = f"created/{attempt}"

        def create(number: int, key: str = key) -> bool:
            mine = {"Bucket": "crowd", "Key": key, "Body": str(number).encode()}
            return won(lambda: s3.put_object(**mine, IfNoneMatch="*"))

        outcomes = together(RACERS, create)
        assert outcomes.count(True) == 1
        kept = s3.get_object(Bucket="crowd", Key=key)["Body"].read()
        assert kept == str(outcomes.index(True)).encode()


def test_one_of_those_that_replace_a_state_wins(s3: Any) -> None:
    for attempt in range(15):
        key = f"replaced/{attempt}"
        etag = s3.put_object(Bucket="crowd", Key=key, Body=b"before")["ETag"]

        def replace(number: int, key: str = key, etag: str = etag) -> bool:
            mine = {"Bucket": "crowd", "Key": key, "Body": str(number).encode()}
            return won(lambda: s3.put_object(**mine, IfMatch=etag))

        outcomes = together(RACERS, replace)
        assert outcomes.count(True) == 1
        kept = s3.get_object(Bucket="crowd", Key=key)["Body"].read()
        assert kept == str(outcomes.index(True)).encode()


def test_one_of_those_that_complete_uploads_of_a_key_wins(s3: Any) -> None:
    for attempt in range(5):
        key = f"completed/{attempt}"

        def begin(number: int, key: str = key) -> dict[str, Any]:
            upload = s3.create_multipart_upload(Bucket="crowd", Key=key)["UploadId"]
            mine = {"Bucket": "crowd", "Key": key, "UploadId": upload}
            etag = s3.upload_part(**mine, PartNumber=1, Body=str(number).encode())["ETag"]
            return {**mine, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}

        begun = [begin(number) for number in range(RACERS)]
        outcomes = together(
            RACERS,
            lambda number, begun=begun: won(
                lambda: s3.complete_multipart_upload(**begun[number], IfNoneMatch="*")
            ),
        )
        assert outcomes.count(True) == 1
        kept = s3.get_object(Bucket="crowd", Key=key)["Body"].read()
        assert kept == str(outcomes.index(True)).encode()
