"""A program that stays alive and does one thing after another, a JSON line each way.

The protocol is in docs/clients.md. What crossed the wire is not this module's business.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

START_TIMEOUT = 60.0  # seconds until a program has answered its first line
LONGEST_ANSWER = 1 << 20  # bytes of one line
_LAST_WORDS = 500  # characters of its standard error that an error shows
_BLOCK = 64 * 1024


class ProgramEndedError(RuntimeError):
    """The program ended, said nothing in time, or said what is no answer; what it said last."""


class Resident:
    """One such program, started at once. Not for use by several threads.

    ``settings`` is the first line it is told: they may hold credentials, which therefore stand in
    no command line and no environment.
    """

    def __init__(
        self,
        command: Sequence[str],
        settings: Mapping[str, Any],
        *,
        environment: Mapping[str, str],
        folder: Path,
    ) -> None:
        self._buffer = b""
        self._errors = folder / "stderr"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
            )
        try:
            self.hello = self.ask(settings, START_TIMEOUT)
        except BaseException:
            self.close()
            raise

    def ask(self, line: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        """Its answer to a line; ``timeout`` in seconds. Raises ProgramEndedError, and ends it."""
        if self._process.stdin is None:
            raise ProgramEndedError("it has no standard input")
        try:
            self._process.stdin.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")
            self._process.stdin.flush()
            answer = json.loads(self._line(timeout))
        except (OSError, EOFError, ValueError) as problem:
            self.close()
            raise ProgramEndedError(self._last_words(problem)) from problem
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            self.close()
            raise ProgramEndedError("the program's answer is not one of the protocol")
        return answer

    def close(self) -> None:
        """End the program and whatever it started."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was still to be said is not needed
                    pipe.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _line(self, timeout: float) -> bytes:
        out = self._process.stdout
        if out is None:
            raise OSError("it has no standard output")
        deadline = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"no answer within {timeout:g} s")
                block = os.read(out.fileno(), _BLOCK)
                if not block:
                    raise EOFError(f"the program ended with {self._process.wait()}")
                self._buffer += block
                if len(self._buffer) > LONGEST_ANSWER:
                    raise OSError("its answer is longer than any of the protocol")
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _last_words(self, problem: Exception) -> str:
        said = self._errors.read_text("utf-8", "replace").strip()[-_LAST_WORDS:]
        return f"{problem}" + (f"; it said: {said}" if said else "")
