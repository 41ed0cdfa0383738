"""A library's module with a stand-in for the library, and what it is told.

The libraries live in Pythons of their own and may not be here. `tests/clients/test_sdk_programs.py`
runs them where they are; the tests of this folder hold what is said to them, and what is refused
because they have no word.
"""

from __future__ import annotations

import datetime
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest

import conformance.clients

FOLDER = Path(conformance.clients.__file__).parent / "libraries"
TIME = datetime.datetime(2026, 2, 3, tzinfo=datetime.UTC)
SETTINGS: dict[str, Any] = {
    "endpoint": "http://h:9",
    "region": "us-east-1",
    "addressing": "path",
    "proxy": "http://proxy",
    "ca": None,
    "credentials": {"access_key": "AK", "secret_key": "SK", "session_token": None},
}
REFUSED = "refused"


def loaded(name: str) -> ModuleType:
    """A module of the folder, fresh, as its program has it."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


program = loaded("program")


def faked(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[MagicMock]:
    made = [MagicMock(name=name) for name in names]
    for name, fake in zip(names, made, strict=True):
        monkeypatch.setitem(sys.modules, name, fake)
    return made


def said(library: Any, operation: str, members: dict[str, Any]) -> Any:
    """What the operation gives, or that it is refused."""
    try:
        return getattr(library, operation)(program.Members(members))
    except NotImplementedError:
        return REFUSED


B, K = {"Bucket": "b"}, {"Bucket": "b", "Key": "k"}
STORE = ("store", "b")
