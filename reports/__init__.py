"""Reports: what run logs say, for people and for programs.

``formats()`` lists the formats, ``render(name, logs)`` makes one, ``schemas()`` describes those
that are JSON. ``reports.formats`` is the function; a format's module is had with
``from reports.formats import html``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conformance.model import RunLog
from matrix import load_matrix, unknown
from reports.format import Format, ReportError
from reports.formats import discover as formats

__all__ = ["Format", "ReportError", "formats", "render", "schemas"]


def render(name: str, logs: Sequence[RunLog]) -> str:
    """The report ``name`` made from these run logs, side by side when there are several.

    Raises ReportError for a name that is no format and for no log at all.
    """
    known = formats()
    if name not in known:
        raise ReportError(unknown("report format", name, known))
    if not logs:
        raise ReportError("no run log was given; `s3compat run` writes one")
    return known[name].render(logs, load_matrix())


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each format that is JSON, by format name."""
    return {name: made.schema() for name, made in formats().items() if made.schema is not None}
