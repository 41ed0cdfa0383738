"""The `browser` client opens listings, signed by URL where that is needed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.clients import discover
from conformance.clients.base import ClientCannotError
from conformance.clients.browser import BrowserClient, _program
from conformance.endpoint.endpoint import Credentials, Endpoint
from server_ref.server import S3Server
from tests.clients.optional import needed
from tests.hostile import Hostile, answer


@pytest.mark.browser
def test_listings_are_opened(tmp_path: Path) -> None:
    needed("browser")
    with S3Server(durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        signed = Endpoint(server.url, credentials=keys)
        raw = discover()["raw"](signed, tmp_path)
        raw.call("CreateBucket", {"Bucket": "seen"})
        raw.call("PutObject", {"Bucket": "seen", "Key": "a&b", "Body": b"x"})
        browser = discover()["browser"](signed, tmp_path)
        buckets = browser.call("ListBuckets", {})
        objects = browser.call("ListObjectsV2", {"Bucket": "seen", "Prefix": "a&"})
        refused = discover()["browser"](Endpoint(server.url), tmp_path).call("ListBuckets", {})
        for operation in ("GetObject", "PutObject"):
            with pytest.raises(ClientCannotError, match="address bar"):
                browser.call(operation, {"Bucket": "seen", "Key": "a&b"})
        raw.close()

    assert [one["Name"] for one in buckets.need("Buckets")] == ["seen"]
    assert [one["Key"] for one in objects.need("Contents")] == ["a&b"]
    assert "seen" in buckets.output and buckets.succeeded
    assert (refused.status, refused.succeeded) == (307, False)  # an unsigned GET / at S3


HTTP = Endpoint("http://127.0.0.1:9", credentials=Credentials("AK", "a-secret-key"))


@pytest.mark.parametrize(
    ("endpoint", "operation", "members", "why"),
    [
        (HTTP, "HeadBucket", {"Bucket": "b"}, "no way to say HeadBucket"),
        (replace(HTTP, url="https://h"), "ListBuckets", {}, "over TLS cannot be recorded"),
        (HTTP, "ListObjects", {"Bucket": "b", "RequestPayer": "requester"},
         "takes no header x-amz-request-payer"),
    ],
)  # fmt: skip
def test_what_an_address_bar_cannot_say(
    endpoint: Endpoint, operation: str, members: dict[str, str], why: str, tmp_path: Path
) -> None:
    with pytest.raises(ClientCannotError, match=why):
        BrowserClient(endpoint, tmp_path).call(operation, members)


def _chromium(tmp_path: Path, script: str) -> str:
    path = tmp_path / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


FETCH = """\
for last; do case $last in --host-resolver-rules=*) port=${last##*:};; esac; done
PYTHON -c "
import sys, urllib.request
from urllib.parse import urlsplit
url = urlsplit(sys.argv[1])
for path in ('/favicon.ico', url.path + '?' + url.query):
    try: print(urllib.request.urlopen('http://127.0.0.1:' + sys.argv[2] + path).read().decode())
    except OSError as refusal: print(refusal)
" "$last" "$port"
"""


@pytest.mark.parametrize(("status", "ended", "good"), [(200, 0, True), (404, 0, False),
                                                       (200, 1, False)])  # fmt: skip
def test_what_was_opened_is_recorded_but_for_the_pages_icon(
    status: int, ended: int, good: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "S3COMPAT_CHROMIUM",
        _chromium(tmp_path, f"{FETCH}exit {ended}".replace("PYTHON", sys.executable)),
    )
    with Hostile(lambda _method, _target: answer(status, b"<a/>")) as server:
        own = Endpoint(server.url, credentials=HTTP.credentials)
        got = BrowserClient(own, tmp_path).call("ListObjects", {"Bucket": "b", "Prefix": "a&"})

    assert (got.status, got.succeeded, got.call.exit_code) == (status, good, ended)
    [line] = [one.request.start_line for one in got.exchanges]
    assert line.startswith("GET /b?prefix=a%26&X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "&X-Amz-Expires=300&" in line
    command = f"chromium --headless --dump-dom '{server.url}/b?prefix=a%26'"
    assert got.call.command == command


@pytest.mark.parametrize(("user", "sandbox"), [(0, ["--no-sandbox"]), (1, [])])
def test_only_root_has_no_sandbox(
    user: int, sandbox: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setenv("S3COMPAT_CHROMIUM", "/x/chromium")
    client = BrowserClient(replace(HTTP, credentials=None), tmp_path)

    words = client._arguments(7, "/profile", client._signed("http://h/b"))

    assert words[:2] == ["/x/chromium", "--headless"]
    assert [word for word in words if "sandbox" in word] == sandbox
    assert "--host-resolver-rules=MAP * 127.0.0.1:7" in words
    assert words[-2:] == ["--dump-dom", "http://h/b"]


def test_the_first_chromium_of_the_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3COMPAT_CHROMIUM", raising=False)
    found = {"chromium-browser": "/b/chromium-browser", "google-chrome": "/b/google-chrome"}
    monkeypatch.setattr("shutil.which", found.get)
    assert _program() == Path("/b/chromium-browser")
    found.clear()
    with pytest.raises(ClientCannotError, match="apt-get install chromium"):
        _program()
