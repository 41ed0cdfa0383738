"""Data that a check's requests destroyed is seen in any row, and nothing else is called lost."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.wire import UNREAD
from conformance.model import Exchange, Message, Outcome, Result
from conformance.model.records import Body
from conformance.model.verdict import OBSERVED, judge_results
from conformance.trial.check import CheckFunction
from conformance.trial.ledger import Place, ledger_of
from conformance.trial.trial import Trial
from s3compat import dumb
from s3compat.prove import _session, session_on
from server_ref.server import S3Server
from tests.conformance.fakes import make_check

ENDPOINT = Endpoint(url="http://127.0.0.1:9", credentials=Credentials("AK", "a-secret-of-a-test"))
CONTENT = b"what must not be lost"


def sent(
    line: str,
    body: str = "",
    status: int = 200,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    answered: tuple[tuple[str, str], ...] = (),
    said: str = "",
    note: str | None = None,
) -> Exchange:
    return Exchange(
        url="http://127.0.0.1:9",
        request=Message(
            f"{line} HTTP/1.1",
            (("Host", "127.0.0.1:9"), *headers),
            Body(size=len(body), text=body or None),
        ),
        response=Message(f"HTTP/1.1 {status} X", answered, Body(len(said), said or None)),
        note=note,
    )


MADE = sent("PUT /bucket/k", "x")
VERSION = sent("PUT /bucket/k", "x", answered=(("x-amz-version-id", "v1"),))
K, V1 = Place("bucket", "k"), Place("bucket", "k", "v1")


class TestLedger:
    """What should be there, from the requests."""

    def known(
        self, *exchanges: Exchange, refused: tuple[Exchange, ...] = (), status: int = 412
    ) -> set[Place]:
        return set(ledger_of(exchanges, ENDPOINT, {id(one): status for one in refused}).known)

    @pytest.mark.parametrize(
        "line",
        [
            "PUT /bucket/k?tagging=",
            "PUT /bucket/k?encryption",
            "PUT /bucket/k?uploadId=u",
            "PUT /bucket/k?partNumber=1",
            "PUT /bucket/k?partNumber=1&uploadId=u",
            "PUT /bucket/k?versionId=v",
            "DELETE /bucket/k?tagging&versionId=v",
            "DELETE /bucket/k?uploadId=u",
            "DELETE /bucket?cors",
            "PUT /bucket?versioning",
            "POST /bucket/k?restore",
        ],
    )
    def test_a_sub_resource_leaves_what_there_is_and_is_suspected(self, line: str) -> None:
        ledger = ledger_of([MADE, sent(line, "<Doc/>")], ENDPOINT)
        assert K in ledger.known
        assert ledger.touched(K, 0)
        assert ledger.culprit(K, 0) == line

    @pytest.mark.parametrize(
        ("line", "there"),
        [("HTTP/1.1 200 OK", True), ("HTTP/1.1 299", True), ("HTTP/1.1 300 X", False),
         ("HTTP/1.1", False), ("HTTP/1.1 OK", False), ("", False)],
    )  # fmt: skip
    def test_only_a_write_that_was_answered_2xx_was_done(self, line: str, there: bool) -> None:
        odd = replaced(MADE, response=Message(line))
        assert (K in ledger_of([odd], ENDPOINT).known) is there
        assert K not in ledger_of([replaced(MADE, response=None)], ENDPOINT).known

    def test_the_culprit_is_the_write_that_sent_what_is_there(self) -> None:
        climbs = sent("PUT /bucket/a/../k", "another")
        ledger = ledger_of([MADE, climbs, sent("PUT /bucket?policy", "{}")], ENDPOINT, {})
        held = hashlib.sha256(b"another").hexdigest()
        assert ledger.culprit(K, 0, held) == "PUT /bucket/a/../k"
        assert ledger.culprit(K, 0) == "PUT /bucket?policy"
        assert ledger.culprit(K, 1, held) == "PUT /bucket?policy"

    def test_the_culprit_of_a_version_is_a_write_of_its_key(self) -> None:
        """Where a bucket is suspended, a PUT may remove the versions that there are."""
        suspended = sent("PUT /bucket?versioning", "<VersioningConfiguration/>")
        ledger = ledger_of([MADE, suspended, sent("PUT /bucket/k", "x"), suspended], ENDPOINT)
        version = Place("bucket", "k", "v")
        assert ledger.culprit(version, 0) == "PUT /bucket/k"
        assert ledger.culprit(version, 2) == "PUT /bucket?versioning"
        assert ledger.culprit(Place("bucket", "other", "v"), 0) == "PUT /bucket?versioning"

    @pytest.mark.parametrize(
        "then",
        [
            sent("DELETE /bucket/k", status=204),
            sent("DELETE /bucket/k?versionId=null", status=204),
            sent("DELETE /bucket", status=204),
            sent("DELETE /bucket", status=500),
            sent("PUT /bucket/k", "y", status=500),
            sent("PUT /bucket?lifecycle", "<LifecycleConfiguration/>"),
            sent("PUT /bucket/new?renameObject", headers=(("x-amz-rename-source", "/k"),)),
            sent("POST /bucket?delete", "<Delete><Object><Key>k</Key></Object></Delete>"),
            sent(
                "POST /bucket?delete", "<Delete><Object><Key><![CDATA[k]]></Key></Object></Delete>"
            ),
            sent("POST /bucket?delete", "<Delete><Key>j</Key><Key x='y'>k</Key></Delete>"),
            sent("POST /bucket?delete", "not to be understood"),
            sent("POST /bucket", "--form"),
            sent("PUT /bucket/k", said="<Error><Code>InternalError</Code></Error>"),
        ],
    )
    def test_what_is_meant_to_change_it_is_no_longer_looked_for(self, then: Exchange) -> None:
        ledger = ledger_of([MADE, then], ENDPOINT)
        assert K not in ledger.known

    def test_a_write_puts_other_content_there(self) -> None:
        first = ledger_of([MADE], ENDPOINT).known[K]
        second = ledger_of([MADE, sent("PUT /bucket/k?x-id=PutObject", "y")], ENDPOINT).known[K]
        assert first.sha256 != second.sha256

    def test_a_copy_has_the_content_of_its_source(self) -> None:
        copied = sent("PUT /bucket/to", headers=(("x-amz-copy-source", "/bucket/k"),))
        known = ledger_of([MADE, copied], ENDPOINT).known
        assert known[Place("bucket", "to")].sha256 == known[K].sha256

    @pytest.mark.parametrize(
        "write",
        [
            sent("PUT /bucket/k", "y", headers=(("x-amz-write-offset-bytes", "1"),)),
            sent("POST /bucket/k?uploadId=u", "<CompleteMultipartUpload/>"),
            sent("PUT /bucket/k", "y", headers=(("Content-Encoding", "aws-chunked"),)),
            sent("PUT /bucket/k", headers=(("x-amz-copy-source", "/other/k"),)),
        ],
    )
    def test_content_that_is_not_known_is_not_compared(self, write: Exchange) -> None:
        assert ledger_of([MADE, write], ENDPOINT).known[K].sha256 is None

    def test_versions_stay_until_they_are_named(self) -> None:
        second = sent("PUT /bucket/k", "y", answered=(("x-amz-version-id", "v2"),))
        both = {V1, Place("bucket", "k", "v2")}
        assert self.known(VERSION, second) == both
        assert self.known(VERSION, second, sent("DELETE /bucket/k", status=204)) == both
        named = sent("DELETE /bucket/k?versionId=v2", status=204)
        assert self.known(VERSION, second, named) == {V1}

    @pytest.mark.parametrize(
        "write",
        [sent("PUT /bucket/k", "y"), sent("DELETE /bucket/k"), sent("DELETE /bucket?", status=204)],
    )
    def test_a_write_that_is_to_be_refused_leaves_it(self, write: Exchange) -> None:
        assert K not in self.known(MADE, sent("DELETE /bucket/k", status=204))
        assert K in self.known(MADE, write, refused=(write,))

    @pytest.mark.parametrize("write", [sent("PUT /bucket/k", "y"), sent("DELETE /bucket/k")])
    def test_what_is_taken_and_should_not_have_been_is_relied_on_by_nobody(
        self, write: Exchange
    ) -> None:
        assert self.known(MADE, write, refused=(write,), status=400) == set()

    @pytest.mark.parametrize("write", [sent("PUT /bucket/k", "y"), sent("DELETE /bucket/k")])
    def test_what_is_taken_from_anybody_is_a_fault_of_access(self, write: Exchange) -> None:
        """It did what it said; a server without signatures has lost nothing."""
        assert K not in self.known(MADE, write, refused=(write,), status=403)

    def test_what_was_refused_and_done_all_the_same_is_looked_for(self) -> None:
        refused = sent("DELETE /bucket/k", status=403)
        assert K in self.known(MADE, refused, refused=(refused,), status=403)

    @pytest.mark.parametrize(
        "signed",
        [
            {"headers": (("Authorization", "AWS4-HMAC-SHA256 Credential=OTHER/20260101/x"),)},
            {"line": "PUT /bucket/k?X-Amz-Credential=OTHER%2F20260101%2Fx"},
        ],
    )
    def test_what_another_account_replaced_is_lost(self, signed: dict[str, Any]) -> None:
        two = replace(ENDPOINT, other_credentials=Credentials("OTHER", "another-secret"))
        write = sent(**{"line": "PUT /bucket/k", "body": "y", **signed})
        ledger = ledger_of([MADE, write], two, {id(write): 403})
        assert K in ledger.known
        assert ledger.touched(K, 0)

    @pytest.mark.parametrize(
        "lock",
        [
            sent("PUT /bucket", headers=(("x-amz-bucket-object-lock-enabled", "true"),)),
            sent("PUT /bucket/k?retention", "<Retention/>"),
            sent("PUT /bucket?object-lock", "<ObjectLockConfiguration/>"),
        ],
    )
    def test_a_locked_version_that_is_removed_is_lost(self, lock: Exchange) -> None:
        removed = sent("DELETE /bucket/k?versionId=v1", status=204)
        assert V1 in self.known(lock, VERSION, removed, refused=(removed,), status=403)
        assert V1 in self.known(VERSION, lock, removed, refused=(removed,), status=403)
        assert V1 not in self.known(VERSION, removed, refused=(removed,), status=403)

    @pytest.mark.parametrize(("began", "known"), [(2.005, False), (1.995, False), (3.0, True)])
    def test_what_a_copy_has_of_a_source_that_is_written_meanwhile_is_not_known(
        self, began: float, known: bool
    ) -> None:
        """In either order of the log; a copy that came afterwards has what was written."""
        put = replaced(sent("PUT /bucket/k", "y"), started=2.0, milliseconds=10.0)
        copy = sent("PUT /bucket/to", headers=(("x-amz-copy-source", "/bucket/k"),))
        copy = replaced(copy, started=began, milliseconds=10.0)
        for order in ([MADE, put, copy], [MADE, copy, put]):
            kept = ledger_of(order, ENDPOINT).known[Place("bucket", "to")]
            assert (kept.sha256 is not None) is known

    @pytest.mark.parametrize(
        "made",
        [sent("PUT /bucket/k", headers=(("x-amz-copy-source", "/bucket/from"),),
              answered=(("x-amz-version-id", "v1"),)),
         sent("POST /bucket/k?uploadId=u", answered=(("x-amz-version-id", "v1"),))],
        ids=["copy", "completion"],
    )  # fmt: skip
    @pytest.mark.parametrize("read", ["HEAD /bucket/k", "GET /bucket/k?versionId=v1"])
    def test_a_version_of_a_copy_counts_once_it_is_seen(self, made: Exchange, read: str) -> None:
        """Some servers answer the id of the source's version, which the copy never had."""
        assert not ledger_of([made], ENDPOINT).known[V1].seen
        other = sent(read, answered=(("x-amz-version-id", "v2"),))
        assert not ledger_of([made, other], ENDPOINT).known[V1].seen
        shown = sent(read, answered=(("x-amz-version-id", "v1"),))
        assert ledger_of([made, shown], ENDPOINT).known[V1].seen
        assert ledger_of([VERSION], ENDPOINT).known[V1].seen
        assert ledger_of([MADE], ENDPOINT).known[K].seen
        for null in ((), (("x-amz-version-id", "null"),)):
            plain = replaced(made, response=Message("HTTP/1.1 200 OK", null))
            assert ledger_of([plain], ENDPOINT).known[K].seen

    def test_who_was_first_of_two_at_once_is_not_known(self) -> None:
        """A DELETE and a PUT that met may have come to the server in either order."""
        made = replaced(MADE, started=1.0, milliseconds=10.0)
        deleted = replaced(sent("DELETE /bucket/k", status=204), started=2.0, milliseconds=50.0)
        put = replaced(sent("PUT /bucket/k", "y"), started=2.01, milliseconds=10.0)
        assert self.known(made, deleted, put) == set()
        assert self.known(made, put, deleted) == set()
        whole = replaced(sent("DELETE /bucket", status=204), started=2.0, milliseconds=50.0)
        assert self.known(made, put, whole) == set()
        after = replaced(sent("PUT /bucket/k", "z"), started=3.0, milliseconds=10.0)
        assert self.known(made, deleted, put, after) == {K}
        elsewhere = replaced(sent("PUT /bucket/j", "y"), started=2.01, milliseconds=10.0)
        assert Place("bucket", "j") in self.known(made, deleted, elsewhere)

    def test_a_configuration_of_a_bucket_can_hurt_what_is_in_it(self) -> None:
        bucket = sent("PUT /bucket")
        for line, of_bucket in (("PUT /bucket?acl", False), ("DELETE /bucket?cors", True)):
            ledger = ledger_of([bucket, MADE, sent(line)], ENDPOINT)
            assert ledger.touched(K, 1)
            assert ledger.touched(Place("bucket"), 0) is of_bucket

    @pytest.mark.parametrize(
        "strange",
        [
            sent("DELETE /v1/objects/bucket/k"),  # the API of a product
            sent("nonsense"),
            sent("PUT /bucket/k", "y", note="the connection was closed"),
            sent(
                "PUT /bucket/k",
                headers=(("Content-Length", "1"), ("Transfer-Encoding", "chunked")),
            ),
        ],
    )
    def test_nothing_is_known_after_what_is_not_understood(self, strange: Exchange) -> None:
        assert self.known(MADE, strange) == set()

    def test_an_answer_that_cannot_be_read_says_nothing_of_its_request(self) -> None:
        note = f"{UNREAD}ListParts is answered with <ListBucketResult> instead of <ListPartsResult>"
        assert self.known(MADE, sent("GET /bucket/k?uploadId=u", note=note)) == {K}
        trouble = f"the connection was closed; {note}"
        assert self.known(MADE, sent("GET /bucket/k?uploadId=u", note=trouble)) == set()

    def test_a_read_of_it_as_it_was_is_as_good_as_a_look(self) -> None:
        tagged = sent("PUT /bucket/k?tagging", "<Tagging/>")
        ledger = ledger_of([MADE, tagged, sent("GET /bucket/k", said="x")], ENDPOINT)
        assert not ledger.touched(K, ledger.known[K].since)
        other = ledger_of([MADE, tagged, sent("GET /bucket/k", said="<Tagging/>")], ENDPOINT)
        assert other.touched(K, other.known[K].since)


