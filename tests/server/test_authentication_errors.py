"""Every way a signature can be wrong has its own S3 error."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

import pytest

from server_ref.auth.canonical import canonical_request
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER
from tests.server.published import EXAMPLES, NOW, SECRET_KEY, authenticator, request

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
        (replaced(",Signature=", ";Sig="), "AuthorizationHeaderMalformed", 400, "three components"),
        (replaced(",Sig", ",A=b,Sig"), "AuthorizationHeaderMalformed", 400, "three components"),
        (
            replaced("Signature=", "Sig="),
            "AuthorizationHeaderMalformed",
            400,
            "; missing Signature.",
        ),
        (replaced("Signature=", "Sig"), "AuthorizationHeaderMalformed", 400, 'component "Sig'),
        (replaced("=host", "=host=a"), "AuthorizationHeaderMalformed", 400, 'component "Signed'),
        (replaced("=AKIA", "=key=AKIA"), "AuthorizationHeaderMalformed", 400, '"Credential=key=A'),
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


def test_a_component_without_a_value_is_told_as_it_came() -> None:
    made = EXAMPLES["GET object"]()
    header_text = made.headers["authorization"]
    made.headers["authorization"] = header_text[: header_text.index(",Signature=")] + ", Signature="
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(made, NOW)
    assert caught.value.message == (
        'The authorization header is malformed; the authorization component " Signature=" is'
        " malformed."
    )


SIGNED = "host;range;x-amz-content-sha256;x-amz-date"


@pytest.mark.parametrize(
    "names",
    [
        "x-amz-date;host;x-amz-content-sha256;range",
        "host;host;range;x-amz-content-sha256;x-amz-date",
        "Host;Range;X-Amz-Content-Sha256;X-Amz-Date",
    ],
)
def test_signed_headers_come_in_any_order(names: str) -> None:
    made = EXAMPLES["GET object"]()
    replaced(SIGNED, names)(made)
    assert authenticator().authenticate(made, NOW).access_key


def test_headers_that_are_signed_in_the_order_of_their_list_are_taken() -> None:
    """As curl before 8.10 signs x-amz-copy-source-if-match before x-amz-copy-source."""
    names = ("x-amz-date", "host", "x-amz-content-sha256", "range")
    made = EXAMPLES["GET object"]()
    hashed = made.headers["x-amz-content-sha256"]
    canonical = canonical_request("GET", made.target, "", made.headers, names, hashed)
    scope = ("20130524", "us-east-1", "s3", "aws4_request")
    digest = sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(("AWS4-HMAC-SHA256", made.headers["x-amz-date"], "/".join(scope), digest))
    key = f"AWS4{SECRET_KEY}".encode()
    for part in (*scope, to_sign):
        key = hmac.digest(key, part.encode(), "sha256")
    replaced(SIGNED, ";".join(names))(made)
    replaced(made.headers["authorization"].rpartition("=")[2], key.hex())(made)

    assert authenticator().authenticate(made, NOW).access_key


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (replaced("us-east-1", "eu-west-9"), "AuthorizationHeaderMalformed"),
        (replaced("20130524/", "20130525/"), "AuthorizationHeaderMalformed"),
        (replaced("AKIAIOSFODNN7", "AKIAIOSFODNN8"), "InvalidAccessKeyId"),
        (replaced("f0e8bdb8", "f0e8bdb9"), "SignatureDoesNotMatch"),
        (header("x-amz-meta-a", "b"), "AccessDenied"),
    ],
)
def test_a_wrong_clock_is_told_before_anything_else(change: Change, code: str) -> None:
    for seconds, wanted in ((0, code), (901, "RequestTimeTooSkewed")):
        made = EXAMPLES["GET object"]()
        change(made)
        with pytest.raises(S3Error) as caught:
            authenticator().authenticate(made, NOW + seconds)
        assert caught.value.code == wanted


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_chunks_are_not_announced_as_an_unsigned_payload(server: S3Server, method: str) -> None:
    answer = ask(
        server,
        method,
        "/bucket/key?partNumber=1&uploadId=x",
        b"0\r\n\r\n",
        by=OWNER,
        payload="UNSIGNED-PAYLOAD",
        Content_Encoding="aws-chunked,gzip",
    )
    assert (answer.status, answer.error["Code"]) == (400, "InvalidArgument")
    assert answer.error["ArgumentName"] == "Content-Encoding"
    assert answer.error["ArgumentValue"] == "aws-chunked,gzip"


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


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(86401, "Request has expired"), (-1000, "Request is not yet valid"), (0, "not the same as")],
)
def test_the_life_of_a_presigned_request_is_told_before_its_dates(seconds: int, words: str) -> None:
    target = EXAMPLES["presigned GET"]().target
    assert "%2F20130524%2F" in target
    made = request("GET", target.replace("%2F20130524%2F", "%2F20130525%2F", 1), {})
    with pytest.raises(S3Error, match=words):
        authenticator().authenticate(made, NOW + seconds)


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
