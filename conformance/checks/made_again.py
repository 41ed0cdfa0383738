"""Checks of names that are used again: nothing of the first bucket or object comes back."""

from __future__ import annotations

from conformance.checks.given_uploads import given_part, given_upload, named_parts
from conformance.trial import Trial, check, that

SDK = ("boto3", "raw")


@check("create-bucket", proved_by=["bucket-tags-outlive-it"], only=SDK)
def bucket_made_again_is_new(t: Trial) -> None:
    """A bucket that was removed and made again has no objects, tags, rules or versioning."""
    bucket = t.given.versioned_bucket()
    tags = {"TagSet": [{"Key": "of", "Value": "the first"}]}
    t.given.call("PutBucketTagging", Bucket=bucket, Tagging=tags)
    t.given.call("DeleteBucket", Bucket=bucket)
    t.given.call("CreateBucket", **t.located({"Bucket": bucket}))

    listed = t.call("ListObjectVersions", Bucket=bucket)
    tagged = t.call("GetBucketTagging", Bucket=bucket)
    versioning = t.call("GetBucketVersioning", Bucket=bucket)

    t.expect.member(listed, "[Versions, DeleteMarkers]", [None, None])
    t.expect.error(tagged, 404, "NoSuchTagSet")
    t.expect.member(versioning, "Status", None)


@check(
    "multipart-upload",
    proved_by=["upload-outlives-its-bucket"],
    only=SDK,
    # that S3 removes a bucket with uploads ceph/ceph#15630 and scality/cloudserver#1591 measured,
    # and basho/riak_cs#475 that they end with it
    verified="reported",
)
def upload_ends_with_its_bucket(t: Trial) -> None:
    """An upload of a bucket that was removed and made again: NoSuchUpload, and it is not listed."""
    bucket = t.given.bucket()
    begun = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="key")
    upload = begun.need("UploadId")
    t.given.call("DeleteBucket", Bucket=bucket)
    t.given.call("CreateBucket", **t.located({"Bucket": bucket}))

    got = t.call("UploadPart", Bucket=bucket, Key="key", UploadId=upload, PartNumber=1, Body=b"x")

    t.expect.error(got, 404, "NoSuchUpload")
    t.expect.member(t.look("ListMultipartUploads", Bucket=bucket), "Uploads", None)


@check("multipart-upload", proved_by=["part-of-no-bucket-is-no-upload"], only=SDK, level="should")
def part_meets_a_bucket_that_is_gone(t: Trial) -> None:
    """A part, a list of parts and a completion in a bucket that is gone: NoSuchBucket."""
    bucket = t.given.bucket()
    upload = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="key").need("UploadId")
    asked = {"Bucket": bucket, "Key": "key", "UploadId": upload}
    t.given.call("AbortMultipartUpload", **asked)
    t.given.call("DeleteBucket", Bucket=bucket)
    parts = named_parts((1, '"d41d8cd98f00b204e9800998ecf8427e"'))

    for got in (
        t.call("UploadPart", **asked, PartNumber=1, Body=b"x"),
        t.call("ListParts", **asked),
        t.call("CompleteMultipartUpload", **asked, MultipartUpload=parts),
    ):
        t.expect.error(got, 404, "NoSuchBucket")


@check("multipart-upload", proved_by=["completion-leaves-what-was-there"], only=SDK)
def completion_replaces_an_object(t: Trial) -> None:
    """A completed upload replaces the object of its key: content, metadata, type and tags."""
    t.given.object("key", b"before", Metadata={"of": "before"}, Tagging="of=before")
    upload = given_upload(t, "key", ContentType="text/plain")
    etag = given_part(t, "key", upload, 1, b"joined")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="key",
            UploadId=upload,
            MultipartUpload=named_parts((1, etag)),
        )
    )

    got = t.look("GetObject", Key="key")
    t.expect.body(got, b"joined")
    t.expect.header(got, "Content-Type", "text/plain")
    t.expect.no_header(got, "x-amz-meta-of")
    t.expect.no_header(got, "x-amz-tagging-count")


@check("multipart-upload", proved_by=["upload-hides-the-object"], only=SDK)
def object_is_read_while_an_upload_goes_on(t: Trial) -> None:
    """Until the completion, and after an abort, the key has the object that was there before."""
    before = t.given.object("key", b"before")
    upload = given_upload(t, "key")
    given_part(t, "key", upload, 1, b"not yet")

    during = t.call("GetObject", Key="key")
    t.expect.body(during, b"before")
    t.expect.header(during, "ETag", before.etag)

    t.expect.ok(t.call("AbortMultipartUpload", Key="key", UploadId=upload))
    t.expect.body(t.look("GetObject", Key="key"), b"before")


@check("multipart-upload", proved_by=["uploads-of-a-key-replace-each-other"], only=SDK)
def uploads_of_one_key_are_apart(t: Trial) -> None:
    """Two uploads of one key: each has its own parts, and the one completed last is the object."""
    first, second = given_upload(t, "key"), given_upload(t, "key")
    of_first = given_part(t, "key", first, 1, b"first")
    of_second = given_part(t, "key", second, 1, b"second")

    for upload, etag in ((second, of_second), (first, of_first)):
        t.expect.ok(
            t.call(
                "CompleteMultipartUpload",
                Key="key",
                UploadId=upload,
                MultipartUpload=named_parts((1, etag)),
            )
        )

    t.expect.body(t.look("GetObject", Key="key"), b"first")


