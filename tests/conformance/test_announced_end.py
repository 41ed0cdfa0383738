"""`Connection: close` that was announced is believed; an end that was not is a failure."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import msgspec
import pytest

import matrix
from conformance.checks import http_framing
from conformance.clients.base import Answer
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Message, Outcome, Result
from conformance.run.journal import Journal, JournalHeader, new_run_id
from conformance.run.session import Session
from conformance.trial.check import discover
from conformance.trial.trial import Answers, Trial
from server_ref.server import S3Server
from tests.conformance.fakes import FakeClient, House, answer

CHECKS = ("connection_survives_an_error", "pipelined_requests_are_answered_in_order")


def said(*connection: tuple[str, str]) -> Answer:
    return answer(200, headers=connection)


@pytest.mark.parametrize(
    ("header", "ends"),
    [
        ("close", True),
        ("Close", True),
        ("upgrade, close", True),
        ("keep-alive", False),
        ("closed", False),
        (None, False),
    ],
)
def test_what_announces_an_end(header: str | None, ends: bool) -> None:
    last = said(("Connection", header)) if header else said()
    assert Answers([said(), last]).announced_end is ends
    assert not Answers([said(("Connection", "close")), said()]).announced_end


@pytest.mark.parametrize(
    ("version", "header", "ends"),
    [
        ("HTTP/1.0", None, True),
        ("HTTP/1.0", "Keep-Alive", False),
        ("HTTP/1.1", None, False),
        ("HTTP/1.0", "close", True),
    ],
)
def test_the_oldest_http_ends_unless_it_says_otherwise(
    version: str, header: str | None, ends: bool
) -> None:
    last = said(("Connection", header)) if header else said()
    assert last.exchange is not None
    last.exchange = msgspec.structs.replace(last.exchange, response=Message(f"{version} 200 X"))
    assert Answers([last]).announced_end is ends
    assert not Answers([]).announced_end


@pytest.mark.parametrize("announced", [True, False])
def test_an_end_that_was_not_announced_is_a_failure(announced: bool) -> None:
    only = said(("Connection", "close")) if announced else said()
    trial = Trial(House(FakeClient([answer(200)])), FakeClient([answer(200)]), Path())
    http_framing._expect_in_order(trial, Answers([only]), (200, None), (200, b"x"))
    assert [one.what for one in trial.expect.mismatches] == ([] if announced else ["statuses"])


def run(name: str, *, deviations: tuple[str, ...], strict: bool) -> Result:
    with (
        S3Server(deviations=list(deviations), durability="relaxed") as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        endpoint = Endpoint(
            url=server.url, credentials=Credentials(server.access_key, server.secret_key)
        )
        header = JournalHeader(new_run_id(), endpoint.url, endpoint.region, "path", "aws")
        journal = Journal.start(Path(folder) / "journal.jsonl", header)
        known = matrix.load_matrix(), matrix.load_profile("aws")
        scratch = Path(folder) / "scratch"
        with Session(endpoint, *known, journal, scratch, strict=strict) as session:
            result = session.run(discover()[f"http-framing.{name}"], "raw")
        journal.close()
    return result


@pytest.mark.parametrize("name", CHECKS)
def test_a_server_that_ends_every_connection_and_says_so_conforms(name: str) -> None:
    plain = run(name, deviations=("connection-not-kept",), strict=False)
    assert plain.outcome is Outcome.PASS
    assert re.match("passes; 1 detail differs", plain.reason)
    assert run(name, deviations=("connection-not-kept",), strict=True).outcome is Outcome.FAIL
    assert run(name, deviations=(), strict=True).outcome is Outcome.PASS
