"""The `ais` client: AIStore's own API for S3's operations, and what it has no word for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.clients import discover
from conformance.clients.base import Client, ClientCannotError
from conformance.clients.native import NativeAnswer
from conformance.endpoint.endpoint import Endpoint
from conformance.model import Outcome, read_run_log
from conformance.trial.expect import Expect
from s3compat.cli import main
from server_ref.server import S3Server
from tests.clients.optional import needed


@pytest.fixture
def ais(tmp_path: Path) -> Iterator[Client]:
    needed("ais")
    with S3Server(behaviour="aistore", targets=2, durability="relaxed") as cluster:
        client = discover()["ais"](Endpoint(cluster.url, other_hosts=("{host}:*",)), tmp_path)
        client.call("CreateBucket", {"Bucket": "bucket"})
        client.call("PutObject", {"Bucket": "bucket", "Key": "a b/ü", "Body": b"0123456789"})
        yield client
        client.close()


def test_objects_are_written_read_copied_and_deleted(ais: Client) -> None:
    here = {"Bucket": "bucket", "Key": "a b/ü"}
    copy = {"Bucket": "bucket", "Key": "copy"}
    whole, part = ais.call("GetObject", here), ais.call("GetObject", {**here, "Range": "bytes=-4"})
    copied = ais.call("CopyObject", {**copy, "CopySource": "bucket/a%20b/%C3%BC"})
    head = ais.call("HeadObject", copy)
    listed = ais.call("ListObjectsV2", {"Bucket": "bucket", "Prefix": "c"})
    gone = [ais.call("DeleteObject", copy) for _ in range(2)]

    assert (whole.status, whole.body) == (200, b"0123456789")
    assert (part.status, part.body) == (206, b"6789")
    assert copied.succeeded and head.members == {"ContentLength": 10}
    assert listed.members == {"Contents": [{"Key": "copy", "Size": 10}]}
    assert [answer.status for answer in gone] == [200, 404]
    assert [answer.succeeded for answer in gone] == [True, False]
    # both the gateway's redirect and the target's answer are kept
    assert [len(answer.exchanges) for answer in (whole, head)] == [2, 2]


def test_a_call_is_told_as_a_person_would_write_it(ais: Client) -> None:
    here = {"Bucket": "bucket", "Key": "a b/ü"}
    found = "ais.bucket('bucket').object('a b/ü')"
    pages = {"Prefix": "a", "MaxKeys": 5, "StartAfter": "0"}
    off = {"Bucket": "bucket", "VersioningConfiguration": {"Status": "Suspended"}}

    def told(operation: str, members: dict[str, Any]) -> str:
        return ais.call(operation, members).call.command.splitlines()[-1]

    assert told("GetObject", here) == f"{found}.get_reader().read_all()"
    part = told("GetObject", {**here, "Range": "bytes=-4"})
    assert part == f"{found}.get_reader(byte_range='bytes=-4').read_all()"
    assert told("PutObject", {**here, "Body": b"x"}) == f"{found}.get_writer().put_content(data)"
    assert told("ListObjectsV2", {"Bucket": "bucket", **pages}) == (
        "ais.bucket('bucket').list_objects(prefix='a', page_size=5, start_after='0')"
    )
    assert told("PutBucketVersioning", off) == (
        "ais.bucket('bucket').make_request('PATCH', 'set-bprops', "
        "value={'versioning': {'enabled': False}})"
    )


def test_buckets_have_creation_times_and_versioning(ais: Client) -> None:
    (bucket,) = ais.call("ListBuckets", {}).members["Buckets"]
    off = {"Bucket": "bucket", "VersioningConfiguration": {"Status": "Suspended"}}
    before = ais.call("GetBucketVersioning", {"Bucket": "bucket"}).members
    ais.call("PutBucketVersioning", off)
    after = ais.call("GetBucketVersioning", {"Bucket": "bucket"}).members
    again = ais.call("CreateBucket", {"Bucket": "bucket"})
    ais.call("DeleteBucket", {"Bucket": "bucket"})
    missing = ais.call("HeadBucket", {"Bucket": "bucket"})

    assert bucket["Name"] == "bucket"
    assert abs(bucket["CreationDate"] - datetime.now(UTC)) < timedelta(hours=1)
    assert (before, after) == ({"Status": "Enabled"}, {"Status": "Suspended"})
    assert (again.status, again.succeeded, missing.status) == (409, False, 404)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("GetBucketAcl", {}),
        ("ListObjectsV2", {"Delimiter": "/"}),
        ("PutObject", {"Key": "k", "ContentType": "text/plain"}),
        ("CreateBucket", {"ACL": "private"}),
        ("HeadBucket", {"ExpectedBucketOwner": "1"}),
        ("DeleteBucket", {"ExpectedBucketOwner": "1"}),
        ("GetBucketVersioning", {"ExpectedBucketOwner": "1"}),
        ("HeadObject", {"Key": "a b/ü", "IfMatch": "x"}),
        ("DeleteObject", {"Key": "a b/ü", "IfMatch": "x"}),
        ("CopyObject", {"Key": "k", "CopySource": "bucket/x", "IfMatch": "x"}),
        ("GetObject", {"Key": "a b/ü", "IfMatch": "x"}),
        ("GetObject", {"Key": "a b/ü", "Range": "bytes=0-1,3-4"}),
        ("CopyObject", {"Key": "k", "CopySource": "bucket/x?versionId=1"}),
        ("CopyObject", {"Key": "k", "CopySource": {"Bucket": "b", "Key": "x", "VersionId": "1"}}),
    ],
)
def test_what_it_has_no_word_for_it_cannot(
    ais: Client, operation: str, more: dict[str, Any]
) -> None:
    with pytest.raises(ClientCannotError, match="AIStore's"):
        ais.call(operation, {"Bucket": "bucket", **more})


def test_an_expectation_of_what_only_s3_has_is_the_clients_limit(ais: Client) -> None:
    """Only where it does not hold; a status or a member that AIStore has is compared."""
    expect = Expect()
    got = ais.call("GetObject", {"Bucket": "bucket", "Key": "none"})
    assert isinstance(got, NativeAnswer)
    assert expect.error(got, 404, None)
    assert not expect.status(got, 200)
    with pytest.raises(ClientCannotError, match="error code"):
        expect.error(got, 404, "NoSuchKey")
    with pytest.raises(ClientCannotError, match="ETag"):
        expect.header(got, "ETag", "x")
    with pytest.raises(ClientCannotError, match="body"):
        assert got.wire_body

    deleted = ais.call("DeleteObject", {"Bucket": "bucket", "Key": "a b/ü"})
    with pytest.raises(ClientCannotError, match="success"):
        expect.status(deleted, 204)
    listed = ais.call("ListObjectsV2", {"Bucket": "bucket"})
    with pytest.raises(ClientCannotError, match="Owner"):
        expect.member(listed, "Contents[0].Owner.ID", "x")
    assert not expect.member(listed, "Contents[].Key", ["x"])


def test_a_bucket_that_goes_while_buckets_are_listed_has_no_date(
    ais: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = ais.sdk.cluster()  # type: ignore[attr-defined]  # of this client only

    class Stale:
        def list_buckets(self) -> list[Any]:
            return [*cluster.list_buckets(), SimpleNamespace(name="gone-meanwhile")]

    monkeypatch.setattr(ais.sdk, "cluster", Stale)  # type: ignore[attr-defined]

    got = ais.call("ListBuckets", {})

    assert got.succeeded
    assert {"Name": "gone-meanwhile"} in got.members["Buckets"]


def test_what_is_declared_is_known_by_its_status_where_there_is_no_code(tmp_path: Path) -> None:
    """And what AIStore's own removal of a bucket is meant to do is no failure of S3's."""
    needed("ais")
    checks = (
        "delete-object.deleting_a_missing_key_succeeds",
        "delete-bucket.bucket_with_an_object_is_not_removed",
    )
    words = ["run", "--profile", "aistore", "--clients", "ais", "--no-report", "--workers", "0"]
    for check in checks:
        words += ["--check", check]

    assert main([*words, "--out", str(tmp_path)]) == 0

    found = {one.check: one.outcome for one in read_run_log(tmp_path / "run.jsonl").results}
    assert found == {checks[0]: Outcome.DECLARED, checks[1]: Outcome.CLIENT_CANNOT}
