"""A check that may destroy data is held to buckets of its own, whatever it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

import matrix
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Outcome
from conformance.run.journal import Journal, JournalHeader, new_run_id
from conformance.run.session import Session
from conformance.trial.check import DATA_LOSS, CheckError, check, discover
from conformance.trial.sacrifice import Fence, TrespassError
from conformance.trial.trial import Trial
from server_ref.server import S3Server
from tests.conformance.deciding import outcome
from tests.conformance.fakes import FakeClient, House, answer, make_check

GOOD = answer(200, headers=[("ETag", '"e"')])


def trial(client: FakeClient) -> Trial:
    return Trial(House(FakeClient([GOOD])), client, Path(), sacrificial=True)


@pytest.mark.parametrize(
    "reach",
    [
        lambda t: t.call("DeleteBucketCors", Bucket="somebody-elses"),
        lambda t: t.call("PutObjectTagging", Key="k"),
        lambda t: t.call("DeleteBucketCors", Bucket=t.bucket),
        lambda t: t.given.object("k", b""),
        lambda t: t.given.call("DeleteObject", Bucket="somebody-elses", Key="k"),
        lambda t: t.look("GetObject", Bucket="somebody-elses", Key="k"),
        lambda t: t.cli(["delcors", "s3://somebody-elses"]),
        lambda t: t.cli(["s3api", "delete-bucket", "--bucket", "somebody-elses"]),
        lambda t: t.cli(["s3api", "delete-bucket", "--bucket=somebody-elses"]),
        lambda t: t.cli(["ls"]),
        lambda t: t.raw("DELETE", "/somebody-elses", query="cors"),
        lambda t: t.raw("DELETE", f"/{t.bucket_name()}", headers={"Host": "other.example.com"}),
        lambda t: t.wire(b"DELETE / HTTP/1.1\r\n\r\n"),
    ],
)
def test_nothing_is_sent_beyond_the_fence(reach: Callable[[Trial], object]) -> None:
    client = FakeClient([GOOD])
    t = trial(client)
    with pytest.raises(TrespassError):
        reach(t)
    assert client.asked == []
    assert t.calls == []


def test_an_own_bucket_is_within_the_fence() -> None:
    client = FakeClient([answer(204, method="DELETE")])
    t = trial(client)
    bucket = t.given.bucket()
    t.call("DeleteBucketCors", Bucket=bucket)
    assert client.asked == [("DeleteBucketCors", {"Bucket": bucket})]


def test_command_lines_are_read_for_every_bucket_they_name() -> None:
    fence = Fence(["own-1"])
    fence.command(["delcors", "s3://own-1"])
    fence.command(["s3api", "put-object", "--bucket", "own-1", "--body", "file:///tmp/x"])
    with pytest.raises(TrespassError, match="other"):
        fence.command(["mv", "s3://own-1/k", "s3://other/k"])
    with pytest.raises(TrespassError, match="ais-bck"):
        fence.command(["rmb", "ais://ais-bck"])


def test_trespassing_is_an_error_of_ours() -> None:
    decided, reason = outcome(lambda t: t.call("DeleteBucketCors", Bucket="other"), guards=True)
    assert decided is Outcome.ERROR
    assert "other is not a bucket this check made" in reason


def guarded(t: Trial) -> None:
    stored = t.given.object("k", b"content", Bucket=t.given.bucket())
    t.call("PutObjectTagging", Bucket=stored.bucket, Key="k", Tagging={})
    t.kept.object(stored, b"content")


def seen(status: int, code: str | None = None, body: bytes = b"") -> list[Any]:
    """Setup's bucket and object, then what is there afterwards."""
    after = answer(status, code)
    after.wire_body = body
    return [answer(200), GOOD, after]


