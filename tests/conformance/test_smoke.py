"""The look before the run: every trouble is told apart and says what to do."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.endpoint.smoke import SmokeError, smoke_test
from server_ref.server import S3Server

LIST = (
    b'<?xml version="1.0"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Buckets/></ListAllMyBucketsResult>"
)


def error(code: str, more: str = "") -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code>{more}</Error>".encode()


Page = Callable[[str], tuple[int, dict[str, str], bytes]]


@contextlib.contextmanager
def serving(page: Page, date: datetime | None = None) -> Iterator[str]:
    """A tiny server that answers ``page(path)``, with this Date; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = page(self.path)
            self.send_response_only(status)
            self.send_header("Date", format_datetime(date or datetime.now(UTC), usegmt=True))
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def always(status: int, body: bytes, **headers: str) -> Page:
    return lambda _: (status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


def trouble(url: str, **changes: object) -> str:
    """The sentence the smoke test ends with."""
    endpoint = Endpoint(url=url, credentials=Credentials("AK", "fake-secret-key"))
    with pytest.raises(SmokeError) as raised:
        smoke_test(dataclasses.replace(endpoint, **changes))
    assert "fake-secret-key" not in str(raised.value)
    return str(raised.value)


def test_a_redirect_of_unsigned_requests_may_lead_to_a_web_page() -> None:
    with serving(always(307, b"", Location="https://example.com/s3/")) as url:
        said = trouble(url, credentials=None)
    assert "redirects unsigned requests to 'https://example.com/s3/'. If that is a web" in said
    assert "give credentials instead of --anonymous" in said


def test_a_list_of_buckets_is_s3_whatever_its_root() -> None:
    """AIStore 3.x answers ListBuckets with the root of a listing."""
    endpoint = Endpoint(url="", credentials=Credentials("AK", "fake-secret-key"))
    old = LIST.replace(b"ListAllMyBucketsResult", b"ListBucketResult")
    with serving(always(200, old)) as url:
        assert smoke_test(dataclasses.replace(endpoint, url=url)) == []
    with serving(always(200, old.replace(b"<Buckets/>", b"<Name>bucket</Name>"))) as url:
        assert "a list of buckets" in trouble(url)


def test_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "refuses connections" in trouble(f"http://127.0.0.1:{port}")


def test_a_host_that_is_not_there() -> None:
    assert "cannot be resolved" in trouble("http://no-such-host.invalid")


HTML = always(200, b"<html><body>hello</body></html>", Content_Type="text/html")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (HTML, "is not S3: it answers ListBuckets with 200 text/html"),
        (always(404, b'{"error": 404}', Content_Type="application/json"), "is not S3"),
        (always(200, b"<other/>", Content_Type="application/xml"), "is not S3"),
        (always(502, b"bad gateway"), "proxy whose server is down"),
        (always(503, error("ServiceUnavailable")), "is an S3 server, but fails"),
        (always(403, error("InvalidAccessKeyId")), "does not know this access key"),
        (always(403, error("SignatureDoesNotMatch")), "secret key does not belong"),
        (always(403, error("ExpiredToken")), "session token"),
        (always(403, error("AccountProblem")), "refuses these credentials (AccountProblem)"),
        (always(403, error("AccessDenied")), "no permissions at"),
        (always(403, error("RequestTimeTooSkewed")), "are too far apart"),
        (
            always(400, error("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>")),
            "give --region eu-west-1",
        ),
        (
            always(301, error("PermanentRedirect"), x_amz_bucket_region="eu-central-1"),
            "give --region eu-central-1",
        ),
        (always(307, b"", Location="http://elsewhere/"), "redirects to 'http://elsewhere/'"),
    ],
)
def test_answers(page: Page, said: str) -> None:
    with serving(page) as url:
        assert said in trouble(url)


def test_a_refusal_with_a_skewed_date_is_about_the_clock() -> None:
    late = datetime.now(UTC) - timedelta(minutes=40)
    with serving(always(403, error("AccessDenied")), late) as url:
        said = trouble(url)
    assert "40 minutes behind" in said


def test_a_skewed_date_alone_is_a_note() -> None:
    with serving(always(200, LIST), datetime.now(UTC) + timedelta(minutes=40)) as url:
        [note] = smoke_test(Endpoint(url=url))
    assert "40 minutes ahead of" in note


def test_s3_under_another_path_is_found() -> None:
    with serving(lambda path: (200, {}, LIST) if path == "/s3/" else HTML(path)) as url:
        assert f"{url}/s3 is; give that URL" in trouble(url)


def test_a_path_taken_for_a_bucket() -> None:
    with serving(always(404, error("NoSuchBucket"))) as url:
        assert "takes the path /s3 for the name of a bucket" in trouble(f"{url}/s3")


def test_hostile_xml_is_not_s3() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><Error><Code>&x;</Code></Error>'
    with serving(always(403, bomb)) as url:
        assert "is not S3" in trouble(url)


def test_plain_where_tls_is_spoken_and_the_other_way_round(
    server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.endpoint.smoke.TIMEOUT", 1.0)
    assert "starts with http://" in trouble(server.url.replace("http:", "https:"))


def test_a_self_signed_certificate_needs_its_authority() -> None:
    with S3Server(tls=True, durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        assert "https://" in trouble(server.url.replace("https:", "http:"), credentials=keys)
        said = trouble(server.url, credentials=keys)
        assert "--ca-bundle" in said
        assert "--insecure" in said
        assert smoke_test(Endpoint(url=server.url, credentials=keys, insecure=True)) == []
        trusted = Endpoint(url=server.url, credentials=keys, ca_bundle=str(server.certificate))
        assert smoke_test(trusted) == []


def test_the_reference_server_has_nothing_to_say(server: S3Server) -> None:
    keys = Credentials(server.access_key, server.secret_key)
    assert smoke_test(Endpoint(url=server.url, credentials=keys)) == []
    wrong = Credentials(server.access_key, "not-the-secret-key")
    assert "SignatureDoesNotMatch" in trouble(server.url, credentials=wrong)
    assert f"{server.url} does not know this access key" in trouble(server.url)
