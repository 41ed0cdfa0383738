"""The lines a person copies are run here: boto3's Python, and curl's for a HEAD."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.reproduce import BODY_FILE, boto3_lines, curl_line
from conformance.model import Exchange, Message
from server_ref.server import S3Server
from tests.clients.optional import missing


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server(durability="relaxed") as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(server: S3Server) -> Endpoint:
    """The server with its account, as a run has it."""
    keys = Credentials(server.access_key, server.secret_key)
    return Endpoint(url=server.url, region=server.region, credentials=keys)


@pytest.fixture(scope="module")
def raw(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawClient]:
    """A client that makes what the lines ask for: a bucket with one object."""
    client = RawClient(endpoint, tmp_path_factory.mktemp("raw"))
    assert client.call("CreateBucket", {"Bucket": "lines"}).status == 200
    made = client.call("PutObject", {"Bucket": "lines", "Key": "it's\n", "Body": b"hello"})
    assert made.status == 200
    yield client
    client.close()


def run(command: list[str], endpoint: Endpoint, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command as a person runs it: the credentials are in the environment, nowhere else."""
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "1"}
    if endpoint.credentials is not None:
        variables["AWS_ACCESS_KEY_ID"] = endpoint.credentials.access_key
        variables["AWS_SECRET_ACCESS_KEY"] = endpoint.credentials.secret_key
        assert endpoint.credentials.secret_key not in " ".join(command)
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def python(
    endpoint: Endpoint, folder: Path, method: str, **parameters: Any
) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-c", boto3_lines(endpoint, method, parameters)], endpoint, folder)


@pytest.mark.usefixtures("raw")
def test_the_python_lines_make_the_call(endpoint: Endpoint, tmp_path: Path) -> None:
    done = python(endpoint, tmp_path, "head_object", Bucket="lines", Key="it's\n")
    assert done.returncode == 0, done.stderr
    assert "'ContentLength': 5" in done.stdout


@pytest.mark.parametrize("size", [200, 201])
def test_a_long_body_is_a_file_beside_the_lines(
    endpoint: Endpoint, raw: RawClient, tmp_path: Path, size: int
) -> None:
    members: Mapping[str, Any] = {"Bucket": "lines", "Key": f"body {size}", "Body": b"\0" * size}
    line = boto3_lines(endpoint, "put_object", members)
    assert (BODY_FILE in line) is (size > 200)
    (tmp_path / BODY_FILE).write_bytes(members["Body"])
    done = python(endpoint, tmp_path, "put_object", **members)
    assert done.returncode == 0, done.stderr
    got = raw.call("GetObject", {"Bucket": "lines", "Key": members["Key"]})
    assert got.body == members["Body"]


def test_what_is_read_from_is_a_file_beside_the_lines(endpoint: Endpoint) -> None:
    line = boto3_lines(endpoint, "put_object", {"Bucket": "b", "Key": "k", "Body": io.BytesIO()})
    assert line.endswith(
        f"print(s3.put_object(Bucket='b', Key='k', Body=open('{BODY_FILE}', 'rb')))"
    )


@pytest.mark.parametrize(
    ("key", "user"),
    [
        ("own", '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'),
        ("other", '"$OTHER_ACCESS_KEY_ID:$OTHER_SECRET_ACCESS_KEY"'),
        ("forged", '"$AWS_ACCESS_KEY_ID:not-its-secret"'),
        ("nobodys", "'AKIANOBODY:not-its-secret'"),
    ],
)
def test_curls_line_signs_with_the_variables_of_whose_key_it_was(
    endpoint: Endpoint, tmp_path: Path, key: str, user: str
) -> None:
    other = Credentials("AKIAOTHER", "the-others-secret")
    both = replace(endpoint, other_credentials=other)
    assert both.credentials is not None
    signers = {
        "own": both.credentials,
        "other": other,
        "forged": Credentials(both.credentials.access_key, "a-wrong-secret"),
        "nobodys": Credentials("AKIANOBODY", "nobodys-secret"),
    }
    client = RawClient(both, tmp_path)
    got = client.request("GET", "/lines", credentials=signers[key])
    client.close()
    assert got.exchange is not None
    assert got.exchange.curl is not None
    assert f"--user {user}" in got.exchange.curl
    for one in signers.values():
        assert one.secret_key not in got.exchange.curl


@pytest.mark.usefixtures("raw")
def test_nobodys_lines_sign_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    nobody = endpoint.seen_by("anonymous")
    done = python(nobody, tmp_path, "head_bucket", Bucket="lines")
    assert "(403)" in done.stderr  # asked and refused; signed, the answer is 200
    signed = python(endpoint, tmp_path, "head_bucket", Bucket="lines")
    assert signed.returncode == 0, signed.stderr


