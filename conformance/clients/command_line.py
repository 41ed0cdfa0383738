"""What the CLI clients share: a home of their own, running a command line, reading its answer."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar

from conformance.clients.answers import make_answer
from conformance.clients.base import Answer, Client, ClientCannotError, CliMode, Presigned
from conformance.clients.programs import Program, find_program, program_version
from conformance.clients.warm import Finished, run
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.localhost_names import is_localhost_name
from conformance.evidence.reproduce import cli_line
from conformance.evidence.tripwire import HOSTS_VARIABLE

COPY_BLOCK = 64 * 1024


class CommandLineClient(Client):
    """A client that is a program. Its home and configuration are in ``scratch``."""

    program_name: ClassVar[str]
    variable: ClassVar[str]  # names another program to use
    preload: ClassVar[tuple[str, ...]]
    refusals: ClassVar[re.Pattern[str]]  # what it prints where it will not even ask

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self.program = self._program()
        self.home = scratch / self.name
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self.configure()

    @classmethod
    def version(cls) -> str:
        return program_version(cls._program().path)

    @classmethod
    def _program(cls) -> Program:
        return find_program(cls.program_name, cls.variable, cls.preload)

    def configure(self) -> None:
        """Write the program's configuration to ``self.home``."""
        raise NotImplementedError

    def endpoint_options(self) -> list[str]:
        """The options that a person needs to reach the endpoint, before the subcommand."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """The whole environment of the program."""
        whole = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TMPDIR": str(self.home),
            "NO_PROXY": "*",
            HOSTS_VARIABLE: ",".join(self.endpoint.hosts),
        }
        if is_localhost_name(self.endpoint.host.partition(":")[0]):
            whole["S3COMPAT_LOCALHOST_NAMES"] = "1"
        return whole

    def shown_environment(self) -> dict[str, str]:
        """What a person has to set before the command line, credentials aside."""
        return {}

    def shown(self, arguments: Sequence[str]) -> str:
        """The line a person can copy; the credentials are in `AWS_ACCESS_KEY_ID` and so on."""
        return cli_line([self.program_name, *arguments], self.shown_environment())

    def run(self, arguments: Sequence[str], stdin: bytes = b"") -> Finished:
        """Run the program with ``arguments`` as they stand."""
        if any("\0" in argument for argument in arguments):
            raise ClientCannotError("a command line cannot hold a NUL character")
        return run(
            self.program,
            self.hidden_options() + list(arguments),
            environment=self.environment(),
            folder=self.home,
            stdin=stdin,
            mode=self.cli_mode,
        )

    def hidden_options(self) -> list[str]:
        """Options that are of no use to a person: our own configuration file."""
        return []

    def say(
        self,
        operation: str,
        arguments: Sequence[str],
        parameters: Mapping[str, Any],
        *,
        stdin: bytes = b"",
        also: Collection[str] = (),
        delivered: Callable[[], bytes | None] = lambda: None,
    ) -> Answer:
        """Run a command line that says ``operation``. ``delivered`` fetches what it wrote.

        Raises ClientCannotError where the program refused it without asking the endpoint.
        """
        arguments = [*self.endpoint_options(), *arguments]
        finished = self.run(arguments, stdin)
        if not finished.recorded and finished.exit_code != 0 and self.refuses(finished):
            last = (finished.stderr.strip() or finished.stdout.strip()).splitlines()[-1]
            raise ClientCannotError(f"{self.program_name} refuses it itself: {last}")
        return make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=finished.recorded,
            succeeded=finished.exit_code == 0,
            parameters=parameters,
            also=also,
            body=delivered() if finished.exit_code == 0 else None,
            command=self.shown(arguments),
            exit_code=finished.exit_code,
            stdout=finished.stdout,
            stderr=finished.stderr,
        )

    def presigned(self, arguments: Sequence[str]) -> Presigned:
        """The URL that a command line prints."""
        answer = self.say(arguments[0], arguments, {})
        printed = answer.output.split()
        if answer.call.exit_code != 0 or not printed:
            raise ClientCannotError(f"{self.name} printed no URL: {answer.call.stderr[-200:]}")
        return Presigned(printed[-1], answer.call)

    def refuses(self, finished: Finished) -> bool:
        """Whether the program's complaint is about the command line, not about the endpoint."""
        return self.refusals.search(finished.stderr + finished.stdout) is not None

    def place(self, name: str, data: Any) -> Path:
        """A file in the home with ``data``: bytes, text or a binary file."""
        path = self.home / name
        with path.open("wb") as file:
            copy_to(data, file)
        return path

    def outfile(self, name: str = "out") -> Path:
        """A path in the home for the program to write to; nothing is there."""
        path = self.home / name
        path.unlink(missing_ok=True)
        return path


def secret_file(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


def content_of(path: Path) -> Callable[[], bytes | None]:
    """Fetches what was written to ``path``, None where nothing was."""
    return lambda: path.read_bytes() if path.exists() else None


def copy_to(data: Any, sink: IO[bytes]) -> None:
    """Write ``data``, which is bytes, text or a binary file (read from its start), to a file."""
    if isinstance(data, str):
        sink.write(data.encode())
    elif hasattr(data, "read"):
        data.seek(0)
        while block := data.read(COPY_BLOCK):
            sink.write(block)
    else:
        sink.write(data)
