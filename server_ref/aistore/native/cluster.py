"""What the native API says of the cluster: its map, its configuration, its health, its jobs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from server_ref.aistore.features import Features
from server_ref.aistore.native.asked import Asked
from server_ref.aistore.native.messages import (
    NativeError,
    json_response,
    not_implemented,
    read_action,
)
from server_ref.aistore.placement import Node
from server_ref.response import Response

UUID = "s3compat"
VERSION = "1"  # of the map: no node comes or goes


def cluster_map(proxy: Node, targets: list[Node]) -> dict[str, Any]:
    """The Smap."""
    return {
        "pmap": {proxy.id: _snode(proxy)},
        "tmap": {target.id: _snode(target) for target in targets},
        "proxy_si": _snode(proxy),
        "uuid": UUID,
        "creation_time": "2026-01-01T00:00:00Z",
        "version": VERSION,
    }


def _snode(node: Node) -> dict[str, Any]:
    parts = urlsplit(node.url)
    net = {
        "node_hostname": parts.hostname,
        "daemon_port": str(parts.port),
        "direct_url": node.url,
    }
    return {
        "daemon_id": node.id,
        "daemon_type": node.kind,
        "public_net": net,
        "intra_control_net": net,
        "intra_data_net": net,
        "flags": "0",
        "id_digest": node.digest,
    }


def configuration(features: Features) -> dict[str, Any]:
    """The cluster's configuration, as far as it is anything here."""
    return {
        "uuid": UUID,
        "version": VERSION,
        "features": str(features.number),
        "checksum": {"type": "xxhash"},
        "versioning": {"enabled": True},
        "auth": {"enabled": False},
    }


def answer(asked: Asked, proxy: Node, targets: list[Node], features: Features) -> Response:
    """Answers /v1/daemon, /v1/cluster and /v1/health. Raises NativeError."""
    method, what = asked.request.method, asked.query.get("what", "")
    if asked.resource == "health":
        return Response(200)
    if method == "GET" and what == "smap":
        return json_response(cluster_map(proxy, targets))
    if method == "GET" and what in ("config", "cluster_config"):
        return json_response(configuration(features))
    if method == "GET" and what in ("status_all", "running_all"):
        return json_response([])  # nothing here outlives its request
    if method == "PUT" and asked.resource == "cluster":
        return _configure(asked, features)
    raise not_implemented(asked.request)


def _configure(asked: Asked, features: Features) -> Response:
    """set-config, by parameters or by a message. Raises NativeError."""
    given: object = dict(asked.query)
    if asked.items[1:2] != ("set-config",):
        action = read_action(asked.request)
        if action.action != "set-config":
            raise not_implemented(asked.request)
        given = action.value
    if not isinstance(given, dict) or "features" not in given:
        raise NativeError(400, "of the configuration, this emulation has features alone")
    try:
        features.set(int(str(given["features"])))
    except ValueError as error:
        raise NativeError(400, str(error)) from error
    return Response(200)
