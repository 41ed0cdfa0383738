"""Checks of a bucket's status of access by tags (ABAC)."""

from __future__ import annotations

from conformance.trial import Trial, check, that

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
_GET = f"{_API}/API_GetBucketAbac.html"


@check("bucket-abac", proved_by=["abac-on-from-the-start"], spec=_GET)
def new_bucket_goes_without_tags(t: Trial) -> None:
    """A new bucket's access does not follow tags: GetBucketAbac does not say Enabled."""
    got = t.call("GetBucketAbac", Bucket=t.given.bucket())

    t.expect.ok(got)
    t.expect.member(
        got, "AbacStatus.Status", that("not Enabled", lambda status: status != "Enabled")
    )


@check("bucket-abac", proved_by=["abac-not-kept"])
def status_reads_back(t: Trial) -> None:
    """A bucket says Enabled after it was enabled, and Disabled after it was disabled again."""
    bucket = t.given.bucket()
    for status in ("Enabled", "Disabled"):
        t.expect.ok(t.call("PutBucketAbac", Bucket=bucket, AbacStatus={"Status": status}))
        got = t.look("GetBucketAbac", Bucket=bucket)
        t.expect.member(got, "AbacStatus.Status", status)


@check("bucket-abac", proved_by=["abac-of-all-buckets"])
def status_is_of_one_bucket(t: Trial) -> None:
    """Enabling it for one bucket leaves another as it was."""
    one, another = t.given.bucket(), t.given.bucket()

    t.expect.ok(t.call("PutBucketAbac", Bucket=one, AbacStatus={"Status": "Enabled"}))

    t.expect.member(t.look("GetBucketAbac", Bucket=one), "AbacStatus.Status", "Enabled")
    other = t.look("GetBucketAbac", Bucket=another)
    t.expect.ok(other)
    t.expect.member(
        other, "AbacStatus.Status", that("not Enabled", lambda status: status != "Enabled")
    )


@check("bucket-abac", proved_by=["abac-of-no-bucket"], spec=_GET)
def bucket_must_be_there(t: Trial) -> None:
    """The status of a bucket that does not exist: 404 NoSuchBucket."""
    t.expect.ok(t.look("GetBucketAbac", Bucket=t.given.bucket()))  # of one that exists it is told

    got = t.call("GetBucketAbac", Bucket=t.bucket_name())

    t.expect.error(got, 404, "NoSuchBucket")
