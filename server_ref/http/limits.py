"""What the transport accepts of a connection: sizes, times, and how strict the framing is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes, times are seconds."""

    head: int = 32 * 1024  # request line and headers together
    header_section: int = 8 * 1024  # headers alone; S3's own limit
    target: int = 16 * 1024
    head_time: float = 20.0  # from the first byte of a head to its last
    idle_time: float = 60.0  # between two requests of a connection
    body_patience: float = 60.0  # a stretch in which a body has to come at body_pace
    body_pace: int = 1024  # bytes a second; head_time is also the longest silence
    answer_patience: float = 60.0  # a stretch in which an answer has to be taken at answer_pace
    answer_pace: int = 1024  # bytes a second; who takes nothing is let go within this patience
    drain: int = 1 << 20  # of an unread body, to keep the connection after an error
    keep_alive: bool = True
    expect_continue: bool = True  # answer Expect: 100-continue
    http_1_0: bool = True  # answer requests of HTTP/1.0
    host_required: bool = True  # of HTTP/1.1
    strict_framing: bool = True  # refuse contradicting or malformed lengths
    chunked_wins: bool = False  # Content-Length beside Transfer-Encoding: not read
