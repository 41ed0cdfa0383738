"""What a request has to be allowed, by its operation and members."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.gate.permissions import needs

AT = {"Bucket": "bucket", "Key": "key"}


def asked(operation: str, members: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one.action, one.key) for one in needs(operation, {"Bucket": "bucket", **members})]


@pytest.mark.parametrize(
    ("operation", "members", "expected"),
    [
        ("DeleteObject", AT, [("DeleteObject", "key")]),
        (
            "DeleteObject",
            {**AT, "VersionId": "v", "BypassGovernanceRetention": True},
            [("DeleteObjectVersion", "key"), ("BypassGovernanceRetention", "key")],
        ),
        ("DeleteObject", {**AT, "BypassGovernanceRetention": False}, [("DeleteObject", "key")]),
        ("DeleteObjects", {}, []),
        (
            "DeleteObjects",
            {"BypassGovernanceRetention": True},
            [("BypassGovernanceRetention", "*")],
        ),
        (
            "PutObjectRetention",
            {**AT, "BypassGovernanceRetention": True},
            [("PutObjectRetention", "key"), ("BypassGovernanceRetention", "key")],
        ),
        ("GetObject", {**AT, "BypassGovernanceRetention": True}, [("GetObject", "key")]),
        ("ListObjectsV2", {}, [("ListBucket", None)]),
        (
            "PutObject",
            {**AT, "Tagging": "a=b", "ACL": "private", "ObjectLockMode": "GOVERNANCE"},
            [
                ("PutObject", "key"),
                ("PutObjectAcl", "key"),
                ("PutObjectRetention", "key"),
                ("PutObjectTagging", "key"),
            ],
        ),
        (
            "CopyObject",
            {**AT, "CopySource": "other/from?versionId=null"},
            [("PutObject", "key"), ("GetObjectVersion", "from")],
        ),
        (
            "UploadPartCopy",
            {**AT, "CopySource": "other/from"},
            [("PutObject", "key"), ("GetObject", "from")],
        ),
    ],
)
def test_what_a_request_needs(
    operation: str, members: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    assert asked(operation, members) == expected
