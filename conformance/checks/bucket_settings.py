"""Checks of small settings of a bucket: who pays for requests, transfer acceleration."""

from __future__ import annotations

from conformance.trial import Trial, check, that

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")

# who pays


@check(
    "request-payment",
    proved_by=["payer-is-always-the-requester"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_GetBucketRequestPayment.html",
)
def owner_pays_at_first(t: Trial) -> None:
    """A new bucket's owner pays: Payer is BucketOwner."""
    got = t.call("GetBucketRequestPayment", Bucket=t.given.bucket())

    t.expect.member(got, "Payer", "BucketOwner")


@check(
    "request-payment", proved_by=["payer-not-kept"], spec=f"{API}/API_PutBucketRequestPayment.html"
)
def payer_reads_back(t: Trial) -> None:
    """A payer that was put is read back."""
    bucket = t.given.bucket()

    got = t.call(
        "PutBucketRequestPayment", Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"}
    )

    t.expect.ok(got)
    t.expect.member(t.look("GetBucketRequestPayment", Bucket=bucket), "Payer", "Requester")


@check(
    "request-payment",
    proved_by=["payer-unchecked"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_PutBucketRequestPayment.html",
)
def unknown_payer_is_refused(t: Trial) -> None:
    """A payer that S3 does not have: 400 MalformedXML."""
    bucket = t.given.bucket()
    known = {"Payer": "Requester"}  # one that it has is taken
    t.given.call("PutBucketRequestPayment", Bucket=bucket, RequestPaymentConfiguration=known)

    got = t.call(
        "PutBucketRequestPayment", Bucket=bucket, RequestPaymentConfiguration={"Payer": "Nobody"}
    )

    t.expect.error(got, 400, "MalformedXML")


# transfer acceleration


@check(
    "transfer-acceleration",
    proved_by=["acceleration-on-from-the-start"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetBucketAccelerateConfiguration.html",
)
def new_bucket_has_no_acceleration(t: Trial) -> None:
    """GetBucketAccelerateConfiguration of a new bucket: 200, not Enabled. S3 says no Status."""
    got = t.call("GetBucketAccelerateConfiguration", Bucket=t.given.bucket())

    t.expect.status(got, 200)
    t.expect.member(
        got, "Status", that("absent or Suspended", lambda status: status in (None, "Suspended"))
    )
    t.expect.wording.member(got, "Status", None)


@check(
    "transfer-acceleration",
    proved_by=["acceleration-not-kept"],
    verified="aws-recorded 2026-02",
)
def acceleration_reads_back(t: Trial) -> None:
    """A status that was put is read back."""
    bucket = t.given.bucket()

    got = t.call(
        "PutBucketAccelerateConfiguration",
        Bucket=bucket,
        AccelerateConfiguration={"Status": "Enabled"},
    )

    t.expect.ok(got)
    t.expect.member(t.look("GetBucketAccelerateConfiguration", Bucket=bucket), "Status", "Enabled")


@check(
    "transfer-acceleration",
    proved_by=["acceleration-unchecked"],
    verified="aws-recorded 2026-02",
)
def statuses_of_acceleration_are_spelt_as_documented(t: Trial) -> None:
    """`enabled`: 400 MalformedXML."""
    bucket = t.given.bucket()
    known = {"Status": "Enabled"}  # the right one is taken
    t.given.call("PutBucketAccelerateConfiguration", Bucket=bucket, AccelerateConfiguration=known)

    got = t.call(
        "PutBucketAccelerateConfiguration",
        Bucket=bucket,
        AccelerateConfiguration={"Status": "enabled"},
    )

    t.expect.error(got, 400, "MalformedXML")
