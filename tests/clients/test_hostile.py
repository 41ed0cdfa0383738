"""An endpoint that is hostile or broken: every call ends, in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.clients import answers, discover
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.evidence import recorder
from conformance.evidence.redact import Redactor
from conformance.model.printable import printable
from conformance.run.cleanup import Remover
from conformance.trial import patience
from tests import hostile
from tests.hostile import BROKEN, ENDLESS, Hostile

KEYS = Credentials("AKIAME", "a-secret-of-mine")
GET = ("GetObject", {"Bucket": "bucket", "Key": "key"})


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of a run, made short: it is the end that is tried, not the waiting."""
    monkeypatch.setattr(recorder, "LONGEST", 1.5)
    monkeypatch.setattr(recorder, "MOST_RECEIVED", 4 << 20)
    monkeypatch.setattr("conformance.clients.raw.TIMEOUT", 1.0)
    monkeypatch.setattr("conformance.clients.transport.TIMEOUT", 1.0)
    monkeypatch.setattr("conformance.clients.boto3.TIMEOUT", 1.0)
    monkeypatch.setattr("conformance.endpoint.smoke.TIMEOUT", 1.0)
    monkeypatch.setattr("conformance.endpoint.smoke.LONGEST_LOOK", 1.5)
    monkeypatch.setattr(patience, "ATTEMPTS", 2)
    monkeypatch.setattr(patience, "LONGEST_WAIT", 0.1)


def _asked(behaviour: Any, client: str, scratch: Path) -> Any:
    with Hostile(behaviour) as endpoint:
        speaker = discover()[client](Endpoint(endpoint.url, credentials=KEYS), scratch)
        answer = speaker.call(*GET)
        speaker.close()
    return answer


@pytest.mark.parametrize("behaviour", ENDLESS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("client", ["raw", "boto3"])
def test_what_never_ends_is_given_up(behaviour: Any, client: str, tmp_path: Path) -> None:
    answer = _asked(behaviour, client, tmp_path)
    assert not answer.succeeded
    assert any(exchange.note for exchange in answer.exchanges)
    assert len(msgspec.json.encode(Redactor([KEYS]).record(answer.call))) < 1 << 20


@pytest.mark.parametrize("behaviour", BROKEN, ids=lambda one: one.__name__)
@pytest.mark.parametrize("client", ["raw", "boto3"])
def test_what_is_broken_is_an_answer(behaviour: Any, client: str, tmp_path: Path) -> None:
    answer = _asked(behaviour, client, tmp_path)
    assert answer.status in (0, 200, 400, 503)
    assert len(answer.message or "") <= answers.LONGEST_MEMBER + 40
    assert len(msgspec.json.encode(Redactor([KEYS]).record(answer.call))) < 1 << 20


def test_memory_does_not_grow_with_the_body(tmp_path: Path) -> None:
    tracemalloc.start()
    _asked(hostile.endless_body, "raw", tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 << 20


@pytest.mark.parametrize("behaviour", [*ENDLESS, *BROKEN], ids=lambda one: one.__name__)
def test_the_first_look_ends_in_one_sentence(behaviour: Any) -> None:
    with Hostile(behaviour) as endpoint:
        try:
            said = "\n".join(smoke_test(Endpoint(endpoint.url, credentials=KEYS)))
        except SmokeError as problem:
            said = str(problem)
    assert len(said) < 1000
    assert "\x1b" not in said and "\n" not in said


def test_cleaning_ends_where_a_listing_does_not(tmp_path: Path) -> None:
    with Hostile(hostile.same_page) as endpoint:
        raw = discover()["raw"](Endpoint(endpoint.url, credentials=KEYS), tmp_path)
        remover = Remover(raw, lambda _: True, until=time.monotonic() + 2)
        left = remover.remove("ours")
        raw.close()
    assert "s3://ours" in left
    assert remover.stopped.startswith(("time was up", "DeleteBucket answered 409"))


def test_cleaning_sends_no_key_that_leads_out(tmp_path: Path) -> None:
    keys = ("../../other/precious", "a/../b", "./c", "..", r"..\..\windows", "fine")
    contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
    body = f"<ListBucketResult>{contents}</ListBucketResult>".encode()

    def lists(method: str, _target: str) -> Any:
        if method == "DELETE":
            return hostile.error(409, "BucketNotEmpty")
        return hostile.answer(200, body if method == "GET" else b"")

    with Hostile(lists) as endpoint:
        raw = discover()["raw"](Endpoint(endpoint.url, credentials=KEYS), tmp_path)
        left = Remover(raw, lambda _: False).remove("ours")
        raw.close()
    targets = {line.split(" ")[1] for line in endpoint.asked if line.startswith("DELETE")}
    assert targets == {"/ours", "/ours?policy", "/ours/fine"}  # its policy may deny the deleting
    assert "s3://ours/../../other/precious" in left


@pytest.mark.parametrize(
    "text", ["\x1b[2Jgone", "line\n::error::owned", "\x9b31m", "a\rb", "\u202egpj", "\ud800"]
)
def test_nothing_of_theirs_is_printed_as_it_is(text: str) -> None:
    said = printable(text)
    assert said.isprintable()
    assert said.encode()
