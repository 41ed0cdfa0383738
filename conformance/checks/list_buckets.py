"""Checks of List buckets."""

from __future__ import annotations

import re

from conformance.trial import Trial, check

HAS_MEMBERS = ("aws-s3api", "boto3", "raw")


@check("list-buckets", proved_by=["buckets-one-only"])
def every_bucket_is_listed(t: Trial) -> None:
    """The list has every bucket of the account."""
    mine = sorted([t.given.bucket(), t.given.bucket(), t.given.bucket()])

    got = t.call("ListBuckets")

    t.expect.ok(got)
    listed = {bucket.get("Name") for bucket in got.members.get("Buckets") or []}
    t.expect.equal([name for name in mine if name in listed], mine, "buckets of this check listed")


@check(
    "list-buckets",
    proved_by=["buckets-owner-missing"],
    verified="aws-recorded 2026-02",
    level="should",
)
def list_names_its_owner(t: Trial) -> None:
    """The list names the account's canonical id as Owner."""
    t.expect.member(t.call("ListBuckets"), "Owner.ID", re.compile(".+"))


@check("list-buckets", proved_by=["buckets-root-renamed"])
def answer_is_a_list_all_my_buckets_result(t: Trial) -> None:
    """The body's root element is ListAllMyBucketsResult."""
    got = t.call("ListBuckets")

    t.expect.true(b"<ListAllMyBucketsResult" in got.wire_body, "root is ListAllMyBucketsResult")


@check("list-buckets", proved_by=["buckets-namespace-cut"])
def answer_is_in_the_namespace_of_s3(t: Trial) -> None:
    """The root's namespace is S3's, its closing slash included; XML readers compare it whole."""
    got = t.call("ListBuckets")

    namespace = b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    t.expect.true(namespace in got.wire_body, "namespace http://s3.amazonaws.com/doc/2006-03-01/")


@check(
    "list-buckets",
    proved_by=["buckets-prefix-ignored"],
    only=HAS_MEMBERS,
    level="should",
    verified="aws-recorded 2026-02",
)
def prefix_selects_buckets(t: Trial) -> None:
    """`prefix` limits the list to the names that start with it, and is echoed."""
    wanted = t.given.bucket()
    t.given.bucket()

    got = t.call("ListBuckets", Prefix=wanted)

    t.expect.member(got, "Buckets[].Name", [wanted])
    t.expect.member(got, "Prefix", wanted)


@check(
    "list-buckets",
    proved_by=["buckets-max-ignored"],
    only=HAS_MEMBERS,
    level="should",
    verified="aws-recorded 2026-02",
)
def pages_join_to_the_whole_list(t: Trial) -> None:
    """`max-buckets` makes pages, and the continuation token leads from each to the next."""
    mine = sorted([t.given.bucket(), t.given.bucket()])
    shared = mine[0][: _common(mine)]

    first = t.call("ListBuckets", Prefix=shared, MaxBuckets=1)
    seen = _names(first)
    t.expect.equal(len(seen), 1, "buckets on the first page")
    token = first.need("ContinuationToken")
    while token and len(seen) < 100:
        page = t.call("ListBuckets", Prefix=shared, MaxBuckets=1, ContinuationToken=token)
        seen += _names(page)
        token = page.members.get("ContinuationToken")

    t.expect.equal([name for name in seen if name in mine], mine, "my buckets, page by page")


@check(
    "list-buckets",
    proved_by=["buckets-region-unchecked"],
    only=HAS_MEMBERS,
    level="should",
    verified="aws-recorded 2026-02",
)
def unknown_region_is_refused(t: Trial) -> None:
    """`bucket-region` of a region that does not exist: 400 InvalidArgument."""
    got = t.call("ListBuckets", BucketRegion="eu-east-1")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="bucket-region")


@check(
    "list-buckets",
    proved_by=["buckets-region-selects-nothing"],
    only=HAS_MEMBERS,
    verified="aws-recorded 2026-02",
    level="should",
)
def region_selects_buckets(t: Trial) -> None:
    """`bucket-region` of the endpoint's region lists its buckets; of another, none of them.

    Amazon's reference says that another region is not to be asked for here, and not what comes:
    an empty list and a refusal are both right.
    """
    bucket = t.given.bucket()
    elsewhere = "eu-central-1" if t.endpoint.region != "eu-central-1" else "us-west-2"

    here = t.call("ListBuckets", Prefix=bucket, BucketRegion=t.endpoint.region)
    there = t.call("ListBuckets", Prefix=bucket, BucketRegion=elsewhere)

    t.expect.member(here, "Buckets[].Name", [bucket])
    t.expect.status(there, (200, 400))
    if there.good:
        t.expect.member(there, "Buckets || `[]`", [])


def _names(page: object) -> list[str]:
    return [bucket["Name"] for bucket in getattr(page, "members", {}).get("Buckets") or []]


def _common(names: list[str]) -> int:
    first, last = names[0], names[-1]
    return next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
