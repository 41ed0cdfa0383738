"""Dumb endpoints: servers that answer everything alike. No check may pass on one that looks at it.

A check that passes on a server that keeps nothing shows nothing about a server that does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote
from xml.sax.saxutils import escape

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
class Asked:
    """A request, as far as a dumb endpoint looks at it."""

    method: str
    path: str  # decoded, without the query
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What a dumb endpoint answers: status, Content-Type, body, further headers."""

    status: int
    kind: str = _XML
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Answer = Callable[[Asked], Reply]


def _always(reply: Reply) -> Callable[[], Answer]:
    return lambda: lambda _asked: reply


def _error(status: int, code: str) -> Reply:
    return Reply(status, body=f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode())


def _listing(asked: Asked) -> Reply:
    return Reply(200, body=_LISTING if asked.method == "GET" else b"")


BLIND = "to paths alone, whatever the query"


class QueryBlind:
    """Keeps buckets and objects, and takes every request for one of the bucket or object itself."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[str, bytes]] = {}

    def __call__(self, asked: Asked) -> Reply:
        bucket, _, key = asked.path.lstrip("/").partition("/")
        if asked.method == "PUT" and not key:
            self._objects.setdefault(bucket, {})
            return Reply(200)
        objects = self._objects.get(bucket)
        if objects is None:
            return _error(404, "NoSuchBucket")
        if key:
            return self._object(objects, key, asked)
        if asked.method == "DELETE":
            del self._objects[bucket]
            return Reply(204)
        return Reply(200, body=_listed(objects) if asked.method == "GET" else b"")

    def _object(self, objects: dict[str, bytes], key: str, asked: Asked) -> Reply:
        if asked.method in ("PUT", "POST"):
            objects[key] = asked.body
            return Reply(200, headers=(("ETag", _etag(asked.body)),))
        if asked.method == "DELETE":
            objects.pop(key, None)
            return Reply(204)
        if key not in objects:
            return _error(404, "NoSuchKey")
        body = objects[key]
        return Reply(200, "binary/octet-stream", body, (("ETag", _etag(body)),))


def _listed(objects: dict[str, bytes]) -> bytes:
    entries = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{len(body)}</Size></Contents>"
        for key, body in sorted(objects.items())
    )
    return (
        f'<ListBucketResult xmlns="{_NAMESPACE}"><Name>b</Name>{entries}'
        f"<KeyCount>{len(objects)}</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>"
    ).encode()


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


# What makes an endpoint of each kind. The last sees paths and bodies, and of a query nothing.
KINDS: dict[str, Callable[[], Answer]] = {
    "200 with nothing": _always(Reply(200)),
    "200 with the request's own body": lambda: lambda asked: Reply(200, body=asked.body),
    "an empty listing to every GET": lambda: _listing,
    "404 NoSuchKey": _always(_error(404, "NoSuchKey")),
    "400 InvalidRequest": _always(_error(400, "InvalidRequest")),
    "403 AccessDenied": _always(_error(403, "AccessDenied")),
    "500 InternalError": _always(_error(500, "InternalError")),
    BLIND: QueryBlind,
}

# Checks that may pass on a dumb endpoint, each with the reason.
_LISTS_BUCKETS = "every dumb endpoint answers GET / with a list of buckets, for the first look"
MAY_PASS = {
    "authentication.right_signature_is_accepted": _LISTS_BUCKETS,
    "list-buckets.answer_is_a_list_all_my_buckets_result": _LISTS_BUCKETS,
    "list-buckets.answer_is_in_the_namespace_of_s3": _LISTS_BUCKETS,
}


_OTHER_ROW = "a sub-resource that it ignores is left out: that is the failure of another row"
_NOT_THERE = "what is not there is not there, whatever is asked of it"
# On the endpoint that sees no query, beside those.
BLIND_MAY_PASS = {
    "errors.every_operation_knows_that_there_is_no_bucket": _NOT_THERE,
    "errors.every_read_knows_that_there_is_no_key": _NOT_THERE,
    "list-objects-v2.documents_are_said_to_be_xml": _OTHER_ROW,
    "list-objects.control_characters_of_a_question_count": _OTHER_ROW,
    "multipart-upload.upload_in_progress_is_in_no_listing_of_objects": _OTHER_ROW,
}


def credentials(account: str) -> Credentials:
    """Keys for one account of a dumb endpoint, which looks at none."""
    return Credentials(ACCESS_KEY[: -len(account)] + account, SECRET_KEY, None, account * 12)


@contextmanager
def endpoint(kind: str) -> Iterator[str]:
    """A dumb endpoint of this kind on a free loopback port; gives its URL, ends with the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.answer = KINDS[kind]()
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
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        assert isinstance(self.server, _Server)
        length = self.headers.get("Content-Length", "")
        chunked = "Transfer-Encoding" in self.headers
        announced = int(length) if length.isdigit() and not chunked else 0
        body = self.rfile.read(min(announced, MOST_BODY))
        # the first look wants a list of buckets; that it gets from every one of them
        path = unquote(self.path.partition("?")[0])
        first = self.command == "GET" and path == "/"
        asked = Asked(self.command, path, body)
        reply = Reply(200, body=_BUCKETS) if first else self.server.answer(asked)
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.body:
            self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        if chunked:  # what was not read is not the next request
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    # the standard library's names
    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - see above

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: whoever looks reads the run log."""
