"""Checks of aws-chunked bodies: chunks that are signed, checksums that come as trailers.

The bodies are built here by hand, so that each can be wrong in one place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from zlib import crc32

from conformance.trial import Answer, Trial, check

CHUNKS = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html"
TRAILERS = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html"
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


def _crc32(data: bytes) -> str:
    return base64.b64encode(crc32(data).to_bytes(4, "big")).decode()


@dataclass(frozen=True)
class Streamed:
    """A PUT with an aws-chunked body; every field can be made wrong."""

    chunks: tuple[bytes, ...]
    kind: str = SIGNED
    decoded_length: int | None = -1  # -1: the right one; None: not sent
    trailer: bytes | None = None  # the trailer section, without its signature
    spoil_chunk: int | None = None  # the chunk whose signature is wrong
    spoil_trailer: bool = False
    last_chunk: bool = True
    encoding: str = "aws-chunked"
    announced: str = "x-amz-checksum-crc32"  # as a trailer; "": none is
    query: str = ""

    def put(self, t: Trial, name: str) -> Answer:
        """Send it; the first answer that comes."""
        size = sum(map(len, self.chunks)) if self.decoded_length == -1 else self.decoded_length
        headers = {"Content-Encoding": self.encoding}
        if size is not None:
            headers["x-amz-decoded-content-length"] = str(size)
        if self.kind.endswith("TRAILER") and self.announced:
            headers["x-amz-trailer"] = self.announced
        length = len(self._body("0" * 64, "20000101T000000Z/20000101/r/s3", b""))
        made = t.signed(
            "PUT",
            f"/{t.bucket}/{t.key(name)}",
            query=self.query,
            headers=headers,
            body=b"\0" * length,
            payload_hash=self.kind,
            after={"Connection": "close"},
        )
        head, _, _ = made.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        stamp = _found(r"(?i)\r\nx-amz-date: (\S+)", text)
        day = _found(r"Credential=[^/]+/(\d{8})/", text)
        region = _found(r"Credential=[^/]+/\d{8}/([^/]+)/", text)
        seed = _found(r"Signature=([0-9a-f]{64})", text)
        secret = t.endpoint.credentials.secret_key if t.endpoint.credentials else ""
        body = self._body(seed, f"{stamp}/{day}/{region}/s3", _signing_key(secret, day, region))
        return t.wire(head + b"\r\n\r\n" + body).first

    def _body(self, seed: str, when_and_where: str, key: bytes) -> bytes:
        stamp, _, scope = when_and_where.partition("/")
        previous, written = seed, b""
        pieces = [*self.chunks, b""] if self.last_chunk else list(self.chunks)
        for number, chunk in enumerate(pieces):
            extension = b""
            if self.kind != UNSIGNED_TRAILER:
                previous = _sign(
                    key,
                    "AWS4-HMAC-SHA256-PAYLOAD",
                    stamp,
                    scope,
                    previous,
                    EMPTY_SHA256,
                    hashlib.sha256(chunk).hexdigest(),
                )
                shown = _spoilt(previous) if number == self.spoil_chunk else previous
                extension = b";chunk-signature=" + shown.encode()
            ending = b"\r\n" if chunk or not self.kind.endswith("TRAILER") else b""
            written += b"%x%s\r\n%s%s" % (len(chunk), extension, chunk, ending)
        return written + self._trailers(key, stamp, scope, previous)

    def _trailers(self, key: bytes, stamp: str, scope: str, previous: str) -> bytes:
        if self.trailer is None:
            return b""
        if self.kind != SIGNED_TRAILER:
            return self.trailer + b"\r\n\r\n"
        canonical = self.trailer + b"\n"
        signature = _sign(
            key,
            "AWS4-HMAC-SHA256-TRAILER",
            stamp,
            scope,
            previous,
            hashlib.sha256(canonical).hexdigest(),
        )
        shown = _spoilt(signature) if self.spoil_trailer else signature
        return self.trailer + b"\r\nx-amz-trailer-signature:" + shown.encode() + b"\r\n\r\n"


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"the signed request has no {pattern}")
    return found[1]


def _signing_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _sign(key: bytes, algorithm: str, stamp: str, scope: str, *rest: str) -> str:
    text = "\n".join((algorithm, stamp, f"{scope}/aws4_request", *rest))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _spoilt(signature: str) -> str:
    return ("0" if signature[0] != "0" else "1") + signature[1:]


def _is_not_stored(t: Trial) -> None:
    t.expect.no_keys(t.given.call("ListObjectsV2", Prefix=t.prefix))


def with_trailer(data: bytes, kind: str = UNSIGNED_TRAILER) -> Streamed:
    return Streamed((data,), kind, trailer=f"x-amz-checksum-crc32:{_crc32(data)}".encode())


@check("streaming-bodies", proved_by=["signed-chunks-refused"], only=("raw",), spec=CHUNKS)
def signed_chunks_are_joined(t: Trial) -> None:
    """A body in signed chunks is stored without the chunks' framing."""
    body = b"a" * 8192 + b"b" * 10_000 + b"the end"

    got = Streamed((body[:8192], body[8192:18_192], body[18_192:])).put(t, "streamed")

    t.expect.status(got, 200)
    t.expect.body(t.given.call("GetObject", Key="streamed"), body)


