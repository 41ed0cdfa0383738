"""How long a query may take: one bound for reading the object, running and telling the rows."""

from __future__ import annotations

from server_ref.errors import S3Error

SECONDS = 600.0  # from its expression to its last row
GRACE = 30.0  # seconds more, in which the query's process says itself that it is over


def late() -> S3Error:
    """What a query is answered that takes longer."""
    return S3Error("Busy", "The query takes too long. Select less of the object.")