class TestLoss:
    def test_what_is_still_there_is_a_pass_however_it_was_refused(self) -> None:
        kept = outcome(
            guarded, [answer(501, "NotImplemented")], setup=seen(200, body=b"content"), guards=True
        )
        assert kept == (Outcome.PASS, "")

    @pytest.mark.parametrize("claim", ["supported", "limited", "unsupported"])
    @pytest.mark.parametrize(
        ("setup", "how"),
        [
            (seen(404, "NoSuchKey"), "gone"),
            (seen(404, "NoSuchBucket"), "gone"),
            (seen(200, body=b"<Tagging/>"), "overwritten"),
        ],
    )
    def test_what_is_lost_is_a_fail_that_says_so_whatever_is_claimed(
        self, claim: str, setup: list[Any], how: str
    ) -> None:
        decided, reason = outcome(
            guarded, [answer(501, "X")], setup=setup, claim=claim, guards=True
        )
        assert decided is Outcome.FAIL
        assert reason.startswith("data loss: object k is " + how)

    @pytest.mark.parametrize(
        ("status", "kept", "none_made"),
        [
            (200, (Outcome.PASS, ""), (Outcome.FAIL, "answers 200")),
            (404, (Outcome.FAIL, "data loss: bucket other is gone"), (Outcome.PASS, "")),
            (0, (Outcome.FAIL, "cannot be seen: no answer"), (Outcome.FAIL, "answers 0")),
            (403, (Outcome.FAIL, "cannot be seen: 403"), (Outcome.FAIL, "answers 403")),
            (500, (Outcome.FAIL, "cannot be seen: 500"), (Outcome.FAIL, "answers 500")),
        ],
    )
    def test_only_a_bucket_seen_to_be_gone_is_lost(
        self, status: int, kept: tuple[Outcome, str], none_made: tuple[Outcome, str]
    ) -> None:
        for looks, (expected, words) in (
            (lambda t: t.kept.bucket("other"), kept),
            (lambda t: t.kept.no_bucket("other"), none_made),
        ):
            looker = FakeClient([answer(status), answer(404)])  # the 404: a bucket never made
            t = Trial(House(looker), FakeClient([GOOD]), Path())
            held = looks(t)
            *controls, one = t.expect.seen
            assert [control.ok for control in controls] == [True] * (status == 200 and held)
            assert held is (expected is Outcome.PASS)
            assert one.ok is held
            assert one.lost is words.startswith("data loss")
            assert words.rpartition(" is ")[2] in one.actual

    def test_a_bucket_is_not_kept_where_every_bucket_is_there(self) -> None:
        t = Trial(House(FakeClient([answer(200)])), FakeClient([GOOD]), Path())
        t.kept.bucket("other")
        (missed,) = t.expect.mismatches
        assert "never made answers 200" in missed.what
        assert not missed.lost

    @pytest.mark.parametrize("status", [0, 403, 500])
    def test_what_cannot_be_seen_is_a_fail_and_no_loss(self, status: int) -> None:
        decided, reason = outcome(guarded, setup=seen(status, "Code"), guards=True)
        assert decided is Outcome.FAIL
        assert "data loss" not in reason

    def test_a_check_that_looks_at_nothing_is_an_error(self) -> None:
        def blind(t: Trial) -> None:
            t.expect.status(t.call("DeleteBucketCors", Bucket=t.given.bucket()), 200)

        decided, reason = outcome(blind, guards=True)
        assert decided is Outcome.ERROR
        assert "t.kept" in reason


def test_a_severity_that_is_none_is_refused() -> None:
    with pytest.raises(CheckError, match="severity"):
        check("get-object", severity="bad")(_unused)
    with pytest.raises(CheckError, match="scored"):
        check("get-object", severity=DATA_LOSS, verified="observed")(_unused)


def _unused(_t: Trial) -> None:
    """A check."""


def test_the_suites_own_destructive_checks_say_so() -> None:
    guarding = [one for one in discover().values() if one.severity == DATA_LOSS]
    assert {one.row for one in guarding} == {"data-safety"}
    assert all(one.proved_by for one in guarding)


@pytest.mark.parametrize("severity", [DATA_LOSS, ""])
def test_a_run_sends_nothing_of_a_check_that_goes_beyond_its_fence(
    severity: str, tmp_path: Path
) -> None:
    """By the session, as in a run; the control is the same check without the severity."""

    def reaches_out(t: Trial) -> None:
        t.expect.ok(t.call("ListObjectsV2", Bucket="somebody-elses"))

    with S3Server(durability="relaxed") as server:
        boto3.client("s3", **server.client_kwargs).create_bucket(Bucket="somebody-elses")
        endpoint = Endpoint(
            url=server.url, credentials=Credentials(server.access_key, server.secret_key)
        )
        run_id = new_run_id()
        header = JournalHeader(run_id, endpoint.url, endpoint.region, "path", "aws")
        journal = Journal.start(tmp_path / "journal.jsonl", header)
        known = matrix.load_matrix(), matrix.load_profile("aws")
        with Session(endpoint, *known, journal, tmp_path / "scratch") as session:
            result = session.run(make_check(reaches_out, severity=severity), "raw")
        journal.close()

    if not severity:
        assert (result.outcome, len(result.calls)) == (Outcome.PASS, 1)
    else:
        assert (result.outcome, result.calls) == (Outcome.ERROR, ())
        assert "somebody-elses is not a bucket this check made" in result.reason