@check("streaming-bodies", proved_by=["signed-chunks-refused"], only=("raw",), spec=CHUNKS)
def empty_body_in_chunks_is_an_object(t: Trial) -> None:
    """A signed stream of the last chunk only is an empty object."""
    t.expect.status(Streamed(()).put(t, "streamed"), 200)

    t.expect.body(t.given.call("GetObject", Key="streamed"), b"")
    t.tells_absent()


@check("streaming-bodies", proved_by=["chunk-signatures-unverified"], only=("raw",), spec=CHUNKS)
def wrong_chunk_signature_is_refused(t: Trial) -> None:
    """A chunk with a wrong signature: 403 SignatureDoesNotMatch, and nothing is stored."""
    got = Streamed((b"a" * 8192, b"end"), spoil_chunk=1).put(t, "streamed")

    t.expect.error(got, 403, "SignatureDoesNotMatch")
    _is_not_stored(t)


@check("streaming-bodies", proved_by=["chunk-signatures-unverified"], only=("raw",), spec=CHUNKS)
def last_chunk_is_signed_too(t: Trial) -> None:
    """A wrong signature of the empty last chunk: 403, so that no stream can be cut unseen."""
    got = Streamed((b"all of it",), spoil_chunk=1).put(t, "streamed")

    t.expect.error(got, 403, "SignatureDoesNotMatch")
    _is_not_stored(t)


@check("streaming-bodies", proved_by=["decoded-length-ignored"], only=("raw",), spec=ERRORS)
def body_shorter_than_announced_is_refused(t: Trial) -> None:
    """Fewer bytes than x-amz-decoded-content-length says: 400 IncompleteBody, nothing stored."""
    got = Streamed((b"short",), decoded_length=6).put(t, "streamed")

    t.expect.error(got, 400, "IncompleteBody")
    _is_not_stored(t)


@check(
    "streaming-bodies",
    proved_by=["decoded-length-optional"],
    only=("raw",),
    spec=CHUNKS,
    verified="observed",
)
def announced_length_is_needed(t: Trial) -> None:
    """Without x-amz-decoded-content-length: 411 MissingContentLength."""
    got = Streamed((b"unannounced",), decoded_length=None).put(t, "streamed")

    t.expect.error(got, 411, "MissingContentLength")


@check("streaming-bodies", proved_by=["last-chunk-optional"], only=("raw",), spec=CHUNKS)
def last_chunk_is_needed(t: Trial) -> None:
    """A stream without its empty last chunk is refused with 400, and nothing is stored."""
    got = Streamed((b"cut off",), last_chunk=False).put(t, "streamed")

    t.expect.status(got, 400)
    _is_not_stored(t)


@check(
    "streaming-bodies",
    proved_by=["chunk-sizes-unchecked"],
    only=("raw",),
    spec=ERRORS,
    level="should",
)
def small_chunk_in_the_middle_is_refused(t: Trial) -> None:
    """A chunk under 8,192 bytes that is not the last: 400 InvalidChunkSizeError."""
    got = Streamed((b"small", b"chunks")).put(t, "streamed")

    t.expect.error(got, (400, 403), "InvalidChunkSizeError")


@check("streaming-bodies", proved_by=["unsigned-trailer-refused"], only=("raw",), spec=TRAILERS)
def checksum_may_come_as_a_trailer(t: Trial) -> None:
    """An unsigned stream with its CRC32 as a trailer is stored, and the CRC32 kept."""
    got = with_trailer(b"test-checksum").put(t, "trailed")

    t.expect.status(got, 200)
    head = t.given.call("HeadObject", Key="trailed", ChecksumMode="ENABLED")
    t.expect.header(head, "x-amz-checksum-crc32", "lVk/nw==")
    t.expect.header(head, "Content-Length", "13")


