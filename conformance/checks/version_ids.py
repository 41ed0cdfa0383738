"""Checks of version ids and customers' keys in all operations, where they belong and where not.

Amazon's model says which operations have them, so an operation that is added is tried by itself.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.given_documents import document
from conformance.checks.given_requests import each, has_document, takes
from conformance.trial import Trial, check
from matrix.service_model import operation_names

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
_ELSEWHERE = frozenset({"WriteGetObjectResponse"})  # of another endpoint
_VERSIONED = [
    name for name in operation_names() if takes(name, "VersionId") and name not in _ELSEWHERE
]
_ABSENT = "no-such-version"
_KEY = {
    "x-amz-server-side-encryption-customer-algorithm": "AES256",
    "x-amz-server-side-encryption-customer-key": "MTIzNDU2Nzg5MGFiY2RlZjEyMzQ1Njc4OTBhYmNkZWY=",
    "x-amz-server-side-encryption-customer-key-MD5": "JMwgiexXqwuPqIPjYFmIZQ==",
}


@check(
    "errors",
    proved_by=["tags-removed-whatever-the-version", "hold-put-whatever-the-version"],
    only=("raw",),
    requests=25,
    level="should",
    spec=f"{_API}/API_DeleteObject.html",
)
def every_change_looks_at_the_version(t: Trial) -> None:
    """A version id that nothing has: 400 or 404 from all that change one; nothing changes."""
    bucket = t.given.locked_bucket()
    tags = {"TagSet": [{"Key": "kept", "Value": "yes"}]}
    t.given.object("key", b"x", Bucket=bucket)
    t.given.call("PutObjectTagging", Bucket=bucket, Key="key", Tagging=tags)

    for operation in _VERSIONED:
        if operation.startswith(("Get", "Head", "List")) or "Annotation" in operation:
            continue  # reads have a check of their own; annotations of an absent version, too
        more = document(t, operation, bucket) if has_document(operation) else {}
        members = {"Bucket": bucket, "Key": "key", "VersionId": _ABSENT, **more}
        t.expect.status(t.call(operation, **members), (400, 404))

    about = {"Bucket": bucket, "Key": "key"}
    t.expect.body(t.look("GetObject", **about), b"x")
    t.expect.means(t.look("GetObjectTagging", **about), "TagSet", tags["TagSet"])
    held = t.look("HeadObject", **about)
    t.expect.no_header(held, "x-amz-object-lock-legal-hold")
    t.expect.no_header(held, "x-amz-object-lock-mode")


@check(
    "errors",
    proved_by=["version-id-of-an-upload-breaks"],
    only=("raw",),
    requests=70,
    level="may",
    verified="observed",
    spec=f"{_API}/API_CreateMultipartUpload.html",
)
def version_id_where_none_belongs_breaks_nothing(t: Trial) -> None:
    """`versionId` of operations that have none: done or refused, and no error of the server's.

    What S3 answers is known of PUT and copies only (400), so it is told and not scored.
    """
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    for request in each(bucket, "key", documents=False):
        if not takes(request.operation, "VersionId") and not _removes(request.operation):
            query = "&".join(part for part in (request.query, "versionId=null") if part)
            got = replace(request, query=query).send(t)
            t.expect.true(got.status in range(200, 500), "the server does not break", of=got)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")


@check(
    "sse-c",
    proved_by=["customers-key-of-tags-breaks"],
    only=("raw",),
    requests=70,
    level="may",
    verified="observed",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html",
)
def customers_key_where_none_belongs_breaks_nothing(t: Trial) -> None:
    """A customer's key with operations that take none: done or refused, no error of the server's.

    What S3 answers is not known, so it is told and not scored.
    """
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    for request in each(bucket, "key", documents=False):
        if not takes(request.operation, "SSECustomerKey") and not _removes(request.operation):
            got = replace(request, headers={**request.headers, **_KEY}).send(t)
            t.expect.true(got.status in range(200, 500), "the server does not break", of=got)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")


def _removes(operation: str) -> bool:
    """Whether its success would take away what the next request is about."""
    return operation in ("DeleteBucket", "DeleteObject")
