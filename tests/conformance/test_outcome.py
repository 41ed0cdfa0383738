"""Each outcome, and what keeps it from being another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from conformance.clients.base import Answer, ClientCannotError
from conformance.model import Outcome
from conformance.outcome import Seen, decide
from conformance.trial import Trial
from tests.conformance.fakes import FakeClient, House, answer

OK = answer(200, body=b"x")


def outcome(
    check: Callable[[Trial], None],
    answers: Sequence[Answer | Exception] = (OK,),
    *,
    setup: Sequence[Answer] = (answer(200, headers=[("ETag", '"e"')]),),
    claim: str = "supported",
    operations: Sequence[str] = ("GetObject",),
) -> tuple[Outcome, str]:
    """Run a check as a worker does and decide."""
    trial = Trial(House(FakeClient(setup)), FakeClient(answers), Path())
    trouble: Exception | None = None
    try:
        check(trial)
    except Exception as raised:  # noqa: BLE001 - as a worker does
        trouble = raised
    return decide(Seen(trial.expect, trial.answers, trouble, operations, claim))


def gets(t: Trial) -> None:
    t.expect.status(t.call("GetObject", Key="k"), 200)


def test_every_expectation_held_is_a_pass() -> None:
    assert outcome(gets) == (Outcome.PASS, "")


def test_a_mismatch_is_a_fail_that_says_what_was_expected_and_came() -> None:
    decided, reason = outcome(gets, [answer(404, "NoSuchKey")])
    assert decided is Outcome.FAIL
    assert "expected 200, got 404 NoSuchKey" in reason


def test_an_exception_after_a_mismatch_is_a_fail() -> None:
    def check(t: Trial) -> None:
        gets(t)
        raise IndexError("no second part")

    decided, reason = outcome(check, [answer(404, "NoSuchKey")])
    assert decided is Outcome.FAIL
    assert "no second part" in reason


def test_an_exception_without_a_mismatch_is_an_error_with_its_traceback() -> None:
    def check(t: Trial) -> None:
        gets(t)
        raise IndexError("ours")

    decided, reason = outcome(check)
    assert decided is Outcome.ERROR
    assert "IndexError: ours" in reason
    assert "test_outcome.py" in reason


def test_a_missing_member_is_a_fail() -> None:
    decided, reason = outcome(lambda t: t.call("GetObject", Key="k").need("UploadId"))
    assert decided is Outcome.FAIL
    assert "UploadId" in reason


def test_a_missing_header_is_a_fail() -> None:
    decided, reason = outcome(lambda t: t.call("GetObject", Key="k").headers["x-amz-version-id"])
    assert decided is Outcome.FAIL
    assert "x-amz-version-id" in reason


def test_no_expectation_is_an_error() -> None:
    decided, reason = outcome(lambda t: t.call("GetObject", Key="k"))
    assert decided is Outcome.ERROR
    assert "asserted nothing" in reason


def test_a_client_without_a_way_to_say_it() -> None:
    assert outcome(gets, [ClientCannotError("no such option")]) == (
        Outcome.CLIENT_CANNOT,
        "no such option",
    )


@pytest.mark.parametrize("refused", [answer(404, "NoSuchBucket"), answer(500, "InternalError")])
def test_refused_setup_is_blocked(refused: Answer) -> None:
    decided, reason = outcome(lambda t: t.given.object("k", b"") and gets(t), setup=[refused])
    assert decided is Outcome.BLOCKED
    assert str(refused.status) in reason


def test_a_client_that_sent_nothing_is_our_error() -> None:
    decided, reason = outcome(gets, [answer(0, silent=True, stderr="Traceback\nboom")])
    assert decided is Outcome.ERROR
    assert "boom" in reason


class TestUnsupported:
    """A row the profile says the endpoint does not have."""

    def put(self, t: Trial) -> None:
        t.expect.status(t.call("PutBucketCors"), 200)

    def decide(self, *answers: Answer, check: Callable[[Trial], None] | None = None) -> Outcome:
        decided, _ = outcome(
            check or self.put,
            answers,
            claim="unsupported",
            operations=("PutBucketCors", "GetBucketCors"),
        )
        return decided

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (501, "NotImplemented"),
            (405, "MethodNotAllowed"),
            (403, "AccessDenied"),
            (400, "InvalidRequest"),
        ],
    )
    def test_refused_with_an_s3_error_is_not_claimed(self, status: int, code: str) -> None:
        assert self.decide(answer(status, code, method="PUT")) is Outcome.NOT_CLAIMED

    @pytest.mark.parametrize(
        "given",
        [
            answer(500, "InternalError", method="PUT"),
            answer(503, "ServiceUnavailable", method="PUT"),
            answer(404, None, method="PUT"),
            answer(204, None, method="PUT"),
        ],
    )
    def test_anything_else_is_a_fail(self, given: Answer) -> None:
        assert self.decide(given) is Outcome.FAIL

    def test_what_works_is_a_pass_that_says_so(self) -> None:
        decided = outcome(self.put, [answer(200, method="PUT")], claim="unsupported")
        assert decided == (Outcome.PASS, "works although not claimed")

    def test_accepting_what_is_then_not_there_is_a_fail(self) -> None:
        def check(t: Trial) -> None:
            t.expect.status(t.call("PutBucketCors"), 200)
            t.expect.status(t.call("GetBucketCors"), 200)

        accepted = answer(200, method="PUT")
        assert self.decide(accepted, answer(501, "NotImplemented"), check=check) is Outcome.FAIL

    def test_refused_setup_is_not_claimed(self) -> None:
        decided, _ = outcome(
            lambda t: t.given.call("PutBucketCors") and gets(t),
            setup=[answer(501, "NotImplemented")],
            claim="unsupported",
        )
        assert decided is Outcome.NOT_CLAIMED

    def test_an_error_of_ours_stays_one(self) -> None:
        def check(t: Trial) -> None:
            gets(t)
            raise IndexError

        assert outcome(check, claim="unsupported")[0] is Outcome.ERROR
