"""The retention that a bucket gives its new objects: what it may be, at each bound."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def locked(owner: Any) -> str:
    owner.create_bucket(Bucket="default-retention", ObjectLockEnabledForBucket=True)
    return "default-retention"


def put(owner: Any, bucket: str, *, enabled: str = "Enabled", **retention: Any) -> None:
    rule = {"Rule": {"DefaultRetention": retention}} if retention else {}
    configuration = {"ObjectLockEnabled": enabled, **rule}
    owner.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


@pytest.mark.parametrize(
    "retention",
    [
        {},
        {"Mode": "GOVERNANCE", "Days": 1},
        {"Mode": "COMPLIANCE", "Days": 36500},
        {"Mode": "GOVERNANCE", "Years": 1},
        {"Mode": "COMPLIANCE", "Years": 100},
    ],
)
def test_a_default_comes_back(owner: Any, locked: str, retention: dict[str, Any]) -> None:
    put(owner, locked, **retention)

    got = owner.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert got.get("Rule", {}).get("DefaultRetention", {}) == retention
    assert got["ObjectLockEnabled"] == "Enabled"


LONG = "Default retention period too large."
SHORT = "Default retention period must be a positive integer value."


@pytest.mark.parametrize(
    ("retention", "code", "message", "unit"),
    [
        ({"Mode": "GOVERNANCE", "Days": 36501}, "InvalidArgument", LONG, "Days"),
        ({"Mode": "GOVERNANCE", "Years": 101}, "InvalidArgument", LONG, "Years"),
        ({"Mode": "GOVERNANCE", "Days": 0}, "InvalidArgument", SHORT, "Days"),
        ({"Mode": "GOVERNANCE", "Years": -1}, "InvalidArgument", SHORT, "Years"),
        ({"Mode": "GOVERNANCE"}, "MalformedXML", "", None),
        ({"Mode": "GOVERNANCE", "Days": 1, "Years": 1}, "MalformedXML", "", None),
        ({"Mode": "governance", "Days": 1}, "MalformedXML", "", None),
        ({"Days": 1}, "MalformedXML", "", None),
    ],
)
def test_a_default_that_is_refused(
    owner: Any, locked: str, retention: dict[str, Any], code: str, message: str, unit: str | None
) -> None:
    with pytest.raises(ClientError) as error:
        put(owner, locked, **retention)

    said = error.value.response["Error"]
    assert said["Code"] == code
    assert message in said["Message"]
    assert said.get("ArgumentName") == unit
    given = str(retention[unit]) if unit else None
    assert said.get("ArgumentValue") == given


def test_locks_are_only_switched_on_and_only_with_versions(owner: Any, locked: str) -> None:
    owner.create_bucket(Bucket="unlocked")
    for bucket, enabled, code in (
        (locked, "Disabled", "MalformedXML"),
        ("unlocked", "Enabled", "InvalidBucketState"),
    ):
        with pytest.raises(ClientError) as error:
            put(owner, bucket, enabled=enabled)
        assert error.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError) as error:
        owner.get_object_lock_configuration(Bucket="unlocked")
    code = error.value.response["Error"]["Code"]
    assert code == "ObjectLockConfigurationNotFoundError"
