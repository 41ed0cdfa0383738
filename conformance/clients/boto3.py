"""The `boto3` client: any operation of the model through a stock boto3 client, mechanically."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import botocore
import botocore.config
import botocore.exceptions
import botocore.session
import urllib3
from botocore import xform_name

from conformance.clients.answers import describe_parameters, make_answer
from conformance.clients.base import Answer, Client, ClientCannotError, CliMode, Presigned
from conformance.clients.members import for_sdk
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import localhost_names
from conformance.evidence.exchanges import read_exchanges
from conformance.evidence.recorder import recording
from conformance.evidence.reproduce import boto3_lines
from conformance.model import Call
from matrix.service_model import operation_model, streaming_output

_OF_THE_WIRE = (
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
    OSError,
)
TIMEOUT = 30.0  # seconds to connect, and between two reads

_environment_lock = threading.Lock()


class Boto3Client(Client):
    """boto3 as a user has it, except that it never retries and reads no configuration of theirs."""

    name = "boto3"
    family = "Python"

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        localhost_names.install_for(endpoint.host)
        if endpoint.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # it was chosen
        with no_configuration():
            self.s3 = _make(endpoint)

    @classmethod
    def version(cls) -> str:
        return f"boto3/{boto3.__version__} botocore/{botocore.__version__}"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        method = getattr(self.s3, xform_name(operation), None)
        if method is None:
            raise ClientCannotError(f"this boto3 ({boto3.__version__}) does not know {operation}")
        members = for_sdk(parameters)
        body: bytes | None = None
        failure = ""
        unsent: Exception | None = None  # a failure with nothing on the wire is not the endpoint's
        with recording(self.endpoint.hosts) as log:
            try:
                body = _delivered(operation, method(**members))
            except botocore.exceptions.ParamValidationError as refusal:
                raise ClientCannotError(f"boto3 refuses it itself: {refusal}") from refusal
            except Exception as problem:  # noqa: BLE001 -- what a broken answer makes of an SDK
                failure = f"{type(problem).__name__}: {problem}"
                unsent = problem if not isinstance(problem, _OF_THE_WIRE) else None
            recorded = read_exchanges(log.events())
            log.close()
        if unsent is not None and not recorded:
            raise unsent
        return make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=recorded,
            succeeded=not failure,
            parameters=parameters,
            body=body,
            command=boto3_lines(self.endpoint, xform_name(operation), members),
            stderr=failure,
        )

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:
        members = for_sdk(parameters)
        method = xform_name(operation)
        url: str = self.s3.generate_presigned_url(method, Params=members, ExpiresIn=expires)
        command = f"s3.generate_presigned_url({method!r}, Params={members!r}, ExpiresIn={expires})"
        call = Call(
            operation=operation,
            client=self.name,
            parameters=describe_parameters(parameters),
            command=command,
            stdout=url,
        )
        return Presigned(url, call)

    def close(self) -> None:
        self.s3.close()


def _delivered(operation: str, response: dict[str, Any]) -> bytes | None:
    """Read what the call streams: a body to its end, or the events of an event stream."""
    stream = streaming_output(operation)
    if stream is not None:
        with contextlib.closing(response[stream]) as body:
            data: bytes = body.read()
        return data
    if operation_model(operation).has_event_stream_output:
        events = next(value for value in response.values() if hasattr(value, "close"))
        records = [event.get("Records", {}).get("Payload", b"") for event in events]
        return b"".join(records)
    return None


def _make(endpoint: Endpoint) -> Any:
    credentials = endpoint.credentials
    session = boto3.Session(
        aws_access_key_id=credentials.access_key if credentials else None,
        aws_secret_access_key=credentials.secret_key if credentials else None,
        aws_session_token=credentials.session_token if credentials else None,
        botocore_session=botocore.session.Session(),
    )
    verify: bool | str | None = endpoint.ca_bundle
    if endpoint.insecure:
        verify = False
    return session.client(
        "s3",
        endpoint_url=endpoint.url,
        region_name=endpoint.region,
        verify=verify,
        config=botocore.config.Config(
            signature_version="s3v4" if credentials else botocore.UNSIGNED,
            s3={"addressing_style": endpoint.addressing},
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=TIMEOUT,
            read_timeout=TIMEOUT,
            proxies={},
        ),
    )


@contextlib.contextmanager
def no_configuration() -> Iterator[None]:
    """While a client is made, nothing of the user's AWS configuration or proxies is in sight."""
    with _environment_lock:
        hidden = {
            name: os.environ.pop(name)
            for name in list(os.environ)
            if name.startswith("AWS_") or name.lower().endswith("_proxy")
        }
        os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
        os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
        try:
            yield
        finally:
            for name in (
                "AWS_CONFIG_FILE",
                "AWS_SHARED_CREDENTIALS_FILE",
                "AWS_EC2_METADATA_DISABLED",
            ):
                del os.environ[name]
            os.environ.update(hidden)
