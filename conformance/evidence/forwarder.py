"""A loopback forwarder that records, for clients whose process cannot be looked into (binaries).

It passes bytes on as they stand, both ways, so that the Host header and every signature stay good
for the endpoint: the client is told to connect here and to speak as if to the endpoint (with
curl: `--connect-to`). To a TLS endpoint it speaks TLS itself, and takes plain HTTP here.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from urllib.parse import urlsplit

from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import recorder
from conformance.evidence.exchanges import Recorded, read_exchanges
from conformance.evidence.tripwire import REFUSED, Hosts

BLOCK = 64 * 1024
_STOP_TIMEOUT = 10.0  # seconds for open connections to end
_A_MOMENT = 0.02  # seconds between two looks for an answer


class Forwarder:
    """Listens on a free port of 127.0.0.1 while the context lasts; ``url`` is its address."""

    def __init__(self, endpoint: Endpoint, *, speaks: ssl.SSLContext | None = None) -> None:
        """``speaks``: TLS to the client, too, with this context."""
        self._speaks = speaks
        parts = urlsplit(endpoint.url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if endpoint.secure else 80)
        named = f"[{self._host}]" if ":" in self._host else self._host
        self._peer = f"{parts.scheme}://{named}:{self._port}"
        self._tls = endpoint.tls()
        self._hosts = Hosts(endpoint.hosts)
        self._log = recorder.Log()
        self._loop = asyncio.new_event_loop()
        self._serving: set[asyncio.Task[None] | None] = set()
        self._thread = threading.Thread(target=self._loop_through, daemon=True)
        self.port = 0

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Forwarder:
        self._thread.start()
        try:
            self._server = self._run(
                asyncio.start_server(self._served, "127.0.0.1", 0, ssl=self._speaks)
            )
        except BaseException:
            self._end()
            raise
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._stop())
        self._end()
        self._log.close()

    def exchanges(self, patience: float = 0.0) -> list[Recorded]:
        """What has passed so far.

        ``patience``: seconds that an answer on its way is waited for. A program may end before it
        has read the last one.
        """
        until = time.monotonic() + patience
        while True:
            found = read_exchanges(self._log.events())
            if time.monotonic() >= until or all(map(_answered, found)):
                return found
            time.sleep(_A_MOMENT)

    def begin(self) -> None:
        """Forget what has passed: a record of its own for what comes now.

        Connections that are open stay so, and are in the new record once something passes.
        """
        before, self._log = self._log, recorder.Log()
        before.close()

    def _run(self, work: object) -> asyncio.Server:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_STOP_TIMEOUT)  # type: ignore[arg-type]  # any coroutine

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_TIMEOUT)

    def _loop_through(self) -> None:
        self._loop.run_forever()
        while asyncio.all_tasks(self._loop):  # connections accepted as all ended
            self._loop.run_until_complete(_let_go())
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        await _let_go()

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # asyncio itself forgets the task where the client goes first, and a task that nobody
        # knows is thrown away in the middle of an answer.
        here = asyncio.current_task()
        self._serving.add(here)
        try:
            # Some releases of Python 3.11 print a traceback for a connection that was cancelled.
            with contextlib.suppress(asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._serving.discard(here)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = recorder.next_number()
        with contextlib.closing(writer):
            try:
                up_reader, up_writer = await asyncio.open_connection(
                    self._host, self._port, ssl=self._tls
                )
            except OSError as problem:
                self._trouble(number, problem)
                return
            with contextlib.closing(up_writer):
                sending = asyncio.create_task(
                    self._pass_on(reader, up_writer, recorder.SENT, number)
                )
                await self._pass_on(up_reader, writer, recorder.RECEIVED, number)
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        kind: bytes,
        number: int,
        peer: str | None = None,
        changed: Callable[[bytes], bytes] = bytes,
    ) -> None:
        """Until the source ends; ``peer`` is the other end's URL, the endpoint's without it.

        ``changed`` gives what is passed on for what came; what came is recorded.
        """
        try:
            while data := await source.read(BLOCK):
                self._note(kind, number, data, peer)
                if kind == recorder.RECEIVED:
                    self._log.more(len(data))
                sink.write(changed(data))
                await sink.drain()
            if kind == recorder.RECEIVED:
                self._note(recorder.ENDED, number, b"", peer)
            elif sink.can_write_eof():
                sink.write_eof()
        except OSError as problem:
            self._trouble(number, problem, peer)

    def _trouble(self, number: int, problem: OSError, peer: str | None = None) -> None:
        said = f"{type(problem).__name__}: {problem}".encode()
        self._note(recorder.TROUBLE, number, said, peer)

    def _note(self, kind: bytes, number: int, data: bytes, peer: str | None = None) -> None:
        self._log.write(kind, number, data, peer or self._peer)


def _answered(one: Recorded) -> bool:
    """Whether nothing more can come: the answer is whole, or the request was not sent."""
    response = one.exchange.response
    if response is None:
        return (one.exchange.note or "").startswith(REFUSED)
    return response.complete


async def _let_go() -> None:
    """Cancel every other task of this loop, and wait for their ends."""
    here = asyncio.current_task()
    while others := [task for task in asyncio.all_tasks() if task is not here]:
        for task in others:  # one that was just accepted may begin another
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
