"""Values at the ends of what there is: dates, numbers and digits that no operation may choke on."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from server_ref.server import S3Server
from tests.server.byhand import Answer, ask
from tests.server.conftest import OWNER

# Moments that are none in UTC, or none in the zone in which an error tells them.
NO_MOMENT = (
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "Mon, 01 Jan 0001 00:00:00 +0100",
    "Fri, 31 Dec 9999 23:59:59 -0100",
)
FIRST_HOUR = "0001-01-01T00:00:00Z"
LONG = "9" * 5000  # more digits than Python reads


def _document(server: S3Server, path: str, body: str, method: str = "PUT") -> Answer:
    sent = body.encode()
    digest = b64encode(hashlib.md5(sent).digest()).decode()
    return ask(server, method, path, sent, by=OWNER, Content_MD5=digest)


@pytest.fixture
def key(server: S3Server, bucket: str) -> str:
    assert ask(server, "PUT", f"/{bucket}/key", b"a,b\n1,2\n", by=OWNER).status == 200
    return f"/{bucket}/key"


@pytest.mark.parametrize("text", [*NO_MOMENT, FIRST_HOUR])
def test_a_date_that_is_none_is_an_error_of_the_client(
    server: S3Server, bucket: str, key: str, text: str
) -> None:
    lock = {"x_amz_object_lock_mode": "GOVERNANCE", "x_amz_object_lock_retain_until_date": text}
    refused = ask(server, "PUT", key, b"x", by=OWNER, **lock)
    assert (refused.status, refused.error["Code"]) == (400, "InvalidArgument")

    retention = f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{text}</RetainUntilDate>"
    assert _document(server, f"{key}?retention=", f"{retention}</Retention>").status == 400
    if text != FIRST_HOUR:
        rule = f"<Rule><ID>a</ID><Status>Enabled</Status><Filter/><Expiration><Date>{text}</Date>"
        rules = f"<LifecycleConfiguration>{rule}</Expiration></Rule></LifecycleConfiguration>"
        assert _document(server, f"/{bucket}?lifecycle=", rules).error["Code"] == "MalformedXML"


@pytest.mark.parametrize("text", NO_MOMENT)
def test_a_condition_whose_date_is_none_is_no_condition(
    server: S3Server, key: str, text: str
) -> None:
    for name in ("If_Modified_Since", "If_Unmodified_Since"):
        assert ask(server, "GET", key, by=OWNER, **{name: text}).status == 200
    whole = ask(server, "GET", key, by=OWNER, If_Range=text, Range="bytes=0-1")
    assert (whole.status, whole.body) == (200, b"a,b\n1,2\n")


@pytest.mark.parametrize("digits", ["²", "٣٠١", LONG, "0301", "+301"])
def test_a_status_of_a_website_is_three_digits(server: S3Server, bucket: str, digits: str) -> None:
    redirect = f"<Redirect><HostName>h</HostName><HttpRedirectCode>{digits}</HttpRedirectCode>"
    error = f"<HttpErrorCodeReturnedEquals>{digits}</HttpErrorCodeReturnedEquals>"
    for rule in (
        f"{redirect}</Redirect>",
        f"<Condition>{error}</Condition><Redirect><HostName>h</HostName></Redirect>",
    ):
        answer = _document(
            server,
            f"/{bucket}?website=",
            "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules>"
            f"<RoutingRule>{rule}</RoutingRule></RoutingRules></WebsiteConfiguration>",
        )
        code = "InvalidRequest" if digits in (LONG, "0301") else "MalformedXML"  # no number at all
        assert (answer.status, answer.error["Code"]) == (400, code)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (f"SELECT * FROM S3Object LIMIT {LONG}", b"1,2"),
        ("SELECT * FROM S3Object LIMIT ²", b"ParseExpectedNumber"),
        (f"SELECT * FROM S3Object[{LONG}]", b"InvalidKeyPath"),
        ("SELECT * FROM S3Object[²]", b"InvalidKeyPath"),
        ("SELECT _٣ FROM S3Object", b"MissingHeaders"),
    ],
)
def test_numbers_of_a_query_have_their_bounds(
    server: S3Server, key: str, expression: str, said: bytes
) -> None:
    answer = _document(
        server,
        f"{key}?select=&select-type=2",
        f"<SelectObjectContentRequest><Expression>{expression}</Expression><ExpressionType>SQL"
        "</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization>"
        "<CSV/></OutputSerialization></SelectObjectContentRequest>",
        "POST",
    )
    assert answer.status < 500
    assert said in answer.body
