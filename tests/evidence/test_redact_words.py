"""Whatever a secret is called, a record stays what it is, and the secret is gone from evidence."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.endpoint.endpoint import Credentials
from conformance.evidence.redact import LONGEST_TEXT, REDACTED, Redactor
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
from conformance.model.records import Declaration
from conformance.trial.check import discover

WORDS = sorted(
    {
        *[
            "test",
            "setup",
            "raw",
            "bucket",
            "should",
            "must",
            "may",
            "pass",
            "fail",
            "error",
            "blocked",
            "declared",
            "must",
            "boto3",
        ],
        *[
            "s3cmd",
            "aws",
            "aws-s3",
            "aws-s3api",
            "client",
            "row",
            "level",
            "purpose",
            "outcome",
            "expected",
            "got",
            "absent",
        ],
        *[
            "status",
            "header",
            "minioadmin",
            "versioning",
            "multipart",
            "object",
            "us-east-1",
            "path",
            "virtual",
            "gw0",
        ],
        *[
            "put-object",
            "PutObject",
            "documented",
            "supported",
            "finished",
            "interrupted",
            "data",
            "loss",
            "s3compat",
        ],
        *[
            "secret",
            "token",
            "key",
            "a",
            "1",
            "http",
            "https",
            "example",
            "REDACTED",
            "true",
            "null",
            "none",
            "observed",
        ],
    }
)
secrets = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=40))


def _result(secret: str) -> Result:
    message = Message(
        f"PUT /bucket/key?x={quote(secret, safe='')} HTTP/1.1",
        (("x-amz-meta-echo", secret), ("Host", "127.0.0.1:9000")),
    )
    answer = Message(
        "HTTP/1.1 403 Forbidden", (), Body(size=9, text=f"<E><Echo>{secret}</Echo></E>")
    )
    return Result(
        check="put-object.setup_test_should_pass",
        client="raw",
        row="put-object",
        outcome=Outcome.PASS,
        title="a test should pass",
        level="should",
        spec="https://docs.aws.amazon.com/bucket",
        verified="documented",
        proved_by=("raw-bucket",),
        claim="supported",
        declared=Declaration("bucket words", "https://example.com/test"),
        severity="data loss",
        reason="status: expected 200, got 403",
        expectations=(Expectation("status", "200", "403", False),),
        calls=(
            Call("s3 sync", "setup", "raw", exchanges=(Exchange("http://x", message, answer),)),
            Call("PutObject", "test", "raw", command="aws s3api put-object --bucket bck"),
        ),
        worker="gw0",
    )


def _structure(result: Result) -> list[object]:
    return [
        result.id,
        result.row,
        result.outcome,
        result.level,
        result.spec,
        result.verified,
        result.proved_by,
        result.claim,
        result.declared,
        result.severity,
        result.worker,
        [(call.operation, call.purpose, call.client) for call in result.calls],
        [expectation.ok for expectation in result.expectations],
    ]


@given(secret=secrets)
@settings(max_examples=120, deadline=None)
def test_a_record_stays_what_it_is(secret: str) -> None:
    redactor = Redactor([Credentials("AKIA", secret)])
    before = _result(secret)
    after = redactor.record(before)
    assert _structure(after) == _structure(before)
    assert msgspec.json.decode(msgspec.json.encode(after), type=Result) == after


@given(secret=secrets)
@settings(max_examples=120, deadline=None)
def test_header_and_footer_stay_what_they_are(secret: str) -> None:
    redactor = Redactor([Credentials("AKIA", secret)])
    header = RunHeader(
        "261126-0001", "now", "bucket", "http://test:1", "us-east-1", "path", "aws", "1", "m",
        {"raw": "raw 1"}, "3",
    )  # fmt: skip
    after = redactor.record(header)
    kept = ("run_id", "started", "region", "addressing", "profile", "matrix", "planned", "format")
    assert all(getattr(after, name) == getattr(header, name) for name in kept)
    assert list(after.clients) == ["raw"] or len(secret) >= 8
    footer = RunFooter("now", 1.0, {"pass": 1, "fail": 0})
    assert redactor.record(footer).counts == footer.counts


@pytest.mark.parametrize("secret", [word for word in WORDS if word != REDACTED])
def test_the_secret_itself_is_gone_where_it_is_a_value(secret: str) -> None:
    exchange = Redactor([Credentials("AKIA", secret)]).record(_result(secret)).calls[0].exchanges[0]
    headers = dict(exchange.request.headers)
    assert headers["x-amz-meta-echo"] == REDACTED
    assert exchange.response is not None
    assert f">{secret}<" not in str(exchange.response.body.text)


@given(secret=st.text(min_size=8, max_size=60).filter(lambda text: text not in "REDACTED"))
@settings(max_examples=80, deadline=None)
def test_long_secrets_go_in_every_encoding(secret: str) -> None:
    redactor = Redactor([Credentials("AKIA", secret)])
    data = secret.encode()
    forms = [
        secret,
        "".join(f"%{byte:02x}" for byte in data),
        "".join(f"%{byte:02X}" for byte in data),
        "".join(f"%25{byte:02X}" for byte in data),
        "".join(f"&#x{ord(char):x};" for char in secret),
        "".join(f"&#{ord(char)};" for char in secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(data).decode(),
        data.hex(),
    ]
    for form in forms:
        assert form not in redactor.text(f"before {form} after").replace(REDACTED, "")


@pytest.mark.parametrize("line", ["aws --x test", "aws --x=test", "curl --user 'AKIA:test'"])
def test_a_short_secret_is_no_argument(line: str) -> None:
    redactor = Redactor([Credentials("AKIA", "test")])
    call = redactor.record(Call("PutObject", command=line))
    assert "test" not in str(call.command)


@pytest.mark.parametrize(
    "text", ["a test of latest", "s3://bucket/test/key", "setup: PutObject answered 403 (test)"]
)
def test_a_short_secret_changes_no_sentence(text: str) -> None:
    redactor = Redactor([Credentials("AKIA", "test")])
    assert redactor.record(Call("PutObject", stderr=text)).stderr == text


def test_an_explanation_of_a_refused_key_keeps_its_words() -> None:
    said = "error member AWSAccessKeyId: expected minioadmin2, got absent"
    assert Redactor([Credentials("minioadmin2", "minioadmin9")]).text(said) == said


HANDED_OUT = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
DOCUMENTS = [
    f'{{"Code":"Success","AccessKeyId":"ASIA1","SecretAccessKey":"{HANDED_OUT}","Token":"{HANDED_OUT}"}}',
    f"<Credentials><SecretAccessKey>{HANDED_OUT}</SecretAccessKey></Credentials>",
    f"<Credentials><SessionToken>{HANDED_OUT}</SessionToken></Credentials>",
    f"{{'SessionToken' : '{HANDED_OUT}'}}",
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_credentials_that_somebody_handed_out_are_secrets(document: str) -> None:
    request = Message("GET /latest/meta-data/iam/security-credentials/role HTTP/1.1")
    answer = Message("HTTP/1.1 200 OK", (), Body(size=len(document), text=document))
    call = Call(
        "ListBuckets",
        stderr=f"DEBUG: signing with {HANDED_OUT}",
        exchanges=(Exchange("http://169.254.169.254:80", request, answer),),
    )
    redactor = Redactor()
    assert HANDED_OUT not in msgspec.json.encode(redactor.record(call)).decode()
    later = Call("ListBuckets", stderr=f"and again {HANDED_OUT}")
    assert HANDED_OUT not in redactor.record(later).stderr


def test_the_token_of_a_metadata_service_is_a_secret() -> None:
    token = "AQAEAGTokenOfTheMetadataService=="
    asked = Message("PUT /latest/api/token HTTP/1.1", (("Host", "169.254.169.254"),))
    answer = Message("HTTP/1.1 200 OK", (), Body(size=len(token), text=token))
    used = Message("GET /latest HTTP/1.1", (("X-aws-ec2-metadata-token", token),))
    call = Call(
        "ListBuckets",
        stdout=f"with {token}",
        exchanges=(Exchange("http://x", asked, answer), Exchange("http://x", used)),
    )
    assert token not in msgspec.json.encode(Redactor().record(call)).decode()


def test_a_text_without_end_costs_what_its_beginning_costs() -> None:
    secret = "a-secret-of-some-length"
    redactor = Redactor([Credentials("AKIA", secret)])
    text = "Credential=" * 2_000_000 + secret
    call = redactor.record(Call("PutObject", stderr=text))
    assert len(call.stderr) < 2 * LONGEST_TEXT
    cut = "x" * (LONGEST_TEXT - 10) + secret + "y" * 100
    assert secret[:7] not in redactor.record(Call("PutObject", stderr=cut)).stderr


def test_endless_headers_are_counted_and_not_kept() -> None:
    message = Message("HTTP/1.1 200 OK", tuple((f"h{number}", "x") for number in range(50_000)))
    kept = Redactor().record(Exchange("http://x", Message("GET / HTTP/1.1"), message)).response
    assert kept is not None and len(kept.headers) == 201
    assert kept.headers[-1] == ("…", "49800 more header lines")


def test_the_titles_of_the_checks_stay_as_they_are() -> None:
    changed = [
        one.id
        for one in discover().values()
        for text in (one.title, one.explanation)
        if Redactor().text(text) != text
    ]
    assert changed == []


@pytest.mark.parametrize("name", ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"])
def test_a_status_is_no_signature(name: str) -> None:
    said = f"Without {name}: 400 InvalidArgument"
    assert Redactor().text(said) == said
    for value in ("400f00d", "4001/x", "a" * 64):  # a value that begins so is one
        assert REDACTED in Redactor().text(f"{name}: {value}")
