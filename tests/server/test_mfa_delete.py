"""MFA delete: what needs a device's code, and what S3 answers without one."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from server_ref.rules.mfa import STEP, code, parse_devices
from server_ref.server import S3Server
from tests.server.conftest import OWNER, refused

SERIAL = f"arn:aws:iam::{OWNER.account.account_id}:mfa/root-account-mfa-device"
SECRET = base64.b32encode(b"12345678901234567890").decode()
NEEDED = "Mfa Authentication must be used for this request"
ON = {"Status": "Enabled", "MFADelete": "Enabled"}
RULES = {"Rules": [{"Filter": {}, "Status": "Enabled", "Expiration": {"Days": 1}}]}


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server(
        accounts=(OWNER,), durability="relaxed", mfa_devices=[f"{SERIAL}={SECRET}"]
    ) as running:
        yield running


@pytest.fixture(scope="module")
def owner(server: S3Server) -> Any:
    return boto3.client("s3", **server.client_kwargs)


def mfa() -> str:
    """What the device shows now."""
    return f"{SERIAL} {code(SECRET, int(time.time()) // STEP)}"


@pytest.fixture
def protected(owner: Any, bucket: str) -> str:
    owner.put_bucket_versioning(Bucket=bucket, MFA=mfa(), VersioningConfiguration=ON)
    return bucket


@pytest.mark.parametrize(
    ("seconds", "shown"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_rfc(seconds: int, shown: str) -> None:
    assert code(SECRET, seconds // STEP) == shown


@pytest.mark.parametrize(
    ("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_one_step_before_and_after(
    owner: Any, bucket: str, monkeypatch: pytest.MonkeyPatch, steps: int, good: bool
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr("server_ref.rules.mfa.utc_now", lambda: now)
    shown = code(SECRET, int(now.timestamp()) // STEP + steps)
    members = {"Bucket": bucket, "VersioningConfiguration": ON, "MFA": f"{SERIAL} {shown}"}
    if good:
        owner.put_bucket_versioning(**members)
    else:
        assert refused(owner.put_bucket_versioning, **members)["Code"] == "AccessDenied"


def test_it_is_shown_once_it_is_on(owner: Any, protected: str) -> None:
    found = owner.get_bucket_versioning(Bucket=protected)
    assert (found["Status"], found["MFADelete"]) == ("Enabled", "Enabled")


def test_a_bucket_without_it(owner: Any, bucket: str) -> None:
    off = {"Status": "Enabled", "MFADelete": "Disabled"}
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=off)
    assert "MFADelete" not in owner.get_bucket_versioning(Bucket=bucket)


@pytest.mark.parametrize("given", [None, f"{SERIAL} 000", "nonsense", f"{SERIAL}x 123456"])
def test_it_is_not_switched_on_without_a_good_code(
    owner: Any, bucket: str, given: str | None
) -> None:
    more = {} if given is None else {"MFA": given}
    error = refused(owner.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=ON, **more)
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")
    assert (error["Message"] == NEEDED) == (given is None)
    assert "Status" not in owner.get_bucket_versioning(Bucket=bucket)


def test_versions_go_with_a_code_only(owner: Any, protected: str) -> None:
    version = owner.put_object(Bucket=protected, Key="a")["VersionId"]
    owner.delete_object(Bucket=protected, Key="a")  # a marker needs no code
    error = refused(owner.delete_object, Bucket=protected, Key="a", VersionId=version)
    assert (error["Code"], error["Message"]) == ("AccessDenied", NEEDED)
    many = {"Objects": [{"Key": "b"}, {"Key": "a", "VersionId": version}]}
    error = refused(owner.delete_objects, Bucket=protected, Delete=many)
    assert error["Code"] == "AccessDenied"
    assert len(owner.list_object_versions(Bucket=protected)["DeleteMarkers"]) == 1

    owner.delete_object(Bucket=protected, Key="a", VersionId=version, MFA=mfa())

    assert "Versions" not in owner.list_object_versions(Bucket=protected)


def test_a_wrong_code_stops_all_of_many(owner: Any, protected: str) -> None:
    owner.put_object(Bucket=protected, Key="a")
    error = refused(
        owner.delete_objects,
        Bucket=protected,
        Delete={"Objects": [{"Key": "a"}]},
        MFA=f"{SERIAL} 000",
    )
    assert error["Code"] == "AccessDenied"
    assert owner.head_object(Bucket=protected, Key="a")


def test_it_is_changed_with_a_code_only(owner: Any, protected: str) -> None:
    off = {"Status": "Suspended", "MFADelete": "Disabled"}
    error = refused(owner.put_bucket_versioning, Bucket=protected, VersioningConfiguration=off)
    assert error["Message"] == NEEDED
    owner.put_bucket_versioning(Bucket=protected, VersioningConfiguration=off, MFA=mfa())
    found = owner.get_bucket_versioning(Bucket=protected)
    assert (found["Status"], found["MFADelete"]) == ("Suspended", "Disabled")


def test_lifecycle_rules_exclude_it(owner: Any, bucket: str, protected: str) -> None:
    error = refused(
        owner.put_bucket_lifecycle_configuration, Bucket=protected, LifecycleConfiguration=RULES
    )
    assert error["Code"] == "InvalidBucketState"
    other = f"{bucket}-rules"
    owner.create_bucket(Bucket=other)
    owner.put_bucket_lifecycle_configuration(Bucket=other, LifecycleConfiguration=RULES)
    error = refused(
        owner.put_bucket_versioning, Bucket=other, VersioningConfiguration=ON, MFA=mfa()
    )
    assert error["Code"] == "InvalidBucketState"
    assert "Delete lifecycle configuration before" in error["Message"]


@pytest.mark.parametrize("text", ["serial=ABC", f"{SERIAL}=1"])
def test_a_device_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)base32"):
        parse_devices([text])
