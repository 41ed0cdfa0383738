"""How the server of a run was started, where s3compat did it: for a report of its faults."""

from __future__ import annotations

import re
import shlex

from conformance.model import RunHeader
from matrix import KnownServer, MatrixError, load_server

_PLAIN = re.compile(r"[\w@%+=:,./{}-]+")  # a word that a shell takes as it stands


def known_server(header: RunHeader) -> KnownServer | None:
    """The known server that was tried; None for an endpoint of the user's own."""
    name = header.server.get("name")
    if name is None:
        return None
    try:
        return load_server(name)
    except (MatrixError, OSError):
        return None  # measured by another version of s3compat, which knew it


def command_line(known: KnownServer) -> str:
    """The command it was started with, as a shell has it.

    Folders and the port are different in each run; they stand as ``{folder}`` and ``{port}``.
    """
    variables = [f"{name}={shlex.quote(value)}" for name, value in known.environment.items()]
    words = [word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in known.command]
    return " ".join([*variables, *words])
