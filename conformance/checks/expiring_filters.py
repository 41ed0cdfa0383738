"""Checks of which objects a lifecycle rule is about, as x-amz-expiration tells: tags, sizes."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check, that

RECORDED = "aws-recorded 2026-02"
EXPIRATION = "x-amz-expiration"
CLIENTS = ("aws-s3api", "boto3", "raw")
FILTERS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html"


def _bucket_with(t: Trial, *filters: dict[str, Any], status: str = "Enabled") -> str:
    """A bucket with a rule for each filter; what it is about expires after a week."""
    bucket = t.given.bucket()
    rules = [
        {"ID": f"rule-{at}", "Filter": one, "Status": status, "Expiration": {"Days": 7}}
        for at, one in enumerate(filters)
    ]
    t.given.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": rules},
    )
    return bucket


def _expires(t: Trial, bucket: str, key: str, *, so: bool, body: bytes = b"x", **put: Any) -> None:
    """PUT and GET of the object tell an expiration (``so``), or both tell none."""
    written = t.call("PutObject", Bucket=bucket, Key=key, Body=body, **put)
    for got in (written, t.call("GetObject", Bucket=bucket, Key=key)):
        t.expect.ok(got)
        if so:
            t.expect.header(
                got,
                EXPIRATION,
                that("a date of expiry", lambda told: told.startswith("expiry-date=")),
            )
        else:
            t.expect.no_header(got, EXPIRATION)


@check(
    "object-expiration",
    proved_by=["expiration-of-any-tags"],
    verified=RECORDED,
    only=CLIENTS,
    spec=FILTERS,
)
def tags_select_what_expires(t: Trial) -> None:
    """A rule for a tag: an object with that tag and value expires, another one does not."""
    bucket = _bucket_with(t, {"Tag": {"Key": "keep", "Value": "no"}})

    _expires(t, bucket, "tagged", so=True, Tagging="keep=no&more=x")
    _expires(t, bucket, "otherwise", so=False, Tagging="keep=yes")
    _expires(t, bucket, "untagged", so=False)


@check(
    "object-expiration",
    proved_by=["expiration-of-some-tags"],
    only=CLIENTS,
    spec=FILTERS,
)
def all_tags_of_a_rule_have_to_be_there(t: Trial) -> None:
    """A rule for two tags and a prefix: an object that lacks one of the three does not expire."""
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    bucket = _bucket_with(t, {"And": {"Prefix": "old/", "Tags": tags}})

    _expires(t, bucket, "old/both", so=True, Tagging="a=1&b=2")
    _expires(t, bucket, "old/one", so=False, Tagging="a=1")
    _expires(t, bucket, "new/both", so=False, Tagging="a=1&b=2")


@check(
    "object-expiration",
    proved_by=["expiration-of-any-size"],
    verified=RECORDED,
    only=CLIENTS,
    spec=FILTERS,
)
def sizes_select_what_expires(t: Trial) -> None:
    """Rules for more than 20 and less than 10 bytes: of 22, 15 and 5 bytes the 15 stay."""
    bucket = _bucket_with(t, {"ObjectSizeGreaterThan": 20}, {"ObjectSizeLessThan": 10})

    _expires(t, bucket, "large", so=True, body=b"a" * 22)
    _expires(t, bucket, "medium", so=False, body=b"a" * 15)
    _expires(t, bucket, "small", so=True, body=b"a" * 5)


@check(
    "object-expiration",
    proved_by=["expiration-at-the-bound"],
    only=CLIENTS,
    spec=FILTERS,
)
def bounds_of_a_size_do_not_belong_to_it(t: Trial) -> None:
    """More than 20 bytes leaves out an object of 20, less than 10 one of 10."""
    bucket = _bucket_with(t, {"ObjectSizeGreaterThan": 20}, {"ObjectSizeLessThan": 10})

    _expires(t, bucket, "20", so=False, body=b"a" * 20)
    _expires(t, bucket, "21", so=True, body=b"a" * 21)
    _expires(t, bucket, "10", so=False, body=b"a" * 10)
    _expires(t, bucket, "9", so=True, body=b"a" * 9)


@check(
    "object-expiration",
    proved_by=["expiration-of-disabled-rules"],
    only=CLIENTS,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
)
def rule_that_is_off_tells_nothing(t: Trial) -> None:
    """A rule whose Status is Disabled: no x-amz-expiration; the same rule Enabled: it is told."""
    off = _bucket_with(t, {"Prefix": ""}, status="Disabled")
    on = _bucket_with(t, {"Prefix": ""})

    _expires(t, off, "key", so=False)
    _expires(t, on, "key", so=True)
