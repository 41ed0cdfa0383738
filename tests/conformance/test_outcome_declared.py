"""Deviations that an endpoint's documentation admits: just this answer, and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.clients.base import Answer
from conformance.model import Outcome
from conformance.trial.trial import Trial
from matrix import Declared
from tests.conformance.deciding import OK, outcome
from tests.conformance.fakes import answer


class TestDeclared:
    """A deviation the endpoint's documentation admits, with the answer it gives instead."""

    missing = Declared(
        words="404, on purpose", cite="https://x.org/a", status=404, code="NoSuchKey"
    )

    def deletes(self, t: Trial) -> None:
        t.expect.ok(t.call("DeleteObject", Key="k"))

    def decide(self, *answers: Answer, declared: Declared | None = None) -> tuple[Outcome, str]:
        return outcome(self.deletes, answers, declared=[declared or self.missing])

    def test_just_this_answer_is_declared(self) -> None:
        decided, reason = self.decide(answer(404, "NoSuchKey", method="DELETE"))
        assert decided is Outcome.DECLARED
        assert "DeleteObject answered 404 NoSuchKey, expected 2xx" in reason

    @pytest.mark.parametrize(
        "given", [answer(404, "NoSuchBucket"), answer(400, "NoSuchKey"), answer(404), answer(500)]
    )
    def test_any_other_wrong_answer_is_a_fail(self, given: Answer) -> None:
        assert self.decide(given)[0] is Outcome.FAIL

    def test_what_works_after_all_is_a_pass(self) -> None:
        assert self.decide(answer(204))[0] is Outcome.PASS

    def test_a_second_mismatch_of_another_kind_is_a_fail(self) -> None:
        def check(t: Trial) -> None:
            self.deletes(t)
            t.expect.status(t.call("GetObject", Key="k"), 404)

        decided, _ = outcome(
            check, [answer(404, "NoSuchKey"), answer(200)], declared=[self.missing]
        )
        assert decided is Outcome.FAIL

    def test_an_answer_that_is_no_error_is_declared_by_what_is_seen(self) -> None:
        atime = Declared(
            words="200", cite="https://x.org/a", status=200, instead={"header ETag": r"v1-.*"}
        )

        def check(t: Trial) -> None:
            t.expect.header(t.call("PutObject", Key="k"), "ETag", '"md5"')

        as_said = answer(200, headers=[("ETag", "v1-abc")])
        assert outcome(check, [as_said], declared=[atime])[0] is Outcome.DECLARED
        other = answer(200, headers=[("ETag", "0")])
        assert outcome(check, [other], declared=[atime])[0] is Outcome.FAIL

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"check": "it_is_refused"}, Outcome.DECLARED),
            ({"instead": {"status": "200"}}, Outcome.DECLARED),
            ({"instead": {"header ETag": ".*"}}, Outcome.FAIL),  # it says nothing of refusals
        ],
    )
    def test_a_success_where_s3_refuses_is_declared_by_its_status(
        self, said: dict[str, Any], expected: Outcome
    ) -> None:
        taken = Declared(words="w", cite="https://x.org/a", status=200, **said)

        def check(t: Trial) -> None:
            t.expect.error(t.call("PutObject", Key="k"), 400, "InvalidArgument")

        def check_more(t: Trial) -> None:
            check(t)
            t.expect.body(t.call("GetObject", Key="k"), b"as it was")

        assert outcome(check, [answer(200)], declared=[taken])[0] is expected
        other = answer(204)
        assert outcome(check, [other], declared=[taken])[0] is Outcome.FAIL
        after = [answer(200), answer(200, body=b"overwritten")]
        assert outcome(check_more, after, declared=[taken])[0] is Outcome.FAIL

    listed = Declared(
        words="no more than one page",
        cite="https://x.org/b",
        status=200,
        instead={"keys of all pages": "1", "header ETag": "v1-.*"},
    )

    def works_out(self, t: Trial) -> None:
        t.call("ListObjects")
        t.call("ListObjects")
        t.expect.equal(1, 2, "keys of all pages")

    @pytest.mark.parametrize(
        ("answers", "expected"),
        [
            ((answer(200), answer(200)), Outcome.DECLARED),
            ((answer(200), answer(500)), Outcome.DECLARED),  # one of its answers is the declared
            ((answer(500), answer(200)), Outcome.DECLARED),
            ((answer(500), answer(500)), Outcome.FAIL),
        ],
    )
    def test_what_the_check_works_out_itself_is_declared_by_what_is_seen(
        self, answers: tuple[Answer, ...], expected: Outcome
    ) -> None:
        assert outcome(self.works_out, answers, declared=[self.listed])[0] is expected

    @pytest.mark.parametrize(
        "instead", [{}, {"keys of all pages": "2"}, {"other keys": "1"}, {"keys of all pages": ""}]
    )
    def test_but_not_where_nothing_is_said_of_it(self, instead: dict[str, str]) -> None:
        declared = Declared(
            words="w", cite="https://x.org/b", status=404, code="NoSuchKey", instead=instead
        )
        answers = [answer(404, "NoSuchKey")]
        assert outcome(self.works_out, answers, declared=[declared])[0] is Outcome.FAIL

    def test_each_of_several_mismatches_has_to_be_declared_by_the_same(self) -> None:
        def check(t: Trial) -> None:
            t.expect.header(t.call("PutObject", Key="k"), "ETag", '"md5"')
            t.expect.equal(1, 2, "keys of all pages")

        as_said = answer(200, headers=[("ETag", "v1-abc")])
        assert outcome(check, [as_said], declared=[self.listed])[0] is Outcome.DECLARED
        halves = [
            Declared(words="w", cite="https://x.org/b", status=200, instead={name: pattern})
            for name, pattern in self.listed.instead.items()
        ]
        assert outcome(check, [as_said], declared=halves)[0] is Outcome.FAIL

    @pytest.mark.parametrize(
        ("second", "expected"),
        [
            (answer(404, "NoSuchKey"), Outcome.DECLARED),
            (answer(404, "NoSuchBucket"), Outcome.FAIL),  # declared, too, but as something else
            (answer(500, "InternalError"), Outcome.FAIL),
        ],
    )
    def test_two_wrong_answers_are_declared_where_both_are_the_same_deviation(
        self, second: Answer, expected: Outcome
    ) -> None:
        def check(t: Trial) -> None:
            self.deletes(t)
            self.deletes(t)

        other = Declared(words="w", cite="https://x.org/c", status=404, code="NoSuchBucket")
        wrong = [answer(404, "NoSuchKey"), second]
        assert outcome(check, wrong, declared=[other, self.missing])[0] is expected

    def test_another_clients_answer_is_looked_at_under_its_own_name(self) -> None:
        def check(t: Trial) -> None:
            t.expect.header(t.call_by("other", "PutObject", Key="k"), "ETag", '"md5"')

        as_said = answer(200, headers=[("ETag", "v1-abc")])
        decided = outcome(check, [OK], setup=[as_said], declared=[self.listed])[0]
        assert decided is Outcome.DECLARED

    def test_an_exception_afterwards_is_a_fail(self) -> None:
        def check(t: Trial) -> None:
            self.deletes(t)
            raise IndexError

        assert (
            outcome(check, [answer(404, "NoSuchKey")], declared=[self.missing])[0] is Outcome.FAIL
        )


