"""The `ais` client: AIStore's own API through its Python SDK, or through `ais` with AIS_BIN.

It says what the `ais` command line says of S3's operations: buckets, objects, ranges, listings,
copies, creation times and the versioning property. The rest it cannot say.
https://github.com/NVIDIA/aistore/tree/main/python/aistore/sdk
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from conformance.clients import ais_program
from conformance.clients.answers import describe_parameters, status_of
from conformance.clients.base import Answer, Client, ClientCannotError, CliMode
from conformance.clients.members import for_sdk
from conformance.clients.native import KNOWN, ForeignHeaders, NativeAnswer
from conformance.clients.programs import program_version
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.exchanges import Recorded, read_exchanges
from conformance.evidence.recorder import recording
from conformance.evidence.reproduce import curl_line
from conformance.model import Call
from conformance.model.extras import how_to_install

TIMEOUT = 30.0  # seconds to connect, and between two reads
MOST_LOOKED_UP = 200  # buckets of a list whose properties are asked for
_PROPS = "Ais-Bucket-Props"
_Members = dict[str, Any]


class AisClient(Client):
    """AIStore's SDK, retrying nothing. It needs no credentials unless AIS_AUTHN_TOKEN is set."""

    name = "ais"
    family = "AIStore"
    usual = False

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        super().__init__(endpoint, scratch, cli_mode=cli_mode)
        self.version()
        parts = urlsplit(endpoint.url)
        self.native_url = f"{parts.scheme}://{parts.netloc}"
        self.sdk: Any = None if ais_program.program() else _make(self.native_url, endpoint)

    @classmethod
    def version(cls) -> str:
        if (path := ais_program.program()) is not None:
            return program_version(path)
        if importlib.util.find_spec("aistore") is None:
            raise ClientCannotError(f"aistore is not installed; {how_to_install('aistore')}")
        return f"aistore/{importlib.metadata.version('aistore')}"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        if (path := ais_program.program()) is not None:
            return self._by_program(path, operation, parameters)
        speak = _OPERATIONS.get(operation)
        if speak is None:
            raise ClientCannotError(f"AIStore's own API has no {operation}")
        members = for_sdk(parameters)
        done = _Done()
        failure = ""
        with recording(self.endpoint.hosts) as log:
            try:
                speak(self, members, done)
            except _sdk_errors() as problem:
                failure = f"{type(problem).__name__}: {problem}"
            recorded = read_exchanges(log.events())
            log.close()
        return self._answer(operation, parameters, done, recorded, failure)

    def _by_program(self, path: Path, operation: str, parameters: Mapping[str, Any]) -> Answer:
        ended = ais_program.run(path, self.endpoint, self.scratch, operation, for_sdk(parameters))
        answer = NativeAnswer(operation=operation, client=self.name, body=ended.body)
        answer.headers = ForeignHeaders()
        answer.status, answer.members = ended.status, ended.members
        answer.shown = KNOWN - ended.unseen
        answer.succeeded = ended.exit_code == 0
        answer.call = Call(
            operation=operation,
            client=self.name,
            parameters=describe_parameters(parameters),
            command=f"AIS_ENDPOINT={self.native_url} {ended.line}",
            exit_code=ended.exit_code,
            stdout=ended.stdout,
            stderr=ended.stderr,
            exchanges=tuple(one.exchange for one in ended.recorded),
        )
        return answer

    def bucket(self, members: _Members) -> Any:
        """The SDK's bucket of ``Bucket``."""
        return self.sdk.bucket(members.pop("Bucket"))

    def object(self, members: _Members) -> Any:
        """The SDK's object of ``Bucket`` and ``Key``."""
        return self.bucket(members).object(members.pop("Key"))

    def _answer(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        done: _Done,
        recorded: list[Recorded],
        failure: str,
    ) -> Answer:
        exchanges = [
            msgspec.structs.replace(one.exchange, curl=curl_line(one.exchange, self.endpoint))
            for one in recorded
        ]
        answer = NativeAnswer(operation=operation, client=self.name, body=done.body)
        answer.headers = ForeignHeaders()
        answer.succeeded = not failure
        answer.members = {} if failure else done.members
        own = exchanges[: len(exchanges) - done.looked_up]
        if own:
            answer.exchange = own[-1]
            answer.status = status_of(own[-1])
            answer.wire_body = recorded[len(own) - 1].response_body
        answer.call = Call(
            operation=operation,
            client=self.name,
            parameters=describe_parameters(parameters),
            command=done.command(self.native_url),
            stderr=failure,
            exchanges=tuple(exchanges),
        )
        return answer


