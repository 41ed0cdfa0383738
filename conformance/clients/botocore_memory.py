"""What botocore finds out anew in every process, remembered by the zygote for its children.

Parsed JSON files, folder listings, signatures of handlers and names of events: all are functions
of the installed files alone. A forked child runs one command on its own copy, so nothing one
command changes reaches the next. Stdlib only: the zygote loads it by path.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
from typing import Any

_PACKAGES = ("awscli.botocore", "botocore")  # newer releases of the aws CLI bring their own


class Memory:
    """The memory of one process; ``report`` what a child learned, ``learn`` it in the parent."""

    def __init__(self) -> None:
        self._files: dict[str, Any] = {}
        self._listings: dict[tuple[tuple[str, ...], str], Any] = {}
        self._loaders: Any = None
        for package in _PACKAGES:
            if f"{package}.loaders" in sys.modules:
                self._loaders = sys.modules[f"{package}.loaders"]
                self._remember_files(self._loaders.JSONFileLoader)
                self._remember_listings(self._loaders.Loader)
            if f"{package}.hooks" in sys.modules:
                _remember_hooks(sys.modules[f"{package}.hooks"])

    def _remember_files(self, reader: Any) -> None:
        read = reader.load_file

        def load_file(loader: Any, path: str) -> Any:
            if path not in self._files:
                self._files[path] = read(loader, path)
            return self._files[path]

        reader.load_file = load_file

    def _remember_listings(self, loader_class: Any) -> None:
        listed = loader_class.list_available_services

        def list_available_services(loader: Any, type_name: str) -> Any:
            key = (tuple(loader.search_paths), type_name)
            if key not in self._listings:
                self._listings[key] = listed(loader, type_name)
            return self._listings[key]

        loader_class.list_available_services = list_available_services

    def report(self) -> dict[str, Any]:
        """What this process has imported, read and listed, as JSON can hold it."""
        return {
            "modules": sorted(sys.modules),
            "files": sorted(self._files),
            "listings": [
                [list(paths), kind, found] for (paths, kind), found in self._listings.items()
            ],
        }

    def learn(self, reported: dict[str, Any]) -> None:
        """Import, read and list the same here."""
        for name in reported["modules"]:
            with contextlib.suppress(Exception):  # one made at run time cannot be imported
                importlib.import_module(name)
        for path in reported["files"]:
            self._loaders.JSONFileLoader().load_file(path)
        for paths, kind, found in reported["listings"]:
            self._listings[(tuple(paths), kind)] = found


def _remember_hooks(hooks: Any) -> None:
    hooks.accepts_kwargs = functools.lru_cache(None)(hooks.accepts_kwargs)
    aliaser = getattr(hooks, "EventAliaser", None)
    if aliaser is not None:
        rename = aliaser._alias_event_name
        known: dict[str, str] = {}

        def _alias_event_name(hook: Any, event_name: str) -> str:
            if event_name not in known:
                known[event_name] = rename(hook, event_name)
            return known[event_name]

        aliaser._alias_event_name = _alias_event_name


def make_a_driver() -> None:
    """Make an aws CLI and drop it, for what that leaves in the memories above."""
    driver = sys.modules.get("awscli.clidriver")
    if driver is not None:
        driver.create_clidriver()
