"""AIStore's feature flags: names, bits, and which of them a bucket may have of its own.

The order is AIStore's, for a flag's bit is its place. Those with a constant do something here.
https://github.com/NVIDIA/aistore/blob/main/cmn/feat/feat.go
"""

from __future__ import annotations

from collections.abc import Iterable

from server_ref.errors.unknown import unknown

API_VIA_ROOT = "S3-API-via-Root"
PRESIGNED = "S3-Presigned-Request"
LIST_ALL = "Do-not-Optimize-Listing-Virtual-Dirs"
REDIRECT_REBUILD = "S3-Redirect-Rebuild"
REVERSE_PROXY = "S3-Reverse-Proxy"

NAMES = (
    "Enforce-IntraCluster-Access",
    "Skip-Loading-VersionChecksum-MD",
    "Do-not-Auto-Detect-FileShare",
    API_VIA_ROOT,
    "Fsync-PUT",
    "LZ4-Block-1MB",
    "LZ4-Frame-Checksum",
    "Do-not-Allow-Passing-FQN-to-ETL",
    "Ignore-LimitedCoexistence-Conflicts",
    PRESIGNED,
    LIST_ALL,
    "Disable-Cold-GET",
    "Streaming-Cold-GET",
    REVERSE_PROXY,
    "S3-Use-Path-Style",
    "Do-not-Delete-When-Rebalancing",
    "Do-not-Set-Control-Plane-ToS",
    "Trust-Crypto-Safe-Checksums",
    "S3-ListObjectVersions",
    "Enable-Detailed-Prom-Metrics",
    "Force-Container-CPU-Mem",
    "Resume-Interrupted-MPU",
    "Keep-Unknown-FQN",
    "Load-Balance-GET",
    "Count-Object-NotFound-Stats",
    "Enable-Go-Runtime-Metrics",
    "Dload-Allow-Private-Egress",
    REDIRECT_REBUILD,
)
OF_A_BUCKET = frozenset(
    {
        "Skip-Loading-VersionChecksum-MD",
        "Fsync-PUT",
        PRESIGNED,
        "Disable-Cold-GET",
        "Streaming-Cold-GET",
        "S3-Use-Path-Style",
        "S3-ListObjectVersions",
        "Resume-Interrupted-MPU",
        "Count-Object-NotFound-Stats",
    }
)


def bits(names: Iterable[str]) -> int:
    """The flags as one number. Raises ValueError for a name AIStore does not have."""
    total = 0
    for name in names:
        if name not in NAMES:
            raise ValueError(unknown("feature of AIStore's", name, NAMES))
        total |= 1 << NAMES.index(name)
    return total


def names(number: int) -> tuple[str, ...]:
    """The flags of a number. Raises ValueError for a bit that means nothing."""
    if number < 0 or number >> len(NAMES):
        raise ValueError(f"unknown feature flags {number:#x}")
    return tuple(name for place, name in enumerate(NAMES) if number >> place & 1)


class Features:
    """The cluster's flags; they change while it runs."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.number = bits(wanted)

    def __contains__(self, name: str) -> bool:
        return bool(self.number >> NAMES.index(name) & 1)

    def set(self, number: int) -> None:
        """Replace all of them. Raises ValueError."""
        names(number)
        self.number = number
