"""One long conversation with a server, and what was said in it: to see whether two servers differ.

Times, ids and ports are taken out of the answers, so that the same server says the same twice.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import requests

from server_ref.server import S3Server

_VARYING = {"date", "x-amz-id-2", "x-amz-request-id", "content-length", "connection"}
_PATTERNS = (
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"utm=\d+", "utm=TIME"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", lambda m: _recent(m[0], m[0][:4])),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", lambda m: _recent(m[0], m[0][12:16])),
    (r"v1-(\w+)-\d+", r"v1-\1-TIME"),
    (r"<UploadId>[^<]*</UploadId>", "<UploadId/>"),
    (r"uploadId=[\w.-]+", "uploadId=ID"),
    (r"<(RequestId|HostId)>[^<]*</\1>", r"<\1/>"),
)


def _recent(text: str, year: str) -> str:
    """A time of today's stands for any; 1970 and 1754 are facts."""
    return "NOW" if int(year) > 2000 else text


@dataclass(frozen=True)
class Said:
    """One answer without what varies."""

    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


def _plain(text: str) -> str:
    for pattern, by in _PATTERNS:
        text = re.sub(pattern, by, text)
    return text


class Conversation:
    """Sends requests one after another and keeps what was said."""

    def __init__(self, server: S3Server) -> None:
        self._server = server
        self._session = requests.Session()
        self.said: list[Said] = []

    def ask(self, method: str, path: str, *, native: bool = False, **options: Any) -> str:
        """One request; gives the body as it came."""
        base = self._server.root_url if native else self._server.url
        answer = self._session.request(
            method, f"{base}{path}", allow_redirects=False, timeout=30, **options
        )
        headers = tuple(
            (name.lower(), _plain(value))
            for name, value in sorted(answer.headers.items())
            if name.lower() not in _VARYING
        )
        body = _plain(answer.text)
        self.said.append(Said(_plain(f"{method} {path}"), answer.status_code, headers, body))
        return answer.text


def converse(server: S3Server) -> list[Said]:
    """Buckets, objects, listings, copies, uploads, sub-resources, errors."""
    c = Conversation(server)
    ask = c.ask
    _buckets(c)
    ask("PUT", "/bck/key", data=b"hello", headers={"x-amz-meta-a": "b", "Content-Type": "a/b"})
    _reads(c)
    _writes(c)
    _listings(c)
    _copies(c)
    _uploads(c)
    _deletions(c)
    _subresources(c)
    return c.said


def _buckets(c: Conversation) -> None:
    ask = c.ask
    for name in ("bck", "bck", "Big_One", "a", "no spaces"):
        ask("PUT", f"/{name}")
    for number in range(6):
        ask("PUT", f"/number-{number}")
    region = "<CreateBucketConfiguration><LocationConstraint>x</LocationConstraint></C"
    ask("PUT", "/with-body", data=region)
    action = {"action": "create-bck"}
    ask("POST", "/v1/buckets/far?provider=aws", native=True, json=action)
    ask("HEAD", "/far")
    ask("GET", "/far")
    ask("GET", "/far/there.txt")
    for path in ("/bck", "/missing"):
        ask("HEAD", path)
    for _ in range(2):
        ask("GET", "/")
    for name in ("checked", "bck"):
        ask("HEAD", f"/v1/buckets/{name}?provider=ais", native=True)
    ask("OPTIONS", "/bck")
    ask("PATCH", "/bck")
    ask("DELETE", "/")
    ask("GET", "/", headers={"Host": "bck.localhost"})
    ask("GET", "/bck?versioning")


def _reads(c: Conversation) -> None:
    ask = c.ask
    for method in ("GET", "HEAD"):
        ask(method, "/bck/key")
        ask(method, "/bck/missing")
        ask(method, "/bck/key?partNumber=7&versionId=x&response-content-type=a/c")
    for given in ("bytes=1-2", "bytes=9-", "bytes=0-0,2-2", "bytes=x", "bytes=3-1"):
        ask("GET", "/bck/key", headers={"Range": given})
    ask("GET", "/bck/key", headers={"If-None-Match": "*"})
    ask("GET", "/bck/key", headers={"Authorization": "AWS4-HMAC-SHA256 nonsense"})


