"""The native API of one node: a request below /v1 to its answer; a proxy sends objects on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from server_ref.aistore import redirect
from server_ref.aistore.backend import Backend
from server_ref.aistore.features import Features
from server_ref.aistore.native import cluster
from server_ref.aistore.native.asked import PREFIX, Asked, read
from server_ref.aistore.native.buckets import Buckets
from server_ref.aistore.native.messages import NativeError, error_response, not_implemented
from server_ref.aistore.native.objects import Objects
from server_ref.aistore.placement import Node, seen_from, target_of, uname
from server_ref.errors import S3Error
from server_ref.http.requestlog import shown_path
from server_ref.request import Request
from server_ref.response import Response

logger = logging.getLogger("server_ref")


def is_native(request: Request) -> bool:
    """Whether a request is of this API."""
    target = request.target
    return target.startswith(PREFIX) and target[len(PREFIX) : len(PREFIX) + 1] in ("", "/", "?")


class Native:
    """Answers for all nodes, each saying which it is."""

    def __init__(
        self,
        store: Any,
        owner: str,
        features: Features,
        backend: Backend,
        nodes: Callable[[], tuple[Node, Sequence[Node]]],
        checksum: str,
    ) -> None:
        """``nodes`` gives the proxy and the targets, once they listen."""
        self._store = store
        self._features = features
        self._nodes = nodes
        self._buckets = Buckets(
            store, owner, backend, lambda: int(time.time()), features, nodes, checksum
        )
        self._objects = Objects(store, owner, backend)

    def respond(self, request: Request, node: Node) -> Response:
        """The answer of ``node``."""
        request.trace["operation"] = "native"
        try:
            return self._answer(read(request), node)
        except NativeError as error:
            request.trace["error"] = error.code or str(error.status)
            return error_response(request, error, node.id)
        except S3Error as error:  # of the body, of the store or of the upstream
            return error_response(request, NativeError(error.status, error.message), node.id)
        except Exception:  # as at the gate: the client gets an answer and the log the fault
            logger.exception("native request %s %s failed", request.method, shown_path(request))
            return error_response(request, NativeError(500, "internal error"), node.id)

    def _answer(self, asked: Asked, node: Node) -> Response:
        host = asked.request.host
        proxy, targets = self._nodes()
        proxy, targets = seen_from(proxy, host), [seen_from(one, host) for one in targets]
        if asked.resource == "buckets":
            return self._buckets.answer(asked)
        if asked.resource == "objects":
            if node.kind == "proxy":
                return self._sent_on(asked, proxy, targets)
            return self._objects.answer(asked, node)
        if asked.resource in ("daemon", "cluster", "health"):
            return cluster.answer(asked, proxy, list(targets), self._features)
        raise not_implemented(asked.request)

    def _sent_on(self, asked: Asked, proxy: Node, targets: Sequence[Node]) -> Response:
        """To the target that has the object: for good when it is read, else for once."""
        asked.bucket(self._store)
        target = target_of(uname(asked.provider, asked.bucket_name, asked.key), targets)
        where = redirect.location(asked.request, proxy, target)
        status = 301 if asked.request.method == "GET" else 307
        return Response(status, {"Location": where, "Content-Length": "0"})
