"""What the clients share whose SDK runs in a program of its own that stays alive.

A subclass says how its program is started and where what crossed the wire is read. What a program
does with a line is in docs/clients.md.
"""

from __future__ import annotations

import abc
import base64
import datetime
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from conformance.clients.answers import describe_parameters, make_answer
from conformance.clients.base import Answer, Client, ClientCannotError, CliMode, Presigned
from conformance.clients.command_line import content_of, copy_to
from conformance.clients.members import for_wire
from conformance.clients.resident import ProgramEndedError, Resident
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import recorder
from conformance.evidence.exchanges import Recorded, read_exchanges
from conformance.model import Call
from matrix.service_model import operation_model

CALL_TIMEOUT = 180.0  # seconds; the SDKs give up long before
KEPT_OUT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}  # nobody's configuration is read, and no metadata service is asked


class SdkProgramClient(Client):
    """Any operation of the model by an SDK in another process, members as they stand."""

    usual = False
    like = "boto3"  # it says what the model says
    calls_it: ClassVar[str]  # how a person writes a call: a format of operation and members
    also: ClassVar[Mapping[str, Sequence[str]]] = {}  # what an operation may be done by instead

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self.version()  # raises where it is not installed
        self.home = scratch / self.name
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self._program: Resident | None = None

    @abc.abstractmethod
    def command(self) -> Sequence[str]:
        """The command line that starts the program."""

    def settings(self) -> dict[str, Any]:
        """The first line the program is told."""
        keys = self.endpoint.credentials
        return {
            "endpoint": self.endpoint.url,
            "region": self.endpoint.region,
            "addressing": self.endpoint.addressing,
            "hosts": list(self.endpoint.hosts),
            "insecure": self.endpoint.insecure,
            "ca": self.endpoint.ca_bundle,
            "credentials": keys
            and {
                "access_key": keys.access_key,
                "secret_key": keys.secret_key,
                "session_token": keys.session_token,
            },
        }

    def environment(self) -> dict[str, str]:
        """The whole environment of the program."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "NO_PROXY": "*",
            **KEPT_OUT,
        }

    def recorded(self) -> list[Recorded]:
        """What crossed the wire since the call began: by default what the program wrote down."""
        record = self._record()
        if not record.exists():
            return []
        with record.open("rb") as file:
            return read_exchanges(recorder.read_events(file))

    def begin(self) -> None:
        """Forget what crossed the wire before this call."""
        self._record().unlink(missing_ok=True)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        known(operation)
        members = for_wire(parameters)
        delivered = content_of(self._empty("out"))
        asked = {"do": "call", "operation": operation, "out": str(self.home / "out")}
        payload = payload_member(operation)
        if payload in members:
            asked |= {"body": str(self._placed(members.pop(payload))), "body_member": payload}
        said, recorded = self._ask(asked, members)
        if said.get("refused") or (not recorded and not said["ok"] and not said.get("network")):
            raise ClientCannotError(f"the SDK refuses it itself: {said.get('error')}")
        return make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=recorded,
            succeeded=said["ok"],
            parameters=parameters,
            also=self.also.get(operation, ()),
            body=delivered() if said["ok"] else None,
            command=self.calls_it.format(
                operation=operation, members=describe_parameters(parameters)
            ),
            stderr=str(said.get("error", "")),
        )

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:
        members = for_wire(parameters)
        asked = {"do": "presign", "operation": operation, "expires": expires}
        said, _ = self._ask(asked, members)
        if not said["ok"]:
            raise ClientCannotError(f"the SDK makes no such URL: {said.get('error')}")
        shown = describe_parameters(parameters)
        line = f"presign: {self.calls_it.format(operation=operation, members=shown)}"
        url = str(said["url"])
        call = Call(operation, client=self.name, parameters=shown, command=line, stdout=url)
        return Presigned(url, call)

    def close(self) -> None:
        if self._program is not None:
            self._program.close()
            self._program = None

    def _ask(
        self, asked: dict[str, Any], members: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[Recorded]]:
        if self._program is None:
            self._program = Resident(
                self.command(),
                self.settings(),
                environment=self.environment(),
                folder=self.home,
            )
        self.begin()
        line = {**asked, "members": tagged(members), "record": str(self._record())}
        try:
            said = self._program.ask(line, CALL_TIMEOUT)
        except ProgramEndedError as problem:
            self._program = None  # the next call starts it again
            said = {"ok": False, "error": f"the program ended: {problem}", "network": True}
        return said, self.recorded()

    def _record(self) -> Path:
        return self.home / "record"

    def _empty(self, name: str) -> Path:
        path = self.home / name
        path.unlink(missing_ok=True)
        return path

    def _placed(self, body: Any) -> Path:
        path = self.home / "body"
        with path.open("wb") as file:
            copy_to(body, file)
        return path


def known(operation: str) -> None:
    """Raise ClientCannotError for an operation that Amazon's model does not have."""
    try:
        operation_model(operation)
    except KeyError as unknown:
        raise ClientCannotError(str(unknown.args[0])) from unknown


def payload_member(operation: str) -> str:
    """The member whose bytes are the request's body ("Body"); empty where there is none."""
    shape = operation_model(operation).input_shape
    name = shape.serialization.get("payload", "") if shape is not None else ""
    return str(name) if name and shape.members[name].type_name == "blob" else ""


def tagged(value: Any) -> Any:
    """A member for a line of JSON: bytes and times get a tag, for JSON has no word for them."""
    if isinstance(value, bytes | bytearray):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.UTC)
        return {"$time": value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")}
    if isinstance(value, Mapping):
        return {name: tagged(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [tagged(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ClientCannotError(f"the protocol cannot hold a {type(value).__name__}")


def runtime(name: str, hint: str) -> str:
    """The path of a runtime's program; raises ClientCannotError with the hint where it is not."""
    found = shutil.which(name)
    if found is None:
        raise ClientCannotError(f"{name} is not installed; {hint}")
    return found
