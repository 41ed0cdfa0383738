"""One proxy and its targets, each on a port of its own: the front of the emulation.

All nodes are this one process and share its store. A proxy answers what is about buckets and
sends what is about objects to a target.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from server_ref.aistore import paths, properties, redirect
from server_ref.aistore.backend import Backend
from server_ref.aistore.errors import XML_HEADER, AISError
from server_ref.aistore.errors import response as error_response
from server_ref.aistore.features import (
    API_VIA_ROOT,
    REDIRECT_REBUILD,
    REVERSE_PROXY,
    Features,
)
from server_ref.aistore.native.api import Native, is_native
from server_ref.aistore.passthrough import PassThrough
from server_ref.aistore.placement import Node, seen_from, target_id, target_of, uname
from server_ref.aistore.properties import CHECKSUMS
from server_ref.errors import S3Error
from server_ref.http.connection import Application
from server_ref.request import Request
from server_ref.response import Response
from server_ref.settings import Settings
from server_ref.storage.records import Bucket

S3_PATH = "/s3"

# What a proxy makes of the answers of several targets that have no list of uploads to tell.
NO_UPLOADS = (
    f"{XML_HEADER}<ListMultipartUploadsResult><Bucket></Bucket><UploadIdMarker></UploadIdMarker>"
    "<MaxUploads>0</MaxUploads><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"
).encode()


class Cluster:
    """The nodes, and what they share: the gate, the store, the features."""

    def __init__(
        self,
        gate: Application,
        store: Any,
        settings: Settings,
        owner: str,
        *,
        features: Features,
        always_rebuild: bool = False,
        checksum: str = CHECKSUMS[0],
    ) -> None:
        """``always_rebuild``: redirects are as with the feature S3-Redirect-Rebuild.

        ``checksum`` is that of a bucket that is made without a choice. Raises ValueError for
        less than one target.
        """
        if settings.targets < 1:
            raise ValueError("a cluster needs a target: --targets 1 or more")
        self.gate = gate
        self._always_rebuild = always_rebuild
        self.store = store
        self.settings = settings
        self.features = features
        self.proxy = Node("p0ref", "proxy", "")
        self.targets = [
            Node(target_id(number), "target", "") for number in range(1, settings.targets + 1)
        ]
        self.backend = Backend(settings.upstream, settings.upstream_credential)
        self.native = Native(
            store, owner, features, self.backend, lambda: (self.proxy, self.targets), checksum
        )
        self.pass_through = PassThrough(store, owner, self.features, self.backend)
        self.applications: Sequence[Application] = (
            Proxy(self),
            *(Target(self, number) for number in range(settings.targets)),
        )

    @property
    def path(self) -> str:
        """Where S3 is: /s3, or with a feature the root, where /s3 stays beside it."""
        return "" if API_VIA_ROOT in self.features else S3_PATH

    @property
    def rebuild(self) -> bool:
        """A client makes the redirected request anew from host, port and path."""
        return self._always_rebuild or REDIRECT_REBUILD in self.features

    def listening(self, urls: Sequence[str]) -> None:
        """As Front."""
        self.proxy = dataclasses.replace(self.proxy, url=urls[0])
        self.targets = [
            dataclasses.replace(target, url=url)
            for target, url in zip(self.targets, urls[1:], strict=True)
        ]

    def answer(self, request: Request, node: Node) -> Response:
        """What a node answers. Raises ConnectionAbortedError where it ends the connection."""
        if paths.has_nul(request.target):
            raise ConnectionAbortedError("AIStore ends the connection at a NUL in a path")
        if node is self.proxy:
            request.target = paths.reparsed(request.target)
        if is_native(request):
            response = self.native.respond(request, node)
        else:
            if API_VIA_ROOT in self.features and not _is_below(request.target, S3_PATH):
                request.target = S3_PATH + request.target
            response = (self._sent_on(request) if node is self.proxy else None) or self._s3(request)
        response.headers.setdefault("Date", formatdate(usegmt=True))
        return response

    def _s3(self, request: Request) -> Response:
        """What a target answers: the S3 behind where a request is signed for that, or the gate."""
        try:
            answer = self.pass_through.answer(request, S3_PATH)
        except AISError as refused:
            return error_response(request.method, refused)
        return answer or self.gate.respond(request)

    def _sent_on(self, request: Request) -> Response | None:
        """The redirect of a request about an object; None for one that is answered here."""
        path, _, query = request.target.partition("?")
        name, _, key = path.removeprefix(S3_PATH + "/").partition("/")
        asked = paths.parameters(query)
        uploads = request.method == "GET" and "uploads" in asked and _STUBS.isdisjoint(asked)
        if not (key or uploads) or _is_answered_here(request.method, asked):
            return None
        try:
            source = self._source(request) if key else None
            bucket = properties.by_name(self.store, unquote(name))
            if uploads and len(self.targets) > 1:
                return (
                    Response(200, {"Content-Type": "application/xml"}, NO_UPLOADS) if key else None
                )
            placed = source or (bucket, self._placed(key, request.encoding) if key else "")
        except AISError as refused:
            return error_response(request.method, refused)
        except S3Error:
            return None  # said by the gate
        if REVERSE_PROXY in self.features or (self.rebuild and request.method == "HEAD"):
            return None
        target = target_of(uname(*properties.provider_and_name(placed[0]), placed[1]), self.targets)
        target = seen_from(target, request.host)
        host = target.url.partition("://")[2]
        endpoint = f"{host}{S3_PATH}" if self.rebuild else ""
        own_name = properties.provider_and_name(bucket)[1]
        return redirect.to_target(request, own_name, self.proxy, target, endpoint)

    def _source(self, request: Request) -> tuple[Bucket, str] | None:
        """Bucket and key, as they were sent, of what is copied: its target does that.

        Raises AISError where one of them is missing, or there is no such bucket.
        """
        given = request.headers.get("x-amz-copy-source") if request.method == "PUT" else None
        if not given:
            return None
        bucket, slash, key = given.strip("/").partition("/")
        if not slash:
            raise AISError("", "missing or empty object name", 400)
        try:
            return properties.by_name(self.store, bucket), key.strip("/")
        except S3Error as error:
            raise AISError(error.code, f'bucket "ais://{bucket}" does not exist', 404) from error

    def _placed(self, key: str, encoding: str) -> str:
        """The name of the object that a piece of a path means. Raises AISError."""
        name = paths.object_name(paths.name(key, encoding))
        paths.refuse_home(name)
        return name

    def refuse(self, error: S3Error, _method: str) -> Response:
        """The answer to what is no request: that of Go's server, which is no S3's."""
        phrase = HTTPStatus(error.status).phrase
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        return Response(error.status, headers, f"{error.status} {phrase}".encode())


class Proxy:
    """The node that clients are given: it sends on what is about objects."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def respond(self, request: Request) -> Response:
        """As Application, but that it may raise ConnectionAbortedError."""
        return self._cluster.answer(request, self._cluster.proxy)

    def refuse(self, error: S3Error, method: str) -> Response:
        """As Application."""
        return self._cluster.refuse(error, method)


class Target:
    """A node that has objects; it answers whatever it is asked."""

    def __init__(self, cluster: Cluster, number: int) -> None:
        self._cluster = cluster
        self._number = number

    def respond(self, request: Request) -> Response:
        """As Application, but that it may raise ConnectionAbortedError."""
        return self._cluster.answer(request, self._cluster.targets[self._number])

    def refuse(self, error: S3Error, method: str) -> Response:
        """As Application."""
        return self._cluster.refuse(error, method)


_STUBS = frozenset({"acl", "cors", "lifecycle", "policy"})
_REDIRECTED = frozenset({"DELETE", "GET", "HEAD", "POST", "PUT"})


def _is_below(target: str, path: str) -> bool:
    return target.startswith(path) and target[len(path) : len(path) + 1] in ("", "/", "?")


def _is_answered_here(method: str, asked: frozenset[str]) -> bool:
    """A read of what AIStore does not implement, of an object too; what no target is asked."""
    if method == "POST":
        return asked.isdisjoint(("uploads", "uploadId"))
    return method not in _REDIRECTED or (method == "GET" and not _STUBS.isdisjoint(asked))
