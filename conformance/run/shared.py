"""Whether the bucket that checks share still works, so that what one check broke blames no other.

A request can spoil a bucket: after a body that broke off, a server may fail each listing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.clients.base import Answer
from conformance.model import Call
from conformance.model.answers import status_of

LISTINGS = ("ListObjectsV2", "ListMultipartUploads")  # what many checks ask of the shared bucket
_SAYS_NO = frozenset({"501", "503"})  # not implemented, busy: nothing broke


@dataclass
class SharedBucketCare:
    """Looks whether a bucket takes an object and can be listed.

    A listing that fails in a new bucket, too, says nothing of the old one and is not asked again.
    """

    ask: Callable[[str, Mapping[str, Any]], Answer]
    _never: set[str] = field(default_factory=set)

    def works(self, bucket: str) -> bool:
        """Whether ``bucket`` still does what a new one does."""
        put = self.ask("PutObject", {"Bucket": bucket, "Key": "is-it-well", "Body": b"x"})
        return put.good and not any(self._fails(name, bucket) for name in LISTINGS)

    def learn(self, bucket: str) -> None:
        """``bucket`` is new: what fails in it fails in every bucket."""
        self._never.update(name for name in LISTINGS if self._fails(name, bucket))

    def _fails(self, name: str, bucket: str) -> bool:
        if name in self._never:
            return False
        status = self.ask(name, {"Bucket": bucket}).status
        return status == 0 or (status >= 500 and str(status) not in _SAYS_NO)


def server_failed(calls: Iterable[Call]) -> bool:
    """Whether a request got no whole answer, or a 5xx that does not say "not implemented"."""
    return any(
        exchange.response is None
        or (status_of(exchange).startswith("5") and status_of(exchange) not in _SAYS_NO)
        for call in calls
        for exchange in call.exchanges
    )
