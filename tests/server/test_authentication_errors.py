"""Every way a signature can be wrong has its own S3 error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.request import Request
from tests.server.published import EXAMPLES, NOW, authenticator, request

Change = Callable[[Request], None]


def header(name: str, value: str | None) -> Change:
    def change(made: Request) -> None:
        if value is None:
            del made.headers[name]
        else:
            made.headers[name] = value

    return change


def replaced(old: str, new: str) -> Change:
    def change(made: Request) -> None:
        text = made.headers["authorization"]
        assert old in text
        made.headers["authorization"] = text.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "code", "status", "words"),
    [
        (replaced("us-east-1", "eu-west-9"), "AuthorizationHeaderMalformed", 400, "'eu-west-9' is"),
        (replaced("/s3/", "/ec2/"), "AuthorizationHeaderMalformed", 400, 'service "ec2"'),
        (replaced("aws4_request", "aws5_request"), "AuthorizationHeaderMalformed", 400, "terminal"),
        (replaced("20130524/", "2013/"), "AuthorizationHeaderMalformed", 400, "date format"),
        (replaced("20130524/", "20130525/"), "AuthorizationHeaderMalformed", 400, "not the same"),
        (replaced("Signature=", "Sig="), "AuthorizationHeaderMalformed", 400, "three components"),
        (replaced("AKIAIOSFODNN7EXAMPLE/", ""), "AuthorizationHeaderMalformed", 400, "mal-formed"),
        (replaced("AKIAIOSFODNN7", "AKIAIOSFODNN8"), "InvalidAccessKeyId", 403, "does not exist"),
        (replaced("f0e8bdb8", "f0e8bdb9"), "SignatureDoesNotMatch", 403, "does not match"),
        (replaced("range;", ""), "SignatureDoesNotMatch", 403, "does not match"),
        (replaced(";x-amz-date", ""), "AccessDenied", 403, "not signed"),
        (replaced("AWS4-HMAC-SHA256 ", "Basic "), "InvalidArgument", 400, "Unsupported"),
        (header("x-amz-meta-a", "b"), "AccessDenied", 403, "not signed"),
        (header("x-amz-content-sha256", None), "InvalidRequest", 400, "x-amz-content-sha256"),
        (header("x-amz-date", None), "AccessDenied", 403, "valid Date"),
        (header("x-amz-date", "yesterday"), "AccessDenied", 403, "valid Date"),
    ],
)
def test_header(change: Change, code: str, status: int, words: str) -> None:
    made = EXAMPLES["GET object"]()
    change(made)
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(made, NOW)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert words in caught.value.message


def test_wrong_region_names_the_right_one() -> None:
    with pytest.raises(S3Error) as caught:
        authenticator(region="eu-west-1").authenticate(EXAMPLES["GET object"](), NOW)
    assert caught.value.members == {"Region": "eu-west-1"}


@pytest.mark.parametrize("seconds", [-901, 901])
def test_skewed_clock(seconds: int) -> None:
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(EXAMPLES["GET object"](), NOW + seconds)
    assert caught.value.code == "RequestTimeTooSkewed"
    assert caught.value.members["RequestTime"] == "20130524T000000Z"
    assert caught.value.members["MaxAllowedSkewMilliseconds"] == "900000"


def test_a_clock_within_fifteen_minutes_is_good() -> None:
    assert authenticator().authenticate(EXAMPLES["GET object"](), NOW + 899).access_key


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (
            "X-Amz-Expires=86400",
            "X-Amz-Expires=604801",
            "AuthorizationQueryParametersError",
            "week",
        ),
        ("X-Amz-Expires=86400", "X-Amz-Expires=-1", "AuthorizationQueryParametersError", "non-neg"),
        (
            "X-Amz-Expires=86400",
            "X-Amz-Expires=soon",
            "AuthorizationQueryParametersError",
            "number",
        ),
        ("&X-Amz-Expires=86400", "", "AuthorizationQueryParametersError", "requires the"),
        ("AWS4-HMAC-SHA256", "AWS5", "AuthorizationQueryParametersError", "only supports"),
        ("%2F20130524", "%252F20130524", "AuthorizationQueryParametersError", "mal-formed"),
        ("us-east-1", "eu-west-9", "AuthorizationQueryParametersError", "'eu-west-9' is wrong"),
        ("Date=20130524T", "Date=20130524", "AuthorizationQueryParametersError", "ISO8601"),
        ("Signature=aeee", "Signature=beee", "SignatureDoesNotMatch", "does not match"),
        ("/test.txt?", "/test.txt?versionId=1&", "SignatureDoesNotMatch", "does not match"),
    ],
)
def test_query(old: str, new: str, code: str, words: str) -> None:
    target = EXAMPLES["presigned GET"]().target
    assert old in target
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(request("GET", target.replace(old, new, 1), {}), NOW)
    assert caught.value.code == code
    assert words in caught.value.message


def test_expired() -> None:
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(EXAMPLES["presigned GET"](), NOW + 86401)
    assert caught.value.message == "Request has expired"
    assert caught.value.members["X-Amz-Expires"] == "86400"
    assert caught.value.members["Expires"] == "2013-05-25T00:00:00Z"
    assert "ServerTime" in caught.value.members


def test_not_valid_yet() -> None:
    """A clock may be a quarter of an hour ahead of the server's."""
    signed = 1369353600  # 2013-05-24T00:00:00Z, as the example says
    made = EXAMPLES["presigned GET"]()
    assert authenticator().authenticate(made, signed - 899).account is not None
    with pytest.raises(S3Error, match="not yet valid"):
        authenticator().authenticate(EXAMPLES["presigned GET"](), signed - 901)


def test_unsigned_header_beside_a_presigned_url() -> None:
    made = EXAMPLES["presigned GET"]()
    made.headers["x-amz-meta-wrong"] = "1"
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(made, NOW)
    assert caught.value.members == {"HeadersNotSigned": "x-amz-meta-wrong"}


def test_two_mechanisms() -> None:
    made = EXAMPLES["presigned GET"]()
    made.headers["authorization"] = "AWS4-HMAC-SHA256 …"
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(made, NOW)
    assert caught.value.code == "InvalidArgument"
    assert caught.value.members["ArgumentName"] == "Authorization"


def test_anonymous_is_nobody() -> None:
    assert authenticator().authenticate(request("GET", "/test.txt", {}), NOW).account is None


@pytest.mark.parametrize(
    ("strict", "name", "change", "seconds"),
    [
        (Strictness(signature=False), "GET object", replaced("f0e8", "f0e9"), 0),
        (Strictness(clock_skew=False), "GET object", replaced("AWS4", "AWS4"), 100_000),
        (Strictness(access_key=False), "GET object", replaced("AKIAI", "AKIAJ"), 0),
        (Strictness(signed_headers=False), "GET object", header("x-amz-meta-a", "b"), 0),
        (Strictness(expiry=False), "presigned GET", lambda _: None, 100_000),
        (Strictness(not_before=False), "presigned GET", lambda _: None, -100_000),
    ],
)
def test_each_leniency_lets_one_thing_pass(
    strict: Strictness, name: str, change: Change, seconds: int
) -> None:
    made = EXAMPLES[name]()
    change(made)
    with pytest.raises(S3Error):
        authenticator().authenticate(made, NOW + seconds)
    made = EXAMPLES[name]()
    change(made)
    assert authenticator(strict).authenticate(made, NOW + seconds).account is not None
