"""What a recorded exchange means to S3: which operation was asked, and what its answer says.

Both come from Amazon's service model. A hostile or broken body is never an exception here: it
brings no members, and a note that says why.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from botocore.awsrequest import HeadersDict
from botocore.eventstream import EventStreamBuffer
from botocore.parsers import EventStreamXMLParser, create_parser
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.documents import called_otherwise, not_the_document
from conformance.model import Exchange
from matrix.service_model import operation_model, operation_names, streaming_output

# How the part of an exchange's note begins that is of what came, and not of the connection.
UNREAD = "the answer cannot be read: "
_WEBSITE = ".s3-website"  # in a host: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html


@dataclass(frozen=True)
class Asked:
    """What a request asks for. Several operations where the model has them alike on the wire."""

    operations: tuple[str, ...]
    bucket: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class _Route:
    operation: str
    method: str
    path: str  # "service", "bucket", "object" or a literal path
    literals: tuple[tuple[str, str], ...]
    query: tuple[str, ...]
    headers: tuple[str, ...]
    deprecated: bool

    def score(self, query: Mapping[str, str], headers: Mapping[str, str]) -> int | None:
        """How much of the request the route explains; None when the request is not its."""
        if any(query.get(name) != value for name, value in self.literals):
            return None
        if not all(name in query for name in self.query):
            return None
        if not all(name in headers for name in self.headers):
            return None
        return len(self.literals) + len(self.query) + len(self.headers)


@functools.cache
def _routes() -> tuple[_Route, ...]:
    return tuple(_route(name) for name in operation_names())


def _route(name: str) -> _Route:
    model = operation_model(name)
    path, _, query = model.http["requestUri"].partition("?")
    kinds = {"/": "service", "/{Bucket}": "bucket", "/{Bucket}/{Key+}": "object"}
    members = model.input_shape.members if model.input_shape else {}
    required = {
        member.serialization.get("name", key): member.serialization.get("location")
        for key, member in members.items()
        if key in model.input_shape.required_members
    }
    return _Route(
        operation=name,
        method=model.http["method"],
        path=kinds.get(path, path),
        literals=tuple(parse_qsl(query, keep_blank_values=True)),
        query=tuple(key for key, place in required.items() if place == "querystring"),
        headers=tuple(key.lower() for key, place in required.items() if place == "header"),
        deprecated=bool(model.deprecated),
    )


def identify(exchange: Exchange, endpoint: Endpoint) -> Asked:
    """The operation an exchange's request asks for, path style or virtual-hosted.

    ``operations`` is empty where the model has none like it (an OPTIONS, a POST form, a page of a
    website).
    """
    method, _, rest = exchange.request.start_line.partition(" ")
    target = urlsplit(rest.rpartition(" ")[0])
    headers = {name.lower(): value for name, value in exchange.request.headers}
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    if _WEBSITE in headers.get("host", ""):
        return Asked(())
    bucket, key = _resource(target.path, headers.get("host", ""), endpoint)
    kind = "service" if bucket is None else "bucket" if key is None else "object"
    scored = [
        (score, route)
        for route in _routes()
        if route.method == method
        and route.path in (kind, target.path)
        and (score := route.score(query, headers)) is not None
    ]
    best = max((score for score, _ in scored), default=0)
    alike = sorted((route.deprecated, route.operation) for score, route in scored if score == best)
    return Asked(tuple(name for _, name in alike), bucket, key)


def resource_of(exchange: Exchange, endpoint: Endpoint) -> tuple[str | None, str | None]:
    """The bucket and the key that a request names; bytes that are no UTF-8 are surrogates."""
    host = next((v for name, v in exchange.request.headers if name.lower() == "host"), "")
    path = exchange.request.start_line.partition(" ")[2].rpartition(" ")[0].partition("?")[0]
    return _resource(path, host, endpoint, errors="surrogateescape")


def _resource(
    path: str, host: str, endpoint: Endpoint, errors: str = "replace"
) -> tuple[str | None, str | None]:
    path = path.removeprefix(endpoint.base_path).lstrip("/") if path != "/" else ""
    own = _without_default_port(endpoint.host)
    asked = _without_default_port(host)
    if asked.endswith("." + own):
        return asked.removesuffix("." + own), unquote(path, errors=errors) or None
    bucket, _, key = path.partition("/")
    return unquote(bucket) or None, unquote(key, errors=errors) or None


def _without_default_port(host: str) -> str:
    return re.sub(r":(80|443)$", "", host.lower())


@dataclass(frozen=True)
class Parsed:
    """What an answer says."""

    members: dict[str, Any]
    code: str | None = None
    message: str | None = None
    error: dict[str, str] | None = None
    note: str | None = None  # why there are no members, where there should be
    strange: str | None = None  # a success, and another document than the operation's: which
    misnamed: str | None = None  # the operation's document, under a root of another name: which


def parse_answer(
    operation: str | None,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    *,
    keep_encoded: bool = False,
) -> Parsed:
    """Read an answer with the service model's output shape for ``operation``.

    Names that the endpoint URL-encoded are decoded unless ``keep_encoded`` (the caller asked for
    the encoding himself). An error body is read at any status: S3 also sends errors with 200
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html).
    """
    stream = operation is not None and streaming_output(operation) is not None and status < 300
    root: Element | None = None
    note = None
    if body.lstrip()[:1] == b"<" and not stream:
        try:
            root = fromstring(body, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
            note = f"the body is not XML that can be read: {type(problem).__name__}: {problem}"
            return Parsed({}, note=note, strange=_strange(operation, status, body, None))
    if root is not None and _local(root.tag) == "Error":
        error = {_local(child.tag): "".join(child.itertext()) for child in root}
        strange = _strange(operation, status, body, "Error")
        return Parsed({}, error.get("Code"), error.get("Message"), error, strange=strange)
    if operation is None or not 200 <= status < 300:
        return Parsed({})
    strange = _strange(operation, status, body, None if root is None else _local(root.tag))
    misnamed = strange if root is not None and _is_called_otherwise(operation, root) else None
    if strange and not misnamed:
        return Parsed({}, note=f"{operation} is answered with {strange}", strange=strange)
    try:
        members = _members(operation, status, headers, body, root)
    except Exception as problem:  # noqa: BLE001 -- whatever botocore's parsers make of it
        return Parsed({}, note=f"not an answer to {operation}: {type(problem).__name__}: {problem}")
    if members.get("EncodingType") == "url" and not keep_encoded:
        members = _decode_names(members)
    return Parsed(members, *_error_in_events(operation, body), misnamed=misnamed)


def _is_called_otherwise(operation: str, root: Element) -> bool:
    return called_otherwise(operation, _local(root.tag), (_local(child.tag) for child in root))


def _strange(operation: str | None, status: int, body: bytes, root: str | None) -> str | None:
    if operation is None or not 200 <= status < 300:
        return None
    return not_the_document(operation, body, root)


def _members(
    operation: str,
    status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    root: Element | None,
) -> dict[str, Any]:
    model = operation_model(operation)
    if operation == "GetBucketLocation":  # the model cannot say that the root holds the value
        return {"LocationConstraint": root.text if root is not None else None}
    stream = streaming_output(operation)
    known = HeadersDict(headers)
    response = {"status_code": status, "headers": known, "body": b"" if stream else body}
    if model.has_event_stream_output:
        return {_event_member(model): _events(model, body)}
    parsed: dict[str, Any] = create_parser("rest-xml").parse(response, model.output_shape)
    parsed.pop("ResponseMetadata", None)
    if stream is not None:
        parsed.pop(stream, None)
    return parsed


def _event_member(model: Any) -> str:
    name: str = next(
        name
        for name, shape in model.output_shape.members.items()
        if shape.serialization.get("eventstream")
    )
    return name


def _events(model: Any, body: bytes) -> list[dict[str, Any]]:
    shape = model.output_shape.members[_event_member(model)]
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    parser = EventStreamXMLParser()
    return [parser.parse(event.to_response_dict(), shape) for event in buffer]


def _error_in_events(operation: str, body: bytes) -> tuple[str | None, str | None]:
    """Code and message of the error that ends an event stream, where one does.

    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
    """
    if not operation_model(operation).has_event_stream_output:
        return None, None
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    for event in buffer:
        headers: dict[str, str] = event.to_response_dict()["headers"]
        if headers.get(":message-type") == "error":
            code = headers.get(":error-code") or "an error without a code"
            return code, headers.get(":error-message")
    return None, None


_NAMES = {
    "Key",
    "Prefix",
    "Delimiter",
    "Marker",
    "NextMarker",
    "KeyMarker",
    "NextKeyMarker",
    "StartAfter",
}  # what encoding-type=url encodes


def _decode_names(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _decode_names(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_decode_names(item, name) for item in value]
    if isinstance(value, str) and name in _NAMES:
        return unquote(value.replace("+", " "))
    return value


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
