"""What a program of an SDK is told, line by line, and what is made of what it says."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import sdk_program
from conformance.clients.base import ClientCannotError
from conformance.clients.resident import ProgramEndedError
from conformance.clients.sdk_program import (
    SdkProgramClient,
    known,
    payload_member,
    runtime,
    tagged,
)
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.exchanges import Recorded
from conformance.model import Exchange, Message

ENDPOINT = Endpoint(url="http://127.0.0.1:9", credentials=Credentials("AK", "secret-of-a-test"))


class Program:
    """Stands for the program: says what the test tells it to."""

    made: list[Program] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(self, command: Any, settings: Any, *, environment: Any, folder: Path) -> None:
        self.command, self.settings, self.environment, self.folder = (
            command,
            settings,
            environment,
            folder,
        )
        self.lines: list[dict[str, Any]] = []
        self.says: list[dict[str, Any] | Exception] = [{"ok": True}]
        self.closed = False
        Program.made.append(self)

    def ask(self, line: dict[str, Any], timeout: float) -> dict[str, Any]:
        assert timeout == 180.0
        self.lines.append(line)
        said = self.says[0] if len(self.says) == 1 else self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    def close(self) -> None:
        self.closed = True


ANSWERED = Recorded(
    Exchange(
        "http://127.0.0.1:9",
        Message("PUT /b/k HTTP/1.1", (("Host", "127.0.0.1:9"),)),
        Message("HTTP/1.1 200 OK", ()),
    )
)


class Sdk(SdkProgramClient):
    """An SDK."""

    name = "sdk"
    calls_it = "s3.{operation}({members})"
    answers: Sequence[Recorded] = (ANSWERED,)

    @classmethod
    def version(cls) -> str:
        return "sdk/1"

    def command(self) -> Sequence[str]:
        return ["run", "it"]

    def recorded(self) -> list[Recorded]:
        return list(self.answers)


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sdk:
    Program.made.clear()
    monkeypatch.setattr(sdk_program, "Resident", Program)
    return Sdk(ENDPOINT, tmp_path)


def program() -> Program:
    return Program.made[-1]


READY = {"ok": True, "url": "http://u"}


def test_the_program_is_started_once_with_all_it_needs(
    sdk: Sdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/p")
    sdk.call("HeadBucket", {"Bucket": "b"})
    sdk.call("HeadBucket", {"Bucket": "b"})

    assert len(Program.made) == 1
    assert (program().command, program().folder) == (["run", "it"], sdk.home)
    assert program().settings == {
        "endpoint": "http://127.0.0.1:9",
        "region": "us-east-1",
        "addressing": "path",
        "hosts": ["127.0.0.1:9"],
        "insecure": False,
        "ca": None,
        "credentials": {
            "access_key": "AK",
            "secret_key": "secret-of-a-test",
            "session_token": None,
        },
    }
    environment: Mapping[str, str] = program().environment
    assert environment["PATH"] == "/p"
    assert environment["HOME"] == environment["TMPDIR"] == str(sdk.home)
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert sdk.home.stat().st_mode & 0o777 == 0o700
    sdk.close()
    assert program().closed
    sdk.call("HeadBucket", {"Bucket": "b"})
    assert len(Program.made) == 2


def test_what_is_said_of_a_call(sdk: Sdk) -> None:
    got = sdk.call("PutObject", {"Bucket": "b", "Key": "k", "Body": b"abc", "ACL": "private"})

    [line] = program().lines
    assert line == {
        "do": "call",
        "operation": "PutObject",
        "out": str(sdk.home / "out"),
        "body": str(sdk.home / "body"),
        "body_member": "Body",
        "members": {"Bucket": "b", "Key": "k", "ACL": "private"},
        "record": str(sdk.home / "record"),
    }
    assert (sdk.home / "body").read_bytes() == b"abc"
    assert (got.status, got.succeeded, got.client) == (200, True, "sdk")
    assert (got.call.command or "").startswith("s3.PutObject(Bucket='b'")


def test_what_the_program_delivered_is_there_where_it_succeeded(sdk: Sdk) -> None:
    (sdk.home / "out").write_bytes(b"old")
    assert sdk.call("GetObject", {"Bucket": "b", "Key": "k"}).body is None
    write = program().ask

    def delivering(line: dict[str, Any], timeout: float) -> dict[str, Any]:
        Path(line["out"]).write_bytes(b"new")
        return write(line, timeout)

    program().ask = delivering
    assert sdk.call("GetObject", {"Bucket": "b", "Key": "k"}).body == b"new"
    program().says = [{"ok": False, "error": "no"}]
    failed = sdk.call("GetObject", {"Bucket": "b", "Key": "k"})
    assert (failed.body, failed.succeeded, failed.call.stderr) == (None, False, "no")


@pytest.mark.parametrize(
    ("said", "recorded", "refuses"),
    [
        ({"ok": False, "error": "why"}, False, True),
        ({"ok": False, "error": "why", "network": True}, False, False),
        ({"ok": False, "error": "why"}, True, False),
        ({"ok": True}, False, False),
        ({"ok": False, "error": "why", "refused": True}, True, True),
    ],
)
def test_what_the_sdk_refuses_itself(
    sdk: Sdk, said: dict[str, Any], recorded: bool, refuses: bool
) -> None:
    sdk.call("HeadBucket", {"Bucket": "b"})
    program().says = [said]
    sdk.answers = (ANSWERED,) if recorded else ()

    if refuses:
        with pytest.raises(ClientCannotError, match="the SDK refuses it itself: why"):
            sdk.call("HeadBucket", {"Bucket": "b"})
    else:
        assert sdk.call("HeadBucket", {"Bucket": "b"}).succeeded is said["ok"]


def test_a_program_that_ended_is_started_again(sdk: Sdk) -> None:
    sdk.call("HeadBucket", {"Bucket": "b"})
    program().says = [ProgramEndedError("killed")]
    sdk.answers = ()
    got = sdk.call("HeadBucket", {"Bucket": "b"})

    assert (got.succeeded, got.call.stderr) == (False, "the program ended: killed")
    sdk.call("HeadBucket", {"Bucket": "b"})
    assert len(Program.made) == 2


def test_a_url_is_made_or_it_is_said_why_not(sdk: Sdk) -> None:
    sdk.call("HeadBucket", {"Bucket": "b"})
    program().says = [READY, {"ok": False, "error": "no"}]
    made = sdk.presign("GetObject", {"Key": "k"}, 60)

    assert (made.url, made.call.stdout) == ("http://u", "http://u")
    assert made.call.command == "presign: s3.GetObject(Key='k')"
    line = program().lines[-1]
    assert (line["do"], line["operation"], line["expires"]) == ("presign", "GetObject", 60)
    with pytest.raises(ClientCannotError, match="the SDK makes no such URL: no"):
        sdk.presign("GetObject", {"Key": "k"}, 60)


def test_what_was_recorded_before_is_forgotten(sdk: Sdk) -> None:
    record = sdk.home / "record"
    record.write_bytes(b"old")
    sdk.call("HeadBucket", {"Bucket": "b"})

    assert not record.exists()
    assert SdkProgramClient.recorded(sdk) == []


def test_a_member_as_a_line_of_json() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    noon = datetime.datetime(2026, 2, 3, 12, tzinfo=datetime.UTC)
    assert tagged(
        {
            "a": b"\xff",
            "b": [noon, noon.replace(tzinfo=None), noon.astimezone(zone)],
            "c": (1, 2.5, True, None, "x"),
        }
    ) == {
        "a": {"$bytes": "/w=="},
        "b": [{"$time": "2026-02-03T12:00:00Z"}] * 3,
        "c": [1, 2.5, True, None, "x"],
    }
    with pytest.raises(ClientCannotError, match="the protocol cannot hold a BytesIO"):
        tagged(io.BytesIO())


@pytest.mark.parametrize(
    ("operation", "member"),
    [("PutObject", "Body"), ("PutBucketTagging", ""), ("ListBuckets", ""), ("UploadPart", "Body")],
)
def test_the_member_that_is_the_body(operation: str, member: str) -> None:
    assert payload_member(operation) == member


def test_what_there_is_not_is_said() -> None:
    known("PutObject")
    with pytest.raises(ClientCannotError, match="has no operation 'PutNothing'"):
        known("PutNothing")
    assert Path(runtime("sh", "x")).name == "sh"
    with pytest.raises(ClientCannotError, match="no-such-runtime is not installed; get it"):
        runtime("no-such-runtime", "get it")
