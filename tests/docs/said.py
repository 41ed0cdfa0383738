"""Is a command that the documentation names one that there is? Its parser and its names say so."""

from __future__ import annotations

import argparse
import configparser
import contextlib
import dataclasses
import importlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

import pytest

import matrix
import server_ref.deviations
from conformance.plugin import SWITCH
from conformance.roster import client_classes, named
from conformance.run.plan import UnknownNameError, make_plan
from conformance.trial.check import discover
from s3compat.cli import command_names
from s3compat.files import FILES
from s3compat.running.arguments import selection
from tests.docs.blocks import REPOSITORY

NAMES = ("s3compat", "pytest", "tox")
_UNFINISHED = r"the following arguments are required|expected one argument|is no folder"
PLACEHOLDERS = {"NAME", "COMMAND", "…"}  # words of a sentence that stand for any name


def wrong(words: Sequence[str], config: pytest.Config, *, whole: bool = True) -> str | None:
    """What is wrong with a command line; None: nothing.

    One that is not ``whole`` names a command or an option in a sentence: `s3compat gate`.
    """
    match words:
        case ["s3compat", *rest]:
            return _s3compat(rest, whole=whole)
        case ["pytest", *rest]:
            return _pytest(rest, config)
        case ["tox", *rest]:
            return _tox(rest)
    return f"{words[0]} is no command of ours"


def _s3compat(words: list[str], *, whole: bool) -> str | None:
    if not words or words[0] in PLACEHOLDERS or words[0].startswith("--"):
        return None
    if words[0] not in command_names():
        return f"there is no command {words[0]}"
    parser = importlib.import_module(f"s3compat.commands.{words[0]}").parser()
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            options = parser.parse_args([word for word in words[1:] if word != "…"])
    except SystemExit as ended:
        problem = said.getvalue().strip()
        if not ended.code or (not whole and re.search(_UNFINISHED, problem)):
            return None
        return problem.splitlines()[-1]
    return _names(words[0], options)


def _names(command: str, options: argparse.Namespace) -> str | None:
    """The rows, checks, clients, servers, faults and files that it names are there."""
    known = {
        "deviation": set(server_ref.deviations.discover()),
        "server": set(matrix.server_names()),
        "name": {one.name for one in FILES} if command == "schema" else None,
    }
    for option, those in known.items():
        given = getattr(options, option, None) or ()
        every = [given] if isinstance(given, str) else given
        asked = {one for word in every for one in word.split(",")} - PLACEHOLDERS
        if those is not None and asked - those - {"moto-older"}:  # a server of CONTRIBUTING's own
            return f"there is no {option} {asked - those}"
    if command != "run" or options.checks or options.shard or "…" in str(options):
        return None
    wanted = selection(options)
    everybody = named(("all",))
    try:
        make_plan(
            discover(),
            matrix.load_matrix(),
            dict.fromkeys(client_classes(), "1"),
            client_classes(),
            dataclasses.replace(wanted, clients=named(wanted.clients)),
            everybody,
        )
    except UnknownNameError as problem:
        return str(problem)
    return None


def _pytest(words: list[str], config: pytest.Config) -> str | None:
    if SWITCH in words:  # its other options are there beside it only
        unknown = [
            word for word in words if word[:1] == "-" and word.partition("=")[0] not in _beside()
        ]
    else:
        _, unknown = config._parser.parse_known_and_unknown_args([*words])
    return f"pytest has no {unknown}" if unknown else None


@cache
def _beside() -> set[str]:
    """The options of pytest beside the switch."""
    said = subprocess.run(
        [sys.executable, "-m", "pytest", SWITCH, "http://127.0.0.1:1", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(re.findall(r"(?<!\S)--?[a-zA-Z][a-z0-9-]*", said.stdout))


def _tox(words: list[str]) -> str | None:
    ours, _, run = shlex.join(words).partition(" -- ")
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("-e", default="")
    parser.add_argument("-q", action="store_true")
    try:
        options = parser.parse_args(shlex.split(ours))
    except argparse.ArgumentError as problem:
        return str(problem)
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(REPOSITORY / "tox.ini")
    sections = {name.removeprefix("testenv:") for name in tox.sections()}
    if missing := {name for name in options.e.split(",") if name} - sections:
        return f"tox.ini has no {missing}"
    return _s3compat(["run", *shlex.split(run)], whole=True) if run else None
