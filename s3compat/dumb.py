"""Dumb endpoints: servers that answer everything alike. No check may pass on one that looks at it.

A check that passes on a server that keeps nothing shows nothing about a server that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from conformance.endpoint.endpoint import Credentials

MOST_BODY = 64 << 20  # bytes of a request that are read
ACCESS_KEY, SECRET_KEY = "AKIADUMBENDPOINT0001", "a secret that no dumb endpoint looks at"

_XML = "application/xml"
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_BUCKETS = (
    f'<ListAllMyBucketsResult xmlns="{_NAMESPACE}"><Buckets/></ListAllMyBucketsResult>'
).encode()
_LISTING = (
    f'<ListBucketResult xmlns="{_NAMESPACE}"><Name>b</Name><KeyCount>0</KeyCount>'
    "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>"
).encode()


@dataclass(frozen=True)
class Reply:
    """What a dumb endpoint answers: status, Content-Type, body."""

    status: int
    kind: str = _XML
    body: bytes = b""


Answer = Callable[[str, bytes], Reply]  # method and body of the request


def _error(status: int, code: str) -> Answer:
    text = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
    return lambda _method, _body: Reply(status, body=text)


def _listing(method: str, _body: bytes) -> Reply:
    return Reply(200, body=_LISTING if method == "GET" else b"")


# Not 500: it is tried again and again, as clients do, and no check takes it for an answer.
KINDS: dict[str, Answer] = {
    "200 with nothing": lambda _method, _body: Reply(200),
    "200 with the request's own body": lambda _method, body: Reply(200, body=body),
    "an empty listing to every GET": _listing,
    "404 NoSuchKey": _error(404, "NoSuchKey"),
    "400 InvalidRequest": _error(400, "InvalidRequest"),
    "403 AccessDenied": _error(403, "AccessDenied"),
}

# Checks that may pass on a dumb endpoint, each with the reason.
_LISTS_BUCKETS = "every dumb endpoint answers GET / with a list of buckets, for the first look"
MAY_PASS = {
    "authentication.right_signature_is_accepted": _LISTS_BUCKETS,
    "list-buckets.answer_is_a_list_all_my_buckets_result": _LISTS_BUCKETS,
    "list-buckets.answer_is_in_the_namespace_of_s3": _LISTS_BUCKETS,
}


def credentials(account: str) -> Credentials:
    """Keys for one account of a dumb endpoint, which looks at none."""
    return Credentials(ACCESS_KEY[: -len(account)] + account, SECRET_KEY, None, account * 12)


@contextmanager
def endpoint(answer: Answer) -> Iterator[str]:
    """A dumb endpoint on a free loopback port; gives its URL and ends with the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.answer = answer
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    answer: Answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10.0

    def _answer(self) -> None:
        assert isinstance(self.server, _Server)
        length = self.headers.get("Content-Length", "")
        chunked = "Transfer-Encoding" in self.headers
        announced = int(length) if length.isdigit() and not chunked else 0
        body = self.rfile.read(min(announced, MOST_BODY))
        # the first look wants a list of buckets; that it gets from every one of them
        first = self.command == "GET" and self.path.partition("?")[0] == "/"
        reply = Reply(200, body=_BUCKETS) if first else self.server.answer(self.command, body)
        self.send_response(reply.status)
        if reply.body:
            self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        if chunked:  # what was not read is not the next request
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    # the standard library's names
    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - see above

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: whoever looks reads the run log."""
