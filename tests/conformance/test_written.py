"""What a run wrote is remembered by its requests, and removed by name where no listing helps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Call, Exchange, Message
from conformance.model.records import Body
from conformance.roster import client_classes
from conformance.run import written as written_module
from conformance.run.cleanup import Remover, folders_of
from conformance.run.worker import what_stays
from conformance.run.written import InBucket, Written
from tests.hostile import Hostile, answer, error

KEYS = Credentials("key", "secret-of-a-test")
PATH = Endpoint(url="http://127.0.0.1:9000", credentials=KEYS)
BELOW = Endpoint(url="http://127.0.0.1:9000/s3", credentials=KEYS)
HOSTED = Endpoint(url="http://s3.test", credentials=KEYS, addressing="virtual")


def _call(line: str, said: str = "", host: str = "127.0.0.1:9000", **headers: str) -> Call:
    asked = Message(f"{line} HTTP/1.1", (("Host", host),))
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    told = Message("HTTP/1.1 200 OK", pairs, Body(len(said), said))
    return Call("PutObject", exchanges=(Exchange("http://" + host, asked, told),))


def _noted(*calls: Call, endpoint: Endpoint = PATH) -> InBucket:
    noted = Written(endpoint)
    noted.note(calls)
    return noted.in_bucket("ours")


def test_what_is_written_is_remembered_and_what_is_read_is_not() -> None:
    there = _noted(
        _call("PUT /ours/1/a"),
        _call("PUT /ours"),
        _call("GET /ours/1/read"),
        _call("DELETE /ours/1/never"),
        _call("PUT /theirs/1/b"),
        _call("POST /ours/1/c?restore"),
    )
    assert list(there.keys) == ["1/a", "1/c"]


@pytest.mark.parametrize(
    ("endpoint", "call"),
    [
        (PATH, _call("PUT /ours/1/%FFb%20c")),
        (BELOW, _call("PUT /s3/ours/1/%FFb%20c")),
        (HOSTED, _call("PUT /1/%FFb%20c", host="ours.s3.test")),
    ],
)
def test_a_key_is_remembered_by_its_bytes_however_it_is_addressed(
    endpoint: Endpoint, call: Call
) -> None:
    assert list(_noted(call, endpoint=endpoint).keys) == ["1/\udcffb c"]


def test_an_upload_is_remembered_by_the_id_that_was_answered() -> None:
    said = "<InitiateMultipartUploadResult><UploadId>a&amp;b</UploadId></InitiateMultipartUpload>"
    there = _noted(
        _call("POST /ours/1/a?uploads=", said),
        _call("PUT /ours/1/a?partNumber=1&uploadId=made-up"),
        _call("POST /ours/1/b?uploadId=x", said),  # no upload is begun by it
    )
    assert list(there.uploads) == [("1/a", "a&b")]


def test_versions_and_markers_are_remembered_by_the_ids_that_were_answered() -> None:
    there = _noted(
        _call("PUT /ours/1/a", x_amz_version_id="v1"),
        _call("DELETE /ours/1/a", x_amz_version_id="m1"),
    )
    assert list(there.versions) == [("1/a", "v1"), ("1/a", "m1")]


def test_a_bucket_that_is_gone_is_forgotten() -> None:
    noted = Written(PATH)
    noted.note([_call("PUT /ours/1/a")])
    noted.forget("ours")
    assert len(noted.in_bucket("ours")) == 0


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_module, "MOST", 3)
    assert len(_noted(*(_call(f"PUT /ours/{number}") for number in range(9)))) == 3


def _without_listings(what: set[str], gets: int) -> tuple[Hostile, list[str]]:
    """An endpoint that holds ``what`` (targets of DELETE), and lists nothing of it."""
    sent: list[str] = []

    def behave(method: str, target: str) -> Iterator[bytes]:
        sent.append(f"{method} {target}")
        if method == "DELETE" and target == "/ours":
            return error(409, "BucketNotEmpty") if what else answer(204)
        if method == "DELETE":
            what.discard(target)
            return answer(204)
        return error(gets, "InternalError") if gets >= 400 else answer(200, b"<ListBucketResult/>")

    return Hostile(behave), sent


@pytest.mark.parametrize("gets", [200, 500, 501])
def test_what_no_listing_names_is_removed_by_the_names_it_was_sent_with(
    gets: int, tmp_path: Path
) -> None:
    """As fauxqs keeps uploads that it does not list, and S3Proxy fails a listing."""
    server, sent = _without_listings(
        {"/ours/1/a", "/ours/1/b?uploadId=u1", "/ours/1/c?versionId=v1"}, gets
    )
    there = InBucket(
        keys=dict.fromkeys(["1/a", "../theirs/precious"]),
        versions=dict.fromkeys([("1/c", "v1"), ("1/../../theirs/x", "v2")]),
        uploads=dict.fromkeys([("1/b", "u1"), ("..", "u2")]),
    )
    with server:
        endpoint = Endpoint(url=server.url, credentials=KEYS)
        raw = client_classes()["raw"](endpoint, tmp_path)
        assert Remover(raw, claimed=lambda _: True, written=lambda _: there).remove("ours") == []
        raw.close()
    assert not [line for line in sent if ".." in line or "theirs" in line]


def test_a_marker_that_deleting_by_name_makes_is_deleted(tmp_path: Path) -> None:
    left = {"version"}

    def behave(method: str, target: str) -> Iterator[bytes]:
        if method == "DELETE" and target == "/ours":
            return error(409, "BucketNotEmpty") if left else answer(204)
        if method == "DELETE" and target == "/ours/a":
            left.add("marker")
            return answer(204, b"", "x-amz-version-id: marker")
        if method == "DELETE":
            left.discard(target.partition("?versionId=")[2])
            return answer(204)
        return error(501, "NotImplemented")

    there = InBucket(keys={"a": None}, versions={("a", "version"): None})
    with Hostile(behave) as server:
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=KEYS), tmp_path)
        assert Remover(raw, claimed=lambda _: True, written=lambda _: there).remove("ours") == []
        raw.close()


def test_folders_that_a_refused_write_left_are_removed(tmp_path: Path) -> None:
    """As versitygw keeps `1/x/` of a key whose last segment is too long for a file."""
    server, sent = _without_listings({"/ours/1/x/", "/ours/1/"}, 200)
    there = InBucket(keys=dict.fromkeys(["1/x/too-long", "1/y", "/z", "1/../../theirs/y"]))
    with server:
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=KEYS), tmp_path)
        assert Remover(raw, claimed=lambda _: True, written=lambda _: there).remove("ours") == []
        raw.close()
    assert not [line for line in sent if ".." in line]


def test_folders_come_deepest_first_and_each_once() -> None:
    assert folders_of(["1/x/a", "1/x/b", "1/c", "d", "/e", "f//g"]) == [
        "1/x/",
        "f//",
        "1/",
        "f/",
    ]


def test_what_stays_is_told_in_the_words_of_the_worker_that_made_it() -> None:
    """Who mops up has not seen what was written; a bucket that a worker removed is no leftover."""
    left = what_stays(
        mopped=["s3://b (409)", "s3://b/key", "s3://c (409; its listing fails)"],
        told=["s3://b (409; deleting by name did not help)", "s3://d (gone)", "s3://of-a-host"],
        tried=["b", "c", "d"],
    )
    assert left == [
        "s3://b (409; deleting by name did not help)",
        "s3://c (409; its listing fails)",
        "s3://of-a-host",
    ]


@pytest.mark.parametrize(
    ("gets", "listings"),
    [
        (200, "its listings name nothing that stays"),
        (501, "its listings name nothing that stays"),
        (500, "ListObjectVersions answered 500 InternalError"),
    ],
)
def test_a_bucket_that_stays_after_all_says_that_deleting_by_name_did_not_help(
    gets: int, listings: str, tmp_path: Path
) -> None:
    """As S3Proxy keeps files of its own, with names of its own, when a write breaks off."""
    server, _ = _without_listings({"/ours/of-the-server"}, gets)
    there = InBucket(keys={"1/a": None})
    with server:
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=KEYS), tmp_path)
        remover = Remover(raw, claimed=lambda _: True, written=lambda _: there)
        assert remover.remove("ours") == ["s3://ours"]
        raw.close()
    said = remover.stopped.split("; ")
    assert said[0] == "DeleteBucket answered 409 BucketNotEmpty"
    assert said[1] == listings
    assert said[-1] == "it stays when all that the run wrote there is deleted by name"
    assert (len(said) == 3) is (gets != 500)
