"""Virtual directories: an object's name is a path on its target's disk, and can be in the way.

A target has a folder of a name where one of its objects is below that name. What another target
has is not seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from server_ref.aistore import properties
from server_ref.aistore.placement import number_of, uname
from server_ref.storage.records import Bucket

Place = Callable[[str], int]  # a key to the number of its target


def placing(bucket: Bucket, targets: int) -> Place:
    """Which of so many targets has a key of this bucket."""
    provider, name = properties.provider_and_name(bucket)
    return lambda key: number_of(uname(provider, name, key), targets)


def having(reader: sqlite3.Connection, bucket: Bucket, folder: str, targets: int) -> frozenset[int]:
    """The targets that have a folder of this name (without a slash at its end)."""
    place = placing(bucket, targets)
    found: set[int] = set()
    for key in _below(reader, bucket, folder):
        found.add(place(key))
        if len(found) == targets:
            break
    return frozenset(found)


def hidden(
    reader: sqlite3.Connection, bucket: Bucket, prefix: str, targets: int
) -> Callable[[str], bool]:
    """Which keys with this prefix a listing leaves out.

    A target that has a folder of just that name looks into it and nowhere else: with ``app/x`` on
    it, ``apple`` is not found by the prefix ``app``.
    """
    if not prefix or prefix.endswith("/"):
        return lambda _key: False
    looking = having(reader, bucket, prefix, targets)
    place = placing(bucket, targets)
    return lambda key: not key.startswith(f"{prefix}/") and place(key) in looking


def in_the_way(reader: sqlite3.Connection, bucket: Bucket, key: str, targets: int) -> str | None:
    """Why a key cannot be written to its target, in AIStore's words; None where it can."""
    place = placing(bucket, targets)
    mine = place(key)
    if any(place(below) == mine for below in _below(reader, bucket, key)):
        return "destination exists and is a virtual directory"
    pieces = key.split("/")
    above = ["/".join(pieces[:count]) for count in range(1, len(pieces))]
    if any(place(name) == mine and _is(reader, bucket, name) for name in above):
        return "destination contains an object in its path"
    return None


def _below(reader: sqlite3.Connection, bucket: Bucket, folder: str) -> Iterator[str]:
    rows = reader.execute(
        "SELECT key FROM object WHERE bucket = ? AND key >= ? AND key < ? AND marker = 0",
        (bucket.id, f"{folder}/", f"{folder}0"),  # "0" comes after "/"
    )
    return (row[0] for row in rows)


def _is(reader: sqlite3.Connection, bucket: Bucket, key: str) -> bool:
    found = reader.execute(
        "SELECT 1 FROM object WHERE bucket = ? AND key = ? AND marker = 0", (bucket.id, key)
    ).fetchone()
    return found is not None
