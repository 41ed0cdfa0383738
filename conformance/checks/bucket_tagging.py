"""Checks of the tags of a bucket."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")


def _tags(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _refused(t: Trial, tags: list[dict[str, str]], **members: Any) -> None:
    got = t.call("PutBucketTagging", Bucket=t.given.bucket(), Tagging={"TagSet": tags})

    t.expect.error(got, 400, "InvalidTag", **members)


@check("bucket-tagging", proved_by=["bucket-tags-not-kept"], verified="aws-recorded 2026-02")
def tags_read_back(t: Trial) -> None:
    """Tags that were put (204) are read back, an empty value too."""
    bucket = t.given.bucket()
    tags = _tags(team="blue", empty="")

    t.expect.status(t.call("PutBucketTagging", Bucket=bucket, Tagging={"TagSet": tags}), 204)

    read = t.look("GetBucketTagging", Bucket=bucket)
    t.expect.means(read, "TagSet", tags)


@check("bucket-tagging", proved_by=["bucket-tags-merged"], verified="aws-recorded 2026-02")
def new_tags_replace_the_old(t: Trial) -> None:
    """PutBucketTagging replaces the whole set."""
    bucket = t.given.bucket()
    t.given.call("PutBucketTagging", Bucket=bucket, Tagging={"TagSet": _tags(a="1", b="2")})

    t.expect.ok(t.call("PutBucketTagging", Bucket=bucket, Tagging={"TagSet": _tags(c="3")}))

    t.expect.means(t.look("GetBucketTagging", Bucket=bucket), "TagSet", _tags(c="3"))


@check(
    "bucket-tagging",
    proved_by=["bucket-tags-missing-are-empty"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetBucketTagging.html",
)
def bucket_without_tags_says_so(t: Trial) -> None:
    """GetBucketTagging where no tags are: 404 NoSuchTagSet with the bucket's name."""
    bucket = t.given.bucket()

    got = t.call("GetBucketTagging", Bucket=bucket)

    t.expect.error(got, 404, "NoSuchTagSet", BucketName=bucket)


@check(
    "bucket-tagging",
    proved_by=["bucket-tags-deleted-stay", "bucket-tags-not-kept"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeleteBucketTagging.html",
)
def deleted_tags_are_gone(t: Trial) -> None:
    """DeleteBucketTagging answers 204, and the tags are gone."""
    bucket = t.given.bucket()
    t.given.call("PutBucketTagging", Bucket=bucket, Tagging={"TagSet": _tags(a="1")})
    t.expect.ok(t.look("GetBucketTagging", Bucket=bucket))  # before, they are there

    t.expect.success(t.call("DeleteBucketTagging", Bucket=bucket), 204)

    t.expect.error(t.look("GetBucketTagging", Bucket=bucket), 404, "NoSuchTagSet")


@check(
    "bucket-tagging",
    proved_by=["bucket-tags-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def two_tags_of_one_key_are_refused(t: Trial) -> None:
    """The same key twice: 400 InvalidTag that names the key."""
    _refused(t, [*_tags(same="1"), *_tags(same="2")], TagKey="same")


@check(
    "bucket-tagging",
    proved_by=["bucket-tags-unchecked"],
    verified="aws-recorded 2026-02",
)
def system_tags_are_not_for_users(t: Trial) -> None:
    """A key that begins with `aws:`: 400 InvalidTag that names the key."""
    _refused(t, [{"Key": "aws:mine", "Value": "1"}], TagKey="aws:mine")


@check(
    "bucket-tagging",
    proved_by=["bucket-tags-unchecked"],
    verified="aws-recorded 2026-02",
)
def characters_of_a_key_are_limited(t: Trial) -> None:
    """A comma in a key: 400 InvalidTag that names the key."""
    _refused(t, [{"Key": "one,two", "Value": "1"}], TagKey="one,two")


@check(
    "bucket-tagging",
    proved_by=["bucket-tags-unchecked"],
    verified="aws-recorded 2026-02",
)
def characters_of_a_value_are_limited(t: Trial) -> None:
    """A comma in a value: 400 InvalidTag that names key and value."""
    _refused(t, [{"Key": "key", "Value": "one,two"}], TagKey="key", TagValue="one,two")


@check(
    "bucket-tagging",
    proved_by=["tagging-set-required"],
    verified="aws-recorded 2026-02",
    only=("raw",),
)
def document_without_a_set_takes_the_tags_away(t: Trial) -> None:
    """<Tagging/> without a TagSet is taken (204), and the bucket has no tags afterwards."""
    bucket = t.given.bucket()
    t.given.call("PutBucketTagging", Bucket=bucket, Tagging={"TagSet": _tags(key="value")})
    body = b'<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()

    got = t.raw("PUT", f"/{bucket}", query="tagging", body=body, headers={"Content-MD5": md5})

    t.expect.success(got, 204)
    t.expect.error(t.look("GetBucketTagging", Bucket=bucket), 404, "NoSuchTagSet")
