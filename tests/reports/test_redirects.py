"""The table of redirect modes: what arrives, what does not, and what the clients said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

import reports
from conformance.model import Call, Exchange, Message, Outcome, Result, RunLog
from matrix import load_matrix
from reports.formats import redirects
from reports.formats.redirects import any_redirect, measure
from tests.reports import synthetic
from tests.reports.runs import logged, one


def asked(method: str, *statuses: int, path: str = "/s3/bck/key", stderr: str = "") -> Call:
    """A call whose exchanges were answered so; 0: no answer came."""
    return Call(
        operation="Any",
        client="any",
        stderr=stderr,
        exchanges=tuple(
            Exchange(
                url="http://store.example.com:9000",
                request=Message(f"{method} {path} HTTP/1.1"),
                response=Message(f"HTTP/1.1 {status} X") if status else None,
                note=None if status else "no answer came",
            )
            for status in statuses
        ),
    )


def result(client: str, number: int, *calls: Call) -> Result:
    row = load_matrix().rows["get-object"]
    return synthetic.result(row, f"check_{number}", client, Outcome.PASS, calls=calls)


def log(path: Path, calls: dict[str, Sequence[Call]], label: str = "default") -> RunLog:
    results = [result(name, 1, *made) for name, made in calls.items()]
    return synthetic.write_log(path, results, clients=dict.fromkeys(calls, "1"), generation=label)


def test_each_verdict(tmp_path: Path) -> None:
    measured = measure(
        log(
            tmp_path / "log.jsonl",
            {
                "follows": [asked("GET", 307, 200), asked("PUT", 307, 403)],
                "stays": [asked("GET", 307), asked("PUT", 307, stderr="first\nTemporaryRedirect")],
                "lost": [asked("GET", 307, 0, stderr="Name or service not known")],
                "heads": [asked("HEAD", 200), asked("GET", 307), asked("PUT", 404, 307)],
                "some": [asked("GET", 307, 200), asked("GET", 307)],
                "early": [asked("GET", 307), asked("GET", 404)],
                "direct": [asked("GET", 200), asked("PUT", 500)],
                "buckets": [asked("GET", 307, path="/s3/bck"), asked("GET", 307, path="/s3/")],
            },
        )
    )
    assert {name: one.verdict for name, one in measured.items()} == {
        "follows": "works",
        "stays": "fails",
        "lost": "fails",
        "heads": "only HEAD",
        "some": "GET 1 of 2",
        "early": "fails",
        "direct": "works",
        "buckets": "—",
    }
    assert measured["lost"].words == "Name or service not known"
    assert measured["stays"].words == "the redirect is the answer"


def test_setup_is_not_counted(tmp_path: Path) -> None:
    setup = msgspec.structs.replace(asked("GET", 307, 200), purpose="setup")
    assert not any_redirect([log(tmp_path / "log.jsonl", {"raw": [setup]})])


def test_modes_stand_side_by_side(tmp_path: Path) -> None:
    logs = [
        log(tmp_path / "1.jsonl", {"boto3": [asked("GET", 307, stderr="Redirect")]}),
        log(tmp_path / "2.jsonl", {"boto3": [asked("GET", 200)]}, "reverse-proxy"),
    ]
    lines = reports.render("redirects", logs).splitlines()
    assert "| client | store.example.com · default | store.example.com · reverse-proxy |" in lines
    assert "| boto3 | fails[^redirects-1] | works |" in lines
    assert "| *requests redirected* | 1 of 1 | 0 of 1 |" in lines
    assert "[^redirects-1]: `Redirect`" in lines


def test_it_is_written_unasked_only_where_there_is_a_redirect(tmp_path: Path) -> None:
    fits = reports.formats()["redirects"].fits
    assert fits is not None
    assert not fits([log(tmp_path / "1.jsonl", {"boto3": [asked("GET", 200)]})])
    assert fits([log(tmp_path / "2.jsonl", {"boto3": [asked("GET", 307)]})])


@pytest.mark.parametrize(
    ("addressing", "url", "line", "of_object"),
    [
        ("path", "http://h", "GET /b/k HTTP/1.1", True),
        ("path", "http://h", "GET /b HTTP/1.1", False),
        ("path", "http://h", "GET /b/?list-type=2&prefix=a/b HTTP/1.1", False),
        ("path", "http://h/s3/", "GET /s3/b HTTP/1.1", False),
        ("path", "http://h/s3", "GET /s3/b/k HTTP/1.1", True),
        ("virtual", "http://h", "GET /k HTTP/1.1", True),
        ("virtual", "http://h", "GET /?acl HTTP/1.1", False),
        ("path", "http://h", "GET", False),
    ],
)
def test_which_requests_are_for_objects(
    addressing: str, url: str, line: str, of_object: bool, tmp_path: Path
) -> None:
    log = logged(tmp_path, one("a", Outcome.PASS), addressing=addressing, url=url)
    call = Call("GetObject", exchanges=(Exchange(url, Message("GET /x/y/z"), None),
                                        Exchange(url, Message(line))))  # fmt: skip

    assert redirects._asks_for_object(log, call) is of_object
