"""What a check sees: where its calls go, what is recorded, what is asked for again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.clients.base import Answer, ClientCannotError, MissingMemberError
from conformance.trial.given import SetupError
from conformance.trial.patience import CONNECTION_ATTEMPTS
from conformance.trial.trial import Trial
from tests.conformance.fakes import FakeClient, House, answer

THROTTLED = answer(503, "SlowDown")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)


def trial(client: FakeClient, setup: FakeClient | None = None, scratch: Path = Path()) -> Trial:
    return Trial(House(setup or FakeClient([answer(200)])), client, scratch)


def strange(document: str) -> Answer:
    given = answer(200)
    given.strange = document
    return given


def test_without_a_bucket_it_is_the_shared_one_and_the_key_is_prefixed() -> None:
    client = FakeClient([answer(200)])
    trial(client).call("GetObject", Key="k")
    assert client.asked == [("GetObject", {"Key": "p/k", "Bucket": "shared"})]


@pytest.mark.parametrize(
    "goes_on",
    [
        lambda t: t.call("GetObject", Key="k"),
        lambda t: t.setup_call("GetObject", {"Bucket": "b", "Key": "k"}),
        lambda t: t.given.object("k", b""),
        lambda t: t.look("GetObject", Key="k"),
        lambda t: t.raw("GET", "/b/k"),
    ],
)
def test_a_check_that_goes_on_for_too_long_sends_no_more(
    goes_on: Callable[[Trial], object],
) -> None:
    client, setup = FakeClient([answer(200)]), FakeClient([answer(200)])
    t = trial(client, setup)
    t._longest = -1.0
    with pytest.raises(SetupError, match="had not ended"):
        goes_on(t)
    assert client.asked == setup.asked == []


def test_with_a_bucket_everything_is_sent_as_it_stands() -> None:
    client = FakeClient([answer(200)])
    trial(client).call("GetObject", Bucket="mine", Key="k", Range="bytes=0-")
    assert client.asked == [("GetObject", {"Bucket": "mine", "Key": "k", "Range": "bytes=0-"})]


def test_an_operation_without_a_bucket_gets_none() -> None:
    client = FakeClient([answer(200)])
    trial(client).call("ListBuckets")
    assert client.asked == [("ListBuckets", {})]


def test_a_copy_source_is_encoded() -> None:
    assert trial(FakeClient([answer(200)])).source("a b+ü") == "shared/p/a%20b%2B%C3%BC"


def test_calls_are_recorded_with_their_purpose() -> None:
    tried = trial(FakeClient([answer(200)]), FakeClient([answer(200, headers=[("ETag", '"e"')])]))
    tried.given.object("k", b"x")
    tried.call("GetObject", Key="k")
    assert [(call.operation, call.purpose) for call in tried.calls] == [
        ("PutObject", "setup"),
        ("GetObject", "test"),
    ]


def test_stored_says_what_was_stored() -> None:
    headers = [("ETag", '"e"'), ("x-amz-version-id", "v1")]
    stored = trial(
        FakeClient([answer(200)]), FakeClient([answer(200, headers=headers)])
    ).given.object("k", b"x", ContentType="text/plain")
    assert (stored.key, stored.etag, stored.version_id, stored.bucket) == (
        "p/k",
        '"e"',
        "v1",
        "shared",
    )


def test_setup_without_an_etag_stops_who_needs_it() -> None:
    """AIStore 3.x answers a PUT without an ETag and a HEAD with one; most checks ask for none."""
    setup = FakeClient([answer(200), answer(200, headers=[("ETag", "e")])])
    stored = trial(FakeClient([answer(200)]), setup).given.object("k")
    assert stored.key == "p/k"
    with pytest.raises(SetupError, match="without an ETag") as raised:
        _ = stored.etag
    assert raised.value.answer is not None


@pytest.mark.parametrize("head", [answer(200), answer(404, "NoSuchKey")])
def test_setup_that_nobody_tells_an_etag_of_is_refused(head: Answer) -> None:
    """An endpoint that answers 200 with nothing stored nothing."""
    setup = FakeClient([answer(200), head])
    with pytest.raises(SetupError, match="PutObject answered 200 without an ETag"):
        trial(FakeClient([answer(200)]), setup).given.object("k")


def test_own_buckets_are_named_first() -> None:
    setup = FakeClient([answer(200)])
    tried = trial(FakeClient([answer(200)]), setup)
    name = tried.given.versioned_bucket()
    assert tried.bucket_names == [name]
    assert [operation for operation, _ in setup.asked] == ["CreateBucket", "PutBucketVersioning"]


def test_only_raw_makes_requests_by_hand() -> None:
    with pytest.raises(ClientCannotError, match="by hand"):
        trial(FakeClient([answer(200)])).raw("GET", "/")


def test_a_scratch_file_has_the_bytes(tmp_path: Path) -> None:
    tried = trial(FakeClient([answer(200)]), scratch=tmp_path / "new")
    assert [tried.file(b"one").read_bytes(), tried.file(b"two").read_bytes()] == [b"one", b"two"]


class TestPatience:
    """Throttling and connection trouble are asked for again, answers never."""

    def asked(self, *answers: Answer) -> tuple[int, int]:
        client = FakeClient(answers)
        got = trial(client).call("GetObject", Key="k")
        return len(client.asked), got.status

    @pytest.mark.parametrize("status", [200, 304, 400, 403, 404, 409, 412, 416, 500, 501, 502])
    def test_an_answer_is_never_asked_for_again(self, status: int) -> None:
        assert self.asked(answer(status, "InternalError")) == (1, status)

    def test_a_503_that_does_not_say_slow_down_is_an_answer(self) -> None:
        assert self.asked(answer(503, "ServiceUnavailable")) == (1, 503)

    @pytest.mark.parametrize("throttled", [THROTTLED, answer(429)])
    def test_throttling_is(self, throttled: Answer) -> None:
        assert self.asked(throttled, throttled, answer(200)) == (3, 200)

    def test_but_not_for_ever(self) -> None:
        assert self.asked(THROTTLED) == (5, 503)

    def test_a_lost_connection_is_bounded_too(self) -> None:
        assert self.asked(answer(0, lost=True)) == (CONNECTION_ATTEMPTS, 0)

    def test_a_lost_post_is_not_repeated(self) -> None:
        assert self.asked(answer(0, lost=True, method="POST")) == (1, 0)

    def test_every_attempt_is_in_the_evidence(self) -> None:
        client = FakeClient([THROTTLED, answer(200)])
        tried = trial(client)
        tried.call("GetObject", Key="k")
        assert len(tried.calls) == 2


class TestSetupDoesNoHarm:
    """What only relaxes a default is asked about before it is sent, and looked after."""

    def open(self, *answers: Answer) -> list[str]:
        setup = FakeClient(answers)
        trial(FakeClient([answer(200)]), setup).given.opened("b")
        return [operation for operation, _ in setup.asked]

    @pytest.mark.parametrize(
        "block",
        [
            answer(501, "NotImplemented"),
            answer(404, "NoSuchPublicAccessBlockConfiguration"),
            strange("<ListBucketResult> instead of <PublicAccessBlockConfiguration>"),
        ],
    )
    def test_nothing_is_deleted_where_there_is_no_block(self, block: Answer) -> None:
        assert self.open(block) == ["GetPublicAccessBlock"]

    def test_a_block_is_taken_away_and_the_bucket_looked_for(self) -> None:
        assert self.open(answer(200)) == [
            "GetPublicAccessBlock",
            "DeletePublicAccessBlock",
            "HeadBucket",
        ]

    def test_a_bucket_that_is_gone_with_it_is_said(self) -> None:
        with pytest.raises(SetupError, match="DeletePublicAccessBlock removed the whole bucket"):
            self.open(answer(200), answer(204), answer(404))

    def test_ownership_is_done_without(self) -> None:
        setup = FakeClient([answer(400, "InvalidArgument"), answer(200), answer(501, "No")])
        assert trial(FakeClient([answer(200)]), setup).given.bucket_with_acls()
        assert [sorted(members) for _, members in setup.asked] == [
            ["Bucket", "ObjectOwnership"],
            ["Bucket"],
            ["Bucket"],
        ]


class TestExpect:
    """All mismatches are kept, in words."""

    def test_every_mismatch_is_collected(self) -> None:
        tried = trial(FakeClient([answer(200, body=b"abc", headers=[("A", "1")])]))
        got = tried.call("GetObject", Key="k")
        held = [
            tried.expect.status(got, (206, 416)),
            tried.expect.header(got, "A", "2"),
            tried.expect.header(got, "B", "2"),
            tried.expect.no_header(got, "a"),
            tried.expect.body(got, b"abd"),
            tried.expect.member(got, "Contents[].Key", ["k"]),
            tried.expect.equal(1, 2, "parts"),
            tried.expect.true("", "truth"),
            tried.expect.error(got, 404, "NoSuchKey", Key="k"),
        ]
        assert not any(held)
        assert len(tried.expect.mismatches) == 11
        assert len(tried.expect.details) == 1  # the further member of the error body
        assert all(one.expected != one.actual for one in tried.expect.mismatches)

    def test_what_holds(self) -> None:
        members = {"Contents": [{"Key": "k"}], "IsTruncated": False}
        tried = trial(
            FakeClient([answer(200, body=b"abc", headers=[("ETag", '"e"')], members=members)])
        )
        got = tried.call("GetObject", Key="k")
        assert all(
            [
                tried.expect.ok(got),
                tried.expect.status(got, (200, 206)),
                tried.expect.header(got, "etag", re.compile(r'"\w"')),
                tried.expect.header(got, "ETag", lambda value: value.startswith('"')),
                tried.expect.no_header(got, "x-amz-version-id"),
                tried.expect.body(got, b"abc"),
                tried.expect.member(got, "Contents[].Key", ["k"]),
                tried.expect.member(got, "IsTruncated", False),
                tried.expect.equal([1], [1], "list"),
                tried.expect.true(1, "truth"),
            ]
        )
        assert not tried.expect.mismatches

    def test_a_number_is_no_truth_value(self) -> None:
        tried = trial(FakeClient([answer(200, members={"IsTruncated": 0})]))
        assert not tried.expect.member(tried.call("GetObject", Key="k"), "IsTruncated", False)

    def test_a_function_of_an_absent_member_is_a_mismatch(self) -> None:
        tried = trial(FakeClient([answer(200)]))
        assert not tried.expect.member(tried.call("GetObject", Key="k"), "sort(Deleted)", [])

    def test_an_error_compares_the_code_only_if_there_is_one(self) -> None:
        tried = trial(FakeClient([answer(404, "NoSuchKey", error={"Key": "p/k"})]))
        got = tried.call("GetObject", Key="k")
        assert tried.expect.error(got, 404, None)
        assert tried.expect.error(got, (404, 400), "NoSuchKey", Key=re.compile("p/.*"))
        assert not tried.expect.error(got, 404, "NoSuchBucket")
        assert not tried.expect.error(got, 404, "NoSuchKey", Resource="/p/k")

    def test_a_client_that_hides_the_failure_is_seen(self) -> None:
        hidden = answer(404, "NoSuchKey")
        hidden.succeeded = True
        tried = trial(FakeClient([hidden]))
        assert not tried.expect.error(tried.call("GetObject", Key="k"), 404, "NoSuchKey")

    def test_a_long_body_is_shown_short_with_its_first_difference(self) -> None:
        tried = trial(FakeClient([answer(200, body=b"a" * 5000 + b"b")]))
        tried.expect.body(tried.call("GetObject", Key="k"), b"a" * 5001)
        [mismatch] = tried.expect.mismatches
        assert "first difference at byte 5000" in mismatch.actual
        assert len(mismatch.actual) < 400


def test_another_client_of_the_run_is_named_in_what_is_expected() -> None:
    other = FakeClient([answer(404, "NoSuchKey")])
    trial = Trial(House(other), FakeClient([answer(200)]), Path())
    assert trial.others == ("other",)

    trial.expect.status(trial.call_by("other", "GetObject", Key="k"), 200)

    assert trial.expect.mismatches[0].what == "GetObject by other: status"
    assert other.asked == [("GetObject", {"Bucket": "shared", "Key": "p/k"})]


def test_of_very_many_calls_the_first_and_the_last_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conformance.trial.trial.MAX_CALLS_KEPT", 4)
    client = FakeClient([answer(200)])
    trial = Trial(House(client), client, Path())
    names = ("Acl", "Cors", "Logging", "Policy", "Tagging", "Website")
    for name in names:
        trial.call(f"GetBucket{name}")
    assert [call.operation.removeprefix("GetBucket") for call in trial.calls] == [
        "Acl", "Cors", "Tagging", "Website",
    ]  # fmt: skip


def versions(*answers: tuple[str, str | None]) -> Trial:
    """A trial whose setup is answered with these operations and version ids."""
    made = []
    for operation, told in answers:
        headers = [("ETag", '"e"'), *([("x-amz-version-id", told)] if told else [])]
        made.append(answer(200, operation=operation, headers=headers))
    return trial(FakeClient([answer(200)]), FakeClient(made))


def test_the_id_of_a_delete_marker_is_not_that_of_a_version() -> None:
    """By it the version would be asked for: the DeleteObject is at fault, where it is needed."""
    t = versions(("PutObject", "v1"), ("DeleteObject", "v1"))
    t.given.object("k")
    marker = t.given.call("DeleteObject", Key="k")
    with pytest.raises(MissingMemberError, match="with the id of a version, not of a marker"):
        marker.need_version_id()


@pytest.mark.parametrize(
    ("told", "members"), [("v2", {}), ("v1", {"VersionId": "v1"})], ids=["its own", "asked for"]
)
def test_an_id_that_is_right(told: str, members: dict[str, str]) -> None:
    t = versions(("PutObject", "v1"), ("DeleteObject", told))
    t.given.object("k")
    assert t.given.call("DeleteObject", Key="k", **members).need_version_id() == told


@pytest.mark.parametrize("told", ["null", None])
def test_where_nothing_has_a_number_nothing_is_repeated(told: str | None) -> None:
    t = versions(("PutObject", told), ("DeleteObject", told))
    t.given.object("k")
    assert not t.given.call("DeleteObject", Key="k").repeats_a_version
