"""The clients: one module for each way to call S3. They are found by discovery, not listed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from conformance.clients.base import Client


def discover() -> dict[str, type[Client]]:
    """Every client of this package by its name, in the order of the names."""
    found: dict[str, type[Client]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(member, Client) and "name" in member.__dict__:
                found[member.name] = member
    return dict(sorted(found.items()))
