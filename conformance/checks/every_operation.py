"""Checks of what all operations share: each tries every operation of the model that it is about.

The requests come from Amazon's model, so an operation that is added is tried by itself. One that an
endpoint says it does not have (501) is judged by the checks of its own row, and not by these too.
"""

from __future__ import annotations

import json

from conformance.checks.given_documents import document
from conformance.checks.given_requests import (
    DOCUMENTS,
    crc32,
    each,
    is_missing,
    md5,
    smallest,
    takes,
    those_there,
)
from conformance.clients.serialise import serialise
from conformance.trial import Trial, check

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
_ERRORS = f"{_API}/ErrorResponses.html"
_OWNER = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html"
_NOBODY = "904717392618"  # made up: 000000000000 and 123456789012 are accounts of test servers
_OF_A_KEY = ("GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging", "GetObjectAttributes")
_NOT_XML = {  # what a document that is no XML is called where it is not MalformedXML
    "PutBucketAcl": "MalformedACLError",
    "PutBucketPolicy": "MalformedPolicy",
    "PutObjectAcl": "MalformedACLError",
}
# A request without its document is one of another kind: an ACL in headers, a standard retrieval.
_DOCUMENT_OPTIONAL = frozenset({"PutBucketAcl", "PutObjectAcl", "RestoreObject"})
_OLDER = frozenset({"PutBucketLifecycle", "PutBucketNotification"})  # names of the same requests
_OF_AN_UPLOAD = frozenset({"CompleteMultipartUpload"})  # the upload is looked for first


@check(
    "errors",
    proved_by=["metrics-of-no-bucket"],
    only=("raw",),
    requests=75,
    level="should",
    spec=_ERRORS,
)
def every_operation_knows_that_there_is_no_bucket(t: Trial) -> None:
    """404 NoSuchBucket, from every operation that sends no document."""
    t.given.object("here", b"x")
    nowhere = t.bucket_name()
    with those_there(t) as those:
        for request in each(nowhere, "key", documents=False):
            got = request.send(t)
            those.error(got, 404, None if request.method == "HEAD" else "NoSuchBucket")


@check(
    "errors",
    proved_by=["attributes-of-no-object"],
    only=("raw",),
    requests=11,
    level="should",
    spec=_ERRORS,
)
def every_read_knows_that_there_is_no_key(t: Trial) -> None:
    """404 NoSuchKey, from every operation that reads something of an object."""
    stored = t.given.object("here", b"x")
    for operation in _OF_A_KEY:
        there = smallest(operation, t.bucket, stored.key).send(t)
        if is_missing(there):
            continue
        t.expect.status(there, 200)
        got = smallest(operation, t.bucket, t.key("nothing")).send(t)
        t.expect.error(got, 404, None if operation == "HeadObject" else "NoSuchKey")


@check(
    "errors",
    proved_by=["analytics-listed-for-anybody"],
    only=("raw",),
    requests=75,
    level="should",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-overview.html",
)
def every_operation_is_refused_to_somebody_unknown(t: Trial) -> None:
    """Unsigned, on a private bucket: 403, from every operation without a document."""
    bucket = t.given.bucket()
    t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    with those_there(t) as those:
        for request in each(bucket, "key", documents=False):
            got = request.send(t, sign="none")
            those.error(got, 403, None if request.method == "HEAD" else "AccessDenied")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")


@check(
    "errors",
    proved_by=["configurations-of-any-owner"],
    only=("raw",),
    requests=75,
    level="should",
    spec=_OWNER,
)
def every_operation_compares_the_expected_owner(t: Trial) -> None:
    """x-amz-expected-bucket-owner of an account that has no bucket: 403, and nothing is done."""
    bucket = t.given.bucket()
    t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    with those_there(t) as those:
        for request in each(bucket, "key", documents=False):
            if takes(request.operation, "ExpectedBucketOwner"):
                got = request.send(t, x_amz_expected_bucket_owner=_NOBODY)
                those.error(got, 403, None if request.method == "HEAD" else "AccessDenied")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")


@check(
    "errors",
    proved_by=["expected-owner-of-documents-ignored"],
    only=("raw",),
    requests=45,
    level="should",
    spec=_OWNER,
)
def every_document_is_only_for_the_expected_owner(t: Trial) -> None:
    """A document that S3 takes, for a bucket of another owner: 403, and nothing is set."""
    bucket = t.given.bucket()
    t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    with those_there(t) as those:
        for request in each(bucket, "key", documents=True):
            if request.operation not in _OLDER:
                members = {"Bucket": bucket, **document(t, request.operation, bucket)}
                for name, value in (("Key", "key"), ("UploadId", "x"), ("Id", "x")):
                    if takes(request.operation, name):
                        members[name] = value
                got = t.call(request.operation, ExpectedBucketOwner=_NOBODY, **members)
                those.error(got, 403, "AccessDenied")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")
    tags = t.look("GetBucketTagging", Bucket=bucket)
    if is_missing(tags):
        return
    t.expect.error(tags, 404, "NoSuchTagSet")
    taken = t.call("PutBucketTagging", Bucket=bucket, **document(t, "PutBucketTagging", bucket))
    t.expect.ok(taken)


