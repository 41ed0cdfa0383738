"""aws-chunked bodies: framing removed, chunk signatures, trailer and length verified on the way.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

from server_ref.auth.canonical import EMPTY_SHA256
from server_ref.auth.payload import Source
from server_ref.auth.signed import Verified, mismatch
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error

SMALLEST_CHUNK = 8192  # bytes, except the last
LONGEST_LINE = 4096  # bytes of a chunk header or a trailer line
MOST_TRAILERS = 32

_header = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?").fullmatch
_trailer = re.compile(r"([A-Za-z0-9\-]+)[ \t]*:[ \t]*(.*?)[ \t]*").fullmatch


def _incomplete() -> S3Error:
    return S3Error("IncompleteBody", "The request body terminated unexpectedly")


class ChunkedBody:
    """The payload inside an aws-chunked body.

    ``length`` is what x-amz-decoded-content-length says. With ``verified`` every chunk carries a
    signature; ``declared`` are the names x-amz-trailer announces.
    """

    def __init__(
        self,
        source: Source,
        length: int,
        *,
        verified: Verified | None,
        declared: tuple[str, ...] | None,
        strict: Strictness,
    ) -> None:
        self.length: int | None = length
        self._trailers: dict[str, str] = {}
        self.trailers: Mapping[str, str] = self._trailers
        self._source = source
        self._buffer = b""
        self._at = 0
        self._verified = verified
        self._previous = verified.claim.signature if verified else ""
        self._declared = declared
        self._strict = strict
        self._decoded = 0  # bytes given out
        self._chunk_left = 0
        self._digest = sha256()
        self._signature = b""
        self._chunks = 0  # begun, the last and empty one with them
        self._small = (
            0  # bytes of a chunk under SMALLEST_CHUNK that was read: it has to be the last
        )
        self._open = False  # inside a chunk
        self._done = False

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Up to ``size`` bytes of payload; b"" at the end.

        Raises S3Error SignatureDoesNotMatch, InvalidChunkSizeError, MalformedTrailerError, and
        IncompleteBody for whatever else is no aws-chunked data, as S3 does
        (https://github.com/versity/versitygw/issues/1666).
        """
        while True:
            if self._done:
                return b""
            if not self._open:
                self._begin_chunk()
                continue
            data = self._take(min(size, self._chunk_left))
            self._chunk_left -= len(data)
            self._decoded += len(data)
            if self._verified is not None:
                self._digest.update(data)
            if self._strict.decoded_length and self._decoded > (self.length or 0):
                raise _incomplete()
            if not self._chunk_left:
                self._end_chunk()
                if self._decoded == self.length:  # nothing but the end may follow: read it now,
                    self._begin_chunk()  # so that a bad end is known before this data is kept
                    if not self._done:
                        raise _incomplete()
            return data

    # chunks

    def _begin_chunk(self) -> None:
        self._chunks += 1
        line = self._line(whole=True)
        match = _header(line[:-1]) if line.endswith(b"\r") else None  # CRLF, as HTTP's own chunks
        if match is None or (match[2] is None and self._verified is not None):
            raise _incomplete()
        self._chunk_left = int(match[1], 16)
        self._signature = match[2] or b""
        self._digest = sha256()
        if not self._chunk_left:
            self._check_chunk()
            self._finish()
            return
        if self._small and self._strict.chunk_sizes:
            raise S3Error("InvalidChunkSizeError", Chunk=self._chunks - 1, BadChunkSize=self._small)
        self._small = self._chunk_left if self._chunk_left < SMALLEST_CHUNK else 0
        self._open = True

    def _end_chunk(self) -> None:
        self._open = False
        if self._exactly(2) != b"\r\n":
            raise _incomplete()
        self._check_chunk()

    def _check_chunk(self) -> None:
        if self._verified is None:
            return
        to_sign = f"{EMPTY_SHA256}\n{self._digest.hexdigest()}"
        self._check("AWS4-HMAC-SHA256-PAYLOAD", to_sign, self._signature.decode())

    def _check(self, kind: str, hashes: str, provided: str) -> None:
        verified = self._verified
        assert verified is not None
        claim = verified.claim
        to_sign = f"{kind}\n{claim.moment}\n{claim.scope}\n{self._previous}\n{hashes}"
        calculated = verified.key.sign(to_sign)
        trailer = kind.endswith("TRAILER")
        wanted = self._strict.trailer_signature if trailer else self._strict.chunk_signatures
        if wanted and not hmac.compare_digest(calculated.encode(), provided.encode()):
            raise mismatch(claim, to_sign, provided, verified.canonical, verified.raw)
        self._previous = calculated if wanted else provided

    # the end

    def _finish(self) -> None:
        self._done = True
        if self._declared is None:
            self._optional_line_end()
        elif not self._strict.trailers:
            self._pass_trailers()
        else:
            self._read_trailers(self._declared)
        if self._source.read(1):
            raise _incomplete()
        if self._strict.decoded_length and self._decoded != self.length:
            raise _incomplete()

    def _optional_line_end(self) -> None:
        rest = self._take_up_to(2)
        if rest not in (b"", b"\r\n"):
            raise _incomplete()

    def _pass_trailers(self) -> None:
        """Whatever trailers there are; raises S3Error for too many."""
        for _ in range(MOST_TRAILERS):
            if not self._line(end_allowed=True):
                return
        raise S3Error("MalformedTrailerError")

    def _read_trailers(self, declared: tuple[str, ...]) -> None:
        """What follows the last chunk: a wrong signature of it is told before a wrong set.

        https://github.com/justincormack/argmin measured this order.
        """
        signature = ""
        signed = ""
        parted = False
        found: list[str] = []
        for _ in range(MOST_TRAILERS):
            line = self._line()
            if not line:
                # Amazon's own example, and minio-go, have an empty line before the signature
                if self._verified is None or signature or parted or not found:
                    break
                parted = True
                continue
            try:
                match = _trailer(line.decode())
            except UnicodeDecodeError:
                match = None
            if match is None:
                raise S3Error("MalformedTrailerError")
            name, value = match[1].lower(), match[2]
            if name == "x-amz-trailer-signature":
                signature = value
                continue
            found.append(name)
            self._trailers[name] = value
            signed += f"{name}:{value}\n"
        else:
            raise S3Error("MalformedTrailerError")
        right = sorted(set(declared)) == sorted(found)
        if self._verified is not None and (signature or right):
            hashed = sha256(signed.encode()).hexdigest()
            self._check("AWS4-HMAC-SHA256-TRAILER", hashed, signature)
        if not right:
            raise S3Error("MalformedTrailerError")

    # bytes of the source

    def _take(self, size: int) -> bytes:
        """1 to ``size`` bytes."""
        buffered = len(self._buffer) - self._at
        if buffered:
            piece = self._buffer[self._at : self._at + size]
            self._at += len(piece)
            return piece
        data = self._source.read(size)
        if not data:
            raise _incomplete()
        return data

    def _take_up_to(self, size: int) -> bytes:
        while len(self._buffer) - self._at < size:
            more = self._source.read(LONGEST_LINE)
            if not more:
                break
            self._buffer = self._buffer[self._at :] + more
            self._at = 0
        piece = self._buffer[self._at : self._at + size]
        self._at += len(piece)
        if self._at < len(self._buffer):
            raise _incomplete()
        return piece

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self._take(size - len(data))
        return data

    def _line(self, *, end_allowed: bool = False, whole: bool = False) -> bytes:
        """A line without its end; with ``end_allowed`` the end of the body is an empty line.

        With ``whole`` it has its carriage return, for who asks whether there is one.
        """
        while True:
            end = self._buffer.find(b"\n", self._at)
            if end >= 0:
                line = self._buffer[self._at : end]
                self._at = end + 1
                if self._at == len(self._buffer):
                    self._buffer, self._at = b"", 0
                return line if whole else line.removesuffix(b"\r")
            if len(self._buffer) - self._at > LONGEST_LINE:
                raise _incomplete()
            more = self._source.read(LONGEST_LINE)
            if not more:
                if end_allowed and self._at == len(self._buffer):
                    return b""
                raise _incomplete()
            self._buffer = self._buffer[self._at :] + more
            self._at = 0