class TestDeclaredRedirect:
    """A redirect that the client stays with: what comes after it shows nothing."""

    redirect = Declared(words="w", cite="https://x.org/a", status=307, code="TemporaryRedirect")

    def decide(self, check: Callable[[Trial], None], *answers: Answer) -> Outcome:
        found = [answer(404, "NoSuchKey")]
        return outcome(check, answers, setup=found, declared=[self.redirect])[0]

    def writes_and_looks(self, t: Trial) -> None:
        t.expect.ok(t.call("PutObject", Key="k"))
        t.expect.status(t.look("GetObject", Key="k"), 200)
        t.expect.equal(1, 2, "what was worked out")

    def test_everything_after_it_follows_from_it(self) -> None:
        away = answer(307, "TemporaryRedirect")
        assert self.decide(self.writes_and_looks, away) is Outcome.DECLARED
        assert self.decide(self.writes_and_looks, answer(200)) is Outcome.FAIL
        assert self.decide(self.writes_and_looks, answer(307, "Other")) is Outcome.FAIL

    def test_what_was_wrong_before_it_is_a_fail(self) -> None:
        def check(t: Trial) -> None:
            t.expect.status(t.call("CreateBucket", Bucket="b"), 201)
            t.expect.ok(t.call("PutObject", Key="k"))

        away = answer(307, "TemporaryRedirect")
        assert self.decide(check, answer(200), away) is Outcome.FAIL
        assert self.decide(check, answer(201), away) is Outcome.DECLARED

    def test_setup_that_needed_what_never_arrived_is_not_blocked(self) -> None:
        def check(t: Trial) -> None:
            t.call("PutObject", Key="k")
            t.given.call("HeadObject", Key="k")

        assert self.decide(check, answer(307, "TemporaryRedirect")) is Outcome.DECLARED
        assert self.decide(check, answer(200)) is Outcome.BLOCKED
