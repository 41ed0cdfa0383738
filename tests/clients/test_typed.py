"""Tools as a user types them: the words of each command, and what a stand-in of the program did."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.mc import McClient
from conformance.clients.rclone import RcloneClient
from conformance.clients.s5cmd import S5cmdClient
from conformance.clients.typed import TypedClient, Words
from conformance.endpoint.endpoint import Credentials, Endpoint
from tests.clients.conftest import StandIn
from tests.clients.test_program_files import script

KEYS = Credentials("AK", "secret-of-a-test")
TEMPORARY = Credentials("AK", "secret-of-a-test", "token-of-a-test")
ELSEWHERE = "http://s3.example.com"
AT = {"Bucket": "b", "Key": "k"}
SOURCE = {"CopySource": "/from/a%20b", **AT}
HOME = "{home}"

Making = Callable[..., TypedClient]


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Making:
    def make(tool: type[TypedClient], url: str = ELSEWHERE, **more: Any) -> TypedClient:
        monkeypatch.setenv(tool.variable, str(script(tmp_path / "tool", "")))
        return tool(Endpoint(url, **{"credentials": KEYS, **more}), tmp_path)

    return make


def said(client: TypedClient, operation: str, members: dict[str, Any]) -> str:
    """The words of the command, the client's own folder left out; all members are said by them."""
    asked = Words(dict(members), client.program_name)
    words = getattr(client, operation)(asked)
    asked.done()
    return shlex.join(words).replace(str(client.home), HOME)


HEADERS = {
    "ContentType": "t/x",
    "CacheControl": "no-cache",
    "ContentDisposition": "inline",
    "ContentEncoding": "gzip",
}
FULL = {**AT, "Body": b"x", **HEADERS, "StorageClass": "GLACIER", "Metadata": {"m": "1"}}


@pytest.mark.parametrize(
    ("operation", "members", "words"),
    [
        ("PutObject", AT, "copyto --ignore-times {home}/body s3:b/k"),
        (
            "PutObject",
            {**FULL, "ContentLanguage": "en", "ACL": "private"},
            "copyto --ignore-times --header-upload 'Content-Type: t/x' --header-upload"
            " 'Cache-Control: no-cache' --header-upload 'Content-Disposition: inline'"
            " --header-upload 'Content-Encoding: gzip' --header-upload 'Content-Language: en'"
            " --header-upload 'x-amz-meta-m: 1' --s3-storage-class GLACIER --s3-acl private"
            " {home}/body s3:b/k",
        ),
        ("GetObject", AT, "copyto --error-on-no-transfer s3:b/k {home}/out"),
        ("HeadObject", AT, "lsjson --stat s3:b/k"),
        ("DeleteObject", AT, "deletefile s3:b/k"),
        ("CopyObject", SOURCE, "copyto --ignore-times --error-on-no-transfer 's3:from/a b' s3:b/k"),
        ("ListBuckets", {}, "lsd s3:"),
        ("CreateBucket", {"Bucket": "b"}, "mkdir --s3-no-check-bucket=false s3:b"),
        ("DeleteBucket", {"Bucket": "b"}, "rmdir s3:b"),
        ("ListObjects", {"Bucket": "b"}, "lsf -R --s3-list-version 1 s3:b"),
        ("ListObjectsV2", {"Bucket": "b"}, "lsf -R --s3-list-version 2 s3:b"),
    ],
)
def test_rclone_is_told(
    making: Making, operation: str, members: dict[str, Any], words: str
) -> None:
    assert said(making(RcloneClient), operation, members) == words


