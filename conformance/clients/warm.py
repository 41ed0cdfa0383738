"""Runs CLI commands: warm, by a process that has imported the CLI and forks, or as a subprocess.

Both take the same command and give the same result; the warm one without the start-up. Only
processes started here are ever ended.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.clients import zygote
from conformance.clients.base import CliMode
from conformance.clients.programs import Program
from conformance.evidence import recorder
from conformance.evidence.exchanges import Recorded, read_exchanges

TIMEOUT = 150.0  # seconds for one command; its requests have less
_START_TIMEOUT = 120.0  # seconds for a zygote to import a CLI
_EVIDENCE = Path(recorder.__file__).parent
TIMED_OUT = -signal.SIGKILL


class ZygoteError(RuntimeError):
    """The warm process did not start or has ended; a subprocess still works."""


@dataclass(frozen=True)
class Finished:
    """What one command left behind."""

    exit_code: int
    stdout: str
    stderr: str
    recorded: list[Recorded]


def run(
    program: Program,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    stdin: bytes = b"",
    mode: CliMode = "warm",
    timeout: float = TIMEOUT,
) -> Finished:
    """Run ``program`` with ``arguments`` in ``folder`` and nothing else in its environment.

    ``timeout`` is in seconds; a command that takes longer is killed with everything it started,
    and its ``stderr`` says so. Output that is not UTF-8 is shown with replacement characters.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="run-") as place:
        files = {name: Path(place) / name for name in ("stdin", "stdout", "stderr", "record")}
        for file in files.values():
            file.touch(mode=0o600)
        files["stdin"].write_bytes(stdin)
        arguments = [str(program.path), *arguments]
        if mode == "warm" and program.own and program.preload:
            ended = _zygote_for(program).run(arguments, environment, folder, files, timeout)
        else:
            ended = _subprocess(program, arguments, environment, folder, files, timeout)
        complaint = "" if ended is not None else f"\nkilled after {timeout:g} s\n"
        with files["record"].open("rb") as record:
            recorded = read_exchanges(recorder.read_events(record))
        return Finished(
            exit_code=TIMED_OUT if ended is None else ended,
            stdout=files["stdout"].read_text("utf-8", "replace"),
            stderr=files["stderr"].read_text("utf-8", "replace") + complaint,
            recorded=recorded,
        )


def _subprocess(
    program: Program,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    files: Mapping[str, Path],
    timeout: float,
) -> int | None:
    """The exit code (negative: a signal); None when the time was up."""
    whole = dict(environment) | {"S3COMPAT_RECORD": str(files["record"])}
    if program.python:
        whole["PYTHONPATH"] = str(_EVIDENCE / "inject")
    with (
        files["stdin"].open("rb") as given,
        files["stdout"].open("wb") as out,
        files["stderr"].open("wb") as err,
        subprocess.Popen(
            arguments,
            stdin=given,
            stdout=out,
            stderr=err,
            env=whole,
            cwd=folder,
            start_new_session=True,
        ) as process,
    ):
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return None
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise


class Zygote:
    """A running zygote process; one command at a time."""

    def __init__(self, program: Program) -> None:
        ours, theirs = socket.socketpair()
        os.set_inheritable(theirs.fileno(), True)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    str(Path(zygote.__file__)),
                    str(theirs.fileno()),
                    str(_EVIDENCE),
                    str(program.path),
                    *program.preload,
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": os.devnull},
                start_new_session=True,
            )
        self._socket = ours
        self._unread = b""
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._rehearse(program)

    def usable(self) -> bool:
        """Whether it runs and belongs to this process (a fork of its owner may not use it)."""
        return self._owner == os.getpid() and self._process.poll() is None

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        files: Mapping[str, Path],
        timeout: float,
    ) -> int | None:
        """As for a subprocess. Raises ZygoteError when the zygote itself has ended."""
        command = {"argv": list(arguments), "env": dict(environment), "cwd": str(folder)}
        command |= {name: str(path) for name, path in files.items()}
        with self._lock:
            pid = int(self._ask(command, _START_TIMEOUT)["pid"])
            try:
                return int(self._read(timeout)["exit"])
            except TimeoutError:
                self._kill(pid)
                return None
            except BaseException:
                self._kill(pid)
                raise

    def close(self) -> None:
        """End the zygote, and with it the command it runs."""
        if self._owner != os.getpid():
            return
        self._socket.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _rehearse(self, program: Program) -> None:
        for arguments in REHEARSALS.get(program.path.name, ()):
            command = {
                "rehearse": True,
                "argv": [str(program.path), *arguments],
                "env": _REHEARSAL_ENVIRONMENT,
                "cwd": "/",
                "record": os.devnull,
                **dict.fromkeys(("stdin", "stdout", "stderr"), os.devnull),
            }
            self._ask(command, _START_TIMEOUT)

    def _kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError, ZygoteError):
            self._read(10)

    def _ask(self, command: Mapping[str, Any], timeout: float) -> Any:
        try:
            self._socket.sendall(json.dumps(command).encode() + b"\n")
        except OSError as problem:
            raise ZygoteError(f"the warm CLI process is gone ({problem})") from problem
        return self._read(timeout)

    def _read(self, timeout: float) -> Any:
        """The next answer; raises TimeoutError after ``timeout`` seconds."""
        until = time.monotonic() + timeout
        while b"\n" not in self._unread:
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            block = self._socket.recv(4096)
            if not block:
                raise ZygoteError(
                    f"the warm CLI process ended with {self._process.poll()}; "
                    "run with --cli subprocess to do without it"
                )
            self._unread += block
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)


REHEARSALS: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws": (
        (
            "--endpoint-url",
            "http://127.0.0.1:1",
            "s3api",
            "head-object",
            "--bucket",
            "b",
            "--key",
            "k",
        ),
        ("--endpoint-url", "http://127.0.0.1:1", "s3", "cp", os.devnull, "s3://b/k"),
        ("--endpoint-url", "http://127.0.0.1:1", "s3", "ls", "s3://b"),
    ),
    "s3cmd": (
        (
            "--config",
            os.devnull,
            "--host",
            "127.0.0.1:1",
            "--host-bucket",
            "127.0.0.1:1",
            "--max-retries",
            "0",
            "--no-ssl",
            "info",
            "s3://b/k",
        ),
    ),
}
_REHEARSAL_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "rehearsal",
    "AWS_SECRET_ACCESS_KEY": "rehearsal",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_MAX_ATTEMPTS": "1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

_zygotes: dict[Path, Zygote] = {}
_zygotes_lock = threading.Lock()


def _zygote_for(program: Program) -> Zygote:
    """The zygote of this process for a program; started, or started again, when needed."""
    with _zygotes_lock:
        known = _zygotes.get(program.path)
        if known is None or not known.usable():
            known = _zygotes[program.path] = Zygote(program)
        return known


def close_all() -> None:
    """End every zygote of this process."""
    with _zygotes_lock:
        for known in _zygotes.values():
            known.close()
        _zygotes.clear()


atexit.register(close_all)
