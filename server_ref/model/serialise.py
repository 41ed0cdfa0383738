"""Response members to status, headers and body, as the service model places them.

Roots and the order of elements that S3 keeps and the model does not tell are the tables here.
A list of structures with the same members is written column by column, so that a page of 1,000
objects costs little more than joining its text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from server_ref.context import Members
from server_ref.model import values
from server_ref.model.rows import Rows
from server_ref.model.source import Shape
from server_ref.response import Payload

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
XML = "application/xml"

# The root element of an answer whose members lie directly in the body.
_ROOTS = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "CreateSession": "CreateSessionResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycle": "LifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLocation": "LocationConstraint",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketNotification": "NotificationConfiguration",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketRequestPayment": "RequestPaymentConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetObjectAcl": "AccessControlPolicy",
    "GetObjectAttributes": "GetObjectAttributesResponse",
    "GetObjectTagging": "Tagging",
    "ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationResult",
    "ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "ListBucketMetricsConfigurations": "ListMetricsConfigurationsResult",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDirectoryBuckets": "ListAllMyDirectoryBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
}

# Members that S3 writes first, in this order; the others follow as the model has them.
_FIRST = {
    "ListBucketsOutput": ("Owner", "Buckets"),
    "ListObjectsOutput": (
        "Name", "Prefix", "Marker", "NextMarker", "MaxKeys", "Delimiter", "EncodingType",
        "IsTruncated",
    ),
    "ListObjectsV2Output": (
        "Name", "Prefix", "StartAfter", "ContinuationToken", "NextContinuationToken", "KeyCount",
        "MaxKeys", "Delimiter", "EncodingType", "IsTruncated",
    ),
    "ListObjectVersionsOutput": (
        "Name", "Prefix", "KeyMarker", "VersionIdMarker", "NextKeyMarker", "NextVersionIdMarker",
        "MaxKeys", "Delimiter", "EncodingType", "IsTruncated",
    ),
    "ListMultipartUploadsOutput": (
        "Bucket", "KeyMarker", "UploadIdMarker", "NextKeyMarker", "NextUploadIdMarker", "Delimiter",
        "Prefix", "EncodingType", "MaxUploads", "IsTruncated",
    ),
    "ListPartsOutput": (
        "Bucket", "Key", "UploadId", "Initiator", "Owner", "StorageClass", "PartNumberMarker",
        "NextPartNumberMarker", "MaxParts", "IsTruncated",
    ),
    "ObjectVersion": ("Key", "VersionId", "IsLatest", "LastModified", "ETag"),
    "DeleteMarkerEntry": ("Key", "VersionId", "IsLatest", "LastModified"),
    "CopyObjectResult": ("LastModified", "ETag"),
    "CopyPartResult": ("LastModified", "ETag"),
    "Owner": ("ID", "DisplayName"),
    "Initiator": ("ID", "DisplayName"),
    "Grantee": ("ID", "DisplayName"),
    "Error": ("Key", "VersionId", "Code", "Message"),
}  # fmt: skip

# Times of which S3 keeps no more than seconds.
_SECONDS = frozenset({"LastModified", "CreationDate", "Initiated"})

_HEADER_NAMES = {"accept-ranges": "Accept-Ranges"}

_PAYLOAD_TYPES = {"Policy": "application/json"}

_Write = Callable[[Any], str]  # a value to the inside of its element
_Column = Callable[[Sequence[Any]], Sequence[str]]  # many values at once


@dataclass(slots=True)
class _Operation:
    status: int
    headers: dict[str, tuple[str, _Write]] = field(default_factory=dict)
    prefix: str = ""
    prefix_member: str = ""
    payload: str = ""  # the member that is the body
    payload_type: str = ""  # Content-Type of a body that is text
    document: Callable[[Members], str] | None = None  # members (or the payload) to XML


class Serialiser:
    """``serialise(operation, members)`` gives status, headers and body."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._shapes = model["shapes"]
        self._structures: dict[str, _Structure] = {}
        self._operations = {
            name: self._compile(name, operation) for name, operation in model["operations"].items()
        }

    def serialise(
        self, operation: str, members: Members
    ) -> tuple[int, dict[str, str], bytes | Payload]:
        """The operation's own success status, its headers, and its body.

        An operation that is not in the model answers its member ``Body`` as it is.
        """
        plan = self._operations.get(operation)
        headers: dict[str, str] = {}
        if plan is None:
            return 200, headers, members.get("Body", b"")
        table = plan.headers
        for name, value in members.items():
            if value is None:
                continue
            place = table.get(name)
            if place is not None:
                headers[place[0]] = value if value.__class__ is str else place[1](value)
            elif name == plan.prefix_member:
                for key, text in value.items():
                    headers[plan.prefix + key] = text
        if plan.document is not None:
            value = members.get(plan.payload) if plan.payload else members
            if value is None:
                return plan.status, headers, b""
            headers["Content-Type"] = XML
            return plan.status, headers, plan.document(value).encode("utf-8", "replace")
        if plan.payload:
            body = members.get(plan.payload)
            if body is None:
                body = b""
            elif body.__class__ is str:
                body = body.encode()
                headers.setdefault("Content-Type", plan.payload_type)
            return plan.status, headers, body
        return plan.status, headers, b""

    # compiling

    def _compile(self, name: str, operation: dict[str, Any]) -> _Operation:
        plan = _Operation(operation["http"].get("responseCode", 200))
        if "output" not in operation:
            return plan
        shape = self._shapes[operation["output"]["shape"]]
        inside: dict[str, Any] = {}
        for member, reference in shape["members"].items():
            location = reference.get("location")
            target = self._shapes[reference["shape"]]
            if location == "header":
                wire = reference["locationName"]
                plan.headers[member] = (
                    _HEADER_NAMES.get(wire, wire),
                    _header_writer(target, reference),
                )
            elif location == "headers":
                plan.prefix, plan.prefix_member = reference["locationName"], member
            else:
                inside[member] = reference
        payload = shape.get("payload")
        if payload:
            reference = shape["members"][payload]
            target = self._shapes[reference["shape"]]
            plan.payload = payload
            if target["type"] == "structure" and not target.get("eventstream"):
                root = reference.get("locationName") or payload
                plan.document = _document(root, self._structure(reference["shape"]).write)
            else:
                plan.payload_type = _PAYLOAD_TYPES.get(payload, "binary/octet-stream")
        elif inside:
            output = operation["output"]["shape"]
            root = _ROOTS.get(name, output)
            body = _Structure()
            self._fill(body, {"members": inside}, output)
            if name == "GetBucketLocation":  # its only member is the text of the root
                plan.document = _document(
                    root, lambda members: values.xml_text(members.get("LocationConstraint") or "")
                )
            else:
                plan.document = _document(root, body.write)
        return plan

    def _structure(self, name: str) -> _Structure:
        if name not in self._structures:
            self._structures[name] = structure = _Structure()
            self._fill(structure, self._shapes[name], name)
        return self._structures[name]

    def _fill(self, structure: _Structure, shape: Shape, name: str) -> None:
        members = shape["members"]
        first = tuple(member for member in _FIRST.get(name, ()) if member in members)
        for member in (*first, *(m for m in members if m not in first)):
            reference = members[member]
            target = self._shapes[reference["shape"]]
            wire = reference.get("locationName", member)
            if reference.get("xmlAttribute"):
                namespace = shape["xmlNamespace"]
                structure.attribute = (
                    member,
                    f' xmlns:{namespace["prefix"]}="{namespace["uri"]}" {wire}="',
                )
            else:
                structure.parts[member] = self._part(wire, reference, target, member)

    def _part(self, wire: str, reference: Shape, target: Shape, member: str) -> _Part:
        kind = target["type"]
        if kind == "list":
            item_reference = target["member"]
            item_shape = self._shapes[item_reference["shape"]]
            if target.get("flattened") or reference.get("flattened"):
                wire = reference.get("locationName") or item_reference.get("locationName") or wire
                return _part("", "", self._list(wire, item_reference, item_shape))
            item_name = item_reference.get("locationName", "member")
            write = self._list(item_name, item_reference, item_shape)
            return _part(f"<{wire}>", f"</{wire}>", write)
        if kind == "structure":
            structure = self._structure(reference["shape"])
            return _part("", "", lambda value: structure.element(wire, value))
        write = _leaf_writer(target, reference, member)
        return _part(f"<{wire}>", f"</{wire}>", write)

    def _list(self, wire: str, reference: Shape, target: Shape) -> _Write:
        """Writes all elements of a list."""
        if target["type"] == "structure":
            structure = self._structure(reference["shape"])
            return lambda value: structure.elements(wire, value)
        part = self._part(wire, reference, target, wire)
        return lambda value: "".join(
            [f"{part.open}{text}{part.close}" for text in part.column(value)]
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """One member inside a structure: what stands before and after, and how it is written."""

    open: str
    close: str
    write: _Write
    column: _Column


def _part(opening: str, closing: str, write: _Write) -> _Part:
    if write is values.xml_text:
        return _Part(opening, closing, write, values.xml_texts)
    if write is str:
        return _Part(opening, closing, write, lambda items: list(map(str, items)))

    def column(items: Sequence[Any]) -> list[str]:
        texts: list[str] = []
        last: object = _NOTHING
        text = ""
        for item in items:  # neighbours are often the same: an owner, a storage class, a second
            if item != last:
                text, last = write(item), item
            texts.append(text)
        return texts

    return _Part(opening, closing, write, column)


_NOTHING = object()


class _Structure:
    """Writes the inside of an element; one form for each set of members it has met."""

    __slots__ = ("_forms", "attribute", "parts")

    def __init__(self) -> None:
        self.parts: dict[str, _Part] = {}
        self.attribute: tuple[str, str] | None = None
        self._forms: dict[tuple[str, ...], Callable[[Members], str]] = {}

    def write(self, value: Members) -> str:
        """All members, each in its element; a member that is None is not there."""
        if None in value.values():
            value = {name: item for name, item in value.items() if item is not None}
        names = tuple(value)
        form = self._forms.get(names)
        if form is None:
            form = self._form(names)
            if len(self._forms) < 256:  # a bound; a structure is met in a few forms
                self._forms[names] = form
        return form(value)

    def element(self, wire: str, value: Members) -> str:
        """The whole element, with its attribute if it has one."""
        attribute = ""
        if self.attribute is not None and value.get(self.attribute[0]) is not None:
            attribute = f'{self.attribute[1]}{values.xml_text(value[self.attribute[0]])}"'
        return f"<{wire}{attribute}>{self.write(value)}</{wire}>"

    def elements(self, wire: str, items: list[Members] | Rows) -> str:
        """Many elements; column by column where they all have the same members."""
        count = len(items)
        if isinstance(items, Rows) and items.columns and self.attribute is None:
            given = items.columns
            present = [(part, given[name]) for name, part in self.parts.items() if name in given]
            return _interleaved(f"<{wire}>", f"</{wire}>", present, count)
        if count > 1 and self.attribute is None and items[0]:
            names = items[0].keys()
            if sum(map(len, items)) == count * len(names):
                try:
                    columns = [
                        (part, [item[name] for item in items])
                        for name, part in self.parts.items()
                        if name in names
                    ]
                except KeyError:  # the same number of members, but not the same
                    columns = []
                if columns and not any(None in column for _, column in columns):
                    return _interleaved(f"<{wire}>", f"</{wire}>", columns, count)
        return "".join([self.element(wire, item) for item in items])

    def _form(self, names: tuple[str, ...]) -> Callable[[Members], str]:
        present = [name for name in self.parts if name in names]
        parts = [self.parts[name] for name in present]
        template = "".join(f"{part.open}%s{part.close}" for part in parts)
        writers = tuple(part.write for part in parts)
        if not present:
            return lambda _value: ""
        if len(present) == 1:
            name, write = present[0], writers[0]
            return lambda value: template % write(value[name])
        pick = itemgetter(*present)
        return lambda value: (
            template
            % tuple([write(item) for write, item in zip(writers, pick(value), strict=True)])
        )


def _interleaved(
    opening: str, closing: str, columns: Sequence[tuple[_Part, Sequence[Any]]], count: int
) -> str:
    """``count`` elements from the columns of their members, in one join."""
    gaps: list[str] = []  # the text before each column that varies
    varied: list[Sequence[str]] = []
    between = opening
    for part, column in columns:
        first = column[0]
        between += part.open
        if first == column[-1] and column.count(first) == count:  # as a storage class often is
            between += part.write(first) + part.close
            continue
        gaps.append(between)
        varied.append(part.column(column))
        between = part.close
    end = between + closing
    if not varied:
        return end * count
    width = 2 * len(varied)
    pieces = [end + gaps[0]] * (count * width + 1)
    pieces[0], pieces[-1] = gaps[0], end
    for number, (gap, texts) in enumerate(zip(gaps, varied, strict=True)):
        if number:
            pieces[2 * number :: width] = [gap] * count
        pieces[2 * number + 1 :: width] = texts
    return "".join(pieces)


def _document(root: str, inside: _Write) -> Callable[[Members], str]:
    opening = f'{DECLARATION}<{root} xmlns="{NAMESPACE}"'

    def write(value: Members) -> str:
        text = inside(value)
        return f"{opening}>{text}</{root}>" if text else f"{opening}/>"

    return write


def _leaf_writer(target: Shape, reference: Shape, member: str) -> _Write:
    kind = target["type"]
    if kind == "boolean":
        return values.boolean_text
    if kind in ("integer", "long"):
        return str
    if kind == "timestamp":
        style = reference.get("timestampFormat") or target.get("timestampFormat")
        if style == "rfc822":
            return values.http_date
        return values.iso8601_seconds if member in _SECONDS else values.iso8601
    return values.xml_text


def _header_writer(target: Shape, reference: Shape) -> _Write:
    kind = target["type"]
    if kind == "boolean":
        return values.boolean_text
    if kind == "timestamp":
        style = reference.get("timestampFormat") or target.get("timestampFormat")
        return values.iso8601 if style == "iso8601" else values.http_date
    if kind == "list":
        return ",".join
    return str
