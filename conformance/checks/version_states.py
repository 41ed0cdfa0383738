"""Checks of versions by what was there before: the version null by name, copies of old versions."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_uploads import named_parts
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RECORDED = "aws-recorded 2026-02"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
NULLS = f"{GUIDE}/AddingObjectstoVersionSuspendedBuckets.html"
VERSIONS = f"{GUIDE}/versioning-workflows.html"
COPY = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"


def _bucket_from_before(t: Trial, **members: Any) -> str:
    """A bucket whose "key" is a version `null` of before versioning, below a numbered one."""
    bucket = t.given.bucket()
    t.given.object("key", b"before", Bucket=bucket, **members)
    _set(t, bucket, "Enabled")
    t.given.object("key", b"after", Bucket=bucket)
    return bucket


def _set(t: Trial, bucket: str, status: str) -> None:
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": status})


@check("object-versions", proved_by=["copies-of-null-are-of-the-latest"], only=SDK, spec=COPY)
def version_null_is_a_source(t: Trial) -> None:
    """A copy, and a copied part, from `?versionId=null` take the version of before versioning."""
    bucket = _bucket_from_before(t)
    source = f"{bucket}/key?versionId=null"

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=source))
    to = {"Bucket": bucket, "Key": "joined"}
    upload = t.given.call("CreateMultipartUpload", **to).need("UploadId")
    part = t.call("UploadPartCopy", **to, UploadId=upload, PartNumber=1, CopySource=source)
    t.expect.ok(part)
    t.given.call(
        "CompleteMultipartUpload",
        **to,
        UploadId=upload,
        MultipartUpload=named_parts((1, part.need("CopyPartResult.ETag"))),
    )

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="copy"), b"before")
    t.expect.body(t.look("GetObject", **to), b"before")


@check("object-versions", proved_by=["null-is-the-latest"], only=SDK, spec=VERSIONS, level="should")
def version_null_has_tags_of_its_own(t: Trial) -> None:
    """Tags put, got and deleted with `versionId=null` are those of that version."""
    bucket = _bucket_from_before(t)
    placed = {"Bucket": bucket, "Key": "key"}
    tags = {"TagSet": [{"Key": "of", "Value": "null"}]}

    t.expect.ok(t.call("PutObjectTagging", **placed, VersionId="null", Tagging=tags))

    mine = t.call("GetObjectTagging", **placed, VersionId="null")
    t.expect.member(mine, "TagSet[].[Key, Value]", [["of", "null"]])
    t.expect.member(t.call("GetObjectTagging", **placed), "length(TagSet)", 0)
    t.expect.ok(t.call("DeleteObjectTagging", **placed, VersionId="null"))
    gone = t.call("GetObjectTagging", **placed, VersionId="null")
    t.expect.member(gone, "length(TagSet)", 0)


@check("delete-objects", proved_by=["null-not-deleted-by-name"], only=SDK, spec=VERSIONS)
def version_null_is_one_of_many_to_delete(t: Trial) -> None:
    """DeleteObjects with VersionId null removes that version; the numbered one stays."""
    bucket = _bucket_from_before(t)

    got = t.call(
        "DeleteObjects", Bucket=bucket, Delete={"Objects": [{"Key": "key", "VersionId": "null"}]}
    )

    t.expect.member(got, "Deleted[].[Key, VersionId]", [["key", "null"]])
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "length(Versions)", 1)
    t.expect.member(listed, "DeleteMarkers", None)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"after")


@check("object-versions", proved_by=["null-is-the-latest"], only=SDK, spec=VERSIONS, level="should")
def version_null_that_never_was_is_no_such_version(t: Trial) -> None:
    """`versionId=null` of a key that has numbered versions only: 404 NoSuchVersion."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"numbered", Bucket=bucket)

    got = t.call("GetObject", Bucket=bucket, Key="key", VersionId="null")

    t.expect.error(got, 404, "NoSuchVersion")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"numbered")


@check("object-versions", proved_by=["null-marker-buries-the-latest"], only=SDK, spec=(
    f"{GUIDE}/DeletingObjectsfromVersioningSuspendedBuckets.html"
))  # fmt: skip
def removed_null_marker_leaves_the_version_before(t: Trial) -> None:
    """Suspended, deleted, the marker `null` removed: the numbered version is the object again."""
    bucket = t.given.versioned_bucket()
    version = t.given.object("key", b"numbered", Bucket=bucket).need_version_id()
    _set(t, bucket, "Suspended")
    t.given.call("DeleteObject", Bucket=bucket, Key="key")
    t.expect.error(t.look("GetObject", Bucket=bucket, Key="key"), 404, "NoSuchKey")

    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key", VersionId="null"))

    got = t.call("GetObject", Bucket=bucket, Key="key")
    t.expect.body(got, b"numbered")
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].[VersionId, IsLatest]", [[version, True]])


