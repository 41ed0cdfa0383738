"""Cleaning up on endpoints that do not do what they are told: it ends, and says what stayed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from conformance.clients.base import Answer, Client
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Outcome
from conformance.roster import client_classes
from conformance.run.cleanup import Remover
from conformance.run.journal import Journal, JournalHeader
from conformance.run.session import LONGEST_CLEANING, Session
from conformance.run.written import InBucket
from conformance.trial.trial import Trial
from matrix import load_matrix, load_profile
from s3compat.prove import session_on
from server_ref.deviations.steps import do_nothing
from server_ref.server import S3Server
from tests.conformance.fakes import make_check
from tests.hostile import Hostile, answer, error

BATCHES_LIE = "deletion-version-id-ignored"  # DeleteObjects makes markers instead


def _failing_instead_of_refusing(raw: Client, refused: list[str]) -> None:
    """Make every 403 of a delete a 500 without a code: a server that stumbles over its own lock."""
    call = raw.call

    def stumbling(operation: str, members: dict[str, Any]) -> Answer:
        answer = call(operation, members)
        if operation == "DeleteObject" and answer.status == 403:
            refused.append(members["Key"])
            return replace(answer, status=500, code=None)
        return answer

    raw.call = stumbling


@pytest.mark.parametrize("stumbles", [False, True])
def test_a_locked_version(stumbles: bool, tmp_path: Path) -> None:
    refused: list[str] = []
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours", ObjectLockEnabledForBucket=True)
        s3.put_object(
            Bucket="ours",
            Key="locked",
            Body=b"x",
            ObjectLockMode="GOVERNANCE",
            ObjectLockRetainUntilDate="2099-01-01T00:00:00Z",
            ObjectLockLegalHoldStatus="ON",
        )
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        if stumbles:
            _failing_instead_of_refusing(raw, refused)
        left = Remover(raw, claimed=lambda _: True).remove("ours")
        raw.close()
        there = s3.list_buckets()["Buckets"]
    assert left == []
    assert there == []
    assert refused == (["locked"] if stumbles else [])


@pytest.mark.parametrize("deviation", [None, BATCHES_LIE])
def test_a_versioned_bucket(deviation: str | None, tmp_path: Path) -> None:
    deviations = [deviation] if deviation else []
    with S3Server(deviations=deviations, durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        s3.put_bucket_versioning(Bucket="ours", VersioningConfiguration={"Status": "Enabled"})
        for key in ("a", "b", "a"):
            s3.put_object(Bucket="ours", Key=key, Body=b"x")
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        left = Remover(raw, claimed=lambda _: True).remove("ours")
        raw.close()
        there = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert left == []
    assert there == []


def test_with_the_least_an_endpoint_claims(tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        for number in range(5):
            s3.put_object(Bucket="ours", Key=f"k{number}", Body=b"x")
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        assert Remover(raw, claimed=lambda _: False).remove("ours") == []
        assert Remover(raw, claimed=lambda _: False).remove("never-there") == []
        raw.close()
        assert s3.list_buckets()["Buckets"] == []


def test_a_policy_that_denies_the_deleting(tmp_path: Path) -> None:
    denied = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",'
        '"Action":"s3:DeleteObject","Resource":"arn:aws:s3:::ours/*"}]}'
    )
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        s3.put_object(Bucket="ours", Key="k", Body=b"x")
        s3.put_bucket_policy(Bucket="ours", Policy=denied)
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        assert Remover(raw, claimed=lambda _: True).remove("ours") == []
        raw.close()
        assert s3.list_buckets()["Buckets"] == []


def test_a_key_that_the_listing_cannot_name(tmp_path: Path) -> None:
    """As servers list a control character: they write another in its place."""
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        s3.put_object(Bucket="ours", Key="1/a\x01b", Body=b"x")
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        call = raw.call

        def misnaming(operation: str, members: dict[str, Any]) -> Answer:
            answer = call(operation, {k: v for k, v in members.items() if k != "EncodingType"})
            if operation.startswith("ListObject"):
                answer.strange = None
                names = ("Contents", "Versions")
                answer.members = {
                    name: [{"Key": "1/a\ufffdb"}] for name in names if answer.wire_body.count(b"a")
                }
            return answer

        raw.call = misnaming
        left = Remover(raw, claimed=lambda _: True).remove("ours")
        assert left == ["s3://ours", "s3://ours/1/a\ufffdb"]
        written = Remover(raw, claimed=lambda _: True, written=lambda _: _keys("1/a\x01b"))
        assert written.remove("ours") == []
        raw.close()


def test_a_session_knows_the_keys_that_no_listing_names(tmp_path: Path) -> None:
    def writes_oddly(t: Trial) -> None:
        t.expect.ok(t.call("PutObject", Key="a\x01b", Body=b"x"))
        t.expect.ok(t.call("PutObject", Key="plain", Body=b"x"))

    with (
        S3Server(durability="relaxed") as server,
        session_on(server, tmp_path) as session,
    ):
        result = session.run(make_check(writes_oddly), "raw")
        assert result.outcome is Outcome.PASS, result.reason
        known = session._written.in_bucket(session.shared_bucket()).keys
    assert [key.rpartition("/")[2] for key in known] == ["a\x01b", "plain"]


def test_a_key_that_is_no_utf_8_is_deleted_by_its_bytes(tmp_path: Path) -> None:
    sent: list[str] = []

    def behave(method: str, target: str) -> Iterator[bytes]:
        sent.append(f"{method} {target}")
        if method == "DELETE" and target == "/ours":
            gone = "DELETE /ours/1/%FFb" in sent
            return answer(204) if gone else error(409, "BucketNotEmpty")
        if method == "DELETE":
            return answer(204)
        there = "DELETE /ours/1/%FFb" not in sent
        listed = "<Contents><Key>1/\ufffdb</Key></Contents>" if there else ""
        return answer(200, f"<ListBucketResult>{listed}</ListBucketResult>".encode())

    with Hostile(behave) as server:
        keys = Credentials("key", "secret-of-a-test")
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        remover = Remover(raw, claimed=lambda _: True, written=lambda _: _keys("1/\udcffb"))
        assert remover.remove("ours") == []
        raw.close()


def _keys(*keys: str) -> InBucket:
    return InBucket(keys=dict.fromkeys(keys))


def test_versions_under_another_root_element_are_removed(tmp_path: Path) -> None:
    """As gofakes3 lists them. A check reads nothing from such a list."""
    left = {("a", "1"), ("a", "2"), ("b", "3")}

    def behave(method: str, target: str) -> Iterator[bytes]:
        path, _, query = target.partition("?")
        if method == "DELETE" and path == "/ours":
            return error(409, "BucketNotEmpty") if left else answer(204)
        if method == "DELETE":
            left.discard((path.rpartition("/")[2], query.removeprefix("versionId=")))
            return answer(204)
        if method == "GET" and query.startswith("versions"):
            listed = "".join(
                f"<{kind}><Key>{key}</Key><VersionId>{version}</VersionId></{kind}>"
                for kind, (key, version) in zip(
                    itertools.cycle(("Version", "DeleteMarker")), sorted(left), strict=False
                )
            )
            document = f"<ListBucketVersionsResult>{listed}</ListBucketVersionsResult>"
            return answer(200, document.encode())
        if method == "GET":
            return answer(200, b"<ListBucketResult></ListBucketResult>")
        return error(501, "NotImplemented")

    with Hostile(behave) as server:
        keys = Credentials("key", "secret-of-a-test")
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        assert Remover(raw, claimed=lambda _: True).remove("ours") == []
        raw.close()
    assert not left


def test_a_listing_that_fails_is_named_where_the_bucket_stays(tmp_path: Path) -> None:
    def behave(method: str, target: str) -> Iterator[bytes]:
        if method == "DELETE" and target == "/ours":
            return error(409, "BucketNotEmpty")
        return error(500, "InternalError") if method == "GET" else answer(204)

    with Hostile(behave) as server:
        keys = Credentials("key", "secret-of-a-test")
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        remover = Remover(raw, claimed=lambda _: True)
        assert remover.remove("ours") == ["s3://ours"]
        raw.close()
    assert "DeleteBucket answered 409 BucketNotEmpty" in remover.stopped
    assert "ListObjectsV2 answered 500 InternalError" in remover.stopped


def test_a_bucket_that_stays_though_nothing_is_listed_says_so(tmp_path: Path) -> None:
    def behave(method: str, target: str) -> Iterator[bytes]:
        if method == "DELETE" and target == "/ours":
            return error(409, "BucketNotEmpty")
        return answer(200, b"<ListBucketResult/>") if method == "GET" else answer(204)

    with Hostile(behave) as server:
        keys = Credentials("key", "secret-of-a-test")
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        remover = Remover(raw, claimed=lambda _: True)
        assert remover.remove("ours") == ["s3://ours"]
        raw.close()
    assert remover.stopped == (
        "DeleteBucket answered 409 BucketNotEmpty; its listings name nothing that stays"
    )


def test_a_key_that_leads_out_is_deleted_only_where_a_check_wrote_it_and_a_listing_names_it(
    tmp_path: Path,
) -> None:
    def writes_and_reads(t: Trial) -> None:
        t.expect.ok(t.call("PutObject", Key="a/../written", Body=b"x"))
        t.expect.error(t.call("GetObject", Key="a/../read"), 404, "NoSuchKey")
        t.expect.status(t.call("GetObject", Key="read\x01"), 404)

    with (
        S3Server(durability="relaxed") as server,
        session_on(server, tmp_path) as session,
    ):
        result = session.run(make_check(writes_and_reads), "raw")
        assert result.outcome is Outcome.PASS, result.reason
        (key,) = session._written.in_bucket(session.shared_bucket()).keys
    assert key.endswith("a/../written")


def _under_compliance(s3: Any, seconds: float) -> datetime:
    until = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
    s3.create_bucket(Bucket="ours", ObjectLockEnabledForBucket=True)
    s3.put_object(
        Bucket="ours",
        Key="locked",
        Body=b"x",
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=until,
    )
    return until


def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the session; the server's own threads may sleep."""
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: pytest.fail("it waits"))
    monkeypatch.setattr("conformance.run.session.time", clock)


