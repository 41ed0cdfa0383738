"""Texts and names of a client as SQL: quoted, so that they are nothing else."""

from __future__ import annotations


def text_literal(text: str) -> str:
    """A string as SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'
