"""Requests that a client signed for Amazon, passed on to the S3 they are for; then stored here.

AIStore sends them to Amazon itself. Here the connection goes to the setting ``upstream``, while
Host stays what was signed. Only reading and writing a whole object is passed on.
https://github.com/NVIDIA/aistore/blob/main/docs/s3compat.md#presigned-s3-requests
"""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote

from server_ref.aistore import properties, writing
from server_ref.aistore.backend import LONGEST_ERROR, Answered, Backend
from server_ref.aistore.errors import AISError
from server_ref.aistore.features import PRESIGNED, Features, names
from server_ref.aistore.redirect import OWN_PARAMETERS
from server_ref.auth.chunked import ChunkedBody
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.request import BodyReader, Request
from server_ref.response import Payload, Response
from server_ref.storage.intake import Taken
from server_ref.storage.records import Bucket

STYLE = "ais-s3-signed-request-style"
_METHODS = ("GET", "HEAD", "PUT")
_BLOCK = 1 << 18
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "transfer-encoding"}
)
_RELAYED = ("ETag", "Last-Modified", "Content-Length", "Content-Type", "Content-Range")
_LENIENT = Strictness(
    chunk_signatures=False, trailer_signature=False, decoded_length=False, chunk_sizes=False
)
_authorization = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+)"
).match
_multipart = re.compile(r"(?:^|&)(?:uploads|uploadId)(?:=|&|$)").search


def _refused(status: int, message: str) -> AISError:
    """What could not be passed on, or was refused there: no code, as AIStore has none for it."""
    return AISError("", message, status)


@dataclass(frozen=True)
class Signed:
    """A request as it was signed: host and target; and the object that it is about here."""

    host: str
    target: str
    headers: frozenset[str]  # names of the headers that were signed
    bucket: Bucket
    key: str


class PassThrough:
    """``answer(request, root)`` passes on what is to be passed on."""

    def __init__(self, store: Any, owner: str, features: Features, backend: Backend) -> None:
        self._store = store
        self._owner = owner
        self._features = features
        self._backend = backend

    def answer(self, request: Request, root: str) -> Response | None:
        """The answer; None when the gate answers, from what is stored here by then.

        ``root`` is what S3 lives under. Raises AISError.
        """
        signed = self._signed(request, root) if request.method in _METHODS else None
        if signed is None:
            return None
        request.trace["operation"] = "PassThrough"
        try:
            if request.method == "PUT":
                return self._put(request, signed)
            return self._read(request, signed)
        except (OSError, http.client.HTTPException) as problem:
            raise _refused(502, f"the upstream does not answer: {problem}") from problem

    def _signed(self, request: Request, root: str) -> Signed | None:
        """What was signed, where it is to be passed on. Raises AISError for a bad style."""
        path, _, query = request.target.partition("?")
        region, headers = _scope(request, query)
        name, _, key = path.removeprefix(f"{root}/").partition("/")
        if not region or not key or _multipart(query):
            return None
        bucket = self._passing(unquote(name))
        if bucket is None:
            return None
        kept = [p for p in query.split("&") if p and p.partition("=")[0] not in OWN_PARAMETERS]
        host, target = _place(request.headers.get(STYLE, ""), region, name, key)
        if kept:
            target += f"?{'&'.join(kept)}"
        return Signed(host, target, headers, bucket, unquote(key))

    def _passing(self, name: str) -> Bucket | None:
        """The bucket, where it or the cluster passes on and a bucket of Amazon's is behind it."""
        try:
            bucket = properties.by_name(self._store, name)
        except S3Error:
            return None
        own = names(properties.of(self._store, bucket).features)
        remote = properties.remote(self._store, bucket)
        wanted = PRESIGNED in self._features or PRESIGNED in own
        return bucket if wanted and remote is not None and remote[0] == "aws" else None

    def _put(self, request: Request, signed: Signed) -> Response:
        """Taken in as it comes, sent on from there, and stored when that succeeded."""
        raw = self._store.take(request.body.read, (), writing.LARGEST)
        try:
            with self._opened(raw) as body, closing(self._backend.connect()) as connection:
                answer = self._send(connection, request, signed, (body, raw.size))
                etag = answer.headers.get("ETag", "")
            with self._opened(raw) as body:
                written = self._keep(signed, _decoded(request, body, raw.size), etag)
        finally:
            self._store.drop(raw)
        return Response(200, {"ETag": f'"{written}"'} if written else {})

    def _read(self, request: Request, signed: Signed) -> Response | None:
        """A whole object is stored; a part that was signed for is handed on."""
        part = "range" in request.headers and "range" in signed.headers
        connection = self._backend.connect()
        relayed = False
        try:
            answer = self._send(connection, request, signed, without_range=not part)
            if part or request.method == "HEAD":
                relayed = True
                return _relay(answer, connection, head=request.method == "HEAD")
            etag = answer.headers.get("ETag", "")
            self._keep(signed, Answered(answer), etag)
        finally:
            if not relayed:
                connection.close()
        return None

    def _keep(self, signed: Signed, body: BodyReader, etag: str) -> str:
        """Store it under the upstream's ETag; the ETag without quotes."""
        written = writing.write(
            self._store,
            signed.bucket,
            signed.key,
            body,
            self._owner,
            counted=False,
            etag=etag.strip('"'),
        )
        return written.etag

    def _send(
        self,
        connection: http.client.HTTPConnection,
        request: Request,
        signed: Signed,
        sent: tuple[BinaryIO, int] | None = None,
        *,
        without_range: bool = False,
    ) -> http.client.HTTPResponse:
        """The upstream's answer; ``sent``: a body and its length in bytes.

        Raises AISError for any answer but 200 and 206.
        """
        connection.putrequest(
            request.method, signed.target, skip_host=True, skip_accept_encoding=True
        )
        connection.putheader("Host", signed.host)
        for name, value in request.headers.items():
            if name in _OF_THE_CONNECTION or (without_range and name == "range"):
                continue
            connection.putheader(name, value)
        if sent is not None:
            connection.putheader("Content-Length", str(sent[1]))
        connection.endheaders()
        while sent is not None and (block := sent[0].read(_BLOCK)):
            connection.send(block)
        answer = connection.getresponse()
        if answer.status not in (200, 206):
            said = answer.read(LONGEST_ERROR).decode("utf-8", "replace")
            raise _refused(answer.status, f"invalid status: {answer.status}, output: {said}")
        return answer

    @contextmanager
    def _opened(self, taken: Taken) -> Iterator[BinaryIO]:
        if taken.file is None:
            yield io.BytesIO(taken.data or b"")
            return
        with self._store.bodies.open(taken.file) as file:
            yield file


