"""Installing a known server into the cache, once a version; every trouble is one sentence."""

from __future__ import annotations

import dataclasses
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from matrix import KnownServer
from s3compat.servers import cache, processes
from s3compat.servers.cache import CacheError, Installed
from s3compat.servers.sources import REGISTRIES, coordinates, missing_program, no_such_version

BEAT = 20.0  # seconds between two signs that an installation goes on
Tell = Callable[[str], None]


class ServerError(Exception):
    """A known server cannot be installed or started; the message says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Got:
    """An installed server: its folder, and how long getting it took (0: it was there)."""

    folder: Path
    seconds: float


def intention(server: KnownServer) -> str:
    """What getting it would do, in a sentence."""
    folder = cache.install_folder(server.name, server.version)
    if cache.installed(server.name, server.version):
        return f"{server.title} {server.version} is already installed in {folder}"
    registry = REGISTRIES[server.source]
    return (
        f"{server.title} {server.version} is not installed yet: {coordinates(server)} "
        f"({server.license}) comes from {registry.title} into {folder}"
    )


def get(server: KnownServer, tell: Tell) -> Got:
    """Install it unless it is there; says what it does before it does it. Raises ServerError."""
    folder = cache.install_folder(server.name, server.version)
    if cache.installed(server.name, server.version):
        tell(intention(server))
        return Got(folder, 0.0)
    tell(f"{intention(server)}. Installing it once takes a minute or more")
    missing = missing_program(server)
    if missing:
        raise ServerError(missing)
    try:
        with cache.emptied(server.name, server.version):
            if cache.installed(server.name, server.version):  # somebody else did it meanwhile
                return Got(folder, 0.0)
            return Got(folder, _install(server, folder, tell))
    except CacheError as problem:
        raise ServerError(str(problem)) from problem


def _status(
    process: subprocess.Popen[bytes],
    server: KnownServer,
    started: float,
    deadline: float,
    tell: Tell,
) -> int:
    """The exit status of a program that installs; says now and then that it is still at work."""
    while True:
        left = deadline - time.monotonic()
        try:
            return process.wait(max(0.1, min(left, BEAT)))
        except subprocess.TimeoutExpired:
            if left <= BEAT:
                raise
            tell(f"still installing {server.title} ({time.monotonic() - started:.0f} s)")


def _install(server: KnownServer, folder: Path, tell: Tell) -> float:
    registry = REGISTRIES[server.source]
    log = folder.parent / f"{server.version}.install.log"
    log.unlink(missing_ok=True)
    started = time.monotonic()
    deadline = started + server.get_seconds
    for words in registry.commands(server, folder):
        try:
            process = processes.begin(words, folder, registry.environment(folder), log)
        except OSError as problem:
            raise ServerError(f"{words[0]} cannot be started: {problem.strerror}") from problem
        try:
            status = _status(process, server, started, deadline, tell)
        except subprocess.TimeoutExpired as problem:
            raise ServerError(
                f"{coordinates(server)} was not installed within {server.get_seconds} s; its "
                f"output is in {log}"
            ) from problem
        finally:
            processes.end(process)
        if status and (absent := no_such_version(server, processes.tail(log))):
            raise ServerError(f"{absent} (the output is in {log})")
        if status:
            raise ServerError(
                f"{coordinates(server)} cannot be installed from {registry.title}: "
                f"{processes.last_words(log)} (all its output is in {log})"
            )
    took = time.monotonic() - started
    cache.mark(
        folder,
        Installed(
            name=server.name,
            version=server.version,
            by=coordinates(server),
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(took, 1),
        ),
    )
    return took
