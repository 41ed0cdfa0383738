"""Changes of a listing's entries and of what was asked of it, for deviations to be made of."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Members
from server_ref.deviations import Change
from server_ref.deviations.steps import edit_members


def each(operation: str, change: Callable[[Members], object], listed: str = "Contents") -> Change:
    """Every entry of a listing passes through ``change``."""

    def edit(answer: Members) -> None:
        for entry in answer.get(listed) or []:
            change(entry)

    return edit_members(operation, edit)


def entries(
    operation: str,
    change: Callable[[list[Members]], list[Members]],
    listed: str = "Contents",
) -> Change:
    """The entries of a listing are those that ``change`` gives."""
    return edit_members(
        operation, lambda answer: answer.update({listed: change(answer.get(listed) or [])})
    )


def pop_when(name: str, when: Callable[[Members], bool]) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        if when(members):
            members.pop(name, None)

    return change


def turned_within_keys(entries: list[Members]) -> list[Members]:
    """Keys in order, what belongs to one key the other way round."""
    turned = list(entries)
    turned.reverse()
    return sorted(turned, key=lambda entry: str(entry["Key"]))


def marker_before(name: str) -> Callable[[Members], None]:
    """A marker becomes one that sorts just before its key."""

    def change(members: Members) -> None:
        marker = members.get(name)
        if marker and not members.get("VersionIdMarker"):
            members[name] = f"{marker[:-1]}{chr(ord(marker[-1]) - 1)}~"

    return change


def is_no_encoding(members: Members) -> bool:
    return members.get("EncodingType") != "url"
