"""What `curl --trace` says becomes the recorder's events."""

from __future__ import annotations

from pathlib import Path

from conformance.evidence.curl_trace import read_trace
from conformance.evidence.exchanges import read_exchanges
from conformance.evidence.recorder import RECEIVED, SENT


def _dump(data: bytes) -> str:
    lines = []
    for at in range(0, len(data), 16):
        block = data[at : at + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in block)
        lines.append(f"{at:04x}: {block.hex(' ')} {'   ' * (16 - len(block))}{shown}\n")
    return "".join(lines)


def _block(what: str, data: bytes) -> str:
    return f"{what}, {len(data)} bytes (0x{len(data):x})\n{_dump(data)}"


def _trace(*parts: str) -> str:
    return "== Info: Connected to 127.0.0.1 (127.0.0.1) port 8080 (#0)\n" + "".join(parts)


def _read(tmp_path: Path, text: str) -> list[tuple[str, str, bytes, str | None]]:
    path = tmp_path / "trace"
    path.write_text(text, encoding="latin-1")
    return [
        (
            one.exchange.request.start_line,
            one.exchange.response.start_line if one.exchange.response else "",
            one.response_body,
            one.exchange.note,
        )
        for one in read_exchanges(read_trace(path, "http://127.0.0.1:8080/b", 1.0))
    ]


def test_requests_on_one_connection_after_a_100_continue(tmp_path: Path) -> None:
    """curl leaves out the empty line after a 100, and traces header lines one by one."""
    body = bytes(range(256))
    text = _trace(
        _block("=> Send header", b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 256\r\n\r\n"),
        _block("<= Recv header", b"HTTP/1.1 100 Continue\r\n"),
        _block("=> Send data", body),
        _block("<= Recv header", b"HTTP/1.1 200 OK\r\n"),
        _block("<= Recv header", b"Content-Length: 4\r\n"),
        _block("<= Recv header", b"\r\n"),
        _block("<= Recv data", b"done"),
        "== Info: Re-using existing connection! (#0) with host 127.0.0.1\n",
        _block("=> Send header", b"GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n"),
        _block("<= Recv header", b"HTTP/1.1 204 No Content\r\n"),
        _block("<= Recv header", b"\r\n"),
    )
    assert _read(tmp_path, text) == [
        ("PUT /b/k HTTP/1.1", "HTTP/1.1 200 OK", b"done", None),
        ("GET /b/k HTTP/1.1", "HTTP/1.1 204 No Content", b"", None),
    ]


def test_a_connection_that_breaks_is_said_so(tmp_path: Path) -> None:
    text = _trace(
        _block("=> Send header", b"GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n"),
        "== Info: Recv failure: Connection reset by peer\n",
    )
    ((line, answer, _, note),) = _read(tmp_path, text)
    assert (line, answer) == ("GET /b/k HTTP/1.1", "")
    assert note is not None and "reset by peer" in note


def test_what_is_encrypted_is_left_out(tmp_path: Path) -> None:
    text = _trace(
        _block("=> Send SSL data", b"\x17\x03\x03\x00\x05"),
        _block("=> Send header", b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        _block("<= Recv SSL data", b"\x17\x03\x03\x00\x05"),
        _block("<= Recv header", b"HTTP/1.1 200 OK\r\n"),
        _block("<= Recv header", b"Content-Length: 0\r\n"),
        _block("<= Recv header", b"\r\n"),
    )
    assert _read(tmp_path, text) == [("GET / HTTP/1.1", "HTTP/1.1 200 OK", b"", None)]


def test_what_is_sent_at_once_is_one_event(tmp_path: Path) -> None:
    """A line of the dump has 16 bytes: an event for each takes most of a minute for 12 MiB."""
    path = tmp_path / "trace"
    sent = [_block("=> Send data", data) for data in (bytes(65536), b"")]
    received = [_block("<= Recv data", data) for data in (b"", bytes(16385))]
    path.write_text(_trace(*sent, *received), encoding="latin-1")

    events = [(one.kind, len(one.data)) for one in read_trace(path, "http://127.0.0.1:8080/b", 1.0)]

    assert events[1:-1] == [(SENT, 65536), (RECEIVED, 16385)]  # between opened and ended
