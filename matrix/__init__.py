"""Rows and profiles as data, and the loader that refuses wrong files."""

from matrix.known_servers import KnownServer, load_server, server_names
from matrix.limits import ClientLimits, client_limits, why_not
from matrix.loader import include_rows, load_matrix, load_profile, profile_names, read_rows
from matrix.model import Coverage, coverage, data_folder, operations
from matrix.names import unknown
from matrix.reading import MatrixError, decode
from matrix.schema import (
    Claim,
    Declared,
    Level,
    Matrix,
    PageTable,
    Profile,
    Row,
    RowsFile,
    Says,
    Support,
    TableColumn,
    TableRow,
)

__all__ = [
    "Claim",
    "ClientLimits",
    "Coverage",
    "Declared",
    "KnownServer",
    "Level",
    "Matrix",
    "MatrixError",
    "PageTable",
    "Profile",
    "Row",
    "RowsFile",
    "Says",
    "Support",
    "TableColumn",
    "TableRow",
    "client_limits",
    "coverage",
    "data_folder",
    "decode",
    "include_rows",
    "load_matrix",
    "load_profile",
    "load_server",
    "operations",
    "profile_names",
    "read_rows",
    "server_names",
    "unknown",
    "why_not",
]