@check(
    "request-payment",
    proved_by=["payer-header-refused"],
    only=("raw",),
    requests=20,
    level="should",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html",
)
def owner_may_say_that_it_pays(t: Trial) -> None:
    """Where requesters pay, x-amz-request-payer of the owner changes no read of an object."""
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketRequestPayment", Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"}
    )
    paid = t.look("GetBucketRequestPayment", Bucket=bucket)
    t.expect.member(paid, "Payer", "Requester")  # there is somebody who could pay
    stored = t.given.object("here", b"x", Bucket=bucket)
    for operation in _OF_A_KEY:
        if takes(operation, "RequestPayer"):
            request = smallest(operation, bucket, stored.key)
            if not is_missing(request.send(t)):
                t.expect.ok(request.send(t, x_amz_request_payer="requester"))


@check(
    "errors",
    proved_by=["versions-of-lists-ignored"],
    only=("raw",),
    requests=11,
    level="should",
    spec=f"{_API}/API_GetObject.html",
)
def every_read_looks_at_the_version(t: Trial) -> None:
    """A version id that nothing has: 400 or 404, and not what is said of the current version."""
    stored = t.given.object("here", b"x")
    for operation in _OF_A_KEY:
        request = smallest(operation, t.bucket, stored.key)
        there = request.send(t)
        if is_missing(there):
            continue
        t.expect.status(there, 200)
        query = "&".join(part for part in (request.query, "versionId=no-such-version") if part)
        got = t.raw(request.method, request.path, query=query, headers=request.headers)
        t.expect.status(got, (400, 404))


@check(
    "xml-safety",
    proved_by=["broken-metrics-taken"],
    only=("raw",),
    requests=38,
    level="should",
    spec=_ERRORS,
)
def every_document_that_is_broken_is_refused(t: Trial) -> None:
    """XML that does not end as it began: 400 with the code of the document's kind."""
    bucket = t.given.bucket()
    t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    broken = b"<a><b></a>"
    with those_there(t) as those:
        for request in each(bucket, "key", documents=True):
            if request.operation not in _OF_AN_UPLOAD:
                got = request.send(t, body=broken, content_md5=md5(broken))
                those.error(got, 400, _NOT_XML.get(request.operation, "MalformedXML"))


@check(
    "xml-safety",
    proved_by=["no-document-taken"],
    only=("raw",),
    requests=38,
    level="should",
    spec=_ERRORS,
)
def every_document_that_is_missing_is_missed(t: Trial) -> None:
    """No document where one is required: 400, whatever it is called."""
    bucket = t.given.bucket()
    t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    with those_there(t) as those:
        for request in each(bucket, "key", documents=True):
            if request.operation not in _OF_AN_UPLOAD | _DOCUMENT_OPTIONAL:
                those.status(request.send(t, content_md5=md5(b"")), 400)


@check(
    "checksums",
    proved_by=["digest-of-tags-unread"],
    only=("raw",),
    requests=38,
    level="should",
    spec=_ERRORS,
)
def every_document_has_a_digest_that_can_be_read(t: Trial) -> None:
    """Content-MD5 that is no MD5: 400 InvalidDigest, from every operation with a document."""
    bucket = t.given.bucket()
    t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    with those_there(t) as those:
        for request in each(bucket, "key", documents=True):
            if request.operation not in _OF_AN_UPLOAD:
                got = request.send(t, body=b"<a/>", content_md5="no-digest")
                those.error(got, 400, "InvalidDigest")


@check(
    "checksums",
    proved_by=["digest-of-documents-not-compared"],
    only=("raw",),
    requests=30,
    level="should",
    spec=_ERRORS,
)
def every_document_is_compared_with_its_digest(t: Trial) -> None:
    """Content-MD5 or a CRC32 of other bytes: 400 BadDigest; of these bytes, it is done."""
    bucket = t.given.bucket()
    with those_there(t) as those:
        for operation, members in DOCUMENTS.items():
            made = serialise(operation, {"Bucket": bucket, **members})
            body = bytes(made.body) if isinstance(made.body, bytes) else made.body.read()
            for header, right, wrong in (
                ("Content-MD5", md5(body), md5(b"other")),
                ("x-amz-checksum-crc32", crc32(body), crc32(b"other")),
            ):
                refused = t.raw(
                    made.method, made.path, query=made.query, headers={header: wrong}, body=body
                )
                those.error(refused, 400, "BadDigest")
                done = t.raw(
                    made.method, made.path, query=made.query, headers={header: right}, body=body
                )
                those.status(done, (200, 204))


@check(
    "errors",
    proved_by=["documents-of-no-bucket"],
    only=("raw",),
    requests=12,
    level="should",
    spec=_ERRORS,
)
def every_document_has_a_bucket_to_go_to(t: Trial) -> None:
    """404 NoSuchBucket for a good document of a setting, where the bucket was never made."""
    nowhere = t.bucket_name()
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    with those_there(t) as those:
        for operation, members in (*DOCUMENTS.items(), ("PutBucketPolicy", {"Policy": policy})):
            got = t.call(operation, Bucket=nowhere, **members)
            those.error(got, 404, "NoSuchBucket")
