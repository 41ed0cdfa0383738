"""The client that setup, looking and cleaning up go through: raw, following redirects.

It is not one of the clients that are measured. What a check starts from is about objects, not
about who follows a redirect. It goes on to the endpoint's own hosts and those its profile declares,
for the same bucket and key, and with the method it came with; any other redirect is an answer.
Where an answer names the bucket's Region, the same request is signed for that Region.
"""

from __future__ import annotations

import re
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
REGIONS = 8  # for which a client is kept
_WRONG_REGION = frozenset(
    {"AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"}
)
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class SetupClient(RawClient):
    """Sends the same request again, signed for where a redirect with a Location points."""

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self._hosts = Hosts(endpoint.hosts)
        self._elsewhere: dict[str, RawClient] = {}  # by host and port
        self._regions: dict[str, RawClient] = {}  # clients of the same endpoint, by Region

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        answer = super().call(operation, parameters)
        for _ in range(HOPS):
            where = answer.headers.get("Location")
            if answer.status not in REDIRECTS or where is None or answer.exchange is None:
                break
            if not self._leads_on(where, answer.exchange):
                break
            answer = _after(answer, self._again(where, operation, parameters))
        region = _region_told(answer)
        if region is not None and region != self.endpoint.region:
            answer = _after(answer, self._in(region).call(operation, parameters))
        return answer

    def close(self) -> None:
        for other in (*self._elsewhere.values(), *self._regions.values()):
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

    def _in(self, region: str) -> RawClient:
        """A client that signs for ``region``, kept; of a few Regions only."""
        if region not in self._regions:
            if len(self._regions) >= REGIONS:
                self._regions.pop(next(iter(self._regions))).close()
            self._regions[region] = RawClient(replace(self.endpoint, region=region), self.scratch)
        return self._regions[region]

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


def _region_told(answer: Answer) -> str | None:
    """The Region that a refused request should have been signed for, where the answer says it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
    """
    wrong = answer.code in _WRONG_REGION or answer.status == 301
    if answer.good or not wrong:
        return None
    told = answer.headers.get("x-amz-bucket-region") or answer.error.get("Region") or ""
    return told if _REGION.fullmatch(told) else None


def _after(first: Answer, second: Answer) -> Answer:
    """The second answer, with the exchanges of both."""
    exchanges = (*first.exchanges, *second.exchanges)
    second.call = msgspec.structs.replace(second.call, exchanges=exchanges)
    return second
