"""A client that answers what a test tells it to, and a worker that is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from conformance.clients.base import Answer, Client, Headers
from conformance.endpoint.endpoint import Credentials, Endpoint, Who
from conformance.model import Call, Exchange, Message
from conformance.trial.check import Check
from conformance.trial.party import Identity


def answer(
    status: int,
    code: str | None = None,
    *,
    operation: str = "GetObject",
    method: str = "GET",
    silent: bool = False,
    stderr: str = "",
    lost: bool = False,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes | None = None,
    error: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Answer:
    """An Answer as a client would give it; ``silent``: nothing crossed the wire."""
    exchange = None
    if not silent:
        response = None if lost else Message(start_line=f"HTTP/1.1 {status} X")
        exchange = Exchange(
            url="http://fake:1",
            request=Message(start_line=f"{method} /b/k HTTP/1.1"),
            response=response,
        )
    return Answer(
        operation=operation,
        client="fake",
        status=status,
        headers=Headers(headers),
        parsed=dict(members or {}),
        body=body,
        code=code,
        error=dict(error or {}),
        succeeded=200 <= status < 300,
        exchange=exchange,
        call=Call(
            operation=operation,
            client="fake",
            stderr=stderr,
            exchanges=(exchange,) if exchange is not None else (),
        ),
    )


class FakeClient(Client):
    """Gives its answers one after another, the last one for ever."""

    name = "fake"

    def __init__(self, answers: Sequence[Answer | Exception]) -> None:
        super().__init__(ENDPOINT, Path())
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @classmethod
    def version(cls) -> str:
        return "fake/1"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        self.asked.append((operation, dict(parameters)))
        given = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(given, Exception):
            raise given
        given.operation = operation
        given.call = msgspec.structs.replace(given.call, operation=operation)
        return given


class House:
    """What a trial needs of a worker, without one."""

    endpoint: Endpoint
    worker = "gw9"
    partners = ("fake", "other")

    def __init__(self, setup: Client) -> None:
        self.endpoint = ENDPOINT
        self._setup = setup
        self.names = 0

    def client(self, name: str, who: Who = "own") -> Client:  # noqa: ARG002 - it has one client only
        return self._setup

    def shared_bucket(self) -> str:
        return "shared"

    def new_bucket_name(self, ending: str = "", length: int = 0) -> str:
        self.names += 1
        return f"own-{self.names}{ending}".ljust(length, "x")

    def new_prefix(self) -> str:
        return "p/"

    def raw_client(self, who: Who = "own") -> Client:  # noqa: ARG002 - it has one client only
        return self._setup

    def death(self) -> str | None:
        return None

    def identity(self, who: Who) -> Identity:
        return Identity(f"canonical id of {who}")


ENDPOINT = Endpoint(url="http://fake:1", credentials=Credentials("AK", "fake-secret-key"))


def make_check(function: Callable[..., None], **changes: Any) -> Check:
    """A check that is in no registry."""
    values: dict[str, Any] = {
        "id": "get-object.fake",
        "row": "get-object",
        "function": function,
        "title": "A title.",
        "explanation": "",
        "proved_by": (),
        "only": (),
        "spec": None,
        "level": None,
        "verified": "documented",
        "source": "tests",
    }
    return Check(**{**values, **changes})
