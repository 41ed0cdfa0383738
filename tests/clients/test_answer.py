"""An answer by itself: what is read from it, and what a check cannot take from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clients.base import (
    Answer,
    ClientCannotError,
    MissingMemberError,
    UnreadableError,
)
from tests.conformance.fakes import FakeClient, answer


@pytest.mark.parametrize(
    ("status", "good"), [(0, False), (199, False), (200, True), (299, True), (300, False)]
)
def test_a_success_is_2xx(status: int, good: bool) -> None:
    assert answer(status).good is good


def test_an_answer_that_did_not_come() -> None:
    none = Answer("GetObject", "raw")

    assert (none.status, none.good, none.succeeded, none.body) == (0, False, False, None)
    assert (none.for_checks, none.by, none.strange, none.code) == (False, "", None, None)
    assert (none.exchanges, none.output, none.complaint, none.of_a_look) == ((), "", "", False)
    assert none.asked("Host") is None
    assert none.shows_codes
    assert none.beyond("body", "x") is None


def test_headers_have_no_case_and_repeated_ones_are_joined() -> None:
    got = answer(200, headers=[("ETag", '"e"'), ("X-A", "1"), ("x-a", "2")])

    assert (got.headers["etag"], got.headers.get("X-a"), len(got.headers)) == ('"e"', "1, 2", 2)
    assert got.headers.get("none") is None


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("", ""),
        ("one\ntwo\n", "two"),
        ("one\n  two  \n-----\n\n", "two"),
        ("Problem: TypeError: x\nand more\n", "Problem: TypeError: x"),
        ("!!!!\n", ""),
    ],
)
def test_the_line_in_which_a_program_complains(stderr: str, said: str) -> None:
    assert answer(0, stderr=stderr).complaint == said


@pytest.mark.parametrize(
    ("method", "operation", "look"),
    [
        ("HEAD", "GetObject", True),
        ("HEAD", "HeadObject", False),
        ("GET", "GetObject", False),
    ],
)
def test_a_client_that_looks_first(method: str, operation: str, look: bool) -> None:
    assert answer(404, method=method, operation=operation).of_a_look is look


def test_members_of_what_cannot_be_read() -> None:
    good = answer(200, members={"A": 1})
    bad = answer(404, "NoSuchKey", members={"A": 1})
    bare = answer(500)
    strange = answer(200, members={"A": 1})
    strange.strange = "another document"
    assert [one.members for one in (good, bad, strange)] == [{"A": 1}] * 3
    for one in (good, bad, bare, strange):
        one.for_checks = True
    assert good.members == {"A": 1}
    for one, why in (
        (bad, "GetObject answered 404: NoSuchKey, so there is nothing to read"),
        (bare, "GetObject answered 500: no success, so there is nothing to read"),
        (strange, "GetObject answered 200: another document"),
    ):
        with pytest.raises(UnreadableError) as unreadable:
            one.members  # noqa: B018 - that it raises is the test
        assert str(unreadable.value) == why
    good.members = {"B": 2}
    assert good.parsed == {"B": 2}


def test_what_a_check_needs() -> None:
    got = answer(200, members={"A": 0, "B": None}, headers=[("ETag", '"e"'), ("X", "")])
    strange = answer(200, members={"A": 0})
    strange.strange = "another document"
    assert (got.need("A"), got.need_etag(), got.need_header("etag")) == (0, '"e"', '"e"')
    listed = answer(200, members={"Parts": [{"ETag": '"p"'}, {"Size": 1}]})
    assert (listed.need("Parts[0].ETag"), listed.need("Parts[1].Size")) == ('"p"', 1)
    for work, why in (
        (lambda: listed.need("Parts[1].ETag"), "GetObject answered 200 without Parts[1].ETag"),
        (lambda: listed.need("Parts[2].Size"), "GetObject answered 200 without Parts[2].Size"),
        (lambda: got.need("B"), "GetObject answered 200 without B"),
        (lambda: got.need("C"), "GetObject answered 200 without C"),
        (lambda: got.need_header("X"), "GetObject answered 200 without X"),
        (lambda: answer(200).need_etag(), "GetObject answered 200 without ETag"),
        (lambda: strange.need("A"), "GetObject answered 200: another document"),
        (
            lambda: answer(404, "NoSuchKey", members={"A": 1}).need("A"),
            "GetObject answered 404 NoSuchKey without A",
        ),
        (lambda: answer(0).need("A"), "GetObject answered nothing without A"),
    ):
        with pytest.raises(MissingMemberError) as missing:
            work()
        assert str(missing.value) == why


@pytest.mark.parametrize(("version", "good"), [("v1", True), ("null", False), ("", False)])
def test_a_version_that_a_check_needs(version: str, good: bool) -> None:
    got = answer(200, headers=[("x-amz-version-id", version)])

    if good:
        assert got.need_version_id() == version
    else:
        with pytest.raises(MissingMemberError, match="version"):
            got.need_version_id()


def test_what_a_client_cannot_unless_it_says_so() -> None:
    client = FakeClient([answer(200)])
    for work, why in (
        (lambda: client.cli(["a", "b"]), r"fake has no command line \('a b'\)"),
        (lambda: client.presign("GetObject", {}, 1), "fake makes no presigned URLs"),
        (lambda: client.open("http://x"), "fake opens no URLs"),
        (client.fetch, "fake is not fetched: pip install s3compat"),
    ):
        with pytest.raises(ClientCannotError, match=why):
            work()
    assert (client.cli_mode, client.scratch) == ("warm", Path())
    assert (client.family, client.usual, client.copies_acls, client.like) == (
        "others",
        True,
        False,
        "",
    )
