"""What a report format is. The formats themselves are the modules of ``reports.formats``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.model import RunLog
from matrix import Matrix

Render = Callable[[Sequence[RunLog], Matrix], str]


class ReportError(ValueError):
    """A report that cannot be made; the message says what to do instead."""


@dataclass(frozen=True)
class Format:
    """One way of writing down what was seen.

    ``render`` takes at least one run log and the matrix, and returns the whole file as text
    (UTF-8 when written). ``schema`` gives the JSON Schema of the text, where it is JSON. ``fits``
    says whether the logs have anything for it to show; without it they always have. One that does
    not fit is written only when it is asked for by name.
    """

    name: str
    title: str
    filename: str
    media_type: str
    render: Render
    schema: Callable[[], dict[str, Any]] | None = None
    fits: Callable[[Sequence[RunLog]], bool] | None = None
