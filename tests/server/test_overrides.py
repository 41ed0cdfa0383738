"""The response-* parameters of GET and HEAD: what they may change, and who may use them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER, refused

CAN = {
    "response-cache-control": "no-cache",
    "response-content-disposition": "attachment; filename=a b.txt",
    "response-content-encoding": "x-none",
    "response-content-language": "cy",
    "response-content-type": "text/x-a; c=d",
    "response-expires": "Thu, 01 Dec 2094 16:00:00 GMT",
}


@pytest.fixture
def key(owner: Any, open_bucket: str) -> str:
    """The path of an object that everybody may read."""
    owner.put_object(
        Bucket=open_bucket, Key="k", Body=b"body", ACL="public-read", CacheControl="max-age=5"
    )
    return f"/{open_bucket}/k"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("parameter", CAN)
def test_each_replaces_its_header_and_no_other(
    server: S3Server, key: str, method: str, parameter: str
) -> None:
    plain = ask(server, method, key, by=OWNER)
    answer = ask(server, method, f"{key}?{parameter}={quote(CAN[parameter], safe='')}", by=OWNER)

    assert answer.status == 200
    header = parameter.removeprefix("response-")
    changed = {name.lower(): value for name, value in answer.headers.items()}
    before = {name.lower(): value for name, value in plain.headers.items()}
    assert changed.pop(header) == CAN[parameter]
    before.pop(header, None)
    own = ("date", "x-amz-request-id", "x-amz-id-2")
    assert {n: v for n, v in changed.items() if n not in own} == {
        n: v for n, v in before.items() if n not in own
    }


@pytest.mark.parametrize("parameter", ["response-etag", "response-", "response-x-amz-meta-a"])
def test_another_header_is_refused_by_its_name(server: S3Server, key: str, parameter: str) -> None:
    answer = ask(server, "GET", f"{key}?{parameter}=v", by=OWNER)

    assert (answer.status, answer.error["Code"]) == (400, "InvalidArgument")
    assert answer.error["ArgumentName"] == parameter
    assert answer.error["ArgumentValue"] == "v"


@pytest.mark.parametrize("query", ["x-other=1", "responses=1", ""])
def test_what_is_no_such_parameter_changes_nothing(server: S3Server, key: str, query: str) -> None:
    answer = ask(server, "GET", f"{key}?{query}", by=OWNER)
    assert (answer.status, answer.body) == (200, b"body")
    assert answer.headers["Cache-Control"] == "max-age=5"


def test_nobody_in_particular_may_not_use_them(nobody: Any, key: str) -> None:
    _, bucket, name = key.split("/")
    assert nobody.get_object(Bucket=bucket, Key=name)["Body"].read() == b"body"
    for member, value in (("ResponseContentType", "a/b"), ("ResponseCacheControl", "")):
        found = refused(nobody.get_object, Bucket=bucket, Key=name, **{member: value})
        assert found["Code"] == "InvalidRequest"


def test_a_value_that_no_header_can_hold_is_refused(server: S3Server, key: str) -> None:
    answer = ask(server, "GET", f"{key}?response-content-type={quote('a/ł', safe='')}", by=OWNER)
    assert (answer.status, answer.error["Code"]) == (400, "InvalidArgument")
    assert answer.error["ArgumentName"] == "response-content-type"
    assert answer.error["ArgumentValue"] == "a/ł"
