"""The bucket that checks share: one that a check broke is left, and blames no other check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.base import Answer
from conformance.model import Call, Exchange, Message, Outcome
from conformance.run.session import Session
from conformance.run.shared import LISTINGS, SharedBucketCare, server_failed
from conformance.trial.check import CheckFunction
from conformance.trial.trial import Trial
from s3compat.prove import session_on
from server_ref.server import S3Server
from tests.conformance.fakes import make_check


class Buckets:
    """Answers by (operation, bucket); 200 where nothing is said."""

    def __init__(self, **said: int) -> None:
        self.said = said
        self.asked: list[str] = []

    def __call__(self, operation: str, members: Mapping[str, Any]) -> Answer:
        name = f"{operation}_{members['Bucket']}"
        self.asked.append(name)
        return Answer(operation, "raw", status=self.said.get(name, 200))


@pytest.mark.parametrize("name", LISTINGS)
def test_a_bucket_that_cannot_be_listed_any_more_does_not_work(name: str) -> None:
    care = SharedBucketCare(Buckets(**{f"{name}_old": 500}))

    assert not care.works("old")
    assert care.works("new")


def test_what_fails_in_a_new_bucket_too_says_nothing() -> None:
    ask = Buckets(ListMultipartUploads_old=500, ListMultipartUploads_new=500)
    care = SharedBucketCare(ask)
    assert not care.works("old")
    care.learn("new")
    ask.asked.clear()

    assert care.works("new")
    assert "ListMultipartUploads_new" not in ask.asked


def test_a_server_without_listings_is_not_broken() -> None:
    assert SharedBucketCare(Buckets(ListMultipartUploads_b=501, ListObjectsV2_b=404)).works("b")
    assert not SharedBucketCare(Buckets(PutObject_b=403)).works("b")


@pytest.mark.parametrize(
    ("status", "failed"), [(200, False), (404, False), (500, True), (501, False), (503, False)]
)
def test_a_server_that_failed(status: int, failed: bool) -> None:
    response = Message(f"HTTP/1.1 {status} x")
    call = Call("PutObject", exchanges=(Exchange("http://x", Message("PUT / HTTP/1.1"), response),))

    assert server_failed([call]) is failed
    assert server_failed([Call("PutObject", exchanges=(Exchange("http://x", Message("")),))])


def stops_at_it(t: Trial) -> None:
    t.given.call("ListObjectsV2", Bucket=t.bucket)


def goes_on(t: Trial) -> None:
    t.setup_call("ListObjectsV2", {"Bucket": t.bucket})
    t.expect.equal(1, 1, "nothing of the server's")


def fails(session: Session, at: Callable[[str, Mapping[str, Any]], bool]) -> None:
    """Let the server answer 500 where ``at`` an operation and its members."""
    raw = session.raw_client()
    call = raw.call

    def failing(operation: str, members: Mapping[str, Any]) -> Answer:
        got = call(operation, members)
        if at(operation, members):
            failed = Message("HTTP/1.1 500 x")
            exchange = Exchange("http://x", Message("GET / HTTP/1.1"), failed)
            got.call = Call(operation, exchanges=(exchange,))
            got.status = 500
        return got

    raw.call = failing


@pytest.mark.parametrize(
    ("looks", "outcome"), [(stops_at_it, Outcome.BLOCKED), (goes_on, Outcome.PASS)]
)
def test_a_session_takes_another_bucket_after_a_failure_that_spoilt_it(
    looks: CheckFunction, outcome: Outcome, tmp_path: Path
) -> None:
    with (
        S3Server(durability="relaxed") as server,
        session_on(server, tmp_path) as session,
    ):
        spoilt = session.shared_bucket()
        fails(session, lambda asked, of: asked in LISTINGS and of["Bucket"] == spoilt)

        assert session.run(make_check(looks), "raw").outcome is outcome
        assert session.shared_bucket() != spoilt


def test_the_first_bucket_is_made_and_nothing_is_asked_of_it(tmp_path: Path) -> None:
    asked: list[str] = []
    with (
        S3Server(durability="relaxed") as server,
        session_on(server, tmp_path) as session,
    ):
        fails(session, lambda operation, _: bool(asked.append(operation)))
        session.shared_bucket()
        assert asked == ["CreateBucket"]


def test_a_listing_that_fails_in_the_second_bucket_too_takes_no_third(tmp_path: Path) -> None:
    with (
        S3Server(durability="relaxed") as server,
        session_on(server, tmp_path) as session,
    ):
        first = session.shared_bucket()
        fails(session, lambda asked, _: asked == "ListObjectsV2")
        seen = []
        for _ in range(2):
            session.run(make_check(goes_on), "raw")
            seen.append(session.shared_bucket())

    assert seen[0] != first
    assert seen[1] == seen[0]