@check("streaming-bodies", proved_by=["checksum-unverified"], only=("raw",), spec=TRAILERS)
def wrong_checksum_in_the_trailer_is_refused(t: Trial) -> None:
    """A trailer whose checksum is that of other bytes: 400 BadDigest, and nothing is stored."""
    stream = replace(with_trailer(b"test-checksum"), trailer=b"x-amz-checksum-crc32:AAAAAA==")

    t.expect.error(stream.put(t, "trailed"), 400, "BadDigest")
    _is_not_stored(t)


@check(
    "streaming-bodies", proved_by=["trailer-optional"], only=("raw",), spec=ERRORS, level="should"
)
def trailer_that_was_announced_has_to_come(t: Trial) -> None:
    """`x-amz-trailer` without that trailer: 400 MalformedTrailerError, and nothing is stored."""
    stream = replace(with_trailer(b"test-checksum"), trailer=b"x-amz-meta-other:1")

    t.expect.error(stream.put(t, "trailed"), 400, "MalformedTrailerError")
    _is_not_stored(t)


@check("streaming-bodies", proved_by=["signed-trailer-refused"], only=("raw",), spec=TRAILERS)
def signed_trailer_is_accepted(t: Trial) -> None:
    """Signed chunks with a signed trailer are stored."""
    got = with_trailer(b"test-checksum", SIGNED_TRAILER).put(t, "trailed")

    t.expect.status(got, 200)
    t.expect.body(t.given.call("GetObject", Key="trailed"), b"test-checksum")


@check("streaming-bodies", proved_by=["trailer-signature-unverified"], only=("raw",), spec=TRAILERS)
def wrong_trailer_signature_is_refused(t: Trial) -> None:
    """A trailer with a wrong signature: 403 SignatureDoesNotMatch, and nothing is stored."""
    stream = replace(with_trailer(b"test-checksum", SIGNED_TRAILER), spoil_trailer=True)

    t.expect.error(stream.put(t, "trailed"), 403, "SignatureDoesNotMatch")
    _is_not_stored(t)


@check("streaming-bodies", proved_by=["aws-chunked-kept"], only=("raw",), spec=CHUNKS)
def aws_chunked_is_not_kept_as_a_coding(t: Trial) -> None:
    """`aws-chunked` is the framing of the request: the object has no such Content-Encoding."""
    t.expect.status(with_trailer(b"plain").put(t, "plain"), 200)

    got = t.given.call("HeadObject", Key="plain")
    t.expect.equal(got.headers.get("Content-Encoding", ""), "", "Content-Encoding", of=got)
    t.tells_absent()


@check("streaming-bodies", proved_by=["other-codings-lost"], only=("raw",), spec=CHUNKS)
def other_codings_are_kept(t: Trial) -> None:
    """Of `gzip,aws-chunked` the object keeps `gzip`."""
    stream = replace(with_trailer(b"not really gzip"), encoding="gzip,aws-chunked")
    t.expect.status(stream.put(t, "packed"), 200)

    t.expect.header(t.given.call("HeadObject", Key="packed"), "Content-Encoding", "gzip")


@check(
    "streaming-bodies",
    proved_by=["checksum-lost"],
    level="should",
    spec=TRAILERS,
    only=("aws-s3", "aws-s3api", "boto3"),
)
def clients_own_checksum_is_kept(t: Trial) -> None:
    """A CRC32 the client is asked for, however it sends it, is verified and kept."""
    t.expect.ok(t.call("PutObject", Key="summed", Body=b"test-checksum", ChecksumAlgorithm="CRC32"))

    head = t.given.call("HeadObject", Key="summed", ChecksumMode="ENABLED")
    t.expect.header(head, "x-amz-checksum-crc32", "lVk/nw==")


@check(
    "streaming-bodies",
    proved_by=["trailers-of-any-length"],
    only=("raw",),
    spec=TRAILERS,
    level="should",
)
def checksum_of_a_trailer_has_its_length(t: Trial) -> None:
    """A trailer whose checksum is no Base64 of four bytes: 400, and nothing is stored."""
    for value in (b"!", b"AAAA", b""):
        stream = replace(with_trailer(b"test"), trailer=b"x-amz-checksum-crc32:" + value)
        t.expect.error(stream.put(t, "trailed"), 400, None)
        _is_not_stored(t)
    t.expect.ok(with_trailer(b"test").put(t, "trailed"))
