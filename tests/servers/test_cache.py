"""The user's cache: where it is, what counts as installed, and who may write."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3compat.servers import cache
from s3compat.servers.cache import Installed


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv(cache.VARIABLE, raising=False)


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({}, "home/.cache/s3compat"),
        ({"XDG_CACHE_HOME": ""}, "home/.cache/s3compat"),
        ({"XDG_CACHE_HOME": "{tmp}/xdg"}, "xdg/s3compat"),
        ({"XDG_CACHE_HOME": "{tmp}/xdg", cache.VARIABLE: ""}, "xdg/s3compat"),
        ({"XDG_CACHE_HOME": "{tmp}/xdg", cache.VARIABLE: "{tmp}/own"}, "own"),
        ({cache.VARIABLE: "~/own"}, "home/own"),
    ],
)
def test_where_it_is(
    variables: dict[str, str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    assert cache.cache_folder() == tmp_path / folder


def put(name: str, version: str) -> Path:
    with cache.emptied(name, version) as folder:
        (folder / "program").write_text("x")
        cache.mark(folder, Installed(name, version, "pip", "2026-11-27T00:00:00Z", 1.5))
    return folder


def test_only_what_is_marked_is_installed() -> None:
    assert cache.installed("one", "1.0") is None
    folder = put("one", "1.0")
    assert folder == cache.install_folder("one", "1.0")
    done = cache.installed("one", "1.0")
    assert done is not None
    assert (done.name, done.version, done.seconds) == ("one", "1.0", 1.5)
    cache.install_folder("one", "0.9").mkdir()  # begun, and never marked
    (folder.parent / "0.8").mkdir()
    (folder.parent / "0.8" / "installed.json").write_text("no mark")
    put("one", "1.1")
    put("other", "3")
    assert cache.installed_versions("one") == ["1.0", "1.1"]


def test_what_is_not_complete_is_begun_anew_and_what_is_stays() -> None:
    with cache.emptied("one", "1.0") as folder:
        (folder / "half").touch()
    with cache.emptied("one", "1.0") as folder:
        assert list(folder.iterdir()) == []
    put("one", "1.0")
    with cache.emptied("one", "1.0") as folder:
        assert (folder / "program").exists()


def test_one_at_a_time_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_WAIT", -1.0)
    with (
        cache.emptied("one", "1.0"),
        pytest.raises(cache.CacheError, match="has been installing one"),
        cache.emptied("one", "1.0"),
    ):
        pytest.fail("two had the folder at once")
    with cache.emptied("one", "1.0") as folder:  # the first is done with it
        assert folder.is_dir()


def test_a_folder_that_cannot_be_made_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "below"))
    with (
        pytest.raises(cache.CacheError, match=rf"cannot be made .* with {cache.VARIABLE}"),
        cache.emptied("one", "1.0"),
    ):
        pytest.fail("it was made")
