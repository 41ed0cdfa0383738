"""No module of ours imports itself by way of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.circles import circles, imports


def test_no_circle_of_imports() -> None:
    graph = imports()

    assert len(graph) > 400  # the whole house was looked at
    assert "server_ref.storage.store" in graph["server_ref.storage"]
    assert circles(graph) == []


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [["a", "b", "c"]]),
        ({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, []),  # a diamond is none
        ({"a": {"b"}, "b": {"a"}, "c": {"d", "a"}, "d": {"c"}}, [["a", "b"], ["c", "d"]]),
        ({"a": {"a"}}, [["a"]]),
    ],
)
def test_circles_are_found(graph: dict[str, set[str]], expected: list[list[str]]) -> None:
    assert circles(graph) == expected


def test_an_import_for_types_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "round_house"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "low.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from round_house.high import High\n"
    )
    (package / "high.py").write_text("from round_house import low\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert circles(imports("round_house")) == [["round_house.high", "round_house.low"]]
