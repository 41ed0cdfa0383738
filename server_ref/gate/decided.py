"""What was decided on is what is opened: the store of a request that was judged by an object.

An object may be replaced between the decision and its reading. Whatever is read then is judged in
its turn, before anything of it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.gate.permissions import Need
from server_ref.response import Payload
from server_ref.storage.records import Bucket, Version

Judge = Callable[[Need, "Version | None"], None]
_Place = tuple[str, str, "str | None"]  # bucket, key, version id


class Decided:
    """A store that judges again what is not what was judged; everything else is the store's own."""

    def __init__(self, store: Any, judge: Judge) -> None:
        """``judge(need, found)`` raises S3Error AccessDenied."""
        self._store = store
        self._judge = judge
        self._seen: dict[_Place, dict[Need, Version | None]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def note(self, need: Need, found: Version | None) -> None:
        """``need`` is allowed of this version; None: of a key without an object."""
        place = (need.bucket, need.key or "", need.version_id)
        self._seen.setdefault(place, {})[need] = found

    def confirm(
        self, bucket: Bucket, key: str, version_id: str | None, found: Version | None
    ) -> None:
        """Judge what was found where something else was judged; raises S3Error AccessDenied."""
        if found is not None and found.marker:
            found = None
        for need, seen in self._seen.get((bucket.name, key, version_id), {}).items():
            if seen != found:
                self._judge(need, found)

    def head(self, bucket: Bucket, key: str, version_id: str | None = None) -> Version | None:
        """As `Store.head`; raises S3Error AccessDenied for what may not be looked at."""
        found: Version | None = self._store.head(bucket, key, version_id)
        self.confirm(bucket, key, version_id, found)
        return found

    def open(
        self,
        bucket: Bucket,
        key: str,
        version_id: str | None,
        choose: Callable[[Version | None], tuple[int, int]],
        customer_key: bytes | None = None,
    ) -> tuple[Version, Payload]:
        """As `Store.open`; raises S3Error AccessDenied for what may not be read."""

        def judged(found: Version | None) -> tuple[int, int]:
            self.confirm(bucket, key, version_id, found)
            return choose(found)

        opened: tuple[Version, Payload] = self._store.open(
            bucket, key, version_id, judged, customer_key
        )
        return opened
