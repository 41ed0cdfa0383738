"""Looking for losses: what is asked of the endpoint, and which answers say that it is lost."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.clients.base import Answer
from conformance.endpoint.endpoint import Endpoint
from conformance.model import Exchange, Message
from conformance.model.records import Body
from conformance.trial.expect import Expect
from conformance.trial.losses import CONTROL, MOST_BUCKETS, MOST_OBJECTS, look_for_losses
from tests.conformance.fakes import ENDPOINT, answer


def sent(line: str, body: str = "", status: int = 200, **answered: str) -> Exchange:
    headers = tuple((name.replace("_", "-"), value) for name, value in answered.items())
    return Exchange(
        url=ENDPOINT.url,
        request=Message(f"{line} HTTP/1.1", (), Body(len(body), body or None)),
        response=Message(f"HTTP/1.1 {status} X", headers, Body(0)),
    )


def got(status: int, body: bytes = b"", code: str | None = None, **headers: str) -> Answer:
    made = answer(
        status,
        code,
        headers=[(name.replace("_", "-"), value) for name, value in headers.items()],
    )
    made.wire_body = body
    return made


class Looking:
    """A trial whose endpoint answers as the test says."""

    endpoint: Endpoint = ENDPOINT

    def __init__(self, **answers: Answer) -> None:
        self.expect = Expect()
        self.bucket_names = ["bucket"]
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._put = False
        self._answers = answers

    def setup_call(self, operation: str, members: dict[str, Any]) -> Answer:
        self.asked.append((operation, members))
        if operation == "PutObject":
            self._put = True
        name = "again" if operation == "GetObject" and self._put else operation
        if name == "again" and members.get("VersionId") == "v1":
            name = "OldOne" if "OldOne" in self._answers else "GetObject"
        if operation == "HeadBucket" and any(one == "CreateBucket" for one, _ in self.asked):
            name = "HeadAgain"
        if operation == "PutObject" and any(one == "PutBucketVersioning" for one, _ in self.asked):
            name = "PutNumbered" if "PutNumbered" in self._answers else name
        return self._answers[name]

    def located(self, members: dict[str, Any]) -> dict[str, Any]:
        return {**members, "located": True}

    def lost(self) -> dict[str, str]:
        return {one.what: one.actual for one in self.expect.seen if one.lost}


MADE = sent("PUT /bucket/k", "x")
TAGGED = sent("PUT /bucket/k?tagging", "<Tagging/>")
KEEPS = {"PutObject": got(200), "again": got(200, CONTROL)}
GONE = got(404, code="NoSuchKey")


def looked(
    *exchanges: Exchange, standing: tuple[str, ...] = (), failed: bool = False, **answers: Answer
) -> Looking:
    trial = Looking(**answers)
    look_for_losses(trial, exchanges, standing, failed=failed)
    return trial


def test_an_object_that_is_gone_is_lost() -> None:
    trial = looked(MADE, TAGGED, GetObject=GONE, **KEEPS)

    assert trial.lost() == {"object k": "gone (404 NoSuchKey), after PUT /bucket/k?tagging"}
    assert trial.asked == [
        ("GetObject", {"Bucket": "bucket", "Key": "k"}),
        ("PutObject", {"Bucket": "bucket", "Key": "k", "Body": CONTROL}),
        ("GetObject", {"Bucket": "bucket", "Key": "k"}),
    ]


def test_a_404_without_a_code_is_said_without_one() -> None:
    trial = looked(MADE, TAGGED, GetObject=got(404), **KEEPS)

    assert trial.lost()["object k"].startswith("gone (404), after")


@pytest.mark.parametrize(
    ("found", "lost"),
    [
        (got(200, b"x"), False),
        (got(200, b"y"), False),  # nobody sent it
        (got(200, b"<Tagging/>"), True),
        (got(200, b""), True),
        (got(403), False),
        (got(500), False),
        (got(0), False),
    ],
)
def test_what_is_there_instead(found: Answer, lost: bool) -> None:
    assert bool(looked(MADE, TAGGED, GetObject=found, **KEEPS).lost()) is lost


def test_the_same_etag_is_the_same_object() -> None:
    made = sent("PUT /bucket/k", "x", etag='"e"')
    same, other = got(200, b"", ETag='"e"'), got(200, b"", ETag='"f"')

    assert not looked(made, TAGGED, GetObject=same, **KEEPS).lost()
    assert looked(made, TAGGED, GetObject=other, **KEEPS).lost()
    assert looked(made, TAGGED, GetObject=got(200, b""), **KEEPS).lost()
    assert looked(MADE, TAGGED, GetObject=same, **KEEPS).lost()


def test_what_cannot_be_read_as_an_answer_says_nothing() -> None:
    strange = got(200, b"")
    strange.strange = "another document"

    assert not looked(MADE, TAGGED, GetObject=strange, **KEEPS).lost()


@pytest.mark.parametrize(
    ("put", "again", "lost"),
    [
        (got(200), got(200, CONTROL), True),
        (got(403), got(200, CONTROL), False),
        (got(200), got(200, b"other"), False),
        (got(200), got(404), False),
    ],
)
def test_what_is_never_kept_was_not_lost(put: Answer, again: Answer, lost: bool) -> None:
    assert bool(looked(MADE, TAGGED, GetObject=GONE, PutObject=put, again=again).lost()) is lost


# versions

VERSION = sent("PUT /bucket/k", "x", x_amz_version_id="v1")


def listed(*versions: str, truncated: bool = False, status: int = 200) -> Answer:
    made = got(status)
    made.parsed = {"IsTruncated": truncated, "Versions": [{"VersionId": one} for one in versions]}
    return made


@pytest.mark.parametrize(
    ("listing", "new", "lost"),
    [
        (listed("v2"), "v3", True),
        (listed(), "v3", True),
        (listed("v2", "v1"), "v3", False),
        (listed("v2", truncated=True), "v3", False),
        (listed("v2", status=403), "v3", False),
        (listed("v2"), "null", False),
        (listed("v2"), None, False),
    ],
)
def test_two_answers_say_that_a_version_is_gone(
    listing: Answer, new: str | None, lost: bool
) -> None:
    put = got(200, **({"x_amz_version_id": new} if new else {}))
    trial = looked(
        VERSION,
        TAGGED,
        GetObject=GONE,
        ListObjectVersions=listing,
        PutObject=put,
        PutBucketVersioning=got(200),
        again=got(200, CONTROL),
    )

    assert list(trial.lost()) == (["version v1 of object k"] if lost else [])
    assert trial.asked[0] == ("GetObject", {"Bucket": "bucket", "Key": "k", "VersionId": "v1"})
    if lost:
        assert trial.asked[-1][1] == {"Bucket": "bucket", "Key": "k", "VersionId": new}


def suspended(**found: Answer) -> Looking:
    """Versioning is suspended: a PUT there makes no numbered version, until it is enabled."""
    return looked(
        VERSION,
        TAGGED,
        GetObject=GONE,
        ListObjectVersions=listed(),
        PutObject=got(200),
        PutBucketVersioning=got(200),
        PutNumbered=got(200, x_amz_version_id="v9"),
        again=got(200, CONTROL),
        **found,
    )


def test_where_versioning_is_suspended_the_control_enables_it() -> None:
    """What is written there is no numbered version, and a numbered one is what was lost."""
    trial = suspended()

    assert list(trial.lost()) == ["version v1 of object k"]
    enabled = {"Bucket": "bucket", "VersioningConfiguration": {"Status": "Enabled"}}
    assert ("PutBucketVersioning", enabled) in trial.asked
    assert trial.asked[-1][1] == {"Bucket": "bucket", "Key": "k", "VersionId": "v9"}


def test_a_version_that_is_back_with_versioning_was_hidden_and_not_lost() -> None:
    assert not suspended(OldOne=got(200, b"x")).lost()


def test_a_strange_list_of_versions_says_nothing() -> None:
    strange = listed("v2")
    strange.strange = "another document"
    trial = looked(
        VERSION, TAGGED, GetObject=GONE, ListObjectVersions=strange, PutObject=got(200), again=GONE
    )

    assert not trial.lost()


def test_a_version_has_no_other_content() -> None:
    assert not looked(VERSION, TAGGED, GetObject=got(200, b""), **KEEPS).lost()


# buckets


@pytest.mark.parametrize(
    ("first", "made", "again", "lost"),
    [
        (got(404), got(200), got(200), True),
        (got(403), got(200), got(200), False),
        (got(404), got(409), got(200), False),
        (got(404), got(200), got(404), False),
    ],
)
def test_a_bucket_that_is_gone(first: Answer, made: Answer, again: Answer, lost: bool) -> None:
    trial = looked(
        sent("DELETE /bucket?cors", status=204),
        standing=("bucket",),
        HeadBucket=first,
        CreateBucket=made,
        HeadAgain=again,
    )

    wanted = {"bucket bucket": "gone (404), after DELETE /bucket?cors"} if lost else {}
    assert trial.lost() == wanted
    if first.status == 404:
        assert trial.asked[1] == ("CreateBucket", {"Bucket": "bucket", "located": True})


def test_what_was_in_a_bucket_that_is_gone_is_not_told_again() -> None:
    trial = looked(
        MADE,
        sent("DELETE /bucket?cors", status=204),
        standing=("bucket",),
        HeadBucket=got(404),
        CreateBucket=got(200),
        HeadAgain=got(200),
        GetObject=GONE,
        **KEEPS,
    )

    assert list(trial.lost()) == ["bucket bucket"]


# what is looked for at all


def test_only_what_a_request_may_have_changed() -> None:
    read = sent("GET /bucket/k?tagging")
    elsewhere = sent("PUT /bucket/other?tagging", "<Tagging/>")
    for later, failed, asked in (
        ((read,), True, 0),
        ((elsewhere,), False, 0),
        ((elsewhere,), True, 1),
        ((TAGGED,), False, 1),
    ):
        trial = looked(MADE, *later, failed=failed, GetObject=got(200, b"x"))
        assert len(trial.asked) == asked


def test_only_in_the_checks_own_buckets_and_not_what_was_told_already() -> None:
    other = sent("PUT /other/k", "x")
    assert looked(other, sent("PUT /other/k?tagging", "<T/>")).asked == []
    trial = Looking(GetObject=GONE, **KEEPS)
    trial.expect.lost("object k", "gone")
    look_for_losses(trial, [MADE, TAGGED], (), failed=True)
    assert trial.asked == []


def test_what_only_its_key_opens_is_not_looked_for() -> None:
    header = ("x-amz-server-side-encryption-customer-algorithm", "AES256")
    made = replace(MADE, request=replace(MADE.request, headers=(header,)))

    assert looked(made, TAGGED, failed=True).asked == []


def test_a_version_that_only_a_copy_named_is_not_looked_for() -> None:
    copy = sent("PUT /bucket/k", x_amz_version_id="v1")
    source = (("x-amz-copy-source", "/bucket/from"),)
    copy = replace(copy, request=replace(copy.request, headers=source))
    shown = sent("HEAD /bucket/k", x_amz_version_id="v1")

    assert looked(copy, TAGGED, failed=True).asked == []
    assert looked(copy, shown, TAGGED, failed=True, GetObject=got(200, b"x")).asked != []


def test_so_many_and_no_more() -> None:
    objects = [sent(f"PUT /bucket/k{number}", "x") for number in range(MOST_OBJECTS + 1)]
    tagged = [sent(f"PUT /bucket/k{number}?tagging", "<T/>") for number in range(MOST_OBJECTS + 1)]
    trial = looked(*objects, *tagged, GetObject=got(200, b"x"))
    assert len(trial.asked) == MOST_OBJECTS
    names = tuple(f"bucket-{number}" for number in range(MOST_BUCKETS + 1))
    trial = looked(
        *(sent(f"DELETE /{name}?cors", status=204) for name in names),
        standing=names,
        HeadBucket=got(200),
    )
    assert len(trial.asked) == MOST_BUCKETS


@pytest.mark.parametrize(("expected", "looked_for"), [("399", False), ("412", True)])
def test_a_write_that_is_to_be_refused_changes_nothing(expected: str, looked_for: bool) -> None:
    """What was expected to be refused, and was taken, has overwritten what was there."""
    write = sent("PUT /bucket/k", "another")
    trial = Looking(GetObject=got(200, b"another"), **KEEPS)
    seen = got(200)
    seen.exchange = write
    seen.operation = "PutObject"
    trial.expect.status(seen, int(expected))
    look_for_losses(trial, [MADE, write], (), failed=False)

    assert bool(trial.lost()) is looked_for
    if looked_for:
        assert hashlib.sha256(b"another").hexdigest() != hashlib.sha256(b"x").hexdigest()
        assert trial.lost()["object k"] == "overwritten: b'another', after PUT /bucket/k"
