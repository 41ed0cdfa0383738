"""With AIS_BIN the `ais` client runs that program; here one that does its steps by the SDK."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import ais_program, discover
from conformance.clients.base import ClientCannotError
from conformance.clients.native import KNOWN, NativeAnswer
from conformance.endpoint.endpoint import Endpoint
from server_ref.server import S3Server
from tests.clients.optional import needed

BY_SDK = Path(__file__).parents[1] / "walkthrough" / "ais_by_sdk.py"


@pytest.fixture
def _program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed("ais")
    path = tmp_path / "ais"
    path.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = --version ]; then echo "version 1.5"; exit; fi\n'
        f'exec "{sys.executable}" -W ignore "{BY_SDK}" "$@"\n'
    )
    path.chmod(0o755)
    monkeypatch.setenv("AIS_BIN", str(path))


@pytest.mark.usefixtures("_program")
def test_its_commands_say_the_operations(tmp_path: Path) -> None:
    here = {"Bucket": "bucket", "Key": "obj"}
    assert discover()["ais"].version() == "version 1.5"
    with S3Server(behaviour="aistore", durability="relaxed") as cluster:
        ais = discover()["ais"](Endpoint(cluster.url), tmp_path)
        made = ais.call("CreateBucket", {"Bucket": "bucket"})
        put = ais.call("PutObject", {**here, "Body": b"0123456789"})
        part = ais.call("GetObject", {**here, "Range": "bytes=2-5"})
        ais.call("CopyObject", {"Bucket": "bucket", "Key": "copy", "CopySource": "bucket/obj"})
        listed = ais.call("ListObjectsV2", {"Bucket": "bucket"})
        buckets = ais.call("ListBuckets", {})
        gone = ais.call("DeleteObject", here)
        missing = ais.call("GetObject", here)
        with pytest.raises(ClientCannotError, match="no command"):
            ais.call("GetBucketAcl", {"Bucket": "bucket"})
        ais.close()

    assert [one.succeeded for one in (made, put, gone)] == [True, True, True]
    assert part.body == b"2345"
    assert listed.members == {"Contents": [{"Key": "copy", "Size": 10}, {"Key": "obj", "Size": 10}]}
    assert buckets.beyond("Buckets[].CreationDate", "a time")
    assert buckets.members == {"Buckets": [{"Name": "bucket"}]}
    assert (missing.status, missing.succeeded) == (404, False)
    assert made.exchanges[0].request.start_line.startswith("POST /v1/buckets/bucket")
    assert (made.call.command or "").endswith(" ais create ais://bucket")


def test_a_name_that_is_no_file_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIS_BIN", str(tmp_path / "none"))
    with pytest.raises(ClientCannotError, match="correct it"):
        discover()["ais"].version()


def test_the_programs_own_tables_are_read() -> None:
    """As AIStore's CLI 1.32 prints them: tabs between columns, sizes rounded from a KiB on."""
    listed = ais_program._names_of("NAME\t\t SIZE\nNAME\t\t 4B\nwith space\t 1.05KiB\n")
    buckets = ais_program._buckets_of("NAME\t PRESENT\nais://abc\t yes\nais://def\t yes\n")

    assert listed == {"Contents": [{"Key": "NAME", "Size": 4}, {"Key": "with space"}]}
    assert buckets == {"Buckets": [{"Name": "abc"}, {"Name": "def"}]}


def test_a_member_the_program_has_no_column_for_is_the_clients_limit() -> None:
    answer = NativeAnswer(operation="ListBuckets", client="ais")
    assert answer.beyond("Buckets[].CreationDate", "a time") is None

    answer.shown = KNOWN - {"CreationDate"}

    assert answer.beyond("Buckets[].CreationDate", "a time") == (
        "AIStore's own API has no CreationDate"
    )


@pytest.mark.parametrize(
    ("status", "expected", "why"),
    [
        (200, "204", "AIStore's own API has no status of its own for this success"),
        (400, "409 BucketNotEmpty", "AIStore's own API has no status of its own for this refusal"),
        (400, "404", "AIStore's own API has no status of its own for this refusal"),
        (200, "409 BucketNotEmpty", None),
        (404, "204", None),
        (500, "404 NoSuchKey", None),
    ],
)
def test_which_refusal_it_is_the_program_cannot_show(
    status: int, expected: str, why: str | None
) -> None:
    """That S3 would refuse and this was done, or the other way round, it can."""
    answer = NativeAnswer(operation="DeleteBucket", client="ais", status=status)
    assert answer.beyond("status", expected) == why


SAID = {
    "CreateBucket": ({"Bucket": "b"}, ["create", "ais://b"]),
    "HeadBucket": ({"Bucket": "b"}, ["bucket", "show", "ais://b"]),
    "DeleteBucket": ({"Bucket": "b"}, ["bucket", "rm", "-y", "ais://b"]),
    "ListBuckets": ({}, ["ls", "ais:"]),
    "GetObject": ({"Bucket": "b", "Key": "k/l"}, ["get", "ais://b/k/l", "OUT"]),
    "HeadObject": ({"Bucket": "b", "Key": "k"}, ["object", "show", "ais://b/k"]),
    "DeleteObject": ({"Bucket": "b", "Key": "k"}, ["object", "rm", "ais://b/k"]),
    "ListObjects": ({"Bucket": "b", "EncodingType": "url"}, ["ls", "ais://b"]),
    "ListObjectsV2": ({"Bucket": "b", "Prefix": "a/b"}, ["ls", "ais://b/a/b"]),
}
COPY = {"Bucket": "b", "Key": "k"}


