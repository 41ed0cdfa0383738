"""The S3 behind the cluster: its address, and buckets there, asked for with AIStore's own keys.

AIStore takes these keys from the environment and goes to Amazon; here they and the address are
settings. Without keys it asks for nothing. What clients signed is passthrough.py's.
"""

from __future__ import annotations

import http.client
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from server_ref.aistore import properties, writing
from server_ref.aistore.errors import AISError
from server_ref.auth.canonical import (
    ALGORITHM,
    EMPTY_SHA256,
    canonical_query,
    canonical_request,
    string_to_sign,
)
from server_ref.auth.moments import amz_date
from server_ref.auth.signing_key import SigningKey
from server_ref.identity import Credential
from server_ref.model.document import Element
from server_ref.model.document import read as read_document
from server_ref.storage.records import Bucket

TIMEOUT = 60.0  # seconds without a byte of the upstream
LONGEST_ERROR = 1 << 16  # bytes of the upstream's error that are read
LARGEST_PAGE = 1 << 23  # bytes of a page of a listing
_SIGNED = ("host", "x-amz-content-sha256", "x-amz-date")
_region = re.compile(rb"<Region>([a-z0-9-]+)</Region>").search


def check_upstream(url: str) -> None:
    """Raises ValueError for what is no URL of an S3; "" is none at all."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path):
        raise ValueError(f"an upstream is http(s)://host:port, without a path, not {url!r}")


@dataclass(frozen=True)
class RemoteObject:
    """One of a listing; the ETag without quotes."""

    key: str
    size: int
    etag: str


class Answered:
    """The body of an upstream's answer, as a request's body is read."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._answer = answer
        self.length = answer.length
        self.trailers: Mapping[str, str] = {}

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As BodyReader."""
        return self._answer.read(size)


class Backend:
    """The upstream; there may be none, or no keys for it."""

    def __init__(self, url: str, credential: Credential | None) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.netloc
        self._address = (parts.hostname or "", parts.port or (443 if self._secure else 80))
        self._credential = credential
        self._region = "us-east-1"  # until the upstream says another

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is not open yet. Raises AISError where no upstream is set."""
        host, port = self._address
        if not host:
            raise AISError("", "no upstream is set; start with --upstream URL", 502)
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT)

    def behind(self, store: Any, bucket: Bucket) -> str | None:
        """The name of the bucket behind this one that can be asked for; None: there is none."""
        asks = self._host and self._credential is not None
        remote = properties.remote(store, bucket) if asks else None
        return remote[1] if remote is not None and remote[0] == "aws" else None

    def listed(self, bucket: str, prefix: str, after: str) -> Iterator[RemoteObject]:
        """Objects after a key, in order, page by page. Raises AISError."""
        while True:
            query = f"list-type=2&prefix={quote(prefix, safe='')}&start-after={quote(after)}"
            with self._get(f"/{quote(bucket)}", query) as answer:
                root = read_document(answer.read(LARGEST_PAGE))
            found = [one for one in root.children if one.name == "Contents"]
            for one in found:
                after = _text(one, "Key")
                yield RemoteObject(after, int(_text(one, "Size")), _text(one, "ETag").strip('"'))
            if not found or _text(root, "IsTruncated") != "true":
                return

    def bring(self, store: Any, bucket: Bucket, key: str) -> bool:
        """Read an object that is behind the bucket and store it here; False where there is none.

        Raises AISError for any other refusal.
        """
        behind = self.behind(store, bucket)
        if behind is None:
            return False
        try:
            with self._get(f"/{quote(behind)}/{quote(key)}", "") as answer:
                etag = answer.headers.get("ETag", "").strip('"')
                writing.write(
                    store, bucket, key, Answered(answer), bucket.owner, counted=False, etag=etag
                )
        except AISError as error:
            if error.status == 404:
                return False
            raise
        return True

    @contextmanager
    def _get(self, path: str, query: str) -> Iterator[http.client.HTTPResponse]:
        """An answer of 200; asked again where the upstream says that it is of another region."""
        for again in (True, False):
            with closing(self.connect()) as connection:
                try:
                    headers = self._headers(path, query)
                    target = f"{path}?{query}" if query else path
                    connection.request("GET", target, headers=headers)
                    answer = connection.getresponse()
                except (OSError, http.client.HTTPException) as problem:
                    message = f"the upstream does not answer: {problem}"
                    raise AISError("", message, 502) from problem
                if answer.status == 200:
                    yield answer
                    return
                said = answer.read(LONGEST_ERROR)
                region = _region(said)
                if again and region is not None:
                    self._region = region[1].decode()
                    continue
                text = said.decode("utf-8", "replace")
                raise AISError(
                    "", f"invalid status: {answer.status}, output: {text}", answer.status
                )

    def _headers(self, path: str, query: str) -> dict[str, str]:
        headers = {
            "host": self._host,
            "x-amz-content-sha256": EMPTY_SHA256,
            "x-amz-date": amz_date(time.time()),
        }
        credential = self._credential
        if credential is None:
            return headers
        moment = headers["x-amz-date"]
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        canonical = canonical_request(
            "GET", path, canonical_query(query), headers, _SIGNED, EMPTY_SHA256
        )
        key = SigningKey(credential.secret_key, moment[:8], self._region, "s3")
        signature = key.sign(string_to_sign(moment, scope, canonical.encode()))
        headers["authorization"] = (
            f"{ALGORITHM} Credential={credential.access_key}/{scope}, "
            f"SignedHeaders={';'.join(_SIGNED)}, Signature={signature}"
        )
        return headers


def _text(element: Element, name: str) -> str:
    return next((child.text for child in element.children if child.name == name), "")
