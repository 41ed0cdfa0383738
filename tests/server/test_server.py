"""The server as its users start it: boto3 over every kind of address, signature and TLS."""

from __future__ import annotations

import argparse
import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import Config
from botocore.exceptions import ClientError

from server_ref.auth.credentials import (
    make_access_key,
    make_account,
    make_account_id,
    make_session,
)
from server_ref.behaviours import BehaviourError
from server_ref.commands import serve
from server_ref.commands.serve_arguments import SECRET_VARIABLE
from server_ref.deviations import UnknownDeviation
from server_ref.http import requestlog
from server_ref.http.tls import make_certificate
from server_ref.identity import Credential
from server_ref.server import S3Server


def client(server: S3Server, config: Config | None = None, **changes: Any) -> Any:
    return boto3.client("s3", **{**server.client_kwargs, **changes}, config=config)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server(durability="relaxed") as running:
        client(running).create_bucket(Bucket="bucket")
        yield running


def error(call: Any, **members: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.fixture
def localhost_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name under localhost is this machine (RFC 6761), whatever the resolver thinks."""
    resolve = socket.getaddrinfo

    def loopback(host: Any, *arguments: Any, **more: Any) -> Any:
        if isinstance(host, str) and host.endswith(".localhost"):
            host = "127.0.0.1"
        return resolve(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", loopback)


KEY = "folder/a key+ü%2F ~*'()!.txt"


@pytest.mark.parametrize("payload_signing", [True, False])
def test_a_body_comes_back(server: S3Server, payload_signing: bool) -> None:
    config = Config(s3={"payload_signing_enabled": payload_signing})
    s3 = client(server, config)
    body = os.urandom(300_000)
    s3.put_object(Bucket="bucket", Key=KEY, Body=body, Metadata={"a": "b  c"})
    got = s3.get_object(Bucket="bucket", Key=KEY)
    assert got["Body"].read() == body
    assert got["Metadata"] == {"a": "b  c"}
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="bucket")["Contents"]] == [KEY]


@pytest.mark.usefixtures("localhost_names")
def test_virtual_hosted(server: S3Server) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    s3 = client(server, Config(s3={"addressing_style": "virtual"}), endpoint_url=url)
    s3.put_object(Bucket="bucket", Key="virtual/a b", Body=b"x")
    assert s3.head_object(Bucket="bucket", Key="virtual/a b")["ContentLength"] == 1


@pytest.mark.usefixtures("localhost_names")
@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_presigned(server: S3Server, version: str, style: str) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    config = Config(signature_version=version, s3={"addressing_style": style})
    s3 = client(server, config, endpoint_url=url)
    members = {"Bucket": "bucket", "Key": f"presigned/{version} +ü"}
    put = s3.generate_presigned_url("put_object", members)
    request = urllib.request.Request(put, data=b"hello", method="PUT")
    request.add_header("Content-Type", "")
    assert urllib.request.urlopen(request).status == 200
    get = s3.generate_presigned_url(
        "get_object", {**members, "ResponseContentType": "text/x-a+b; c=d"}
    )
    with urllib.request.urlopen(get) as answer:
        assert answer.read() == b"hello"
        assert answer.headers["Content-Type"] == "text/x-a+b; c=d"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(get.replace("presigned", "other"))
    assert caught.value.code == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in caught.value.read()


def test_version_2_is_refused_in_a_newer_region() -> None:
    with S3Server(region="eu-central-1") as running:
        s3 = client(running, Config(signature_version="s3"))
        assert error(s3.list_buckets) == (400, "InvalidRequest")


def test_tls() -> None:
    with S3Server(tls=True, durability="relaxed") as running:
        s3 = client(running)
        s3.create_bucket(Bucket="bucket")
        body = os.urandom(3_000_000)  # in chunks with a trailer, as botocore does under TLS
        s3.put_object(Bucket="bucket", Key="k", Body=body)
        assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == body
        certificate = running.certificate
    assert certificate is not None
    assert not certificate.exists()


@pytest.mark.parametrize("apart", [True, False], ids=["two files", "one file"])
def test_tls_with_a_certificate_of_ones_own(tmp_path: Path, apart: bool) -> None:
    certificate, key = make_certificate(tmp_path, ("127.0.0.1", "localhost"))
    if not apart:
        certificate.write_text(certificate.read_text() + key.read_text())
        key.unlink()
    with S3Server(tls=(certificate, key if apart else None), durability="relaxed") as running:
        assert running.certificate == certificate
        client(running).create_bucket(Bucket="bucket")
    assert certificate.exists()


def test_accounts() -> None:
    one = Credential("AKIAONE", "first secret", make_account("111111111111"))
    two = Credential("AKIATWO", "second secret", make_account("222222222222"))
    with S3Server(accounts=(one, two), durability="relaxed") as running:
        owner = client(running)
        other = client(running, aws_access_key_id="AKIATWO", aws_secret_access_key="second secret")
        owner.create_bucket(Bucket="bucket")
        owner.put_object(Bucket="bucket", Key="k", Body=b"")
        assert error(other.get_object, Bucket="bucket", Key="k") == (403, "AccessDenied")
        assert error(other.list_objects_v2, Bucket="bucket") == (403, "AccessDenied")
        listed = owner.list_objects_v2(Bucket="bucket", ExpectedBucketOwner="111111111111")
        assert listed["KeyCount"] == 1
        for wanted, answer in {
            "222222222222": (403, "AccessDenied"),
            "1": (400, "InvalidBucketOwnerAWSAccountID"),
        }.items():
            call = error(owner.get_object, Bucket="bucket", Key="k", ExpectedBucketOwner=wanted)
            assert call == answer
        assert "first secret" not in repr(running.credentials)


def test_anonymous() -> None:
    with S3Server(anonymous=True, durability="relaxed") as running:
        client(running).create_bucket(Bucket="bucket")
        with urllib.request.urlopen(f"{running.url}/bucket") as answer:
            assert b"<ListBucketResult" in answer.read()
    with S3Server(durability="relaxed") as running:
        client(running).create_bucket(Bucket="bucket")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{running.url}/bucket")
        assert caught.value.code == 403
        assert b"<Code>AccessDenied</Code>" in caught.value.read()


def test_base_path() -> None:
    with S3Server(base_path="/s3", durability="relaxed") as running:
        assert running.url.endswith("/s3")
        s3 = client(running)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key=KEY, Body=b"x")
        assert s3.list_objects(Bucket="bucket")["Contents"][0]["Key"] == KEY


def test_data_stays(tmp_path: Path) -> None:
    account = (Credential("AKIAONE", "first secret", make_account("111111111111")),)
    with S3Server(data=tmp_path / "data", accounts=account) as running:
        client(running).create_bucket(Bucket="bucket")
        client(running).put_object(Bucket="bucket", Key="k", Body=b"kept")
    with S3Server(data=tmp_path / "data", accounts=account) as running:
        assert client(running).get_object(Bucket="bucket", Key="k")["Body"].read() == b"kept"


def test_what_cannot_be_started() -> None:
    with pytest.raises(UnknownDeviation, match="nonsense"):
        S3Server(deviations=["nonsense"])
    with pytest.raises(BehaviourError, match=r"there are .*aws"):
        S3Server(behaviour="nonsense")
    with pytest.raises(ValueError, match="durability"):
        S3Server(durability="none")
    with pytest.raises(RuntimeError, match="not running"):
        _ = S3Server().url


def test_request_log() -> None:
    plain, as_json = StringIO(), StringIO()
    for log in (requestlog.plain(plain), requestlog.as_json(as_json)):
        with S3Server(durability="relaxed", log=log) as running:
            s3 = client(running)
            s3.create_bucket(Bucket="bucket")
            error(s3.get_object, Bucket="bucket", Key="a\nb")
            error(s3.upload_part, Bucket="bucket", Key="k", UploadId="up", PartNumber=7, Body=b"")
            secret = running.secret_key
    lines = plain.getvalue().splitlines()
    assert len(lines) == 3
    assert " PUT /bucket/k?uploadId=up&partNumber=7 UploadPart 404 NoSuchUpload " in lines[2]
    assert '"query": {"uploadId": "up", "partNumber": "7"}' in as_json.getvalue()
    assert " PUT /bucket CreateBucket 200 - " in lines[0]
    assert " GET /bucket/a%0Ab GetObject 404 NoSuchKey " in lines[1]
    assert '"operation": "GetObject", "status": 404, "error": "NoSuchKey"' in as_json.getvalue()
    assert secret not in plain.getvalue() + as_json.getvalue()
    took = [json.loads(line)["milliseconds"] for line in as_json.getvalue().splitlines()]
    assert len(took) == 3
    assert all(0 < one < 60_000 for one in took)


def test_the_data_is_its_owners_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with S3Server(data=data) as running:
        s3 = client(running)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="k", Body=bytes(1 << 20))
        found = [data, *data.rglob("*")]
        assert any(path.parent.parent.name == "bodies" for path in found)
        for path in found:
            if path.name != "lock":  # it is empty
                assert path.stat().st_mode & 0o077 == 0, path


def test_the_command() -> None:
    environment = {**os.environ, SECRET_VARIABLE: "a secret of mine"}
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "server_ref.commands.serve",
            "--port",
            "0",
            "--access-key",
            "AKIAMINE",
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[2]
        s3 = boto3.client(
            "s3",
            endpoint_url=url,
            aws_access_key_id="AKIAMINE",
            aws_secret_access_key="a secret of mine",
            region_name="us-east-1",
        )
        assert s3.list_buckets()["Buckets"] == []
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        output, errors = process.stdout.read(), process.stderr.read()
    assert "export AWS_ACCESS_KEY_ID=AKIAMINE" in output
    assert "a secret of mine" not in output + errors
    assert "ListBuckets 200" in errors


@pytest.mark.parametrize(
    "arguments",
    [["--deviation", "nonsense"], ["--behaviour", "nonsense"], ["--cert", "a"], ["--key", "b"]],
)
def test_bad_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(arguments) == 2
    assert "--help" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["70000", "http", "-1", "1.5"])
def test_a_port_that_is_none(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        serve.main([f"--port={port}"])
    assert ended.value.code == 2
    assert "a port is a number from 0 to 65535" in capsys.readouterr().err


def test_a_port_that_is_taken(server: S3Server, capsys: pytest.CaptureFixture[str]) -> None:
    port = server.url.rpartition(":")[2]
    assert serve.main(["--port", port]) == 4
    assert capsys.readouterr().err == (
        f"s3compat serve: the server could not start: 127.0.0.1 port {port} is in use already; "
        "choose another --port, or --port 0 for a free one\n"
    )


def test_an_address_that_this_machine_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(["--host", "192.0.2.1", "--port", "0"]) == 4  # kept for documents, RFC 5737
    assert "192.0.2.1 is no address of this machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left", "/data/x"),
            "/data/x: No space left; choose another --data",
        ),
        (
            OSError(errno.EACCES, "Permission denied"),
            "this user may not listen on 127.0.0.1 port 80",
        ),
        (socket.gaierror(-2, "Name not known"), "127.0.0.1 is no address of this machine"),
        (RuntimeError("no targets"), "no targets; choose another --port, --host or --data"),
    ],
)
def test_what_stood_in_the_way_of_a_start_is_told(problem: Exception, said: str) -> None:
    arguments = argparse.Namespace(host="127.0.0.1", port=80)
    assert serve._why_not_started(problem, arguments).startswith(said)


@pytest.mark.parametrize(
    ("word", "code", "there", "not_there"),
    [
        ("TRUNCATED", 0, "v2-full-page-is-truncated", "abac-not-kept"),
        ("abac", 0, "abac-not-kept", "v2-full-page-is-truncated"),
        ("xyzzy", 2, "", "abac-not-kept"),
    ],
)
def test_faults_are_listed_by_a_word(
    capsys: pytest.CaptureFixture[str], word: str, code: int, there: str, not_there: str
) -> None:
    assert serve.main(["--list-deviations", word]) == code
    said = capsys.readouterr()
    assert there in said.out and not_there not in said.out
    assert ("no deliberate fault has 'xyzzy'" in said.err) == bool(code)


def test_no_thread_keeps_a_program_that_forgot_to_close_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[threading.Thread] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: begun.append(self) or start(self))

    with S3Server(durability="relaxed") as running:
        assert client(running).list_buckets()["Buckets"] == []

    assert {"s3-accept", "sweep", "removal", "access-log", "lifecycle"} <= {t.name for t in begun}
    assert [thread.name for thread in begun if not thread.daemon] == []


def test_ids_have_a_length(server: S3Server) -> None:
    """Those of requests and versions as long as S3's; S3 does not say how long the others are."""
    s3 = client(server)
    s3.create_bucket(Bucket="versioned")
    enabled = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration=enabled)
    put = s3.put_object(Bucket="versioned", Key="k")
    upload = s3.create_multipart_upload(Bucket="versioned", Key="k")["UploadId"]
    told = put["ResponseMetadata"]

    assert len(told["RequestId"]) == 16
    assert len(told["HostId"]) == 72
    assert len(put["VersionId"]) == 32
    assert len(upload) == 96


def test_keys_have_amazons_form(monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(make_account("1"), 2.0)
    assert re.fullmatch(r"ASIA[A-Z0-9]{16}", session.access_key)
    assert re.fullmatch(r"AKIA[A-Z0-9]{16}", make_access_key())
    assert (len(session.secret_key), len(session.token or "")) == (40, 256)
    assert session.expires == 2.0
    monkeypatch.setattr("secrets.randbelow", lambda _: 0)
    assert make_account_id() == "100000000000"
    monkeypatch.setattr("secrets.randbelow", lambda below: below - 1)
    assert make_account_id() == "999999999999"
