"""Checks of Multi-object deletion."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
NO_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"  # 32 characters, as version ids have


def _named(*keys: str) -> dict[str, Any]:
    return {"Objects": [{"Key": key} for key in keys]}


@check("delete-objects", proved_by=["deletion-does-nothing"])
def every_key_named_is_deleted(t: Trial) -> None:
    """The objects that were named are gone, the others are there."""
    for name in ("a", "b", "kept"):
        t.given.object(name, b"x")

    t.expect.ok(t.call("DeleteObjects", Bucket=t.bucket, Delete=_named(t.key("a"), t.key("b"))))

    left = t.look("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(left, "Contents[].Key", [t.key("kept")])


@check("delete-objects", proved_by=["deletion-not-reported"], verified="aws-recorded 2026-02")
def answer_names_what_was_deleted(t: Trial) -> None:
    """The answer lists every key that was deleted as Deleted."""
    for name in ("a", "b"):
        t.given.object(name, b"x")

    got = t.call("DeleteObjects", Bucket=t.bucket, Delete=_named(t.key("a"), t.key("b")))

    t.expect.member(got, "sort(Deleted[].Key)", [t.key("a"), t.key("b")])


@check(
    "delete-objects", proved_by=["deletion-missing-is-an-error"], verified="aws-recorded 2026-02"
)
def missing_keys_are_deleted_too(t: Trial) -> None:
    """A key that is not there is reported as Deleted, not as an error."""
    got = t.call("DeleteObjects", Bucket=t.bucket, Delete=_named(t.key("no-1"), t.key("no-2")))

    t.expect.member(got, "sort(Deleted[].Key)", [t.key("no-1"), t.key("no-2")])
    t.expect.means(got, "Errors", None)


@check(
    "delete-objects",
    proved_by=["deletion-quiet-ignored"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def quiet_deletion_reports_errors_only(t: Trial) -> None:
    """With Quiet the answer names nothing that went well."""
    t.given.object("a", b"x")

    got = t.call("DeleteObjects", Bucket=t.bucket, Delete={**_named(t.key("a")), "Quiet": True})

    t.expect.ok(got)
    t.expect.means(got, "Deleted", None)
    t.expect.means(got, "Errors", None)
    t.expect.status(t.look("HeadObject", Key="a"), 404)  # it was deleted all the same


@check(
    "delete-objects", proved_by=["deletion-1001-accepted"], only=("boto3", "raw"), level="should"
)
def more_than_1000_keys_are_refused(t: Trial) -> None:
    """A request that names 1,001 keys: 400 MalformedXML."""
    keys = [t.key(f"{number:04}") for number in range(1001)]

    got = t.call("DeleteObjects", Bucket=t.bucket, Delete=_named(*keys))

    t.expect.error(got, 400, "MalformedXML")


@check("delete-objects", proved_by=["deletion-of-none-accepted"], only=("raw",), level="should")
def body_must_name_a_key(t: Trial) -> None:
    """A Delete document without an Object: 400 MalformedXML."""
    got = t.call("DeleteObjects", Bucket=t.bucket, Delete={"Objects": []})

    t.expect.error(got, 400, "MalformedXML")


@check(
    "delete-objects",
    proved_by=["deletion-missing-bucket-is-a-key"],
    verified="aws-recorded 2026-02",
)
def missing_bucket_is_no_such_bucket(t: Trial) -> None:
    """A deletion in a bucket that does not exist: 404 NoSuchBucket."""
    name = t.bucket_name()

    got = t.call("DeleteObjects", Bucket=name, Delete=_named("a", "b"))

    t.expect.error(got, 404, "NoSuchBucket", BucketName=name)


@check(
    "delete-objects",
    proved_by=["deletion-decodes-keys"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def keys_are_taken_as_they_stand(t: Trial) -> None:
    """Keys in the document are not percent-encoded: `a%2Fb` names that key, not `a/b`."""
    for name in ("a%2Fb", "a/b", "a/😀"):
        t.given.object(name, b"x")

    t.call("DeleteObjects", Bucket=t.bucket, Delete=_named(t.key("a%2Fb"), t.key("a/😀")))

    left = t.look("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(left, "Contents[].Key", [t.key("a/b")])


@check(
    "delete-objects",
    proved_by=["deletion-marker-not-told"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def deletion_of_a_key_puts_a_marker(t: Trial) -> None:
    """With versioning a key without a version id gets a delete marker, which the answer names."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("DeleteObjects", Bucket=bucket, Delete=_named("key"))

    listed = t.look("ListObjectVersions", Bucket=bucket)
    markers = [entry["VersionId"] for entry in listed.members.get("DeleteMarkers") or []]
    t.expect.member(got, "Deleted[0].[Key, DeleteMarker, VersionId]", ["key", True, None])
    t.expect.member(got, "Deleted[].DeleteMarkerVersionId", markers)


@check(
    "delete-objects",
    proved_by=["deletion-version-id-ignored"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def deletion_of_a_version_removes_that_version(t: Trial) -> None:
    """A key with a version id loses that version only."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    second = t.given.object("key", b"two", Bucket=bucket).need_version_id()

    got = t.call(
        "DeleteObjects", Bucket=bucket, Delete={"Objects": [{"Key": "key", "VersionId": first}]}
    )

    t.expect.member(got, "Deleted[].[Key, VersionId]", [["key", first]])
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", [second])


@check(
    "delete-objects",
    proved_by=["deletion-fails-as-a-whole"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def one_error_does_not_stop_the_others(t: Trial) -> None:
    """A version that does not exist is one Error NoSuchVersion; the other keys are deleted."""
    t.given.object("a", b"x")

    got = t.call(
        "DeleteObjects",
        Bucket=t.bucket,
        Delete={
            "Objects": [{"Key": t.key("b"), "VersionId": NO_VERSION}, {"Key": t.key("a")}],
        },
    )

    t.expect.status(got, 200)
    t.expect.member(
        got, "Errors[].[Key, Code, VersionId]", [[t.key("b"), "NoSuchVersion", NO_VERSION]]
    )
    t.expect.member(got, "Deleted[].Key", [t.key("a")])


@check("delete-objects", proved_by=["deletion-digest-not-needed"], only=("raw",), level="should")
def body_must_come_with_a_digest(t: Trial) -> None:
    """A deletion with neither Content-MD5 nor a checksum header is refused with 400."""
    t.given.object("kept", b"x")
    body = f"<Delete><Object><Key>{t.key('kept')}</Key></Object></Delete>".encode()

    got = t.raw("POST", f"/{t.bucket}", query="delete", body=body)

    t.expect.error(got, 400, "InvalidRequest")
