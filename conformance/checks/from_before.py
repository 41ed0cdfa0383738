"""Checks of what was there before: objects from before versioning, tags of what a copy replaces."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

SDK = ("boto3", "raw")
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"


def _pages(t: Trial, operation: str, first: dict[str, Any], *, most: int) -> list[Any]:
    """The answers of a listing, one entry a page, until it says that it is complete."""
    pages, asked = [], dict(first)
    for _ in range(most):
        got = t.call(operation, **asked)
        pages.append(got)
        if not got.need("IsTruncated"):
            break
        if operation == "ListObjectsV2":
            asked = {**first, "ContinuationToken": got.need("NextContinuationToken")}
        else:
            marks = {"KeyMarker": got.need("NextKeyMarker")}
            asked = {**first, **marks, "VersionIdMarker": got.need("NextVersionIdMarker")}
    return pages


@check("list-object-versions", proved_by=["objects-from-before-left-out"], only=SDK, spec=(
    f"{GUIDE}/AddingObjectstoVersioningEnabledBuckets.html"
))  # fmt: skip
def objects_from_before_versioning_come_page_by_page(t: Trial) -> None:
    """Objects of before and after versioning, one a page: each key once, each version once."""
    bucket = t.given.bucket()
    for name in ("a", "b", "c"):
        t.given.object(name, b"before", Bucket=bucket)
    enabled = {"Status": "Enabled"}
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=enabled)
    new = t.given.object("b", b"after", Bucket=bucket).need_version_id()

    one = {"Bucket": bucket, "MaxKeys": 1}
    keys = _pages(t, "ListObjectsV2", one, most=5)
    versions = _pages(t, "ListObjectVersions", one, most=6)

    found = [[one["Key"] for one in got.members.get("Contents", [])] for got in keys]
    t.expect.equal(found, [["a"], ["b"], ["c"]], "keys of the pages", of=keys[-1])
    seen = [
        [(one["Key"], one["VersionId"]) for one in got.members.get("Versions", [])]
        for got in versions
    ]
    expected = [[("a", "null")], [("b", new)], [("b", "null")], [("c", "null")]]
    t.expect.equal(seen, expected, "versions of the pages", of=versions[-1])


@check("object-tagging", proved_by=["copies-keep-the-tags-that-were-there"], only=SDK, spec=(
    f"{API}/API_CopyObject.html"
))  # fmt: skip
def copy_drops_the_tags_that_were_there(t: Trial) -> None:
    """A copy of an object without tags, onto one that has some: there are none afterwards."""
    t.given.object("source", b"new")
    t.given.object("target", b"old", Tagging="of=old")

    t.expect.ok(t.call("CopyObject", Key="target", CopySource=t.source("source")))

    t.expect.body(t.look("GetObject", Key="target"), b"new")
    t.expect.member(t.look("GetObjectTagging", Key="target"), "TagSet", [])