def test_a_lock_that_ends_soon_is_waited_for(tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        _under_compliance(s3, 3)
        endpoint = Endpoint(
            url=server.url, credentials=Credentials(server.access_key, server.secret_key)
        )
        journal = Journal.start(
            tmp_path / "journal.jsonl",
            JournalHeader("r1", endpoint.url, "us-east-1", "path", "aws"),
        )
        known = load_matrix(), load_profile("aws")
        with Session(endpoint, *known, journal, tmp_path / "scratch") as session:
            assert session.remove_all(["ours"]) == []
        assert s3.list_buckets()["Buckets"] == []


def test_a_lock_that_lasts_is_said_with_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _nobody_waits(monkeypatch)
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        until = _under_compliance(s3, 3600)
        endpoint = Endpoint(
            url=server.url, credentials=Credentials(server.access_key, server.secret_key)
        )
        journal = Journal.start(
            tmp_path / "journal.jsonl",
            JournalHeader("r1", endpoint.url, "us-east-1", "path", "aws"),
        )
        known = load_matrix(), load_profile("aws")
        with Session(endpoint, *known, journal, tmp_path / "scratch") as session:
            left = session.remove_all(["ours"])
    assert left == [f"s3://ours (locked until {until:%Y-%m-%d %H:%M:%S} UTC)", "s3://ours/locked"]


def test_a_lock_on_a_server_that_goes_away_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _nobody_waits(monkeypatch)
    with S3Server(durability="relaxed") as server:
        _under_compliance(boto3.client("s3", **server.client_kwargs), 30)
        endpoint = Endpoint(
            url=server.url, credentials=Credentials(server.access_key, server.secret_key)
        )
        header = JournalHeader("r1", endpoint.url, "us-east-1", "path", "aws", ephemeral=True)
        journal = Journal.start(tmp_path / "journal.jsonl", header)
        known = load_matrix(), load_profile("aws")
        scratch = tmp_path / "scratch"
        with Session(endpoint, *known, journal, scratch, throwaway=True) as session:
            assert session.remove_all(["ours"]) == []


@pytest.mark.parametrize("versioned", [False, True])
def test_keys_that_xml_cannot_hold(versioned: bool, tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        if versioned:
            s3.put_bucket_versioning(Bucket="ours", VersioningConfiguration={"Status": "Enabled"})
        for key in ("a\x01b", "a b+c%2B", "plain"):
            s3.put_object(Bucket="ours", Key=key, Body=b"x")
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        assert Remover(raw, claimed=lambda _: True).remove("ours") == []
        raw.close()
        assert s3.list_buckets()["Buckets"] == []


def test_waiting_for_locks_ends_whatever_the_endpoint_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    def locked(self: Remover, bucket: str) -> list[str]:
        """Each time it is asked, the lock has a minute to go."""
        self._locks.append(datetime.now(UTC) + timedelta(minutes=1))
        return [f"s3://{bucket}"]

    monkeypatch.setattr(Remover, "remove", locked)
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=sleep)
    monkeypatch.setattr("conformance.run.session.time", clock)
    with S3Server(durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        endpoint = Endpoint(url=server.url, credentials=keys)
        header = JournalHeader("r1", endpoint.url, "us-east-1", "path", "aws")
        journal = Journal.start(tmp_path / "journal.jsonl", header)
        known = load_matrix(), load_profile("aws")
        session = Session(endpoint, *known, journal, tmp_path / "scratch")
        left = session.remove_all([f"ours-{number}" for number in range(50)])
        session.close()
    assert len(left) == 50
    assert 0 < sum(slept) <= LONGEST_CLEANING


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_date_that_no_clock_has_is_no_lock(said: str, tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server:
        _under_compliance(boto3.client("s3", **server.client_kwargs), 3600)
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        call = raw.call

        def dated(operation: str, members: dict[str, Any]) -> Answer:
            answer = call(operation, members)
            if operation == "HeadObject":
                until = datetime.fromisoformat(said)
                return replace(answer, parsed={"ObjectLockRetainUntilDate": until})
            return answer

        raw.call = dated
        remover = Remover(raw, claimed=lambda _: True)
        assert remover.remove("ours") == ["s3://ours", "s3://ours/locked"]
        assert remover.locked_until is None
        assert remover.stopped == "DeleteBucket answered 409 BucketNotEmpty"
        raw.close()


def test_why_a_bucket_stays_is_not_hidden_by_the_other_account(tmp_path: Path) -> None:
    """The second account is asked, too, and its 403 says nothing of a bucket of the first."""
    server = S3Server(durability="relaxed")
    do_nothing(("DeleteObject", "DeleteObjects"))(server._seams)
    with server, session_on(server, tmp_path) as session:
        name = session.new_bucket_name()
        setup = session.raw_client()
        setup.call("CreateBucket", {"Bucket": name})
        setup.call("PutObject", {"Bucket": name, "Key": "stays", "Body": b"x"})
        left = session.remove_all([name])
    assert left[0].startswith(f"s3://{name} (DeleteBucket answered 409 BucketNotEmpty")


def test_a_fault_of_ours_leaves_the_bucket_and_says_whose_it_is() -> None:
    def broken(*_: Any) -> Answer:
        raise ZeroDivisionError("division by zero")

    raw: Any = SimpleNamespace(call=broken)
    remover = Remover(raw, lambda _: True)
    assert remover.remove("ours") == ["s3://ours"]
    assert remover.stopped.startswith("ZeroDivisionError in the suite; ")


@pytest.mark.parametrize(
    ("status", "code", "refused"),
    [
        (200, None, []),
        (299, None, []),
        (404, "NoSuchBucket", []),
        (400, "InvalidBucketName", []),
        (300, None, ["DeleteBucket answered 300"]),
        (199, None, ["DeleteBucket answered 199"]),
        (409, "BucketNotEmpty", ["DeleteBucket answered 409 BucketNotEmpty"]),
    ],
)
def test_when_a_bucket_is_gone(status: int, code: str | None, refused: list[str]) -> None:
    said = Answer("DeleteBucket", "raw", status=status, code=code)
    raw: Any = SimpleNamespace(call=lambda *_: said)
    remover = Remover(raw, lambda _: True)
    assert remover._bucket_gone("ours") is not bool(refused)
    assert remover._refusals == refused
