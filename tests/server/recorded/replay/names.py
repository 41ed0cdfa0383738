"""Which operation a request is, and its answer in the members an SDK names."""

from __future__ import annotations

import http.client
import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import botocore.awsrequest
import botocore.parsers
import botocore.session

Found = dict[str, Any]


# Superseded by operations of the same requests: ...Configuration
_OLDER = frozenset(
    f"{verb}Bucket{what}" for verb in ("Get", "Put") for what in ("Lifecycle", "Notification")
)


@cache
def _model() -> Any:
    return botocore.session.Session().get_service_model("s3")


@cache
def _operations() -> tuple[tuple[int, str, str, str, frozenset[str], frozenset[str]], ...]:
    """What tells each operation, those that ask for most first."""
    found = []
    for name in _model().operation_names:
        operation = _model().operation_model(name)
        if operation.deprecated or name in _OLDER:
            continue
        path, _, query = operation.http["requestUri"].partition("?")
        scope = "object" if "{Key" in path else "bucket" if "{Bucket}" in path else "service"
        needed = {one for one, _ in parse_qsl(query, keep_blank_values=True)}
        headers = set()
        shape = operation.input_shape
        for member in shape.required_members if shape is not None else ():
            where = shape.members[member].serialization
            if where.get("location") == "querystring":
                needed.add(where["name"])
            if where.get("name") == "x-amz-copy-source":
                headers.add("x-amz-copy-source")
        weight = 2 * len(needed) + len(headers)
        found.append(
            (weight, name, operation.http["method"], scope, frozenset(needed), frozenset(headers))
        )
    return tuple(sorted(found, key=lambda one: (-one[0], one[1] == "ListObjects", one[1])))


def operation_of(method: str, key: str, bucket: str, query: str, headers: Any) -> str:
    """The name of the operation, "" where it is none."""
    scope = "object" if key else "bucket" if bucket else "service"
    asked = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    listing = "list-type" in asked
    if not asked and (method, scope) == ("GET", "bucket"):
        return "ListObjects"
    if "id" in asked and method == "GET" and scope == "bucket":
        asked.add("id")
    lowered = {name.lower() for name in headers}
    for _, name, verb, at, needed, wanted in _operations():
        if (verb, at) != (method, scope) or not needed <= asked or not wanted <= lowered:
            continue
        if name == "ListObjectsV2" and not listing:
            continue
        if name == "CreateSession" and "session" not in asked:
            continue
        return name
    return ""


def members_of(operation: str, status: int, headers: dict[str, str], body: bytes) -> Found:
    """The answer as an SDK gives it: members, or Error."""
    shape = _model().operation_model(operation).output_shape
    if status in (301, 304) or (status >= 300 and not body):
        return _bare_error(status)
    if status < 300 and shape is not None and operation in _STREAMED:
        body, streamed = b"", body
    else:
        streamed = b""
    if operation == "GetBucketLocation" and status < 300:
        found = re.search(b"<LocationConstraint[^>]*>([^<]*)", body)
        return {"LocationConstraint": found[1].decode() if found and found[1] else None}
    parser = botocore.parsers.create_parser("rest-xml")
    parsed: Found = parser.parse(
        {
            "status_code": status,
            "headers": botocore.awsrequest.HeadersDict(headers),
            "body": body,
            "operation_name": operation,
        },
        shape,
    )
    parsed.pop("ResponseMetadata", None)
    if status < 300 and shape is not None:
        payload = shape.serialization.get("payload")
        if payload and shape.members[payload].type_name in ("blob", "string"):
            parsed[payload] = (streamed or body).decode("utf-8", "replace")
    for name, value in headers.items():
        if name.lower() == "expires":
            parsed["ExpiresString"] = value
    if "Error" in parsed:
        error = {k: v for k, v in parsed["Error"].items() if k not in _IDS}
        parsed["Error"] = {**_members_beside(body), **error}
    return parsed


_IDS = ("RequestId", "HostId")
_STREAMED = frozenset({"GetObject", "GetObjectAnnotation", "GetObjectTorrent"})


def _bare_error(status: int) -> Found:
    error: Found = {"Code": str(status), "Message": http.client.responses.get(status, "")}
    return {"Error": error}


def _members_beside(body: bytes) -> Found:
    document = as_dictionary(body)
    error = document.get("Error") if document else None
    return {k: v for k, v in (error or {}).items() if k not in _IDS}


def as_dictionary(body: bytes) -> Found:
    """Any XML document as nested dictionaries; children of one name become a list."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return {}
    return {_local(root.tag): _children(root)}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _children(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text
    found: Found = {}
    for child in element:
        name, value = _local(child.tag), _children(child)
        if name in found:
            if not isinstance(found[name], list):
                found[name] = [found[name]]
            found[name].append(value)
        else:
            found[name] = value
    return found


def decoded(value: Any) -> Any:
    """Text with its percent codes read, all through."""
    if isinstance(value, str):
        return unquote_plus(value)
    if isinstance(value, dict):
        return {name: decoded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [decoded(one) for one in value]
    return value