def test_the_other_accounts_lines_say_whose_credentials_they_need(endpoint: Endpoint) -> None:
    both = replace(endpoint, other_credentials=Credentials("OTHER", "other-secret-key"))
    own = boto3_lines(both, "list_buckets", {})
    other = boto3_lines(both.seen_by("other"), "list_buckets", {})
    assert other.splitlines()[0] == "# with the credentials of the other account"
    assert other.splitlines()[1:] == own.splitlines()
    assert "other-secret-key" not in other


def test_the_lines_reach_an_endpoint_over_tls(tmp_path: Path) -> None:
    with S3Server(tls=True, durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        plain = Endpoint(url=server.url, region=server.region, credentials=keys)
        refused = python(plain, tmp_path, "list_buckets")
        assert "CERTIFICATE_VERIFY_FAILED" in refused.stderr
        for trusting in (
            replace(plain, insecure=True),
            replace(plain, ca_bundle=str(server.certificate)),
        ):
            done = python(trusting, tmp_path, "list_buckets")
            assert done.returncode == 0, done.stderr
            assert "'Buckets': []" in done.stdout


@pytest.mark.parametrize(("key", "status"), [("it's\n", 200), ("none", 404)])
def test_curls_line_of_a_head_ends_and_shows_the_head(
    endpoint: Endpoint, raw: RawClient, tmp_path: Path, key: str, status: int
) -> None:
    if shutil.which("curl") is None:
        missing("curl is not installed")
    got = raw.call("HeadObject", {"Bucket": "lines", "Key": key})
    assert got.status == status
    assert got.exchange is not None
    assert got.exchange.curl is not None
    done = run(["bash", "-c", got.exchange.curl], endpoint, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"HTTP/1.1 {status} ")
    assert done.stderr == ""


def test_a_token_that_nobody_was_given_is_in_no_line(endpoint: Endpoint, tmp_path: Path) -> None:
    own = endpoint.credentials
    assert own is not None
    made_up = Credentials(own.access_key, own.secret_key, "never-issued")
    session = replace(endpoint, credentials=made_up)
    lines = []
    for known in (endpoint, session):
        client = RawClient(known, tmp_path)
        got = client.request("GET", "/lines", sign="query", expires=300, credentials=made_up)
        client.close()
        assert got.exchange is not None
        lines.append(got.exchange.curl)

    assert lines[0] == "# curl cannot send this again: its URL has a session token of nobody's"
    assert lines[1] is not None and "s3compat presign" in lines[1]
    assert "never-issued" not in lines[1]


@pytest.mark.parametrize(
    ("of_the_run", "words"),
    [
        (True, '-H "x-amz-security-token: $AWS_SESSION_TOKEN"'),
        (False, "-H 'x-amz-security-token: not-a-token'"),
    ],
)
def test_curls_line_names_the_variable_of_a_session_token(
    endpoint: Endpoint, tmp_path: Path, of_the_run: bool, words: str
) -> None:
    own = endpoint.credentials
    assert own is not None
    session = Credentials(own.access_key, own.secret_key, "a-token-of-a-session")
    client = RawClient(replace(endpoint, credentials=session) if of_the_run else endpoint, tmp_path)
    got = client.request("GET", "/lines", credentials=session)
    without = client.request("GET", "/lines", credentials=own)
    client.close()
    assert got.exchange is not None and without.exchange is not None
    assert got.exchange.curl is not None and without.exchange.curl is not None
    assert words in got.exchange.curl
    assert "a-token-of-a-session" not in got.exchange.curl
    assert "x-amz-security-token" not in without.exchange.curl


@pytest.mark.parametrize(
    ("url", "host", "words"),
    [
        ("http://127.0.0.1:9", "bucket.example.org", " -H 'Host: bucket.example.org'"),
        ("http://127.0.0.1:9", "127.0.0.1:9", ""),
        ("http://127.0.0.1:80", "127.0.0.1", ""),
        ("http://127.0.0.1:9", "127.0.0.1", " -H 'Host: 127.0.0.1'"),
        ("http://127.0.0.1:9", None, ""),
    ],
)
def test_curls_line_names_the_host_where_the_connection_does_not(
    url: str, host: str | None, words: str, endpoint: Endpoint
) -> None:
    headers = () if host is None else (("Host", host),)
    line = curl_line(Exchange(url, Message("GET /b/k HTTP/1.1", headers)), endpoint)

    assert line is not None
    assert re.findall(r" -H 'Host: [^']*'", line) == ([words] if words else [])
