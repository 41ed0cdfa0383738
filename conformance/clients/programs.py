"""Where the CLI programs are, and which interpreter runs them."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from conformance.clients.base import ClientCannotError

_VERSION_TIMEOUT = 60.0  # seconds for a program to say its version


@dataclass(frozen=True)
class Program:
    """A CLI as installed. ``own`` means that it runs on this interpreter, with its packages."""

    path: Path
    own: bool
    preload: tuple[str, ...] = ()  # modules that a warm start imports beforehand

    @property
    def python(self) -> bool:
        """Whether it is a script that a Python interpreter runs."""
        with self.path.open("rb") as file:
            line = file.readline(256)
        return line.startswith(b"#!") and b"python" in line


def find_program(name: str, variable: str, preload: tuple[str, ...]) -> Program:
    """The program called ``name``: the one ``variable`` names, else ours, else the PATH's.

    Raises ClientCannotError, with what to do, where there is none.
    """
    given = os.environ.get(variable)
    if given:
        path = Path(given)
        if not path.is_file():
            raise ClientCannotError(f"{variable} names {given}, which is no file; correct it")
        return Program(path, own=_is_own(path), preload=preload)
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        if (path := Path(folder) / name).is_file():
            return Program(path, own=_is_own(path), preload=preload)
    found = shutil.which(name)
    if found is None:
        raise ClientCannotError(f"{name} is not installed; install it or set {variable}")
    return Program(Path(found), own=_is_own(Path(found)), preload=preload)


def _is_own(path: Path) -> bool:
    with path.open("rb") as file:
        line = file.readline(256).decode("utf-8", "replace").strip()
    interpreter = line.removeprefix("#!").split(" ")[0]
    if not line.startswith("#!") or not interpreter:
        return False
    return Path(interpreter).parent == Path(sys.executable).parent


@functools.cache
def program_version(path: Path) -> str:
    """The first line the program prints for `--version`."""
    done = subprocess.run(
        [str(path), "--version"],
        capture_output=True,
        text=True,
        timeout=_VERSION_TIMEOUT,
        check=False,
        env={"PATH": os.environ.get("PATH", ""), "HOME": os.devnull, "LC_ALL": "C.UTF-8"},
    )
    lines = (done.stdout or done.stderr).strip().splitlines()
    if done.returncode != 0 or not lines:
        raise ClientCannotError(f"{path} --version ended with {done.returncode}")
    return lines[0]
