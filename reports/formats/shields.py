"""The same score as the badge, for shields.io's endpoint badge (https://shields.io/badges/endpoint-badge)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from conformance.model import RunLog
from matrix import Matrix
from reports.format import Format
from reports.score import Score, score

_COLOURS = {"green": "brightgreen", "amber": "orange", "red": "red", "grey": "lightgrey"}


class Shield(msgspec.Struct, frozen=True, rename="camel"):
    """What shields.io reads."""

    label: str
    message: str
    color: str
    is_error: bool
    schema_version: Literal[1] = 1


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:  # noqa: ARG001 - a format's signature
    """The score as one small JSON object."""
    return draw(score(logs))


def draw(result: Score) -> str:
    """The JSON of a score."""
    shield = Shield(
        label=result.label,
        message=result.message,
        color=_COLOURS[result.colour],
        is_error=not result.reached,
    )
    return json.dumps(msgspec.to_builtins(shield)) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of what is rendered."""
    return msgspec.json.schema(Shield)


FORMAT = Format(
    name="shields",
    title="JSON for a shields.io endpoint badge",
    filename="shields.json",
    media_type="application/json",
    render=render,
    schema=schema,
)
