"""A process that has imported a CLI once and forks for each command: the warm start's other half.

Run as `python -P zygote.py SOCKET_FD EVIDENCE_FOLDER SCRIPT [MODULE …]`: it imports the modules,
compiles the script, and then takes one command after the other as a JSON line on the socket:

    {"argv": […], "env": {…}, "cwd": …, "stdin": path, "stdout": path, "stderr": path,
     "record": path}

For each it forks a child that runs the script as its `__main__`, and answers `{"pid": n}` at
once and `{"exit": n}` at the child's end (negative: the signal that ended it). It ends when the
socket does. Stdlib only.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import importlib.util
import json
import os
import random
import select
import signal
import socket
import sys
import threading
import time
import traceback
import types
from pathlib import Path
from typing import Any


def _load(folder: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"s3compat_{name}", folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder / name}.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class _Zygote:
    def __init__(
        self, control: socket.socket, evidence: Path, script: Path, imported: dict[str, str]
    ) -> None:
        self.control = control
        self.script = script
        self.imported = imported  # variables that importing the CLI has set (AWS_DATA_PATH)
        self.recorder = _load(evidence, "recorder")
        self.localhost_names = _load(evidence, "localhost_names")
        botocore_memory = _load(Path(__file__).parent, "botocore_memory")
        self.memory = botocore_memory.Memory()
        botocore_memory.make_a_driver()
        self.code = compile(script.read_bytes(), str(script), "exec")

    def serve(self) -> None:
        with self.control.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                command = json.loads(line)
                if command.get("rehearse"):
                    self._rehearse(command)
                    self._say(ready=True)
                    continue
                pid = os.fork()
                if pid == 0:
                    self._child(command)
                self._say(pid=pid)
                self._wait(pid)

    def _rehearse(self, command: dict[str, Any]) -> None:
        """Have a child run a command, then import here what it imported and read what it read.

        The command itself does not run here: this process stays as an import leaves it.
        """
        source, sink = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(source)
            self._child(command, sink)
        os.close(sink)
        with os.fdopen(source, encoding="utf-8") as reported:
            text = reported.read()
        os.waitpid(pid, 0)
        if text:
            self.memory.learn(json.loads(text))
        gc.collect()
        gc.freeze()  # what is here now is shared with every child

    def _say(self, **answer: Any) -> None:
        self.control.sendall(json.dumps(answer).encode() + b"\n")

    def _wait(self, pid: int) -> None:
        """Report the child's end; end it if the one who asked is gone."""
        done = os.pidfd_open(pid)
        somebody_asks = True
        try:
            while True:
                ready, _, _ = select.select([done, self.control.fileno()], [], [])
                if done in ready:
                    break
                if not self.control.recv(1, socket.MSG_PEEK):
                    somebody_asks = False
                    os.killpg(pid, signal.SIGKILL)
        finally:
            os.close(done)
        _, status = os.waitpid(pid, 0)
        if somebody_asks:
            self._say(exit=os.waitstatus_to_exitcode(status))

    def _child(self, command: dict[str, Any], report: int | None = None) -> None:
        exit_code = 70  # EX_SOFTWARE, should this module itself break
        try:
            os.setsid()
            self.control.close()
            _redirect(command)
            self._prepare(command)
            exit_code = self._run(command["argv"])
        except BaseException:  # noqa: BLE001 -- the last frame of a process: say it and leave
            traceback.print_exc()
        finally:
            if report is not None:
                with os.fdopen(report, "w", encoding="utf-8") as sink:
                    json.dump(self.memory.report(), sink)
            _finish(exit_code)

    def _prepare(self, command: dict[str, Any]) -> None:
        os.environ.clear()
        os.environ.update(self.imported | command["env"])
        time.tzset()
        random.seed()
        if command["env"].get("S3COMPAT_LOCALHOST_NAMES"):
            self.localhost_names.install()
        self.recorder.record_process(Path(command["record"]))

    def _run(self, argv: list[str]) -> int:
        sys.argv = argv
        main = types.ModuleType("__main__")
        main.__dict__["__file__"] = str(self.script)
        sys.modules["__main__"] = main
        try:
            exec(self.code, main.__dict__)
        except SystemExit as leaving:
            if leaving.code is None or isinstance(leaving.code, int):
                return (leaving.code or 0) & 0xFF
            print(leaving.code, file=sys.stderr)
            return 1
        except BaseException:  # noqa: BLE001 -- as the interpreter does at the end of a script
            traceback.print_exc()
            return 1
        return 0


def _redirect(command: dict[str, Any]) -> None:
    """Standard streams as a new process in a UTF-8 locale has them."""
    os.chdir(command["cwd"])
    for number, name, flags in (
        (0, "stdin", os.O_RDONLY),
        (1, "stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, "stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(command[name], flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    _replace_stream("stdin", 0, "r", "surrogateescape")
    _replace_stream("stdout", 1, "w", "surrogateescape")
    _replace_stream("stderr", 2, "w", "backslashreplace")


def _replace_stream(name: str, number: int, mode: str, errors: str) -> None:
    buffering = 1 if name == "stderr" else -1
    stream = os.fdopen(number, mode, buffering, "utf-8", errors, None, False)
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)


def _finish(exit_code: int) -> None:
    """What the interpreter does at its end, without taking the zygote's objects apart."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as at any exit
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    finally:
        os._exit(exit_code)


def main() -> None:
    """Import, compile, serve."""
    control = socket.socket(fileno=int(sys.argv[1]))
    evidence, script, modules = Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]
    sys.path.insert(0, str(script.parent))  # as for any script
    before = dict(os.environ)
    for module in modules:
        importlib.import_module(module)
    imported = {name: value for name, value in os.environ.items() if before.get(name) != value}
    _Zygote(control, evidence, script, imported).serve()


if __name__ == "__main__":
    main()
