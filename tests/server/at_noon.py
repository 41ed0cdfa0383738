"""Noon of one day, and a version of an object that was written then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from server_ref.storage.records import Version

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


SECOND = int(NOON.timestamp())


def version(**changes: Any) -> Version:
    fields: dict[str, Any] = {
        "key": "k",
        "seq": 1,
        "version_id": "v",
        "marker": 0,
        "size": 10,
        "etag": "e",
        "modified": SECOND,
        "storage_class": "STANDARD",
        "owner": "me",
        "algorithm": None,
        "checksum_type": None,
        "checksum": None,
        "blob": 7,
    }
    return Version(**(fields | changes))


EARLIER, LATER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