def _writes(c: Conversation) -> None:
    ask = c.ask
    ask("PUT", "/bck/md5", data=b"x", headers={"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="})
    ask("PUT", "/bck/class", data=b"x", headers={"x-amz-storage-class": "NONE"})
    ask("PUT", "/bck/dir/", data=b"")
    ask("HEAD", "/bck/dir")
    ask("PUT", "/bck/key/under", data=b"x")
    chunked = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "3",
        "Content-Encoding": "aws-chunked",
    }
    ask("PUT", f"/bck/{'k' * 1100}", data=b"x")
    ask("PUT", "/bck/%ff", data=b"x")
    ask("GET", "/bck/%ff")
    ask("PUT", "/number-2?versioning", data=b"<Any><Status>Enabled</Status></Any>")
    ask("PUT", "/bck/in-pieces", data=iter([b"no", b"length"]))
    ask("PUT", "/bck/chunked", data=b"5\r\nhello\r\n0\r\n\r\n", headers=chunked)


def _listings(c: Conversation) -> None:
    ask = c.ask
    for name in ("d/1", "d/2", "e-1", "e-2"):
        ask("PUT", f"/number-1/{name}", data=b"x")
    ask("GET", "/number-1/d/1")
    for query in (
        "",
        "list-type=2",
        "max-keys=2",
        "marker=d/2",
        "encoding-type=url",
        "delimiter=-",
        "prefix=d/",
        "list-type=2&fetch-owner=true&max-keys=1",
        "versions",
    ):
        ask("GET", f"/number-1?{query}")


def _copies(c: Conversation) -> None:
    for number in range(4):
        c.ask("PUT", f"/bck/key{number}", data=b"x")
    for source, also in (
        ("/bck/key", {}),
        ("/bck/missing", {}),
        ("/bck/key", {"x-amz-copy-source-if-match": "no"}),
        ("/bck/a+b", {}),
        *((f"/bck/k%65y{number}", {}) for number in range(4)),
    ):
        c.ask("PUT", "/number-2/copy", headers={"x-amz-copy-source": source, **also})
    c.ask("PUT", "/bck/key", headers={"x-amz-copy-source": "/bck/key"})
    c.ask("PUT", "/bck/a%20b", data=b"x")
    c.ask("PUT", "/number-2/copy", headers={"x-amz-copy-source": "/bck/a+b"})


def _uploads(c: Conversation) -> None:
    ask = c.ask
    started = re.search(r"<UploadId>(.*)</UploadId>", ask("POST", "/bck/mpu?uploads"))
    upload = started[1] if started else "none"
    for number in (1, 2, 0, 10_000):
        ask("PUT", f"/bck/mpu?uploadId={upload}&partNumber={number}", data=b"part")
    ask(
        "PUT",
        f"/bck/mpu?uploadId={upload}&partNumber=3",
        headers={"x-amz-copy-source": "/bck/key"},
    )
    for key in ("mpu", "another"):  # on one target of three
        ask("GET", f"/bck/{key}?uploadId={upload}")
    ask("GET", "/bck?uploads&prefix=z")
    md5 = hashlib.md5(b"part", usedforsecurity=False).hexdigest()
    for etags in ((md5, md5), ("wrong",), (md5,)):
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(etag)}</ETag></Part>"
            for number, etag in enumerate(etags, 1)
        )
        ask(
            "POST",
            f"/bck/mpu?uploadId={upload}",
            data=f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>",
        )
    ask("HEAD", "/bck/mpu")
    ask("DELETE", f"/bck/mpu?uploadId={upload}")
    ask("DELETE", "/bck/mpu?uploadId=short")


def _deletions(c: Conversation) -> None:
    ask = c.ask
    ask("DELETE", "/bck/missing")
    ask("DELETE", "/bck/chunked?versionId=x")
    nothing = "<Delete></Delete>"
    quiet = "<Delete><Quiet>true</Quiet><Object><Key>none</Key></Object></Delete>"
    for body in (nothing, quiet):
        ask("POST", "/bck?delete", data=body, headers={"x-amz-checksum-sha256": _sha256(body)})
    ask("POST", "/bck?delete", data=quiet)
    ask("POST", "/bck", data=b"x")
    ask("POST", "/bck/key", data=b"x")
    ask("DELETE", "/number-1")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _subresources(c: Conversation) -> None:
    ask = c.ask
    status = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
    ask("PUT", "/number-3?versioning", data=status)
    ask("GET", "/number-3?versioning")
    for path in ("/bck", "/bck/key"):
        for name in ("acl", "cors", "tagging", "website"):
            ask("GET", f"{path}?{name}")
    ask("PUT", "/new-one?cors")
    ask("HEAD", "/new-one")
    ask("PUT", "/bck/key?tagging", data=b"<Tagging><TagSet/></Tagging>")
    ask("GET", "/bck/key")
    ask("DELETE", "/bck/key?tagging")
    ask("HEAD", "/bck/key")
    ask("DELETE", "/number-4?lifecycle")
    ask("HEAD", "/number-4")
