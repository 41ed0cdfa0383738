"""Each outcome, and what keeps it from being another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.base import Answer, ClientCannotError
from conformance.model import Outcome
from conformance.trial.outcome import Seen, decide
from conformance.trial.trial import Trial
from matrix import Declared
from tests.conformance.fakes import FakeClient, House, answer

OK = answer(200, body=b"x")


def outcome(
    check: Callable[[Trial], None],
    answers: Sequence[Answer | Exception] = (OK,),
    *,
    setup: Sequence[Answer] = (answer(200, headers=[("ETag", '"e"')]),),
    claim: str = "supported",
    operations: Sequence[str] = ("GetObject",),
    declared: Sequence[Declared] = (),
    claimed: Callable[[str], bool] = lambda _: True,
    guards: bool = False,
) -> tuple[Outcome, str]:
    """Run a check as a worker does and decide."""
    trial = Trial(House(FakeClient(setup)), FakeClient(answers), Path(), sacrificial=guards)
    trouble: Exception | None = None
    try:
        check(trial)
    except Exception as raised:  # noqa: BLE001 - as a worker does
        trouble = raised
    prepared = [call.operation for call in trial.calls if call.purpose == "setup"]
    seen = Seen(
        trial.expect, trial.answers, trouble, operations, claim, declared, claimed, guards, prepared
    )
    return decide(seen)[:2]


def gets(t: Trial) -> None:
    t.expect.status(t.call("GetObject", Key="k"), 200)


def test_every_expectation_held_is_a_pass() -> None:
    assert outcome(gets) == (Outcome.PASS, "")


def test_a_mismatch_is_a_fail_that_says_what_was_expected_and_came() -> None:
    decided, reason = outcome(gets, [answer(404, "NoSuchKey")])
    assert decided is Outcome.FAIL
    assert reason == "GetObject answered 404 NoSuchKey, expected 200"


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
        assert "error member Method: expected PUT, got absent (and 1 more)" in reason

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

    @pytest.mark.parametrize(
        ("message", "status"), [("The key is too short.", 400), ("no secure connection", 500)]
    )
    def test_any_other_is_a_fail(self, message: str, status: int) -> None:
        assert outcome(gets, [self.refusal(message, status)])[0] is Outcome.FAIL


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
    assert reason.endswith("(and 1 more)")


def test_the_status_is_said_first() -> None:
    def check(t: Trial) -> None:
        got = t.call("GetObject", Key="k")
        t.expect.header(got, "ETag", '"e"')
        t.expect.status(got, 206)

    _, reason = outcome(check)
    assert reason == "GetObject answered 200, expected 206 (and 1 more)"


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

    @pytest.mark.parametrize(
        ("status", "code"), [(404, "NoSuchVersion"), (404, "NoSuchBucket"), (400, "InvalidRequest")]
    )
    def test_a_detail_that_is_wrong_is_no_refusal_and_the_claim_is_named(
        self, status: int, code: str
    ) -> None:
        decided, reason = outcome(
            lambda t: t.expect.error(t.call("GetObject", Key="k"), 405, "MethodNotAllowed"),
            [answer(status, code)],
            claim="unsupported",
        )
        assert decided is Outcome.FAIL
        assert "its documentation says that this is unsupported" in reason

    def test_a_bucket_that_setup_lost_is_no_refusal(self) -> None:
        decided, _ = outcome(
            lambda t: t.given.call("PutBucketCors") and gets(t),
            setup=[answer(404, "NoSuchBucket")],
            claim="unsupported",
            operations=("PutBucketCors",),
        )
        assert decided is Outcome.FAIL

    def test_a_failure_says_what_was_accepted_all_the_same(self) -> None:
        def check(t: Trial) -> None:
            t.expect.ok(t.call("PutBucketCors"))
            t.expect.member(t.call("GetBucketCors"), "CORSRules", [])

        decided, reason = outcome(
            check,
            [answer(200, method="PUT"), answer(200)],
            claim="unsupported",
            operations=("PutBucketCors",),
        )
        assert decided is Outcome.FAIL
        assert reason.endswith("unsupported, yet it accepted PutBucketCors (200)")

    def test_a_version_that_a_check_of_another_row_needs_is_not_claimed(self) -> None:
        decided, reason = outcome(
            lambda t: (
                t.given.versioned_bucket() and t.given.object("k", Bucket="b").need_version_id()
            ),
            claimed=lambda operation: operation != "PutBucketVersioning",
        )
        assert decided is Outcome.NOT_CLAIMED
        assert reason.startswith("needs PutBucketVersioning, which its documentation says")

    @pytest.mark.parametrize(
        ("claims", "shown", "expected"),
        [
            (False, answer(200, body=b"<DeleteResult/>"), Outcome.NOT_CLAIMED),
            (True, answer(200, body=b"<DeleteResult/>"), Outcome.FAIL),
            (False, answer(200, headers=[("x-amz-version-id", "v")]), Outcome.FAIL),
            (False, replace(answer(200), wire_body=b"<VersionId>v</VersionId>"), Outcome.FAIL),
        ],
    )
    def test_versions_that_were_switched_on_and_did_not_come_are_not_claimed(
        self, claims: bool, shown: Answer, expected: Outcome
    ) -> None:
        def check(t: Trial) -> None:
            t.given.versioned_bucket()
            t.expect.header(t.call("DeleteObjects"), "x-amz-delete-marker", "true")

        decided, reason = outcome(
            check,
            [shown],
            claimed=lambda operation: claims or operation != "PutBucketVersioning",
        )
        assert decided is expected
        assert reason.startswith("needs PutBucketVersioning") is (expected is Outcome.NOT_CLAIMED)

    @pytest.mark.parametrize(
        ("came", "versioning"),
        [
            (answer(500, "InternalError"), answer(501, "NotImplemented")),
            (answer(409, "OperationAborted"), answer(501, "NotImplemented")),
            (answer(500, "InternalError"), answer(200)),
        ],
    )
    def test_a_failure_beside_versions_that_are_not_there_is_a_failure(
        self, came: Answer, versioning: Answer
    ) -> None:
        def check(t: Trial) -> None:
            t.expect.error(t.call("PutObjectLockConfiguration"), 409, "InvalidBucketState")
            t.given.call("PutBucketVersioning")

        decided, reason = outcome(
            check,
            [came],
            setup=[versioning],
            operations=["PutObjectLockConfiguration"],
            claimed=lambda operation: operation != "PutBucketVersioning",
        )
        assert decided is Outcome.FAIL
        assert reason.startswith(f"PutObjectLockConfiguration answered {came.status}")


class TestOwnRow:
    """What the row itself is made of fails the check wherever it fails."""

    def decide(self, *setup: Answer) -> tuple[Outcome, str]:
        return outcome(lambda t: t.given.call("GetObject", Key="k") and gets(t), setup=setup)

    @pytest.mark.parametrize(
        "given", [answer(500, "InternalError"), answer(501, "NotImplemented"), answer(403, "X")]
    )
    def test_its_setup_too(self, given: Answer) -> None:
        decided, reason = self.decide(given)
        assert decided is Outcome.FAIL
        assert reason.startswith(f"setup: GetObject answered {given.status} {given.code}")

    @pytest.mark.parametrize(
        "given",
        [
            answer(503, "ServiceUnavailable"),
            answer(507, "XMinioStorageFull"),
            answer(0, lost=True),
            answer(400, "TooManyBuckets"),
        ],
    )
    def test_but_not_for_what_is_so_at_the_moment(
        self, given: Answer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
        assert self.decide(given)[0] is Outcome.BLOCKED


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


class TestSetUpByAnotherRow:
    """Setup that needs an operation of another row."""

    def decide(self, refused: Answer, *, claims: bool) -> tuple[Outcome, str]:
        return outcome(
            lambda t: t.given.call("PutBucketVersioning") and gets(t),
            setup=[refused],
            claimed=lambda operation: claims or operation != "PutBucketVersioning",
        )

    def test_not_claimed_where_the_profile_says_that_operation_is_unsupported(self) -> None:
        decided, reason = self.decide(answer(501, "NotImplemented"), claims=False)
        assert decided is Outcome.NOT_CLAIMED
        assert "needs PutBucketVersioning" in reason

    def test_blocked_where_it_is_broken_instead_of_refused(self) -> None:
        assert self.decide(answer(500, "InternalError"), claims=False)[0] is Outcome.BLOCKED

    def test_blocked_and_called_not_implemented_where_nothing_says_so(self) -> None:
        decided, reason = self.decide(answer(501, "NotImplemented"), claims=True)
        assert decided is Outcome.BLOCKED
        assert reason.endswith("does not implement it, and the profile does not say so")


@pytest.mark.parametrize(
    ("status", "expected", "meaning"),
    [
        (0, 200, ": no answer came"),
        (501, 200, ": it says that it is not implemented"),
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
