"""Known servers: how a server is got from a package registry, started, and known to be ready; data.

A file of ``matrix/servers/`` is one server. Getting and starting it is done by
``s3compat.servers``; nothing here runs anything.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from matrix.expected import expects
from matrix.loader import profile_names
from matrix.names import unknown
from matrix.reading import MatrixError, decode, read_toml
from matrix.schema import Slug, Url, Words

SERVERS = Path(__file__).parent / "servers"

Source = Literal["pip", "npm", "maven", "go", "cargo"]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]
FileName = Annotated[
    str, expects("the name of a file, without a folder", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
VariableName = Annotated[
    str, expects("the name of an environment variable", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
]

PLACES = ("install", "folder", "port", "port2", "port3", "port4", "access_key", "secret_key")
_PLACE = re.compile(r"\{([a-z_]+[0-9]?)\}")


class KnownServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One server, at one version of a package registry.

    ``package`` is the name its registry has it under; ``get`` are further words for the program
    that gets it. ``folders`` and ``files`` are made in its own folder before it starts.
    ``command``, ``environment`` and the contents of ``files`` may say ``{install}`` (where it was
    installed), ``{folder}`` (its own for this run), ``{port}`` (free, on loopback; ``{port2}`` to
    ``{port4}`` more of them), ``{access_key}`` and ``{secret_key}``. It is ready when ``ready``,
    a path, is answered with a status below 500. With ``restart`` it is started again where it
    ends by itself, or answers nothing any more. ``said`` is what a reader of its results has to
    know: the options that were chosen, and what was not tried.
    """

    name: Slug  # the file's own name, for `--server`
    title: Words  # what a report shows
    home: Url  # its own page
    license: Words  # its licence, by its SPDX name
    source: Source  # the registry that has it
    package: Words  # its name there
    version: Words  # that is got; `--server-version` takes another
    get: tuple[Words, ...] = ()  # further words for the program that gets it
    command: Annotated[
        tuple[Words, ...], msgspec.Meta(min_length=1)
    ]  # that starts it, word by word
    environment: dict[VariableName, str] = {}  # variables it is started with
    folders: tuple[FileName, ...] = ()  # made in its own folder before it starts
    files: dict[FileName, str] = {}  # written there before it starts: name to contents
    access_key: Words  # it knows, or takes
    secret_key: Words  # of that access key
    region: Words = "us-east-1"  # requests are signed for
    profile: Slug = "aws"  # what it claims
    ready: Annotated[str, expects("a path, such as /health", pattern=r"^/\S*$")] = "/"
    """The path that shows it is ready: answered with a status below 500."""
    ready_seconds: Seconds = 60  # it may take until it is ready
    get_seconds: Seconds = 900  # it may take to be got
    restart: bool = False  # start it again where it ends by itself
    said: str = ""  # what a reader of its results has to know

    def __post_init__(self) -> None:
        for text in (*self.command, *self.environment.values(), *self.files.values()):
            for place in _PLACE.findall(text):
                if place not in PLACES:
                    raise ValueError(f"{{{place}}} is no place; there are {', '.join(PLACES)}")
        if not any("{port}" in text for text in self._texts()):
            raise ValueError(
                "no text has {port}, so the server cannot listen on the port that s3compat chooses"
            )

    def filled(self, text: str, values: dict[str, str]) -> str:
        """The text with each place replaced by its value."""
        return _PLACE.sub(lambda found: values[found.group(1)], text)

    def _texts(self) -> tuple[str, ...]:
        return (*self.command, *self.environment.values(), *self.files.values())


def load_server(name: str) -> KnownServer:
    """The known server of this name. Raises MatrixError where there is none, or it is wrong."""
    if name not in server_names():
        problem = unknown("known server", name, server_names())
        raise MatrixError(f"{problem}. `s3compat run --endpoint URL` tries any other")
    return read_server(SERVERS / f"{name}.toml")


def read_server(file: Path) -> KnownServer:
    """The server of one file, which has its name. Raises MatrixError where it is wrong."""
    server = decode(read_toml(file), KnownServer, str(file))
    if server.name != file.stem:
        raise MatrixError(f"{file}: name: {server.name!r} is not the file's name")
    if server.profile not in profile_names():
        raise MatrixError(f"{file}: {unknown('profile', server.profile, profile_names())}")
    return server


def server_names() -> list[str]:
    """The names of the known servers, sorted."""
    return sorted(file.stem for file in SERVERS.glob("*.toml"))
