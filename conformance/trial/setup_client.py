"""The client that setup, looking and cleaning up go through: raw, following redirects.

It is not one of the clients that are measured. What a check starts from is about objects, not
about who follows a redirect. It goes on to the endpoint's own hosts and those its profile declares,
for the same bucket and key, and with the method it came with; any other redirect is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from conformance.clients.base import Answer, CliMode
from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.tripwire import Hosts
from conformance.model import Exchange
from matrix.service_model import query_names

HOPS = 4  # redirects followed for one request
REDIRECTS = frozenset({301, 302, 307, 308})


class SetupClient(RawClient):
    """Sends the same request again, signed for where a redirect with a Location points."""

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self._hosts = Hosts(endpoint.hosts)
        self._elsewhere: dict[str, RawClient] = {}  # by host and port

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        answer = super().call(operation, parameters)
        for _ in range(HOPS):
            where = answer.headers.get("Location")
            if answer.status not in REDIRECTS or where is None or answer.exchange is None:
                break
            if not self._leads_on(where, answer.exchange):
                break
            before = answer.exchanges
            answer = self._again(where, operation, parameters)
            answer.call = msgspec.structs.replace(
                answer.call, exchanges=(*before, *answer.exchanges)
            )
        return answer

    def close(self) -> None:
        for other in self._elsewhere.values():
            other.close()
        super().close()

    def _again(self, where: str, operation: str, parameters: Mapping[str, Any]) -> Answer:
        """The request at ``where``, through a client of that host, kept for the next redirect."""
        parts = urlsplit(where)
        base = self.endpoint.base_path
        if parts.netloc not in self._elsewhere:
            there = replace(
                self.endpoint, url=f"{parts.scheme}://{parts.netloc}{base}", addressing="path"
            )
            self._elsewhere[parts.netloc] = RawClient(there, self.scratch)
        path = parts.path.removeprefix(base)
        return self._elsewhere[parts.netloc].call_at(path, parts.query, operation, parameters)

    def _leads_on(self, where: str, asked: Exchange) -> bool:
        """Whether it is the same resource at a host of the endpoint's: never from TLS to plain
        HTTP, never another bucket or key, never a sub-resource that was not asked for.
        """
        try:
            parts = urlsplit(where)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            return False  # no URL
        if parts.username or parts.scheme != urlsplit(self.endpoint.url).scheme:
            return False
        if not parts.hostname or not self._hosts.allows(parts.hostname, port):
            return False
        path, _, query = asked.request.start_line.split(" ")[1].partition("?")
        own = set(parse_qsl(query, keep_blank_values=True))
        theirs = set(parse_qsl(parts.query, keep_blank_values=True))
        beside = {name for name, _ in theirs - own}  # a redirecting server's own, as AIStore's
        same = unquote(parts.path) == unquote(self._whole_path(path, asked))
        return same and own <= theirs and not beside & query_names()

    def _whole_path(self, path: str, asked: Exchange) -> str:
        """The path with the bucket in it, also where that stood in the Host header."""
        host = next((value for name, value in asked.request.headers if name == "Host"), "")
        bucket = host.removesuffix(f".{self.endpoint.host}")
        return path if bucket == host else f"{self.endpoint.base_path}/{bucket}{path}"
