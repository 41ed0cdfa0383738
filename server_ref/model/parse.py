"""Request members from the parts of a request, as the service model places them.

Path, query, headers, header maps and XML bodies; a streaming ``Body`` stays in the request. What
cannot be read is answered as S3 does: InvalidArgument for parameters, MalformedXML for documents.

It is long because the places of a member, and what is refused at each, belong side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server_ref.context import Members
from server_ref.errors import S3Error
from server_ref.model import values
from server_ref.model.document import Element, read
from server_ref.model.source import Shape
from server_ref.request import Request

MAX_DOCUMENT = 8 << 20  # bytes; 10,000 parts with every checksum fit
# What Amazon's reference says of two documents: API_PutBucketCors and API_PutBucketWebsite.
_LONGEST = {"PutBucketCors": 64 << 10, "PutBucketWebsite": 128 << 10}

_ReadText = Callable[[str], Any]
_ReadElement = Callable[[Element], Any]

_LOCK_DATE = "The retain until date must be provided in ISO 8601 format"
# A number in a query is taken as not sent when it is empty, but for this one.
_PART_NUMBER = "partNumber"
# Members that the model requires and S3 does not: <Tagging/> is an empty set (recorded).
_OPTIONAL = frozenset({"TagSet"})
# Headers that S3 takes as not sent when their value is empty, or no number. Others are refused
# when empty: the ownership of a bucket (recorded), a storage class (madhums/node-imager#39).
# https://github.com/open-io/swift3/pull/90
_IGNORED_IF_EMPTY = frozenset({"x-amz-acl"})
_IGNORED_IF_UNREAD = frozenset({"x-amz-max-parts", "x-amz-part-number-marker"})
# Refused whatever it says: a delete that asks for it must not go on because it cannot be read.
_REFUSED_DATES = frozenset({"x-amz-if-match-last-modified-time", "x-amz-if-match-initiated-time"})
_COPY_SOURCE = "x-amz-copy-source"
_ENCRYPTION = "x-amz-server-side-encryption"
_RENAME_SOURCE = "x-amz-rename-source"
_OBJECT_SIZE = "x-amz-mp-object-size"
_MESSAGES = {_PART_NUMBER: "Part number must be an integer between 1 and 10000, inclusive"}


@dataclass(slots=True)
class _Operation:
    headers: dict[str, tuple[str, _ReadText | None]] = field(default_factory=dict)
    query: dict[str, tuple[str, _ReadText | None]] = field(default_factory=dict)
    prefix: str = ""  # of a header map
    prefix_member: str = ""
    bucket: bool = False
    key: bool = False
    payload: str = ""  # the member that is the body
    payload_required: bool = False
    root: str = ""
    document: _ReadElement | None = None
    text: bool = False  # the payload is the body as text
    streaming: bool = False
    longest: int = MAX_DOCUMENT  # bytes of the body, where it is a document


class Parser:
    """``parse(request, operation)`` gives the members that were sent."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._shapes = model["shapes"]
        self._elements: dict[str, _ReadElement] = {}
        self._operations = {
            name: self._compile(operation) for name, operation in model["operations"].items()
        }

    @property
    def streaming(self) -> frozenset[str]:
        """The operations whose body is a stream."""
        return frozenset(name for name, op in self._operations.items() if op.streaming)

    def parse(self, request: Request, operation: str) -> Members:
        """The request's members by the model's names; a member not sent is not there.

        Raises S3Error InvalidArgument, MalformedXML, MissingRequestBodyError,
        MaxMessageLengthExceeded, and whatever reading the body raises.
        """
        members = self.head(request, operation)
        plan = self._operations.get(operation)
        if plan is not None and (plan.document is not None or plan.text):
            self._body(request, plan, members)
        return members

    def head(self, request: Request, operation: str) -> Members:
        """The members that are in the head; nothing of the body is read.

        Raises S3Error InvalidArgument.
        """
        plan = self._operations.get(operation)
        members: Members = {}
        if plan is None:
            if request.bucket:
                members["Bucket"] = request.bucket
            if request.key is not None:
                members["Key"] = request.key
            return members
        if _COPY_SOURCE in request.headers and _COPY_SOURCE not in plan.headers:
            raise S3Error(  # https://github.com/versity/versitygw/issues/1612
                "InvalidArgument",
                "You can only specify a copy source header for copy requests.",
                ArgumentName=_COPY_SOURCE,
                ArgumentValue=request.headers[_COPY_SOURCE],
            )
        if _RENAME_SOURCE in request.headers and _RENAME_SOURCE not in plan.headers:
            # https://github.com/justincormack/argmin measured it
            raise S3Error("NotImplemented", Header=_RENAME_SOURCE)
        if _ENCRYPTION in request.headers and _ENCRYPTION not in plan.headers:
            raise S3Error(  # API_GetObject.html; of listings s3tools/s3cmd#142, of completions
                "InvalidArgument",  # ClickHouse/ClickHouse#64570, of parts boto/botocore#732
                f"{_ENCRYPTION} header is not supported for this operation.",
                ArgumentName=_ENCRYPTION,
                ArgumentValue=request.headers[_ENCRYPTION],
            )
        if plan.bucket:
            members["Bucket"] = request.bucket
            if plan.key:
                members["Key"] = request.key
        table = plan.headers
        prefix = plan.prefix
        collected: dict[str, str] | None = None
        for name, value in request.headers.items():
            place = table.get(name)
            if place is not None:
                read_text = place[1]
                if read_text is not None:
                    _put(members, place[0], name, value, read_text)
                elif value or name not in _IGNORED_IF_EMPTY:
                    members[place[0]] = value
            elif prefix and name.startswith(prefix):
                if collected is None:
                    collected = {}
                collected[name[len(prefix) :]] = value
        if collected is not None:
            members[plan.prefix_member] = collected
        if request.query:
            table = plan.query
            for name, value in request.query.items():
                place = table.get(name)
                if place is not None:
                    read_text = place[1]
                    if read_text is None:
                        members[place[0]] = value
                    else:
                        _put(members, place[0], name, value, read_text)
        if plan.streaming and request.body.length is not None and "ContentLength" in members:
            members["ContentLength"] = request.body.length
        return members

    def _body(self, request: Request, plan: _Operation, members: Members) -> None:
        data = read_whole(request, plan.longest)
        if not data.strip():
            if plan.payload_required and plan.document is not None:
                raise S3Error("MissingRequestBodyError")
            return
        if plan.document is None:
            try:
                members[plan.payload] = data.decode()
            except UnicodeDecodeError:
                raise S3Error("MalformedPolicy") from None
            return
        try:
            root = read(data)
            if root.name != plan.root:
                raise S3Error("MalformedXML")
            value = plan.document(root)
        except S3Error as error:
            if plan.root == "AccessControlPolicy" and error.code == "MalformedXML":
                raise S3Error("MalformedACLError") from error
            raise
        if plan.payload:
            members[plan.payload] = value
        else:
            members.update(value)

    # compiling

    def _compile(self, operation: dict[str, Any]) -> _Operation:
        plan = _Operation(longest=_LONGEST.get(operation["name"], MAX_DOCUMENT))
        if "input" not in operation:
            return plan
        shape = self._shapes[operation["input"]["shape"]]
        body_members: dict[str, Any] = {}
        for member, reference in shape["members"].items():
            location = reference.get("location")
            target = self._shapes[reference["shape"]]
            wire = reference.get("locationName", member)
            if location == "uri":
                plan.bucket = plan.bucket or wire == "Bucket"
                plan.key = plan.key or wire == "Key"
            elif location == "querystring":
                plan.query[wire] = (member, _text_reader(target, reference, location))
            elif location == "header":
                reader = _text_reader(target, reference, location)
                if reader is _comma_list:
                    words = self._shapes[target["member"]["shape"]]["enum"]
                    reader = _list_of(words, wire.lower())
                plan.headers[wire.lower()] = (member, reader)
            elif location == "headers":
                plan.prefix, plan.prefix_member = wire.lower(), member
            else:
                body_members[member] = reference
        if "x-amz-grant-write-acp" in plan.headers:
            # S3 keeps it of objects, too, where the model does not have it:
            # https://github.com/justincormack/argmin measured it
            plan.headers.setdefault("x-amz-grant-write", ("GrantWrite", None))
        payload = shape.get("payload")
        if payload:
            reference = shape["members"][payload]
            target = self._shapes[reference["shape"]]
            plan.payload = payload
            plan.payload_required = payload in shape.get("required", ())
            if target["type"] == "structure":
                plan.root = reference.get("locationName") or reference["shape"]
                plan.document = self._element(reference["shape"])
            elif target["type"] == "blob":
                plan.streaming = True
            else:
                plan.text = True
        elif body_members:
            plan.root = operation["input"].get("locationName") or operation["input"]["shape"]
            only_body = {"type": "structure", "members": body_members}
            only_body["required"] = [m for m in shape.get("required", ()) if m in body_members]
            plan.document = self._structure(only_body)
        return plan

    def _element(self, name: str) -> _ReadElement:
        """The reader of a shape; shapes may hold themselves, so it is looked up when it runs."""
        if name not in self._elements:

            def later(element: Element) -> Any:
                return self._elements[name](element)

            self._elements[name] = later
            self._elements[name] = self._element_reader(name)
        return self._elements[name]

    def _element_reader(self, name: str) -> _ReadElement:
        shape = self._shapes[name]
        kind = shape["type"]
        if name == "Quiet":  # whatever it says but "true" is no: brekkylab/backlot#118
            return _leaf(lambda text: text.strip().lower() == "true")
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            wanted = shape["member"].get("locationName", "member")
            item = self._element(shape["member"]["shape"])

            def read_list(element: Element) -> list[Any]:
                _refuse_text(element)
                for child in element.children:
                    if child.name != wanted:
                        raise S3Error("MalformedXML")
                return [item(child) for child in element.children]

            return read_list
        return _leaf({"string": str}.get(kind) or _READERS[kind])

    def _structure(self, shape: Shape) -> _ReadElement:
        single: dict[str, tuple[str, _ReadElement]] = {}
        many: dict[str, tuple[str, _ReadElement]] = {}
        attributes: dict[str, str] = {}
        for member, reference in shape["members"].items():
            target = self._shapes[reference["shape"]]
            wire = reference.get("locationName", member)
            if reference.get("xmlAttribute"):
                attributes[wire.rpartition(":")[2]] = member
            elif target["type"] == "list" and (
                target.get("flattened") or reference.get("flattened")
            ):
                item = target["member"]
                wire = reference.get("locationName") or item.get("locationName") or member
                many[wire] = (member, self._element(item["shape"]))
            else:
                single[wire] = (member, self._element(reference["shape"]))
        required = tuple(m for m in shape.get("required", ()) if m not in _OPTIONAL)

        def read_structure(element: Element) -> dict[str, Any]:
            _refuse_text(element)
            found: dict[str, Any] = {}
            for name, value in element.attributes.items():
                if name in attributes:
                    found[attributes[name]] = value
            for child in element.children:
                place = single.get(child.name)
                if place is not None:
                    if place[0] in found:
                        raise S3Error("MalformedXML")
                    found[place[0]] = place[1](child)
                    continue
                place = many.get(child.name)
                if place is None:
                    raise S3Error("MalformedXML")
                found.setdefault(place[0], []).append(place[1](child))
            for name in required:
                if name not in found:
                    raise S3Error("MalformedXML")
            return found

        return read_structure


