"""Deviations of the reference server that Acme's checks are proved with."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_header

declare(
    "acme-number-lost",
    "GetObject leaves out the metadata `number`.",
    drop_header("GetObject", "x-amz-meta-number"),
)
