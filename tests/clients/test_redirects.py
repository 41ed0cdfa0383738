"""Redirects: the stock SDK does not follow AIStore's 307, the patched ones and curl do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import discover
from conformance.clients.boto3 import Boto3Client
from conformance.clients.boto3_ais import Boto3AisClient
from tests.clients.conftest import StandIn
from tests.clients.optional import needed

FOLLOWING = ["aws+ais", "boto3+ais", "curl"]
PUT = {"Bucket": "bucket", "Key": "key", "Body": b"the body"}


@pytest.fixture
def target(stand_in: Any) -> Iterator[StandIn]:
    """Where the stand-in sends everybody who asks for an object."""
    running = StandIn()
    for path, body in (("/bucket/key", b""), ("/bucket/read", b"the object")):
        location = f"{running.url}{path}?pid=proxy"
        stand_in.answers[path] = (307, {"Location": location}, b"")
        running.answers[path] = (200, {"ETag": '"e"'}, body)
    yield running
    running.close()


@pytest.mark.parametrize("client", FOLLOWING)
def test_a_redirect_is_followed_with_the_body_and_recorded(
    client: str, target: StandIn, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    needed(client)
    speaker = discover()[client](endpoint_of(stand_in, other_hosts=("{host}:*",)), tmp_path)
    put = speaker.call("PutObject", PUT)
    got = speaker.call("GetObject", {"Bucket": "bucket", "Key": "read"})
    speaker.close()

    assert (put.status, put.succeeded) == (200, True), put.call.stderr
    assert [asked[0] for asked in target.asked] == ["PUT", "GET"]
    assert target.asked[0][1].startswith("/bucket/key?pid=proxy")
    assert target.asked[0][3] == b"the body"
    assert got.body == b"the object"
    for answer in (put, got):
        assert [exchange.url for exchange in answer.exchanges] == [stand_in.url, target.url]


def test_the_patch_stays_with_the_client_that_asked_for_it(
    target: StandIn, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    needed("boto3+ais")
    endpoint = endpoint_of(stand_in, other_hosts=("{host}:*",))
    before = Boto3Client(endpoint, tmp_path)
    patched = Boto3AisClient(endpoint, tmp_path)
    after = Boto3Client(endpoint, tmp_path)
    followed = patched.call("PutObject", PUT)
    stock = [speaker.call("PutObject", PUT) for speaker in (before, after)]
    for speaker in (before, patched, after):
        speaker.close()

    assert followed.succeeded and len(target.asked) == 1
    assert [answer.status for answer in stock] == [307, 307]
    assert not any(answer.succeeded for answer in stock)


def test_the_aws_program_says_when_the_patch_did_not_reach_it(
    stand_in: Any, endpoint_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of the same name that patches nothing: the program refuses to run unpatched."""
    needed("aws+ais")
    import conformance.clients.aws_ais as module
    from conformance.clients.redirect_patch import MODULE

    monkeypatch.setattr(
        module, "PROGRAM", module.PROGRAM.replace(f"import {MODULE}", "import json")
    )
    speaker = module.AwsAisClient(
        endpoint_of(stand_in, other_hosts=("{host}:*",)), tmp_path, cli_mode="subprocess"
    )
    answer = speaker.call("HeadBucket", {"Bucket": "bucket"})
    speaker.close()

    assert not answer.succeeded and not stand_in.asked
    assert "did not reach the botocore of awscli" in answer.call.stderr