def read_whole(request: Request, limit: int = MAX_DOCUMENT) -> bytes:
    """The whole body of a request that carries a document, not an object.

    Raises S3Error MaxMessageLengthExceeded past ``limit`` bytes, and what the body raises.
    """
    body = request.body
    too_long = S3Error("MaxMessageLengthExceeded", MaxMessageLengthBytes=limit)
    if body.length is not None and body.length > limit:
        raise too_long
    pieces: list[bytes] = []
    total = 0
    while piece := body.read():
        total += len(piece)
        if total > limit:
            raise too_long
        pieces.append(piece)
    return b"".join(pieces)


def _refuse_text(element: Element) -> None:
    """Raises S3Error MalformedXML for text where the schema has elements alone.

    S3 validates: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. What it says
    of an element that does not belong there is in https://github.com/ceph/ceph/pull/23486.
    """
    if element.text and not element.text.isspace():
        raise S3Error("MalformedXML")


def _leaf(read_text: _ReadText) -> _ReadElement:
    def read_leaf(element: Element) -> Any:
        if element.children:
            raise S3Error("MalformedXML")
        try:
            return read_text(element.text)
        except ValueError:
            raise S3Error("MalformedXML") from None

    return read_leaf


def _stripped(read_text: _ReadText) -> _ReadText:
    return lambda text: read_text(text.strip())