class _Held:
    """A body that was taken in, read again."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self.length: int | None = length
        self.trailers: Mapping[str, str] = {}

    def read(self, size: int = _BLOCK, /) -> bytes:
        """As BodyReader."""
        return self._file.read(size)


def _scope(request: Request, query: str) -> tuple[str, frozenset[str]]:
    """Region and signed headers of a signature, in the query or the header; "" without one."""
    given = parse_qs(query)
    credential = given.get("X-Amz-Credential", [""])[0]
    signed = given.get("X-Amz-SignedHeaders", [""])[0]
    match = _authorization(request.headers.get("authorization", ""))
    if not credential and match is not None:
        credential, signed = match.groups()
    pieces = credential.split("/")
    region = pieces[2] if len(pieces) > 2 else ""
    return region, frozenset(signed.lower().split(";"))


def _place(style: str, region: str, bucket: str, key: str) -> tuple[str, str]:
    """Host and path of Amazon for an object. Raises AISError for an unknown style."""
    style = style.strip().lower()
    if style in ("", "virtual-hosted"):
        return f"{bucket}.s3.{region}.amazonaws.com", f"/{key}"
    if style == "path":
        return f"s3.{region}.amazonaws.com", f"/{bucket}/{key}"
    raise _refused(400, f"unrecognized request style provided: {style}")


def _decoded(request: Request, file: BinaryIO, size: int) -> BodyReader:
    """The payload of a body that was taken in raw."""
    headers = request.headers
    held = _Held(file, size)
    if not headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        return held
    announced = headers.get("x-amz-trailer")
    return ChunkedBody(
        held,
        int(headers.get("x-amz-decoded-content-length") or 0),
        verified=None,
        declared=None if announced is None else tuple(announced.lower().split(",")),
        strict=_LENIENT,
    )


def _relay(
    answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, *, head: bool
) -> Response:
    """The upstream's answer handed on as it comes; nothing of it is kept."""
    headers = {name: answer.headers[name] for name in _RELAYED if name in answer.headers}
    if head:
        connection.close()
        return Response(answer.status, headers)

    def chunks() -> Iterator[bytes]:
        with closing(connection):
            while block := answer.read(_BLOCK):
                yield block

    return Response(answer.status, headers, Payload(answer.length or 0, chunks=chunks()))
