"""Getting a known server: said first, once, bounded, and why not where it cannot be got."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3compat.servers import cache, installing
from s3compat.servers.installing import ServerError, get
from s3compat.servers.sources import REGISTRIES, Registry, coordinates, no_such_version
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

    assert seen[0] == (
        f"Fake 1.0 is not installed yet: fake==1.0 (MIT) comes from Somewhere into {folder}. "
        "Installing it once takes a minute or more",
        False,
    )
    assert seen[1] == (f"Fake 1.0 is already installed in {folder}", True)
    assert first.folder == second.folder == folder
    assert second.seconds == 0.0
    assert (folder / "got").read_text() == "x"
    assert cache.installed_versions("fake") == ["1.0"]


def test_that_an_installation_goes_on_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gets(monkeypatch, "import time; time.sleep(2)")
    monkeypatch.setattr(installing, "BEAT", 0.2)
    told: list[str] = []
    get(fake(), told.append)
    assert told[1].startswith("still installing Fake (")


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
    with pytest.raises(
        ServerError, match=r"fake==1\.0 cannot be installed from Somewhere: 404 no such"
    ):
        get(fake(), lambda _text: None)
    assert cache.installed("fake", "1.0") is None


PIP = (
    "ERROR: Could not find a version that satisfies the requirement moto[server]==9.9.9 (from "
    "versions: {})\nERROR: No matching distribution found for moto[server]==9.9.9\n"
)


@pytest.mark.parametrize(
    ("source", "package", "said", "sentence"),
    [
        (
            "pip",
            "moto[server]",
            PIP.format("0.1, 5.2.4, 5.2.5"),
            "PyPI has no moto 1.0; the newest is 5.2.5; ",
        ),
        ("pip", "moto[server]", PIP.format("5.2.5"), "PyPI has no moto 1.0; the newest is 5.2.5; "),
        ("pip", "moto[server]", PIP.format("none"), "PyPI has no moto 1.0; "),
        (
            "npm",
            "s3rver",
            "npm error code ETARGET\nnpm error notarget No matching version found for s3rver@1.0",
            "npm has no s3rver 1.0; ",
        ),
        (
            "maven",
            "org.gaul:s3proxy",
            "[ERROR] Could not find artifact org.gaul:s3proxy:jar:1.0 in central",
            "Maven Central has no org.gaul:s3proxy 1.0; ",
        ),
        (
            "go",
            "example.com/x/cmd/x",
            "go: example.com/x/cmd/x@1.0: example.com/x@1.0: invalid version: unknown revision 1.0",
            "the Go module proxy has no example.com/x/cmd/x 1.0; ",
        ),
        (
            "cargo",
            "s3s-fs",
            "error: could not find `s3s-fs` in registry `crates-io` with version `=1.0`",
            "crates.io has no s3s-fs 1.0; ",
        ),
        ("pip", "moto[server]", "ERROR: Connection refused", ""),
        ("npm", "s3rver", "npm error code ECONNREFUSED", ""),
    ],
)
def test_a_version_that_does_not_exist_is_one_sentence(
    source: str, package: str, said: str, sentence: str
) -> None:
    found = no_such_version(fake(source=source, package=package), said)
    assert found == (f"{sentence}give another with --server-version" if sentence else "")


def test_what_the_registrys_program_says_of_a_version_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = f"import sys; sys.exit({PIP.format(', '.join(['1.1'] * 5000))!r})"
    made = Registry(
        "Somewhere",
        "",
        "",
        lambda _s, _f: [[sys.executable, "-c", program]],
        absent=REGISTRIES["pip"].absent,
    )
    monkeypatch.setitem(REGISTRIES, "pip", made)
    with pytest.raises(ServerError) as refused:
        get(fake(), lambda _text: None)
    assert str(refused.value).startswith(
        "Somewhere has no fake 1.0; the newest is 1.1; give another with --server-version (the "
    )
    assert len(str(refused.value)) < 300


def test_it_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    gets(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(ServerError, match="was not installed within 1 s"):
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
    assert installing.intention(server).startswith("Fake 1.0 is not installed yet: ")
