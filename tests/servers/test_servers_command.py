"""`s3compat servers`: the list for people and for programs, and getting and starting one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matrix import load_server, server_names
from s3compat.cli import main
from s3compat.commands import servers
from s3compat.servers.installing import Got, ServerError
from s3compat.servers.sources import coordinates
from tests.servers.conftest import fake
from tests.servers.test_serving import lives, status

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3COMPAT_CACHE", str(tmp_path / "cache"))


def test_the_list_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["servers", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert [one["name"] for one in found] == list(server_names())
    moto = load_server("moto")
    (shown,) = [one for one in found if one["name"] == "moto"]
    assert shown == {
        "name": "moto",
        "title": moto.title,
        "home": moto.home,
        "license": moto.license,
        "package": coordinates(moto),
        "registry": "PyPI",
        "profile": moto.profile,
        "installed": [],
    }


def test_the_list_for_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        servers, "missing_program", lambda one: "needs x, y" * (one.name == "s3rver")
    )
    monkeypatch.setattr(
        servers, "installed_versions", lambda name: ["1", "2"] if name == "moto" else []
    )
    assert main(["servers"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].split() == ["name", "package", "from", "profile", "installed"]
    rows = {line.split()[0]: line.rstrip() for line in lines[1:-2]}
    assert list(rows) == list(server_names())
    assert rows["moto"].endswith("1, 2")
    assert rows["s3rver"].endswith("needs x")
    assert rows["rclone"].endswith("no")
    assert lines[-2] == f"installed under {tmp_path / 'cache'}"


def test_a_name_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--get", "--start"):
        assert main(["servers", option, "motto"]) == 2
        assert "did you mean 'moto'?" in capsys.readouterr().err


def test_one_that_cannot_be_got(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(*_: object) -> Got:
        raise ServerError("the registry said no")

    monkeypatch.setattr(servers, "get", get)
    for option in ("--get", "--start"):
        assert main(["servers", option, "moto"]) == 4
        assert capsys.readouterr().err == "s3compat servers: the registry said no\n"


def test_getting_one_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(servers, "get", lambda server, _say: asked.append(server.name))
    monkeypatch.setattr(servers, "running", None)  # to call it would raise
    assert main(["servers", "--get", "moto"]) == 0
    assert asked == ["moto"]


def test_starting_one_and_ending_it(
    install: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(servers, "load_server", lambda _name: fake())
    monkeypatch.setattr(servers, "get", lambda _server, _say: Got(install, 0))
    waits: list[int] = []

    class Waiting:
        """Ctrl-C comes the second time that the command waits."""

        @staticmethod
        def sleep(seconds: float) -> None:
            assert seconds > 60
            url = capsys.readouterr().out.split(" answers at ")[-1].partition(";")[0]
            waits.append(status(url) if not waits else waits[0])
            if len(waits) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(servers, "time", Waiting)
    assert main(["servers", "--start", "fake"]) == 0
    assert waits == [403, 403]
    assert capsys.readouterr().out == "ending it\n"
    assert (tmp_path / "s3compat-out" / "fake.log").is_file()


def test_a_terminated_command_leaves_no_server(install: Path, tmp_path: Path) -> None:
    """SIGTERM, of `kill` or a CI system, while the server of `servers --start` answers."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from s3compat.commands import servers\n"
        "from s3compat.servers.installing import Got\n"
        "from tests.servers.conftest import fake\n"
        "servers.load_server = lambda _name: fake()\n"
        "servers.get = lambda _server, _say: Got(Path(sys.argv[1]), 0)\n"
        "sys.exit(servers.main(['--start', 'fake']))\n"
    )
    words = [sys.executable, "-c", code, str(install)]
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as command:
        assert command.stdout is not None
        assert "answers at" in command.stdout.readline()
        [folder] = scratch.glob("s3compat-fake-*")
        pid = int((folder / "pid").read_text())
        assert lives(pid)
        command.terminate()
        assert command.wait(60) == 0

    assert not lives(pid)
    assert not folder.exists()
