"""curl's lines, from requests as they are recorded: each option, each body, each thing to do."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.endpoint.signing import UNSIGNED_PAYLOAD, sign_in_query, stamped_signature
from conformance.evidence.reproduce import cli_line, curl_line
from conformance.evidence.signed_by import signed_by
from conformance.model import Body, Exchange, Message

HTTP, HTTPS = "http://127.0.0.1:9", "https://127.0.0.1:9"
OWN = Credentials("AKIAOWN", "a-secret-of-a-test")
ENDPOINT = Endpoint(HTTP, credentials=OWN)


def line(
    start: str = "GET /b/k",
    *headers: tuple[str, str],
    body: Body | None = None,
    url: str = HTTP,
    **endpoint: Any,
) -> str | None:
    """The line for a request that is not signed."""
    message = Message(f"{start} HTTP/1.1", headers, body or Body())
    return curl_line(Exchange(url, message), Endpoint(url, **endpoint))


@pytest.mark.parametrize(
    ("start", "url", "endpoint", "made"),
    [
        ("GET /b/k?a=b", HTTP, {}, "curl -sS -i --path-as-is -X GET http://127.0.0.1:9/b/k?a=b"),
        ("HEAD /b", HTTP, {}, "curl -sS -i --path-as-is --head http://127.0.0.1:9/b"),
        ("GET http://x/b?c", HTTP, {}, "curl -sS -i --path-as-is -X GET http://127.0.0.1:9/b?c"),
        ("GET http://x/b", HTTP, {}, "curl -sS -i --path-as-is -X GET http://127.0.0.1:9/b"),
        ("GET /b", HTTPS, {"insecure": True},
         "curl -sS -i --path-as-is -X GET --insecure https://127.0.0.1:9/b"),
        ("GET /b", HTTPS, {"ca_bundle": "/ca"},
         "curl -sS -i --path-as-is -X GET --cacert /ca https://127.0.0.1:9/b"),
        ("GET /b", HTTP, {"insecure": True}, "curl -sS -i --path-as-is -X GET http://127.0.0.1:9/b"),
        ("GET /b", HTTP, {"ca_bundle": "/ca"},
         "curl -sS -i --path-as-is -X GET http://127.0.0.1:9/b"),
    ],
)  # fmt: skip
def test_options_of_a_request(start: str, url: str, endpoint: dict[str, Any], made: str) -> None:
    written = line(start, url=url, **endpoint)

    assert written is not None
    assert written.replace("'", "") == made


@pytest.mark.parametrize("start", ["GET", "GET /b/k", "\0\1", "GET  HTTP/1.1"])
def test_what_is_no_request_has_no_line(start: str) -> None:
    assert curl_line(Exchange(HTTP, Message(start)), ENDPOINT) is None


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("X-Amz-Acl", "private"), " -H 'X-Amz-Acl: private'"),
        (("X-Amz-Acl", ""), " -H 'X-Amz-Acl;'"),
        (("Content-Length", "0"), ""),
        (("User-Agent", "x"), ""),
        (("Expect", "100-continue"), ""),
        (("Content-Encoding", "gzip"), " -H 'Content-Encoding: gzip'"),
    ],
)
def test_headers_that_curl_does_not_make_itself(header: tuple[str, str], words: str) -> None:
    assert line("GET /b", header) == f"curl -sS -i --path-as-is -X GET{words} {HTTP}/b"


TEXT = base64.b64encode(b"@file").decode()
NUL = base64.b64encode(b"a\0b").decode()


@pytest.mark.parametrize(
    ("method", "body", "before", "option"),
    [
        ("PUT", Body(2, text="hi"), "", "--data-binary hi"),
        ("PUT", Body(5, text="it's\n"), "", "--data-binary 'it'\"'\"'s\n'"),
        ("PUT", Body(5, text="@file"), f"printf %s {TEXT} | base64 -d | ", "--data-binary @-"),
        ("PUT", Body(3, text="a\0b"), f"printf %s {NUL} | base64 -d | ", "--data-binary @-"),
        ("PUT", Body(2, base64="/w8="), "printf %s /w8= | base64 -d | ", "--data-binary @-"),
        ("PUT", Body(0), "", "--data-binary ''"),
        ("POST", Body(0), "", "--data-binary ''"),
        ("DELETE", Body(0), "", ""),
    ],
)
def test_a_body_is_in_the_line(method: str, body: Body, before: str, option: str) -> None:
    length = ("Content-Length", str(body.size))
    no_type = " -H 'Content-Type:'" if body.size else ""
    option = option and f" {option}"
    made = f"{before}curl -sS -i --path-as-is -X {method}{no_type}{option} {HTTP}/b/k"

    assert line(f"{method} /b/k", length, body=body) == made
    if not body.size:
        assert "--data-binary" not in (line(f"{method} /b/k", body=body) or "")


def test_a_type_that_was_sent_is_sent() -> None:
    written = line("PUT /b/k", ("Content-Type", "text/plain"), body=Body(2, text="hi"))

    assert written == (
        f"curl -sS -i --path-as-is -X PUT -H 'Content-Type: text/plain' --data-binary hi {HTTP}/b/k"
    )


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 200_000])
@pytest.mark.parametrize("kept", [{"text": "aaa"}, {"base64": "YWFh"}])
def test_one_byte_over_and_over_is_made_again(size: int, kept: dict[str, str]) -> None:
    digest = hashlib.sha256(b"a" * size).hexdigest()
    body = Body(size, truncated=True, sha256=digest, **kept)

    assert line("PUT /b/k", body=body) == (
        f"head -c {size} /dev/zero | tr '\\000' '\\141' | curl -sS -i --path-as-is -X PUT "
        f"-H 'Content-Type:' --data-binary @- {HTTP}/b/k"
    )


@pytest.mark.parametrize(
    ("digest", "said"), [("ab", "70000 bytes, SHA-256 ab"), ("", "70000 bytes")]
)
def test_a_body_that_is_not_known_is_the_persons_to_make(digest: str, said: str) -> None:
    body = Body(70_000, text="aaa", truncated=True, sha256=digest or None)

    assert (line("PUT /b/k", body=body) or "").replace("70,000", "70000") == (
        "# curl cannot make the body, which is not recorded whole: put it into body.bin first, "
        f"{said}\ncurl -sS -i --path-as-is -X PUT -H 'Content-Type:' --data-binary @body.bin "
        f"{HTTP}/b/k"
    )


CHUNKS = ("X-Amz-Content-SHA256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")


def test_a_body_in_chunks_is_sent_plain_without_what_announced_them() -> None:
    headers = (CHUNKS, ("Content-Encoding", "aws-chunked"), ("X-Amz-Trailer", "x-amz-checksum-a"),
               ("X-Amz-Decoded-Content-Length", "1"), ("X-Amz-Meta-A", "b"))  # fmt: skip
    written = line("PUT /b/k", *headers, body=Body(9, text="1\r\na\r\n0\r\n\r\n"))

    assert written is not None
    assert written.splitlines() == [
        "# curl cannot make the body, which is not recorded whole: put it into body.bin first, "
        "9 bytes",
        "# curl cannot send an aws-chunked body: this sends it plain, and may be answered "
        "otherwise",
        "curl -sS -i --path-as-is -X PUT -H 'X-Amz-Meta-A: b' -H 'Content-Type:' "
        f"--data-binary @body.bin {HTTP}/b/k",
    ]


@pytest.mark.parametrize(
    ("start", "header", "text", "to_do"),
    [
        ("PUT /b/k?uploadId=1", ("A", "b"), "x", "know an upload or version id of another run"),
        ("PUT /b/k?a&versionId=1", ("A", "b"), "x", "know an upload or version id of another run"),
        ("PUT /b/k", ("X-Amz-Server-Side-Encryption-Customer-Key", "k"), "x",
         "know the customer's key"),
        ("PUT /b/k", ("x-amz-server-side-encryption-customer-key", "k"), "x",
         "know the customer's key"),
        ("POST /b", ("A", "b"), 'name="X-Amz-Signature"', "sign a form anew"),
        ("PUT /b/versionId=1", ("A", "b"), "x", ""),
        ("PUT /b/k", CHUNKS, "", "send an aws-chunked body"),
        ("PUT /b/k", ("X-Amz-Content-SHA256", UNSIGNED_PAYLOAD), "x", ""),
    ],
)  # fmt: skip
def test_what_a_line_cannot_say_is_said_before_it(
    start: str, header: tuple[str, str], text: str, to_do: str
) -> None:
    written = line(start, header, body=Body(len(text), text=text or None))

    assert written is not None
    [*notes, last] = written.splitlines()
    assert last.startswith("curl ")
    assert len(notes) == bool(to_do)
    assert all(note.startswith(f"# curl cannot {to_do}") for note in notes)


@pytest.mark.parametrize(
    ("host", "url", "said"),
    [
        ("127.0.0.1", "https://127.0.0.1:443", False),
        ("127.0.0.1", "https://127.0.0.1:80", True),
        ("127.0.0.1", "http://127.0.0.1:443", True),
    ],
)
def test_a_port_that_goes_without_saying(host: str, url: str, said: bool) -> None:
    assert ("Host" in (line("GET /b", ("Host", host), url=url) or "")) is said


STAMP, SECONDS = "20260101T000000Z", 1767225600.0


def signed(
    target: str = "/b/k", *more: tuple[str, str], started: float = SECONDS, extra: str = ""
) -> Exchange:
    """A GET with a right signature of its own account; ``more`` is signed, too."""
    headers = [("Host", "127.0.0.1:9"), ("x-amz-date", STAMP), *more]
    names = ";".join(sorted(name.lower() for name, _ in headers))
    ordered = sorted(headers, key=lambda pair: pair[0].lower())
    signature = stamped_signature(
        "GET", f"{HTTP}{target}", ordered, OWN, "eu-west-1", STAMP, payload_hash=UNSIGNED_PAYLOAD
    )
    value = (
        f"AWS4-HMAC-SHA256 Credential=AKIAOWN/20260101/eu-west-1/s3/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}{extra}"
    )
    message = Message(f"GET {target} HTTP/1.1", (*ordered, ("Authorization", value)))
    return Exchange(HTTP, message, started=started)


SIGNING = (
    "curl -sS -i --path-as-is -X GET --aws-sigv4 aws:amz:eu-west-1:s3 "
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
)


@pytest.mark.parametrize(
    ("target", "shown", "note"),
    [
        ("/b/k", "/b/k", ""),
        ("/b?versions&a=%2f", "'/b?a=%2F&versions='", ""),
        ("/b?a=+", "'/b?a=+'", "sign this query as it stands; it may be refused"),
        ("/b?a=%zz", "'/b?a=%zz'", "sign this query as it stands; it may be refused"),
    ],
)
def test_curl_signs_a_query_in_its_order(target: str, shown: str, note: str) -> None:
    made = f"# curl cannot {note}\n" if note else ""
    where = f"'{HTTP}{shown[1:]}" if shown.startswith("'") else f"{HTTP}{shown}"
    exchange = signed(target)
    sent = exchange.request.headers
    plain = Message(exchange.request.start_line, (*sent, ("User-Agent", "an SDK")))

    assert curl_line(Exchange(HTTP, plain, started=SECONDS), ENDPOINT) == (
        f"{made}{SIGNING} {where}"
    )


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (120.0, SIGNING),
        (-120.0, SIGNING),
        (121.4, "# curl cannot send this again: it was signed for a time 121 seconds before"),
        (-121.4, "# curl cannot send this again: it was signed for a time -121 seconds before"),
    ],
)
def test_a_signature_of_another_time_cannot_be_made_by_curl(age: float, words: str) -> None:
    assert (curl_line(signed(started=SECONDS + age), ENDPOINT) or "").startswith(words)


def test_a_signature_that_no_secret_gives_is_not_made_again_where_it_was_made_by_hand() -> None:
    exchange = signed(extra="0")
    by_sdk = Message(
        exchange.request.start_line, (*exchange.request.headers, ("User-Agent", "an SDK"))
    )

    assert curl_line(exchange, ENDPOINT) == (
        "# curl cannot send this again: its signature is an old one, or the request was "
        "changed after it was signed. The line that runs the check again can"
    )
    assert (curl_line(Exchange(HTTP, by_sdk, started=SECONDS), ENDPOINT) or "").startswith(SIGNING)


def test_a_header_that_is_not_signed_cannot_be_left_out_by_curl() -> None:
    exchange = signed()
    more = Message(
        exchange.request.start_line, (*exchange.request.headers, ("x-amz-acl", "private"))
    )
    by_sdk = Message(more.start_line, (*more.headers, ("User-Agent", "an SDK")))

    assert curl_line(Exchange(HTTP, more, started=SECONDS), ENDPOINT) == (
        "# curl cannot send this again: x-amz-acl is not signed here, and curl "
        "signs every header. The line that runs the check again can"
    )
    assert (curl_line(Exchange(HTTP, by_sdk, started=SECONDS), ENDPOINT) or "").startswith(SIGNING)


def test_a_command_line_has_its_variables_before_it() -> None:
    assert cli_line(["aws", "s3", "ls", "a b"], {"A": "1", "B": "x y"}) == (
        "A=1 B='x y' aws s3 ls 'a b'"
    )
    assert cli_line(["aws"], {}) == "aws"


def test_a_signed_header_that_was_taken_out_makes_the_signature_wrong() -> None:
    whole = signed("/b", ("x-amz-acl", "private"))
    sent = tuple(pair for pair in whole.request.headers if pair[0] != "x-amz-acl")
    short = Exchange(HTTP, Message(whole.request.start_line, sent), started=SECONDS)

    assert signed_by(whole, ENDPOINT).right
    assert not signed_by(short, ENDPOINT).right
    assert not signed_by(short, ENDPOINT, signer=OWN).forged


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/b", "none"),
        ("/b?X-Amz-Signature=", "old"),
        ("/b?Signature=x", "old"),
        ("/b?a&AWSAccessKeyId=x", "old"),
        ("/b?XSignature=x", "none"),
        ("/b?X-Amz-Signature=a&X-Amz-Credential=a/b/c/d/e&X-Amz-Date=20260101T000000Z"
         "&X-Amz-Expires=9", "query"),
        ("/b?X-Amz-Signature=a&X-Amz-Credential=a/b/c/d/e&X-Amz-Date=20260101T000000Z"
         "&X-Amz-Expires=-9", "old"),
        ("/b?X-Amz-Signature=a&X-Amz-Credential=a/b/c/d&X-Amz-Date=20260101T000000Z"
         "&X-Amz-Expires=9", "old"),
        ("/b?X-Amz-Signature=a&X-Amz-Credential=a/b/c/d/e&X-Amz-Date=2026&X-Amz-Expires=9", "old"),
    ],
)  # fmt: skip
def test_kinds_of_signatures(target: str, kind: str) -> None:
    assert signed_by(Exchange(HTTP, Message(f"GET {target} HTTP/1.1")), ENDPOINT).kind == kind


def presigned(
    method: str = "GET",
    *headers: tuple[str, str],
    age: float = 0.0,
    expires: int = 300,
    by: Credentials = OWN,
) -> Exchange:
    sent = [("Host", "127.0.0.1:9"), *headers]
    url = sign_in_query(
        method,
        f"{HTTP}/b/k?a=1",
        sent,
        credentials=by,
        region="eu-west-1",
        at=datetime.fromtimestamp(SECONDS, UTC),
        payload_hash=UNSIGNED_PAYLOAD,
        expires=expires,
    )
    message = Message(f"{method} {url.removeprefix(HTTP)} HTTP/1.1", tuple(sent))
    return Exchange(HTTP, message, started=SECONDS + age)


PRESIGN = "s3compat presign --expires 300 --region eu-west-1"


@pytest.mark.parametrize(
    ("exchange", "command"),
    [
        (presigned(), PRESIGN),
        (presigned("HEAD"), f"{PRESIGN} --method HEAD"),
        (presigned(age=120.0), PRESIGN),
        (presigned(age=120.6), f"{PRESIGN} --age 121"),
        (presigned(age=-120.6), f"{PRESIGN} --age -121"),
        (presigned(age=60.0, expires=60), PRESIGN.replace("300", "60")),
        (presigned(age=61.0, expires=60), f"{PRESIGN.replace('300', '60')} --age 61"),
        (presigned(by=Credentials("AKIAOTHER", "another-secret")),
         f"{PRESIGN} --credentials-env OTHER_"),
        (presigned("GET", ("X-Amz-Meta-A", "b")), f"{PRESIGN} --header 'x-amz-meta-a: b'"),
    ],
)  # fmt: skip
def test_a_presigned_request_is_presigned_anew(exchange: Exchange, command: str) -> None:
    both = replace(ENDPOINT, other_credentials=Credentials("AKIAOTHER", "another-secret"))
    line = curl_line(exchange, both)

    assert line is not None
    assert line.endswith(f" \"$({command} '{HTTP}/b/k?a=1')\"")


def test_what_is_presigned_with_a_secret_of_nobodys_cannot_be() -> None:
    forged = Credentials("AKIAOWN", "not-the-secret")

    assert curl_line(presigned(by=forged), ENDPOINT, signer=forged) == (
        "# curl cannot send this again: it is presigned with a secret of nobody's"
    )


def test_what_is_signed_twice_cannot_be_sent() -> None:
    twice = presigned("GET", ("Authorization", "x"))

    assert curl_line(twice, ENDPOINT) == (
        "# curl cannot send this again: it is signed twice, in its URL and in a header. "
        "The line that runs the check again can"
    )
