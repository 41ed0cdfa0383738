"""What a run's own requests put into its buckets: the keys they wrote and the uploads they began.

Removing starts from a bucket's listings. Where those fail, or do not name what stays, this is what
can still be deleted: names as they were sent, and the ids that the endpoint gave them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.wire import resource_of
from conformance.model import Call, Exchange

MOST = 50_000  # names that are remembered of the buckets there are; later ones are not
_UPLOAD_ID = re.compile(r"<UploadId>\s*([^<]+?)\s*</UploadId>")
_BEGINS = re.compile(r"(^|&)uploads(=|&|$)")  # in a query


@dataclass
class InBucket:
    """What was put into one bucket, in the order of the requests, each once."""

    keys: dict[str, None] = field(default_factory=dict)  # bytes that are no UTF-8 are surrogates
    versions: dict[tuple[str, str], None] = field(default_factory=dict)  # key and version id
    uploads: dict[tuple[str, str], None] = field(default_factory=dict)  # key and upload id

    def __len__(self) -> int:
        return len(self.keys) + len(self.versions) + len(self.uploads)


class Written:
    """The keys, versions and uploads of every bucket of one worker that is not removed yet."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._buckets: dict[str, InBucket] = {}

    def note(self, calls: Iterable[Call]) -> None:
        """Remember what the requests of ``calls`` wrote, whatever they were answered."""
        for call in calls:
            for exchange in call.exchanges:
                self._note(exchange)

    def in_bucket(self, bucket: str) -> InBucket:
        """What was put into ``bucket``; nothing where no request of this worker did."""
        return self._buckets.get(bucket, InBucket())

    def forget(self, bucket: str) -> None:
        """``bucket`` is gone, with all that was in it."""
        self._buckets.pop(bucket, None)

    def _note(self, exchange: Exchange) -> None:
        words = exchange.request.start_line.split(" ")
        if len(words) != 3 or words[0] not in ("PUT", "POST", "DELETE"):
            return
        bucket, key = resource_of(exchange, self._endpoint)
        if bucket is None or key is None or self._full():
            return
        there = self._buckets.setdefault(bucket, InBucket())
        if words[0] != "DELETE":
            there.keys[key] = None
        answer = exchange.response
        for name, value in answer.headers if answer is not None else ():
            if name.lower() == "x-amz-version-id":  # of an object, or of a delete marker
                there.versions[key, value] = None
        begins = words[0] == "POST" and _BEGINS.search(words[1].partition("?")[2])
        told = _UPLOAD_ID.search((answer.body.text or "") if begins and answer is not None else "")
        if told:
            there.uploads[key, html.unescape(told[1])] = None

    def _full(self) -> bool:
        return sum(map(len, self._buckets.values())) >= MOST
