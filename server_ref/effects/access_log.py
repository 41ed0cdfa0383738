"""One request or change as a record of S3's server access log. Gathering and storing are not here.

Fields that this server does not know are "-": turn-around time, cipher suite, TLS version, access
point. Signatures and session tokens in a request's URI are left out.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from urllib.parse import quote

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
_BY_LIFECYCLE = {REMOVED: "S3.EXPIRE.OBJECT", MARKER: "S3.CREATE.DELETEMARKER"}
_VERB = re.compile(r"^(?:Get|Put|Delete|Head|List|Create|Update|Restore|Rename)")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SECRET = re.compile(
    r"([?&](?:X-Amz-Signature|X-Amz-Security-Token|Signature)=)[^&]*", re.IGNORECASE
)
_TOTAL = re.compile(r"bytes .*/(\d+)")


def record(bucket: Bucket, request: Request, response: Response, sent: int, seconds: float) -> str:
    """The line for one request, without its end."""
    trace, headers = request.trace, request.headers
    version = request.query.get("versionId")
    target = _SECRET.sub(r"\1REDACTED", request.target)
    fields = (
        bucket.owner,
        bucket.name,
        _now(),
        request.client_address or "-",
        trace.get("requester") or "-",
        request.id,
        operation(request),
        quote(request.key, safe="/") if request.key else "-",
        _quoted(f"{request.method} {target} HTTP/1.1"),
        str(response.status),
        trace.get("error") or "-",
        str(sent) if sent else "-",
        _object_size(request, response),
        str(round(seconds * 1000)),
        "-",
        _quoted(headers.get("referer", "-")),
        _quoted(headers.get("user-agent", "-")),
        version or "-",
        response.headers.get("x-amz-id-2", "-"),
        *_authentication(request),
        request.host or "-",
        "-",
        "-",
        "-",
    )
    return " ".join(fields)


def record_of_change(cause: Cause, change: Change) -> str | None:
    """The line of what has no request of its own: lifecycle rules, and keys of a multi-delete."""
    batch = cause.operation == "DeleteObjects" and change.kind in (REMOVED, MARKER)
    if batch:
        name = "BATCH.DELETE.OBJECT"
    elif cause is LIFECYCLE:
        name = _BY_LIFECYCLE.get(change.kind, "")
        if change.kind == "storage_class":
            name = f"S3.TRANSITION_{change.version.storage_class}.OBJECT"
    else:
        name = ""
    if not name:
        return None
    request = cause.context.request if cause.context else None
    version = change.version
    fields = (
        change.bucket.owner,
        change.bucket.name,
        _now(),
        request.client_address if request else "-",
        (request.trace.get("requester") or "-") if request else "AmazonS3",
        request.id if request else f"{secrets.randbits(64):016X}",
        name,
        quote(version.key, safe="/"),
        '"-"' if request is None else "-",
        "204" if batch else "-",
        "-",
        "-",
        str(version.size) if version.size else "-",
        "-",
        "-",
        '"-"' if request is None else "-",
        '"-"' if request is None else "-",
        version.version_id if version.version_id != NULL_VERSION else "-",
        request.trace.get("host_id", "-") if request else "-",
        *(_authentication(request) if request else ("-", "-", "-")),
        request.host or "-" if request else "-",
        "-",
        "-",
        "-",
    )
    return " ".join(fields)


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


def _authentication(request: Request) -> tuple[str, str, str]:
    """Signature version, cipher suite, authentication type."""
    given = request.headers.get("authorization", "")
    if given:
        return ("SigV4" if given.startswith("AWS4") else "SigV2"), "-", "AuthHeader"
    if "X-Amz-Signature" in request.query:
        return "SigV4", "-", "QueryString"
    if "Signature" in request.query:
        return "SigV2", "-", "QueryString"
    return "-", "-", "-"


def _now() -> str:
    return datetime.now(UTC).strftime("[%d/%b/%Y:%H:%M:%S +0000]")


def _quoted(text: str) -> str:
    """In quotes; a quote inside would end the field, so it is encoded."""
    return f'"{text.replace(chr(34), "%22")}"'
