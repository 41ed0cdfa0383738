"""What an endpoint's documentation says that it does not have: refused, broken or there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from conformance.clients.base import Answer
from conformance.model import Outcome
from conformance.trial.trial import Trial
from tests.conformance.deciding import gets, outcome
from tests.conformance.fakes import answer


def at(moment: float, given: Answer) -> Answer:
    """The answer to a request that was sent at this time."""
    assert given.exchange is not None
    return replace(given, exchange=replaced(given.exchange, started=moment))


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
        decided = outcome(
            self.put,
            [answer(200, method="PUT")],
            claim="unsupported",
            operations=("PutBucketCors",),
        )
        assert decided == (Outcome.PASS, "works although not claimed")

    def test_a_refusal_that_s3_answers_too_shows_nothing_at_work(self) -> None:
        def check(t: Trial) -> None:
            t.expect.error(t.call("PutBucketCors"), 404, "NoSuchBucket")

        decided = outcome(
            check,
            [answer(404, "NoSuchBucket", method="PUT")],
            claim="unsupported",
            operations=("PutBucketCors",),
        )
        assert decided == (
            Outcome.PASS,
            "answers as S3 does, although not claimed; nothing of it was seen to work",
        )

    @pytest.mark.parametrize(
        ("write", "read", "expected"),
        [
            (answer(501, "NotImplemented", method="PUT"), answer(200), Outcome.NOT_CLAIMED),
            (answer(405, "MethodNotAllowed", method="PUT"), answer(404, "No"), Outcome.NOT_CLAIMED),
            (answer(501, "NotImplemented", method="PUT"), answer(500, "Bad"), Outcome.FAIL),
            (answer(204, method="PUT"), answer(404, "NoSuchKey"), Outcome.FAIL),
            (answer(404, "NoSuchBucket", method="PUT"), answer(200), Outcome.FAIL),
        ],
    )
    def test_what_a_refused_write_left_as_it_was_is_no_more_than_that(
        self, write: Answer, read: Answer, expected: Outcome
    ) -> None:
        def check(t: Trial) -> None:
            t.expect.ok(t.call("PutBucketCors"))
            t.expect.header(t.call("GetBucketCors"), "x-there", "1")

        assert self.decide(at(1, write), at(2, read), check=check) is expected

    def test_what_was_read_before_the_refused_write_is_a_fault_of_its_own(self) -> None:
        def check(t: Trial) -> None:
            t.expect.status(t.call("GetBucketCors"), 404)
            t.expect.ok(t.call("PutBucketCors"))

        read, write = at(1, answer(200)), at(2, answer(501, "NotImplemented", method="PUT"))
        assert self.decide(read, write, check=check) is Outcome.FAIL

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
        assert "the server's documentation says that this is unsupported" in reason

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
        assert reason.endswith("unsupported, but it accepted PutBucketCors (200)")

    def test_a_version_that_a_check_of_another_row_needs_is_not_claimed(self) -> None:
        decided, reason = outcome(
            lambda t: (
                t.given.versioned_bucket() and t.given.object("k", Bucket="b").need_version_id()
            ),
            claimed=lambda operation: operation != "PutBucketVersioning",
        )
        assert decided is Outcome.NOT_CLAIMED
        assert reason.startswith("needs PutBucketVersioning, which the server's documentation says")

    def test_a_look_whether_the_bucket_is_there_is_no_need_of_the_check(self) -> None:
        """The run may ask that of a server whose documentation has no HeadBucket."""

        def check(t: Trial) -> None:
            t.given.call("HeadBucket", Bucket="b")
            t.call("ListObjectsV2").need("KeyCount")

        decided, reason = outcome(
            check, [answer(200)], claimed=lambda operation: operation != "HeadBucket"
        )
        assert decided is Outcome.FAIL
        assert "HeadBucket" not in reason

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

    def test_blocked_says_where_the_documentation_says_that_the_row_is_unsupported(self) -> None:
        decided, reason = outcome(
            lambda t: t.given.call("PutBucketVersioning") and gets(t),
            setup=[answer(409, "BucketAlreadyExists")],
            claim="unsupported",
        )
        assert decided is Outcome.BLOCKED
        assert reason.endswith("this is unsupported, but the answer is not a clean refusal")

    def test_blocked_where_it_is_broken_instead_of_refused(self) -> None:
        assert self.decide(answer(500, "InternalError"), claims=False)[0] is Outcome.BLOCKED

    def test_blocked_and_called_not_implemented_where_nothing_says_so(self) -> None:
        decided, reason = self.decide(answer(501, "NotImplemented"), claims=True)
        assert decided is Outcome.BLOCKED
        assert reason.endswith("does not implement it, and no profile calls it unsupported")
