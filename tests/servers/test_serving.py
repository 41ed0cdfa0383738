"""A known server running: ready, restarted where it may be, ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import re
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from s3compat.servers.installing import ServerError
from s3compat.servers.serving import running
from tests.servers.conftest import fake


def status(url: str, seconds: float = 10) -> int:
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code


def wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            assert status(url) == 403
            return
        time.sleep(0.05)
    pytest.fail("it was not started again")


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):  # it went meanwhile
        return False


def test_it_answers_while_it_is_wanted_and_its_folder_goes_with_it(
    install: Path, tmp_path: Path
) -> None:
    server = fake(folders=("data",), files={"its.conf": "port={port}\nkey={access_key}\n"})
    with running(server, install, tmp_path / "log") as one:
        assert status(one.url) == 403
        folder = next(Path(word) for word in one.words if "s3compat-fake-" in word)
        assert (folder / "data").is_dir()
        port = one.url.rpartition(":")[2]
        assert (folder / "its.conf").read_text() == f"port={port}\nkey=fake-access\n"
    with pytest.raises(urllib.error.URLError):
        status(one.url)
    assert not folder.exists()
    assert "begins as well" in (tmp_path / "log").read_text()


def test_it_is_waited_for(install: Path, tmp_path: Path) -> None:
    with running(fake(ready="/late"), install, tmp_path / "log") as one:
        assert status(f"{one.url}/late") == 403


def test_what_ends_while_it_starts_is_said_with_its_last_words(
    install: Path, tmp_path: Path
) -> None:
    with (
        pytest.raises(ServerError, match=r"Fake ended with 1 while it was starting: .*no licence"),
        running(fake("ends"), install, tmp_path / "log"),
    ):
        pytest.fail("it never answered")


def test_what_never_answers_is_ended_at_its_deadline(install: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(ServerError, match=r"Fake was not ready after 1 s: .*begins as hangs"),
        running(fake("hangs", ready_seconds=1), install, tmp_path / "log"),
    ):
        pytest.fail("it never answered")


def test_a_program_that_is_not_there_is_named(install: Path, tmp_path: Path) -> None:
    server = fake(command=("no-such-program", "{port}"))
    with (
        pytest.raises(ServerError, match="started with the program no-such-program"),
        running(server, install, tmp_path / "log"),
    ):
        pytest.fail("there is no such program")


def test_what_it_started_ends_with_it(install: Path, tmp_path: Path) -> None:
    with running(fake("child"), install, tmp_path / "log"):
        found = re.search(r"child (\d+)", (tmp_path / "log").read_text())
        assert found is not None
        child = int(found.group(1))
        assert lives(child)
    deadline = time.monotonic() + 60  # it was sent a signal; a busy machine takes its time
    while lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(child)


def test_one_that_may_be_restarted_is(install: Path, tmp_path: Path) -> None:
    with running(fake(restart=True), install, tmp_path / "log") as one:
        with pytest.raises((OSError, urllib.error.URLError)):
            status(f"{one.url}/die")
        wait_until_it_answers(one.url)
        assert one.crashes == 1


def test_one_that_hangs_is_started_again(
    install: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("_BEAT", 0.1), ("_ANSWER", 0.5), ("_SILENCE", 1.0)):
        monkeypatch.setattr(f"s3compat.servers.serving.{name}", seconds)
    with running(fake(restart=True), install, tmp_path / "log") as one:
        with pytest.raises((OSError, urllib.error.URLError)):
            status(f"{one.url}/hang", seconds=60)
        wait_until_it_answers(one.url)
        assert one.crashes >= 1
