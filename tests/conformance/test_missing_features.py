"""What else fails because a feature is missing: requests of it alone, and readers it lets in."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Call
from tests.conformance.test_misread import asked, failed
from tests.conformance.test_nowhere import DENIED, keys, passed, put


@pytest.mark.parametrize(
    ("by", "policy", "key"),
    [
        (" by anonymous", (), "nowhere/acl"),
        ("", (), "refuses/copy-object/403 AccessDenied"),
        (
            " by anonymous",
            (asked("PutBucketPolicy", "PUT /b?policy", 200),),
            "refuses/copy-object/403 AccessDenied",
        ),
    ],
)
def test_others_are_kept_out_where_the_list_that_lets_them_in_is_not_kept(
    by: str, policy: tuple[Call, ...], key: str
) -> None:
    opened = [put(("x-amz-acl", "public-read"), purpose="setup") for _ in range(3)]
    read = asked("GetObject", "GET /b/k", 403, DENIED)
    one = failed("copy-object.open", *opened, *policy, read, answered="403 AccessDenied")
    [status] = one.expectations
    told = msgspec.structs.replace(status, what=f"GetObject{by}: status")

    assert keys(msgspec.structs.replace(one, expectations=(told,))) == {"copy-object.open": key}


def test_what_is_wrong_in_requests_of_a_feature_that_is_missing_is_of_that() -> None:
    run = [
        failed("object-acl.kept", put(("x-amz-acl", "public-read")),
               looked_at="Grants[].Permission", expected="['READ']", actual="['FULL_CONTROL']"),
        failed("bucket-acl.code", asked("PutBucketAcl", "PUT /b?acl", 400),
               expected="400 MissingSecurityHeader", answered="400 MalformedXML"),
        failed("object-versions.other", asked("GetObjectAcl", "GET /b/k?acl", 200),
               expected="404 NoSuchVersion"),
        failed("object-acl.fails", asked("PutObjectAcl", "PUT /b/k?acl", 500), answered="500"),
        *(passed("put-object.acl", put(("x-amz-acl", "private"))) for _ in range(3)),
    ]  # fmt: skip

    assert keys(*run) == {
        "object-acl.kept": "nowhere/acl",
        "bucket-acl.code": "nowhere/acl",
        "object-versions.other": "nowhere/acl",
        "object-acl.fails": "server-fails/PutObjectAcl/500",
    }
