"""A name that does not exist: one form of message for all of them, with the nearest there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_NEAR = 0.6  # of 1; a letter or two that are wrong, or a dash for an underscore


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, None where none is like it.

    A pattern of names with a dot ("get-objct.*") is like one with the nearest name before its dot.
    """
    spelled = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(name.casefold(), spelled, n=1, cutoff=_NEAR)
    if found:
        return spelled[found[0]]
    head, dot, pattern = name.partition(".")
    if not dot or not any(char in pattern for char in "*?["):
        return None
    heads = {one.partition(".")[0] for one in spelled.values() if "." in one}
    near = nearest(head, heads - {head})
    return f"{near}.{pattern}" if near else None


def unknown(kind: str, name: str, known: Iterable[str], listed_by: str = "") -> str:
    """The message for a name that does not exist: what it is not, the nearest, and what there is.

    ``listed_by`` is a command that lists the names, for those that are too many for a message.
    """
    names = list(known)
    near = nearest(name, names)
    guess = f"; did you mean {near!r}?" if near else ";"
    there = f"`{listed_by}` lists them" if listed_by else f"there are {', '.join(names) or 'none'}"
    return f"there is no {kind} {name!r}{guess} {there}"
