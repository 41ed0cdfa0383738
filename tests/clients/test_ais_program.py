"""With AIS_BIN the `ais` client runs that program; here one that does its steps by the SDK."""

from __future__ import annotations

import sys
from pathlib import Path

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
    with S3Server(profile="aistore", durability="relaxed") as cluster:
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
