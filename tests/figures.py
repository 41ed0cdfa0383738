"""A figure of the code by its place, for tables of what it has to be and who says so."""

from __future__ import annotations

import importlib
from operator import attrgetter
from typing import Any


def figure(place: str) -> Any:
    """What ``package.module:NAME`` or ``package.module:Class.field`` has."""
    module, _, name = place.partition(":")
    return attrgetter(name)(importlib.import_module(module))
