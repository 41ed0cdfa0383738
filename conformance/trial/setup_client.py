"""The client that setup, looking and cleaning up go through: raw, following redirects.

It is not one of the clients that are measured. What a check starts from is about objects, not
about who follows a redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from conformance.clients.base import Answer, CliMode
from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import Endpoint

HOPS = 4  # redirects followed for one request
REDIRECTS = frozenset({301, 302, 307, 308})


class SetupClient(RawClient):
    """Sends the same request again, signed for where a redirect with a Location points."""

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self._elsewhere: dict[str, RawClient] = {}  # by host and port

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        answer = super().call(operation, parameters)
        for _ in range(HOPS):
            where = answer.headers.get("Location")
            if answer.status not in REDIRECTS or where is None or not self._leads_on(where):
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

    def _leads_on(self, where: str) -> bool:
        """Whether it is a whole URL of the endpoint's own kind: never from TLS to plain HTTP."""
        parts = urlsplit(where)
        return bool(parts.netloc) and parts.scheme == urlsplit(self.endpoint.url).scheme
