"""Each outcome, and what keeps it from being another."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from conformance.clients.base import Answer, ClientCannotError
from conformance.model import Outcome
from conformance.trial.trial import Trial
from tests.conformance.deciding import gets, outcome
from tests.conformance.fakes import answer


def noted(note: str) -> Answer:
    """No answer came, and this is why."""
    made = answer(0, lost=True)
    assert made.exchange is not None
    made.exchange = msgspec.structs.replace(made.exchange, note=note)
    made.call = msgspec.structs.replace(made.call, exchanges=(made.exchange,))
    return made


def test_every_expectation_held_is_a_pass() -> None:
    assert outcome(gets) == (Outcome.PASS, "")


def test_a_mismatch_is_a_fail_that_says_what_was_expected_and_came() -> None:
    decided, reason = outcome(gets, [answer(404, "NoSuchKey")])
    assert decided is Outcome.FAIL
    assert reason == "GetObject answered 404 NoSuchKey, expected 200"


@pytest.mark.parametrize(
    "unconnected",
    [
        answer(0, silent=True, stderr="EndpointConnectionError: Could not connect to the endpoint"),
        noted("ConnectionRefusedError: [Errno 111] Connection refused"),
    ],
    ids=["a client's words", "on the wire"],
)
def test_an_endpoint_that_took_no_connection_was_not_judged(unconnected: Answer) -> None:
    decided, reason = outcome(gets, [unconnected])

    assert decided is Outcome.BLOCKED
    assert reason.startswith("no connection to the endpoint could be made")


def test_a_connection_that_ended_without_an_answer_is_a_fail() -> None:
    assert outcome(gets, [noted("ConnectionResetError: reset by peer")])[0] is Outcome.FAIL


def test_where_one_request_was_answered_the_endpoint_is_judged() -> None:
    def check(t: Trial) -> None:
        gets(t)
        gets(t)

    refused = noted("ConnectionRefusedError: [Errno 111] Connection refused")
    assert outcome(check, [answer(404, "NoSuchKey"), refused])[0] is Outcome.FAIL


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
    assert "expects nothing" in reason


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


class TestUnreadable:
    """Nothing is read from an error, nor from another operation's document."""

    def strange(self) -> Answer:
        given = answer(200)
        given.strange = "<ListBucketResult> instead of <Tagging>"
        return given

    @pytest.mark.parametrize("given", [answer(501, "NotImplemented"), answer(404, "NoSuchKey")])
    def test_an_error_has_no_members(self, given: Answer) -> None:
        decided, reason = outcome(
            lambda t: t.expect.equal(t.call("GetObject", Key="k").members.get("A"), None, "A"),
            [given],
        )
        assert decided is Outcome.FAIL
        assert reason.startswith(f"GetObject answered {given.status}: {given.code}")

    def test_members_of_another_document_are_a_mismatch_even_where_none_is_expected(self) -> None:
        decided, reason = outcome(
            lambda t: t.expect.member(t.call("GetObject", Key="k"), "Status", None),
            [self.strange()],
        )
        assert decided is Outcome.FAIL
        assert "<ListBucketResult> instead of <Tagging>" in reason

    def test_such_a_success_is_none(self) -> None:
        decided, _ = outcome(lambda t: t.expect.ok(t.call("GetObject", Key="k")), [self.strange()])
        assert decided is Outcome.FAIL

    @pytest.mark.parametrize(
        "look",
        [
            lambda t, got: t.expect.no_header(got, "x-amz-tagging-count"),
            lambda t, got: t.expect.member(got, "Status", None),
        ],
    )
    def test_what_is_not_there_is_not_taken_from_an_error(
        self, look: Callable[[Trial, Answer], object]
    ) -> None:
        decided, reason = outcome(
            lambda t: look(t, t.call("GetObject", Key="k")), [answer(404, "NoSuchKey")]
        )
        assert decided is Outcome.FAIL
        assert reason.startswith("GetObject answered 404 NoSuchKey, expected 2xx")

    def test_but_from_an_error_that_was_expected(self) -> None:
        def check(t: Trial) -> None:
            got = t.call("GetObject", Key="k")
            t.expect.error(got, 404, "NoSuchKey")
            t.expect.no_header(got, "x-amz-tagging-count")

        assert outcome(check, [answer(404, "NoSuchKey")])[0] is Outcome.PASS


@pytest.mark.parametrize(
    "take",
    [
        lambda got: got.need("UploadId"),
        lambda got: got.need_header("Location"),
        lambda got: got.need_version_id(),
        lambda got: got.need_etag(),
    ],
)
def test_what_is_needed_and_missing_is_a_failure_of_that_answer(
    take: Callable[[Answer], object],
) -> None:
    null = answer(200, headers=[("x-amz-version-id", "null")])
    decided, reason = outcome(lambda t: take(t.call("PutObject", Key="k")), [null])
    assert decided is Outcome.FAIL
    assert reason.startswith("PutObject answered 200 with")


class TestKeysOverHttp:
    """S3 takes no customer's key over http; who refuses it as S3 does is not judged by it."""

    def refusal(self, message: str, status: int = 400) -> Answer:
        given = answer(status, "InvalidRequest", method="PUT")
        given.message = message
        return given

    def test_a_refusal_for_http_is_not_tried(self) -> None:
        given = self.refusal("Requests with keys must be made over a secure connection.")
        assert outcome(gets, [given])[0] is Outcome.NOT_TRIED
        setup = outcome(lambda t: t.given.object("k") and gets(t), setup=[given])
        assert setup[0] is Outcome.NOT_TRIED
        needed = outcome(lambda t: t.call("GetObject", Bucket="b").need("UploadId"), [given])
        assert needed[0] is Outcome.NOT_TRIED

    @pytest.mark.parametrize(
        ("message", "status"), [("The key is too short.", 400), ("no secure connection", 500)]
    )
    def test_any_other_is_a_fail(self, message: str, status: int) -> None:
        assert outcome(gets, [self.refusal(message, status)])[0] is Outcome.FAIL
