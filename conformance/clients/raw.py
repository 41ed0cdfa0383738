"""The `raw` client: requests made by hand, byte for byte, and any operation from the model.

It follows no redirect, decodes nothing and adds no checksum that Amazon does not require.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore
import msgspec

from conformance.clients.answers import make_answer, status_of
from conformance.clients.base import Answer, Client, CliMode
from conformance.clients.integrity import blocks_of, integrity_headers
from conformance.clients.serialise import Payload, serialise
from conformance.clients.transport import TIMEOUT, Transport
from conformance.endpoint import signing
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.exchanges import Recorded
from conformance.evidence.wire import identify
from matrix.service_model import operation_model, streaming_output

BLOCK = 64 * 1024

_HOST_LABEL = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class RawClient(Client):
    """Requests made by hand on sockets of its own."""

    name = "raw"
    family = "raw"

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self._transport = Transport(endpoint)

    @classmethod
    def version(cls) -> str:
        return f"raw, S3 model of botocore/{botocore.__version__}"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        return self.call_at(None, "", operation, parameters)

    def call_at(
        self, path: str | None, query: str, operation: str, parameters: Mapping[str, Any]
    ) -> Answer:
        """``call`` at an encoded path and query of its own; a path of None is the operation's."""
        made = serialise(operation, parameters)
        if path is None:
            path, query = made.path, made.query
        headers = made.headers | integrity_headers(operation_model(operation), parameters, made)
        head, lines = self._assemble(made.method, path, query, headers, made.body)
        recorded = self._transport.exchange(_blocks(head, lines, made.body))
        delivers = streaming_output(operation) is not None
        return self._answer(operation, recorded, parameters, delivers)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: Payload = b"",
        sign: signing.Sign = "header",
        payload_hash: str | None = None,
        after: Mapping[str, str | None] | None = None,
        at: datetime | None = None,
        region: str | None = None,
        credentials: Credentials | None = None,
        expires: int = 300,
        timeout: float = TIMEOUT,
    ) -> Answer:
        """One request by hand. ``path`` and ``query`` are encoded already and stay as they are.

        ``after`` replaces headers once the request is signed (None removes one). ``at`` is the
        time to sign for, ``expires`` the seconds a presigned request is good for. ``timeout`` is
        in seconds. The Answer's ``operation`` is the one the request asks for, "" for none.
        """
        head, lines = self._assemble(
            method,
            path,
            query,
            headers or {},
            body,
            sign=sign,
            payload_hash=payload_hash,
            after=after,
            at=at,
            region=region,
            credentials=credentials,
            expires=expires,
        )
        recorded = self._transport.exchange(_blocks(head, lines, body), timeout=timeout)
        return self._answer(None, recorded, {}, True, credentials)

    def open(self, url: str, *, method: str = "GET", body: bytes = b"") -> Answer:
        parts = urlsplit(url)
        path = parts.path.removeprefix(self.endpoint.base_path)
        headers = {"Host": parts.netloc}
        return self.request(
            method, path, query=parts.query, headers=headers, body=body, sign="none"
        )

    def signed_bytes(self, method: str, path: str, *, body: bytes = b"", **options: Any) -> bytes:
        """The bytes ``request`` would send with the same arguments."""
        query = options.pop("query", "")
        headers = options.pop("headers", None) or {}
        head, lines = self._assemble(method, path, query, headers, body, **options)
        return b"".join(_blocks(head, lines, body))

    def wire(self, data: bytes, timeout: float = 5.0, *, hang_up: bool = False) -> list[Answer]:
        """These bytes on a new connection as they stand; one Answer for each request in them.

        One that got no answer has the status 0, and what was sent as its exchange. ``hang_up``:
        the server is told that nothing more comes.
        """
        recorded = self._transport.wire(data, timeout=timeout, hang_up=hang_up)
        return [self._answer(None, [one], {}, True) for one in recorded]

    def close(self) -> None:
        self._transport.close()

    def _answer(
        self,
        operation: str | None,
        recorded: list[Recorded],
        parameters: Mapping[str, Any],
        delivers: bool,
        signer: Credentials | None = None,
    ) -> Answer:
        last = recorded[-1]
        if operation is None:
            asked = identify(last.exchange, self.endpoint).operations
            operation = asked[0] if asked else ""
        response = last.exchange.response
        good = 200 <= status_of(last.exchange) < 300
        whole = response is not None and response.complete
        answer = make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=recorded,
            succeeded=good and whole,
            parameters=parameters,
            body=last.response_body if delivers and response is not None and good else None,
            stderr=last.exchange.note or "",
            signer=signer,
        )
        answer.succeeded = answer.succeeded and answer.code is None
        if answer.exchange is not None:
            answer.call = msgspec.structs.replace(answer.call, command=answer.exchange.curl)
        return answer

    def _assemble(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: Payload,
        *,
        sign: signing.Sign = "header",
        payload_hash: str | None = None,
        after: Mapping[str, str | None] | None = None,
        at: datetime | None = None,
        region: str | None = None,
        credentials: Credentials | None = None,
        expires: int = 300,
    ) -> tuple[str, list[tuple[str, str]]]:
        """The request line and the headers, signed."""
        given = {name.lower() for name in headers}
        host, path = self._address(path, "host" in given)
        lines = [("Host", host)] if "host" not in given else []
        lines += list(headers.items())
        size = _size(body)
        if (size or method in {"PUT", "POST"}) and not given & {
            "content-length",
            "transfer-encoding",
        }:
            lines.append(("Content-Length", str(size)))
        target = path + (f"?{query}" if query else "")
        scheme = urlsplit(self.endpoint.url).scheme
        who = credentials or self.endpoint.credentials
        if sign == "header" and who is not None:
            lines = signing.sign_in_header(
                method,
                f"{scheme}://{host}{target}",
                lines,
                credentials=who,
                region=region or self.endpoint.region,
                at=at,
                payload_hash=payload_hash or _sha256(body),
            )
        elif sign == "query" and who is not None:
            url = signing.sign_in_query(
                method,
                f"{scheme}://{host}{target}",
                [pair for pair in lines if pair[0].lower() != "content-length"],
                credentials=who,
                region=region or self.endpoint.region,
                at=at,
                expires=expires,
                payload_hash=payload_hash or signing.UNSIGNED_PAYLOAD,
            )
            target = url.removeprefix(f"{scheme}://{host}")
        elif payload_hash is not None:
            lines.append(("x-amz-content-sha256", payload_hash))
        return f"{method} {target} HTTP/1.1", _replace(lines, after or {})

    def _address(self, path: str, host_given: bool) -> tuple[str, str]:
        """Host and whole path; with virtual-hosted addressing the bucket moves into the host."""
        own = self.endpoint.host
        if self.endpoint.addressing == "virtual" and not host_given:
            bucket, slash, key = path.lstrip("/").partition("/")
            dotted = self.endpoint.secure and "." in bucket
            if _HOST_LABEL.fullmatch(bucket) and not dotted:
                return f"{bucket}.{own}", f"{self.endpoint.base_path}/{key}" if slash else (
                    f"{self.endpoint.base_path}/"
                )
        return own, self.endpoint.base_path + path


def _replace(
    lines: list[tuple[str, str]], after: Mapping[str, str | None]
) -> list[tuple[str, str]]:
    changed = {name.lower() for name in after}
    kept = [pair for pair in lines if pair[0].lower() not in changed]
    return kept + [(name, value) for name, value in after.items() if value is not None]


def _blocks(start: str, lines: Iterable[tuple[str, str]], body: Payload) -> Iterator[bytes]:
    head = "".join(
        f"{line}\r\n" for line in (start, *(f"{name}: {value}" for name, value in lines))
    )
    first = _wire_text(head) + b"\r\n"
    if isinstance(body, bytes) and len(body) <= BLOCK:
        yield first + body
        return
    yield first
    yield from blocks_of(body)


def _wire_text(text: str) -> bytes:
    """Header text as bytes: Latin-1 where that can hold it (botocore's choice), else UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _size(body: Payload) -> int:
    return len(body) if isinstance(body, bytes) else body.seek(0, 2)


def _sha256(body: Payload) -> str:
    digest = hashlib.sha256()
    for block in blocks_of(body):
        digest.update(block)
    return digest.hexdigest()
