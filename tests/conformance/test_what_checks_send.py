"""What checks send has a bound and names something: no empty version id, no lock of days."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import conformance.checks
from conformance.checks.given_locks import locked_until
from conformance.checks.given_requests import those_there
from conformance.checks.listing_pages import MANY_PAGES, OBJECTS_2, UPLOADS, VERSIONS, Paged
from conformance.model import Outcome
from conformance.trial.check import discover
from conformance.trial.trial import Trial
from s3compat.prove import session_on
from server_ref.server import S3Server
from tests.conformance.fakes import answer, make_check

MODULES = sorted(Path(conformance.checks.__path__[0]).glob("*.py"))
LONGEST_NAME = 63  # characters that a bucket's name may have


def _guessed(source: str) -> Iterator[int]:
    """The lines on which something else is taken where an answer gave no version id."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            first = node.values[0]
            if isinstance(first, ast.Attribute) and first.attr == "version_id":
                yield node.lineno


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_an_arn_in_a_check_has_the_region_of_the_run(module: Path) -> None:
    """S3 refuses a queue, a key or a table of another region than the bucket's."""
    services = r"arn:aws:(?:sqs|sns|lambda|kms|s3tables):"
    assert re.findall(rf"{services}(?!\{{t\.endpoint\.region\}})", module.read_text()) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_check_takes_another_version_id_for_one_that_did_not_come(module: Path) -> None:
    """`version_id or ""` sends `DELETE key?versionId=`: what a check needs it takes by need_…."""
    assert not list(_guessed(module.read_text(encoding="utf-8")))


def _without_words(source: str) -> Iterator[int]:
    """The lines on which an expectation is given a condition that says in no words what it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "expect." in ast.unparse(node.func):
            given = [*node.args, *(one.value for one in node.keywords)]
            yield from (one.lineno for one in given if isinstance(one, ast.Lambda))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_what_a_check_expects_is_said_in_words(module: Path) -> None:
    """A reason that says "expected what the check's condition holds for" says nothing."""
    assert not list(_without_words(module.read_text(encoding="utf-8")))


def test_a_condition_without_words_is_found() -> None:
    assert list(_without_words('t.expect.header(got, "ETag", lambda etag: etag)')) == [1]
    assert not list(_without_words('t.expect.header(got, "ETag", that("one", lambda etag: etag))'))


def test_a_guessed_version_id_is_found() -> None:
    assert list(_guessed('x = put.version_id or ""')) == [1]


def test_a_lock_of_a_check_lasts_minutes() -> None:
    """What cannot be removed stays as long as its lock."""
    assert timedelta(0) < locked_until() - datetime.now(UTC) <= timedelta(minutes=20)


@pytest.mark.parametrize("length", [LONGEST_NAME, LONGEST_NAME + 1, 200])
def test_a_long_name_is_journalled_as_it_is_sent(length: int, tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        name = session.new_bucket_name("", length)
        journal = next(tmp_path.rglob("journal.jsonl"))
        lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert len(name) == length
    assert lines[-1]["bucket"] == name


class _Repeats:
    """An endpoint that answers every request for a page with the same page, not the last."""

    def __init__(self) -> None:
        self.asked = 0

    def call(self, operation: str, **_: Any) -> Any:
        self.asked += 1
        members: Mapping[str, Any] = {"IsTruncated": True, "Contents": [{"Key": "a"}]}
        return answer(200, operation=operation, members=members)


@pytest.mark.parametrize("listing", [OBJECTS_2, VERSIONS, UPLOADS], ids=lambda one: one.operation)
def test_a_page_that_repeats_for_ever_ends(listing: Paged) -> None:
    endpoint = _Repeats()
    listing.walk(endpoint, 1)
    assert endpoint.asked == MANY_PAGES


def _tried(*statuses: int, tmp_path: Path) -> Outcome:
    """The outcome of a check of all operations, where they are answered so."""

    def all_are_refused(t: Trial) -> None:
        t.expect.ok(t.call("PutObject", Key="there", Body=b"x"))
        with those_there(t) as those:
            for status in statuses:
                those.error(answer(status, "InvalidDigest"), 400, "InvalidDigest")

    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        return session.run(make_check(all_are_refused), "raw").outcome


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((400, 501), Outcome.PASS),  # what it does not have is judged by its own row
        ((400, 200), Outcome.FAIL),
        ((501, 501), Outcome.FAIL),  # nothing was seen
    ],
)
def test_an_operation_that_is_not_there_fails_no_check_of_all_operations(
    statuses: tuple[int, ...], outcome: Outcome, tmp_path: Path
) -> None:
    assert _tried(*statuses, tmp_path=tmp_path) is outcome


def _without_keys(client: Any) -> None:
    """Let the client forget customers' keys, as a server does that does not look at them."""
    call = client.call

    def forgetting(operation: str, members: Mapping[str, Any]) -> Any:
        kept = {name: value for name, value in members.items() if "SSECustomer" not in name}
        return call(operation, kept)

    client.call = forgetting


@pytest.mark.parametrize(
    "identity",
    [
        "sse-c.copy_takes_another_key",
        "sse-c.range_is_decrypted_by_itself",
        "sse-c.copy_without_a_key_of_its_own_is_open",
    ],
)
def test_a_server_that_ignores_keys_does_not_pass_for_one_that_has_them(
    identity: str, tmp_path: Path
) -> None:
    """Five of eight servers passed: they store what they are given, and give it back."""
    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        for client in (session.client("raw"), session.raw_client()):
            _without_keys(client)
        result = session.run(discover()[identity], "raw")
    assert result.outcome is Outcome.FAIL, result.reason


def test_a_header_that_is_refused_is_no_operation_that_is_not_there(tmp_path: Path) -> None:
    """As S3Proxy answers 501 to each request with x-amz-request-payer."""
    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        client: Any = session.client("raw")
        request = client.request

        def refusing(*words: Any, **options: Any) -> Any:
            got = request(*words, **options)
            payer = "x-amz-request-payer" in {name.lower() for name in options.get("headers") or {}}
            return replace(got, status=501, code="NotImplemented") if payer else got

        client.request = refusing
        result = session.run(discover()["request-payment.owner_may_say_that_it_pays"], "raw")
    assert result.outcome is Outcome.FAIL, result.reason
