"""Checks between accounts: run with a second account, not tried without, cleaned up as whoever."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import matrix
from conformance.endpoint.credentials import CredentialsError, beside, load
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.endpoint.target import Target, TargetError, read_targets
from conformance.model import Outcome, Result
from conformance.model.verdict import ExitCode, judge_results
from conformance.run.journal import Journal, JournalHeader, new_run_id, read_journal
from conformance.run.session import Session
from conformance.trial.check import OTHER_ACCOUNT, Check, CheckError, CheckFunction, check, discover
from conformance.trial.trial import Trial
from server_ref.server import S3Server


@pytest.fixture(scope="module")
def one() -> Iterator[S3Server]:
    """A server of this module's own: its list of buckets is looked at."""
    with S3Server(durability="relaxed") as server:
        yield server


def endpoint_of(server: S3Server, *, second: bool = True) -> Endpoint:
    other = server.add_account()
    digits = server.credentials[0].account.account_id
    return Endpoint(
        url=server.url,
        region=server.region,
        credentials=Credentials(server.access_key, server.secret_key, account_id=digits),
        other_credentials=Credentials(
            other.access_key, other.secret_key, account_id=other.account.account_id
        )
        if second
        else None,
    )


def one_check(function: CheckFunction, *, needs: str = OTHER_ACCOUNT) -> Check:
    return Check(
        id=f"bucket-acl.{function.__name__}",
        row="bucket-acl",
        function=function,
        title="A title",
        explanation="",
        proved_by=(),
        only=(),
        spec=None,
        level=None,
        verified="documented",
        source=__name__,
        needs=needs,
    )


def run(endpoint: Endpoint, function: CheckFunction, folder: Path, client: str = "raw") -> Result:
    run_id = new_run_id()
    header = JournalHeader(run_id, endpoint.url, endpoint.region, "path", "aws")
    journal = Journal.start(folder / "journal.jsonl", header)
    known = matrix.load_matrix(), matrix.load_profile("aws")
    with Session(endpoint, *known, journal, folder / "scratch") as session:
        result = session.run(one_check(function), client)
    journal.close()
    assert read_journal(folder / "journal.jsonl").open == ()
    return result


def parties_see_what_they_may(t: Trial) -> None:
    """A grant lets the other account in and nobody else."""
    bucket = t.given.bucket(ObjectOwnership="ObjectWriter")
    t.expect.error(t.other.call("ListObjects", Bucket=bucket), 403, "AccessDenied")
    t.given.call("PutBucketAcl", Bucket=bucket, GrantRead=f"id={t.other.canonical_id}")
    t.expect.ok(t.other.call("ListObjects", Bucket=bucket))
    t.expect.error(t.anonymous.call("ListObjects", Bucket=bucket), 403, "AccessDenied")
    t.expect.ok(t.call("ListObjects", Bucket=bucket))
    t.expect.true(t.own.account_id != t.other.account_id, "two accounts have two ids")


def other_makes_a_bucket(t: Trial) -> None:
    """A bucket of the other account that the first may not look into."""
    theirs = t.other.given.bucket()
    t.other.given.object("key", b"theirs", Bucket=theirs)
    t.expect.error(t.call("GetObject", Bucket=theirs, Key="key"), 403, "AccessDenied")
    t.expect.equal(
        t.other.look("GetObject", Bucket=theirs, Key="key").wire_body, b"theirs", "what it sees"
    )


@pytest.mark.parametrize("client", ["raw", "boto3"])
def test_each_party_asks_as_itself(one: S3Server, tmp_path: Path, client: str) -> None:
    result = run(endpoint_of(one), parties_see_what_they_may, tmp_path, client)
    assert (result.outcome, result.reason) == (Outcome.PASS, "")
    assert any("by the other account" in seen.what for seen in result.expectations)


def test_buckets_of_the_other_account_are_removed_too(one: S3Server, tmp_path: Path) -> None:
    import boto3

    endpoint = endpoint_of(one)
    result = run(endpoint, other_makes_a_bucket, tmp_path)
    assert (result.outcome, result.reason) == (Outcome.PASS, "")
    other = endpoint.other_credentials
    assert other is not None
    keys = {"aws_access_key_id": other.access_key, "aws_secret_access_key": other.secret_key}
    s3 = boto3.client("s3", **{**one.client_kwargs, **keys})
    assert s3.list_buckets()["Buckets"] == []


def test_no_secret_of_either_account_is_written(one: S3Server, tmp_path: Path) -> None:
    endpoint = endpoint_of(one)

    def tells_it(t: Trial) -> None:
        """Sends the other account's secret as a key."""
        secret = t.other.credentials.secret_key if t.other.credentials else ""
        t.expect.ok(t.call("PutObject", Key=secret, Body=secret.encode()))

    written = msgspec.json.encode(run(endpoint, tells_it, tmp_path)).decode()
    for known in endpoint.all_credentials:
        assert known is not None
        assert known.secret_key not in written


