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
    ) -> None:
        """Binds and listens; ``port`` 0 takes a free one. Raises OSError."""
        if ":" in host:
            self.address_family = socket.AF_INET6
        self._application = application
        self._limits = limits
        self._tls = tls
        self._log = log
        self._lock = threading.Lock()
        self._connections: dict[Connection, socket.socket] = {}
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
        while not self._stopping:
            try:
                sock, address = self.socket.accept()
            except OSError as problem:
                if self._stopping:
                    return
                logger.warning("a connection could not be accepted: %s", problem)
                time.sleep(_ACCEPT_PAUSE)
                continue
            if self._stopping:
                sock.close()
                return
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
        with self._lock:
            open_now = list(self._connections.items())
        for connection, sock in open_now:
            connection.ending = True
            if connection.idle:
                _end(sock, socket.SHUT_RD)
        while time.monotonic() < deadline:
            with self._lock:
                if not self._connections:
                    return
            time.sleep(0.01)
        with self._lock:
            left = list(self._connections.values())
        for sock in left:
            _end(sock, socket.SHUT_RDWR)

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
            _end(sock, socket.SHUT_WR)
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
            with self._lock:
                self._connections[connection] = sock
            connection.run()
        except (OSError, EOFError) as problem:
            logger.debug("connection from %s ended: %s", client_address, problem)
        except Exception:  # a fault of ours must not go unseen, nor end the server
            logger.exception("connection from %s failed", client_address)
        finally:
            if connection is not None:
                with self._lock:
                    self._connections.pop(connection, None)
            _end(sock, socket.SHUT_WR)
            sock.close()


def _end(sock: socket.socket, how: int) -> None:
    """Shut a socket down that may be gone already."""
    try:
        sock.shutdown(how)
    except OSError:
        return
