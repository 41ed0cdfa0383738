"""Checks of which answer comes where a request is wrong twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.checks.given_policies import expect_denied, given_denial
from conformance.checks.given_requests import put_document
from conformance.checks.given_uploads import given_upload, named_parts
from conformance.trial import ClientCannotError, Credentials, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
RECORDED = "aws-recorded 2026-02"
RAW = ("raw",)
SDK = ("boto3", "raw")


@check(
    "bucket-encryption",
    proved_by=["encryption-read-before-its-bucket"],
    only=RAW,
    verified=RECORDED,
    spec=f"{API}/API_PutBucketEncryption.html",
)
def missing_bucket_comes_before_missing_rules(t: Trial) -> None:
    """Encryption without a rule: 404 NoSuchBucket of no bucket, 400 MalformedXML of one."""
    nothing = "<ServerSideEncryptionConfiguration/>"
    taken = t.given.bucket()
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    whole = {"Rules": [default]}  # with a rule it is taken
    t.given.call("PutBucketEncryption", Bucket=taken, ServerSideEncryptionConfiguration=whole)

    for bucket, status, code in (
        (t.bucket_name(), 404, "NoSuchBucket"),
        (taken, 400, "MalformedXML"),
    ):
        got = put_document(t, f"/{bucket}", "encryption", nothing)
        t.expect.error(got, status, code)


@check(
    "retention",
    proved_by=["hold-asks-for-a-lock-first"],
    only=RAW,
    verified=RECORDED,
    spec=f"{API}/API_PutObjectLegalHold.html",
)
def empty_hold_comes_before_the_bucket_without_lock(t: Trial) -> None:
    """A legal hold without a Status, in a bucket without Object Lock: 400 MalformedXML."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)

    for hold, code in (
        ("<LegalHold/>", "MalformedXML"),
        ("<LegalHold><Status>ON</Status></LegalHold>", "InvalidRequest"),
    ):
        got = put_document(t, f"/{bucket}/key", "legal-hold", hold)
        t.expect.error(got, 400, code)


@check(
    "transfer-acceleration",
    proved_by=["acceleration-of-dots"],
    only=RAW,
    verified=RECORDED,
    spec=f"{API}/API_PutBucketAccelerateConfiguration.html",
)
def dots_of_a_name_come_before_the_status(t: Trial) -> None:
    """Acceleration of a bucket with dots, and a status that is none: 400 InvalidRequest."""
    bucket = t.bucket_name(".with.dots")
    t.given.call("CreateBucket", **t.located({"Bucket": bucket}))
    random = "<AccelerateConfiguration><Status>random</Status></AccelerateConfiguration>"

    for name, code in ((bucket, "InvalidRequest"), (t.given.bucket(), "MalformedXML")):
        got = put_document(t, f"/{name}", "accelerate", random)
        t.expect.error(got, 400, code)


@check(
    "authentication",
    proved_by=["signature-after-the-bucket"],
    only=RAW,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html",
    level="should",
)
def signature_comes_before_the_bucket(t: Trial) -> None:
    """A wrong signature for a bucket that was never made: 403 SignatureDoesNotMatch, not 404."""
    known = t.endpoint.credentials
    if known is None:
        raise ClientCannotError("there are no credentials whose secret could be wrong")
    wrong = Credentials(known.access_key, "never-the-secret-of-anybody", known.session_token)
    path = f"/{t.bucket_name()}"

    t.expect.error(t.raw("GET", path), 404, "NoSuchBucket")
    t.expect.error(t.raw("GET", path, credentials=wrong), 403, "SignatureDoesNotMatch")


@check(
    "get-object",
    proved_by=["absence-before-the-owner"],
    only=SDK,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
    level="should",
)
def owner_comes_before_the_key(t: Trial) -> None:
    """GET of an absent key, and DELETE of a bucket that is not empty, of another owner: 403."""
    other = "999999999999"
    bucket = t.given.bucket()
    t.given.object("key", b"kept", Bucket=bucket)

    absent = t.call("GetObject", Bucket=bucket, Key="absent", ExpectedBucketOwner=other)
    full = t.call("DeleteBucket", Bucket=bucket, ExpectedBucketOwner=other)

    t.expect.error(absent, 403, "AccessDenied")
    t.expect.error(full, 403, "AccessDenied")
    t.expect.error(t.call("GetObject", Bucket=bucket, Key="absent"), 404, "NoSuchKey")


@check(
    "bucket-policy",
    proved_by=["absence-before-the-denial"],
    only=SDK,
    spec="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
)
def denial_comes_before_the_absence(t: Trial) -> None:
    """An absent key that a policy denies: 403 AccessDenied; an absent key beside it: 404."""
    bucket = given_denial(t, "s3:GetObject", {}, "closed/*")
    t.given.object("closed/there", b"x", Bucket=bucket)

    denied = t.call("GetObject", Bucket=bucket, Key="closed/absent")

    there = t.call("GetObject", Bucket=bucket, Key="closed/there")
    expect_denied(t, there)
    t.expect.error(denied, 403, "AccessDenied")
    t.expect.error(t.call("GetObject", Bucket=bucket, Key="open/absent"), 404, "NoSuchKey")


@check(
    "retention",
    proved_by=["locks-look-at-no-key"],
    only=SDK,
    verified=RECORDED,
    spec=f"{API}/API_PutObjectRetention.html",
)
def bucket_comes_before_the_key_of_a_lock(t: Trial) -> None:
    """Retention and hold: of no bucket 404 NoSuchBucket, of no key NoSuchKey, of no lock 400."""
    until = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    plain, locked = t.given.bucket(), t.given.locked_bucket()
    t.given.object("key", b"x", Bucket=plain)

    for operation, members in (
        ("PutObjectRetention", {"Retention": retention}),
        ("PutObjectLegalHold", {"LegalHold": {"Status": "ON"}}),
    ):
        of_none = t.call(operation, Bucket=t.bucket_name(), Key="key", **members)
        t.expect.error(of_none, 404, "NoSuchBucket")
        absent = t.call(operation, Bucket=locked, Key="absent", **members)
        t.expect.error(absent, 404, "NoSuchKey")
        unlocked = t.call(operation, Bucket=plain, Key="key", **members)
        t.expect.error(unlocked, 400, "InvalidRequest")


@check(
    "multipart-upload",
    proved_by=["order-before-the-parts"],
    only=SDK,
    verified=RECORDED,
    spec=f"{API}/API_CompleteMultipartUpload.html",
    level="should",
)
def upload_comes_before_its_parts(t: Trial) -> None:
    """A completion of an unknown upload whose parts are no parts either: 404 NoSuchUpload."""
    upload = given_upload(t, "key")
    t.given.call("AbortMultipartUpload", Key="key", UploadId=upload)
    parts = named_parts((1, '"00000000000000000000000000000000"'))

    got = t.call("CompleteMultipartUpload", Key="key", UploadId=upload, MultipartUpload=parts)

    t.expect.error(got, 404, "NoSuchUpload")
