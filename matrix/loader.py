"""Reads rows and profiles from TOML and refuses a wrong one with its file, key and reason."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import msgspec

from matrix.names import unknown
from matrix.reading import MatrixError, decode, read_toml
from matrix.schema import Claim, Matrix, OperationName, Profile, Row

ROWS = Path(__file__).parent / "rows"
PROFILES = Path(__file__).parent / "profiles"
NOT_COVERED = "not-covered.toml"

_further: dict[Path, None] = {}  # files of rows that are not ours, in the order they came


class _NotCovered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    not_covered: tuple[OperationName, ...]


def load_matrix(folder: Path = ROWS) -> Matrix:
    """Every row of every TOML file in ``folder``; raises MatrixError for the first wrong one.

    With our own folder, those of ``include_rows`` come after them.
    """
    files = tuple(file for file in sorted(folder.glob("*.toml")) if file.name != NOT_COVERED)
    further = tuple(_further) if folder == ROWS else ()
    stamps = tuple(_stamp(file) for file in (*files, *further, folder / NOT_COVERED))
    read = _read_matrix(folder, files, further, stamps)
    return Matrix(rows=dict(read.rows), not_covered=read.not_covered)


def _stamp(file: Path) -> tuple[int, int] | None:
    """Another one once the file was written; None where it is not there."""
    try:
        known = file.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


@functools.lru_cache(maxsize=8)  # a command asks some twenty times, and reading takes a while
def _read_matrix(
    folder: Path,
    files: tuple[Path, ...],
    further: tuple[Path, ...],
    _stamps: tuple[tuple[int, int] | None, ...],
) -> Matrix:
    rows: dict[str, Row] = {}
    origin: dict[str, Path] = {}
    for file in files + further:
        for row in read_rows(file):
            if row.id in rows:
                raise MatrixError(
                    f"{file}: row {row.id!r}: id is taken by a row of {origin[row.id]}; rename one"
                )
            rows[row.id] = row
            origin[row.id] = file
    if not rows:
        raise MatrixError(f"{folder}: no row in any *.toml file of this folder")
    not_covered = _not_covered(folder / NOT_COVERED)
    for row in rows.values():
        for operation in row.operations:
            if operation in not_covered and origin[row.id] not in further:
                raise MatrixError(
                    f"{folder / NOT_COVERED}: not_covered: {operation} is in row {row.id!r} of "
                    f"{origin[row.id]}; remove it here"
                )
    return Matrix(rows=rows, not_covered=not_covered)


def include_rows(folder: Path) -> None:
    """Let ``load_matrix`` give the rows of somebody else's folder too: of each TOML file in it.

    Raises MatrixError for a wrong one, and includes none of them then.
    """
    files = sorted(folder.rglob("*.toml"))
    before = dict(_further)
    _further.update(dict.fromkeys(files))
    try:
        load_matrix()
    except MatrixError:
        _further.clear()
        _further.update(before)
        raise


def load_profile(name_or_path: str | Path) -> Profile:
    """A profile of ours by name (``"aistore"``), or anybody's by the path of its TOML file.

    Raises MatrixError for a profile that does not exist, is wrong, or claims a row that the
    matrix does not have.
    """
    file = _profile_file(name_or_path)
    document = read_toml(file)
    if {"settings", "deviations"} & set(document):
        raise MatrixError(
            f"{file} is a behaviour file of the reference server, for `s3compat serve "
            "--behaviour`. `s3compat run --profile` needs a profile: a file "
            "with the keys name, title, source, "
            "claims"
        )
    known = load_matrix()
    for row_id, claim in _table(document, "claims", file).items():
        _hold_row(row_id, known, f"{file}: claims.{row_id}")
        if isinstance(claim, dict):
            claim.setdefault("support", document.get("default", "supported"))
        decode(claim, Claim, f"{file}: claims.{row_id}")
    profile = decode(document, Profile, str(file))
    for line in profile.table.rows if profile.table else ():
        for row_id in line.rows:
            _hold_row(row_id, known, f"{file}: table: {line.api}")
    return profile


def _hold_row(name: str, known: Matrix, where: str) -> None:
    """Raise MatrixError for what is no row, with the rows of it where it is a group of them."""
    if name in known.rows:
        return
    groups = {group.casefold(): rows for group, rows in known.groups.items()}
    if name.casefold() in groups:
        ids = ", ".join(row.id for row in groups[name.casefold()])
        raise MatrixError(
            f"{where}: {name!r} is a group of rows; name each of the rows that you mean: {ids}"
        )
    raise MatrixError(f"{where}: {unknown('row', name, known.rows, 's3compat matrix')}")


def profile_names() -> list[str]:
    """The names of the profiles that come with s3compat."""
    return sorted(file.stem for file in PROFILES.glob("*.toml"))


def read_rows(file: Path) -> list[Row]:
    """The rows of one file of ``[[row]]`` tables; raises MatrixError."""
    document = read_toml(file)
    for key in document:
        if key != "row":
            raise MatrixError(f"{file}: {key}: a file of rows has [[row]] tables only")
    tables = document.get("row")
    if not isinstance(tables, list) or not tables:
        raise MatrixError(f"{file}: row: expected at least one [[row]] table")
    rows = []
    for number, table in enumerate(tables, start=1):
        label = str(number)
        if isinstance(table, dict) and "id" in table:
            label = repr(table["id"])
        rows.append(decode(table, Row, f"{file}: row {label}"))
    return rows


def _not_covered(file: Path) -> tuple[str, ...]:
    if not file.exists():
        return ()
    operations = decode(read_toml(file), _NotCovered, str(file)).not_covered
    repeated = sorted({name for name in operations if operations.count(name) > 1})
    if repeated:
        raise MatrixError(f"{file}: not_covered: named twice: {', '.join(repeated)}")
    return operations


def _profile_file(name_or_path: str | Path) -> Path:
    named = PROFILES / f"{name_or_path}.toml"
    if str(name_or_path) in profile_names():
        return named
    path = Path(name_or_path)
    if path.is_file():
        return path
    if path.suffix == ".toml" or len(path.parts) > 1:  # written as a path
        where = "" if path.is_absolute() else f" in {Path.cwd()}"
        raise MatrixError(f"the profile {path}: there is no such file{where}")
    problem = unknown("profile", str(name_or_path), profile_names())
    raise MatrixError(f"{problem}; a file of your own is named by its path")


def _table(document: dict[str, Any], key: str, file: Path) -> dict[str, Any]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise MatrixError(f"{file}: {key}: expected a table")
    return table
