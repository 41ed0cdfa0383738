"""A comparison in words, line by line: with and without causes, and where there is no room."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.comparison import Change, Comparison, Kind, Side, Together
from reports import comparison as text

SIDE = Side(("a",), 9, True)


def change(name: str, kind: Kind, row: str = "get-object", **more: Any) -> Change:
    fields: dict[str, Any] = {
        "kind": kind,
        "id": name,
        "row": row,
        "title": name,
        "before": "pass",
        "after": "fail",
        "reason": "",
        "bad": False,
        "data_lost": False,
        "client_differs": False,
        "asked_differently": False,
    }
    return Change(**(fields | more))


def compared(*changes: Change, causes: tuple[Together, ...] = (), notes: Any = ()) -> Comparison:
    return Comparison(SIDE, Side(("b", "c"), 9, True), 1234, 0, notes, causes, changes)


FAILED = (
    change("x.one[raw]", Kind.FAILED, reason="status"),
    change("x.two[raw]", Kind.FAILED),
    change("x.three[raw]", Kind.FAILED, row="cors"),
)
CAUSE = Together(Kind.FAILED, "status/x", "A status", ("x.one[raw]", "x.three[raw]"))
MIXED = compared(
    *FAILED,
    change("x.four[raw]", Kind.FIXED, row="cors", before="fail", after="pass"),
    change("x.five[raw]", Kind.NEW, row="cdn", before="", bad=True),
    causes=(CAUSE,),
    notes=("another client",),
)


def test_in_a_terminal() -> None:
    assert text.terminal(MIXED).splitlines() == [
        "A: a   B: b, c",
        "1,234 outcomes compared: 3 new failures, 1 fixed, 0 with another outcome, "
        "0 with other wording, 1 on B only, 0 on A only",
        "note: another client",
        "New failures (3):",
        "  A status [status/x] (2)",
        "    x.one[raw] pass → fail: status",
        "    x.three[raw] pass → fail",
        "  x.two[raw] pass → fail",
        "Fixed (1):",
        "  x.four[raw] fail → pass",
        "On B only, so it shows no change of the endpoint (1):",
        "  x.five[raw] none → fail (fails)",
        "By row:",
        "  get-object: 2 new failures",
        "  cors: 1 new failure, 1 fixed",
        "  cdn: 1 on B only",
    ]


def test_in_markdown() -> None:
    assert text.markdown(MIXED).splitlines() == [
        "### s3compat: 3 new failures",
        "",
        "1,234 outcomes compared: 3 new failures, 1 fixed, 0 with another outcome, "
        "0 with other wording, 1 on B only, 0 on A only.",
        "",
        "A: `a` · B: `b`, `c`",
        "",
        "Beside the endpoint this differs:",
        "",
        "- `another client`",
        "",
        "#### New failures (3)",
        "",
        "- **2** · `A status`",
        "  - `x.one[raw]` pass → fail: `status`",
        "  - `x.three[raw]` pass → fail",
        "- `x.two[raw]` pass → fail",
        "",
        "| Row | new failures | fixed | with another outcome | with other wording "
        "| on B only | on A only |",
        "|---|---|---|---|---|---|---|",
        "| `get-object` | 2 | 0 | 0 | 0 | 0 | 0 |",
        "| `cors` | 1 | 1 | 0 | 0 | 0 | 0 |",
        "",
        "#### Fixed (1)",
        "",
        "- `x.four[raw]` fail → pass",
        "",
        "#### On B only, so it shows no change of the endpoint (1)",
        "",
        "- `x.five[raw]` none → fail **fails**",
    ]


def test_where_nothing_changed() -> None:
    same = compared()

    assert "By row" not in text.terminal(same)
    assert text.markdown(same).splitlines()[0] == "### s3compat: no new failure"
    assert "Beside the endpoint" not in text.markdown(same)
    assert text.markdown(compared(FAILED[0])).splitlines()[0] == "### s3compat: 1 new failure"
    assert "1 new failure, 0 fixed" in text.summary(compared(FAILED[0]))


@pytest.mark.parametrize(("changes", "shown", "left"), [(30, 30, 0), (31, 30, 1)])
def test_a_terminal_shows_some(changes: int, shown: int, left: int) -> None:
    lines = text.terminal(
        compared(*(change(f"x.n{number}", Kind.GONE) for number in range(changes)))
    ).splitlines()

    assert sum(line.startswith("  x.n") for line in lines) == shown
    assert lines.count(f"  and {left} more; --json has them all") == bool(left)


@pytest.mark.parametrize(
    ("kind", "marked", "shown"),
    [
        (Kind.FAILED, "data_lost", " (DATA LOSS)"),
        (Kind.CHANGED, "data_lost", ""),
        (Kind.NEW, "bad", " (fails)"),
        (Kind.GONE, "bad", ""),
        (Kind.GONE, "client_differs", " (the client has another version)"),
        (Kind.FAILED, "asked_differently", " (the check did not look at this on A)"),
        (Kind.FIXED, "asked_differently", ""),
    ],
)
def test_what_a_change_is_marked_with(kind: Kind, marked: str, shown: str) -> None:
    lines = text.terminal(compared(change("x.y", kind, **{marked: True}))).splitlines()

    assert f"  x.y pass → fail{shown}" in lines


def test_a_comment_that_is_too_long_says_how_much_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = text.markdown(MIXED)
    lines = whole.splitlines()
    room = text._ROOM_FOR_THE_END
    monkeypatch.setattr(text, "LONGEST_COMMENT", len(whole) + room)
    assert text.markdown(MIXED) == whole
    monkeypatch.setattr(text, "LONGEST_COMMENT", len(whole) + room - 1)
    assert text.markdown(MIXED).splitlines() == [
        *lines[:-1],
        "",
        "1 more lines have no room here; `--json` has them all.",
    ]
