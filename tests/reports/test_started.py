"""The command that started a known server, as a shell takes it."""

from __future__ import annotations

import shlex

import msgspec

from matrix import load_server
from reports.started import command_line


def test_variables_come_first_and_what_has_blanks_is_quoted() -> None:
    known = msgspec.structs.replace(
        load_server("moto"),
        command=("run", "a b", "{folder}/x", "--port={port}"),
        environment={"MODE": "on disk"},
    )

    line = command_line(known)

    assert line == "MODE='on disk' run 'a b' {folder}/x --port={port}"
    assert shlex.split(line)[1:] == list(known.command)
