"""What lifecycle rules do as time passes, and what answers tell of it beforehand."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from server_ref.clock import FileClock, duration
from server_ref.commands import serve
from server_ref.commands.serve_arguments import SECRET_VARIABLE, parser
from server_ref.lifecycle import apply, walk
from server_ref.server import S3Server
from tests.server.conftest import OWNER, client_of, refused
from tests.server.days import START, Days
from tests.server.test_lifecycle_configuration import put, rule


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture
def later(clock: Days) -> Iterator[S3Server]:
    """A server that lives by that clock."""
    with S3Server(accounts=(OWNER,), durability="relaxed", clock=clock) as running:
        yield running


@pytest.fixture
def s3(later: S3Server) -> Any:
    client = client_of(later, OWNER)
    client.create_bucket(Bucket="bck")
    return client


def versioned(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="bck", VersioningConfiguration={"Status": "Enabled"})


def keys(s3: Any) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket="bck").get("Contents", [])]


def shown(s3: Any) -> list[tuple[str, str]]:
    """All versions and markers as (key, id), latest first within a key."""
    page = s3.list_object_versions(Bucket="bck")
    found = [
        (one["Key"], -one["LastModified"].timestamp(), one["VersionId"])
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    ]
    return [(key, version) for key, _, version in sorted(found)]


# what answers tell


def test_days_end_at_the_next_midnight(s3: Any) -> None:
    put(s3, "bck", rule(ID="three days", Expiration={"Days": 3}))
    told = 'expiry-date="Sat, 19 Jan 2030 00:00:00 GMT", rule-id="three%20days"'

    assert s3.put_object(Bucket="bck", Key="a", Body=b"1")["Expiration"] == told
    assert s3.head_object(Bucket="bck", Key="a")["Expiration"] == told
    assert s3.get_object(Bucket="bck", Key="a")["Expiration"] == told
    copy = s3.copy_object(Bucket="bck", Key="b", CopySource="bck/a")
    assert copy["Expiration"] == told
    upload = s3.create_multipart_upload(Bucket="bck", Key="c")["UploadId"]
    part = s3.upload_part(Bucket="bck", Key="c", UploadId=upload, PartNumber=1, Body=b"1")
    done = s3.complete_multipart_upload(
        Bucket="bck",
        Key="c",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert done["Expiration"] == told


def test_more_days_than_there_are_dates(s3: Any) -> None:
    put(s3, "bck", rule(Expiration={"Days": 2**31 - 1}))
    answer = s3.put_object(Bucket="bck", Key="a")
    assert answer["Expiration"].startswith('expiry-date="Fri, 31 Dec 9999 00:00:00 GMT"')


def test_a_date_is_told_as_it_is(s3: Any) -> None:
    put(s3, "bck", rule(Expiration={"Date": datetime(2031, 1, 1, tzinfo=UTC)}))
    answer = s3.put_object(Bucket="bck", Key="a")
    assert answer["Expiration"].startswith('expiry-date="Wed, 01 Jan 2031 00:00:00 GMT"')


def test_the_earliest_of_several_rules_is_told(s3: Any) -> None:
    put(
        s3,
        "bck",
        rule(ID="late", Filter={"Prefix": "a"}, Expiration={"Days": 9}),
        rule(ID="early", Filter={"Prefix": "ab"}, Expiration={"Days": 2}),
        rule(ID="off", Status="Disabled", Expiration={"Days": 1}),
    )
    assert 'rule-id="early"' in s3.put_object(Bucket="bck", Key="abc")["Expiration"]
    assert 'rule-id="late"' in s3.put_object(Bucket="bck", Key="ac")["Expiration"]
    assert "Expiration" not in s3.put_object(Bucket="bck", Key="b")


def test_a_version_by_its_id_is_told_no_expiration(s3: Any) -> None:
    versioned(s3)
    put(s3, "bck", rule(Expiration={"Days": 3}))
    version = s3.put_object(Bucket="bck", Key="a")["VersionId"]
    assert "Expiration" in s3.head_object(Bucket="bck", Key="a")
    assert "Expiration" not in s3.head_object(Bucket="bck", Key="a", VersionId=version)


@pytest.mark.parametrize(
    ("filter_", "taken", "left"),
    [
        ({"Tag": {"Key": "k", "Value": "v"}}, {"Tagging": "k=v&x=y"}, {"Tagging": "k=w"}),
        (
            {"And": {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}},
            {"Tagging": "b=2&a=1"},
            {"Tagging": "a=1"},
        ),
        ({"ObjectSizeGreaterThan": 3}, {"Body": b"1234"}, {"Body": b"123"}),
        ({"ObjectSizeLessThan": 3}, {"Body": b"12"}, {"Body": b"123"}),
    ],
)
def test_filters(
    s3: Any,
    later: S3Server,
    clock: Days,
    filter_: dict[str, Any],
    taken: dict[str, Any],
    left: dict[str, Any],
) -> None:
    put(s3, "bck", rule(Filter=filter_, Expiration={"Days": 1}))
    assert "Expiration" in s3.put_object(Bucket="bck", Key="taken", **taken)
    assert "Expiration" not in s3.put_object(Bucket="bck", Key="left", **left)

    clock.now += timedelta(days=2)

    assert later.run_lifecycle() == {"expired": 1}
    assert keys(s3) == ["left"]


def test_an_upload_is_told_when_it_is_aborted(s3: Any) -> None:
    abort = {"DaysAfterInitiation": 2}
    put(s3, "bck", rule(ID="up", Filter={"Prefix": "a"}, AbortIncompleteMultipartUpload=abort))
    made = s3.create_multipart_upload(Bucket="bck", Key="a")
    assert made["AbortDate"] == datetime(2030, 1, 18, tzinfo=UTC)
    assert made["AbortRuleId"] == "up"
    listed = s3.list_parts(Bucket="bck", Key="a", UploadId=made["UploadId"])
    assert (listed["AbortDate"], listed["AbortRuleId"]) == (made["AbortDate"], "up")
    assert "AbortDate" not in s3.create_multipart_upload(Bucket="bck", Key="b")


# what happens


def test_an_object_expires_at_midnight_and_not_before(
    s3: Any, later: S3Server, clock: Days
) -> None:
    put(s3, "bck", rule(Filter={"Prefix": "a"}, Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a")
    s3.put_object(Bucket="bck", Key="b")

    clock.now = datetime(2030, 1, 16, 23, 59, 59, tzinfo=UTC)
    assert not later.run_lifecycle()
    assert keys(s3) == ["a", "b"]

    clock.now = datetime(2030, 1, 17, tzinfo=UTC)
    assert later.run_lifecycle() == {"expired": 1}
    assert keys(s3) == ["b"]
    assert refused(s3.get_object, Bucket="bck", Key="a")["Code"] == "NoSuchKey"


def test_a_date_that_has_passed_goes_on_expiring(s3: Any, later: S3Server) -> None:
    put(s3, "bck", rule(Expiration={"Date": datetime(2029, 1, 1, tzinfo=UTC)}))
    s3.put_object(Bucket="bck", Key="a")
    assert later.run_lifecycle() == {"expired": 1}
    s3.put_object(Bucket="bck", Key="b")
    assert later.run_lifecycle() == {"expired": 1}
    assert keys(s3) == []


def test_a_disabled_rule_does_nothing(s3: Any, later: S3Server, clock: Days) -> None:
    put(s3, "bck", rule(Status="Disabled", Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a")
    clock.now += timedelta(days=99)
    assert not later.run_lifecycle()
    assert keys(s3) == ["a"]


def test_the_server_runs_by_itself(s3: Any, clock: Days) -> None:
    put(s3, "bck", rule(Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a")
    clock.now += timedelta(days=2)
    s3.get_waiter("object_not_exists").wait(
        Bucket="bck", Key="a", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    assert keys(s3) == []


def test_a_versioned_object_expires_under_a_marker(s3: Any, later: S3Server, clock: Days) -> None:
    versioned(s3)
    put(
        s3,
        "bck",
        rule(Expiration={"Days": 1}, NoncurrentVersionExpiration={"NoncurrentDays": 1}),
    )
    version = s3.put_object(Bucket="bck", Key="a", Body=b"kept")["VersionId"]

    clock.now += timedelta(days=2)
    assert later.run_lifecycle() == {"expired": 1}
    assert keys(s3) == []
    got = s3.get_object(Bucket="bck", Key="a", VersionId=version)
    assert got["Body"].read() == b"kept"
    marker = s3.list_object_versions(Bucket="bck")["DeleteMarkers"][0]
    assert marker["Owner"]["ID"] == OWNER.account.canonical_id

    clock.now += timedelta(days=2)  # since the marker: the version was current before
    assert later.run_lifecycle() == {"removed": 1}
    assert len(shown(s3)) == 1
    assert later.run_lifecycle() == {"markers": 1}  # alone, and older than a day
    assert shown(s3) == []


def test_newer_noncurrent_versions_stay(s3: Any, later: S3Server, clock: Days) -> None:
    versioned(s3)
    expiration = {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}
    put(s3, "bck", rule(NoncurrentVersionExpiration=expiration))
    ids = []
    for _ in range(5):
        ids.append(s3.put_object(Bucket="bck", Key="a")["VersionId"])
        clock.now += timedelta(seconds=1)

    clock.now += timedelta(days=9)

    assert later.run_lifecycle() == {"removed": 2}
    assert shown(s3) == [("a", version) for version in ids[:1:-1]]


def test_a_version_is_noncurrent_since_the_next_one(s3: Any, later: S3Server, clock: Days) -> None:
    versioned(s3)
    put(s3, "bck", rule(NoncurrentVersionExpiration={"NoncurrentDays": 5}))
    s3.put_object(Bucket="bck", Key="a")
    clock.now += timedelta(days=100)
    s3.put_object(Bucket="bck", Key="a")
    clock.now += timedelta(days=5)
    assert not later.run_lifecycle()
    clock.now += timedelta(days=1)
    assert later.run_lifecycle() == {"removed": 1}
    assert len(shown(s3)) == 1


def test_only_lone_markers_go(s3: Any, later: S3Server) -> None:
    versioned(s3)
    put(s3, "bck", rule(Expiration={"ExpiredObjectDeleteMarker": True}))
    s3.put_object(Bucket="bck", Key="kept")
    for key in ("kept", "lone"):
        s3.delete_object(Bucket="bck", Key=key)

    assert later.run_lifecycle() == {"markers": 1}

    assert {key for key, _ in shown(s3)} == {"kept"}


def test_object_lock_is_stronger(s3: Any, later: S3Server, clock: Days) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    put(s3, "locked", rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}))
    until = START + timedelta(days=30)
    s3.put_object(
        Bucket="locked",
        Key="a",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=until,
    )
    s3.put_object(Bucket="locked", Key="a")

    clock.now += timedelta(days=20)
    assert later.run_lifecycle() == {"locked": 1}
    assert len(s3.list_object_versions(Bucket="locked")["Versions"]) == 2
    clock.now += timedelta(days=20)
    assert later.run_lifecycle() == {"removed": 1}


def test_uploads_are_aborted(s3: Any, later: S3Server, clock: Days) -> None:
    abort = {"DaysAfterInitiation": 1}
    put(s3, "bck", rule(Filter={"Prefix": "a"}, AbortIncompleteMultipartUpload=abort))
    for key in ("a", "b"):
        upload = s3.create_multipart_upload(Bucket="bck", Key=key)["UploadId"]
        s3.upload_part(Bucket="bck", Key=key, UploadId=upload, PartNumber=1, Body=b"1" * 20_000)

    clock.now += timedelta(days=2)

    assert later.run_lifecycle() == {"aborted": 1}
    left = s3.list_multipart_uploads(Bucket="bck")["Uploads"]
    assert [upload["Key"] for upload in left] == ["b"]


LARGE = b"x" * (128 * 1024)


def test_transitions_go_down_the_classes(s3: Any, later: S3Server, clock: Days) -> None:
    put(
        s3,
        "bck",
        rule(
            Transitions=[
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 60, "StorageClass": "GLACIER"},
            ]
        ),
    )
    s3.put_object(Bucket="bck", Key="a", Body=LARGE)
    s3.put_object(Bucket="bck", Key="colder", Body=LARGE, StorageClass="DEEP_ARCHIVE")
    s3.put_object(Bucket="bck", Key="small", Body=LARGE[1:])

    clock.now += timedelta(days=31)
    assert later.run_lifecycle() == {"transitioned": 1}
    head = s3.head_object(Bucket="bck", Key="a")
    assert head["StorageClass"] == "STANDARD_IA"
    assert head["LastModified"] == START
    clock.now += timedelta(days=31)
    assert later.run_lifecycle() == {"transitioned": 1}

    listed = s3.list_objects_v2(Bucket="bck")["Contents"]
    classes = {one["Key"]: one["StorageClass"] for one in listed}
    assert classes == {"a": "GLACIER", "colder": "DEEP_ARCHIVE", "small": "STANDARD"}
    assert refused(s3.get_object, Bucket="bck", Key="a")["Code"] == "InvalidObjectState"


@pytest.mark.parametrize(
    ("minimum", "filter_", "moved"),
    [
        ("all_storage_classes_128K", {}, []),
        ("varies_by_storage_class", {}, ["GLACIER"]),
        ("all_storage_classes_128K", {"ObjectSizeGreaterThan": 0}, ["GLACIER_IR", "GLACIER"]),
    ],
)
def test_small_objects_move_when_they_are_meant(
    s3: Any, later: S3Server, clock: Days, minimum: str, filter_: dict[str, Any], moved: list[str]
) -> None:
    s3.put_object(Bucket="bck", Key="a", Body=b"small")
    name = "TransitionDefaultMinimumObjectSize"
    found = []
    for to in ("GLACIER_IR", "GLACIER"):
        transitions = [{"Days": 0, "StorageClass": to}]
        put(s3, "bck", rule(Filter=filter_, Transitions=transitions), **{name: minimum})
        clock.now += timedelta(days=1)
        if later.run_lifecycle():
            found.append(s3.head_object(Bucket="bck", Key="a")["StorageClass"])
    assert found == moved


def test_noncurrent_versions_move_too(s3: Any, later: S3Server, clock: Days) -> None:
    versioned(s3)
    move = {"NoncurrentDays": 0, "StorageClass": "GLACIER_IR", "NewerNoncurrentVersions": 1}
    put(s3, "bck", rule(NoncurrentVersionTransitions=[move]))
    for _ in range(3):
        s3.put_object(Bucket="bck", Key="a", Body=LARGE)
        clock.now += timedelta(seconds=1)

    clock.now += timedelta(days=1)

    assert later.run_lifecycle() == {"transitioned": 1}
    listed = s3.list_object_versions(Bucket="bck")["Versions"]
    assert [one["StorageClass"] for one in listed] == ["STANDARD", "STANDARD", "GLACIER_IR"]


def test_pages_see_every_version_once(
    s3: Any, later: S3Server, clock: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PAGE", 3)
    versioned(s3)
    for key in ("a", "b", "c"):
        for _ in range(5):
            s3.put_object(Bucket="bck", Key=key)
            clock.now += timedelta(seconds=1)
    s3.delete_object(Bucket="bck", Key="lone")
    put(
        s3,
        "bck",
        rule(ID="versions", NoncurrentVersionExpiration={"NoncurrentDays": 1}),
        rule(ID="markers", Expiration={"ExpiredObjectDeleteMarker": True}),
    )

    clock.now += timedelta(days=3)

    assert later.run_lifecycle() == {"removed": 12, "markers": 1}
    assert [key for key, _ in shown(s3)] == ["a", "b", "c"]


def test_a_pass_ends_with_its_page_when_it_is_told_to(
    s3: Any, later: S3Server, clock: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PAGE", 2)
    monkeypatch.setattr(apply, "BATCH", 2)
    for number in range(6):
        s3.put_object(Bucket="bck", Key=str(number))
    put(s3, "bck", rule(Expiration={"Days": 1}))
    rules = s3.get_bucket_lifecycle_configuration(Bucket="bck")
    asked = iter([False, False, True, True])
    done = apply.run(
        later._store,
        later._store.bucket("bck"),
        {"Rules": rules["Rules"]},
        clock.now + timedelta(days=3),
        lambda: next(asked),
    )
    assert done == {"expired": 2}
    assert keys(s3) == ["2", "3", "4", "5"]


def test_bodies_of_what_expired_are_gone(s3: Any, later: S3Server, clock: Days) -> None:
    put(s3, "bck", rule(Expiration={"Days": 1}))
    s3.put_object(Bucket="bck", Key="a", Body=LARGE)
    clock.now += timedelta(days=2)
    later.run_lifecycle()
    with later._store.reader() as reader:
        assert reader.execute("SELECT count(*) FROM blob").fetchone() == (0,)


# the clock


def test_moving_the_clock(later: S3Server, s3: Any) -> None:
    later.move_clock(timedelta(days=1, hours=2))
    s3.put_object(Bucket="bck", Key="a")  # signed by the real time, which is the same as ever
    head = s3.head_object(Bucket="bck", Key="a")
    assert head["LastModified"] == START + timedelta(days=1, hours=2)


def test_a_clock_moved_by_a_file(tmp_path: Any) -> None:
    file = tmp_path / "clock"
    clock = FileClock(file, lambda: START)
    assert clock() == START
    file.write_text("31d12h\n")
    assert clock() == START + timedelta(days=31, hours=12)
    file.write_text("nonsense")
    assert clock() == START + timedelta(days=31, hours=12)
    file.write_text("32d")
    assert clock() == START + timedelta(days=32)


@pytest.mark.parametrize("text", ["", "1", "1w", "1h2d", "-1d", "99999999999d", "1.5d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(text)[:8])):
        duration(text)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--clock-offset", "1d", "--clock-file", "f"], "give one of them"),
        (["--clock-offset", "tomorrow"], "write one as 31d"),
    ],
)
def test_a_clock_the_command_refuses(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    with contextlib.suppress(SystemExit):
        assert serve.main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "days"), [([], 0), (["--clock-offset", "31d"], 31)])
def test_the_commands_clock_is_ahead_by_what_was_said(arguments: list[str], days: int) -> None:
    clock = serve._clock(parser().parse_args(arguments))
    ahead = clock() - datetime.now(UTC)
    assert round(ahead / timedelta(days=1)) == days


def test_the_command_lives_by_a_clock_file(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("10d")
    environment = {**os.environ, SECRET_VARIABLE: "a secret of mine"}
    command = [
        sys.executable,
        "-m",
        "server_ref.commands.serve",
        "--port",
        "0",
        "--access-key",
        "AKIAMINE",
    ]
    with subprocess.Popen(
        [*command, "--clock-file", str(file), "--log", "off"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[2]
        client = boto3.client(
            "s3",
            endpoint_url=url,
            aws_access_key_id="AKIAMINE",
            aws_secret_access_key="a secret of mine",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket="bck")
        client.put_object(Bucket="bck", Key="a")
        first = client.head_object(Bucket="bck", Key="a")["LastModified"]
        assert first > datetime.now(UTC) + timedelta(days=9)
        put(client, "bck", rule(Expiration={"Days": 1}))
        file.write_text("12d")
        client.get_waiter("object_not_exists").wait(
            Bucket="bck", Key="a", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        process.terminate()
        assert process.wait(timeout=60) == 0