_READERS: dict[str, _ReadText] = {
    "integer": _stripped(values.parse_integer),
    "long": _stripped(values.parse_long),
    "boolean": _stripped(values.parse_boolean),
    "timestamp": _stripped(values.parse_timestamp),
    "blob": str.encode,
}


class _Unread(Exception):  # noqa: N818 - internal: the member is taken as not sent
    """S3 ignores this value."""


def _lenient_date(text: str) -> datetime:
    """A condition whose date cannot be read is no condition (RFC 9110, section 13.1.3)."""
    try:
        return values.parse_http_date(text)
    except ValueError:
        try:
            return values.parse_iso8601(text)
        except ValueError:
            raise _Unread from None


def _date_or_text(text: str) -> datetime | str:
    try:
        return _lenient_date(text)
    except _Unread:
        return text


def _iso_date(text: str) -> datetime:
    return values.parse_iso8601(text)


def _said(text: str) -> bool:
    return text.lower() == "true"


def _comma_list(text: str) -> list[str]:
    """The pieces between commas; empty ones at the end are none, and one that is all there is, is.

    https://github.com/brekkylab/backlot/pull/118
    """
    pieces = text.split(",")
    while text and pieces and not pieces[-1]:
        pieces.pop()
    return [piece.strip() for piece in pieces]


