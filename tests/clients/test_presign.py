"""Presigned URLs as the clients make them, and that nothing of them is kept in a log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.clients.base import ClientCannotError
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.roster import client_classes
from s3compat.cli import main
from server_ref.server import S3Server


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with S3Server(durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        yield Endpoint(url=server.url, region=server.region, credentials=keys)


OPENED = "interoperability.url_of_this_client_is_opened_by_every_client"


@pytest.mark.parametrize(
    ("name", "operation", "begins"),
    [
        ("aws-s3", "GetObject", "X-Amz-Algorithm=AWS4-HMAC-SHA256&"),
        ("boto3", "GetObject", "X-Amz-Algorithm=AWS4-HMAC-SHA256&"),
        ("boto3", "PutObject", "X-Amz-Algorithm=AWS4-HMAC-SHA256&"),
        ("s3cmd", "GetObject", "AWSAccessKeyId="),
    ],
)
def test_clients_print_a_url_and_send_nothing(
    name: str, operation: str, begins: str, endpoint: Endpoint, tmp_path: Path
) -> None:
    client = client_classes()[name](endpoint, tmp_path)
    try:
        made = client.presign(operation, {"Bucket": "bck", "Key": "a key"}, 60)
    finally:
        client.close()
    assert made.url.startswith(f"{endpoint.url}/bck/a%20key?{begins}")
    assert made.call.exchanges == ()
    assert made.call.command


@pytest.mark.parametrize(("name", "operation"), [("aws-s3", "PutObject"), ("raw", "GetObject")])
def test_who_cannot_says_so(name: str, operation: str, endpoint: Endpoint, tmp_path: Path) -> None:
    client = client_classes()[name](endpoint, tmp_path)
    try:
        with pytest.raises(ClientCannotError, match="URLs"):
            client.presign(operation, {"Bucket": "bck", "Key": "k"}, 60)
    finally:
        client.close()


def test_no_signature_reaches_the_log(tmp_path: Path) -> None:
    words = ["run", "--check", "presigned.url_of_a_client_opens_the_object", "--workers", "0"]
    words += ["--check", "presigned.url_of_signature_version_2_opens_the_object"]
    assert main([*words, "--out", str(tmp_path), "--no-report"]) == 0
    text = (tmp_path / "run.jsonl").read_text()
    calls = [
        call
        for line in map(json.loads, text.splitlines())
        if line["kind"] == "result"
        for call in line["calls"]
    ]
    printed = [call["stdout"] for call in calls if "ignature=" in call.get("stdout", "")]
    assert len(printed) == 3
    for url in printed:
        assert url.partition("ignature=")[2].startswith("REDACTED")
    asked = [one["request"]["start_line"] for call in calls for one in call.get("exchanges", ())]
    for line in asked:
        assert "ignature=" not in line or "ignature=REDACTED" in line


def test_another_client_opens_it_and_no_signature_reaches_the_log(tmp_path: Path) -> None:
    """curl is told the whole URL on its command line, which the log shows."""
    words = ["run", "--clients", "boto3,curl", "--check", OPENED, "--workers", "0"]
    words += ["--check", "put-object.answer_has_a_request_id[curl]"]  # so that curl is in the run
    assert main([*words, "--out", str(tmp_path), "--no-report"]) == 0

    text = (tmp_path / "run.jsonl").read_text()
    results = [json.loads(line) for line in text.splitlines() if '"kind":"result"' in line]
    assert [one["outcome"] for one in results] == ["pass", "pass"]
    shown = next(one for one in results if one["check"] == OPENED)
    by_curl = [call for call in shown["calls"] if call["client"] == "curl"]
    assert len(by_curl) == 1
    assert set(re.findall("ignature=([^&\" ']+)", text)) == {"REDACTED"}


@pytest.mark.parametrize("name", ["boto3", "aws-s3", "s3cmd"])
def test_who_opens_no_urls_says_so(name: str, endpoint: Endpoint, tmp_path: Path) -> None:
    client = client_classes()[name](endpoint, tmp_path)
    try:
        with pytest.raises(ClientCannotError, match="opens no URLs"):
            client.open(f"{endpoint.url}/bck/k?X-Amz-Signature=x")
    finally:
        client.close()
