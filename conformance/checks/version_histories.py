"""Checks of what a key's history makes of the next step: versions, markers, the version null."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_uploads import named_parts
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
SUSPENDED = f"{GUIDE}/AddingObjectstoVersionSuspendedBuckets.html"
DELETING = f"{GUIDE}/DeletingObjectVersions.html"
MARKERS = f"{GUIDE}/DeleteMarker.html"


def _set(t: Trial, bucket: str, status: str) -> None:
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": status})


def _history(t: Trial, bucket: str, key: str = "key") -> list[Any]:
    """What the key's history is by now: [version id, is a marker, is the latest], newest first."""
    listed = t.look("ListObjectVersions", Bucket=bucket, Prefix=key)
    found = [
        [one["LastModified"], one["VersionId"], kind == "DeleteMarkers", one["IsLatest"]]
        for kind in ("Versions", "DeleteMarkers")
        for one in listed.members.get(kind) or []
        if one["Key"] == key
    ]
    return sorted((entry[1:] for entry in found), key=lambda entry: not entry[2])


def _marker(t: Trial, bucket: str) -> str:
    deleted = t.given.call("DeleteObject", Bucket=bucket, Key="key")
    return deleted.need_header("x-amz-version-id")


@check("object-versions", proved_by=["version-id-ignored-on-head"], only=SDK)
def head_of_an_old_version_is_of_that_version(t: Trial) -> None:
    """HEAD with a version id answers that version's ETag, size and metadata, not the latest's."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket, Metadata={"n": "1"})
    t.given.object("key", b"second", Bucket=bucket, Metadata={"n": "2"})

    got = t.call("HeadObject", Bucket=bucket, Key="key", VersionId=first.need_version_id())

    t.expect.status(got, 200)
    t.expect.header(got, "ETag", first.etag)
    t.expect.header(got, "Content-Length", "3")
    t.expect.header(got, "x-amz-meta-n", "1")
    t.expect.header(got, "x-amz-version-id", first.need_version_id())


@check(
    "object-versions", proved_by=["head-of-a-marker-is-404"], only=SDK, spec=MARKERS, level="should"
)
def head_of_a_marker_is_not_allowed(t: Trial) -> None:
    """HEAD of a delete marker by its id: 405 with x-amz-delete-marker; of its key: 404 with it."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket)
    marker = _marker(t, bucket)

    by_id = t.call("HeadObject", Bucket=bucket, Key="key", VersionId=marker)
    by_key = t.call("HeadObject", Bucket=bucket, Key="key")

    t.expect.error(by_id, 405, None)
    t.expect.header(by_id, "x-amz-delete-marker", "true")
    t.expect.error(by_key, 404, None)
    t.expect.header(by_key, "x-amz-delete-marker", "true")


@check("object-versions", proved_by=["version-before-the-latest-lost"], only=SDK, spec=DELETING)
def version_before_becomes_the_latest(t: Trial) -> None:
    """Removing the latest version by its id makes the one before it the latest, everywhere."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    second = t.given.object("key", b"two", Bucket=bucket).need_version_id()

    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=second))

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"one")
    t.expect.member(t.look("ListObjectsV2", Bucket=bucket), "Contents[].Size", [3])
    t.expect.equal(_history(t, bucket), [[first, False, True]], "the key's history")


@check("object-versions", proved_by=["version-second-marker-not-made"], only=SDK, spec=MARKERS)
def every_delete_puts_a_marker(t: Trial) -> None:
    """DELETE of a key that is deleted already puts a second marker; one removed, one is left."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"x", Bucket=bucket).need_version_id()
    first = _marker(t, bucket)

    second = t.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    t.expect.true(first != second, "the second marker has an id of its own")
    t.given.call("DeleteObject", Bucket=bucket, Key="key", VersionId=second)
    t.expect.error(t.look("GetObject", Bucket=bucket, Key="key"), 404, "NoSuchKey")
    t.given.call("DeleteObject", Bucket=bucket, Key="key", VersionId=first)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")
    t.expect.equal(_history(t, bucket), [[kept, False, True]], "the key's history")