def test_without_a_second_account_nothing_is_tried(one: S3Server, tmp_path: Path) -> None:
    result = run(endpoint_of(one, second=False), parties_see_what_they_may, tmp_path)
    assert result.outcome is Outcome.NOT_TRIED
    assert "needs a second account" in result.reason
    assert result.calls == ()
    verdict = judge_results([result])
    assert verdict.exit_code is ExitCode.NOTHING_RAN
    assert "needs a second account" in verdict.sentence
    passed = msgspec.structs.replace(result, outcome=Outcome.PASS, reason="")
    assert judge_results([result, passed]).exit_code is ExitCode.GOOD
    assert judge_results([result, passed]).untested == 1


def test_two_names_for_one_owner_are_no_second_account(one: S3Server, tmp_path: Path) -> None:
    endpoint = endpoint_of(one)
    twice = Endpoint(
        url=endpoint.url,
        region=endpoint.region,
        credentials=endpoint.credentials,
        other_credentials=endpoint.credentials,
    )
    result = run(twice, parties_see_what_they_may, tmp_path)
    assert result.outcome is Outcome.NOT_TRIED
    assert "the endpoint names one owner for both credentials" in result.reason


def test_an_account_id_that_was_not_given_is_not_guessed(one: S3Server, tmp_path: Path) -> None:
    def asks(t: Trial) -> None:
        """Wants twelve digits."""
        t.expect.true(t.own.account_id != "", "an id")

    nameless = Endpoint(
        url=one.url,
        region=one.region,
        credentials=Credentials(one.access_key, one.secret_key),
        other_credentials=endpoint_of(one).other_credentials,
    )
    result = run(nameless, asks, tmp_path)
    assert result.outcome is Outcome.NOT_TRIED
    assert "AWS_ACCOUNT_ID" in result.reason


def test_a_check_says_what_it_needs() -> None:
    every = discover().values()
    assert [
        one.id
        for one in every
        if (".other." in inspect.getsource(one.function)) and one.needs != OTHER_ACCOUNT
    ] == []
    with pytest.raises(CheckError, match="other account"):
        check("bucket-acl", needs="luck")(parties_see_what_they_may)


def test_the_second_account_has_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys.ini").write_text(
        "[bob]\naws_access_key_id = A\naws_secret_access_key = B\naws_account_id = 444455556666\n"
    )
    (tmp_path / "endpoints.toml").write_text(
        '[[endpoint]]\nurl = "http://127.0.0.1:1"\nother_credentials = "file:keys.ini#bob"\n'
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "C")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "D")
    monkeypatch.setenv("AWS_ACCOUNT_ID", "111122223333")
    (target,) = read_targets(tmp_path / "endpoints.toml")
    endpoint = target.endpoint()
    assert endpoint.other_credentials == Credentials("A", "B", None, "444455556666")
    assert endpoint.credentials == Credentials("C", "D", None, "111122223333")
    assert endpoint.seen_by("other").credentials == endpoint.other_credentials
    assert endpoint.seen_by("anonymous").credentials is None


def test_names_that_name_no_second_account(monkeypatch: pytest.MonkeyPatch) -> None:
    target = Target(url="http://127.0.0.1:1", credentials_env="NO_", other_credentials="anonymous")
    monkeypatch.setenv("NO_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("NO_SECRET_ACCESS_KEY", "b")
    with pytest.raises(TargetError, match="anonymous is not an account"):
        target.endpoint()
    with pytest.raises(CredentialsError, match="env:PREFIX_"):
        load("bob")
    assert beside("profile:bob", Path("/x")) == "profile:bob"


def test_a_second_account_that_is_refused_is_said_first(one: S3Server) -> None:
    good = endpoint_of(one)
    assert smoke_test(good) == []
    bad = Endpoint(
        url=good.url,
        credentials=good.credentials,
        other_credentials=Credentials("AKIANOBODYKNOWSTHISK", "no secret of anybody"),
    )
    with pytest.raises(SmokeError, match=r"second account .*InvalidAccessKeyId"):
        smoke_test(bad)


def test_the_options_of_a_target_choose_it_again() -> None:
    target = Target(
        url="https://s3.example.com",
        label="mine",
        region="eu-west-1",
        profile="../my-server.toml",
        credentials_env="MINE_",
        other_credentials="profile:bob",
        insecure=True,
    )
    words = target.options()
    assert words == (
        *("--endpoint", "https://s3.example.com", "--profile", "../my-server.toml"),
        *("--label", "mine", "--region", "eu-west-1", "--credentials-env", "MINE_"),
        *("--other-credentials", "profile:bob", "--insecure"),
    )
