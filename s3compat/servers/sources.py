"""Package registries: the command that gets a package from each of them into a folder."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from matrix import KnownServer

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_WITHOUT_OTHERS = (
    "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
)


@dataclass(frozen=True)
class Registry:
    """A package registry: what people call it, the program that asks it, and how to ask.

    ``commands`` are run one after another in the folder, with ``environment`` on top. ``absent``
    is how its program says that there is no such package or version; its first group, where it has
    one, is the newest version that there is.
    """

    title: str
    program: str
    install_hint: str
    commands: Callable[[KnownServer, Path], list[list[str]]]
    environment: Callable[[Path], dict[str, str]] = lambda _folder: {}
    absent: str = r"(?!)"  # matches nothing


def coordinates(server: KnownServer) -> str:
    """The package and its version, as its own registry writes them."""
    between = {"pip": "==", "maven": ":"}.get(server.source, "@")
    return f"{server.package}{between}{server.version}"


def missing_program(server: KnownServer) -> str:
    """Which program is needed and not here, and what to do; empty where nothing is missing."""
    registry = REGISTRIES[server.source]
    if registry.program and shutil.which(registry.program) is None:
        return (
            f"{server.title} is installed with {registry.program}, which is not on PATH; "
            f"{registry.install_hint}"
        )
    return ""


def no_such_version(server: KnownServer, said: str) -> str:
    """The sentence where ``said`` (the end of what the program printed) tells that the version does
    not exist; "" where it tells something else.
    """
    registry = REGISTRIES[server.source]
    found = re.search(registry.absent, said)
    if found is None:
        return ""
    newest = f"the newest is {found[1]}" if found.re.groups and found[1] else ""
    package = server.package.partition("[")[0]
    return f"{registry.title} has no {package} {server.version}; " + (
        f"{newest}; give another with --server-version"
        if newest
        else "give another with --server-version"
    )


def _pip(server: KnownServer, folder: Path) -> list[list[str]]:
    return [
        [sys.executable, "-m", "venv", str(folder)],
        [
            str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet",
            "--disable-pip-version-check", coordinates(server), *server.get,
        ],
    ]  # fmt: skip


def _npm(server: KnownServer, folder: Path) -> list[list[str]]:
    words = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    return [[*words, "--prefix", str(folder), coordinates(server), *server.get]]


def _maven(server: KnownServer, folder: Path) -> list[list[str]]:
    """The package with everything it needs, as jars in ``lib``.

    One with a classifier (``group:artifact:classifier``) is a jar that has all of it inside.
    """
    group, artifact, *classifier = server.package.split(":")
    named = [("groupId", group), ("artifactId", artifact), ("version", server.version)]
    named += [("classifier", one) for one in classifier]
    wanted = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in named)
    if classifier:
        wanted += _WITHOUT_OTHERS
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>s3compat</groupId><artifactId>known-server</artifactId><version>1</version>"
        f"<dependencies><dependency>{wanted}</dependency></dependencies></project>\n",
        encoding="utf-8",
    )
    words = ["mvn", "-q", "-B", "-f", str(folder / "pom.xml"), _COPY]
    return [[*words, "-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}", *server.get]]


def _go(server: KnownServer, _folder: Path) -> list[list[str]]:
    return [["go", "install", *server.get, coordinates(server)]]


def _cargo(server: KnownServer, folder: Path) -> list[list[str]]:
    words = ["cargo", "install", "--quiet", "--locked", "--root", str(folder)]
    return [[*words, *server.get, coordinates(server)]]


REGISTRIES = {
    "pip": Registry(
        "PyPI",
        "",
        "",
        _pip,
        absent=r"(?:(?:, |from versions: )(?!none)([^\s,()]+)\)\s+)?"
        r"(?:ERROR: )?No matching distribution found",
    ),
    "npm": Registry(
        "npm",
        "npm",
        "install Node.js with npm (https://nodejs.org)",
        _npm,
        absent="ETARGET|E404|No matching version found",
    ),
    "maven": Registry(
        "Maven Central",
        "mvn",
        "install Maven and a JDK (https://maven.apache.org)",
        _maven,
        absent="Could not find artifact",
    ),
    "go": Registry(
        "the Go module proxy",
        "go",
        "install Go (https://go.dev/doc/install)",
        _go,
        lambda folder: {"GOBIN": str(folder / "bin")},
        absent="unknown revision|no matching versions",
    ),
    "cargo": Registry(
        "crates.io",
        "cargo",
        "install Rust (https://rustup.rs)",
        _cargo,
        lambda folder: {"CARGO_TARGET_DIR": str(folder / "target")},
        absent="could not find `[^`]*` in registry",
    ),
}
