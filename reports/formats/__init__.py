"""The report formats: one module each, with a ``FORMAT``; found by discovery."""

from __future__ import annotations

import importlib
import pkgutil

from reports.format import Format


def discover() -> dict[str, Format]:
    """Every format by name, in the order of their modules' names."""
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        made = importlib.import_module(f"{__name__}.{module.name}").FORMAT
        found[made.name] = made
    return found
