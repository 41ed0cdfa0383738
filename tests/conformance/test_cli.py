"""The command itself: its words, its codes, and what it says where something goes wrong."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.model.verdict import ExitCode
from s3compat import cli
from s3compat.commands import gate, history
from s3compat.places import LATEST, point_latest_to


def test_without_a_word_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli._run([]) == ExitCode.USAGE
    said = capsys.readouterr().out
    assert cli._run(["--help"]) == ExitCode.GOOD
    assert capsys.readouterr().out == said
    lines = said.splitlines()
    assert lines[:3] == ["usage: s3compat COMMAND [options]", "", "commands:"]
    names = cli.command_names()
    assert [line.split()[0] for line in lines[3 : 3 + len(names)]] == names
    first = (gate.__doc__ or "").splitlines()[0].partition(": ")[2]
    assert f"  gate     {first}" in lines


@pytest.mark.parametrize("word", ["-V", "--version"])
def test_its_version(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli._run([word]) == ExitCode.GOOD
    assert capsys.readouterr().out.startswith("s3compat 0.")


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (KeyboardInterrupt(), 4, "s3compat: interrupted\n"),
        (RecursionError(), 2,
         "s3compat: a file that was given is nested too deeply, so s3compat did not read it\n"),
        (OSError(28, "No space left", "/a\x1b"), 4,
         "s3compat gate: /a\\x1b: No space left; nothing was judged\n"),
        (OSError(28, "No space left"), 4, "s3compat gate: No space left; nothing was judged\n"),
        (OSError("odd"), 4, "s3compat gate: odd; nothing was judged\n"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_a_command_is_one_line(
    problem: BaseException, code: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def fails(_: Any) -> int:
        raise problem

    monkeypatch.setattr(gate, "main", fails)
    assert cli._run(["gate", "x"]) == code
    assert capsys.readouterr().err == said


def test_latest_leads_to_the_last_run_that_began(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        point_latest_to(tmp_path / name)
        assert (tmp_path / LATEST).readlink() == Path(name)
    (tmp_path / "two").rmdir()
    (tmp_path / "three").mkdir()
    point_latest_to(tmp_path / "three")
    assert (tmp_path / LATEST).readlink() == Path("three")
    (tmp_path / LATEST).unlink()
    (tmp_path / LATEST).mkdir()
    point_latest_to(tmp_path / "three")  # somebody's own folder stays
    assert not (tmp_path / LATEST).is_symlink()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("json", '{"a": 1, "b": "x y"}\n{"a": 22, "b": null}\n'),
        ("csv", "a,b\r\n1,x y\r\n22,\r\n"),
        ("table", "a   b\n1   x y\n22\n"),
    ],
)
def test_rows_of_a_store_are_written(
    form: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer: Any = SimpleNamespace(columns=("a", "b"), rows=[(1, "x y"), (22, None)])
    history._write(answer, form)
    assert capsys.readouterr().out == said


def test_a_command_of_history_is_one_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(name: str) -> Any:
        return lambda options: (name, options.what)

    monkeypatch.setattr(history, "_add", named("add"))
    monkeypatch.setattr(history, "_ask", named("ask"))
    assert isinstance(history.parser(), argparse.ArgumentParser)
    assert history.main(["add", "x", "--store", "s"]) == ("add", "add")
    assert history.main(["query", "SELECT 1", "--store", "s"]) == ("ask", "query")
