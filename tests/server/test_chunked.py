"""aws-chunked bodies, byte by byte: framing removed, lengths and trailers held, however cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_ref.auth.chunked import (
    LONGEST_LINE,
    MOST_TRAILERS,
    SMALLEST_CHUNK,
    ChunkedBody,
)
from server_ref.auth.signed import Claim, Verified
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error


class Pieces:
    """A source that gives its bytes in pieces of these sizes, over and over."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._data = data
        self._sizes = sizes
        self._at = self._turn = 0

    def read(self, size: int = 1 << 18, /) -> bytes:
        step = min(size, self._sizes[self._turn % len(self._sizes)])
        self._turn += 1
        piece = self._data[self._at : self._at + step]
        self._at += len(piece)
        return piece


def framed(chunks: list[bytes], end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def chunked(
    data: bytes,
    length: int,
    *,
    declared: tuple[str, ...] | None = None,
    sizes: tuple[int, ...] = (1 << 16,),
    strict: Strictness | None = None,
) -> ChunkedBody:
    return ChunkedBody(
        Pieces(data, list(sizes)),
        length,
        verified=None,
        declared=declared,
        strict=strict or Strictness(),
    )


def read(body: ChunkedBody, size: int = 1 << 18) -> bytes:
    return b"".join(pieces(body, size))


def pieces(body: ChunkedBody, size: int = 1 << 18) -> Iterator[bytes]:
    while piece := body.read(size):
        yield piece


def refused(data: bytes, length: int, **how: object) -> S3Error:
    with pytest.raises(S3Error) as caught:
        read(chunked(data, length, **how))
    return caught.value


BIG = b"x" * SMALLEST_CHUNK


@given(
    tail=st.binary(max_size=40),
    whole=st.integers(0, 2),
    sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=4),
    size=st.integers(1, 20_000),
    trailers=st.booleans(),
)
def test_the_payload_is_the_same_however_it_arrives_and_is_asked_for(
    tail: bytes, whole: int, sizes: list[int], size: int, trailers: bool
) -> None:
    payload = BIG * whole + tail
    chunks = [BIG] * whole + [tail] * bool(tail)
    end = b"0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n" if trailers else b"0\r\n\r\n"
    declared = ("x-amz-checksum-crc32",) if trailers else None
    body = chunked(framed(chunks, end), len(payload), declared=declared, sizes=tuple(sizes))
    given_out = list(pieces(body, size))
    assert b"".join(given_out) == payload
    assert all(len(piece) <= size for piece in given_out)
    assert body.read(size) == b""  # and stays at its end
    assert body.trailers == ({"x-amz-checksum-crc32": "AAAAAA=="} if trailers else {})


@given(cut=st.integers(0, len(framed([b"hello"], b"0\r\na: b\r\n\r\n")) - 1))
def test_whatever_ends_too_early_is_incomplete(cut: int) -> None:
    data = framed([b"hello"], b"0\r\na: b\r\n\r\n")
    assert refused(data[:cut], 5, declared=("a",)).code == "IncompleteBody"


@pytest.mark.parametrize(
    "data",
    [
        b"5\r\nhelloXX0\r\n\r\n",  # no line end behind the data
        b"6\r\nhello!\r\n0\r\n\r\n",  # more than was announced
        b"5\r\nhello\r\n0\r\n\r\nmore",
        b"5\r\nhello\r\n0\r\nmore",
        b"4\r\nhell\r\n0\r\n\r\n",  # less
        b"0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"5;\r\nhello\r\n0\r\n\r\n",
        b"5;chunk-signature=12\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"\r\nhello\r\n0\r\n\r\n",
        b"0" * 17 + b"5\r\nhello\r\n0\r\n\r\n",
        b"f" * (LONGEST_LINE + 2),
    ],
)
def test_what_is_no_framing_is_incomplete(data: bytes) -> None:
    assert refused(data, 5).code == "IncompleteBody"


@pytest.mark.parametrize("head", [b"5", b"05", b"0" * 15 + b"5"])
def test_sizes_are_hexadecimal_with_zeros_before_them(head: bytes) -> None:
    assert read(chunked(head + b"\r\nhello\r\n0\r\n\r\n", 5)) == b"hello"
    assert read(chunked(b"A\r\n" + b"y" * 10 + b"\r\n0\r\n", 10)) == b"y" * 10


def test_the_end_may_lack_its_last_line_where_no_trailer_is_announced() -> None:
    assert read(chunked(b"5\r\nhello\r\n0\r\n", 5)) == b"hello"


