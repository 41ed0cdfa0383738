"""`s3compat presign`: the URL it prints is signed for what was asked, and is one that works."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from s3compat.cli import main
from server_ref.server import S3Server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """Not started: it is asked for its keys."""
    made = S3Server(durability="relaxed", buckets=["bck"])
    monkeypatch.setenv("K_ACCESS_KEY_ID", made.access_key)
    monkeypatch.setenv("K_SECRET_ACCESS_KEY", made.secret_key)
    return made


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["presign", "--credentials-env", "K_", *words]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    return line


def test_what_it_prints_works(server: S3Server, capsys: pytest.CaptureFixture[str]) -> None:
    with server:
        url = printed(
            capsys, f"{server.url}/bck/a%20key", "--method", "PUT", "--header", "x-amz-meta-a: 1"
        )
        assert requests.put(url, b"body", timeout=30).status_code == 403  # the header is signed
        put = requests.put(url, b"body", headers={"x-amz-meta-a": "1"}, timeout=30)
        assert put.status_code == 200, put.text
        url = printed(capsys, f"{server.url}/bck/a%20key?response-content-type=a%2Fb")
        got = requests.get(url, timeout=30)
        assert (got.status_code, got.content) == (200, b"body")
        assert (got.headers["Content-Type"], got.headers["x-amz-meta-a"]) == ("a/b", "1")
        late = printed(capsys, f"{server.url}/bck/a%20key", "--age", "301")
        assert "Request has expired" in requests.get(late, timeout=30).text
        never = printed(capsys, f"{server.url}/bck/a%20key", "--expires", "0")
        assert requests.get(never, timeout=30).status_code == 403
        early = printed(capsys, f"{server.url}/bck/a%20key", "--age", "-86399")
        assert requests.get(early, timeout=30).status_code == 403


@pytest.mark.usefixtures("server")
def test_its_options_are_in_what_it_signs(capsys: pytest.CaptureFixture[str]) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    url = printed(capsys, "http://h/b/k", "--expires", "60", "--age", "3600", "--region", "r-1")
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    assert url.startswith("http://h/b/k?")
    assert query["X-Amz-Expires"] == "60"
    assert "/r-1/s3/aws4_request" in query["X-Amz-Credential"]
    assert query["X-Amz-SignedHeaders"] == "host"
    signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert 0 <= (signed - before).total_seconds() + 3600 < 600
    usual = parse_qs(urlsplit(printed(capsys, "http://h/b/k")).query)
    assert usual["X-Amz-Expires"] == ["300"]
    assert "/us-east-1/" in usual["X-Amz-Credential"][0]


def test_without_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presign", "http://h/b/k", "--credentials-env", "NOT_SET_"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("s3compat presign: no credentials: set NOT_SET_ACCESS_KEY_ID")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["foo"], "'foo' is no URL of an object; expected http://host:port/bucket/key"),
        ([""], "'' is no URL of an object"),
        (["/bucket/key"], "'/bucket/key' is no URL of an object"),
        (["s3://bucket/key"], "'s3://bucket/key' is no URL of an object"),
        (["http:///key"], "'http:///key' is no URL of an object"),
        (["http://[::1/b/k"], "'http://[::1/b/k' is no URL of an object"),
        (["http://h:port/b/k"], "'http://h:port/b/k' is no URL of an object"),
        ([], "the following arguments are required: url"),
        (["http://h/b/k", "--age", "soon"], "such as 3600, and not 'soon'"),
        (["http://h/b/k", "--age", "99999999999999"], "and not '99999999999999'"),
        (["http://h/b/k", "--header", "x-amz-meta-a"], "expected NAME:VALUE"),
        (["http://h/b/k", "--header", ": 1"], "expected NAME:VALUE"),
    ],
)
def test_words_that_cannot_be_signed_are_told_in_a_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["presign", "--credentials-env", "K_", *words])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.splitlines()) == 1
