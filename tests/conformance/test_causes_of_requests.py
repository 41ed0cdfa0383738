"""Causes by what a request sent: its conditions, and keys that file systems cannot keep."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Call, Result
from tests.conformance.test_causes import found
from tests.conformance.test_misread import asked, failed
from tests.conformance.test_nowhere import keys, passed

# Elsewhere the server keeps to conditions of reads; so those below are faults of their own.
HEEDED = passed("conditional-read.ok", held=("GetObject", "304", "304"))


def unheeded(check: str, *calls: Call, expected: str = "304") -> Result:
    """GETs answered 200, each with its status looked at; only of the first was 304 expected."""
    one = failed(check, *calls, expected=expected)
    [status] = one.expectations
    more = (msgspec.structs.replace(status, expected="200", ok=True) for _ in calls[1:])
    return msgspec.structs.replace(one, expectations=(status, *more))


def read(*headers: str) -> Call:
    sent = tuple((name, "x") for name in headers)
    return asked("GetObject", "GET /b/k", 200, headers=sent)


def test_two_conditions_that_are_not_heeded_are_two_causes() -> None:
    told = keys(
        unheeded("conditional-read.date", read("If-Modified-Since")),
        unheeded("conditional-read.etag", read("If-None-Match")),
        unheeded("conditional-read.both", read("If-None-Match", "If-Modified-Since")),
        HEEDED,
    )

    assert told == {
        "conditional-read.date": "accepts-on/If-Modified-Since/304",
        "conditional-read.etag": "accepts-on/If-None-Match/304",
        "conditional-read.both": "accepts-on/If-Modified-Since and If-None-Match/304",
    }


def test_of_two_calls_that_were_answered_alike_the_one_that_was_judged_is_named() -> None:
    one = unheeded("conditional-read.then", read("If-Modified-Since"), read("If-Unmodified-Since"))

    [cause] = found(one, HEEDED)

    assert cause.key == "accepts-on/If-Modified-Since/304"
    assert cause.title == "If-Modified-Since: the server accepts what S3 refuses (S3 answers 304)"


def kept(check: str, *targets: str, status: int = 500) -> Result:
    """Keys are written; the last of them was refused."""
    *before, last = targets
    calls = [asked("PutObject", f"PUT {target}", 200) for target in before]
    refused = asked("PutObject", f"PUT {last}", status)
    return failed(check, *calls, refused, expected="2xx", answered=str(status))


LONG = "k" * 256


@pytest.mark.parametrize(
    ("targets", "key"),
    [
        (("/b/a", "/b/a/b"), "key/folder/500"),
        (("/b/a/b", "/b/a"), "key/folder/500"),
        (("/b/a/", "/b/a/b/c"), "key/folder/500"),
        (("/b/a", "/b/ab"), "server-fails/PutObject/500"),
        (("/b/a", "/c/a/b"), "server-fails/PutObject/500"),
        ((f"/b/x/{LONG}",), "key/long-part/500"),
        ((f"/b/{'%C3%A9' * 128}",), "key/long-part/500"),  # two bytes each
        ((f"/b/{'%C3%A9' * 127}",), "server-fails/PutObject/500"),
        ((f"/b/{LONG[1:]}/{LONG[1:]}",), "server-fails/PutObject/500"),
    ],
)
def test_keys_that_file_systems_cannot_keep_are_a_cause(targets: tuple[str, ...], key: str) -> None:
    assert keys(kept("put-object.key", *targets)) == {"put-object.key": key}


def test_a_key_that_was_refused_for_its_folder_says_so() -> None:
    [cause] = found(kept("put-object.a", "/b/a", "/b/a/b", status=400))

    assert cause.title == (
        "Requests for keys where one key is the folder of another (a and a/b) are answered with 400"
    )
