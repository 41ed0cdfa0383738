"""A value of one kind as another, and two values that meet."""

from __future__ import annotations

import pytest

from server_ref.select import kinds, moments
from server_ref.select.columns import Typed


@pytest.mark.parametrize(
    ("kind", "text", "number", "truth", "time", "instant"),
    [
        ("text", "v", "TRY_CAST(v AS DOUBLE)", "TRY_CAST(v AS BOOLEAN)", "s3_time(v)", None),
        ("number", "CAST(v AS VARCHAR)", "v", None, None, None),
        ("bool", "CAST(v AS VARCHAR)", None, "v", None, None),
        ("null", "v", "v", "v", moments.NOTHING, "v"),
        ("native", "CAST(v AS VARCHAR)", "v", "v", "s3_stored_time(v)", "v"),
        (
            "json",
            "(v ->> '$')",
            "TRY_CAST((v ->> '$') AS DOUBLE)",
            "TRY_CAST((v ->> '$') AS BOOLEAN)",
            "s3_time((v ->> '$'))",
            "s3_instant(s3_time((v ->> '$')))",
        ),
        ("record", "(v ->> '$')", None, None, None, None),
        ("time", "s3_shown(v)", None, None, "v", "s3_instant(v)"),
    ],
)
def test_a_value_as_another(
    kind: str,
    text: str,
    number: str | None,
    truth: str | None,
    time: str | None,
    instant: str | None,
) -> None:
    value = Typed("v", kind)
    assert kinds.as_text(value) == text
    for found, wanted in (
        (kinds.as_number(value), number or f"TRY_CAST({text} AS DOUBLE)"),
        (kinds.as_truth(value), truth or f"TRY_CAST({text} AS BOOLEAN)"),
        (kinds.as_time(value), time or f"s3_time({text})"),
        (kinds.as_instant(value), instant or f"s3_instant({kinds.as_time(value)})"),
    ):
        assert found == wanted


@pytest.mark.parametrize(
    ("left", "right", "met"),
    [
        ("text", "text", ("l", "r")),
        ("text", "number", ("TRY_CAST(l AS DOUBLE)", "r")),
        ("bool", "text", ("l", "TRY_CAST(r AS BOOLEAN)")),
        ("number", "bool", ("l", "TRY_CAST(CAST(r AS VARCHAR) AS DOUBLE)")),
        ("time", "text", ("s3_instant(l)", "s3_instant(s3_time(r))")),
        ("time", "null", ("s3_instant(l)", "r")),
        ("text", "null", ("l", "r")),
        ("native", "native", ("l", "r")),
        ("native", "null", ("l", "r")),
        ("native", "text", ("l", "r")),
        ("native", "json", ("l", "(r ->> '$')")),
        ("native", "number", ("l", "r")),
        ("json", "text", ("(l ->> '$')", "r")),
        ("json", "json", ("(l ->> '$')", "(r ->> '$')")),
    ],
)
def test_two_values_meet(left: str, right: str, met: tuple[str, str]) -> None:
    assert kinds.meet(Typed("l", left), Typed("r", right)) == met
