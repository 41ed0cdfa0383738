"""Checks of Amazon regions: where a bucket is, and which regions a new one may name."""

from __future__ import annotations

import re

from conformance.trial import Trial, check

CREATE = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"
SAYS_CONSTRAINTS = ("aws-s3api", "boto3", "raw")


@check("regions", proved_by=["location-says-us-east-1"], verified="aws-recorded 2026-02")
def location_is_empty_at_us_east_1(t: Trial) -> None:
    """GetBucketLocation names the bucket's region; for us-east-1 the element is empty."""
    got = t.call("GetBucketLocation", Bucket=t.bucket)

    t.expect.ok(got)
    text = got.wire_body.decode("utf-8", "replace")
    found = re.search(r"<LocationConstraint[^>]*?(?:/>|>([^<]*)</LocationConstraint>)", text)
    region = "" if t.endpoint.region == "us-east-1" else t.endpoint.region
    t.expect.true(found, "the answer is a LocationConstraint")
    t.expect.equal(found.group(1) or "" if found else None, region, "location", of=got)


@check("regions", proved_by=["location-missing-bucket-is-a-key"], verified="aws-recorded 2026-02")
def location_of_a_missing_bucket_is_no_such_bucket(t: Trial) -> None:
    """GetBucketLocation of a bucket that does not exist: 404 NoSuchBucket."""
    t.expect.ok(t.look("GetBucketLocation", Bucket=t.bucket))  # of one that does it is told
    name = t.bucket_name()

    t.expect.error(t.call("GetBucketLocation", Bucket=name), 404, "NoSuchBucket", BucketName=name)


@check(
    "regions",
    proved_by=["location-constraint-unchecked"],
    only=SAYS_CONSTRAINTS,
    verified="aws-recorded 2026-02",
    spec=CREATE,
)
def unknown_location_constraint_is_refused(t: Trial) -> None:
    """A LocationConstraint that is no region: 400 InvalidLocationConstraint.

    An endpoint of another region than us-east-1 says IllegalLocationConstraintException.
    """
    got = t.call(
        "CreateBucket",
        Bucket=t.bucket_name(),
        CreateBucketConfiguration={"LocationConstraint": "foo"},
    )

    t.expect.error(got, 400, _refusal(t))


@check(
    "regions",
    proved_by=["location-constraint-us-east-1-accepted"],
    only=SAYS_CONSTRAINTS,
    verified="aws-recorded 2026-02",
    spec=CREATE,
)
def us_east_1_is_no_location_constraint(t: Trial) -> None:
    """us-east-1 is not to be named as LocationConstraint, not even there: 400."""
    got = t.call(
        "CreateBucket",
        Bucket=t.bucket_name(),
        CreateBucketConfiguration={"LocationConstraint": "us-east-1"},
    )

    t.expect.error(got, 400, _refusal(t))


@check(
    "regions",
    proved_by=["buckets-region-missing"],
    only=SAYS_CONSTRAINTS,
    verified="aws-recorded 2026-02",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html",
)
def list_of_buckets_names_the_region(t: Trial) -> None:
    """A list of buckets asked for with `prefix` names the region of each."""
    got = t.call("ListBuckets", Prefix=t.bucket)

    t.expect.member(got, "Buckets[0].BucketRegion", t.endpoint.region)


def _refusal(t: Trial) -> str:
    at_home = t.endpoint.region == "us-east-1"
    return "InvalidLocationConstraint" if at_home else "IllegalLocationConstraintException"