@pytest.mark.parametrize(
    ("operation", "members", "arguments"),
    [
        *((operation, members, line) for operation, (members, line) in SAID.items()),
        ("GetObject", {**COPY, "Range": "bytes=2-5"},
         ["get", "ais://b/k", "OUT", "--offset", "2", "--length", "4"]),
        ("CopyObject", {**COPY, "CopySource": "/x/a%20b"},
         ["object", "cp", "ais://x/a b", "ais://b/k"]),
        ("CopyObject", {**COPY, "CopySource": {"Bucket": "x", "Key": "y"}},
         ["object", "cp", "ais://x/y", "ais://b/k"]),
    ],
)  # fmt: skip
def test_an_operation_is_this_command(
    operation: str, members: dict[str, Any], arguments: list[str], tmp_path: Path
) -> None:
    left = dict(members)
    said = ais_program._COMMANDS[operation](tmp_path, left)

    out = str(tmp_path / "out")
    assert said.arguments == [out if word == "OUT" else word for word in arguments]
    assert left == {}
    assert (said.delivers == tmp_path / "out") is (operation == "GetObject")
    unseen = {"ListBuckets": {"CreationDate"}, "HeadObject": {"ContentLength"}}
    assert said.unseen == unseen.get(operation, set())


@pytest.mark.parametrize("body", [b"content", io.BytesIO(b"content")])
def test_a_body_is_put_from_a_file(body: object, tmp_path: Path) -> None:
    said = ais_program._put(tmp_path, {"Bucket": "b", "Key": "k", "Body": body})

    assert said.arguments == ["put", str(tmp_path / "body"), "ais://b/k"]
    assert (tmp_path / "body").read_bytes() == b"content"


@pytest.mark.parametrize(
    ("operation", "more", "words"),
    [
        ("GetObject", {"Range": "bytes=2-"}, "an offset and a length"),
        ("GetObject", {"Range": "bytes=2-5,7-8"}, "an offset and a length"),
        ("CopyObject", {"CopySource": "b/x?versionId=1"}, "the last version only"),
        ("ListObjectsV2", {"EncodingType": "path"}, "one form of names"),
        ("GetObjectAcl", {}, "no command for GetObjectAcl"),
        ("HeadObject", {"IfMatch": "a", "Range": "b"}, "object has no option for IfMatch, Range"),
    ],
)
def test_what_the_program_has_no_words_for(
    operation: str, more: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ClientCannotError, match=words):
        ais_program.run(tmp_path, NOWHERE, tmp_path, operation, {**COPY, **more})


NOWHERE = Endpoint("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("script", "status", "members", "body"),
    [
        ("echo 'NAME  SIZE'; echo 'a  4B'", 200, {"Contents": [{"Key": "a", "Size": 4}]}, None),
        ("echo 'a  4B'; exit 3", 0, {}, None),
        ("echo 'b Does Not Exist' >&2; exit 1", 404, {}, None),
        ("echo 'k not found'; exit 1", 404, {}, None),
        ("echo 'already exists' >&2; exit 1", 409, {}, None),
        ("echo 'bad range' >&2; exit 1", 416, {}, None),
    ],
)
def test_how_the_program_ended(
    script: str, status: int, members: object, body: object, tmp_path: Path
) -> None:
    ended = _ended(script, "ListObjectsV2", {"Bucket": "b"}, tmp_path)

    assert (ended.status, ended.members, ended.body) == (status, members, body)
    assert (ended.exit_code == 0) is (status == 200)
    assert ended.line == "ais ls ais://b"
    assert ended.unseen == set()


@pytest.mark.parametrize(
    ("script", "body"),
    [
        ('printf got > "$3"', b"got"),
        ('printf half > "$3"; exit 1', None),
        (":", None),
    ],
)
def test_what_was_read_is_in_the_file_of_this_command(
    script: str, body: bytes | None, tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(b"of the last command")

    assert _ended(script, "GetObject", dict(COPY), tmp_path).body == body


def test_a_rounded_size_is_unseen(tmp_path: Path) -> None:
    ended = _ended("echo 'a  1.05KiB'; echo 'b  2B'", "ListObjects", {"Bucket": "b"}, tmp_path)

    assert ended.members == {"Contents": [{"Key": "a"}, {"Key": "b", "Size": 2}]}
    assert ended.unseen == {"Size"}


def test_without_a_name_there_is_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIS_BIN", raising=False)

    assert ais_program.program() is None


def _ended(script: str, operation: str, members: dict[str, Any], folder: Path) -> ais_program.Ended:
    path = folder / "ais"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return ais_program.run(path, NOWHERE, folder, operation, members)
