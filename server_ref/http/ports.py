"""The ports a server listens on: one for each application of its front, all with TLS or none."""

from __future__ import annotations

import ssl

from server_ref.http.connection import Log
from server_ref.http.crowd import Crowd
from server_ref.http.front import Front
from server_ref.http.limits import Limits
from server_ref.http.server import Transport


class Ports:
    """Bound at once, so that nobody else gets them; answering from ``start`` to ``drain``."""

    def __init__(
        self,
        host: str,
        port: int,
        front: Front,
        limits: Limits,
        *,
        tls: ssl.SSLContext | None,
        log: Log | None,
    ) -> None:
        """The first application is on ``port`` (0: a free one), each other on a free one.

        The front is told where they are. Raises OSError.
        """
        self._scheme = "https" if tls else "http"
        self._transports: list[Transport] = []
        crowd = Crowd()
        try:
            for number, application in enumerate(front.applications):
                self._transports.append(
                    Transport(
                        host,
                        0 if number else port,
                        application,
                        limits,
                        tls=tls,
                        log=log,
                        crowd=crowd,
                    )
                )
            front.listening(self.urls)
        except BaseException:
            self.drain(0.0)
            raise

    @property
    def urls(self) -> list[str]:
        """Scheme, host and port of each application, in the front's order."""
        return [self._url(*one.address) for one in self._transports]

    def start(self) -> None:
        """Accept connections."""
        for transport in self._transports:
            transport.start()

    def drain(self, seconds: float) -> None:
        """Let running requests finish for ``seconds`` a port, then end."""
        while self._transports:
            self._transports.pop().drain(seconds)

    def _url(self, host: str, port: int) -> str:
        shown = f"[{host}]" if ":" in host else host
        return f"{self._scheme}://{shown}:{port}"
