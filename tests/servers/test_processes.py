"""A process with all that it started: what it is begun with, how it is ended, its last words."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from s3compat.servers import processes


def test_it_is_begun_in_its_folder_with_its_variables(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    words = ["/bin/sh", "-c", 'echo "$PWD $A"; echo wrong >&2; cat']
    process = processes.begin(words, tmp_path, {"A": "b"}, log)

    assert process.wait(60) == 0
    assert log.read_text() == f"before\n{tmp_path} b\nwrong\n"


def waiting(tmp_path: Path, script: str) -> subprocess.Popen[bytes]:
    """Begun, and past its first line."""
    log = tmp_path / "log"
    process = processes.begin(["/bin/sh", "-c", f"{script}"], tmp_path, {}, log)
    while "ready" not in log.read_text():
        assert process.poll() is None
        time.sleep(0.01)
    return process


def test_it_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_GRACE", 120.0)
    script = 'trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.01; done'
    process = waiting(tmp_path, script)
    processes.end(process)

    assert process.returncode == 7
    assert "bye" in (tmp_path / "log").read_text()


def test_it_is_killed_where_it_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = waiting(tmp_path, 'trap "" TERM; echo ready; while :; do sleep 0.01; done')
    monkeypatch.setattr(processes, "_GRACE", 0.1)
    processes.end(process)

    assert process.wait(60) == -signal.SIGKILL


def test_one_that_has_ended_is_ended(tmp_path: Path) -> None:
    process = processes.begin(["/bin/true"], tmp_path, {}, tmp_path / "log")
    process.wait(60)

    processes.end(process)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("one\n\n two \nthree\nfour\n", "two / three / four"),
        ("one\n", "one"),
        ("", "it printed nothing"),
        ("\n \n", "it printed nothing"),
        ("x" * 201, "x" * 200),
        ("begin\n" + "y" * 8191 + "\nend", "y" * 200 + " / end"),
    ],
)
def test_the_last_words(log: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(log)

    assert processes.last_words(path) == words
    assert processes.last_words(tmp_path / "none") == "it printed nothing"
    assert processes.last_words(path, 1) == words.rpartition(" / ")[2]


def test_a_group_lives_as_long_as_one_of_it() -> None:
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, start_new_session=True) as process:
        assert processes._group_lives(process.pid)
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
    assert not processes._group_lives(process.pid)
