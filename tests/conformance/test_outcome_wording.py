"""What no client depends on decides nothing; what a reason says first, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clients.base import Answer
from conformance.model import Outcome
from conformance.trial.outcome import Seen, decide
from conformance.trial.trial import Trial
from tests.conformance.deciding import OK, outcome
from tests.conformance.fakes import FakeClient, House, answer

ONE_MORE = " (and 1 more difference from S3 in this check)"


class TestWording:
    """What no client depends on decides nothing, unless it is asked for."""

    def check(self, t: Trial) -> None:
        got = t.call("GetObject", Key="k")
        t.expect.error(got, 405, "MethodNotAllowed", Method="PUT")
        t.expect.message(got, "Not so.")

    def decide(self, given: Answer, *, strict: bool = False) -> tuple[Outcome, str]:
        trial = Trial(House(FakeClient([OK])), FakeClient([given]), Path(), strict=strict)
        self.check(trial)
        return decide(Seen(trial.expect, trial.answers, None, ("GetObject",), "supported"))[:2]

    def test_a_pass_says_how_many_details_differ_and_which_is_the_first(self) -> None:
        decided, reason = self.decide(answer(400, "MethodNotAllowed"))
        assert decided is Outcome.PASS
        assert reason == (
            "passes; 3 details differ: GetObject: status: expected 405, got 400 MethodNotAllowed"
        )

    def test_strict_makes_them_count(self) -> None:
        decided, reason = self.decide(answer(405, "MethodNotAllowed"), strict=True)
        assert decided is Outcome.FAIL
        said = "error member Method: expected PUT, got absent" + ONE_MORE
        assert said in reason

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (405, "InvalidRequest"),  # another code
            (404, "MethodNotAllowed"),  # a status that clients decide by
            (501, "MethodNotAllowed"),  # another class
            (200, "MethodNotAllowed"),
        ],
    )
    def test_code_and_class_are_behaviour(self, status: int, code: str) -> None:
        decided, reason = self.decide(answer(status, code))
        assert decided is Outcome.FAIL
        assert reason.startswith(f"GetObject answered {status} {code}")

    def test_no_code_no_leeway(self) -> None:
        trial = Trial(House(FakeClient([OK])), FakeClient([answer(400)]), Path())
        assert not trial.expect.error(trial.call("HeadObject", Key="k"), 405, None)
        assert trial.expect.mismatches

    def test_a_right_answer_differs_in_nothing(self) -> None:
        given = answer(405, "MethodNotAllowed", error={"Method": "PUT"})
        given.message = "Not so."
        assert self.decide(given, strict=True) == (Outcome.PASS, "")


def test_which_success_it_is_may_be_wording() -> None:
    check = "passes; 1 detail differs: DeleteObject: status: expected 204, got 200"
    got = outcome(lambda t: t.expect.success(t.call("DeleteObject", Key="k"), 204))
    assert got == (Outcome.PASS, check)
    refused = outcome(
        lambda t: t.expect.success(t.call("DeleteObject", Key="k"), 204), [answer(403, "X")]
    )
    assert refused[0] is Outcome.FAIL


@pytest.mark.parametrize(("status", "came"), [(500, "500"), (0, "nothing")])
def test_that_the_server_failed_is_said_before_any_other_status(status: int, came: str) -> None:
    def check(t: Trial) -> None:
        t.expect.status(t.call("GetObject", Key="k"), 206)
        t.expect.status(t.call("GetObject", Key="k"), 200)

    decided, reason = outcome(check, [answer(404, "NoSuchKey"), answer(status)])
    assert decided is Outcome.FAIL
    assert reason.startswith(f"GetObject answered {came}, expected 200")
    assert reason.endswith(ONE_MORE)


def test_the_status_is_said_first() -> None:
    def check(t: Trial) -> None:
        got = t.call("GetObject", Key="k")
        t.expect.header(got, "ETag", '"e"')
        t.expect.status(got, 206)

    _, reason = outcome(check)
    assert reason == "GetObject answered 200, expected 206" + ONE_MORE


@pytest.mark.parametrize(
    ("status", "expected", "meaning"),
    [
        (0, 200, ": no answer came"),
        (501, 200, ": the server says that it does not implement this"),
        (500, 200, ": the server failed"),
        (503, 200, ": the server failed"),
        (200, 404, ": it accepts what S3 refuses"),
        (204, 501, ": it accepts what S3 refuses"),
        (400, 200, ": it refuses what S3 accepts"),
        (403, 206, ": it refuses what S3 accepts"),
        (299, 403, ": it accepts what S3 refuses"),
        (300, 403, ""),
        (200, 304, ""),
        (499, 200, ": it refuses what S3 accepts"),
        (404, 200, ""),
        (200, 206, ""),
        (400, 403, ""),
        (302, 200, ""),
    ],
)
def test_a_status_that_differs_says_what_it_means(status: int, expected: int, meaning: str) -> None:
    def check(t: Trial) -> None:
        t.expect.status(t.call("GetObject", Key="k"), expected)

    decided, reason = outcome(check, [answer(status)])
    assert decided is Outcome.FAIL
    assert reason.endswith(f", expected {expected}{meaning}")