@pytest.mark.parametrize(
    ("operation", "members", "words"),
    [
        ("PutObject", AT, "cp {home}/body s3://b/k"),
        (
            "PutObject",
            {**FULL, "ACL": "private", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "key"},
            "cp --content-type t/x --cache-control no-cache --content-disposition inline"
            " --content-encoding gzip --storage-class GLACIER --acl private --sse aws:kms"
            " --sse-kms-key-id key --metadata m=1 {home}/body s3://b/k",
        ),
        ("PutObject", {**AT, "Key": "a*"}, "cp --raw {home}/body 's3://b/a*'"),
        ("GetObject", {**AT, "VersionId": "v"}, "cp --version-id v s3://b/k {home}/out"),
        ("GetObject", {**AT, "Key": "a?"}, "cp --raw 's3://b/a?' {home}/out"),
        ("HeadObject", {**AT, "VersionId": "v"}, "head --version-id v s3://b/k"),
        ("HeadBucket", {"Bucket": "b"}, "head s3://b"),
        ("DeleteObject", {**AT, "VersionId": "v"}, "rm --version-id v s3://b/k"),
        ("CopyObject", SOURCE, "cp 's3://from/a b' s3://b/k"),
        ("CopyObject", {**AT, "CopySource": "from/a*"}, "cp --raw 's3://from/a*' s3://b/k"),
        ("ListBuckets", {}, "ls"),
        ("CreateBucket", {"Bucket": "b"}, "mb s3://b"),
        ("DeleteBucket", {"Bucket": "b"}, "rb s3://b"),
        ("ListObjects", {"Bucket": "b"}, "--use-list-objects-v1 ls 's3://b/*'"),
        ("ListObjectsV2", {"Bucket": "b"}, "ls 's3://b/*'"),
    ],
)
def test_s5cmd_is_told(making: Making, operation: str, members: dict[str, Any], words: str) -> None:
    assert said(making(S5cmdClient), operation, members) == words


@pytest.mark.parametrize(
    ("operation", "members", "words"),
    [
        ("PutObject", AT, "cp {home}/body s3/b/k"),
        (
            "PutObject",
            {**FULL, "ContentLanguage": "en", "Tagging": "a=b"},
            "cp --storage-class GLACIER --tags a=b --attr 'Content-Type=t/x;Cache-Control=no-cache;"
            "Content-Disposition=inline;Content-Encoding=gzip;Content-Language=en;m=1'"
            " {home}/body s3/b/k",
        ),
        ("GetObject", {**AT, "VersionId": "v"}, "cp --version-id v s3/b/k {home}/out"),
        ("HeadObject", {**AT, "VersionId": "v"}, "stat --no-list --version-id v s3/b/k"),
        ("DeleteObject", {**AT, "VersionId": "v"}, "rm --version-id v s3/b/k"),
        ("CopyObject", SOURCE, "cp 's3/from/a b' s3/b/k"),
        ("ListBuckets", {}, "ls s3/"),
        ("CreateBucket", {"Bucket": "b"}, "mb s3/b"),
        (
            "CreateBucket",
            {"Bucket": "b", "ObjectLockEnabledForBucket": True},
            "mb --with-lock s3/b",
        ),
        ("DeleteBucket", {"Bucket": "b"}, "rb s3/b"),
        ("ListObjectsV2", {"Bucket": "b"}, "ls --recursive s3/b/"),
        (
            "PutBucketVersioning",
            {"Bucket": "b", "VersioningConfiguration": {"Status": "Suspended"}},
            "version suspend s3/b",
        ),
        ("GetBucketVersioning", {"Bucket": "b"}, "version info s3/b"),
    ],
)
def test_mc_is_told(making: Making, operation: str, members: dict[str, Any], words: str) -> None:
    assert said(making(McClient), operation, members) == words


@pytest.mark.parametrize("value", ["a;b", "a=b"])
def test_mc_has_no_way_to_say_an_attribute_with_its_marks(making: Making, value: str) -> None:
    with pytest.raises(ClientCannotError, match="no way to say a value with ; or ="):
        said(making(McClient), "PutObject", {**AT, "Metadata": {"m": value}})


@pytest.mark.parametrize("wanted", [{}, {"Status": "Off"}, {"Status": "Enabled", "MFADelete": "x"}])
def test_mc_enables_and_suspends(making: Making, wanted: dict[str, str]) -> None:
    members = {"Bucket": "b", "VersioningConfiguration": wanted}
    with pytest.raises(ClientCannotError, match="enable or suspend"):
        said(making(McClient), "PutBucketVersioning", members)


@pytest.mark.parametrize("key", ["/a", "a/", "a//b", ".", "a/..", "../a", "a/./b"])
def test_a_key_that_is_no_path_of_a_file(making: Making, key: str) -> None:
    client = making(S5cmdClient)
    with pytest.raises(ClientCannotError, match="is no path of a file"):
        client.place_of({"Bucket": "b", "Key": key})
    assert client.place_of({"Bucket": "b"}) == "b"
    assert client.place_of({"Bucket": "b", "Key": "a/.b/c.."}) == "b/a/.b/c.."


