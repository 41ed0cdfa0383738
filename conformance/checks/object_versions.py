"""Checks of Versions of an object: writing, reading and deleting where versions are kept."""

from __future__ import annotations

from conformance.trial import Trial, check, that

SAYS_VERSIONS = ("aws-s3api", "boto3", "raw")
DELETING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html"
MARKERS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html"
SUSPENDED = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
    "AddingObjectstoVersionSuspendedBuckets.html"
)
NO_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"  # 32 characters, as version ids have


def _suspend(t: Trial, bucket: str) -> None:
    t.given.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )


@check("object-versions", proved_by=["version-id-not-told"], verified="aws-recorded 2026-02")
def put_tells_the_version_it_made(t: Trial) -> None:
    """A PUT to a bucket with versioning answers x-amz-version-id."""
    got = t.call("PutObject", Bucket=t.given.versioned_bucket(), Key="key", Body=b"one")

    t.expect.ok(got)
    t.expect.header(
        got,
        "x-amz-version-id",
        that("an id of a version", lambda version: version not in ("", "null")),
    )


@check("object-versions", proved_by=["version-overwritten"])
def every_put_makes_a_version(t: Trial) -> None:
    """Two PUTs to one key leave two versions."""
    bucket = t.given.versioned_bucket()

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"one"))
    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"two"))

    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "length(Versions || `[]`)", 2)


@check("object-versions", proved_by=["version-oldest-is-latest"], verified="aws-recorded 2026-02")
def plain_get_reads_the_latest_version(t: Trial) -> None:
    """GET without a version id reads the version written last."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    t.given.object("key", b"two", Bucket=bucket)

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"two")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key", VersionId=first), b"one")


@check(
    "object-versions",
    proved_by=["version-id-ignored-on-get"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def old_version_is_read_by_its_id(t: Trial) -> None:
    """GET with a version id reads that version and names it in x-amz-version-id."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    t.given.object("key", b"two", Bucket=bucket)

    got = t.call("GetObject", Bucket=bucket, Key="key", VersionId=first)

    t.expect.body(got, b"one")
    t.expect.header(got, "x-amz-version-id", first)


@check(
    "object-versions",
    proved_by=["version-marker-not-told"],
    verified="aws-recorded 2026-02",
    spec=MARKERS,
)
def delete_puts_a_marker(t: Trial) -> None:
    """DELETE without a version id answers 204 with x-amz-delete-marker and the marker's id."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"one", Bucket=bucket)

    got = t.call("DeleteObject", Bucket=bucket, Key="key")

    t.expect.status(got, 204)
    t.expect.header(got, "x-amz-delete-marker", "true")
    t.expect.header(
        got,
        "x-amz-version-id",
        that("an id of a version", lambda version: version not in ("", "null")),
    )


@check("object-versions", proved_by=["version-delete-removes-all"], spec=DELETING)
def delete_keeps_the_versions(t: Trial) -> None:
    """DELETE without a version id removes no version."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"one", Bucket=bucket).need_version_id()

    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key"))

    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", [kept])


