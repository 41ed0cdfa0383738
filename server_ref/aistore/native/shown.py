"""How the native API shows what there is: a bucket's properties, an object's, times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from server_ref.aistore import facts, properties
from server_ref.model.values import http_date
from server_ref.rules.times import moment
from server_ref.storage.records import Bucket, Version

NANOSECONDS = 10**9
ALL = frozenset({"size", "checksum", "atime", "version", "copies", "custom", "etag"})


def bucket_properties(store: Any, bucket: Bucket) -> dict[str, Any]:
    """The header Ais-Bucket-Props: those this emulation has, by AIStore's names."""
    provider, _ = properties.provider_and_name(bucket)
    kept = properties.of(store, bucket)
    backend = kept.backend or ("", "")
    return {
        "provider": provider,
        "backend_bck": {"name": backend[1], "provider": backend[0]},
        "checksum": {"type": kept.checksum, "validate_cold_get": False},
        "versioning": {"enabled": kept.versioning, "validate_warm_get": False},
        "features": str(kept.features),
        "bid": str(bucket.id),
        "created": str(bucket.created * NANOSECONDS),
    }


def object_headers(version: Version, at: int, wanted: frozenset[str]) -> dict[str, str]:
    """The Ais-* headers of an object, those of the ``wanted`` properties."""
    kept = version.read_details().facts
    headers: dict[str, str] = {}
    kind, value = facts.checksum(version)
    if "checksum" in wanted:
        headers["Ais-Checksum-Type"] = kind
        if value:
            headers["Ais-Checksum-Value"] = value
    if "atime" in wanted and at:
        headers["Ais-Atime"] = str(at)
    if "version" in wanted and facts.number(version):
        headers["Ais-Version"] = facts.number(version)
    if "copies" in wanted:
        headers["Ais-Mirror-Copies"] = "1"
    if "custom" in wanted and kept.get("custom"):
        headers["Ais-Custom-Md"] = kept["custom"]
    if "last-modified" in wanted:
        headers["Last-Modified"] = http_date(moment(facts.modified(version) // NANOSECONDS))
    if "etag" in wanted and version.etag:
        headers["ETag"] = f'"{version.etag}"'
    return headers


def time_text(nanoseconds: int, form: str = "") -> str:
    """A time in a listing: Go's RFC822 unless RFC3339's layout is asked for; "" for none."""
    if not nanoseconds:
        return ""
    at = datetime.fromtimestamp(nanoseconds // NANOSECONDS, UTC)
    if form.startswith("2006-01-02T15:04:05"):
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return at.strftime("%d %b %y %H:%M UTC")
