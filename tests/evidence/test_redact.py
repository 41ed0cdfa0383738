"""No secret survives in any field of any record."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import msgspec
import pytest

from conformance.endpoint.endpoint import Credentials
from conformance.evidence.redact import REDACTED, Redactor
from conformance.evidence.secrets import shown_by
from conformance.model import (
    Body,
    Call,
    Exchange,
    Expectation,
    Message,
    Outcome,
    Result,
    RunFooter,
    RunHeader,
)

SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY&EXAMPLE"KEY'
TOKEN = "FQoGZXIvYXdzEJr//////////wEaD+session/token=="
CUSTOMER_KEY = "0123456789abcdef0123456789abcdef"
CUSTOMER_KEY_BASE64 = base64.b64encode(CUSTOMER_KEY.encode()).decode()
ACCESS = "AKIAIOSFODNN7EXAMPLE"
SIGNATURE = "fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024"
COOKIE = "sid=cookie-secret-value"

REDACTOR = Redactor([Credentials(ACCESS, SECRET, TOKEN), None])

HEADERS = (
    ("Host", "s3.example.com"),
    (
        "Authorization",
        f"AWS4-HMAC-SHA256 Credential={ACCESS}/20260203/us-east-1/s3/aws4_request, "
        f"SignedHeaders=host, Signature={SIGNATURE}",
    ),
    ("X-Amz-Security-Token", TOKEN),
    ("x-amz-server-side-encryption-customer-key", CUSTOMER_KEY_BASE64),
    ("x-amz-copy-source-server-side-encryption-customer-key", CUSTOMER_KEY_BASE64),
    ("Cookie", COOKIE),
    ("Set-Cookie", f"{COOKIE}; Path=/"),
    ("X-Amz-Meta-Note", f"the secret is {SECRET} and {quote(SECRET, safe='')}"),
)
PRESIGNED = (
    f"/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ACCESS}%2F20260203%2Fus-east-1"
    f"%2Fs3%2Faws4_request&X-Amz-Security-Token={quote(TOKEN, safe='')}&X-Amz-Signature={SIGNATURE}"
)
CHUNKED = (
    f"5;chunk-signature={SIGNATURE}\r\nhello\r\n0;chunk-signature={SIGNATURE}\r\n"
    f"x-amz-trailer-signature:{SIGNATURE}\r\n\r\n"
)
FORM = f'--b\r\nContent-Disposition: form-data; name="X-Amz-Signature"\r\n\r\n{SIGNATURE}\r\n--b--'
ENCODED = (
    quote(SECRET, safe=""),
    json.dumps(SECRET)[1:-1],
    base64.b64encode(SECRET.encode()).decode(),
)
TEXT = " ".join((SECRET, *ENCODED, TOKEN, quote(TOKEN, safe=""), CUSTOMER_KEY, CUSTOMER_KEY_BASE64))

PLANTED = [
    *(SECRET, *ENCODED, TOKEN, quote(TOKEN, safe="")),
    *(CUSTOMER_KEY, CUSTOMER_KEY_BASE64, SIGNATURE, "cookie-secret-value"),
]


def _exchange() -> Exchange:
    binary = base64.b64encode(b"\xff\x00" + TEXT.encode() + b"\xfe").decode()
    body = Body(size=99999, text=TEXT + CHUNKED + FORM)
    return Exchange(
        url=f"http://user:{SECRET}@s3.example.com",
        request=Message(f"PUT {PRESIGNED} HTTP/1.1", HEADERS, body),
        response=Message("HTTP/1.1 403 " + SECRET, HEADERS, Body(size=10, base64=binary)),
        interim=(Message("HTTP/1.1 100 Continue", HEADERS),),
        note=TEXT,
        curl=f"curl -H 'x-amz-server-side-encryption-customer-key: {CUSTOMER_KEY_BASE64}' "
        f"--user {ACCESS}:{SECRET}",
    )


def _result() -> Result:
    call = Call(
        operation="PutObject",
        client="aws-s3api",
        parameters=f"Key='k', SSECustomerKey={CUSTOMER_KEY!r}, {TEXT}",
        command=f"aws s3api put-object --sse-customer-key {CUSTOMER_KEY} --x {SECRET}",
        exit_code=1,
        stdout=TEXT,
        stderr=f"Traceback: SignatureDoesNotMatch {TEXT} {PRESIGNED}",
        exchanges=(_exchange(),),
    )
    return Result(
        check="row.check",
        client="boto3",
        row="row",
        outcome=Outcome.FAIL,
        title=TEXT,
        level="must",
        spec="https://docs.aws.amazon.com",
        verified="documented",
        explanation=TEXT,
        reason=TEXT,
        expectations=(Expectation("what " + SECRET, TEXT, PRESIGNED, False),),
        calls=(call,),
        worker="gw0",
    )


def _everything(record: object) -> str:
    text = msgspec.json.encode(record).decode()
    decoded = [
        base64.b64decode(found).decode("latin-1")
        for found in re.findall(r'"base64":"([^"]*)"', text)
    ]
    return "\n".join([text, json.dumps(json.loads(text), ensure_ascii=False), *decoded])


def test_every_field_was_planted() -> None:
    before = _everything(_result())
    assert all(secret in before for secret in PLANTED)


@pytest.mark.parametrize("secret", PLANTED)
def test_nothing_is_left(secret: str) -> None:
    after = _everything(REDACTOR.record(_result()))
    assert secret not in after
    assert REDACTED in after


def test_what_helps_stays() -> None:
    result = REDACTOR.record(_result())
    exchange = result.calls[0].exchanges[0]
    headers = dict(exchange.request.headers)
    assert headers["Host"] == "s3.example.com"
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=REDACTED/20260203/us-east-1/s3/aws4_request, "
        "SignedHeaders=host, Signature=REDACTED"
    )
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in exchange.request.start_line
    assert exchange.request.body.size == 99999
    assert result.id == "row.check[boto3]"
    assert REDACTOR.record(result) == result


def test_a_harmless_record_stays_as_it_is() -> None:
    exchange = Exchange(
        url="http://127.0.0.1:9000",
        request=Message("GET /bucket/key HTTP/1.1", (("Host", "127.0.0.1:9000"),)),
        response=Message("HTTP/1.1 200 OK", (("ETag", '"x"'),), Body(size=5, text="hello")),
    )
    assert REDACTOR.record(exchange) == exchange


def test_headers_and_footers_of_a_run() -> None:
    header = RunHeader(
        run_id="r",
        started="now",
        endpoint="e",
        url=f"http://x/?X-Amz-Signature={SIGNATURE}",
        region="r",
        addressing="path",
        profile="aws",
        s3compat="0",
        matrix="m",
        clients={"boto3": SECRET},
        python="3",
        selection={"rows": TOKEN},
    )
    footer = RunFooter("now", 1.0, {}, leftovers=(f"s3://{SECRET}",), ended_by=TOKEN)
    after = _everything(REDACTOR.record(header)) + _everything(REDACTOR.record(footer))
    assert not any(secret in after for secret in (SECRET, TOKEN, SIGNATURE))


def test_a_secret_that_a_cut_went_through() -> None:
    body = Body(size=50000, text="x" * 100 + SECRET[:20], truncated=True)
    message = Message("GET / HTTP/1.1", (), body)
    redacted = REDACTOR.record(Exchange(url="http://x", request=message))
    assert SECRET[:6] not in (redacted.request.body.text or "")


@pytest.mark.parametrize("secret", [SECRET, TOKEN])
@pytest.mark.parametrize("kept", [6, 10, 20])
def test_a_secret_that_a_cut_of_bytes_went_through(secret: str, kept: int) -> None:
    data = b"\xff\xfe" * 50 + secret[:kept].encode()
    body = Body(size=50000, base64=base64.b64encode(data).decode(), truncated=True)
    redacted = REDACTOR.record(Exchange(url="http://x", request=Message("GET /", (), body)))

    left = base64.b64decode(redacted.request.body.base64 or "")
    assert left.startswith(b"\xff\xfe" * 50)
    assert secret[:6].encode() not in left


def test_short_secrets_go_where_they_stand_alone() -> None:
    redactor = Redactor([Credentials("test", "test")])
    assert redactor.text("password test, latest") == "password REDACTED, latest"


def test_names_of_variables_stay_in_a_curl_line() -> None:
    line = (
        'curl --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" '
        '-H "x-amz-security-token: $AWS_SESSION_TOKEN"'
    )
    assert REDACTOR.text(line) == line


@pytest.mark.parametrize(
    "text",
    [
        f"AWS {ACCESS}:frJIUN8DYpKDtOLCwo//yllqDzg=",
        "SSECustomerKey=b'\\x00\\xff\\x01secret'",
        '{"SSECustomerKey": "secretsecret"}',
        "aws_secret_access_key = secretsecret",
        "--sse-c-key secretsecret",
        "<SignatureProvided>secretsecret</SignatureProvided>",
    ],
)
def test_secrets_that_are_not_the_runs_own_go_by_their_place(text: str) -> None:
    redacted = Redactor().text(text)
    assert "secret" not in redacted.replace("secret_access_key", "")
    assert "frJIUN8DYpKDtOLCwo" not in redacted
    assert REDACTED in redacted


@pytest.mark.parametrize(
    "escape",
    [
        lambda byte: f"%{byte:02x}",
        lambda byte: f"%25{byte:02X}",
        lambda byte: f"&#{byte};",
        lambda byte: f"\\u{byte:04x}",
        lambda byte: f"%{byte:02x}" if byte % 2 else chr(byte),
    ],
)
def test_our_own_sentences_and_names_hold_no_escaped_secret(escape: Callable[[int], str]) -> None:
    """An endpoint may list a key that is the token it was sent; what is left behind names it."""
    for secret in (SECRET, TOKEN):
        shown = "".join(map(escape, secret.encode()))
        footer = RunFooter("now", 1.0, {}, leftovers=(f"s3://bucket/{shown}",))
        expected = Expectation(f"the key {shown}", "a", shown, ok=False)
        for record in (footer, expected):
            assert shown not in json.loads(msgspec.json.encode(str(REDACTOR.record(record))))
        assert REDACTOR.record(footer).leftovers == (f"s3://bucket/{REDACTED}",)


@pytest.mark.parametrize(
    ("what", "expected", "actual", "shown"),
    [
        ("header X-Amz-Security-Token", "a", "b", (REDACTED, REDACTED)),
        ("no header x-amz-security-token", "absent", "b", ("absent", REDACTED)),
        ("header Set-Cookie ", "a", "", (REDACTED, "")),
        ("header ETag", "a", "b", ("a", "b")),
        ("x-amz-security-token of a page", "a", "b", ("a", "b")),
    ],
)
def test_a_header_that_is_a_secret_is_one_where_it_was_expected(
    what: str, expected: str, actual: str, shown: tuple[str, str]
) -> None:
    seen = Redactor().record(Expectation(what, expected, actual, ok=False))
    assert (seen.what, seen.expected, seen.actual, seen.ok) == (what, *shown, False)


def exchange(
    line: str, *headers: tuple[str, str], sent: Body | None = None, came: Body | None = None
) -> Exchange:
    answer = None if came is None else Message("HTTP/1.1 200 OK", body=came)
    return Exchange("http://h", Message(f"{line} HTTP/1.1", headers, sent or Body()), answer)


CUSTOMERS = "X-Amz-Server-Side-Encryption-Customer-Key"
BYTES = base64.b64encode(b"\xff" * 32).decode()


@pytest.mark.parametrize(
    ("one", "keys", "credentials"),
    [
        (exchange("GET /", ("X-Aws-EC2-Metadata-Token", "a-token")), set(), set()),
        (exchange("GET /", ("X-Aws-EC2-Metadata-Token", "8-long--")), set(), {"8-long--"}),
        (exchange("PUT /latest/api/token", came=Body(9, text="the-token")), set(), {"the-token"}),
        (exchange("PUT /latest/api/token"), set(), set()),
        (exchange("GET /latest/api/token", came=Body(9, text="the-token")), set(), set()),
        (exchange("GET /", came=Body(9, text="<SessionToken>in-an-answer</SessionToken>")),
         set(), {"in-an-answer"}),
        (exchange("POST /", sent=Body(9, text='{"SecretAccessKey": "in-a-request"}')),
         set(), {"in-a-request"}),
        (exchange("POST /", sent=Body(9, base64=base64.b64encode(b"<Token>in-base64</Token>")
                                      .decode())), set(), {"in-base64"}),
        (exchange("PUT /k", (CUSTOMERS, BYTES), ("x-amz-copy-source-server-side-encryption-"
                                                 "customer-key", "dGV4dA==")),
         {BYTES, "dGV4dA==", "text"}, set()),
        (exchange("PUT /k", (CUSTOMERS, "")), set(), set()),
    ],
)  # fmt: skip
def test_secrets_that_an_exchange_shows(
    one: Exchange, keys: set[str], credentials: set[str]
) -> None:
    assert shown_by([exchange("GET /"), one]) == (keys, credentials)


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("12345678", "a12345678b", "aREDACTEDb"),
        ("1234567", "a1234567b", "a1234567b"),
        ("1234567", " 1234567 ", REDACTED),
        ("12345678", "a 12345678", "a REDACTED"),
    ],
)
def test_a_short_secret_is_one_where_it_stands_alone(secret: str, text: str, shown: str) -> None:
    record = Redactor([Credentials("AK", secret)]).record(
        Call("PutObject", stdout=text, command="")
    )
    assert record.stdout == shown
