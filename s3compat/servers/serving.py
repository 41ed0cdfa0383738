"""A known server running: on a free loopback port, in a folder of its own, for as long as asked."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from matrix import KnownServer
from s3compat.servers import processes
from s3compat.servers.installing import ServerError

LOOPBACK = "127.0.0.1"
_LOOK = 0.1  # seconds between looks at a server that is starting
_ANSWER = 5.0  # seconds an answer may take while it is starting
_RESTARTS = 500  # a server that ends by itself more often is left alone
_BEAT = 5.0  # seconds between looks at a server that is to be started again where it fails
_SILENCE = 10.0  # seconds without any answer, and it is ended: it hangs; clients wait longer


class Running:
    """A running server: its URL, its command, its log, and how often it ended or hung."""

    def __init__(self, server: KnownServer, words: list[str], folder: Path, log: Path) -> None:
        self.log = log
        self.url = ""
        self.crashes = 0
        self._port = 0
        self._server = server
        self.words = words
        self._folder = folder
        self._environment: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = threading.Lock()  # held while it is started or ended
        self._ending = False
        self._keeper: threading.Thread | None = None

    def start(self, port: int, environment: dict[str, str]) -> None:
        """Start it and wait until it is ready. Raises ServerError."""
        self._environment = environment
        self.url = f"http://{LOOPBACK}:{port}"
        self._port = port
        self._begin()
        self._wait_until_ready(port)
        if self._server.restart:
            self._keeper = threading.Thread(target=self._keep, daemon=True)
            self._keeper.start()

    def end(self) -> None:
        """End it and everything it started."""
        with self._wanted:
            self._ending = True
            if self._process is not None:
                processes.end(self._process)
        if self._keeper is not None:
            self._keeper.join(30)

    def _begin(self) -> None:
        try:
            self._process = processes.begin(self.words, self._folder, self._environment, self.log)
        except OSError as problem:
            raise ServerError(
                f"{self._server.title} cannot be started: {self.words[0]}: {problem.strerror}"
            ) from problem

    def _wait_until_ready(self, port: int) -> None:
        deadline = time.monotonic() + self._server.ready_seconds
        while not _answers(port, self._server.ready):
            if self._process is not None and self._process.poll() is not None:
                raise ServerError(
                    f"{self._server.title} ended with {self._process.returncode} while it was "
                    f"starting: {processes.last_words(self.log)} (all its output is in {self.log})"
                )
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self._server.title} was not ready after {self._server.ready_seconds} s: "
                    f"{processes.last_words(self.log)} (all its output is in {self.log})"
                )
            time.sleep(_LOOK)

    def _keep(self) -> None:
        """Start it again whenever it ends or answers nothing any more, until it is to end."""
        while self.crashes < _RESTARTS:
            process = self._process
            if process is None:
                return
            self._wait_for_its_end(process)
            with self._wanted:
                if self._ending:
                    return
                self.crashes += 1
                processes.end(process)  # what it may have left running
                with contextlib.suppress(ServerError):  # the run sees that nothing answers
                    self._begin()

    def _wait_for_its_end(self, process: subprocess.Popen[bytes]) -> None:
        """Return when it has ended, or has not answered for _SILENCE: a request made it hang."""
        heard = time.monotonic()
        while time.monotonic() - heard < _SILENCE:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_BEAT)
                return
            if _speaks(self._port, self._server.ready):
                heard = time.monotonic()


@contextlib.contextmanager
def running(server: KnownServer, install: Path, log: Path) -> Iterator[Running]:
    """The server, ready, while the context lasts; its folder goes with it, its log stays.

    Raises ServerError where it does not come up.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"s3compat-{server.name}-"))
    try:
        ports = _free_ports(4)
        values = {
            "install": str(install),
            "folder": str(folder),
            "port": str(ports[0]),
            **{f"port{number}": str(ports[number - 1]) for number in (2, 3, 4)},
            "access_key": server.access_key,
            "secret_key": server.secret_key,
        }
        for name in server.folders:
            (folder / name).mkdir()
        for name, content in server.files.items():
            (folder / name).write_text(server.filled(content, values), encoding="utf-8")
        words = [server.filled(word, values) for word in server.command]
        words[0] = _program(words[0], server)
        environment = {
            name: server.filled(value, values) for name, value in server.environment.items()
        }
        one = Running(server, words, folder, log)
        try:
            one.start(ports[0], environment)
            yield one
        finally:
            one.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(word: str, server: KnownServer) -> str:
    """The program itself; ``java`` is JAVA_HOME's where that is set. Raises ServerError."""
    home = os.environ.get("JAVA_HOME")
    if word == "java" and home:
        word = str(Path(home) / "bin" / "java")
    found = shutil.which(word)
    if found is None:
        raise ServerError(
            f"{server.title} is started with the program {word}, which is not on PATH"
        )
    return found


def _free_ports(number: int) -> list[int]:
    """So many loopback ports that nobody listens on."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _answers(port: int, path: str) -> bool:
    """Whether a GET of this path is answered, and not with an error of the server's own."""
    status = _status(port, path)
    return status is not None and status < 500


def _speaks(port: int, path: str) -> bool:
    """Whether a GET of this path is answered at all."""
    return _status(port, path) is not None


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_ANSWER)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (http.client.HTTPException, OSError):
        return None
    finally:
        connection.close()
