"""The listening socket: a thread a connection, and an end that lets requests finish."""

from __future__ import annotations

import logging
import socket
import socketserver
import ssl
import threading
import time
from http.server import ThreadingHTTPServer

from server_ref.errors import S3Error
from server_ref.http.connection import Application, Connection, Log
from server_ref.http.crowd import Crowd, shut
from server_ref.http.limits import Limits
from server_ref.http.wire import Wire

logger = logging.getLogger("server_ref")

_HANDSHAKE_SECONDS = 10.0
_ACCEPT_PAUSE = 0.05  # seconds, when the system is out of descriptors


class Transport(ThreadingHTTPServer):
    """Serves an application on one address until ``drain`` is called.

    Requests are read by Connection, not by the standard library's handler: docs/architecture.md
    says why.
    """

    block_on_close = False
    request_queue_size = 512

    def __init__(
        self,
        host: str,
        port: int,
        application: Application,
        limits: Limits,
        *,
        tls: ssl.SSLContext | None = None,
        log: Log | None = None,
        crowd: Crowd | None = None,
    ) -> None:
        """Binds and listens; ``port`` 0 takes a free one. Raises OSError.

        ``crowd`` has the connections of the server's other ports, too.
        """
        if ":" in host:
            self.address_family = socket.AF_INET6
        self._application = application
        self._limits = limits
        self._tls = tls
        self._log = log
        self._crowd = crowd or Crowd()
        self._thread: threading.Thread | None = None
        self._stopping = False
        super().__init__((host, port), socketserver.BaseRequestHandler)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens on."""
        host, port = self.server_address[:2]
        return str(host), int(port)

    def start(self) -> None:
        """Accept connections in a thread of its own."""
        self._thread = threading.Thread(
            target=self._accept_connections, name="s3-accept", daemon=True
        )
        self._thread.start()

    def _accept_connections(self) -> None:
        """Wait in accept itself: no polling, and an end without delay."""
        refused = False
        while not self._stopping:
            try:
                sock, address = self.socket.accept()
            except OSError as problem:
                if self._stopping:
                    return
                if not refused:
                    logger.warning("a connection could not be accepted: %s", problem)
                refused = True
                self._crowd.make_room(None)
                time.sleep(_ACCEPT_PAUSE)
                continue
            refused = False
            if self._stopping:
                sock.close()
                return
            self._crowd.make_room(sock.fileno())
            self.process_request(sock, address)

    def drain(self, seconds: float = 5.0) -> None:
        """Take no new connection, end idle ones, let requests finish for ``seconds``."""
        if self._thread is not None:
            self._stopping = True
            self._wake()
            self._thread.join()
            self._thread = None
        self.server_close()
        deadline = time.monotonic() + seconds
        for connection, sock in self._crowd.at(self):
            connection.ending = True
            if connection.idle:
                shut(sock, socket.SHUT_RD)
        while time.monotonic() < deadline:
            if not self._crowd.at(self):
                return
            time.sleep(0.01)
        for _, sock in self._crowd.at(self):
            shut(sock, socket.SHUT_RDWR)

    def _wake(self) -> None:
        """End a waiting accept: by shutdown where the system allows it, else by a connection."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            socket.create_connection(self.address, timeout=_HANDSHAKE_SECONDS).close()

    # socketserver's own points

    def server_bind(self) -> None:
        """Bind without asking the DNS for a name of the host, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.address

    def process_request(self, request: object, client_address: object) -> None:
        """Serve the connection in a thread; where none can be started, refuse it and go on."""
        try:
            super().process_request(request, client_address)  # type: ignore[arg-type]  # a socket
        except RuntimeError as problem:  # the system has no thread left for this process
            logger.warning("a connection was refused: %s", problem)
            assert isinstance(request, socket.socket)
            self._refuse(request)

    def _refuse(self, sock: socket.socket) -> None:
        """503 SlowDown from the accepting thread, which waits for nobody: it has to go on."""
        try:
            if self._tls is None:
                body = self._application.refuse(S3Error("SlowDown"), "GET").body
                text = body if isinstance(body, bytes) else b""
                head = (
                    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\n"
                    f"Content-Length: {len(text)}\r\nRetry-After: 1\r\n"
                    "Connection: close\r\n\r\n"
                )
                sock.setblocking(False)
                sock.send(head.encode() + text)
                sock.recv(1 << 16)  # a close with unread bytes would take the answer along
        except OSError as problem:
            logger.debug("a refusal was not heard: %s", problem)
        finally:
            shut(sock, socket.SHUT_WR)
            sock.close()

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve one connection; runs in its own thread."""
        assert isinstance(request, socket.socket)
        sock = request
        connection: Connection | None = None
        try:
            if self._tls is not None:
                sock.settimeout(_HANDSHAKE_SECONDS)
                sock = self._tls.wrap_socket(sock, server_side=True)
            address = client_address[0] if isinstance(client_address, tuple) else ""
            connection = Connection(
                Wire(sock, self._limits.head_time),
                self._application,
                self._limits,
                address=address,
                secure=self._tls is not None,
                log=self._log,
            )
            self._crowd.enter(connection, sock, self)
            connection.run()
        except (OSError, EOFError) as problem:
            logger.debug("connection from %s ended: %s", client_address, problem)
        except Exception:  # a fault of ours must not go unseen, nor end the server
            logger.exception("connection from %s failed", client_address)
        finally:
            if connection is not None:
                self._crowd.leave(connection)
            shut(sock, socket.SHUT_WR)
            sock.close()