@check("multipart-upload", proved_by=["delete-ends-uploads"], only=SDK)
def deleting_the_key_ends_no_upload(t: Trial) -> None:
    """DELETE of a key leaves its uploads: the one begun before can still be completed."""
    t.given.object("key", b"before")
    upload = given_upload(t, "key")
    etag = given_part(t, "key", upload, 1, b"joined")
    t.given.call("DeleteObject", Key="key")

    got = t.call(
        "CompleteMultipartUpload",
        Key="key",
        UploadId=upload,
        MultipartUpload=named_parts((1, etag)),
    )

    t.expect.ok(got)
    t.expect.body(t.look("GetObject", Key="key"), b"joined")


@check("object-metadata", proved_by=["deleted-object-keeps-its-tags"], only=SDK)
def object_made_again_is_new(t: Trial) -> None:
    """A key that was deleted and written again has none of the first object's headers and tags."""
    t.given.object(
        "key",
        b"first",
        Metadata={"of": "first"},
        ContentType="text/first",
        CacheControl="no-store",
        Tagging="of=first",
    )
    t.given.call("DeleteObject", Key="key")

    t.expect.ok(t.call("PutObject", Key="key", Body=b"second"))

    got = t.look("GetObject", Key="key")
    t.expect.body(got, b"second")
    for name in ("x-amz-meta-of", "Cache-Control", "x-amz-tagging-count"):
        t.expect.no_header(got, name)
    t.expect.header(
        got, "Content-Type", that("another type than text/first", lambda kind: kind != "text/first")
    )


@check("copy-object", proved_by=["copy-of-a-copy-loses-metadata"], only=SDK)
def copy_of_a_copy_is_the_same(t: Trial) -> None:
    """A copy of a copy, the first and second gone, has content, type, metadata, and any tags."""
    t.given.object(
        "first", b"passed on", ContentType="text/x-kept", Metadata={"of": "first"}, Tagging="a=b"
    )
    tagged = t.look("HeadObject", Key="first").headers.get("x-amz-tagging-count")
    t.given.call("CopyObject", Key="second", CopySource=t.source("first"))
    t.given.call("DeleteObject", Key="first")

    t.expect.ok(t.call("CopyObject", Key="third", CopySource=t.source("second")))

    t.given.call("DeleteObject", Key="second")
    got = t.look("GetObject", Key="third")
    t.expect.body(got, b"passed on")
    t.expect.header(got, "Content-Type", "text/x-kept")
    t.expect.header(got, "x-amz-meta-of", "first")
    if tagged:  # tags that are not there at all are the failure of their own row
        t.expect.header(got, "x-amz-tagging-count", tagged)


@check("copy-object", proved_by=["copy-follows-its-source"], only=SDK)
def copy_is_independent_of_its_source(t: Trial) -> None:
    """Overwriting the source afterwards changes nothing of the copy."""
    t.given.object("from", b"then")

    t.expect.ok(t.call("CopyObject", Key="to", CopySource=t.source("from")))

    t.given.object("from", b"now, and longer")
    t.expect.body(t.look("GetObject", Key="to"), b"then")


@check("upload-part-copy", proved_by=["part-follows-its-source"], only=SDK)
def copied_part_is_independent_of_its_source(t: Trial) -> None:
    """A part copied from an object has the bytes of then, though the object is deleted after."""
    t.given.object("from", b"then")
    upload = given_upload(t, "to")
    copied = t.call(
        "UploadPartCopy", Key="to", UploadId=upload, PartNumber=1, CopySource=t.source("from")
    )
    t.given.call("DeleteObject", Key="from")
    etag = copied.need("CopyPartResult.ETag")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="to",
            UploadId=upload,
            MultipartUpload=named_parts((1, etag)),
        )
    )

    t.expect.body(t.look("GetObject", Key="to"), b"then")


@check("object-acl", proved_by=["object-acl-outlives-its-object"], only=SDK)
def overwritten_object_is_private_again(t: Trial) -> None:
    """A PUT over an object that was public-read makes it private, where no ACL comes with it."""
    bucket = t.given.bucket_with_acls()
    t.given.object("key", b"public", Bucket=bucket, ACL="public-read")
    control = t.anonymous.call("GetObject", Bucket=bucket, Key="key")
    t.expect.body(control, b"public")

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"private"))

    t.expect.error(t.anonymous.call("GetObject", Bucket=bucket, Key="key"), 403, "AccessDenied")


@check("copy-object", proved_by=["copy-has-the-acl-of-its-source"], only=SDK)
def copy_does_not_take_the_acl(t: Trial) -> None:
    """A copy of a public-read object is private; with x-amz-acl it is as public as that says."""
    bucket = t.given.bucket_with_acls()
    t.given.object("from", b"public", Bucket=bucket, ACL="public-read")
    source = f"{bucket}/from"

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="plain", CopySource=source))
    t.expect.ok(
        t.call("CopyObject", Bucket=bucket, Key="open", CopySource=source, ACL="public-read")
    )

    t.expect.error(t.anonymous.call("GetObject", Bucket=bucket, Key="plain"), 403, "AccessDenied")
    t.expect.body(t.anonymous.call("GetObject", Bucket=bucket, Key="open"), b"public")


@check("delete-bucket", proved_by=["bucket-with-a-version-is-removed"], only=SDK)
def bucket_with_an_old_version_is_not_removed(t: Trial) -> None:
    """A bucket whose listing is empty but that has versions left: 409 BucketNotEmpty."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"kept", Bucket=bucket).need_version_id()
    t.given.call("DeleteObject", Bucket=bucket, Key="key")
    t.expect.no_keys(t.look("ListObjectsV2", Bucket=bucket))

    got = t.call("DeleteBucket", Bucket=bucket)

    t.expect.error(got, 409, "BucketNotEmpty", BucketName=bucket)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key", VersionId=kept), b"kept")
