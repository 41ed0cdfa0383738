"""Getting a known server: said first, once, bounded, and why not where it cannot be got."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3compat.servers import cache, installing
from s3compat.servers.installing import ServerError, get
from s3compat.servers.sources import REGISTRIES, Registry, coordinates
from tests.servers.conftest import fake


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    yield tmp_path / "cache"


def gets(monkeypatch: pytest.MonkeyPatch, program: str, needed: str = "") -> None:
    """The registry of the fake server, which runs this Python program in the folder."""
    made = Registry(
        "Somewhere", needed, "install it", lambda _s, _f: [[sys.executable, "-c", program]]
    )
    monkeypatch.setitem(REGISTRIES, "pip", made)


def test_it_says_what_and_where_before_and_does_it_once(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gets(monkeypatch, "open('got', 'a').write('x')")
    folder = own_cache / "servers" / "fake" / "1.0"
    seen: list[tuple[str, bool]] = []

    first = get(fake(), lambda text: seen.append((text, folder.exists())))
    second = get(fake(), lambda text: seen.append((text, folder.exists())))

    assert seen[0] == (f"Fake 1.0: installs fake==1.0 (MIT) from Somewhere into {folder}", False)
    assert seen[1] == (f"Fake 1.0 is installed in {folder}", True)
    assert first.folder == second.folder == folder
    assert second.seconds == 0.0
    assert (folder / "got").read_text() == "x"
    assert cache.installed_versions("fake") == ["1.0"]


def test_what_a_broken_off_installation_left_is_begun_anew(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gets(monkeypatch, "open('got', 'a').write('x')")
    folder = own_cache / "servers" / "fake" / "1.0"
    folder.mkdir(parents=True)
    (folder / "got").write_text("half")

    get(fake(), lambda _text: None)

    assert (folder / "got").read_text() == "x"


def test_a_registry_that_says_no_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    gets(monkeypatch, "import sys; sys.exit('404 no such version')")
    with pytest.raises(ServerError, match=r"fake==1\.0 cannot be got from Somewhere: 404 no such"):
        get(fake(), lambda _text: None)
    assert cache.installed("fake", "1.0") is None


def test_it_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    gets(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(ServerError, match="was not got within 1 s"):
        get(fake(get_seconds=1), lambda _text: None)


def test_a_program_that_is_needed_is_named_with_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gets(monkeypatch, "", needed="no-such-client")
    with pytest.raises(ServerError, match=r"no-such-client.*install it"):
        get(fake(), lambda _text: None)


@pytest.mark.parametrize(
    ("source", "package", "expected"),
    [
        ("pip", "moto[server]", "moto[server]==1.0"),
        ("npm", "s3rver", "s3rver@1.0"),
        ("maven", "org.gaul:s3proxy", "org.gaul:s3proxy:1.0"),
        ("go", "example.com/x/cmd/x", "example.com/x/cmd/x@1.0"),
        ("cargo", "s3s-fs", "s3s-fs@1.0"),
    ],
)
def test_a_package_is_written_as_its_registry_writes_it(
    source: str, package: str, expected: str, tmp_path: Path
) -> None:
    server = fake(source=source, package=package)
    assert coordinates(server) == expected
    commands = REGISTRIES[source].commands(server, tmp_path)
    written = " ".join(word for words in commands for word in words)
    if source == "maven":
        written += (tmp_path / "pom.xml").read_text()
        assert "<artifactId>s3proxy</artifactId><version>1.0</version>" in written
    else:
        assert expected in written
    assert installing.intention(server).startswith("Fake 1.0: installs ")
