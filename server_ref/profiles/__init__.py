"""Profiles: settings and deviations under a name, one TOML file each.

title = "AIStore's S3 API"
deviations = ["no-acl"]

[settings]            # fields of server_ref.settings.Settings
base_path = "/s3"
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server_ref.settings import Settings

_FOLDER = Path(__file__).parent
_KEYS = {"title", "settings", "deviations"}


class ProfileError(ValueError):
    """A profile that is not there or cannot be used; says which, where and why."""


@dataclass(frozen=True)
class Profile:
    """A name's settings (by field of Settings) and deviations."""

    name: str
    title: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    deviations: tuple[str, ...] = ()


def names() -> tuple[str, ...]:
    """The profiles that are built in."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_profile(name: str) -> Profile:
    """A built-in profile by name, or one from a file by path. Raises ProfileError."""
    path = _FOLDER / f"{name}.toml" if name in names() else Path(name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProfileError(
            f"no profile is called {name!r}; choose one of {', '.join(names())}, or name a file"
        ) from None
    except (OSError, ValueError) as error:
        raise ProfileError(f"{path} cannot be read: {error}") from error
    known = {f.name for f in dataclasses.fields(Settings)}
    for key in data:
        if key not in _KEYS:
            raise ProfileError(f"{path}: {key!r} is not one of {', '.join(sorted(_KEYS))}")
    settings = data.get("settings", {})
    for key in settings:
        if key not in known:
            raise ProfileError(f"{path}: settings.{key} is not one of {', '.join(sorted(known))}")
    return Profile(path.stem, data.get("title", ""), settings, tuple(data.get("deviations", ())))
