"""One request or change as a record of S3's server access log. Gathering and storing are not here.

Fields that this server does not know are "-": turn-around time, cipher suite, TLS version, access
point. Signatures and session tokens in URIs are left out.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

from server_ref.request import Request
from server_ref.response import Response
from server_ref.storage.changes import LIFECYCLE, MARKER, REMOVED, Cause, Change
from server_ref.storage.records import NULL_VERSION, Bucket

# the resource in REST.<method>.<resource>, where it is not made from the operation's name
_OF_OPERATION = {
    "AbortMultipartUpload": "UPLOAD",
    "CompleteMultipartUpload": "UPLOAD",
    "CopyObject": "OBJECT",
    "CreateMultipartUpload": "UPLOADS",
    "DeleteObjects": "MULTI_OBJECT_DELETE",
    "ListMultipartUploads": "UPLOADS",
    "ListObjectVersions": "BUCKETVERSIONS",
    "ListObjects": "BUCKET",
    "ListObjectsV2": "BUCKET",
    "ListParts": "UPLOAD",
    "PostObject": "OBJECT",
    "PreflightObject": "PREFLIGHT",
    "SelectObjectContent": "OBJECT_SELECT",
    "UploadPart": "PART",
    "UploadPartCopy": "PART",
}
_OF_THING = {  # what is left of Get…, Put…, Delete…
    "Bucket": "BUCKET",
    "BucketLogging": "LOGGING_STATUS",
    "BucketPolicy": "BUCKETPOLICY",
    "Object": "OBJECT",
    "ObjectLegalHold": "OBJECT_LOCK_LEGALHOLD",
    "ObjectLockConfiguration": "OBJECT_LOCK_CONFIGURATION",
    "ObjectRetention": "OBJECT_LOCK_RETENTION",
    "ObjectTagging": "OBJECT_TAGGING",
}
_BY_LIFECYCLE = {
    REMOVED: "S3.EXPIRE.OBJECT",
    MARKER: "S3.CREATE.DELETEMARKER",
    "storage_class": "S3.TRANSITION_{}.OBJECT",
}
_VERB = re.compile(r"^(?:Get|Put|Delete|Head|List|Create|Update|Restore|Rename)")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SECRET = frozenset({"x-amz-signature", "x-amz-security-token", "signature"})
_TOTAL = re.compile(r"bytes .*/(\d+)")


class Record(NamedTuple):
    """The fields of a line, in S3's order; "-" is what is not known or does not apply."""

    owner: str
    bucket: str
    time: str
    address: str = "-"
    requester: str = "-"
    request_id: str = "-"
    operation: str = "-"
    key: str = "-"
    uri: str = '"-"'
    status: str = "-"
    error: str = "-"
    sent: str = "-"
    object_size: str = "-"
    total_time: str = "-"
    turn_around_time: str = "-"
    referrer: str = '"-"'
    user_agent: str = '"-"'
    version_id: str = "-"
    host_id: str = "-"
    signature: str = "-"
    cipher: str = "-"
    authentication: str = "-"
    host: str = "-"
    tls: str = "-"
    access_point: str = "-"
    acl_required: str = "-"


def record(bucket: Bucket, request: Request, response: Response, sent: int, seconds: float) -> str:
    """The line for one request, without its end."""
    headers = request.headers
    made = _of_request(Record(bucket.owner, bucket.name, _now()), request)
    return " ".join(
        made._replace(
            operation=operation(request),
            key=quote(request.key, safe="/") if request.key else "-",
            uri=_quoted(f"{request.method} {_redacted(request.target)} HTTP/1.1"),
            status=str(response.status),
            error=request.trace.get("error") or "-",
            sent=str(sent) if sent else "-",
            object_size=_object_size(request, response),
            total_time=str(round(seconds * 1000)),
            referrer=_quoted(_redacted(headers.get("referer", "-"))),
            user_agent=_quoted(headers.get("user-agent", "-")),
            version_id=request.query.get("versionId") or "-",
            host_id=response.headers.get("x-amz-id-2", "-"),
        )
    )


