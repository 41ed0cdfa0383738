"""Recorded bytes become exchanges, whatever the bytes are."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from conformance.evidence.exchanges import KEPT, Recorded, describe_body, read_exchanges
from conformance.evidence.recorder import ENDED, OPENED, RECEIVED, SENT, TROUBLE, Event

GET = b"GET /b/k HTTP/1.1\r\nHost: h\r\nX-Odd-Case: 1\r\n\r\n"
PUT = b"PUT /b/k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "x"\r\nETag: "y"\r\n\r\nhi'


def read(*steps: tuple[bytes, bytes]) -> list[Recorded]:
    events = [Event(OPENED, 1, 1.0, b"http://h:80")]
    events += [Event(kind, 1, 1.0 + number, data) for number, (kind, data) in enumerate(steps)]
    return read_exchanges(events)


def test_one_exchange() -> None:
    (one,) = read((SENT, GET), (RECEIVED, OK))
    exchange = one.exchange
    assert exchange.request.start_line == "GET /b/k HTTP/1.1"
    assert exchange.request.headers[1] == ("X-Odd-Case", "1")
    assert exchange.response is not None
    assert exchange.response.start_line == "HTTP/1.1 200 OK"
    assert exchange.response.headers[1:] == (("ETag", '"x"'), ("ETag", '"y"'))
    assert (exchange.url, exchange.started, exchange.milliseconds) == ("http://h:80", 1.0, 1000.0)
    assert (one.response_body, exchange.note) == (b"hi", None)


@pytest.mark.parametrize("seed", range(20))
def test_the_same_however_it_was_cut(seed: int) -> None:
    chance = random.Random(seed)
    sent, received = GET + PUT + b"hello" + GET, OK + OK + OK

    def cut(data: bytes, kind: bytes) -> list[tuple[bytes, bytes]]:
        marks = sorted(chance.sample(range(1, len(data)), 9))
        return [(kind, data[a:b]) for a, b in pairwise([0, *marks, len(data)])]

    found = read(*cut(sent, SENT), *cut(received, RECEIVED))
    assert [one.exchange.request.start_line[:3] for one in found] == ["GET", "PUT", "GET"]
    assert [one.response_body for one in found] == [b"hi"] * 3
    assert found[1].exchange.request.body.text == "hello"


def test_interim_answers() -> None:
    (one,) = read(
        (SENT, PUT), (RECEIVED, b"HTTP/1.1 100 Continue\r\n\r\n"), (SENT, b"hello"), (RECEIVED, OK)
    )
    assert [message.start_line for message in one.exchange.interim] == ["HTTP/1.1 100 Continue"]
    assert one.exchange.request.body.text == "hello"
    assert one.exchange.response is not None and one.exchange.response.complete


INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"


def test_an_interim_answer_and_then_a_close_is_no_answer() -> None:
    (one,) = read((SENT, PUT), (RECEIVED, INTERIM), (SENT, b"hello"), (ENDED, b""))
    assert [message.start_line for message in one.exchange.interim] == ["HTTP/1.1 100 Continue"]
    assert one.exchange.request.body.text == "hello"
    assert (one.exchange.response, one.exchange.note) == (None, "no answer came")


@pytest.mark.parametrize("together", [True, False], ids=["in one piece", "apart"])
@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\nETag: x\r\n\r\nbody",
        b"HTTP/1.1 2000 OK\r\nETag: x\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nBad Header: x\r\nETag: x\r\n\r\nbody",
    ],
)
def test_what_h11_refuses_after_an_interim_answer_is_shown(answer: bytes, together: bool) -> None:
    pieces = [INTERIM + answer] if together else [INTERIM, answer]
    (one,) = read((SENT, PUT + b"hello"), *((RECEIVED, piece) for piece in pieces), (ENDED, b""))
    assert [message.start_line for message in one.exchange.interim] == ["HTTP/1.1 100 Continue"]
    assert one.exchange.response is not None
    assert one.exchange.response.start_line == answer.split(b"\r\n")[0].decode()
    assert ("ETag", "x") in one.exchange.response.headers
    assert one.response_body == b"body"
    assert (one.exchange.note or "").startswith("not HTTP as h11 reads it: ")


def test_a_head_cut_off_after_an_interim_answer_is_shown() -> None:
    (one,) = read((SENT, PUT + b"hello"), (RECEIVED, INTERIM + b"HTTP/1.1 20"), (ENDED, b""))
    assert one.exchange.response is not None
    assert one.exchange.response.start_line == "HTTP/1.1 20"


def test_an_answer_before_the_request_is_whole() -> None:
    refused = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    (one,) = read((SENT, PUT), (RECEIVED, refused), (ENDED, b""))
    assert not one.exchange.request.complete
    assert one.exchange.response is not None
    assert one.exchange.response.start_line == "HTTP/1.1 403 Forbidden"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_answers_without_a_body(status: str) -> None:
    empty = f"HTTP/1.1 {status}\r\n\r\n".encode()
    found = read((SENT, GET), (RECEIVED, empty), (SENT, GET), (RECEIVED, OK))
    assert [one.response_body for one in found] == [b"", b"hi"]


def test_an_answer_to_head_declares_a_body_it_has_not() -> None:
    head = GET.replace(b"GET", b"HEAD")
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    found = read((SENT, head), (RECEIVED, answer), (SENT, GET), (RECEIVED, OK))
    assert [one.exchange.note for one in found] == [None, None]
    assert [one.response_body for one in found] == [b"", b"hi"]


def test_chunked_with_trailers() -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2;x=y\r\nhi\r\n0\r\nx-amz-checksum-crc32: abc\r\n\r\n"
    )
    (one,) = read((SENT, GET), (RECEIVED, answer))
    assert one.response_body == b"hi"
    assert one.exchange.response is not None
    assert one.exchange.response.headers[-1] == ("x-amz-checksum-crc32", "abc")


def test_a_body_that_ends_with_the_connection() -> None:
    (one,) = read((SENT, GET), (RECEIVED, b"HTTP/1.0 200 OK\r\n\r\nhello"), (ENDED, b""))
    assert (one.response_body, one.exchange.note) == (b"hello", None)


def test_truncated_no_answer_and_trouble_are_noted() -> None:
    (cut,) = read((SENT, GET), (RECEIVED, OK[:-1]), (ENDED, b""))
    assert cut.exchange.response is not None and not cut.exchange.response.complete
    assert cut.response_body == b"h"
    assert cut.exchange.note
    (none,) = read((SENT, GET), (ENDED, b""))
    assert (none.exchange.response, none.exchange.note) == (None, "no answer came")
    (reset,) = read((SENT, GET), (TROUBLE, b"ConnectionResetError: reset"))
    assert reset.exchange.note == "ConnectionResetError: reset"
    (half,) = read((SENT, GET), (RECEIVED, b"HTTP/1.1 20"), (ENDED, b""))
    assert half.exchange.response is not None
    assert half.exchange.response.start_line == "HTTP/1.1 20"


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nBad Header: x\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody",
    ],
)
def test_what_h11_refuses_is_shown_with_a_note(answer: bytes) -> None:
    (one,) = read((SENT, GET), (RECEIVED, answer), (ENDED, b""))
    assert one.exchange.response is not None
    assert one.exchange.response.start_line == answer.split(b"\r\n")[0].decode()
    assert one.response_body == b"body"
    assert (one.exchange.note or "").startswith("not HTTP as h11 reads it: ")


HEAD = GET.replace(b"GET", b"HEAD", 1)
REFUSED = b"HTTP/1.1 %s X\r\nBad Header: x\r\n%s\r\n"
LENGTH = b"Content-Length: 4\r\n"


@pytest.mark.parametrize(
    ("asked", "status", "headers", "body"),
    [
        (GET, b"200", LENGTH, b"body"),
        (GET, b"200", LENGTH + LENGTH, b"body"),
        (GET, b"204", LENGTH, b""),
        (GET, b"304", LENGTH, b""),
        (HEAD, b"200", LENGTH, b""),
    ],
)
@pytest.mark.parametrize("cut", [0, 20, 60, 64])
def test_an_answer_after_one_that_h11_refuses_is_shown(
    asked: bytes, status: bytes, headers: bytes, body: bytes, cut: int
) -> None:
    """Wherever the bytes were cut; with ``cut`` 0 they came at once."""
    answers = REFUSED % (status, headers) + body + OK
    pieces = [(RECEIVED, piece) for piece in (answers[:cut], answers[cut:]) if piece]
    first, second = read((SENT, asked + GET), *pieces)

    assert first.exchange.response is not None and second.exchange.response is not None
    assert first.exchange.response.start_line == f"HTTP/1.1 {status.decode()} X"
    assert first.exchange.response.complete
    assert first.response_body == body
    assert "illegal header line" in (first.exchange.note or "")
    assert (second.response_body, second.exchange.note) == (b"hi", None)


@pytest.mark.parametrize(
    "headers", [b"", b"Content-Length: x\r\n", LENGTH + b"Content-Length: 5\r\n", LENGTH]
)
def test_where_an_answer_that_h11_refuses_ends_is_known_by_its_length(headers: bytes) -> None:
    """Without one, all that comes is its body, and it never came to its end."""
    head = REFUSED % (b"200", headers)
    (one,) = read((SENT, GET), (RECEIVED, head + b"bo"), (RECEIVED, b"d"), (ENDED, b""))

    assert one.exchange.response is not None
    assert not one.exchange.response.complete
    assert one.response_body == b"bod"
    assert (one.exchange.note or "").endswith("; the connection ended before the answer did")


def test_a_request_h11_refuses_is_shown_too() -> None:
    (one,) = read((SENT, b"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n"), (RECEIVED, OK))
    assert one.exchange.request.headers == (("Bad Name", "x"),)
    assert one.exchange.response is not None
    assert one.exchange.response.start_line == "HTTP/1.1 200 OK"


def test_a_long_body_is_cut_inside_no_character() -> None:
    text = "x" + "é" * KEPT
    body = text.encode()
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    (one,) = read((SENT, GET), (RECEIVED, answer))
    assert one.response_body == body
    assert one.exchange.response is not None
    kept = one.exchange.response.body
    assert (kept.size, kept.truncated) == (len(body), True)
    assert kept.text is not None and text.startswith(kept.text)
    assert kept.sha256 is not None


def test_random_bytes_never_break_it() -> None:
    chance = random.Random(7)
    for _ in range(300):
        steps = [
            (
                chance.choice([SENT, RECEIVED, ENDED, TROUBLE]),
                chance.choice([GET, OK, PUT, chance.randbytes(30), b"\r\n", b"HTTP/1.1 200"]),
            )
            for _ in range(chance.randrange(8))
        ]
        steps = [(kind, b"" if kind == ENDED else data) for kind, data in steps]
        for one in read(*steps):
            assert one.exchange.url == "http://h:80"


WORDS = "aé€😀"  # characters of one, two, three and four bytes


@pytest.mark.parametrize("length", range(len(WORDS.encode()) + 1))
def test_a_text_that_was_cut_inside_a_character_is_still_text(length: int) -> None:
    whole = WORDS.encode()
    body = describe_body(whole[:length], len(whole))
    expected = "".join(
        char for at, char in enumerate(WORDS) if len(WORDS[: at + 1].encode()) <= length
    )
    assert (body.size, body.truncated) == (len(whole), length < len(whole))
    assert body.base64 is None
    assert body.text == (expected if length else None)


def test_a_whole_text_that_ends_inside_a_character_is_none() -> None:
    body = describe_body("é".encode()[:1], 1, "digest")
    assert (body.text, body.base64, body.truncated, body.sha256) == (None, "ww==", False, "digest")


def test_bytes_that_are_no_text_are_kept_as_base64() -> None:
    body = describe_body(b"\xff" * 10, 20)
    assert (body.size, body.text, body.truncated) == (20, None, True)
    assert body.base64 == "/////////////w=="
