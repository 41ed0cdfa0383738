"""A loopback HTTP proxy that records, for clients that can be given one: redirects are seen too.

It takes one request a connection, so that each goes to the host it names. It speaks plain HTTP
only; what goes through it to a TLS endpoint could not be read.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from conformance.evidence import recorder
from conformance.evidence.forwarder import Forwarder

LONGEST_HEAD = 64 * 1024  # bytes
_OF_A_CONNECTION = (b"connection:", b"proxy-connection:", b"keep-alive:")


class RecordingProxy(Forwarder):
    """Listens on a free port of 127.0.0.1 while the context lasts, as ``Forwarder`` does."""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self._numbers)
        with contextlib.closing(writer):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                return  # nothing was asked
            line, *lines = head.rstrip(b"\r\n").split(b"\r\n")
            method, url, version = line.split(b" ", 2)
            parts = urlsplit(url.decode("latin-1"))
            target = url[url.index(b"/", len("http://")) :] if parts.path else b"/"
            kept = [one for one in lines if not one.lower().startswith(_OF_A_CONNECTION)]
            peer = f"{parts.scheme}://{parts.hostname}:{parts.port or 80}"
            asked = b"\r\n".join([b" ".join((method, target, version)), *kept])
            self._log.write(recorder.SENT, number, asked + b"\r\n\r\n", peer)
            try:
                up_reader, up_writer = await asyncio.open_connection(
                    parts.hostname, parts.port or 80
                )
            except OSError as problem:
                self._trouble(number, problem)
                return
            with contextlib.closing(up_writer):
                up_writer.write(asked + b"\r\nConnection: close\r\n\r\n")
                sending = asyncio.create_task(
                    self._pass_on(reader, up_writer, recorder.SENT, number)
                )
                await self._pass_on(up_reader, writer, recorder.RECEIVED, number)
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
