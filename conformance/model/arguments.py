"""The part of a request that its answer is about: the argument that S3 refuses, the conditions."""

from __future__ import annotations

import re

from conformance.model.misread import headers_of, query_of, sent
from conformance.model.records import Call, Expectation, Result

_NAME = re.compile(r"[A-Za-z0-9-]+")
_NAMED = "error member ArgumentName"
# Parameters of listings whose values S3 refuses by InvalidArgument.
_OF_A_LISTING = frozenset(
    {"bucket-region", "encoding-type", "max-buckets", "max-keys", "max-parts", "max-uploads"}
    | {"part-number-marker", "continuation-token"}
)


def argument_refused(result: Result, one: Expectation, call: Call | None) -> str:
    """What S3 names as the wrong argument where this was expected; "" where nothing says it.

    Its error has the name, or the request has one parameter that can be wrong.
    """
    after = result.expectations[_place(result, one) + 1 :]
    for other in after:
        if other.operation != one.operation or other.what.endswith(": status"):
            break
        if other.what.endswith(_NAMED) and _NAME.fullmatch(other.expected):
            name = other.expected
            return name.lower() if name[:2] in ("x-", "X-") else name
    asked = query_of(call) & _OF_A_LISTING if call is not None else set()
    return asked.pop() if len(asked) == 1 else ""


def conditions_of(call: Call) -> str:
    """The conditions that a call sent, in order of their names: "If-Match and If-None-Match"."""
    names = sorted(headers_of(call) & _CONDITIONS.keys())
    return " and ".join(_CONDITIONS[name] for name in names)


_CONDITIONS = {
    f"{prefix}if-{kind}": f"{prefix}if-{kind}" if prefix else f"If-{kind.title()}"
    for prefix in ("", "x-amz-copy-source-")
    for kind in ("match", "none-match", "modified-since", "unmodified-since")
}


def two_conditions(call: Call) -> bool:
    """Whether a call sent a condition of an ETag and one of a date that says the opposite."""
    return any(
        sent(call, f"{prefix}if-match") and sent(call, f"{prefix}if-unmodified-since")
        for prefix in ("", "x-amz-copy-source-")
    )


def _place(result: Result, one: Expectation) -> int:
    return next((n for n, other in enumerate(result.expectations) if other is one), -1)