@check("object-versions", proved_by=["version-marker-of-nothing-not-made"], only=SDK, spec=MARKERS)
def delete_of_a_key_that_never_was_puts_a_marker(t: Trial) -> None:
    """With versioning, DELETE of a key that was never written puts a delete marker."""
    bucket = t.given.versioned_bucket()

    got = t.call("DeleteObject", Bucket=bucket, Key="key")

    t.expect.header(got, "x-amz-delete-marker", "true")
    t.expect.equal(_history(t, bucket), [[got.need_version_id(), True, True]], "the key's history")


@check("object-versions", proved_by=["version-null-not-deleted"], only=SDK, spec=DELETING)
def version_null_is_removed_by_its_name(t: Trial) -> None:
    """DELETE with `versionId=null` removes the object itself where versioning never was enabled."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("DeleteObject", Bucket=bucket, Key="key", VersionId="null")

    t.expect.ok(got)
    t.expect.no_header(got, "x-amz-delete-marker")
    t.expect.error(t.look("GetObject", Bucket=bucket, Key="key"), 404, "NoSuchKey")
    t.expect.equal(_history(t, bucket), [], "the key's history")


@check("object-versions", proved_by=["version-enabled-again-replaces-null"], only=SDK)
def enabling_again_keeps_version_null(t: Trial) -> None:
    """Enabled, suspended, enabled: a PUT makes a version, and the version `null` stays below it."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    _set(t, bucket, "Suspended")
    t.given.object("key", b"null", Bucket=bucket)
    _set(t, bucket, "Enabled")

    third = t.call("PutObject", Bucket=bucket, Key="key", Body=b"three").need_version_id()

    by_null = t.look("GetObject", Bucket=bucket, Key="key", VersionId="null")
    t.expect.body(by_null, b"null")
    t.expect.member(
        t.look("ListObjectVersions", Bucket=bucket),
        "Versions[].[VersionId, IsLatest]",
        [[third, True], ["null", False], [first, False]],
    )


@check("object-versions", proved_by=["version-null-lost"], only=SDK, spec=SUSPENDED)
def suspended_delete_replaces_version_null(t: Trial) -> None:
    """With versioning suspended DELETE puts the marker `null` in place of the version `null`."""
    bucket = t.given.bucket()
    t.given.object("key", b"gone", Bucket=bucket)
    _set(t, bucket, "Suspended")

    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key"))

    t.expect.equal(_history(t, bucket), [["null", True, True]], "the key's history")
    by_null = t.call("GetObject", Bucket=bucket, Key="key", VersionId="null")
    t.expect.error(by_null, 405, "MethodNotAllowed")


