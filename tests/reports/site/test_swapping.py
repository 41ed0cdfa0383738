"""A new site takes the place of the old one; what a crash left is brought back or removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.site.swapping import put_in_place, restored


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_a_folder_takes_the_place_of_another(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux in one step, elsewhere in two."""
    monkeypatch.setattr("sys.platform", system)
    moved: list[Path] = []
    replace_path = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda path, target: (moved.append(path), replace_path(path, target))[1]
    )
    new, target = tmp_path / "new", tmp_path / "site"
    for folder, text in ((new, "new"), (target, "old")):
        folder.mkdir()
        (folder / "page").write_text(text)

    put_in_place(new, target)

    assert (target / "page").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    assert moved == ([] if system == "linux" else [target, new])


def test_what_a_crash_left_is_brought_back_or_removed(tmp_path: Path) -> None:
    target, old = tmp_path / "site", tmp_path / ".site.old"
    old.mkdir()
    (old / "page").write_text("old")

    restored(target)
    assert (target / "page").read_text() == "old"
    old.mkdir()
    restored(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    restored(tmp_path / "none")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
