"""Checks of Create bucket."""

from __future__ import annotations

import re

from conformance.trial import Trial, check

NAMING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
SENDS_ANY_NAME = ("aws-s3", "aws-s3api", "boto3", "raw")  # s3cmd refuses such a name itself


@check("create-bucket", proved_by=["bucket-listed-late"])
def new_bucket_is_listed(t: Trial) -> None:
    """A bucket that was just created is in the list of buckets at once."""
    name = t.bucket_name()

    t.expect.ok(t.call("CreateBucket", **t.located({"Bucket": name})))

    listed = t.look("ListBuckets")
    t.expect.member(listed, f"Buckets[?Name=='{name}'].Name", [name])


@check(
    "create-bucket", proved_by=["bucket-location-header-missing"], verified="aws-recorded 2026-02"
)
def location_header_names_the_bucket(t: Trial) -> None:
    """The answer's Location is `/name` at us-east-1, and the bucket's own URL elsewhere."""
    name = t.bucket_name()

    got = t.call("CreateBucket", **t.located({"Bucket": name}))

    t.expect.ok(got)
    if t.endpoint.region == "us-east-1":
        t.expect.header(got, "Location", f"/{name}")
    else:
        t.expect.header(got, "Location", re.compile(rf"https?://{re.escape(name)}\.\S+/"))


@check("create-bucket", proved_by=["bucket-not-ready-at-once"])
def new_bucket_takes_objects_at_once(t: Trial) -> None:
    """An object can be written to a bucket right after it was created."""
    name = t.bucket_name()
    t.expect.ok(t.call("CreateBucket", **t.located({"Bucket": name})))

    t.expect.ok(t.call("PutObject", Bucket=name, Key="first", Body=b"first"))
    t.expect.body(t.look("GetObject", Bucket=name, Key="first"), b"first")


@check("create-bucket", proved_by=["bucket-again-conflicts"], verified="aws-recorded 2026-02")
def creating_it_again_is_200_at_us_east_1_only(t: Trial) -> None:
    """A bucket one owns created again: 200 at us-east-1, 409 BucketAlreadyOwnedByYou elsewhere."""
    name = t.given.bucket()

    again = t.call("CreateBucket", **t.located({"Bucket": name}))

    if t.endpoint.region == "us-east-1":
        t.expect.ok(again)
    else:
        t.expect.error(again, 409, "BucketAlreadyOwnedByYou", BucketName=name)
    t.tells_absent()


@check("create-bucket", proved_by=["bucket-again-empties-it"])
def creating_it_again_keeps_its_objects(t: Trial) -> None:
    """Creating a bucket one owns already changes nothing in it."""
    name = t.given.bucket()
    t.given.object("kept", b"kept", Bucket=name)

    again = t.call("CreateBucket", **t.located({"Bucket": name}))

    t.expect.status(again, (200, 409))
    t.expect.member(t.look("ListObjectsV2", Bucket=name), "Contents[].Key", ["kept"])


@check(
    "create-bucket",
    proved_by=["bucket-name-uppercase-accepted"],
    only=SENDS_ANY_NAME,
    verified="aws-recorded 2026-02",
    spec=NAMING,
    level="should",
)
def uppercase_name_is_refused(t: Trial) -> None:
    """A bucket name with an uppercase letter: 400 InvalidBucketName."""
    name = t.bucket_name("-Upper")

    got = t.call("CreateBucket", **t.located({"Bucket": name}))

    t.expect.error(got, 400, "InvalidBucketName", BucketName=name)


@check(
    "create-bucket",
    proved_by=["bucket-name-underscore-accepted"],
    only=SENDS_ANY_NAME,
    spec=NAMING,
    level="should",
)
def name_with_an_underscore_is_refused(t: Trial) -> None:
    """A bucket name with an underscore: 400 InvalidBucketName."""
    got = t.call("CreateBucket", **t.located({"Bucket": t.bucket_name("_x")}))

    t.expect.error(got, 400, "InvalidBucketName")


@check(
    "create-bucket",
    proved_by=["bucket-name-64-accepted"],
    only=SENDS_ANY_NAME,
    spec=NAMING,
    level="should",
)
def name_of_64_characters_is_refused(t: Trial) -> None:
    """A bucket name has at most 63 characters; one more: 400 InvalidBucketName."""
    name = t.bucket_name(length=64)

    got = t.call("CreateBucket", **t.located({"Bucket": name}))

    t.expect.error(got, 400, "InvalidBucketName")


@check("create-bucket", proved_by=["bucket-body-not-read"], only=("raw",), level="should")
def malformed_configuration_is_refused(t: Trial) -> None:
    """A CreateBucketConfiguration that is not well-formed XML: 400 MalformedXML."""
    broken = b"<CreateBucketConfiguration><LocationConstraint>"

    got = t.raw("PUT", f"/{t.bucket_name()}", body=broken)

    t.expect.error(got, 400, "MalformedXML")
