"""What a client's program says of its version, and what is said where it cannot be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clients import go, java
from conformance.clients.base import ClientCannotError
from conformance.clients.go import GoClient


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_gos_program_says_its_version_or_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = script(tmp_path / "good", "echo 'aws-sdk-go-v2/1.2 '")
    monkeypatch.setenv(go.VARIABLE, str(good))
    assert GoClient.version() == "aws-sdk-go-v2/1.2"
    bad = script(tmp_path / "bad", "exit 3")
    monkeypatch.setenv(go.VARIABLE, str(bad))
    with pytest.raises(ClientCannotError, match="bad -version ended with 3"):
        GoClient.version()
    monkeypatch.setenv(go.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(ClientCannotError, match="which is no file"):
        GoClient.version()


@pytest.mark.parametrize(
    ("ends", "said"),
    [("echo first >&2; echo no such module >&2; exit 1", "no such module"), ("exit 3", "status 3")],
)
def test_what_go_says_of_a_build_that_fails_is_quoted(
    ends: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    script(tmp_path / "bin" / "go", ends)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(go.VARIABLE, raising=False)
    with pytest.raises(ClientCannotError, match=rf"`go build` in .* failed: .*{said}"):
        go.s3go()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "s3-2.58.0.jar").touch()
    (tmp_path / "lib" / "s3-transfer-manager-2.58.0.jar").touch()
    return tmp_path


@pytest.mark.parametrize("where", ["", ">&2"])  # older ones say it on one, newer on the other
def test_javas_version_is_its_jars_and_its_own(place: Path, where: str) -> None:
    said = 'openjdk version "17.0.9" 2023-10-17'
    path = script(place / "java", f"echo '{said}' {where}; echo 'Runtime' {where}")
    assert java._version(str(path), place) == 'aws-sdk-java/2.58.0 openjdk "17.0.9" 2023-10-17'


@pytest.mark.parametrize("ends", ["exit 0", "exit 1", "echo no JVM; exit 1"])
def test_a_java_that_does_not_run_is_a_client_that_is_not_there(place: Path, ends: str) -> None:
    path = script(place / "java", ends)
    with pytest.raises(ClientCannotError, match=f"java -version ended with {ends[-1]}"):
        java._version(str(path), place)


def test_without_jars_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ClientCannotError, match="s3compat clients install java"):
        java._version(str(script(tmp_path / "java", "exit 0")), tmp_path)