@contextmanager
def trying(*deviations: str) -> Iterator[Callable[[CheckFunction], Result]]:
    """Runs a check by hand-made requests, on the reference server with these deviations."""
    with (
        S3Server(deviations=list(deviations), durability="relaxed") as server,
        tempfile.TemporaryDirectory() as folder,
        session_on(server, Path(folder)) as session,
    ):
        yield lambda function: session.run(make_check(function), "raw")


def tags(t: Trial) -> None:
    t.given.object("k", CONTENT)
    tagging = {"TagSet": [{"Key": "colour", "Value": "green"}]}
    t.expect.ok(t.call("PutObjectTagging", Key="k", Tagging=tagging))


def tags_are_removed(t: Trial) -> None:
    t.given.object("k", CONTENT)
    t.expect.ok(t.call("DeleteObjectTagging", Key="k"))


def cors_is_removed(t: Trial) -> None:
    t.expect.ok(t.call("DeleteBucketCors", Bucket=t.given.bucket()))


def two_keys(t: Trial) -> None:
    t.given.object("a/b", CONTENT)
    t.expect.ok(t.call("PutObject", Key="a//b", Body=b"another"))
    t.expect.body(t.call("GetObject", Key="a/b"), CONTENT)


def only_if_absent(t: Trial) -> None:
    t.given.object("k", CONTENT)
    got = t.call("PutObject", Key="k", Body=b"another", IfNoneMatch="*")
    t.expect.error(got, 412, "PreconditionFailed")