@pytest.mark.parametrize(
    ("sizes", "wrong"),
    [
        ((SMALLEST_CHUNK - 1, 10), (1, SMALLEST_CHUNK - 1)),
        ((SMALLEST_CHUNK, 5, 10), (2, 5)),
        ((SMALLEST_CHUNK, SMALLEST_CHUNK, 1), None),
        ((1,), None),
    ],
)
def test_a_small_chunk_that_is_not_the_last_is_named(
    sizes: tuple[int, ...], wrong: tuple[int, int] | None
) -> None:
    data = framed([b"z" * size for size in sizes])
    if wrong is None:
        assert len(read(chunked(data, sum(sizes)))) == sum(sizes)
        return
    error = refused(data, sum(sizes))
    assert error.code == "InvalidChunkSizeError"
    assert (int(error.members["Chunk"]), int(error.members["BadChunkSize"])) == wrong
    lenient = Strictness(chunk_sizes=False)
    assert len(read(chunked(data, sum(sizes), strict=lenient))) == sum(sizes)


def test_a_length_that_is_not_looked_at_is_not_held() -> None:
    lenient = Strictness(decoded_length=False)
    for said in (4, 6):
        assert read(chunked(b"5\r\nhello\r\n0\r\n\r\n", said, strict=lenient)) == b"hello"


def ended(*lines: bytes) -> bytes:
    return b"5\r\nhello\r\n0\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


@pytest.mark.parametrize(
    ("lines", "declared"),
    [
        ((), ()),
        ((b"a:1",), ("a",)),
        ((b"A: 1 ",), ("a",)),
        ((b"a\t:\t1",), ("a",)),
        ((b"b:2", b"a:1"), ("a", "b")),
    ],
)
def test_trailers_are_those_that_were_announced(
    lines: tuple[bytes, ...], declared: tuple[str, ...]
) -> None:
    body = chunked(ended(*lines), 5, declared=declared)
    assert read(body) == b"hello"
    assert body.trailers == {name: str(1 + "ab".index(name)) for name in declared}


@pytest.mark.parametrize(
    ("lines", "declared"),
    [
        ((), ("a",)),
        ((b"b:1",), ("a",)),
        ((b"a:1", b"b:2"), ("a",)),
        ((b"a:1", b"a:1"), ("a",)),
        ((b"a 1",), ("a",)),
        ((b":1",), ("a",)),
        ((b"a:\xff",), ("a",)),
    ],
)
def test_any_other_trailer_is_malformed(
    lines: tuple[bytes, ...], declared: tuple[str, ...]
) -> None:
    assert refused(ended(*lines), 5, declared=declared).code == "MalformedTrailerError"


@pytest.mark.parametrize(("count", "fine"), [(MOST_TRAILERS - 1, True), (MOST_TRAILERS, False)])
def test_trailers_are_bounded_in_number(count: int, fine: bool) -> None:
    names = tuple(f"a{number}" for number in range(count))
    data = ended(*(name.encode() + b":1" for name in names))
    if fine:
        body = chunked(data, 5, declared=names)
        read(body)
        assert set(body.trailers) == set(names)
    else:
        assert refused(data, 5, declared=names).code == "MalformedTrailerError"


def test_a_trailer_is_bounded_in_length() -> None:
    long = b"a:" + b"1" * (2 * LONGEST_LINE)
    assert refused(ended(long), 5, declared=("a",)).code == "IncompleteBody"


def test_data_that_a_bad_end_follows_is_not_given_out() -> None:
    body = chunked(b"5\r\nhello\r\nnonsense\r\n", 5)
    with pytest.raises(S3Error, match="IncompleteBody"):
        body.read()


@pytest.mark.parametrize(
    "data", [b"5\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\n\r\n", b"5\r\r\nhello\r\n0\r\n\r\n"]
)
def test_a_chunk_begins_with_a_whole_line(data: bytes) -> None:
    """https://github.com/versity/versitygw has S3's answer in tests/integration."""
    with pytest.raises(S3Error) as raised:
        read(chunked(data, 5))
    assert raised.value.code == "IncompleteBody"


class _Key:
    """Signs everything alike."""

    def sign(self, _text: str) -> str:
        return "0" * 64


@pytest.mark.parametrize("signature", ["é", "²", "\U0001f600", "1" * 64])
def test_an_odd_signature_of_a_trailer_is_a_wrong_one(signature: str) -> None:
    claim = Claim("AK", "20260203", "us-east-1", "s3", (), "0" * 64, "20260203T000000Z")
    end = f"0;chunk-signature={'0' * 64}\r\na:1\r\nx-amz-trailer-signature:{signature}\r\n\r\n"
    body = ChunkedBody(
        Pieces(end.encode(), [1 << 16]),
        0,
        verified=Verified(None, claim, _Key()),
        declared=("a",),
        strict=Strictness(),
    )
    with pytest.raises(S3Error) as raised:
        read(body)
    assert raised.value.code == "SignatureDoesNotMatch"