@check("object-versions", proved_by=["version-suspended-delete-takes-all"], only=SDK)
def suspended_delete_keeps_numbered_versions(t: Trial) -> None:
    """With versioning suspended, the marker `null` hides numbered versions and removes none."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"kept", Bucket=bucket).need_version_id()
    _set(t, bucket, "Suspended")

    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key"))

    t.expect.equal(
        _history(t, bucket), [["null", True, True], [kept, False, False]], "the key's history"
    )
    by_id = t.look("GetObject", Bucket=bucket, Key="key", VersionId=kept)
    t.expect.body(by_id, b"kept")


@check("object-versions", proved_by=["version-suspended-copy-numbered"], only=SDK, spec=SUSPENDED)
def suspended_copy_replaces_version_null(t: Trial) -> None:
    """With versioning suspended a copy replaces the version `null`, as a PUT does."""
    bucket = t.given.bucket()
    t.given.object("from", b"copied", Bucket=bucket)
    t.given.object("key", b"replaced", Bucket=bucket)
    _set(t, bucket, "Suspended")

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="key", CopySource=f"{bucket}/from"))

    t.expect.equal(_history(t, bucket), [["null", False, True]], "the key's history")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"copied")


def _upload(t: Trial, bucket: str) -> dict[str, Any]:
    """An upload of one part that waits to be completed: members of its completion."""
    target = {"Bucket": bucket, "Key": "key"}
    upload = t.given.call("CreateMultipartUpload", **target).need("UploadId")
    part = t.given.call("UploadPart", **target, UploadId=upload, PartNumber=1, Body=b"joined")
    return {**target, "UploadId": upload, "MultipartUpload": named_parts((1, part.need("ETag")))}


@check("object-versions", proved_by=["version-of-a-completion-not-told"], only=SDK)
def completion_makes_a_version(t: Trial) -> None:
    """A completed upload is a version of its own and names it; the one before it stays."""
    bucket = t.given.versioned_bucket()
    before = t.given.object("key", b"before", Bucket=bucket).need_version_id()

    made = t.call("CompleteMultipartUpload", **_upload(t, bucket)).need_version_id()

    t.expect.equal(
        _history(t, bucket), [[made, False, True], [before, False, False]], "the key's history"
    )


@check("object-versions", proved_by=["version-suspended-completion-numbered"], only=SDK)
def suspended_completion_replaces_version_null(t: Trial) -> None:
    """With versioning suspended a completed upload replaces the version `null`."""
    bucket = t.given.bucket()
    t.given.object("key", b"replaced", Bucket=bucket)
    _set(t, bucket, "Suspended")

    t.expect.ok(t.call("CompleteMultipartUpload", **_upload(t, bucket)))

    t.expect.equal(_history(t, bucket), [["null", False, True]], "the key's history")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"joined")


@check(
    "object-versions", proved_by=["version-state-of-the-beginning-counts"], only=SDK, level="should"
)
def upload_ends_in_the_bucket_as_it_is(t: Trial) -> None:
    """An upload begun before versioning was enabled, completed afterwards, makes a version."""
    bucket = t.given.bucket()
    t.given.object("key", b"before", Bucket=bucket)
    waiting = _upload(t, bucket)
    _set(t, bucket, "Enabled")

    made = t.call("CompleteMultipartUpload", **waiting).need_version_id()

    t.expect.equal(
        _history(t, bucket), [[made, False, True], ["null", False, False]], "the key's history"
    )


@check("object-versions", proved_by=["version-completion-stays-deleted"], only=SDK)
def completion_is_newer_than_the_marker(t: Trial) -> None:
    """An upload that is completed after the key was deleted is what the key has then."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"before", Bucket=bucket)
    waiting = _upload(t, bucket)
    _marker(t, bucket)

    t.expect.ok(t.call("CompleteMultipartUpload", **waiting))

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"joined")


@check("copy-object", proved_by=["copy-version-not-told"], only=SDK, level="should")
def copy_names_the_version_it_made(t: Trial) -> None:
    """With versioning a copy answers the id of the new version, and of the one it was made of."""
    bucket = t.given.versioned_bucket()
    source = t.given.object("from", b"x", Bucket=bucket).need_version_id()

    got = t.call("CopyObject", Bucket=bucket, Key="key", CopySource=f"{bucket}/from")

    t.expect.header(got, "x-amz-copy-source-version-id", source)
    made = got.need_version_id()
    t.expect.true(made != source, "the copy has an id of its own", of=got)
    t.expect.equal(_history(t, bucket), [[made, False, True]], "the copy's history")


@check("object-tagging", proved_by=["tagging-version-ignored"], only=SDK)
def tags_belong_to_a_version(t: Trial) -> None:
    """Tags put on an old version by its id are that version's: the latest keeps its own."""
    bucket = t.given.versioned_bucket()
    old = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    t.given.object("key", b"two", Bucket=bucket, Tagging="of=latest")
    tags = {"TagSet": [{"Key": "of", "Value": "old"}]}

    got = t.call("PutObjectTagging", Bucket=bucket, Key="key", VersionId=old, Tagging=tags)

    t.expect.ok(got)
    t.expect.header(got, "x-amz-version-id", old)
    by_id = t.look("GetObjectTagging", Bucket=bucket, Key="key", VersionId=old)
    t.expect.member(by_id, "TagSet[].Value", ["old"])
    t.expect.member(
        t.look("GetObjectTagging", Bucket=bucket, Key="key"), "TagSet[].Value", ["latest"]
    )


