"""Clients whose program is fetched or built: where it is, how it is started, what it is told."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import go, library
from conformance.clients.base import Answer, ClientCannotError, Headers
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Exchange, Message
from tests.clients.test_program_files import script

KEYS = Credentials("AK", "secret-of-a-test")


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))
    for name in ("S3COMPAT_RUST", "S3COMPAT_MINIO_PY", go.VARIABLE):
        monkeypatch.delenv(name, raising=False)


# libraries


def test_a_library_is_in_a_python_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ClientCannotError, match=r"obstore is not in .*; `s3compat clients install"):
        library.RustClient.version()
    script(tmp_path / "cache" / "rust" / "bin" / "python", "echo 1.2")
    assert library.RustClient.version() == "obstore/1.2"
    script(tmp_path / "mine" / "bin" / "python", "exit 1")
    monkeypatch.setenv("S3COMPAT_MINIO_PY", str(tmp_path / "mine"))
    with pytest.raises(ClientCannotError, match="has no minio; `s3compat clients"):
        library.MinioPyClient.version()


@pytest.mark.parametrize(("version", "wanted"), [(None, "obstore"), ("1.2", "obstore==1.2")])
def test_a_library_is_fetched(
    version: str | None, wanted: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run: list[list[str]] = []
    monkeypatch.setattr(library, "fetched_by", lambda words, **_more: run.append(list(words)))
    fetch = library.RustClient.fetch(version)
    fetch.into(tmp_path)

    assert (fetch.what, fetch.place) == (library.RustClient.comes_from, tmp_path / "cache" / "rust")
    assert run[0] == [sys.executable, "-m", "venv", str(tmp_path)]
    assert (run[1][0], run[1][-1]) == (str(tmp_path / "bin" / "python"), wanted)


def of_a_range(wanted: str, given: str, status: int = 206, body: bytes | None = None) -> str | None:
    request = Message("GET /b/k HTTP/1.1", (("Range", wanted),))
    got = library.OpenDalClient.answers(
        "GetObject",
        "opendal",
        status=status,
        headers=Headers([("Content-Range", given)]),
        body=body,
        exchange=Exchange("http://h", request, Message(f"HTTP/1.1 {status} X", ())),
    )
    return got.beyond("status", "x")


@pytest.mark.parametrize(
    ("wanted", "given", "nothing"),
    [
        ("bytes=0-10", "bytes 0-9/10", True),
        ("bytes=0-9", "bytes 0-9/10", False),
        ("bytes=0-10", "bytes 0-8/10", False),
        ("bytes=0-", "bytes 0-9/10", False),
        ("bytes=0-10", "", False),
    ],
)
def test_opendal_delivers_nothing_of_a_range_that_is_too_long(
    wanted: str, given: str, nothing: bool
) -> None:
    why = "OpenDAL delivers nothing of a range that is longer than the object"

    assert (of_a_range(wanted, given) == why) is nothing
    assert of_a_range(wanted, given, 200) != why
    assert of_a_range(wanted, given, body=b"x") != why


def test_object_store_ends_a_deletion_with_its_first_error() -> None:
    def beyond(operation: str, what: str, **parsed: Any) -> str | None:
        answers: type[Answer] = library.RustClient.answers
        return answers(operation, "rust", status=200, parsed=parsed).beyond(what, "x")

    why = "object_store ends its deletion with the first key that is not deleted"
    assert beyond("DeleteObjects", "rust's own report", Errors=[1]) == why
    assert beyond("DeleteObjects", "rust's own report") is None
    assert beyond("DeleteObjects", "status", Errors=[1]) is None
    assert beyond("PutObject", "rust's own report", Errors=[1]) is None


def test_what_is_said_of_libraries() -> None:
    assert [
        (one.name, one.package, one.module) for one in (library.RustClient, library.OpenDalClient)
    ] == [
        ("rust", "obstore", "obstore"),
        ("opendal", "opendal", "opendal"),
    ]
    assert library.S3fsClient.also == {
        "PutObject": ("CompleteMultipartUpload",),
        "GetObject": ("HeadObject",),
        "CopyObject": ("HeadObject",),
    }


# the program of Go

SAYS = 'case "$1" in -version) echo "s3go 1";; *) for word in "$@"; do echo "$word"; done;; esac'


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = script(tmp_path / "s3go", SAYS)
    monkeypatch.setenv(go.VARIABLE, str(path))
    return path


def client(tmp_path: Path, url: str = "http://127.0.0.1:9", **more: Any) -> go.GoClient:
    return go.GoClient(Endpoint(url=url, **({"credentials": KEYS} | more)), tmp_path / "scratch")


def test_the_program_that_is_named(
    built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert go.s3go() == built
    assert go.GoClient.version() == "s3go 1"
    monkeypatch.setenv(go.VARIABLE, str(script(tmp_path / "bad", "exit 3")))
    with pytest.raises(ClientCannotError, match="-version ended with 3"):
        go.GoClient.version()
    monkeypatch.setenv(go.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(ClientCannotError, match="which is no file; correct it"):
        go.s3go()


def test_the_program_is_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(go, "_USUAL_PLACES", ())
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setattr("conformance.clients.go.shutil.which", lambda _name: None)
    with pytest.raises(ClientCannotError, match="Go is not installed"):
        go.s3go()
    compiler = script(
        tmp_path / "path" / "go", f'echo built >> {tmp_path / "count"}; echo x > "$4"'
    )
    monkeypatch.setattr("conformance.clients.go.shutil.which", lambda _name: str(compiler))
    path = go.s3go()

    assert path.parent == tmp_path / "cache"
    assert path.name.startswith("s3go-")
    assert len(path.name) == len("s3go-") + 12
    assert go.s3go() == path
    assert (tmp_path / "count").read_text() == "built\n"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_build_that_fails_says_its_last_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compiler = script(tmp_path / "go", "echo first >&2; echo wrong >&2; exit 1")
    monkeypatch.setattr("conformance.clients.go.shutil.which", lambda _name: str(compiler))

    with pytest.raises(ClientCannotError, match=r"`go build` in .* failed: wrong"):
        go.s3go()


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({}, []),
        ({"addressing": "virtual"}, ["-virtual"]),
        ({"credentials": None}, ["-anonymous"]),
        ({"insecure": True}, []),
        ({"ca_bundle": "/ca"}, []),
        ({"url": "https://h", "insecure": True, "ca_bundle": "/ca"}, ["-insecure"]),
        ({"url": "https://h", "ca_bundle": "/ca"}, ["-ca", "/ca"]),
        ({"url": "https://h"}, []),
    ],
)
def test_how_the_endpoint_is_reached(
    tmp_path: Path, changes: dict[str, Any], options: list[str]
) -> None:
    made = client(tmp_path, **changes)

    assert made.endpoint_options() == [
        "-endpoint",
        made.endpoint.url,
        "-region",
        "us-east-1",
        *options,
    ]


@pytest.mark.usefixtures("built")
def test_the_keys_are_in_the_environment(tmp_path: Path) -> None:
    environment = client(tmp_path).environment()
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) == (
        "AK",
        "secret-of-a-test",
    )
    assert "AWS_SESSION_TOKEN" not in environment
    token = client(tmp_path, credentials=Credentials("AK", "secret-of-a-test", "T")).environment()
    assert token["AWS_SESSION_TOKEN"] == "T"
    assert "AWS_ACCESS_KEY_ID" not in client(tmp_path, credentials=None).environment()


@pytest.mark.usefixtures("built")
def test_what_the_program_is_told(tmp_path: Path) -> None:
    made = client(tmp_path)
    put = made.call("PutObject", {"Bucket": "b", "Key": "k", "Body": b"abc"})
    words = put.output.splitlines()
    assert words[4:6] == ["-body", str(made.home / "body")]
    assert (words[6], json.loads(words[7])) == ("PutObject", {"Bucket": "b", "Key": "k"})
    assert (made.home / "body").read_bytes() == b"abc"
    got = made.call("GetObject", {"Bucket": "b", "Key": "k"})
    assert got.output.splitlines()[4:7] == ["-out", str(made.home / "out"), "GetObject"]
    listed = made.call("ListObjectsV2", {"Bucket": "é"})
    assert listed.output.splitlines()[4:] == ["ListObjectsV2", '{"Bucket": "é"}']
    with pytest.raises(ClientCannotError, match="has no operation 'PutNothing'"):
        made.call("PutNothing", {})


def test_a_member_in_json() -> None:
    noon = datetime.datetime(2026, 2, 3, 12, tzinfo=datetime.UTC)
    assert go._in_json(noon) == go._in_json(noon.replace(tzinfo=None)) == noon.isoformat()
    assert go._in_json(b"\xff") == go._in_json(bytearray(b"\xff")) == "/w=="
    with pytest.raises(ClientCannotError, match="JSON cannot hold a set"):
        go._in_json(set())
