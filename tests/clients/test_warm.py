"""The warm start gives what a plain subprocess gives, and ends what it started."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import discover, warm
from conformance.clients.aws_s3api import AwsS3ApiClient
from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.programs import find_program

COMMANDS: list[tuple[str, list[str], bytes]] = [
    ("aws-s3api", ["s3api", "head-object", "--bucket", "bucket", "--key", "key"], b""),
    ("aws-s3api", ["s3api", "head-object", "--bucket", "bucket", "--key", "none"], b""),
    ("aws-s3api", ["s3api", "no-such-command"], b""),
    ("aws-s3api", ["s3api", "list-buckets", "--output", "text"], b""),
    ("aws-s3api", ["--version"], b""),
    ("aws-s3", ["s3", "cp", "-", "s3://bucket/key"], b"from standard input"),
    ("aws-s3", ["s3", "rm", "s3://bucket/ü"], b""),
    ("s3cmd", ["info", "s3://bucket/key"], b""),
    ("s3cmd", ["info", "s3://bucket/none"], b""),
    ("s3cmd", ["nonsense"], b""),
    ("s3cmd", ["--version"], b""),
]


def _facts(answer: Answer | ClientCannotError) -> Any:
    if isinstance(answer, ClientCannotError):
        return str(answer)
    lines = [exchange.request.start_line for exchange in answer.exchanges]
    bodies = [exchange.request.body for exchange in answer.exchanges]
    return (
        answer.call.exit_code,
        answer.status,
        lines,
        bodies,
        *(re.sub(r"\d\d:\d\d:\d\d", "", text) for text in (answer.call.stdout, answer.call.stderr)),
    )


@pytest.mark.parametrize(("client", "argv", "stdin"), COMMANDS)
def test_both_ways_give_the_same(
    client: str, argv: list[str], stdin: bytes, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    stand_in.answers["/bucket/none"] = (404, {}, b"")
    facts = []
    for mode in ("warm", "subprocess"):
        speaker = discover()[client](endpoint_of(stand_in), tmp_path, cli_mode=mode)
        try:
            facts.append(_facts(speaker.cli(argv, stdin=stdin)))
        except ClientCannotError as reason:
            facts.append(_facts(reason))
        finally:
            speaker.close()
    assert facts[0] == facts[1]


def _environment(speaker: AwsS3ApiClient) -> set[str]:
    return set(speaker.environment())


def test_nothing_of_the_users_environment_reaches_the_program(
    monkeypatch: pytest.MonkeyPatch, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "https_proxy", "AWS_REGION"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for client in ("boto3", "aws-s3api", "aws-s3", "s3cmd"):
        speaker = discover()[client](endpoint_of(stand_in), tmp_path)
        answer = speaker.call("DeleteBucket", {"Bucket": "bucket"})
        speaker.close()
        assert answer.status == 200, answer.call.stderr


# Seconds enough for a process to start and ask, on a busy machine too.
@pytest.mark.parametrize(("mode", "timeout"), [("warm", 3), ("subprocess", 12)])
def test_a_command_that_takes_too_long_is_killed_alone(
    mode: Any, timeout: int, tmp_path: Path
) -> None:
    program = find_program("aws", "S3COMPAT_AWS", ("awscli.clidriver",))
    silent = _silent_server()
    arguments = [
        "--endpoint-url",
        f"http://127.0.0.1:{silent.getsockname()[1]}",
        "s3api",
        "head-object",
        "--bucket",
        "b",
        "--key",
        "k",
    ]
    environment = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    started = time.monotonic()
    done = warm.run(
        program, arguments, environment=environment, folder=tmp_path, mode=mode, timeout=timeout
    )
    assert time.monotonic() - started < 60
    assert done.exit_code == warm.TIMED_OUT
    assert f"killed after {timeout} s" in done.stderr
    assert [one.exchange.note for one in done.recorded] == ["no answer came"]
    silent.close()

    again = warm.run(program, ["--version"], environment=environment, folder=tmp_path, mode=mode)
    assert again.exit_code == 0


def _silent_server() -> Any:
    import socket

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(8)
    return listening


def test_credentials_are_in_no_argument_and_in_private_files(
    stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    endpoint = endpoint_of(stand_in)
    for client in ("aws-s3api", "s3cmd"):
        speaker = discover()[client](endpoint, tmp_path)
        answer = speaker.call("DeleteBucket", {"Bucket": "bucket"})
        speaker.close()
        assert endpoint.credentials.secret_key not in (answer.call.command or "")
    holding = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and endpoint.credentials.secret_key in path.read_text("utf-8", "replace")
    ]
    assert [path.name for path in holding] == ["credentials"]  # s3cmd has them in its environment
    assert {path.stat().st_mode & 0o777 for path in holding} == {0o600}
