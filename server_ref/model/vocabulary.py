"""The values a document may have where the model lists them; S3 calls another MalformedXML."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from server_ref.errors import S3Error
from server_ref.model.source import load

# Lists S3 is not held to: it answers errors of their own for these, or takes more.
_OPEN = frozenset(
    (
        "BucketLocationConstraint",
        "BucketLogsPermission",
        "Event",
        "FilterRuleName",
        "Permission",
        "Protocol",
        "Type",
    )
)


def check(operation: str, member: str, value: Any) -> None:
    """Look at the document ``member`` of a request; raises S3Error MalformedXML."""
    shapes, inputs = _model()
    _check(shapes, shapes[inputs[operation]]["members"][member]["shape"], value)


def _check(shapes: dict[str, Any], name: str, value: Any) -> None:
    shape = shapes[name]
    if shape["type"] == "structure":
        for member, inner in value.items():
            _check(shapes, shape["members"][member]["shape"], inner)
    elif shape["type"] == "list":
        for inner in value:
            _check(shapes, shape["member"]["shape"], inner)
    elif "enum" in shape and name not in _OPEN and value not in shape["enum"]:
        raise S3Error("MalformedXML")


@lru_cache(maxsize=1)
def _model() -> tuple[dict[str, Any], dict[str, str]]:
    model = load()
    inputs = {
        name: operation["input"]["shape"]
        for name, operation in model["operations"].items()
        if "input" in operation
    }
    return model["shapes"], inputs