@check("object-tagging", proved_by=["tagging-removal-version-ignored"], only=SDK)
def tags_of_one_version_are_removed(t: Trial) -> None:
    """DeleteObjectTagging with a version id takes that version's tags; the latest keeps its own."""
    bucket = t.given.versioned_bucket()
    old = t.given.object("key", b"one", Bucket=bucket, Tagging="of=old").need_version_id()
    t.given.object("key", b"two", Bucket=bucket, Tagging="of=latest")

    t.expect.success(t.call("DeleteObjectTagging", Bucket=bucket, Key="key", VersionId=old), 204)

    by_id = t.look("GetObjectTagging", Bucket=bucket, Key="key", VersionId=old)
    t.expect.member(by_id, "length(TagSet)", 0)
    t.expect.member(
        t.look("GetObjectTagging", Bucket=bucket, Key="key"), "TagSet[].Value", ["latest"]
    )


@check(
    "object-versions", proved_by=["version-of-another-bucket-is-no-key"], only=SDK, level="should"
)
def version_id_is_of_one_bucket(t: Trial) -> None:
    """A version id that another bucket gave: 404 NoSuchVersion, from reads of its settings too."""
    mine, theirs = (t.given.versioned_bucket() for _ in range(2))
    t.given.object("key", b"mine", Bucket=mine)
    foreign = t.given.object("key", b"theirs", Bucket=theirs).need_version_id()

    for operation in ("GetObject", "GetObjectAcl", "GetObjectTagging"):
        there = t.look(operation, Bucket=theirs, Key="key", VersionId=foreign)
        t.expect.ok(there)
        got = t.call(operation, Bucket=mine, Key="key", VersionId=foreign)
        t.expect.error(got, 404, "NoSuchVersion")


@check(
    "object-versions",
    proved_by=["version-empty-id-is-none"],
    only=("raw",),
    verified="reported",  # amazon-archives/aws-sdk-core-ruby#76, noobaa/noobaa-core#7970
)
def version_id_is_not_empty(t: Trial) -> None:
    """`versionId=` with nothing: 400 InvalidArgument, and DELETE leaves the object there."""
    stored = t.given.object("key", b"x")
    path = f"/{t.bucket}/{stored.key}"

    for method, query in (
        ("GET", "versionId="),
        ("DELETE", "versionId="),
        ("GET", "tagging&versionId="),
        ("GET", "acl&versionId="),
    ):
        t.expect.error(t.raw(method, path, query=query), 400, "InvalidArgument")

    t.expect.body(t.look("GetObject", Key="key"), b"x")


@check(
    "delete-objects", proved_by=["deletion-marker-not-told"], only=SDK, spec=MARKERS, level="should"
)
def deletion_of_a_marker_says_so(t: Trial) -> None:
    """DeleteObjects of a delete marker by its id says so, and the object is back."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"back", Bucket=bucket)
    marker = _marker(t, bucket)
    named = {"Objects": [{"Key": "key", "VersionId": marker}]}

    got = t.call("DeleteObjects", Bucket=bucket, Delete=named)

    t.expect.member(
        got,
        "Deleted[].[Key, VersionId, DeleteMarker, DeleteMarkerVersionId]",
        [["key", marker, True, marker]],
    )
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"back")


@check("delete-objects", proved_by=["deletion-takes-a-key-once"], only=SDK)
def two_versions_of_a_key_are_deleted_at_once(t: Trial) -> None:
    """DeleteObjects may name a key several times, each time another version of it."""
    bucket = t.given.versioned_bucket()
    first, second, third = (
        t.given.object("key", b"x", Bucket=bucket).need_version_id() for _ in range(3)
    )
    named = {"Objects": [{"Key": "key", "VersionId": one} for one in (first, third)]}

    got = t.call("DeleteObjects", Bucket=bucket, Delete=named)

    t.expect.member(got, "sort(Deleted[].VersionId)", sorted([first, third]))
    t.expect.equal(_history(t, bucket), [[second, False, True]], "the key's history")
