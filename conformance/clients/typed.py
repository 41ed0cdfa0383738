"""Programs of other languages as a user types them: what their commands say, seen from the wire.

They cannot be looked into. One that talks to a host of this machine is told to talk to a forwarder
there instead (Go takes no proxy for such hosts); any other goes through a recording proxy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from conformance.clients.answers import make_answer
from conformance.clients.base import Answer, ClientCannotError, Presigned
from conformance.clients.command_line import CommandLineClient, content_of
from conformance.clients.sdk_program import KEPT_OUT, known
from conformance.endpoint.endpoint import is_of_this_machine
from conformance.evidence.authority import authority
from conformance.evidence.forwarder import Forwarder
from conformance.evidence.proxy import RecordingProxy

LATE = 2.0  # seconds that an answer may take which the program did not wait for
_ALSO: Mapping[str, tuple[str, ...]] = {
    "PutObject": ("CompleteMultipartUpload",),
    "CopyObject": ("HeadObject",),
    "GetObject": ("HeadObject",),
    "HeadObject": ("ListObjectsV2",),
}


@dataclass
class Words:
    """The words of one command, growing as members are taken; what is left is refused."""

    members: dict[str, Any]
    program: str
    words: list[str] = field(default_factory=list)

    def take(self, name: str, otherwise: Any = None) -> Any:
        """The member, and it is gone."""
        return self.members.pop(name, otherwise)

    def done(self) -> None:
        """Raise ClientCannotError for what no option says."""
        if self.members:
            raise ClientCannotError(f"{self.program} has no option for {', '.join(self.members)}")


class TypedClient(CommandLineClient):
    """A subclass has a method for each operation its commands can say, named as the operation."""

    usual = False
    family = "tools"
    preload = ()
    refusals = re.compile(r"$.")  # whatever it prints with nothing on the wire is a refusal
    answers: ClassVar[type[Answer]] = Answer
    takes_proxy: ClassVar[bool] = False  # for hosts of this machine, too
    _reached: str | None = None  # the endpoint's URL as this command is told it
    _proxy: str = ""

    def configure(self) -> None:
        """Configured for each command, as the forwarder's port is known."""

    def place_of(self, members: Mapping[str, Any]) -> str:
        """`bucket/key`; raises ClientCannotError for a key that is no path of a file."""
        key = str(members.get("Key", ""))
        parts = key.split("/")
        if key and ("" in parts or "." in parts or ".." in parts):
            raise ClientCannotError(f"{key!r} is no path of a file")
        return f"{members['Bucket']}/{key}".rstrip("/")

    def source_of(self, given: Any) -> str:
        """`bucket/key` of a CopySource, without a version."""
        if isinstance(given, Mapping):
            source = f"{given['Bucket']}/{given['Key']}"
            versioned = "VersionId" in given
        else:
            source = unquote(str(given).lstrip("/"))
            versioned = "?versionId=" in str(given)
        bucket, _, key = source.partition("/")
        if versioned or not key:
            raise ClientCannotError(f"{self.program_name} copies from path to path")
        return self.place_of({"Bucket": bucket, "Key": key})

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        known(operation)
        saying: Callable[[Words], list[str]] | None = getattr(self, operation, None)
        if saying is None:
            raise ClientCannotError(f"no command of {self.program_name} says {operation}")
        members = {name: value for name, value in parameters.items() if value is not None}
        asked = Words(members, self.program_name)
        delivered = content_of(self.outfile())
        arguments = saying(asked)
        asked.done()
        with self._way() as recorded:
            finished = self.run([*self.endpoint_options(), *arguments])
            seen = recorded()
        if not seen and finished.exit_code != 0:
            last = (finished.stderr.strip() or finished.stdout.strip() or "nothing").splitlines()
            raise ClientCannotError(f"{self.program_name} refuses it itself: {last[-1][:300]}")
        made = make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=seen,
            succeeded=finished.exit_code == 0,
            parameters=parameters,
            also=_ALSO.get(operation, ()),
            body=delivered() if operation == "GetObject" and finished.exit_code == 0 else None,
            command=self.shown(arguments),
            exit_code=finished.exit_code,
            stdout=finished.stdout,
            stderr=finished.stderr,
        )
        return self.answers(**vars(made))

    def presigned(self, arguments: Sequence[str]) -> Presigned:
        """The URL that a command line prints; it is made for the endpoint itself."""
        self._reached = self.endpoint.url
        return super().presigned(arguments)

    def body_file(self, asked: Words) -> str:
        """The path of a file with the Body."""
        return str(self.place("body", asked.take("Body", b"")))

    @property
    def reached(self) -> str:
        """The URL that the program is told."""
        return self._reached or self.endpoint.url

    def environment(self) -> dict[str, str]:
        whole = super().environment() | KEPT_OUT
        if self._proxy:
            del whole["NO_PROXY"]
            whole |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), self._proxy)
        if self.endpoint.secure:
            whole["SSL_CERT_FILE"] = str(self.trusted())
        return whole

    def trusted(self) -> Path:
        """The authority of whoever the program talks to: the forwarder or the proxy."""
        path = self.home / "trusted.pem"
        path.write_bytes(authority().pem)
        return path

    @contextmanager
    def _way(self) -> Iterator[Callable[[], Any]]:
        parts = urlsplit(self.endpoint.url)
        if not self.takes_proxy and is_of_this_machine(self.endpoint.url):
            if self.endpoint.addressing == "virtual":
                raise ClientCannotError(f"{self.program_name} uses paths for a host of its own")
            tls = authority().context("127.0.0.1") if self.endpoint.secure else None
            with Forwarder(self.endpoint, speaks=tls) as forwarder:
                self._reached = f"{parts.scheme}://127.0.0.1:{forwarder.port}{parts.path}"
                yield partial(forwarder.exchanges, LATE)
            return
        with RecordingProxy(self.endpoint) as proxy:
            self._reached, self._proxy = self.endpoint.url, proxy.url
            yield partial(proxy.exchanges, LATE)


def options(asked: Words, words: Mapping[str, str]) -> list[str]:
    """`--option value` for each member that an option says."""
    made: list[str] = []
    for name, option in words.items():
        if name in asked.members:
            made += [option, str(asked.take(name))]
    return made
