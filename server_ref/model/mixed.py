"""Two lists that S3 writes as one, in the order of what they list: versions and delete markers.

The model has a list for each kind of element, and SDKs give two; who reads the document in its
order takes the first entry of a key for its latest version.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from server_ref.context import Members
from server_ref.model.elements import Structure, Write, part

POSITION = "Position"  # of an entry in the listing; no member of the model, so it is not written

# Operation -> the members whose entries stand among each other.
MIXED = {"ListObjectVersions": ("Versions", "DeleteMarkers")}


class Kind(NamedTuple):
    """One of the lists: its member, the element of an entry and what is inside."""

    member: str
    wire: str
    structure: Structure


def mix(body: Structure, kinds: tuple[Kind, Kind]) -> Callable[[Members], str]:
    """What writes ``body`` with the entries of both kinds where the first has its place."""
    first, second = kinds
    inside = Structure()
    inside.parts = {name: one for name, one in body.parts.items() if name != second.member}
    inside.parts[first.member] = part("", "", _write(first, second))

    def write(members: Members) -> str:
        others = members.get(second.member)
        if not others:
            return body.write(members)
        both = (members.get(first.member) or (), others)
        rest = {name: value for name, value in members.items() if name != second.member}
        return inside.write({**rest, first.member: both})

    return write


def _write(first: Kind, second: Kind) -> Write:
    def write(both: Any) -> str:
        runs = groupby(_merged(*both), key=lambda one: one[0])
        return "".join(
            kind.structure.elements(kind.wire, [entry for _, entry in run])
            for number, run in runs
            for kind in (second if number else first,)
        )

    return write


def _merged(first: list[Members], second: list[Members]) -> Iterator[tuple[int, Members]]:
    """Both by position, with the order that each of them has kept."""
    return merge(
        ((0, one) for one in first),
        ((1, one) for one in second),
        key=lambda numbered: numbered[1].get(POSITION, 0),
    )