def full_bucket_stays(t: Trial) -> None:
    bucket = t.given.bucket()
    t.given.object("k", CONTENT, Bucket=bucket)
    t.expect.error(t.call("DeleteBucket", Bucket=bucket), 409, "BucketNotEmpty")


def aborted(t: Trial) -> None:
    t.given.object("k", CONTENT)
    upload = t.given.call("CreateMultipartUpload", Key="k").need("UploadId")
    t.expect.ok(t.call("AbortMultipartUpload", Key="k", UploadId=upload))


def of_one_version(t: Trial) -> None:
    """The first version is there still, whatever became of the key."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("k", CONTENT, Bucket=bucket)
    t.given.object("k", b"later", Bucket=bucket)
    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="k"))
    tagged = {"Key": "k", "VersionId": first.need_version_id(), "Tagging": {"TagSet": []}}
    t.expect.ok(t.call("PutObjectTagging", Bucket=bucket, **tagged))


@pytest.mark.parametrize(
    ("check", "deviation", "what", "how"),
    [
        (tags, "object-subresource-put-falls-through", "object", "overwritten"),
        (tags_are_removed, "object-subresource-delete-falls-through", "object", "gone (404"),
        (cors_is_removed, "bucket-subresource-delete-falls-through", "bucket", "gone (404"),
        (two_keys, "key-slashes-merged", "object", "overwritten: b'another'"),
        (aborted, "abort-falls-through", "object", "gone (404"),
        (only_if_absent, "put-if-none-match-ignored", "object", "overwritten: b'another'"),
    ],
)
def test_what_a_request_should_have_left_is_lost(
    check: CheckFunction, deviation: str, what: str, how: str
) -> None:
    """The outcome says so, first, from a row that is about something else."""
    with trying(deviation) as run:
        result = run(check)
    assert result.outcome is Outcome.FAIL
    assert result.data_lost
    assert result.reason.startswith(f"data loss: {what} ")
    assert f" is {how}" in result.reason
    assert ", after " in result.reason
    assert result.severity == ""


@pytest.mark.parametrize(
    "check",
    [
        tags,
        tags_are_removed,
        cors_is_removed,
        two_keys,
        aborted,
        only_if_absent,
        full_bucket_stays,
        of_one_version,
    ],
)
def test_nothing_is_lost_where_nothing_is_wrong(check: CheckFunction) -> None:
    with trying() as run:
        result = run(check)
    assert (result.outcome, result.data_lost) == (Outcome.PASS, False), result.reason


def removes_on_purpose(t: Trial) -> None:
    bucket = t.given.bucket()
    for key in ("one", "two", "three"):
        t.given.object(key, CONTENT, Bucket=bucket)
    t.given.call("PutObjectTagging", Bucket=bucket, Key="one", Tagging={"TagSet": []})
    t.call("DeleteObject", Bucket=bucket, Key="one")
    t.call("PutObject", Bucket=bucket, Key="two", Body=b"another")
    t.call("DeleteObjects", Bucket=bucket, Delete={"Objects": [{"Key": "three"}]})
    t.call("DeleteBucketTagging", Bucket=bucket)
    t.expect.equal(1, 2, "something that fails")


def expires(t: Trial) -> None:
    bucket = t.given.bucket()
    t.given.object("k", CONTENT, Bucket=bucket)
    rule = {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    t.call(
        "PutBucketLifecycleConfiguration", Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
    )
    t.look("DeleteObject", Bucket=bucket, Key="k")
    t.expect.equal(1, 2, "something that fails")


@pytest.mark.parametrize("check", [removes_on_purpose, expires])
def test_what_a_check_removes_on_purpose_is_not_lost(check: CheckFunction) -> None:
    with trying() as run:
        result = run(check)
    assert (result.outcome, result.data_lost) == (Outcome.FAIL, False)


def writes_twice(t: Trial) -> None:
    for key in ("a", "b"):
        t.expect.ok(t.call("PutObject", Key=key, Body=CONTENT))
    t.expect.body(t.call("GetObject", Key="a"), CONTENT)


def test_nothing_is_looked_for_or_written_in_a_bucket_that_is_not_the_checks() -> None:
    """Whatever a request says, only buckets that were made for the check are touched."""

    def reaches_out(t: Trial) -> None:
        t.raw("PUT", "/photos/a", body=CONTENT)
        t.raw("DELETE", "/photos/a", query="tagging")
        t.expect.equal(1, 2, "something that fails")

    with (
        S3Server(
            deviations=["object-subresource-delete-falls-through"], durability="relaxed"
        ) as server,
        tempfile.TemporaryDirectory() as folder,
        session_on(server, Path(folder)) as session,
    ):
        theirs = server.client()
        theirs.create_bucket(Bucket="photos")
        result = session.run(make_check(reaches_out), "raw")
        assert "Contents" not in theirs.list_objects_v2(Bucket="photos")
    assert (result.outcome, result.data_lost) == (Outcome.FAIL, False)


def test_an_error_while_looking_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trial, "look_for_losses", lambda *_, **__: {}["absent"])
    with trying() as run:
        result = run(tags)
    assert result.outcome is Outcome.ERROR
    assert "KeyError" in result.reason


def test_a_server_that_keeps_nothing_has_lost_nothing() -> None:
    """An endpoint that takes everything and has nothing destroyed nothing by the request."""
    with (
        dumb.endpoint("200 with nothing") as url,
        tempfile.TemporaryDirectory() as folder,
        _session(Endpoint(url=url, credentials=dumb.credentials("1")), Path(folder)) as session,
    ):
        result = session.run(make_check(writes_twice), "raw")
    assert (result.outcome, result.data_lost) == (Outcome.FAIL, False)


def test_what_a_look_finds_no_more_is_looked_for() -> None:
    """DELETE of tags took the object, so reading the tags afterwards was refused: 404."""

    def untags(t: Trial) -> None:
        t.given.object("k", CONTENT)
        t.expect.success(t.call("DeleteObjectTagging", Key="k"), 204)
        t.expect.member(t.given.call("GetObjectTagging", Key="k"), "TagSet", [])

    with (
        dumb.endpoint(dumb.BLIND) as url,
        tempfile.TemporaryDirectory() as folder,
        _session(Endpoint(url=url, credentials=dumb.credentials("1")), Path(folder)) as session,
    ):
        result = session.run(make_check(untags), "raw")
    assert (result.outcome, result.data_lost) == (Outcome.FAIL, True), result.reason


def test_what_is_answered_with_another_document_hides_no_loss() -> None:
    """A server that sees no query puts the annotation in the object's place, and shows it."""

    def annotates(t: Trial) -> None:
        t.given.object("k", CONTENT)
        t.given.call("PutObjectAnnotation", Key="k", AnnotationName="a", AnnotationPayload=b"note")
        t.expect.member(t.call("ListObjectAnnotations", Key="k"), "AnnotationCount", 1)

    with (
        dumb.endpoint(dumb.BLIND) as url,
        tempfile.TemporaryDirectory() as folder,
        _session(Endpoint(url=url, credentials=dumb.credentials("1")), Path(folder)) as session,
    ):
        result = session.run(make_check(annotates), "raw")
    assert (result.outcome, result.data_lost) == (Outcome.FAIL, True), result.reason


def test_losses_are_told_first_and_counted() -> None:
    with trying("object-subresource-put-falls-through") as run:
        lost = run(tags)
    verdict = judge_results([lost])
    assert verdict.losses == [lost]
    assert verdict.sentence.startswith("DATA LOSS in 1 check")


def test_what_is_only_observed_accuses_nobody() -> None:
    with (
        S3Server(
            deviations=["object-subresource-put-falls-through"], durability="relaxed"
        ) as server,
        tempfile.TemporaryDirectory() as folder,
        session_on(server, Path(folder)) as session,
    ):
        result = session.run(make_check(tags, verified=OBSERVED), "raw")
    assert (result.outcome, result.data_lost) == (Outcome.PASS, False)
