"""Response members to status, headers and body, as the service model places them.

Roots and the order of elements that S3 keeps and the model does not tell are the tables here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from server_ref.context import Members
from server_ref.model import values
from server_ref.model.elements import Part, Structure, Write, part
from server_ref.model.mixed import MIXED, Kind, mix
from server_ref.model.source import Shape
from server_ref.response import Payload

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
XML = "application/xml"
# Answers that S3 sends without a type: https://github.com/brekkylab/backlot/pull/118
UNTYPED = frozenset(
    {
        *("GetBucketAbac", "GetBucketAccelerateConfiguration", "GetBucketEncryption"),
        *("GetBucketNotificationConfiguration", "GetBucketOwnershipControls"),
        *("GetBucketRequestPayment", "GetBucketVersioning", "GetPublicAccessBlock"),
        *("GetObjectAttributes", "GetObjectTagging", "ListObjectAnnotations"),
        *("ListBucketAnalyticsConfigurations", "ListBucketIntelligentTieringConfigurations"),
        *("ListBucketInventoryConfigurations", "ListBucketMetricsConfigurations"),
    }
)

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
    "ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationsResult",
    "ListBucketIntelligentTieringConfigurations": "ListIntelligentTieringConfigurationsResult",
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


@dataclass(slots=True)
class _Operation:
    status: int
    headers: dict[str, tuple[str, Write]] = field(default_factory=dict)
    prefix: str = ""
    prefix_member: str = ""
    payload: str = ""  # the member that is the body
    payload_type: str = ""  # Content-Type of a body that is text
    document: Callable[[Members], str] | None = None  # members (or the payload) to XML


class Serialiser:
    """``serialise(operation, members)`` gives status, headers and body."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._shapes = model["shapes"]
        self._structures: dict[str, Structure] = {}
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
            if operation not in UNTYPED:
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
            body = Structure()
            self._fill(body, {"members": inside}, output)
            if name == "GetBucketLocation":  # its only member is the text of the root
                plan.document = _document(
                    root, lambda members: values.xml_text(members.get("LocationConstraint") or "")
                )
            elif name in MIXED:
                first, second = (self._kind(member, inside[member]) for member in MIXED[name])
                plan.document = _document(root, mix(body, (first, second)))
            else:
                plan.document = _document(root, body.write)
        return plan

    def _kind(self, member: str, reference: Shape) -> Kind:
        """A list without an element of its own, by its entries."""
        item = self._shapes[reference["shape"]]["member"]
        return Kind(member, reference["locationName"], self._structure(item["shape"]))

    def _structure(self, name: str) -> Structure:
        if name not in self._structures:
            self._structures[name] = structure = Structure()
            self._fill(structure, self._shapes[name], name)
        return self._structures[name]

    def _fill(self, structure: Structure, shape: Shape, name: str) -> None:
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

    def _part(self, wire: str, reference: Shape, target: Shape, member: str) -> Part:
        kind = target["type"]
        if kind == "list":
            item_reference = target["member"]
            item_shape = self._shapes[item_reference["shape"]]
            if target.get("flattened") or reference.get("flattened"):
                wire = reference.get("locationName") or item_reference.get("locationName") or wire
                return part("", "", self._list(wire, item_reference, item_shape))
            item_name = item_reference.get("locationName", "member")
            write = self._list(item_name, item_reference, item_shape)
            return part(f"<{wire}>", f"</{wire}>", write)
        if kind == "structure":
            structure = self._structure(reference["shape"])
            return part("", "", lambda value: structure.element(wire, value))
        write = _leaf_writer(target, member)
        return part(f"<{wire}>", f"</{wire}>", write)

    def _list(self, wire: str, reference: Shape, target: Shape) -> Write:
        """Writes all elements of a list."""
        if target["type"] == "structure":
            structure = self._structure(reference["shape"])
            return lambda value: structure.elements(wire, value)
        one = self._part(wire, reference, target, wire)
        return lambda value: "".join([f"{one.open}{text}{one.close}" for text in one.column(value)])


def _document(root: str, inside: Write) -> Callable[[Members], str]:
    opening = f'{DECLARATION}<{root} xmlns="{NAMESPACE}"'

    def write(value: Members) -> str:
        text = inside(value)
        return f"{opening}>{text}</{root}>" if text else f"{opening}/>"

    return write


def _leaf_writer(target: Shape, member: str) -> Write:
    kind = target["type"]
    if kind == "boolean":
        return values.boolean_text
    if kind in ("integer", "long"):
        return str
    if kind == "timestamp":
        return values.iso8601_seconds if member in _SECONDS else values.iso8601
    return values.xml_text


def _header_writer(target: Shape, reference: Shape) -> Write:
    kind = target["type"]
    if kind == "boolean":
        return values.boolean_text
    if kind == "timestamp":
        style = reference.get("timestampFormat") or target.get("timestampFormat")
        return values.iso8601 if style == "iso8601" else values.http_date
    if kind == "list":
        return ",".join
    return str
