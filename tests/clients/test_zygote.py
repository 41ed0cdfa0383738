"""The zygote's own steps, here in this process: a script's end, its environment, a child's end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.clients.zygote import _Zygote


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("x = 1", 0, ""),
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit(256 + 3)", 3, ""),
        ("import sys; sys.exit(-1)", 255, ""),
        ("import sys; sys.exit('no such file')", 1, "no such file\n"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
        ("raise KeyboardInterrupt", 1, "KeyboardInterrupt\n"),
        ("import sys; assert sys.argv == ['aws', 'x'] and __file__ == '/bin/aws'", 0, ""),
        ("import __main__; assert __main__.__dict__ is globals()", 0, ""),
        ("assert __name__ == '__main__'", 0, ""),
    ],
)
def test_how_a_script_ends(
    script: str, code: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    zygote: Any = SimpleNamespace(code=compile(script, "aws", "exec"), script=Path("/bin/aws"))

    assert _Zygote._run(zygote, ["aws", "x"]) == code
    assert capsys.readouterr().err.endswith(said)


@pytest.mark.parametrize("names", [{}, {"S3COMPAT_LOCALHOST_NAMES": "1"}])
def test_a_command_has_its_own_environment(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"OF_THE_ZYGOTE": "1"}
    monkeypatch.setattr(os, "environ", environment)
    done: list[Any] = []
    zygote: Any = SimpleNamespace(
        imported={"AWS_DATA_PATH": "/data", "A": "imported"},
        localhost_names=SimpleNamespace(install=lambda: done.append("names")),
        recorder=SimpleNamespace(record_process=done.append),
    )

    _Zygote._prepare(zygote, {"env": {"A": "own", **names}, "record": "/run/record"})

    assert environment == {"AWS_DATA_PATH": "/data", "A": "own", **names}
    assert done == [*["names"] * len(names), Path("/run/record")]


def child(does: Callable[[], None]) -> int:
    """A process, of its own group by now, that does this and ends with 3."""
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.close(sink)
        does()
        os._exit(3)
    os.close(sink)
    os.read(source, 1)
    os.close(source)
    return pid


@pytest.fixture
def talking() -> Any:
    ours, theirs = socket.socketpair()
    zygote = SimpleNamespace(control=theirs)
    zygote._say = lambda **answer: _Zygote._say(zygote, **answer)
    with ours, theirs:
        yield ours, zygote


def test_the_end_of_a_command_is_told(talking: Any) -> None:
    ours, zygote = talking
    _Zygote._wait(zygote, child(lambda: None))
    assert ours.recv(100) == b'{"exit": 3}\n'
    _Zygote._wait(zygote, child(lambda: os.kill(os.getpid(), signal.SIGTERM)))
    assert ours.recv(100) == b'{"exit": -15}\n'


def test_a_command_that_nobody_waits_for_is_ended(talking: Any) -> None:
    ours, zygote = talking
    ours.close()
    pid = child(lambda: time.sleep(60))
    _Zygote._wait(zygote, pid)  # and does not try to tell
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