@check(
    "copy-object",
    proved_by=["copies-have-the-latest-tags"],
    only=SDK,
    verified=RECORDED,
    spec=COPY,
    level="should",
)
def copy_of_an_old_version_has_its_tags(t: Trial) -> None:
    """A copy from `?versionId=` has the tags of that version, not those of the latest."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"one", Bucket=bucket, Tagging="of=first").need_version_id()
    t.given.object("key", b"two", Bucket=bucket, Tagging="of=second")

    got = t.call(
        "CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/key?versionId={first}"
    )

    t.expect.ok(got)
    tags = t.look("GetObjectTagging", Bucket=bucket, Key="copy")
    t.expect.member(tags, "TagSet[].Value", ["first"])


@check(
    "copy-object", proved_by=["copy-in-place-makes-no-version"], only=SDK, verified=RECORDED,
    spec=COPY,
)  # fmt: skip
def copy_onto_itself_is_a_new_version(t: Trial) -> None:
    """With versioning a copy onto itself with REPLACE is a version; the one before stays."""
    bucket = t.given.versioned_bucket()
    stored = t.given.object("key", b"same", Bucket=bucket, Metadata={"of": "old"})
    old = stored.need_version_id()

    got = t.call(
        "CopyObject",
        Bucket=bucket,
        Key="key",
        CopySource=f"{bucket}/key",
        MetadataDirective="REPLACE",
        Metadata={"of": "new"},
    )

    t.expect.header(got, "x-amz-copy-source-version-id", old)
    t.expect.true(got.need_version_id() != old, "the copy has a version id of its own", of=got)
    before = t.look("HeadObject", Bucket=bucket, Key="key", VersionId=old)
    t.expect.header(before, "x-amz-meta-of", "old")
    t.expect.header(t.look("HeadObject", Bucket=bucket, Key="key"), "x-amz-meta-of", "new")


@check(
    "copy-object", proved_by=["copy-in-place-without-versions-refused"], only=SDK,
    verified=RECORDED, spec=COPY,
    level="should",
)  # fmt: skip
def copy_onto_itself_may_change_its_redirect(t: Trial) -> None:
    """A copy onto itself with another website redirect is done, and changes the redirect."""
    t.given.object("self", b"x")

    got = t.call(
        "CopyObject",
        Key="self",
        CopySource=t.source("self"),
        WebsiteRedirectLocation="/other/direct",
    )

    t.expect.ok(got)
    head = t.look("HeadObject", Key="self")
    t.expect.header(head, "x-amz-website-redirect-location", "/other/direct")


@check(
    "copy-object", proved_by=["copy-in-place-allowed"], only=SDK, verified=RECORDED, spec=COPY,
    level="should",
)  # fmt: skip
def copy_onto_itself_for_its_acl_is_refused(t: Trial) -> None:
    """A copy onto itself that changes nothing but the ACL: 400 InvalidRequest."""
    t.given.object("self", b"x")

    got = t.call("CopyObject", Key="self", CopySource=t.source("self"), ACL="private")

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.body(t.look("GetObject", Key="self"), b"x")


@check("upload-part-copy", proved_by=["parts-of-versions-that-never-were"], only=SDK, spec=COPY)
def version_that_never_was_is_no_source(t: Trial) -> None:
    """A copy, and a copied part, of a version that was removed: an error, and no copy."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"kept", Bucket=bucket)
    removed = t.given.object("key", b"removed", Bucket=bucket).need_version_id()
    t.given.call("DeleteObject", Bucket=bucket, Key="key", VersionId=removed)
    source = f"{bucket}/key?versionId={removed}"
    upload = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="to").need("UploadId")

    copy = t.call("CopyObject", Bucket=bucket, Key="to", CopySource=source)
    part = t.call(
        "UploadPartCopy", Bucket=bucket, Key="to", UploadId=upload, PartNumber=1, CopySource=source
    )

    t.expect.error(copy, 404, "NoSuchVersion")
    t.expect.error(part, 404, "NoSuchVersion")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="to"), 404)
