"""Known servers as targets of a run: named before they are there, started when it is their turn."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from conformance.endpoint.target import Target, TargetError
from conformance.model.counting import counted
from conformance.run.runner import terminated_like_interrupted
from matrix import KnownServer, load_server
from s3compat.servers.installing import Tell, get, intention
from s3compat.servers.serving import LOOPBACK, Running, running
from s3compat.servers.sources import coordinates

LOG = "server.log"
_VARIABLES = "S3COMPAT_SERVER_"
_NAME, _VERSION = "name", "version"


def targets_of(
    names: Sequence[str], versions: Sequence[str], profile: str | None, generation: str
) -> list[Target]:
    """A target for each name, in their order; nothing is got or started.

    ``versions`` are "VERSION" for a single server, or "NAME=VERSION". ``profile`` replaces what
    the servers themselves are known to claim. Raises TargetError and matrix.MatrixError.
    """
    wanted = _versions(names, versions)
    return [_target(_at(name, wanted.get(name)), profile, generation) for name in names]


def is_known_server(target: Target) -> bool:
    """Whether the target is a known server, to be started by ``serving``."""
    return bool(target.server)


def to_do(target: Target) -> str:
    """What getting the target's server would do, in a sentence."""
    return intention(_server(target))


@contextlib.contextmanager
def serving(target: Target, folder: Path, tell: Tell) -> Iterator[Target]:
    """The target with its server running: got if need be, its log kept in ``folder``.

    A target that is no known server is given back as it is. Raises ServerError.
    """
    if not is_known_server(target):
        yield target
        return
    server = _server(target)
    with terminated_like_interrupted():
        got = get(server, tell)
        if got.seconds:
            tell(f"{server.title}: installed in {got.seconds:.0f} s")
        keys = {
            f"{_VARIABLES}ACCESS_KEY_ID": server.access_key,
            f"{_VARIABLES}SECRET_ACCESS_KEY": server.secret_key,
        }
        with running(server, got.folder, folder / LOG) as one:
            os.environ.update(keys)
            try:
                yield msgspec.structs.replace(target, url=one.url)
            finally:
                for name in keys:
                    os.environ.pop(name, None)
                _say_crashes(server, one, tell)


def _say_crashes(server: KnownServer, one: Running, tell: Tell) -> None:
    if one.crashes:
        tell(
            f"{server.title} ended or hung {counted(one.crashes, 'time')} during the run and was "
            f"started again each time; its output is in {one.log}"
        )


def _target(server: KnownServer, profile: str | None, generation: str) -> Target:
    return Target(
        url=f"http://{LOOPBACK}",  # its port is known when it runs
        label=server.title,
        region=server.region,
        profile=profile or server.profile,
        credentials_env=_VARIABLES,
        generation=generation,
        server={
            _NAME: server.name,
            _VERSION: server.version,
            "package": coordinates(server),
            "source": server.source,
        },
    )


def _server(target: Target) -> KnownServer:
    return _at(target.server[_NAME], target.server[_VERSION])


def _at(name: str, version: str | None) -> KnownServer:
    server = load_server(name)
    return msgspec.structs.replace(server, version=version) if version else server


def _versions(names: Sequence[str], given: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, equals, version = text.partition("=")
        if not equals and len(names) == 1:
            name, version = names[0], text
        if name not in names or not version:
            raise TargetError(
                f"--server-version {text!r}: expected NAME=VERSION with a name of --server "
                f"({', '.join(names)}), or a version alone where there is one server"
            )
        if not all(char.isalnum() or char in ".-+_" for char in version):
            raise TargetError(f"--server-version {text!r}: {version!r} is no version")
        found[name] = version
    return found
