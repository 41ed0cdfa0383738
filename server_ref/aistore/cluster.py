"""One proxy and its targets, each on a port of its own: the front of the emulation.

All nodes are this one process and share its store. A proxy answers what is about buckets and
sends what is about objects to a target.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from server_ref.aistore import properties, redirect
from server_ref.aistore.backend import Backend
from server_ref.aistore.errors import AISError
from server_ref.aistore.errors import response as error_response
from server_ref.aistore.features import (
    API_VIA_ROOT,
    REDIRECT_REBUILD,
    REVERSE_PROXY,
    Features,
)
from server_ref.aistore.native.api import Native, is_native
from server_ref.aistore.passthrough import PassThrough
from server_ref.aistore.placement import Node, seen_from, target_of, uname
from server_ref.errors import S3Error
from server_ref.http.connection import Application
from server_ref.request import Request
from server_ref.response import Response
from server_ref.settings import Settings

S3_PATH = "/s3"


class Cluster:
    """The nodes, and what they share: the gate, the store, the features."""

    def __init__(
        self,
        gate: Application,
        store: Any,
        settings: Settings,
        owner: str,
        *,
        always_rebuild: bool = False,
    ) -> None:
        """``always_rebuild``: redirects are as with the feature S3-Redirect-Rebuild.

        Raises ValueError for a feature AIStore does not have, or less than one target.
        """
        if settings.targets < 1:
            raise ValueError("a cluster needs a target: --targets 1 or more")
        self.gate = gate
        self._always_rebuild = always_rebuild
        self.store = store
        self.settings = settings
        self.features = Features(settings.features)
        self.proxy = Node("p0ref", "proxy", "")
        self.targets = [
            Node(f"t{number}ref", "target", "") for number in range(1, settings.targets + 1)
        ]
        self.backend = Backend(settings.upstream, settings.upstream_credential)
        self.native = Native(
            store, owner, self.features, self.backend, lambda: (self.proxy, self.targets)
        )
        self.pass_through = PassThrough(store, owner, self.features, self.backend)
        self.applications: Sequence[Application] = (
            Proxy(self),
            *(Target(self, number) for number in range(settings.targets)),
        )

    @property
    def path(self) -> str:
        """/s3, or nothing when S3 is at the root."""
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

    def object(self, request: Request) -> Response:
        """What a target answers: the S3 behind where a request is signed for that, or the gate."""
        try:
            answer = self.pass_through.answer(request, self.path)
        except AISError as refused:
            return error_response(request.method, refused)
        return answer or self.s3(request)

    def s3(self, request: Request) -> Response:
        """The gate's answer, whose addresses are below /s3 wherever the client's are."""
        if API_VIA_ROOT in self.features:
            request.target = S3_PATH + request.target
        return self.gate.respond(request)


class Proxy:
    """The node that clients are given."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def respond(self, request: Request) -> Response:
        """As Application."""
        if is_native(request):
            return self._cluster.native.respond(request, self._cluster.proxy)
        return self._sent_on(request) or self._cluster.object(request)

    def refuse(self, error: S3Error, method: str) -> Response:
        """As Application."""
        return self._cluster.gate.refuse(error, method)

    def _sent_on(self, request: Request) -> Response | None:
        """The redirect of a request about an object; None for one that is answered here."""
        cluster = self._cluster
        rebuild = cluster.rebuild
        if REVERSE_PROXY in cluster.features or (rebuild and request.method == "HEAD"):
            return None
        path, _, query = request.target.partition("?")
        name, _, key = path.removeprefix(cluster.path + "/").partition("/")
        if not key or request.method == "OPTIONS" or _is_answered_here(request.method, query):
            return None
        try:
            bucket = properties.by_name(cluster.store, name)
        except S3Error:
            return None  # said by the gate
        provider, own_name = properties.provider_and_name(bucket)
        target = target_of(uname(provider, own_name, key), cluster.targets)
        target = seen_from(target, request.host)
        host = target.url.partition("://")[2]
        endpoint = f"{host}{cluster.path}" if rebuild else ""
        return redirect.to_target(request, own_name, cluster.proxy, target, endpoint)


class Target:
    """A node that has objects; it answers whatever it is asked."""

    def __init__(self, cluster: Cluster, number: int) -> None:
        self._cluster = cluster
        self._number = number

    def respond(self, request: Request) -> Response:
        """As Application."""
        cluster = self._cluster
        if is_native(request):
            return cluster.native.respond(request, cluster.targets[self._number])
        return cluster.object(request)

    def refuse(self, error: S3Error, method: str) -> Response:
        """As Application."""
        return self._cluster.gate.refuse(error, method)


_ANSWERED_HERE = frozenset({"acl", "cors", "lifecycle", "policy"})


def _is_answered_here(method: str, query: str) -> bool:
    """A read of a sub-resource that AIStore does not implement, of an object too."""
    asked = {piece.partition("=")[0] for piece in query.split("&")}
    return method == "GET" and not _ANSWERED_HERE.isdisjoint(asked)