@pytest.mark.parametrize(
    "source",
    ["b", "b/", "b/k?versionId=v", {"Bucket": "b", "Key": "k", "VersionId": "v"}],
)
def test_a_copy_is_from_path_to_path(making: Making, source: Any) -> None:
    client = making(S5cmdClient)
    with pytest.raises(ClientCannotError, match="s5cmd copies from path to path"):
        client.source_of(source)
    assert client.source_of({"Bucket": "b", "Key": "a%20k"}) == "b/a%20k"


def test_what_no_option_says_is_refused(making: Making) -> None:
    with pytest.raises(ClientCannotError, match="s5cmd has no option for Tagging, Expires"):
        making(S5cmdClient).call("PutObject", {**AT, "Tagging": "a=b", "Expires": "x"})
    with pytest.raises(ClientCannotError, match="no command of s5cmd says GetObjectAcl"):
        making(S5cmdClient).call("GetObjectAcl", AT)


# what the programs are told of the endpoint


def test_s5cmd_is_told_of_the_endpoint(making: Making) -> None:
    told = ["--endpoint-url", ELSEWHERE, "--retry-count", "0"]
    permanent, nobody = making(S5cmdClient), making(S5cmdClient, credentials=None)
    assert permanent.endpoint_options() == told
    assert nobody.endpoint_options() == [*told, "--no-sign-request"]
    whole = permanent.environment()
    assert (whole["AWS_ACCESS_KEY_ID"], whole["AWS_SECRET_ACCESS_KEY"]) == ("AK", KEYS.secret_key)
    assert whole["AWS_REGION"] == "us-east-1"
    assert "AWS_SESSION_TOKEN" not in whole
    temporary = making(S5cmdClient, credentials=TEMPORARY).environment()
    assert temporary["AWS_SESSION_TOKEN"] == "token-of-a-test"
    assert "AWS_ACCESS_KEY_ID" not in nobody.environment()


def remote_of(client: TypedClient) -> dict[str, str]:
    before = "RCLONE_CONFIG_S3_"
    return {
        name.removeprefix(before): value
        for name, value in client.environment().items()
        if name.startswith(before)
    }


def test_rclone_is_told_of_the_endpoint(making: Making) -> None:
    client = making(RcloneClient)
    once = ["--retries", "1", "--low-level-retries", "1", "--config", "/dev/null"]
    plain = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ENV_AUTH": "false",
        "ENDPOINT": ELSEWHERE,
        "REGION": "us-east-1",
        "FORCE_PATH_STYLE": "true",
        "NO_CHECK_BUCKET": "true",
    }
    keys = {"ACCESS_KEY_ID": "AK", "SECRET_ACCESS_KEY": "secret-of-a-test"}
    assert client.endpoint_options() == once
    assert remote_of(client) == plain | keys
    nobody = making(RcloneClient, credentials=None, addressing="virtual")
    assert remote_of(nobody) == plain | {"FORCE_PATH_STYLE": "false"}
    temporary = making(RcloneClient, credentials=TEMPORARY)
    assert remote_of(temporary) == plain | keys | {"SESSION_TOKEN": "token-of-a-test"}
    secure = making(RcloneClient, "https://s3.example.com")
    assert secure.endpoint_options() == [*once, "--ca-cert", str(secure.home / "trusted.pem")]
    assert secure.environment()["SSL_CERT_FILE"] == str(secure.home / "trusted.pem")
    assert "SSL_CERT_FILE" not in client.environment()


@pytest.mark.parametrize(
    ("more", "alias"),
    [
        ({}, {"accessKey": "AK", "secretKey": "secret-of-a-test", "sessionToken": ""}),
        (
            {"credentials": TEMPORARY, "addressing": "virtual"},
            {
                "accessKey": "AK",
                "secretKey": "secret-of-a-test",
                "sessionToken": "token-of-a-test",
                "path": "off",
            },
        ),
        ({"credentials": None}, {"accessKey": "", "secretKey": "", "sessionToken": ""}),
    ],
)
def test_mc_is_told_of_the_endpoint(
    making: Making, more: dict[str, Any], alias: dict[str, str]
) -> None:
    client = making(McClient, **more)
    for _ in range(2):  # the folder may be there
        folder = str(client.home / "mc")
        assert client.endpoint_options() == ["--config-dir", folder, "--quiet", "--no-color"]
    file = client.home / "mc" / "config.json"
    assert file.stat().st_mode & 0o777 == 0o600
    [told] = json.loads(file.read_text())["aliases"].values()
    assert told == {"url": ELSEWHERE, "api": "s3v4", "path": "on"} | alias


