"""Checks of somebody else's own: those of a folder or a package outside s3compat, with their rows.

They are the same as ours: functions with `@check`, in modules that are found by discovery; rows are
`[[row]]` tables in TOML files beside them. Once included in a process they are among all others.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType

import matrix
from conformance.trial.check import Check, CheckError, discover

_OUR_NAME = "s3compat_own_checks"  # the package that a plain folder becomes, with its own name
_included: dict[Path, str] = {}  # folder -> the name of its package


class OwnChecksError(ValueError):
    """A folder or package without checks, or that cannot be loaded; the message says why."""


def include(wanted: str) -> Path:
    """Load the checks and rows of a folder, or of a package by its dotted name; gives the folder.

    A second time it does nothing. A folder with an ``__init__.py`` is imported by its own name, so
    that it may import what lies beside it; a plain folder by a name made for it. Raises
    OwnChecksError, and MatrixError for a row that is wrong.
    """
    folder, name = _found(wanted)
    if folder in _included:
        return folder
    matrix.include_rows(folder)
    discover()  # ours are first, so that it is the folder's whose id is taken
    for module in _modules(folder, name, wanted):
        _import(module, wanted)
    _included[folder] = name
    rows = matrix.load_matrix().rows
    for one in own(folder).values():
        if one.row not in rows:
            problem = matrix.unknown("row", one.row, rows, "s3compat matrix")
            raise OwnChecksError(f"--checks {wanted}: {one.id}: {problem}")
    if not own(folder):
        raise OwnChecksError(
            f"--checks {wanted}: no check in it; a check is a function with "
            "`@check(...)` of conformance.trial, in a module of the folder"
        )
    return folder


def own(folder: Path) -> dict[str, Check]:
    """The checks of an included folder, by id."""
    name = _included[folder]
    return {
        identity: one
        for identity, one in discover().items()
        if one.source == name or one.source.startswith(f"{name}.")
    }


def _found(wanted: str) -> tuple[Path, str]:
    """The folder that is meant, and the name of its package."""
    folder = Path(wanted).resolve()
    if folder.is_dir():
        if not (folder / "__init__.py").is_file():
            return folder, f"{_OUR_NAME}_{re.sub(r'[^A-Za-z0-9]', '_', folder.name)}"
        root = folder.parent
        while (root / "__init__.py").is_file():
            root = root.parent
        _may_import_from(root)
        return folder, ".".join(folder.relative_to(root).parts)
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", wanted):
        raise OwnChecksError(f"--checks {wanted}: no such folder, and no name of a package")
    _may_import_from(Path.cwd())
    try:
        spec = importlib.util.find_spec(wanted)
    except ImportError as problem:
        raise OwnChecksError(f"--checks {wanted}: {problem}; give a folder's path") from problem
    if spec is None or not spec.submodule_search_locations:
        raise OwnChecksError(f"--checks {wanted}: no such folder, and no package to be imported")
    return Path(next(iter(spec.submodule_search_locations))).resolve(), wanted


def _may_import_from(folder: Path) -> None:
    """At the end of the path: what is installed is never hidden by what lies in a folder."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _modules(folder: Path, name: str, wanted: str) -> list[str]:
    if (folder / "__init__.py").is_file():
        _import(name, wanted)
    elif name not in sys.modules:
        made = ModuleType(name)
        made.__path__ = [str(folder)]
        sys.modules[name] = made
    elif list(sys.modules[name].__path__) != [str(folder)]:
        raise OwnChecksError(
            f"--checks {wanted}: another folder of checks is called {folder.name} too; rename one"
        )
    found = pkgutil.walk_packages([str(folder)], f"{name}.")
    return sorted(one.name for one in found if not _is_a_test(one.name))


def _is_a_test(name: str) -> bool:
    """Tests of the checks may lie beside them."""
    last = name.rpartition(".")[2]
    return last == "conftest" or last.startswith("test_") or last.endswith("_test")


def _import(module: str, wanted: str) -> None:
    try:
        importlib.import_module(module)
    except CheckError as problem:
        raise OwnChecksError(f"--checks {wanted}: {problem}") from problem
    except Exception as problem:
        raise OwnChecksError(
            f"--checks {wanted}: the module {module} cannot be imported: "
            f"{type(problem).__name__}: {problem}"
        ) from problem
