"""Checks of which answer comes where a request is wrong twice."""

from __future__ import annotations

from conformance.checks.given_requests import put_document
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
RECORDED = "aws-recorded 2026-02"
RAW = ("raw",)


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
    for bucket, status, code in (
        (t.bucket_name(), 404, "NoSuchBucket"),
        (t.given.bucket(), 400, "MalformedXML"),
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
