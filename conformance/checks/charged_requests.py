"""Checks of buckets whose requesters pay: each operation asks who pays, and says who is charged."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_locks import locked_until
from conformance.checks.given_policies import USER_GUIDE, given_policy, principal, statement
from conformance.trial import OTHER_ACCOUNT, Trial, check

PAYS = f"{USER_GUIDE}/ObjectsinRequesterPaysBuckets.html"
CHARGED = "x-amz-request-charged"


def _given_paid_bucket(t: Trial, *, locked: bool = False) -> str:
    """A bucket that the other account may do everything in, and whose requesters pay."""
    bucket = t.given.locked_bucket() if locked else t.given.bucket()
    both = [
        statement(bucket, "Allow", "s3:*", resource, Principal=principal(t.other))
        for resource in ("*", None)
    ]
    given_policy(t, bucket, *both)
    t.given.call(
        "PutBucketRequestPayment", Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"}
    )
    return bucket


def _charged(t: Trial, operation: str, bucket: str, **members: Any) -> Any:
    """The other account's request: refused until it says that it pays, then told of the charge."""
    refused = t.other.call(operation, Bucket=bucket, **members)
    t.expect.error(refused, 403, None if operation == "HeadObject" else "AccessDenied")
    got = t.other.call(operation, Bucket=bucket, RequestPayer="requester", **members)
    t.expect.ok(got)
    t.expect.header(got, CHARGED, "requester")
    return got


@check(
    "request-payment",
    needs=OTHER_ACCOUNT,
    proved_by=["charge-of-attributes-not-told"],
    only=("raw",),
    requests=30,
    spec=PAYS,
)
def every_read_of_an_object_tells_the_charge(t: Trial) -> None:
    """Whatever another account reads of an object, it says that it pays, and is told so."""
    bucket = _given_paid_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)
    annotation = {"AnnotationName": "label", "AnnotationPayload": b"text"}
    t.given.call("PutObjectAnnotation", Bucket=bucket, Key="key", **annotation)
    for operation in ("GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging"):
        _charged(t, operation, bucket, Key="key")
    _charged(t, "GetObjectAttributes", bucket, Key="key", ObjectAttributes=["ETag"])
    _charged(t, "GetObjectAnnotation", bucket, Key="key", AnnotationName="label")
    _charged(t, "ListObjectAnnotations", bucket, Key="key")


@check(
    "request-payment",
    needs=OTHER_ACCOUNT,
    proved_by=["charge-of-versions-not-told"],
    only=("raw",),
    requests=20,
    spec=PAYS,
)
def every_listing_tells_the_charge(t: Trial) -> None:
    """Another account that lists objects, versions or uploads pays, and is told so."""
    bucket = _given_paid_bucket(t)
    for operation in ("ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"):
        _charged(t, operation, bucket)


@check(
    "request-payment",
    needs=OTHER_ACCOUNT,
    proved_by=["charge-of-tags-not-told"],
    only=("raw",),
    requests=40,
    spec=PAYS,
)
def every_write_of_an_object_tells_the_charge(t: Trial) -> None:
    """Another account that writes, copies, tags or deletes pays, and is told so."""
    bucket = _given_paid_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)
    t.given.object("cold", b"x", Bucket=bucket, StorageClass="GLACIER")
    _charged(t, "PutObject", bucket, Key="theirs", Body=b"x")
    _charged(t, "CopyObject", bucket, Key="copy", CopySource=f"{bucket}/key")
    tags = {"TagSet": [{"Key": "color", "Value": "blue"}]}
    _charged(t, "PutObjectTagging", bucket, Key="key", Tagging=tags)
    label = {"AnnotationName": "label", "AnnotationPayload": b"text"}
    _charged(t, "PutObjectAnnotation", bucket, Key="key", **label)
    _charged(t, "DeleteObjectAnnotation", bucket, Key="key", AnnotationName="label")
    _charged(t, "RestoreObject", bucket, Key="cold", RestoreRequest={"Days": 1})
    _charged(t, "DeleteObject", bucket, Key="theirs")
    _charged(t, "DeleteObjects", bucket, Delete={"Objects": [{"Key": "copy"}]})


@check(
    "request-payment",
    needs=OTHER_ACCOUNT,
    proved_by=["charge-of-parts-not-told"],
    only=("raw",),
    requests=30,
    spec=PAYS,
)
def every_step_of_an_upload_tells_the_charge(t: Trial) -> None:
    """Another account pays for each step of a multipart upload, and is told so."""
    bucket = _given_paid_bucket(t)
    t.given.object("key", b"from there", Bucket=bucket)
    upload = _charged(t, "CreateMultipartUpload", bucket, Key="made").need("UploadId")
    of = {"Key": "made", "UploadId": upload}
    _charged(t, "UploadPart", bucket, PartNumber=1, Body=b"a part", **of)
    part = _charged(t, "UploadPartCopy", bucket, PartNumber=1, CopySource=f"{bucket}/key", **of)
    _charged(t, "ListParts", bucket, **of)
    tag = part.need("CopyPartResult.ETag")
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    _charged(t, "CompleteMultipartUpload", bucket, MultipartUpload=parts, **of)
    again = t.other.call(
        "CreateMultipartUpload", Bucket=bucket, Key="left", RequestPayer="requester"
    ).need("UploadId")
    _charged(t, "AbortMultipartUpload", bucket, Key="left", UploadId=again)


@check(
    "request-payment",
    needs=OTHER_ACCOUNT,
    proved_by=["charge-of-holds-not-told"],
    only=("raw",),
    requests=20,
    spec=PAYS,
)
def every_lock_of_an_object_tells_the_charge(t: Trial) -> None:
    """Another account that sets or reads what locks an object pays, and is told so."""
    retained = {"Mode": "GOVERNANCE", "RetainUntilDate": locked_until()}
    bucket = _given_paid_bucket(t, locked=True)
    t.given.object("key", b"x", Bucket=bucket)
    _charged(t, "PutObjectLegalHold", bucket, Key="key", LegalHold={"Status": "ON"})
    _charged(t, "GetObjectLegalHold", bucket, Key="key")
    _charged(t, "PutObjectLegalHold", bucket, Key="key", LegalHold={"Status": "OFF"})
    _charged(t, "PutObjectRetention", bucket, Key="key", Retention=retained)
    _charged(t, "GetObjectRetention", bucket, Key="key")
