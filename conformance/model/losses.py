"""What destroyed data that a check saw to be lost: the request that did it, and what it did wrong.

A loss is what comes of a fault, and no fault of its own: a tag that is stored as the object, a
condition that is not looked at. The request says which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from conformance.model.answers import status_of
from conformance.model.records import Call, Exchange, Expectation, Result

_AFTER = re.compile(r", after (PUT|POST|DELETE) (/\S+)$")
_WRITES = ("PUT", "POST", "DELETE")


@dataclass(frozen=True)
class Destroyer:
    """A request that was done, and after which data was gone or overwritten."""

    call: Call
    exchange: Exchange
    target: str  # path and query, as sent
    lost: str  # what was lost: "object bucket/key", "bucket name"

    @property
    def method(self) -> str:
        """PUT, POST or DELETE."""
        return self.exchange.request.start_line.partition(" ")[0]

    @property
    def here(self) -> bool:
        """Whether it was sent to the key that was lost."""
        kind, _, name = self.lost.partition(" ")
        return kind == "object" and unquote(self.target.partition("?")[0]).endswith(f"/{name}")

    @property
    def elsewhere(self) -> bool:
        """Whether it was sent to another key than the one that was lost."""
        return self.lost.startswith("object ") and not self.here


def destroyers(result: Result) -> list[Destroyer]:
    """The request behind each loss: the one that the check names, else the last write it sent."""
    found = []
    for one in result.expectations:
        if one.lost and (found_one := _destroyer(result, one)) is not None:
            found.append(found_one)
    return found


def told_losses(result: Result) -> list[str]:
    """What was lost, without the names of one run: ``DELETE /bucket?cors: the bucket is gone``."""
    return [_told(one, _destroyer(result, one)) for one in result.expectations if one.lost]


def _told(lost: Expectation, by: Destroyer | None) -> str:
    if by is None:
        return f"{lost.what} is {lost.actual}"
    how = "gone" if lost.actual.startswith("gone") else "overwritten"
    _, _, key = by.target.partition("?")[0].lstrip("/").partition("/")
    names = [pair.partition("=")[0] for pair in by.target.partition("?")[2].split("&")]
    shown = [name for name in names if name and not name.startswith(("X-Amz-", "x-id"))]
    asked = f"{by.method} /bucket{'/key' if key else ''}{'?' if shown else ''}{'&'.join(shown)}"
    kind = lost.what.partition(" ")[0]
    return f"{asked}: {'another' if by.elsewhere else 'the'} {kind} is {how}"


def _destroyer(result: Result, lost: Expectation) -> Destroyer | None:
    """Of the writes that were done, the one.

    What a key holds now may have been sent to the key that it was copied from: a test's write to
    the lost key that came after the request that is named goes before it.
    """
    named = _AFTER.search(lost.actual)
    for call in reversed(result.calls):
        for exchange in reversed(call.exchanges):
            method, _, rest = exchange.request.start_line.partition(" ")
            if method not in _WRITES or status_of(exchange)[:1] != "2":
                continue
            one = Destroyer(call, exchange, rest.partition(" ")[0], lost.what)
            test = call.purpose == "test"
            if named is None:
                wanted = test
            else:
                wanted = (method, one.target) == named.groups() or (test and one.here)
            if wanted:
                return one
    return None
