"""Which target has an object: the highest random weight, as AIStore and its SDK compute it.

Every target here serves every object, so this decides where a request is sent, not what is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import xxhash

SEED = 1103515245  # of every digest of a name
_ALL_ADDRESSES = ("0.0.0.0", "::")
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


@dataclass(frozen=True)
class Node:
    """A proxy or a target."""

    id: str
    kind: str  # proxy | target
    url: str  # scheme, host and port

    @property
    def digest(self) -> int:
        """What its id weighs."""
        return digest(self.id)


def seen_from(node: Node, host: str) -> Node:
    """The node at the address a client knows it by: that of its Host header's machine.

    Only where the node listens on all addresses; else its own is the one.
    """
    parts = urlsplit(node.url)
    if parts.hostname not in _ALL_ADDRESSES:
        return node
    name = urlsplit(f"//{host}").hostname or parts.hostname
    shown = f"[{name}]" if ":" in name else name
    return replace(node, url=f"{parts.scheme}://{shown}:{parts.port}")


def digest(name: str) -> int:
    """64 bits of a name."""
    return xxhash.xxh64_intdigest(name.encode(), seed=SEED)


def uname(provider: str, bucket: str, key: str) -> str:
    """An object's name in the whole cluster; the namespace is always the global one."""
    return f"{provider}/@#/{bucket}/{key}"


def target_of(name: str, targets: Sequence[Node]) -> Node:
    """The target of a uname."""
    wanted = digest(name)
    return max(targets, key=lambda node: _weight(node.digest ^ wanted))


def number_of(name: str, count: int) -> int:
    """Which of the first ``count`` targets of a cluster has a uname, from 1."""
    wanted = digest(name)
    ids = range(1, count + 1)
    return max(ids, key=lambda number: _weight(digest(target_id(number)) ^ wanted))


def target_id(number: int) -> str:
    """The id of a cluster's target; the first is 1."""
    return f"t{number}ref"


def _weight(seed: int) -> int:
    """A splitmix64 step and a half, then xoshiro256**'s scrambler."""
    value = (seed + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    value = ((value ^ (value >> 31)) + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    value = ((value ^ (value >> 31)) * 5) & _MASK
    rotated = ((value << 7) | (value >> 57)) & _MASK
    return (rotated * 9) & _MASK
