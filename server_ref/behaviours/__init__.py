"""Behaviours of the server: settings and deviations under a name, one TOML file each.

title = "AIStore's S3 API"
deviations = ["no-acl"]

[settings]            # fields of server_ref.settings.Settings
base_path = "/s3"

What an endpoint's documentation claims is another file: a profile of the suite's (`matrix`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from server_ref.errors.unknown import unknown
from server_ref.settings import Settings

_FOLDER = Path(__file__).parent
_CLAIMS = {"claims", "default", "source", "cite"}  # of the suite's profiles
_KINDS = {  # of Python: in words
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
NOT_IN_A_FILE = "upstream_credential"


class BehaviourError(ValueError):
    """A behaviour file that is not there or cannot be used; says which, where and why."""


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the reference server differs from S3: what the TOML file says."""

    title: str = ""  # what it behaves as, in words
    deviations: tuple[str, ...] = ()  # names of `s3compat serve --list-deviations`, in their order
    settings: Settings = Settings()  # only what is not as usual


@dataclass(frozen=True)
class NamedBehaviour:
    """A name's settings (by field of Settings) and deviations."""

    name: str
    title: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    deviations: tuple[str, ...] = ()


def names() -> tuple[str, ...]:
    """The behaviours that are built in."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_behaviour(name: str) -> NamedBehaviour:
    """A built-in behaviour by name, or one from a file by path. Raises BehaviourError."""
    path = _FOLDER / f"{name}.toml" if name in names() else Path(name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path.suffix == ".toml" or len(path.parts) > 1:  # written as a path
            where = "" if path.is_absolute() else f" in {Path.cwd()}"
            raise BehaviourError(
                f"the behaviour file {path}: there is no such file{where}"
            ) from None
        problem = unknown("behaviour", name, names())
        raise BehaviourError(f"{problem}; a file of your own is named by its path") from None
    except (OSError, ValueError) as error:
        raise BehaviourError(f"{path} cannot be read: {error}") from error
    _hold_keys(path, data)
    try:
        read = msgspec.convert(data, Behaviour)
    except msgspec.ValidationError as error:
        raise BehaviourError(f"{path}: {_in_words(error)}") from error
    given = {key: getattr(read.settings, key) for key in data.get("settings", {})}
    return NamedBehaviour(path.stem, read.title, given, read.deviations)


def _in_words(error: msgspec.ValidationError) -> str:
    """msgspec's sentence with the key first, and with words for Python's types."""
    reason, _, place = str(error).partition(" - at `$")
    words = re.sub(r"`(\w+)`", lambda kind: _KINDS.get(kind[1], kind[0]), reason)
    key = place.strip("`.")
    return f"{key}: {words}" if key else words


def _hold_keys(path: Path, data: dict[str, Any]) -> None:
    """Raise BehaviourError for a key that does not exist, and say which there are."""
    if _CLAIMS & set(data):
        raise BehaviourError(
            f"{path} says what an endpoint's documentation claims: a file for `s3compat run "
            "--profile`. How the reference server behaves is another: title, deviations, settings"
        )
    for key in data:
        if key not in Behaviour.__struct_fields__:
            raise BehaviourError(f"{path}: {unknown('key', key, Behaviour.__struct_fields__)}")
    settings = data.get("settings", {})
    known = [key for key in Settings.__dataclass_fields__ if key != NOT_IN_A_FILE]
    for key in settings if isinstance(settings, dict) else ():
        if key not in known:
            raise BehaviourError(f"{path}: settings: {unknown('key', key, known)}")
