"""A webhook that keeps what it is sent, in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WAIT = 60  # seconds; a limit for a slow machine, not a measure


class Sink:
    """What came so far; ``refuse`` answers that many POSTs with 503 first."""

    def __init__(self) -> None:
        self.url = ""
        self.refuse = 0
        self.answers = 200
        self.posts: list[tuple[str, dict[str, Any]]] = []  # path, body
        self._came = threading.Condition()

    def took(self, path: str, body: dict[str, Any]) -> int:
        """The status to answer a POST with."""
        with self._came:
            if self.refuse:
                self.refuse -= 1
                return 503
            self.posts.append((path, body))
            self._came.notify_all()
            return self.answers

    def records(self, count: int) -> list[dict[str, Any]]:
        """The event records, once there are ``count`` of them; test messages left out."""

        def found() -> list[dict[str, Any]]:
            return [record for _, body in self.posts for record in body.get("Records", ())]

        with self._came:
            assert self._came.wait_for(lambda: len(found()) >= count, WAIT), found()
            return found()

    def tests(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Path and body of the test messages, once there are ``count``."""

        def found() -> list[tuple[str, dict[str, Any]]]:
            return [post for post in self.posts if "Event" in post[1]]

        with self._came:
            assert self._came.wait_for(lambda: len(found()) >= count, WAIT), self.posts
            return found()


@contextmanager
def listening() -> Iterator[Sink]:
    """A sink on loopback."""
    with reserved() as (sink, begin):
        begin()
        yield sink


@contextmanager
def reserved() -> Iterator[tuple[Sink, Callable[[], None]]]:
    """A sink with a port that refuses connections, until the function is called."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(sink.took(self.path, json.loads(body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to tell."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.server_bind()
    sink.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)

    def begin() -> None:
        server.server_activate()
        thread.start()

    try:
        yield sink, begin
    finally:
        if thread.is_alive():
            server.shutdown()
            thread.join()
        server.server_close()
