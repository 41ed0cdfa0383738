"""The plan of the house, as its page draws it: few rooms at the top, and each is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "architecture.md"
WITHIN = ("", "server_ref", "conformance", "s3compat")  # where a walk's paths begin


def entries(package: str) -> list[str]:
    """Modules and rooms at the top of a package, ``__init__.py`` counted."""
    return sorted(
        path.name
        for path in (REPOSITORY / package).iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))
    )


def plan() -> str:
    """The part of the page that has the plans and the walks."""
    return PAGE.read_text("utf-8").partition("## The folders, in layers")[2].partition("\n## ")[0]


def drawn(package: str) -> set[str]:
    """The rooms and modules that the plan of a package has a line for."""
    lines = plan().partition(f"\n{package}/ ")[2].partition("\n\n")[0].splitlines()[1:]
    words = (word for line in lines for word in re.split(r"[\s,;]+", line[2:19]))
    return {word.rstrip("/") for word in words if re.fullmatch(r"\w+(\.py|/)", word)}


@pytest.mark.parametrize(("package", "most"), [("server_ref", 27), ("conformance", 11)])
def test_a_stranger_sees_few_rooms(package: str, most: int) -> None:
    assert len(entries(package)) <= most, entries(package)


@pytest.mark.parametrize("package", ["server_ref", "conformance"])
def test_every_room_has_its_line_and_every_line_its_room(package: str) -> None:
    text = plan().partition(f"\n{package}/ ")[2].partition("\n\n")[0]
    for name in entries(package):
        if name != "__init__.py":
            room = name if name.endswith(".py") else f"{name}/"
            assert re.search(rf"(?<![\w/]){re.escape(room)}(?!\w)", text), f"no line for {room}"
    for name in drawn(package):
        assert (REPOSITORY / package / name).exists(), f"{package}/{name} is drawn and not there"


def test_every_place_of_the_walks_is_there() -> None:
    walks = plan().partition("**A walk")[2]
    paths = set(re.findall(r"`([a-z0-9_/]+(?:\.py|/))`", walks))
    assert len(paths) > 30
    for path in paths:
        assert any((REPOSITORY / start / path).exists() for start in WITHIN), path


def test_a_check_needs_one_import() -> None:
    import conformance.trial

    assert {"Trial", "check"} <= set(conformance.trial.__all__)
    recipe = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    assert "from conformance.trial import Trial, check" in recipe


SERIALISES = ("every_operation.py", "given_requests.py")  # any operation, as raw writes it


def test_a_check_takes_what_it_names_from_one_place() -> None:
    modules = sorted((REPOSITORY / "conformance" / "checks").glob("*.py"))
    assert len(modules) > 100
    for module in modules:
        tree = ast.parse(module.read_text("utf-8"))
        named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        ours = {name for name in named if name.startswith("conformance.")}
        elsewhere = {name for name in ours if not name.startswith("conformance.checks")}
        allowed = {"conformance.trial"}
        if module.name in SERIALISES:
            allowed.add("conformance.clients.serialise")
        assert elsewhere <= allowed, f"{module.name}: {elsewhere - allowed}"
