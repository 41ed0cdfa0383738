"""A name that does not exist: the message, with the nearest there is.

The suite says it in the same form (`matrix/names.py`); the server imports nothing of the suite's.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_NEAR = 0.6  # of 1; a letter or two that are wrong, or a dash for an underscore


def unknown(kind: str, name: str, known: Iterable[str], listed_by: str = "") -> str:
    """What it is not, the nearest, and what there is or the command that lists it."""
    spelled = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), spelled, n=1, cutoff=_NEAR)
    guess = f"; did you mean {spelled[near[0]]!r}?" if near else ";"
    there = f"`{listed_by}` lists them" if listed_by else f"there are {', '.join(spelled.values())}"
    return f"there is no {kind} {name!r}{guess} {there}"