def record_of_change(cause: Cause, change: Change) -> str | None:
    """The line of what has no request of its own: lifecycle rules, and keys of a multi-delete."""
    version = change.version
    made = Record(
        change.bucket.owner,
        change.bucket.name,
        _now(),
        key=quote(version.key, safe="/"),
        object_size=str(version.size) if version.size else "-",
        version_id=version.version_id if version.version_id != NULL_VERSION else "-",
    )
    if cause.operation == "DeleteObjects" and cause.request and change.kind in (REMOVED, MARKER):
        request = cause.request
        return " ".join(
            _of_request(made, request)._replace(
                operation="BATCH.DELETE.OBJECT",
                uri="-",
                status="204",
                referrer="-",
                user_agent="-",
                host_id=request.trace.get("host_id", "-"),
            )
        )
    name = _BY_LIFECYCLE.get(change.kind)
    if cause is not LIFECYCLE or name is None:
        return None
    return " ".join(
        made._replace(
            requester="AmazonS3",
            request_id=f"{secrets.randbits(64):016X}",
            operation=name.format(version.storage_class),
        )
    )


def _of_request(made: Record, request: Request) -> Record:
    """Who asked, from where and how."""
    signature, authentication = _authentication(request)
    return made._replace(
        address=request.client_address or "-",
        requester=request.trace.get("requester") or "-",
        request_id=request.id,
        signature=signature,
        authentication=authentication,
        host=request.host or "-",
    )


def operation(request: Request) -> str:
    """What S3 calls the operation in its log: REST.GET.OBJECT."""
    name = request.trace.get("operation", "")
    if name == "Website":
        return f"WEBSITE.{request.method}.OBJECT"
    copies = name in ("CopyObject", "UploadPartCopy")
    return f"REST.{'COPY' if copies else request.method}.{_resource(name)}"


def _resource(name: str) -> str:
    if name in _OF_OPERATION:
        return _OF_OPERATION[name]
    thing = _VERB.sub("", name, count=1)
    if thing in _OF_THING:
        return _OF_THING[thing]
    thing = thing.removesuffix("Configuration").removeprefix("Bucket").removeprefix("Object")
    return _WORD.sub("_", thing).upper() or "-"


def _object_size(request: Request, response: Response) -> str:
    """The whole size of the object that was written or read."""
    name = request.trace.get("operation")
    size: str | int | None = None
    if name in ("PutObject", "UploadPart") and response.status == 200:
        size = request.body.length
    elif name in ("GetObject", "HeadObject") and response.status in (200, 206):
        whole = _TOTAL.fullmatch(response.headers.get("Content-Range", ""))
        size = whole[1] if whole else response.headers.get("Content-Length")
        if size is None and not isinstance(response.body, bytes):
            size = response.body.length
    return str(size) if size else "-"


def _authentication(request: Request) -> tuple[str, str]:
    """Signature version and authentication type."""
    given = request.headers.get("authorization", "")
    if given:
        return "SigV4" if given.startswith("AWS4") else "SigV2", "AuthHeader"
    if "X-Amz-Signature" in request.query:
        return "SigV4", "QueryString"
    if "Signature" in request.query:
        return "SigV2", "QueryString"
    return "-", "-"


def _now() -> str:
    return datetime.now(UTC).strftime("[%d/%b/%Y:%H:%M:%S +0000]")


def _redacted(uri: str) -> str:
    """Without signatures and session tokens in its query, however their names are written."""
    path, mark, query = uri.partition("?")
    pieces = []
    for piece in query.split("&"):
        name, equals, _ = piece.partition("=")
        secret = equals and unquote(name).lower() in _SECRET
        pieces.append(f"{name}=REDACTED" if secret else piece)
    return f"{path}{mark}{'&'.join(pieces)}"


def _quoted(text: str) -> str:
    """In quotes; a quote inside would end the field, so it is encoded."""
    return f'"{text.replace(chr(34), "%22")}"'