def test_an_endpoint_of_mc_has_no_path(making: Making) -> None:
    with pytest.raises(ClientCannotError, match="has no path"):
        making(McClient, f"{ELSEWHERE}/s3").endpoint_options()


# a whole call, by a program that stands in for s5cmd

ISOLATED = f"{sys.executable} -I"  # as a program of another language, it cannot be looked into
ASKS = """
import sys, urllib.error, urllib.request
url = sys.argv[sys.argv.index("--endpoint-url") + 1]
if "refused-word" in " ".join(sys.argv):
    sys.exit("usage: first line\\nno such word")
try:
    got = urllib.request.urlopen(f"{url}/b/k").read()
except urllib.error.HTTPError as error:
    sys.exit(f"failed with {error.code}")
if sys.argv[-1].endswith("/out"):
    open(sys.argv[-1], "wb").write(got)
print("done")
"""


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stand_in: StandIn) -> TypedClient:
    monkeypatch.setenv("S3COMPAT_S5CMD", str(script(tmp_path / "tool", ASKS, ISOLATED)))
    return S5cmdClient(Endpoint(stand_in.url, credentials=KEYS), tmp_path)


def test_a_program_is_seen_from_the_wire(asking: TypedClient, stand_in: StandIn) -> None:
    stand_in.answers["/b/k"] = (200, {"ETag": '"e"'}, b"body")
    got = asking.call("GetObject", AT)
    assert (got.status, got.body, got.succeeded, got.call.exit_code) == (200, b"body", True, 0)
    assert got.headers["ETag"] == '"e"'
    assert [path for _, path, _, _ in stand_in.asked] == ["/b/k"]
    assert got.call.stdout == "done\n"
    assert asking.call("HeadObject", AT).body != b"body"


def test_a_program_that_fails_has_delivered_nothing(asking: TypedClient, stand_in: StandIn) -> None:
    stand_in.answers["/b/k"] = (404, {}, b"")
    (asking.home / "out").write_bytes(b"of the call before")
    got = asking.call("GetObject", AT)
    assert (got.status, got.succeeded, got.body) == (404, False, None)
    assert (got.call.exit_code, got.call.stderr) == (1, "failed with 404\n")


def test_a_program_that_sends_nothing_and_fails_refuses(asking: TypedClient) -> None:
    with pytest.raises(ClientCannotError, match=r"s5cmd refuses it itself: no such word$"):
        asking.call("PutObject", {**AT, "ContentType": "refused-word"})


def test_a_host_of_this_machine_is_reached_by_paths(making: Making) -> None:
    client = making(S5cmdClient, "http://127.0.0.1:9", addressing="virtual")
    with pytest.raises(ClientCannotError, match="s5cmd uses paths for a host of its own"):
        client.call("GetObject", AT)


@pytest.mark.parametrize("operation", ["PutObject", "GetObject"])
def test_only_a_plain_get_is_presigned(making: Making, operation: str) -> None:
    members = {**AT, "VersionId": "v"} if operation == "GetObject" else AT
    for tool in (S5cmdClient, RcloneClient):
        with pytest.raises(ClientCannotError):
            making(tool).presign(operation, members, 60)


def test_s5cmd_presigns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("S3COMPAT_S5CMD", str(script(tmp_path / "tool", 'echo "$@"; echo http://u')))
    client = S5cmdClient(Endpoint(ELSEWHERE, credentials=KEYS), tmp_path)
    made = client.presign("GetObject", AT, 60)
    assert made.url == "http://u"
    assert made.call.stdout.splitlines()[0].endswith(
        f"--endpoint-url {ELSEWHERE} --retry-count 0 presign --expire 60s s3://b/k"
    )
