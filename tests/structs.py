"""The msgspec records of a module, for tests of how they are kept: frozen, with nothing unknown."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

import msgspec


def structs(modules: Iterable[str]) -> dict[str, type[msgspec.Struct]]:
    """Each record that one of the modules defines, by ``module:Name``."""
    return {
        f"{name}:{kind.__name__}": kind
        for name in modules
        for kind in vars(importlib.import_module(name)).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == name
    }
