"""What a client by itself has no way to do, row by row or check by check: its limits, as data.

A file `matrix/clients/<client>.toml` has a `[cannot."<row or check>"]` table for each, with `why`
in plain words and `cite`, the page or the source of the client that says so. A client that is
always tried has its reasons in the rows (`[row.cannot]`) instead.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from matrix.loader import load_matrix
from matrix.names import unknown
from matrix.reading import MatrixError, decode, read_toml
from matrix.schema import ClientName, Url, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "clients"


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing a client cannot do, and where its own people say so."""

    why: Words  # in plain words
    cite: Url  # where its own documentation or source says so


class ClientLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything one client cannot do: ids of rows or of checks to the reason."""

    client: ClientName  # the file's own name
    cannot: dict[str, Limit] = {}  # a row's id, or a check's: why not


@cache
def client_limits(folder: Path = FOLDER) -> Mapping[str, ClientLimits]:
    """The limits of every client that has some, by its name.

    Raises MatrixError for a file that is wrong, bears another name than its client's, or speaks of
    a row that does not exist. Whether a check exists is asked by who knows the checks.
    """
    found: dict[str, ClientLimits] = {}
    for file in sorted(folder.glob("*.toml")):
        limits = read_limits(file)
        found[limits.client] = limits
    return MappingProxyType(found)


def read_limits(file: Path) -> ClientLimits:
    """The limits of one file; raises MatrixError as ``client_limits`` does."""
    rows = load_matrix().rows
    limits = decode(read_toml(file), ClientLimits, str(file))
    if limits.client != file.stem:
        raise MatrixError(f"{file}: client: the file is called {file.stem}; name it the same")
    for name in limits.cannot:
        if name.partition(".")[0] not in rows:
            problem = unknown("row", name.partition(".")[0], rows, "s3compat matrix")
            raise MatrixError(f"{file}: cannot.{name!r}: {problem}")
    return limits


def why_not(client: str, check: str) -> str | None:
    """Why this client has no way to do a check (``row.name``), None where nothing says so."""
    limits = client_limits().get(client)
    if limits is None:
        return None
    limit = limits.cannot.get(check) or limits.cannot.get(check.partition(".")[0])
    return f"{limit.why} ({limit.cite})" if limit is not None else None
