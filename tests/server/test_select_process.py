"""A query of S3 Select in its own process: what happens to it happens to nothing else."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError

from server_ref.select import frames, inside, process
from tests.server import queries
from tests.server.conftest import refused

ROWS = b"".join(b"%d,%s\n" % (n, b"x" * 90) for n in range(200_000))
ASKED: dict[str, Any] = {
    "Key": "rows",
    "ExpressionType": "SQL",
    "Expression": "SELECT * FROM S3Object",
    "InputSerialization": {"CSV": {}},
    "OutputSerialization": {"CSV": {}},
}

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the processes are found in /proc"
)


def _until(wanted: int) -> list[int]:
    deadline = time.monotonic() + 20
    while len(found := queries.running()) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def test_a_query_that_is_killed_ends_with_an_event(
    owner: Any, bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As the system does it where a query goes beyond its bounds."""
    owner.put_object(Bucket=bucket, Key="rows", Body=ROWS)
    answer = owner.select_object_content(Bucket=bucket, **ASKED)
    (pid,) = _until(1)
    subprocess.run(["kill", "-KILL", str(pid)], check=True)
    with pytest.raises(EventStreamError) as caught:
        list(answer["Payload"])
    assert caught.value.response["Error"]["Code"] == "Busy"
    assert "all the memory or time there is for one" in caplog.text
    events = list(owner.select_object_content(Bucket=bucket, **ASKED)["Payload"])
    assert sum(len(e["Records"]["Payload"]) for e in events if "Records" in e) == len(ROWS)


def test_a_query_ends_with_its_client(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="rows", Body=ROWS)
    answer = owner.select_object_content(Bucket=bucket, **ASKED)
    assert len(_until(1)) == 1
    answer["Payload"].close()
    assert _until(0) == []


def test_without_the_process_it_forks_from_there_is_another(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="rows", Body=b"1\n")
    for _ in range(2):
        events = list(owner.select_object_content(Bucket=bucket, **ASKED)["Payload"])
        assert events[0]["Records"]["Payload"] == b"1\n"
        assert process._nursery._process is not None
        process._nursery._process.kill()
        process._nursery._process.wait(10)


def test_where_no_process_is_to_be_had_it_is_busy(
    owner: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    owner.put_object(Bucket=bucket, Key="rows", Body=b"1\n")
    process._nursery.end()
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", none_left)
        error = refused(owner.select_object_content, Bucket=bucket, **ASKED)
    assert (error["Status"], error["Code"]) == (503, "Busy")
    assert len(list(owner.select_object_content(Bucket=bucket, **ASKED)["Payload"])) == 3


BOUNDED = """
from server_ref.select import inside
inside.CPU = 1
inside._bound()
try:
    bytearray(4 << 30)
except MemoryError:
    print("bounded", flush=True)
while True:
    pass
"""


def test_memory_and_time_have_an_end() -> None:
    """It is the system that ends it: no code of ours has to run for that."""
    ended = subprocess.run(
        [sys.executable, "-c", BOUNDED], capture_output=True, text=True, check=False, timeout=60
    )
    said = ended.stdout.split("\n")
    assert said[0] == "bounded"
    assert ended.returncode < 0, "it ended by itself"


NESTED = (
    "SUBSTRING({}, 1, 2)",
    "SUBSTRING(s._1, CHAR_LENGTH({}), 2)",
    "DATE_ADD(day, CHAR_LENGTH({}), `2010T`)",
    "TO_STRING(DATE_ADD(day, 1, TO_TIMESTAMP({})), 'yyyy''T''')",
    "COALESCE({}, 'x')",
    "CASE WHEN {} = '1' THEN '1' END",
)


@pytest.mark.parametrize("form", NESTED)
def test_what_is_nested_is_quickly_answered(owner: Any, bucket: str, form: str) -> None:
    """SQL that stays small may still be bound many times: each form is run, not only translated."""
    value = "'2010T'"
    for _ in range(14):
        value = form.format(value)
    owner.put_object(Bucket=bucket, Key="rows", Body=b"1\n")
    asked = {**ASKED, "Expression": f"SELECT {value} FROM S3Object s"}
    events = list(owner.select_object_content(Bucket=bucket, **asked)["Payload"])
    assert "End" in events[-1]


@pytest.mark.parametrize("megabytes", [3, 30])
def test_a_line_of_more_than_a_megabyte_is_too_long(
    owner: Any, bucket: str, megabytes: int
) -> None:
    """Whether it is found when the object is read, or when the record is written."""
    body = b'{"a":"' + b"x" * (megabytes << 20) + b'"}\n'
    owner.put_object(Bucket=bucket, Key="rows", Body=body)
    asked = {**ASKED, "InputSerialization": {"JSON": {"Type": "LINES"}}}
    with pytest.raises(ClientError) as caught:  # an answer, or an event within it
        list(owner.select_object_content(Bucket=bucket, **asked)["Payload"])
    assert caught.value.response["Error"]["Code"] == "OverMaxRecordSize"


def test_an_engine_that_cannot_be_imported_is_not_implemented() -> None:
    """It is installed and broken: no query is Busy, and the answer says what is the matter."""
    ours, theirs = socket.socketpair()
    code = (
        "import socket, sys; sys.modules['duckdb'] = None\n"
        "from server_ref.select.nursery import serve\n"
        "serve(socket.socket(fileno=int(sys.argv[1])))"
    )
    with (
        ours,
        theirs,
        subprocess.Popen(
            [sys.executable, "-c", code, str(theirs.fileno())], pass_fds=[theirs.fileno()]
        ) as nursery,
    ):
        here, there = socket.socketpair()
        with here:
            with there:
                socket.send_fds(ours, [b"q"], [there.fileno()])
            here.settimeout(20)
            head = here.recv(5, socket.MSG_WAITALL)
            told = json.loads(here.recv(int.from_bytes(head[1:], "big"), socket.MSG_WAITALL))
        ours.shutdown(socket.SHUT_RDWR)
        assert nursery.wait(20) == 0
    assert head[:1] == frames.REFUSED
    assert told["code"] == "NotImplemented"
    assert "duckdb" in told["message"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ((), ConnectionError),
        (((frames.JOB, b"{"),), ValueError),
        (((frames.DATA_END, b""),), ValueError),
        (((frames.JOB, b""), (frames.DATA, b"1")), ConnectionError),
    ],
)
def test_a_query_whose_server_hangs_up_or_says_something_else(
    sent: tuple[tuple[bytes, bytes], ...], error: type[Exception]
) -> None:
    here, there = socket.socketpair()
    with here, there:
        for kind, data in sent:
            frames.send(there, kind, data)
        there.close()
        reader = frames.Reader(here)
        with pytest.raises(error):
            json.loads(inside._expect(reader, frames.JOB) or b"0")
            list(inside._blocks(reader))
