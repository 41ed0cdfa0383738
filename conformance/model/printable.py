"""Text that others wrote, made fit for a terminal and a log of CI."""

from __future__ import annotations

LONGEST = 2000  # characters of one text that are printed


def printable(text: str) -> str:
    """One line of ``text``: terminal codes and line breaks are shown as escapes, not obeyed.

    A CI system takes a line that begins with ``::`` for a command, so no text may begin one.
    """
    kept = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"
    return "".join(char if char.isprintable() else _escaped(char) for char in kept)


def _escaped(char: str) -> str:
    return " " if char == "\t" else char.encode("unicode_escape", "backslashreplace").decode()