@check(
    "object-versions",
    proved_by=["version-marker-header-missing"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=MARKERS,
)
def get_of_a_deleted_key_tells_of_the_marker(t: Trial) -> None:
    """GET of a key whose latest is a delete marker: 404 NoSuchKey with x-amz-delete-marker."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"one", Bucket=bucket)
    t.given.call("DeleteObject", Bucket=bucket, Key="key")

    got = t.call("GetObject", Bucket=bucket, Key="key")

    t.expect.error(got, 404, "NoSuchKey", Key="key")
    t.expect.header(got, "x-amz-delete-marker", "true")


@check(
    "object-versions",
    proved_by=["version-marker-is-404"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=MARKERS,
    level="should",
)
def get_of_a_marker_is_not_allowed(t: Trial) -> None:
    """GET of a delete marker by its id: 405 MethodNotAllowed, ResourceType DeleteMarker."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"one", Bucket=bucket)
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    got = t.call("GetObject", Bucket=bucket, Key="key", VersionId=marker)

    t.expect.error(got, 405, "MethodNotAllowed", Method="GET", ResourceType="DeleteMarker")


@check(
    "object-versions",
    proved_by=["version-marker-not-removed"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=MARKERS,
)
def removing_the_marker_brings_the_object_back(t: Trial) -> None:
    """DELETE of the marker by its id makes the version before it the latest again."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"back", Bucket=bucket)
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    t.expect.success(t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=marker), 204)

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"back")


@check(
    "object-versions",
    proved_by=["version-id-ignored-on-delete"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=DELETING,
)
def delete_by_id_removes_that_version_only(t: Trial) -> None:
    """DELETE with a version id removes that version: 204, the id, no marker, the others stay."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    second = t.given.object("key", b"two", Bucket=bucket).need_version_id()

    got = t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=first)

    t.expect.success(got, 204)
    t.expect.header(got, "x-amz-version-id", first)
    t.expect.no_header(got, "x-amz-delete-marker")
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", [second])


@check(
    "object-versions",
    proved_by=["version-removed-is-no-such-key"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def removed_version_is_no_such_version(t: Trial) -> None:
    """GET of a version that was removed: 404 NoSuchVersion with its key and id."""
    bucket = t.given.versioned_bucket()
    removed = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    t.given.call("DeleteObject", Bucket=bucket, Key="key", VersionId=removed)

    got = t.call("GetObject", Bucket=bucket, Key="key", VersionId=removed)

    t.expect.error(got, 404, "NoSuchVersion", Key="key", VersionId=removed)


@check(
    "object-versions",
    proved_by=["version-id-unchecked"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    level="should",
)
def version_id_of_another_form_is_refused(t: Trial) -> None:
    """A version id the bucket cannot have: 400 InvalidArgument, without versioning too."""
    t.given.object("plain", b"x")

    got = t.call("GetObject", Key="plain", VersionId=NO_VERSION)

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="versionId", ArgumentValue=NO_VERSION)


@check(
    "object-versions",
    proved_by=["version-null-lost"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def object_from_before_versioning_is_version_null(t: Trial) -> None:
    """An object written before versioning was enabled stays readable as its version `null`."""
    bucket = t.given.bucket()
    t.given.object("key", b"before", Bucket=bucket)
    t.given.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    t.given.object("key", b"after", Bucket=bucket)

    got = t.call("GetObject", Bucket=bucket, Key="key", VersionId="null")

    t.expect.body(got, b"before")


@check(
    "object-versions",
    proved_by=["version-suspended-id-told"],
    verified="aws-recorded 2026-02",
    spec=SUSPENDED,
)
def suspended_put_replaces_version_null(t: Trial) -> None:
    """With versioning suspended PUTs replace the version `null` and keep the numbered ones."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"kept", Bucket=bucket).need_version_id()
    _suspend(t, bucket)

    t.expect.no_header(t.call("PutObject", Bucket=bucket, Key="key", Body=b"1"), "x-amz-version-id")
    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"2"))

    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", ["null", kept])


@check(
    "object-versions",
    proved_by=["version-suspended-marker-numbered"],
    verified="aws-recorded 2026-02",
    spec=DELETING,
)
def suspended_delete_puts_a_null_marker(t: Trial) -> None:
    """With versioning suspended DELETE puts a marker whose version id is `null`."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"kept", Bucket=bucket)
    _suspend(t, bucket)

    got = t.call("DeleteObject", Bucket=bucket, Key="key")

    t.expect.header(got, "x-amz-delete-marker", "true")
    t.expect.header(got, "x-amz-version-id", "null")


@check(
    "object-versions",
    proved_by=["version-copy-reads-latest"],
    only=SAYS_VERSIONS,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html",
)
def old_version_is_restored_by_copying_it(t: Trial) -> None:
    """A copy from `?versionId=` takes that version and names it."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    t.given.object("key", b"two", Bucket=bucket)

    got = t.call(
        "CopyObject", Bucket=bucket, Key="key", CopySource=f"{bucket}/key?versionId={first}"
    )

    t.expect.ok(got)
    t.expect.header(got, "x-amz-copy-source-version-id", first)
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"one")


@check(
    "object-versions",
    proved_by=["removed-marker-untold"],
    only=SAYS_VERSIONS,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html",
    level="should",
)
def removal_of_a_marker_says_so(t: Trial) -> None:
    """DELETE of a delete marker by its id: 204 with x-amz-delete-marker and the marker's id."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"one", Bucket=bucket)
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need("VersionId")

    got = t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=marker)

    t.expect.success(got, 204)
    t.expect.header(got, "x-amz-delete-marker", "true")
    t.expect.header(got, "x-amz-version-id", marker)


@check(
    "object-versions",
    proved_by=["null-marker-listed-by-another-id"],
    only=SAYS_VERSIONS,
    spec=MARKERS,
)
def null_marker_is_removed_by_the_id_it_is_listed_with(t: Trial) -> None:
    """The marker of a suspended bucket is listed as `null`, and removed and answered by that id."""
    bucket = t.given.versioned_bucket()
    suspended = {"VersioningConfiguration": {"Status": "Suspended"}}
    t.given.call("PutBucketVersioning", Bucket=bucket, **suspended)
    t.given.call("DeleteObject", Bucket=bucket, Key="key")

    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "DeleteMarkers[].VersionId", ["null"])
    one = {"Key": "key", "VersionId": "null"}
    got = t.call("DeleteObjects", Bucket=bucket, Delete={"Objects": [one]})

    t.expect.member(got, "Deleted[].[Key, VersionId, DeleteMarker]", [["key", "null", True]])
    t.expect.member(t.look("ListObjectVersions", Bucket=bucket), "DeleteMarkers", None)
