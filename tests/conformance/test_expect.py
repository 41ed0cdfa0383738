"""What each expectation says where it holds and where it does not, and what counts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conformance.clients.base import Answer, ClientCannotError
from conformance.trial.expect import DECIDED_BY, SHOWN, Expect, show, that
from tests.conformance.fakes import answer


def seen(expect: Expect) -> list[tuple[str, str, str, bool, bool]]:
    return [(one.what, one.expected, one.actual, one.ok, one.wording) for one in expect.seen]


@pytest.fixture
def expect() -> Expect:
    return Expect()


def starts_with_e(value: str) -> bool:
    """An e at its start."""
    return value.startswith("e")


HEADERS = answer(200, headers=[("ETag", "e1"), ("Twice", "1"), ("Twice", "2"),
                               ("Same", "s"), ("Same", "s")])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected", "held", "shown", "actual"),
    [
        ("etag", "e1", True, "e1", "e1"),
        ("ETag", "e", False, "e", "e1"),
        ("ETag", re.compile("e."), True, "matches e.", "e1"),
        ("ETag", re.compile("e"), False, "matches e", "e1"),  # a pattern is for all of it
        ("ETag", starts_with_e, True, "An e at its start.", "e1"),
        ("Twice", starts_with_e, False, "An e at its start.", "1, 2"),
        ("ETag", lambda _: False, False, "what the check's condition holds for", "e1"),
        ("ETag", that("no e", lambda _: False), False, "no e", "e1"),
        ("Twice", "1, 2", True, "1, 2", "1, 2"),
        ("Twice", "1", False, "1", "1, 2"),
        ("Same", "s", True, "s", "s"),
        ("None", "x", False, "x", "absent"),
        ("None", re.compile(".*"), False, "matches .*", "absent"),
    ],
)
def test_a_header(
    expect: Expect, name: str, expected: Any, held: bool, shown: str, actual: str
) -> None:
    assert expect.header(HEADERS, name, expected) is held
    assert seen(expect) == [(f"GetObject: header {name}", shown, actual, held, False)]


def test_no_header(expect: Expect) -> None:
    assert expect.no_header(HEADERS, "Other")
    assert not expect.no_header(HEADERS, "etag")
    assert [one[1:4] for one in seen(expect)] == [
        ("absent", "absent", True),
        ("absent", "e1", False),
    ]


MEMBERS = {"Key": "k", "Count": 1, "Done": True, "Parts": [{"N": 1}, {"N": 2}]}


@pytest.mark.parametrize(
    ("path", "expected", "held", "actual"),
    [
        ("Key", "k", True, "k"),
        ("Key", re.compile("k+"), True, "k"),
        ("Key", re.compile("kk"), False, "k"),
        ("Count", re.compile("1"), False, "1"),  # a pattern is for text
        ("Count", 1, True, "1"),
        ("Count", True, False, "1"),
        ("Done", True, True, "True"),
        ("Done", 1, False, "True"),
        ("Count", lambda number: number > 0, True, "1"),
        ("Count", lambda number: number > 1, False, "1"),
        ("Parts[].N", [1, 2], True, "[1, 2]"),
        ("None", None, True, "absent"),
        ("None", "x", False, "absent"),
        ("sort(None)", [], False, "absent"),
    ],
)
def test_a_member(expect: Expect, path: str, expected: Any, held: bool, actual: str) -> None:
    got = answer(200, members=MEMBERS)
    assert expect.member(got, path, expected) is held
    assert [(one[0], one[2], one[3]) for one in seen(expect)] == [
        (f"GetObject: {path}", actual, held)
    ]


@pytest.mark.parametrize(
    ("given", "expected", "held", "wording"),
    [
        (answer(404, "NoSuchKey"), (404, "NoSuchKey"), True, None),
        (answer(400, "NoSuchKey"), (404, "NoSuchKey"), False, None),  # clients decide by 404
        (answer(404, "NoSuchKey"), (400, "NoSuchKey"), False, None),
        (answer(400, "Odd"), (405, "Odd"), True, "400 Odd"),  # by neither of these
        (answer(400, "Odd"), ((405, 409), "Odd"), True, "400 Odd"),
        (answer(409, "Odd"), ((405, 409), "Odd"), True, None),
        (answer(500, "Odd"), (501, "Odd"), False, None),
        (answer(400, "Other"), (405, "Odd"), False, None),
        (answer(400), (405, None), False, None),
        (answer(405), (405, None), True, None),
        (answer(200), (405, None), False, None),
    ],
)
def test_an_error(given: Answer, expected: Any, held: bool, wording: str | None) -> None:
    expect = Expect()
    expect.error(given, *expected)
    assert (expect.mismatches == []) is held
    assert [one.actual for one in expect.details] == ([] if wording is None else [wording])
    strict = Expect(strict=True)
    strict.error(given, *expected)
    assert (strict.mismatches == []) is (held and wording is None)
    assert strict.details == []


@pytest.mark.parametrize("status", sorted(DECIDED_BY))
def test_statuses_that_clients_decide_by_are_behaviour(status: int) -> None:
    for given, wanted in ((status, 400), (400, status)):
        expect = Expect()
        assert not expect.error(answer(given, "Code"), wanted, "Code")
        assert expect.mismatches


@pytest.mark.parametrize(("values", "held"), [(("1", "1"), True), (("1", "2"), False)])
def test_a_header_that_is_sent_twice_with_one_value_is_that_value(
    expect: Expect, values: tuple[str, str], held: bool
) -> None:
    got = answer(200, headers=[("x-amz-request-id", value) for value in values])
    assert expect.header(got, "x-amz-request-id", "1") is held


def test_members_of_an_error_are_wording_and_one_that_is_acted_on_is_not(expect: Expect) -> None:
    got = answer(404, "NoSuchKey", error={"Key": "k", "Region": "r"})
    assert expect.error(got, 404, "NoSuchKey", Key=re.compile("k"))
    assert not expect.error(got, 404, "NoSuchKey", Key="other", Absent="x")
    assert expect.mismatches == []
    assert [(one.what, one.actual) for one in expect.details] == [
        ("GetObject: error member Key", "k"),
        ("GetObject: error member Absent", "absent"),
    ]
    assert expect.error_member(got, "Region", "r")
    assert not expect.error_member(got, "Region", "other")
    assert [one.what for one in expect.mismatches] == ["GetObject: error member Region"]


def test_a_message_is_wording(expect: Expect) -> None:
    got = answer(404, "NoSuchKey")
    got.message = "Not there."
    assert expect.message(got, "Not there.")
    assert not expect.message(got, "Gone.")
    assert (len(expect.mismatches), len(expect.details)) == (0, 1)


@pytest.mark.parametrize(
    ("status", "held", "details"),
    [(204, True, 0), (200, True, 1), (301, False, 0), (404, False, 0), (0, False, 0)],
)
def test_which_success_it_is_is_wording(
    expect: Expect, status: int, held: bool, details: int
) -> None:
    assert expect.success(answer(status), 204) is held
    assert (expect.mismatches == [], len(expect.details)) == (held, details)


def test_what_wording_is_asked_for_is_noted_beside_the_rest(expect: Expect) -> None:
    assert not expect.wording.header(HEADERS, "ETag", "other")
    assert not expect.header(HEADERS, "ETag", "other")
    assert [one.wording for one in expect.seen] == [True, False]
    assert len(expect.mismatches) == len(expect.details) == 1


@pytest.mark.parametrize(
    ("succeeded", "stderr", "report"),
    [
        (True, "", "success"),
        (False, "", "failure"),
        (False, "warning\nboom\n", "failure: boom"),
    ],
)
def test_ok_is_the_wire_and_the_clients_own_report(
    expect: Expect, succeeded: bool, stderr: str, report: str
) -> None:
    got = answer(200, stderr=stderr)
    got.succeeded = succeeded
    assert expect.ok(got) is succeeded
    assert seen(expect)[-1] == (
        "GetObject: fake's own report", "success", report, succeeded, False
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "shown"),
    [(answer(200), "200"), (answer(404, "NoSuchKey"), "404 NoSuchKey"), (answer(0), "no answer")],
)
def test_a_status_is_shown_with_its_code(expect: Expect, given: Answer, shown: str) -> None:
    assert expect.status(given, (206, 416)) is False
    assert seen(expect) == [("GetObject: status", "206 or 416", shown, False, False)]
    [noted] = expect.noted
    assert (noted.expectation.operation, noted.expectation.answered) == ("GetObject", shown)
    assert noted.answer is given


def test_what_is_kept_counts_as_looked_for_and_only_what_is_gone_as_lost(expect: Expect) -> None:
    assert not expect.looked_for_loss
    assert expect.kept(True, "object a", "still as it was", lost=True)
    assert expect.looked_for_loss
    assert not expect.kept(False, "object b", "500", lost=False)
    assert expect.losses == []
    assert not expect.kept(False, "object c", "gone", lost=True)
    assert [one.what for one in expect.losses] == ["object c"]


def test_what_the_client_cannot_show_is_no_failure_of_the_endpoint(
    expect: Expect, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = answer(200)
    monkeypatch.setattr(Answer, "beyond", lambda _self, what, _expected: f"cannot show {what}")
    with pytest.raises(ClientCannotError, match="cannot show header ETag"):
        expect.header(got, "ETag", "e")
    assert expect.wording.header(got, "ETag", "e")
    assert expect.seen == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * SHOWN, "x" * SHOWN),
        ("x" * (SHOWN + 1), f"'{'x' * (SHOWN - 1)}… ({SHOWN + 3} characters)"),
        ("", "''"),
        ("a\n", "'a\\n'"),
        (b"x" * (SHOWN // 4), repr(b"x" * (SHOWN // 4))),
        (b"x" * (SHOWN // 4 + 1), f"{SHOWN // 4 + 1} bytes {b'x' * (SHOWN // 8)!r}…"),
        ([1], "[1]"),
    ],
)
def test_a_value_is_shown_short(value: Any, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize(
    ("actual", "expected", "at"),
    [
        (b"a" * 200, b"a" * 200, None),
        (b"b" + b"a" * 200, b"a" * 200, 0),
        (b"a" * 150 + b"b", b"a" * 151, 150),
        (b"a" * 150, b"a" * 151, 150),
        (b"a" * 152, b"a" * 151, 151),
        (b"a" * 100, b"b", None),  # short enough to be shown whole
        (b"a" * 101, b"b", 0),
    ],
)
def test_a_body_is_shown_with_its_first_difference(
    expect: Expect, actual: bytes, expected: bytes, at: int | None
) -> None:
    expect.body(answer(200, body=actual), expected)
    shown = expect.seen[0].actual
    assert (f"(first difference at byte {at})" in shown) is (at is not None)
    assert ("first difference" in shown) is (at is not None)


def test_nothing_delivered_is_said(expect: Expect) -> None:
    assert not expect.body(answer(200), b"")
    assert expect.seen[0].actual == "nothing delivered"


def test_a_client_that_reports_a_success_where_an_error_came(expect: Expect) -> None:
    got = answer(404, "NoSuchKey")
    assert expect.error(got, 404, "NoSuchKey")
    got.succeeded = True
    assert not expect.error(got, 404, "NoSuchKey")
    assert seen(expect)[-1] == ("GetObject: fake's own report", "failure", "success", False, False)


def test_what_is_looked_at_belongs_to_a_success(expect: Expect) -> None:
    """Unless it was said that another status is expected: of this answer, and of no other."""
    failed, other = answer(404, "NoSuchKey"), answer(404, "NoSuchKey")
    expect.status(other, 404)
    expect.header(failed, "ETag", "e")
    assert ("GetObject: status", "2xx", "404 NoSuchKey", False, False) in seen(expect)
    before = len(expect.seen)
    expect.header(other, "ETag", "e")
    assert [one.what for one in expect.seen[before:]] == ["GetObject: header ETag"]


def test_a_condition_is_told_as_it_is(expect: Expect) -> None:
    assert expect.true([1], "some")
    assert not expect.true([], "none")
    assert seen(expect) == [
        ("some", "true", "true", True, False),
        ("none", "true", "false", False, False),
    ]


def test_the_root_of_another_name_is_wording_and_said_once(expect: Expect) -> None:
    got = answer(200, members={"UploadId": "u"})
    got.misnamed = "<Parts> instead of <ListPartsResult>"

    assert expect.ok(got)
    assert expect.member(got, "UploadId", "u")

    said = [one for one in seen(expect) if one[0].endswith("root element")]
    assert [one[1:] for one in said] == [("<ListPartsResult>", "<Parts>", False, True)]
    assert not expect.mismatches
    assert len(expect.details) == 1