class _Done:
    """What one operation brought. ``looked_up``: requests after the one that was asked for."""

    def __init__(self) -> None:
        self.members: _Members = {}
        self.body: bytes | None = None
        self.looked_up = 0
        self.line = ""

    def command(self, url: str) -> str:
        """Python lines that do it again."""
        return f"from aistore.sdk import Client\nais = Client({url!r})\n{self.line}"


def _create_bucket(client: AisClient, members: _Members, done: _Done) -> None:
    name = members["Bucket"]
    bucket = client.bucket(members)
    _nothing_more("a bucket's creation", members)
    done.line = f"ais.bucket({name!r}).create()"
    bucket.create()


def _head_bucket(client: AisClient, members: _Members, done: _Done) -> None:
    name = members["Bucket"]
    bucket = client.bucket(members)
    _nothing_more("a look at a bucket", members)
    done.line = f"ais.bucket({name!r}).head()"
    bucket.head()


def _delete_bucket(client: AisClient, members: _Members, done: _Done) -> None:
    name = members["Bucket"]
    bucket = client.bucket(members)
    _nothing_more("a bucket's removal", members)
    done.line = f"ais.bucket({name!r}).delete()"
    bucket.delete()


def _list_buckets(client: AisClient, members: _Members, done: _Done) -> None:
    """The names, and each bucket's creation time from its own properties."""
    _nothing_more("the list of buckets", members)
    done.line = "ais.cluster().list_buckets()"
    found = client.sdk.cluster().list_buckets()
    buckets = []
    for model in found:
        entry: _Members = {"Name": model.name}
        if len(found) <= MOST_LOOKED_UP:
            done.looked_up += 1
            created = _created_of(client, model.name)
            entry |= {} if created is None else {"CreationDate": created}
        buckets.append(entry)
    done.members = {"Buckets": buckets}


def _created_of(client: AisClient, name: str) -> datetime | None:
    """When a bucket was made; None where it has gone since it was listed."""
    from aistore.sdk.errors import AISError

    try:
        return _created(client.sdk.bucket(name).head())
    except AISError as problem:
        if problem.status_code != HTTPStatus.NOT_FOUND:
            raise
        return None


def _put_object(client: AisClient, members: _Members, done: _Done) -> None:
    key, bucket, body = members["Key"], members["Bucket"], members.pop("Body", b"")
    target = client.object(members)
    _nothing_more("writing an object", members)
    done.line = f"ais.bucket({bucket!r}).object({key!r}).get_writer().put_content(data)"
    target.get_writer().put_content(body if isinstance(body, bytes) else body.read())


def _get_object(client: AisClient, members: _Members, done: _Done) -> None:
    key, bucket, span = members["Key"], members["Bucket"], members.pop("Range", None)
    source = client.object(members)
    _nothing_more("reading an object", members)
    option = "" if span is None else f"byte_range={span!r}"
    done.line = f"ais.bucket({bucket!r}).object({key!r}).get_reader({option}).read_all()"
    if span is not None and not re.fullmatch(r"bytes=(\d+-\d*|-\d+)", span):
        raise ClientCannotError("AIStore's SDK takes one range of bytes, well written")
    done.body = bytes(source.get_reader(byte_range=span).read_all())


def _head_object(client: AisClient, members: _Members, done: _Done) -> None:
    key, bucket = members["Key"], members["Bucket"]
    source = client.object(members)
    _nothing_more("an object's properties", members)
    done.line = f"ais.bucket({bucket!r}).object({key!r}).props"
    done.members = {"ContentLength": source.props.size}


def _delete_object(client: AisClient, members: _Members, done: _Done) -> None:
    key, bucket = members["Key"], members["Bucket"]
    target = client.object(members)
    _nothing_more("deleting an object", members)
    done.line = f"ais.bucket({bucket!r}).object({key!r}).delete()"
    target.delete()


def _copy_object(client: AisClient, members: _Members, done: _Done) -> None:
    given = members.pop("CopySource")
    if isinstance(given, Mapping):
        if given.get("VersionId"):
            raise ClientCannotError("AIStore's own API copies the last version only")
        bucket, key = given["Bucket"], given["Key"]
    else:
        path, mark, _version = given.removeprefix("/").partition("?versionId=")
        if mark:
            raise ClientCannotError("AIStore's own API copies the last version only")
        bucket, _, key = unquote(path).partition("/")
    target = client.object(members)
    _nothing_more("copying an object", members)
    done.line = (
        f"ais.bucket({bucket!r}).object({key!r}).copy(ais.bucket(…).object({target.name!r}))"
    )
    client.sdk.bucket(bucket).object(key).copy(target)


