"""What changes between a lifecycle's page and its transaction is left for the next pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from server_ref.lifecycle import apply
from server_ref.server import S3Server
from tests.server.conftest import OWNER, client_of, refused
from tests.server.days import Days
from tests.server.test_lifecycle_configuration import put, rule

Pass = Callable[[Callable[[], object]], dict[str, int]]
LARGE = b"x" * (128 * 1024)


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture
def server(clock: Days) -> Iterator[S3Server]:
    with S3Server(accounts=(OWNER,), durability="relaxed", clock=clock) as running:
        yield running


@pytest.fixture
def s3(server: S3Server) -> Any:
    client = client_of(server, OWNER)
    client.create_bucket(Bucket="bck")
    return client


@pytest.fixture
def racing(server: S3Server, clock: Days, monkeypatch: pytest.MonkeyPatch) -> Pass:
    """One pass, three days on, in which something is done after the pages were read."""
    read = apply._changes

    def run(meanwhile: Callable[[], object]) -> dict[str, int]:
        def changes(*arguments: Any) -> Iterator[apply.Change]:
            found = list(read(*arguments))
            assert found, "there is nothing due, and so no race"
            meanwhile()
            yield from found

        clock.now += timedelta(days=3)
        with monkeypatch.context() as patched:
            patched.setattr(apply, "_changes", changes)
            return dict(server.run_lifecycle())

    return run


def versioned(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="bck", VersioningConfiguration={"Status": "Enabled"})


def kept(s3: Any, key: str = "a") -> list[str]:
    """The ids of a key's versions, its markers left out."""
    page = s3.list_object_versions(Bucket="bck", Prefix=key)
    return [one["VersionId"] for one in page.get("Versions", [])]


def test_an_object_that_was_replaced_does_not_expire(s3: Any, racing: Pass) -> None:
    put(s3, "bck", rule(Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a", Body=b"old")

    done = racing(lambda: s3.put_object(Bucket="bck", Key="a", Body=b"new"))

    assert done == {}
    assert s3.get_object(Bucket="bck", Key="a")["Body"].read() == b"new"


def test_an_object_that_was_deleted_gets_no_second_marker(s3: Any, racing: Pass) -> None:
    versioned(s3)
    put(s3, "bck", rule(Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a")

    done = racing(lambda: s3.delete_object(Bucket="bck", Key="a"))

    assert done == {}
    assert len(s3.list_object_versions(Bucket="bck")["DeleteMarkers"]) == 1


@pytest.fixture
def noncurrent(s3: Any) -> str:
    """The id of a version that a rule removes when it is noncurrent for a day."""
    versioned(s3)
    put(s3, "bck", rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}))
    first: str = s3.put_object(Bucket="bck", Key="a", Body=b"1")["VersionId"]
    s3.put_object(Bucket="bck", Key="a", Body=b"2")
    return first


def test_a_version_that_is_gone_already_is_not_counted(
    s3: Any, racing: Pass, noncurrent: str
) -> None:
    gone = {"Bucket": "bck", "Key": "a", "VersionId": noncurrent}

    assert racing(lambda: s3.delete_object(**gone)) == {}
    assert len(kept(s3)) == 1


def test_a_version_that_became_the_latest_again_stays(
    s3: Any, racing: Pass, noncurrent: str
) -> None:
    [latest] = [one for one in kept(s3) if one != noncurrent]
    newer = {"Bucket": "bck", "Key": "a", "VersionId": latest}

    assert racing(lambda: s3.delete_object(**newer)) == {}
    assert kept(s3) == [noncurrent]
    assert s3.get_object(Bucket="bck", Key="a")["Body"].read() == b"1"


def test_a_version_that_was_locked_stays(s3: Any, racing: Pass, noncurrent: str) -> None:
    s3.put_object_lock_configuration(
        Bucket="bck", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    )
    held = {"Bucket": "bck", "Key": "a", "VersionId": noncurrent, "LegalHold": {"Status": "ON"}}

    assert racing(lambda: s3.put_object_legal_hold(**held)) == {"locked": 1}
    assert noncurrent in kept(s3)


def test_a_marker_that_is_alone_no_more_stays(s3: Any, racing: Pass) -> None:
    versioned(s3)
    put(s3, "bck", rule(Expiration={"ExpiredObjectDeleteMarker": True}))
    marker = s3.delete_object(Bucket="bck", Key="a")["VersionId"]

    assert racing(lambda: s3.put_object(Bucket="bck", Key="a")) == {}
    [left] = s3.list_object_versions(Bucket="bck")["DeleteMarkers"]
    assert left["VersionId"] == marker


def test_a_marker_that_is_gone_already_is_not_counted(s3: Any, racing: Pass) -> None:
    versioned(s3)
    put(s3, "bck", rule(Expiration={"ExpiredObjectDeleteMarker": True}))
    marker = s3.delete_object(Bucket="bck", Key="a")["VersionId"]

    done = racing(lambda: s3.delete_object(Bucket="bck", Key="a", VersionId=marker))

    assert done == {}


@pytest.mark.parametrize("storage_class", ["STANDARD", "GLACIER_IR"])
def test_an_object_that_was_replaced_does_not_move(
    s3: Any, racing: Pass, storage_class: str
) -> None:
    put(s3, "bck", rule(Transitions=[{"Days": 1, "StorageClass": "GLACIER"}]))
    s3.put_object(Bucket="bck", Key="a", Body=LARGE)
    new = {"Bucket": "bck", "Key": "a", "Body": LARGE, "StorageClass": storage_class}

    assert racing(lambda: s3.put_object(**new)) == {}
    [listed] = s3.list_objects_v2(Bucket="bck")["Contents"]
    assert listed["StorageClass"] == storage_class


def test_an_upload_that_was_completed_is_not_aborted(s3: Any, racing: Pass) -> None:
    put(s3, "bck", rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}))
    key = {"Bucket": "bck", "Key": "a"}
    upload = key | {"UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    tag = s3.upload_part(PartNumber=1, Body=LARGE, **upload)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}

    assert racing(lambda: s3.complete_multipart_upload(MultipartUpload=parts, **upload)) == {}
    assert s3.get_object(**key)["Body"].read() == LARGE


def test_a_bucket_that_was_removed_ends_its_pass(s3: Any, racing: Pass) -> None:
    put(s3, "bck", rule(Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a")

    def remove() -> None:
        s3.delete_object(Bucket="bck", Key="a")
        s3.delete_bucket(Bucket="bck")

    assert racing(remove) == {}
    assert refused(s3.head_bucket, Bucket="bck")["Status"] == 404
