"""Checks of DELETE object in a bucket without versioning."""

from __future__ import annotations

from conformance.trial import Trial, check


@check("delete-object", proved_by=["delete-does-nothing"])
def deleted_object_is_gone(t: Trial) -> None:
    """A deleted object cannot be read any more."""
    t.given.object("doomed", b"x")

    t.expect.ok(t.call("DeleteObject", Key="doomed"))

    t.expect.error(t.call("GetObject", Key="doomed"), 404, None)


@check(
    "delete-object",
    proved_by=["delete-answers-200"],
    verified="aws-recorded 2026-02",
    level="should",
)
def delete_answers_204_without_a_body(t: Trial) -> None:
    """DELETE answers 204 and no body."""
    t.given.object("doomed", b"x")

    got = t.call("DeleteObject", Key="doomed")

    t.expect.status(got, 204)
    t.expect.equal(got.wire_body, b"", "body of the answer")


@check(
    "delete-object",
    proved_by=["delete-missing-is-404"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html",
)
def deleting_a_missing_key_succeeds(t: Trial) -> None:
    """DELETE of a key that is not there succeeds: the key is not there afterwards."""
    t.expect.ok(t.call("DeleteObject", Key="never-was"))
    t.tells_absent()


@check("delete-object", proved_by=["delete-takes-prefix"])
def delete_takes_one_key_only(t: Trial) -> None:
    """DELETE removes the one key named, and no key that begins with it."""
    for name in ("a", "a/b", "ab"):
        t.given.object(name, name.encode())

    t.expect.ok(t.call("DeleteObject", Key="a"))

    left = t.given.call("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(left, "Contents[].Key", [t.key("a/b"), t.key("ab")])


@check("delete-object", proved_by=["missing-bucket-wrong-code"], verified="aws-recorded 2026-02")
def delete_in_a_missing_bucket_is_refused(t: Trial) -> None:
    """DELETE in a bucket that does not exist: 404 NoSuchBucket."""
    bucket = t.bucket_name()

    t.expect.error(
        t.call("DeleteObject", Bucket=bucket, Key="x"), 404, "NoSuchBucket", BucketName=bucket
    )


@check("delete-object", proved_by=["delete-key-not-decoded"])
def key_of_any_script_can_be_deleted(t: Trial) -> None:
    """A key with spaces and letters outside ASCII can be deleted."""
    t.given.object("größe & maß 日本", b"x")

    t.expect.ok(t.call("DeleteObject", Key="größe & maß 日本"))

    left = t.given.call("ListObjectsV2", Prefix=t.prefix)
    t.expect.no_keys(left)


@check("delete-object", proved_by=["delete-tombstone-blocks-put"])
def deleted_key_can_be_written_again(t: Trial) -> None:
    """A key that was deleted can be written again."""
    t.given.object("phoenix", b"first life")
    t.expect.ok(t.call("DeleteObject", Key="phoenix"))

    t.expect.ok(t.call("PutObject", Key="phoenix", Body=b"second life"))

    t.expect.body(t.call("GetObject", Key="phoenix"), b"second life")
