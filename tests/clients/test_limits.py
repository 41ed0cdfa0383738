"""What a client cannot show is told by its own module, and is no fault of the endpoint."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import conformance.checks
from conformance.clients import library
from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.s5cmd import S5cmdClient
from conformance.model import Exchange, Message
from conformance.trial.expect import Expect

LONGER = f"bytes=8-{2**63 - 1}"


def _sent(line: str, **headers: str) -> Exchange:
    said = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(url="http://127.0.0.1", request=Message(f"{line} HTTP/1.1", said))


def _opendal(content_range: str, body: bytes | None, *, asked: str = LONGER) -> Answer:
    got = library.OpenDalClient.answers("GetObject", "opendal", status=206, body=body)
    got.exchange = _sent("GET /b/k", range=asked)
    got.headers = type(got.headers)([("Content-Range", content_range)])
    return got


def test_a_range_past_the_end_is_beyond_opendal() -> None:
    why = _opendal("bytes 8-9/10", None).beyond("body", "b'89'")
    assert why == "OpenDAL delivers nothing of a range that is longer than the object"


@pytest.mark.parametrize(
    ("content_range", "body", "asked"),
    [
        ("bytes 8-9/10", b"xx", LONGER),  # it was delivered, and is wrong
        ("bytes 8-8/10", None, LONGER),  # the endpoint sent less than there is
        ("bytes 8-9/10", None, "bytes=8-9"),  # the range is in the object
        ("", None, LONGER),
    ],
)
def test_any_other_range_is_not(content_range: str, body: bytes | None, asked: str) -> None:
    assert _opendal(content_range, body, asked=asked).beyond("body", "b'89'") is None


def test_a_key_that_is_kept_is_beyond_the_report_of_rust() -> None:
    got = library.RustClient.answers(
        "DeleteObjects", "rust", status=200, parsed={"Errors": [{"Key": "k"}]}
    )
    assert got.beyond("rust's own report", "success")
    assert got.beyond("Errors[].Key", "['k']") is None
    got.parsed = {"Deleted": [{"Key": "k"}]}
    assert got.beyond("rust's own report", "success") is None


def test_a_range_of_nothing_is_of_s5cmd() -> None:
    got = S5cmdClient.answers("GetObject", "s5cmd", status=416)
    got.exchange = _sent("GET /b/k", Range="bytes=0-52428799")
    got.wire_body = b"<Error><ActualObjectSize>7</ActualObjectSize></Error>"
    assert got.beyond("status", "2xx") is None
    got.wire_body = got.wire_body.replace(b"7", b"0")
    assert got.beyond("status", "2xx")
    got.wire_body, got.headers = b"", type(got.headers)([("Content-Range", "bytes */0")])
    assert got.beyond("status", "2xx")


def test_what_another_client_cannot_show_does_not_end_the_check() -> None:
    got = library.RustClient.answers(
        "DeleteObjects", "rust", status=200, parsed={"Errors": [{"Key": "k"}]}
    )
    with pytest.raises(ClientCannotError, match="object_store"):
        Expect().ok(got)

    got.by, expect = "rust", Expect()
    assert expect.ok(got)
    assert [one.what for one in expect.seen] == ["DeleteObjects by rust: status"]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_look_of_the_clients_own_has_no_code(method: str) -> None:
    got = Answer("GetObject", "aws-s3", status=400, exchange=_sent(f"{method} /b/k"))
    assert Expect().error(got, 400, "InvalidRequest") is (method == "HEAD")
    assert Expect(strict=True).message(got, "no such words") is (method == "HEAD")
    named = Expect(strict=True)
    named.error(got, 400, None, Key="k")
    assert any("error member Key" in one.what for one in named.seen) is (method == "GET")
    assert not Expect().error(got, 403, "AccessDenied")


def test_no_check_asks_which_client_it_is() -> None:
    """A check that leaves a client out by name would be wrong for the next one alike."""
    for path in Path(conformance.checks.__path__[0]).rglob("*.py"):
        compared = [
            node.lineno
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Compare)
            for side in (node.left, *node.comparators)
            if isinstance(side, ast.Attribute) and side.attr == "client"
        ]
        assert not compared, f"{path.name} compares a client's name in line {compared}"
