"""The processes of S3 Select's queries, as /proc shows them."""

from __future__ import annotations

from pathlib import Path

from server_ref.select import process


def running() -> list[int]:
    """The ids of the processes of the queries that run now."""
    nursery = process._nursery._process
    if nursery is None:
        return []
    children = Path(f"/proc/{nursery.pid}/task/{nursery.pid}/children")
    return [int(word) for word in children.read_text().split()]
