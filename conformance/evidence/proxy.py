"""A loopback HTTP proxy that records, for clients that can be given one: redirects are seen too.

Plain HTTP is taken one request a connection, so that each goes to the host it names. What follows
a CONNECT is plain where the endpoint's URL is; else it is answered with TLS by this process's own
authority, which the client is told to trust: so it is read, and the endpoint is verified as the
run says.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import localhost_names, recorder
from conformance.evidence.authority import authority
from conformance.evidence.forwarder import Forwarder

LONGEST_HEAD = 64 * 1024  # bytes
_REFUSAL = b"HTTP/1.1 502 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_CONNECTION = (b"connection:",)
_OF_A_CONNECTION = (b"connection:", b"proxy-connection:", b"keep-alive:")


class RecordingProxy(Forwarder):
    """Listens on a free port of 127.0.0.1 while the context lasts, as ``Forwarder`` does.

    A request to a host that is neither the endpoint's nor declared is answered 502, is in the
    record as refused, and is not passed on.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        localhost_names.install_for(endpoint.host)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = recorder.next_number()
        with contextlib.closing(writer):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
                return  # nothing was asked
            line, *lines = head.rstrip(b"\r\n").split(b"\r\n")
            method, url, version = line.split(b" ", 2)
            tunnel = method == b"CONNECT"
            asked_for = url.decode("latin-1")
            if tunnel:
                asked_for = f"{'http' if self._tls is None else 'https'}://{asked_for}"
            parts = urlsplit(asked_for)
            host, port = parts.hostname or "", parts.port or (443 if tunnel else 80)
            named = f"[{host}]" if ":" in host else host
            peer = f"{parts.scheme}://{named}:{port}"
            if not self._hosts.allows(host, port):
                self._log.refused(f"{named}:{port}")
                writer.write(_REFUSAL)
                return
            if tunnel:
                await self._tunnel(number, peer, host, port, reader, writer)
                return
            target = url[url.index(b"/", len("http://")) :] if parts.path else b"/"
            kept, connection = _apart(lines)
            asked = b"\r\n".join([b" ".join((method, target, version)), *kept])
            self._log.write(recorder.SENT, number, asked + b"\r\n\r\n", peer)
            opened = await self._open(number, peer, host, port, None)
            if opened is None:
                return
            up_reader, up_writer = opened
            up_writer.write(asked + b"\r\n" + connection + b"\r\n\r\n")
            alone = _LastAnswer()
            await self._between(number, peer, reader, writer, up_reader, up_writer, alone.feed)
            if alone.held:
                writer.write(alone.held)

    async def _tunnel(
        self,
        number: int,
        peer: str,
        host: str,
        port: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await writer.drain()
            if self._tls is not None:
                await writer.start_tls(authority().context(host))
        except (OSError, ssl.SSLError) as problem:
            self._log.write(recorder.TROUBLE, number, f"TLS: {problem}".encode(), peer)
            return
        opened = await self._open(number, peer, host, port, self._tls)
        if opened is not None:
            await self._between(number, peer, reader, writer, *opened)

    async def _open(
        self, number: int, peer: str, host: str, port: int, tls: ssl.SSLContext | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        try:
            return await asyncio.open_connection(host, port, ssl=tls)
        except OSError as problem:
            self._trouble(number, problem, peer)
            return None

    async def _between(
        self,
        number: int,
        peer: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
        changed: Callable[[bytes], bytes] = bytes,
    ) -> None:
        with contextlib.closing(up_writer):
            sending = asyncio.create_task(
                self._pass_on(reader, up_writer, recorder.SENT, number, peer)
            )
            await self._pass_on(up_reader, writer, recorder.RECEIVED, number, peer, changed)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


def _apart(fields: list[bytes]) -> tuple[list[bytes], bytes]:
    """The fields without those of a connection, and the Connection field of the next one.

    What a client's Connection names besides stays named: Apache's HTTP client for Java offers
    "Upgrade: TLS/1.2" so, which without it is a bad request to Jetty (RFC 9110, 7.8).
    """
    names = [
        name.strip()
        for one in fields
        if one.lower().startswith(_CONNECTION)
        for name in one.partition(b":")[2].split(b",")
    ]
    offered = [name for name in names if name and name.lower() not in (b"close", b"keep-alive")]
    kept = [one for one in fields if not one.lower().startswith(_OF_A_CONNECTION)]
    return kept, b"Connection: " + b", ".join([b"close", *offered])


class _LastAnswer:
    """Tells the client that its connection ends after this answer, whatever the endpoint said.

    Without that a client may send its next request, to another host perhaps, in the moment before
    the endpoint's end of the connection arrives. ``held`` is a head that has not come to its end.
    """

    def __init__(self) -> None:
        self.held = b""
        self._told = False

    def feed(self, data: bytes) -> bytes:
        """What to pass on for ``data``; nothing while the head is not whole."""
        if self._told:
            return data
        ready, self.held = b"", self.held + data
        while not self._told and b"\r\n\r\n" in self.held:
            head, _, self.held = self.held.partition(b"\r\n\r\n")
            line, *fields = head.split(b"\r\n")
            self._told = not line.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1"))  # 100 Continue
            if self._told:
                fields = [*_apart(fields)[0], b"Connection: close"]
            ready += b"\r\n".join([line, *fields]) + b"\r\n\r\n"
        if self._told or len(self.held) > LONGEST_HEAD:
            self._told = True
            ready, self.held = ready + self.held, b""
        return ready
