"""An operation's members as an HTTP request, unsigned: botocore's serialiser, nothing added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote, urlencode

from botocore.serialize import create_serializer

from conformance.clients.base import ClientCannotError
from conformance.clients.members import for_wire
from matrix.service_model import operation_model

Payload = bytes | IO[bytes]


@dataclass(frozen=True)
class Serialised:
    """A request as the model writes it; path and query are encoded."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Payload


def serialise(
    operation: str, parameters: Mapping[str, Any], *, headers_only: bool = False
) -> Serialised:
    """The request for ``operation``. Raises ClientCannotError where the model cannot write it.

    ``headers_only`` leaves out every member that is not a header (and the path's).
    """
    try:
        model = operation_model(operation)
    except KeyError as unknown:
        raise ClientCannotError(str(unknown.args[0])) from unknown
    known = model.input_shape.members if model.input_shape else {}
    members = for_wire(parameters)
    for name in members:
        if name not in known:
            raise ClientCannotError(f"{operation} has no member {name!r} in Amazon's model")
    if headers_only:
        members = {
            name: value
            for name, value in members.items()
            if known[name].serialization.get("location") in {"header", "headers", "uri"}
        }
    try:
        serialiser = create_serializer("rest-xml", include_validation=False)
        made = serialiser.serialize_to_request(members, model)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ClientCannotError(
            f"{operation} cannot be written from these members: {type(problem).__name__}: {problem}"
        ) from problem
    path, _, literal = made["url_path"].partition("?")
    pairs = urlencode(list(_flat(made["query_string"])), quote_via=quote, safe="")
    body = made["body"]
    if isinstance(body, str):
        body = body.encode()
    return Serialised(
        method=made["method"],
        path=path,
        query="&".join(part for part in (literal, pairs) if part),
        headers={name: str(value) for name, value in made["headers"].items()},
        body=bytes(body) if isinstance(body, bytearray) else body,
    )


def is_header(operation: str, member: str) -> bool:
    """Whether a member travels as a header (or as several)."""
    shape = operation_model(operation).input_shape.members.get(member)
    return shape is not None and shape.serialization.get("location") in {"header", "headers"}


def _flat(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        for one in value if isinstance(value, list) else [value]:
            yield name, str(one)
