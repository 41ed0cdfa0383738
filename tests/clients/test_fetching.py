"""What is fetched from a registry: whole or not at all, and with its last words where it failed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import fetching, java, js
from conformance.clients.base import Answer
from conformance.clients.fetching import Fetch, FetchError, fetched_by
from conformance.model import Call, Exchange, Message


def filled(text: str) -> Any:
    return lambda folder: (folder / "file").write_text(text)


def test_what_is_fetched_takes_the_place_of_the_last(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b" / "tool"
    for text in ("first", "second"):
        Fetch("a tool", place, filled(text)).run()
        assert (place / "file").read_text() == text
    assert place.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in place.iterdir()] == ["file"]
    assert [path.name for path in place.parent.iterdir()] == ["tool"]


def test_what_could_not_be_fetched_leaves_the_last(tmp_path: Path) -> None:
    place = tmp_path / "tool"
    Fetch("a tool", place, filled("first")).run()

    def fails(folder: Path) -> None:
        (folder / "file").write_text("half")
        raise FetchError("no")

    with pytest.raises(FetchError):
        Fetch("a tool", place, fails).run()
    assert (place / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["tool"]


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_a_registrys_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_USER", "1")
    told = python(
        "import os, sys; print(os.getcwd(), os.environ['A'], os.environ['OF_THE_USER'],"
        " repr(sys.stdin.read()))"
    )
    said = fetched_by(told, folder=tmp_path, environment={"A": "b"})
    assert said == f"{tmp_path} b 1 ''\n"
    assert fetched_by(python("print('ü')"), folder=tmp_path) == "ü\n"


def test_a_registrys_program_that_fails(tmp_path: Path) -> None:
    lines = "[print(n, file=sys.stderr) for n in range(9)]"
    with pytest.raises(FetchError) as error:
        fetched_by(python(f"import sys; print('x'); {lines}; sys.exit(3)"), folder=tmp_path)
    assert str(error.value).endswith("ended with 3: 4 5 6 7 8")
    with pytest.raises(FetchError, match=r"ended with 1: only here$"):
        fetched_by(python("print('only here'); raise SystemExit(1)"), folder=tmp_path)
    with pytest.raises(FetchError, match=r"^/no/such: "):
        fetched_by(["/no/such"], folder=tmp_path)


def test_a_registrys_program_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.05)
    with pytest.raises(FetchError, match="timed out"):
        fetched_by(python("import time; time.sleep(60)"), folder=tmp_path)


# JavaScript and Java


@pytest.mark.parametrize("version", [None, "3.700.0"])
def test_the_sdk_of_javascript_is_fetched(
    version: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run: list[list[str]] = []
    monkeypatch.setattr(js, "runtime", lambda name, _why: f"/bin/{name}")
    monkeypatch.setattr(js, "fetched_by", lambda words, **_more: run.append(list(words)))
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))

    fetch = js.JavaScriptClient.fetch(version)
    fetch.into(tmp_path)

    assert (fetch.place, fetch.what) == (tmp_path / "cache" / "js", js.JavaScriptClient.comes_from)
    assert run[0][:2] == ["/bin/npm", "install"]
    assert "--ignore-scripts" in run[0]
    wanted = json.loads((tmp_path / "package.json").read_text())["dependencies"]
    pinned = json.loads((js.SOURCE / "package.json").read_text())["dependencies"]
    given = {} if version is None else dict.fromkeys(js._OF_ONE_VERSION, version)
    assert wanted == pinned | given
    assert version is None or wanted[js.SDK] == version


@pytest.mark.parametrize(
    ("version", "chosen"),
    [
        (None, []),
        ("2.29.5", ["-Dsdk=2.29.5", "-Dcrt=0.33.0"]),
        ("2.30.0", ["-Dsdk=2.30.0", "-Dcrt=LATEST"]),
    ],
)
def test_the_sdk_of_java_is_fetched_and_its_program_built(
    version: str | None, chosen: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run: list[list[str]] = []
    monkeypatch.setattr(java, "runtime", lambda name, _why: f"/bin/{name}")
    monkeypatch.setattr(java, "fetched_by", lambda words, **_more: run.append(list(words)))
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))

    fetch = java.JavaClient.fetch(version)
    fetch.into(tmp_path)

    assert fetch.place == tmp_path / "cache" / "java"
    copy, build = run
    jars = f"-DoutputDirectory={tmp_path / 'lib'}"
    assert copy[0] == "/bin/mvn"
    assert copy[copy.index("dependency:copy-dependencies") + 1 :] == [jars, *chosen]
    assert build[0] == "/bin/javac"
    assert build[build.index("-d") + 1] == str(tmp_path / "classes")
    assert build[build.index("-cp") + 1] == f"{tmp_path / 'lib'}/*"
    assert {Path(word).name for word in build if word.endswith(".java")} == {
        path.name for path in java.SOURCE.glob("*.java")
    }


def sent(*headers: tuple[str, str]) -> Answer:
    exchange = Exchange("http://h", Message("PUT /b/k HTTP/1.1", headers), None)
    return Answer("PutObject", "js", status=200, call=Call("PutObject", exchanges=(exchange,)))


@pytest.mark.parametrize(
    ("members", "lost"),
    [
        ({}, ""),
        ({"Bucket": "b", "Key": "k", "Body": b"x", "Metadata": {"a": "b"}}, ""),
        ({"ContentType": "t"}, ""),
        ({"ContentType": "t", "CacheControl": "x"}, "CacheControl"),
        ({"CacheControl": ""}, ""),
        ({"CacheControl": None}, ""),
        ({"NoMemberOfIt": "x"}, ""),
        ({"IfNoneMatch": "*", "CacheControl": "x"}, "IfNoneMatch"),
    ],
)
def test_a_member_that_an_sdk_left_out(members: dict[str, Any], lost: str) -> None:
    got = sent(("CONTENT-TYPE", "t"))
    assert js._left_out("PutObject", members, got) == lost
    nothing = Answer("PutObject", "js", status=0)
    assert js._left_out("PutObject", members, nothing) == ""


def test_the_version_of_the_sdk_and_of_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "node_modules" / js.SDK / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "3.1"}')
    done = subprocess.CompletedProcess([], 0, "v22.1.0\n", "")
    monkeypatch.setattr(subprocess, "run", lambda *_words, **_more: done)
    assert js._version("node", tmp_path) == "aws-sdk-js/3.1 node/22.1.0"
