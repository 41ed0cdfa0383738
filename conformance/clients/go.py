"""The `go` client: any operation of the model through the AWS SDK for Go v2, by a small program.

The program is in the folder `golang` beside this module and is built once, where Go is installed;
its modules come through the Go module proxy. It records its connections itself.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.cache import cache_folder
from conformance.clients.command_line import CommandLineClient, content_of
from conformance.clients.members import for_wire
from conformance.clients.programs import Program
from conformance.evidence.reproduce import cli_line
from matrix.service_model import operation_model, streaming_output

SOURCE = Path(__file__).parent / "golang"
VARIABLE = "S3COMPAT_S3GO"  # names a program that is built already
BUILD_TIMEOUT = 900.0  # seconds; the SDK takes minutes on a slow machine, once
_USUAL_PLACES = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go")


class GoClient(CommandLineClient):
    """The program `s3go`: an operation and its members by Amazon's names."""

    name = "go"
    family = "Go"
    usual = False
    like = "boto3"
    comes_from = "the Go module proxy: github.com/aws/aws-sdk-go-v2, built by `go`"
    program_name = "s3go"
    variable = VARIABLE
    preload = ()
    refusals = re.compile(r"^s3go cannot:|validation error|failed to compute payload hash", re.M)

    @classmethod
    def version(cls) -> str:
        path = cls._program().path
        done = subprocess.run([path, "-version"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ClientCannotError(f"{path} -version ended with {done.returncode}")
        return done.stdout.strip()

    @classmethod
    def _program(cls) -> Program:
        return Program(s3go(), own=False)

    def configure(self) -> None:
        """It has no configuration file."""

    def environment(self) -> dict[str, str]:
        whole = super().environment() | {"AWS_EC2_METADATA_DISABLED": "true"}
        if (credentials := self.endpoint.credentials) is not None:
            whole["AWS_ACCESS_KEY_ID"] = credentials.access_key
            whole["AWS_SECRET_ACCESS_KEY"] = credentials.secret_key
            if credentials.session_token is not None:
                whole["AWS_SESSION_TOKEN"] = credentials.session_token
        return whole

    def shown(self, arguments: Sequence[str]) -> str:
        return f"cd {shlex.quote(str(SOURCE))} && {cli_line(['go', 'run', '.', *arguments], {})}"

    def endpoint_options(self) -> list[str]:
        options = ["-endpoint", self.endpoint.url, "-region", self.endpoint.region]
        if self.endpoint.addressing == "virtual":
            options.append("-virtual")
        if self.endpoint.credentials is None:
            options.append("-anonymous")
        if self.endpoint.secure and self.endpoint.insecure:
            options.append("-insecure")
        elif self.endpoint.secure and self.endpoint.ca_bundle:
            options += ["-ca", self.endpoint.ca_bundle]
        return options

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        try:
            operation_model(operation)
        except KeyError as unknown:
            raise ClientCannotError(str(unknown.args[0])) from unknown
        members = for_wire(parameters)
        options = []
        if "Body" in members:
            options += ["-body", str(self.place("body", members.pop("Body")))]
        delivered = content_of(self.outfile())
        if streaming_output(operation):
            options += ["-out", str(self.home / "out")]
        text = json.dumps(members, default=_in_json, ensure_ascii=False)
        return self.say(operation, [*options, operation, text], parameters, delivered=delivered)


def s3go() -> Path:
    """The program, built where it is not yet; raises ClientCannotError, with what to do."""
    given = os.environ.get(VARIABLE)
    if given and not Path(given).is_file():
        raise ClientCannotError(f"{VARIABLE} names {given}, which is no file; correct it")
    return Path(given) if given else _built()


def _built() -> Path:
    sources = [*sorted(SOURCE.glob("*.go")), SOURCE / "go.mod", SOURCE / "go.sum"]
    said = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    cache = cache_folder()
    path = cache / f"s3go-{said}"
    if path.exists():
        return path
    go = shutil.which("go") or next((name for name in _USUAL_PLACES if Path(name).exists()), None)
    if go is None:
        raise ClientCannotError("Go is not installed; install it (https://go.dev/dl)")
    cache.mkdir(parents=True, exist_ok=True)
    fresh = cache / f"s3go-{said}.{os.getpid()}"
    try:
        subprocess.run(
            [go, "build", "-buildvcs=false", "-o", str(fresh), "."],
            cwd=SOURCE,
            capture_output=True,
            text=True,
            check=True,
            timeout=BUILD_TIMEOUT,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        said = str(problem.stderr or problem).strip().splitlines()[-1]
        raise ClientCannotError(f"`go build` in {SOURCE} failed: {said}") from problem
    fresh.replace(path)
    return path


def _in_json(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.UTC)
        return str(value.isoformat())
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise ClientCannotError(f"JSON cannot hold a {type(value).__name__}")
