"""Checks of Head bucket."""

from __future__ import annotations

from conformance.trial import Trial, check


@check("head-bucket", proved_by=["bucket-head-not-found"])
def existing_bucket_answers_200(t: Trial) -> None:
    """HEAD of a bucket that exists and may be read: 200."""
    t.expect.ok(t.call("HeadBucket", Bucket=t.given.bucket()))
    t.tells_absent()


@check("head-bucket", proved_by=["bucket-head-missing-200"], verified="aws-recorded 2026-02")
def missing_bucket_answers_404(t: Trial) -> None:
    """HEAD of a bucket that does not exist: 404."""
    t.given.bucket()  # one that is there: not everything is missing
    t.expect.error(t.call("HeadBucket", Bucket=t.bucket_name()), 404, None)


@check(
    "head-bucket",
    proved_by=["bucket-head-region-missing"],
    verified="aws-recorded 2026-02",
    level="should",
)
def answer_names_the_region(t: Trial) -> None:
    """The header x-amz-bucket-region names the region the bucket is in."""
    got = t.call("HeadBucket", Bucket=t.bucket)

    t.expect.header(got, "x-amz-bucket-region", t.endpoint.region)


@check(
    "head-bucket",
    proved_by=["bucket-head-alias-missing"],
    verified="aws-recorded 2026-02",
    level="may",
)
def bucket_is_not_called_an_access_point(t: Trial) -> None:
    """The header x-amz-access-point-alias is `false` for a bucket."""
    got = t.call("HeadBucket", Bucket=t.bucket)

    t.expect.header(got, "x-amz-access-point-alias", "false")


@check("head-bucket", proved_by=["bucket-owner-not-compared"], level="should")
def other_expected_owner_is_refused(t: Trial) -> None:
    """HEAD with an x-amz-expected-bucket-owner that is not the owner: 403."""
    got = t.call("HeadBucket", Bucket=t.bucket, ExpectedBucketOwner="904717392618")

    t.expect.error(got, 403, None)


@check("head-bucket", proved_by=["bucket-head-anonymous-allowed"], only=("raw",))
def private_bucket_is_not_shown_to_anyone(t: Trial) -> None:
    """HEAD of a private bucket without a signature: 403."""
    t.expect.error(t.raw("HEAD", f"/{t.bucket}", sign="none"), 403, None)