def _list_of(words: Sequence[str], header: str) -> _ReadText:
    """The reader of a list of these words. S3 refuses others before it looks for the bucket.

    https://github.com/versity/versitygw/issues/1000, and measured for brekkylab/backlot.
    """

    def read_list(text: str) -> list[str]:
        names = _comma_list(text)
        unknown = next((name for name in names if name not in words), None)
        if unknown is not None:
            raise S3Error(
                "InvalidArgument",
                "Invalid attribute name specified.",
                ArgumentName=header,
                ArgumentValue=unknown,
            )
        return names

    return read_list


def _text_reader(target: Shape, reference: Shape, location: str) -> _ReadText | None:
    """How the text of a header or a parameter is read; None leaves it as it is."""
    kind = target["type"]
    if kind == "timestamp":
        if reference.get("locationName") == "Expires":
            return None  # kept word for word: S3 gives it back as it came
        if reference.get("locationName") in _REFUSED_DATES:
            return _date_or_text
        style = reference.get("timestampFormat") or target.get("timestampFormat")
        if style == "iso8601" and location == "header":
            return _iso_date
        return _lenient_date
    if kind == "list":
        return _comma_list
    if location == "querystring" and kind == "integer":
        return values.parse_parameter
    if location == "querystring" and kind == "boolean":
        return _said  # fetch-owner, anything else is no: measured for brekkylab/backlot
    return None if kind in ("string", "blob") else _READERS[kind]


def _put(members: Members, member: str, name: str, value: str, read_text: _ReadText) -> None:
    if not value and read_text is values.parse_parameter and name != _PART_NUMBER:
        return
    try:
        members[member] = read_text(value)
    except _Unread:
        return
    except ValueError:
        if name in _IGNORED_IF_UNREAD:
            return
        if name == _OBJECT_SIZE:
            raise S3Error(
                "InvalidRequest", f"Value for {name} header is invalid: '{value}'"
            ) from None
        if read_text is _iso_date:
            message = _LOCK_DATE
        else:
            message = _MESSAGES.get(name, values.UNREAD_NUMBER).format(name=name)
        raise S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value) from None
