"""Numbers with their noun, as sentences of the terminal, the gate and the reports count things."""

from __future__ import annotations


def counted(number: int, noun: str, several: str = "") -> str:
    """``1 check``, ``2,300 checks``; ``several`` is the plural where an "s" does not make it."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"