def _list_objects(client: AisClient, members: _Members, done: _Done) -> None:
    """One page. `MaxKeys` is the page's size, which AIStore may make smaller."""
    if members.pop("EncodingType", "url") != "url":
        raise ClientCannotError("AIStore's own API has one form of names")
    name = members["Bucket"]
    bucket = client.bucket(members)
    options = {"prefix": members.pop("Prefix", ""), "page_size": members.pop("MaxKeys", 0)}
    after = members.pop("StartAfter", members.pop("Marker", ""))
    if after:
        options["start_after"] = after
    token = members.pop("ContinuationToken", "")
    if token:
        options["continuation_token"] = token
    _nothing_more("a listing", members)
    shown = ", ".join(f"{key}={value!r}" for key, value in options.items() if value)
    done.line = f"ais.bucket({name!r}).list_objects({shown})"
    page = bucket.list_objects(props="name,size", **options)
    contents = [{"Key": entry.name, "Size": entry.size} for entry in page.entries]
    done.members = {"Contents": contents} if contents else {}


def _get_versioning(client: AisClient, members: _Members, done: _Done) -> None:
    name = members["Bucket"]
    bucket = client.bucket(members)
    _nothing_more("a bucket's properties", members)
    done.line = f"ais.bucket({name!r}).head()['{_PROPS}']"
    enabled = _properties(bucket.head())["versioning"]["enabled"]
    done.members = {"Status": "Enabled" if enabled else "Suspended"}


def _put_versioning(client: AisClient, members: _Members, done: _Done) -> None:
    configuration = members.pop("VersioningConfiguration")
    if set(configuration) != {"Status"}:
        raise ClientCannotError("AIStore's versioning.enabled is true or false")
    value = {"versioning": {"enabled": configuration["Status"] == "Enabled"}}
    name = members["Bucket"]
    bucket = client.bucket(members)
    _nothing_more("a bucket's properties", members)
    done.line = f"ais.bucket({name!r}).make_request('PATCH', 'set-bprops', value={value!r})"
    bucket.make_request("PATCH", "set-bprops", value=value)


def _nothing_more(what: str, members: _Members) -> None:
    """Raises ClientCannotError for members AIStore has no word for."""
    if members:
        raise ClientCannotError(f"AIStore's own API has no {', '.join(members)} for {what}")


def _properties(headers: Mapping[str, str]) -> _Members:
    properties: _Members = json.loads(headers[_PROPS])
    return properties


def _created(headers: Mapping[str, str]) -> datetime:
    """Nanoseconds since 1970, as text or number."""
    seconds = int(_properties(headers)["created"]) / 1e9
    return datetime.fromtimestamp(seconds, UTC)


_Speak = Callable[[AisClient, _Members, _Done], None]
_OPERATIONS: Mapping[str, _Speak] = {
    "CreateBucket": _create_bucket,
    "HeadBucket": _head_bucket,
    "DeleteBucket": _delete_bucket,
    "ListBuckets": _list_buckets,
    "PutObject": _put_object,
    "GetObject": _get_object,
    "HeadObject": _head_object,
    "DeleteObject": _delete_object,
    "CopyObject": _copy_object,
    "ListObjects": _list_objects,
    "ListObjectsV2": _list_objects,
    "GetBucketVersioning": _get_versioning,
    "PutBucketVersioning": _put_versioning,
}


def _make(url: str, endpoint: Endpoint) -> Any:
    from aistore.sdk import Client as Sdk
    from aistore.sdk.retry_config import RetryConfig
    from tenacity import Retrying, stop_after_attempt
    from urllib3.util.retry import Retry

    once = RetryConfig(
        http_retry=Retry(total=0, redirect=4, raise_on_status=False),
        network_retry=Retrying(stop=stop_after_attempt(1), reraise=True),
    )
    return Sdk(
        url,
        skip_verify=endpoint.insecure,
        ca_cert=endpoint.ca_bundle,
        timeout=TIMEOUT,
        retry_config=once,
    )


def _sdk_errors() -> tuple[type[Exception], ...]:
    from aistore.sdk.errors import AISError
    from requests import RequestException

    return (AISError, RequestException, OSError)
