"""Checks of Destroy bucket."""

from __future__ import annotations

from conformance.trial import Trial, check, that


@check("delete-bucket", proved_by=["bucket-delete-does-nothing"])
def empty_bucket_is_removed(t: Trial) -> None:
    """An empty bucket is removed, and the list of buckets has it no more."""
    name = t.given.bucket()

    t.expect.ok(t.call("DeleteBucket", Bucket=name))

    listed = t.look("ListBuckets")
    t.expect.member(listed, f"Buckets[?Name=='{name}'].Name", that("none", lambda left: not left))
    t.tells_absent()


@check(
    "delete-bucket",
    proved_by=["bucket-delete-answers-200"],
    verified="aws-recorded 2026-02",
    level="should",
)
def removal_answers_204(t: Trial) -> None:
    """DeleteBucket answers 204."""
    t.expect.status(t.call("DeleteBucket", Bucket=t.given.bucket()), 204)


@check("delete-bucket", proved_by=["bucket-delete-with-objects"], verified="aws-recorded 2026-02")
def bucket_with_an_object_is_not_removed(t: Trial) -> None:
    """A bucket that holds an object is not removed: 409 BucketNotEmpty."""
    name = t.given.bucket()
    t.given.object("still-here", b"x", Bucket=name)

    got = t.call("DeleteBucket", Bucket=name)

    t.expect.error(got, 409, "BucketNotEmpty", BucketName=name)


@check("delete-bucket", proved_by=["bucket-delete-empties-it"])
def refused_removal_keeps_the_objects(t: Trial) -> None:
    """After DeleteBucket was refused every object is still there."""
    name = t.given.bucket()
    t.given.object("still-here", b"x", Bucket=name)

    t.call("DeleteBucket", Bucket=name)

    listed = t.look("ListBuckets")
    t.expect.member(listed, f"Buckets[?Name=='{name}'].Name", [name])
    left = t.look("ListObjectsV2", Bucket=name)
    t.expect.member(left, "Contents[].Key", ["still-here"])


@check("delete-bucket", proved_by=["bucket-delete-missing-204"], verified="aws-recorded 2026-02")
def missing_bucket_is_named_in_the_error(t: Trial) -> None:
    """DeleteBucket of a bucket that does not exist: 404 NoSuchBucket with its name."""
    name = t.bucket_name()

    t.expect.error(t.call("DeleteBucket", Bucket=name), 404, "NoSuchBucket", BucketName=name)


@check(
    "delete-bucket", proved_by=["bucket-delete-ignores-versions"], verified="aws-recorded 2026-02"
)
def bucket_with_a_delete_marker_is_not_removed(t: Trial) -> None:
    """A bucket in which only a delete marker is left is not empty: 409 BucketNotEmpty."""
    name = t.given.versioned_bucket()
    written = t.given.object("marked", b"x", Bucket=name).need_version_id()
    t.given.call("DeleteObject", Bucket=name, Key="marked")
    t.given.call("DeleteObject", Bucket=name, Key="marked", VersionId=written)

    t.expect.error(t.call("DeleteBucket", Bucket=name), 409, "BucketNotEmpty")


@check(
    "delete-bucket",
    proved_by=["bucket-deleted-is-no-such-key"],
    only=("aws-s3api", "boto3", "raw"),
    verified="aws-recorded 2026-02",
)
def object_of_a_removed_bucket_is_no_such_bucket(t: Trial) -> None:
    """GET from a bucket that was removed: 404 NoSuchBucket, not NoSuchKey."""
    name = t.given.bucket()
    t.expect.ok(t.call("DeleteBucket", Bucket=name))

    got = t.call("GetObject", Bucket=name, Key="anything")

    t.expect.error(got, 404, "NoSuchBucket", BucketName=name)
