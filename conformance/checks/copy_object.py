"""Checks of CopyObject in one bucket. Copies to another and versions of a source are elsewhere."""

from __future__ import annotations

from conformance.checks.given_copies import given_bucket
from conformance.trial import Trial, check

TO_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without "
    "changing the object's metadata, storage class, website redirect location or encryption "
    "attributes."
)


@check("copy-object", proved_by=["copy-is-empty"])
def copy_keeps_the_content(t: Trial) -> None:
    """A copy has the content of its source."""
    bucket = given_bucket(t)
    t.given.object("original", b"the content", Bucket=bucket)

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/original"))

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="copy"), b"the content")


@check("copy-object", proved_by=["copy-moves"])
def source_stays_where_it_was(t: Trial) -> None:
    """Copying is not moving: the source can still be read."""
    bucket = given_bucket(t)
    t.given.object("original", b"the content", Bucket=bucket)

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/original"))

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="original"), b"the content")


@check("copy-object", proved_by=["copy-metadata-lost"], verified="aws-recorded 2026-02")
def copy_keeps_type_and_metadata(t: Trial) -> None:
    """A copy has the content type and the user metadata of its source."""
    bucket = given_bucket(t)
    kept = {"ContentType": "application/json", "Metadata": {"key": "value"}}
    t.given.object("original", b"{}", Bucket=bucket, **kept)

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/original"))

    got = t.given.call("HeadObject", Bucket=bucket, Key="copy")
    t.expect.header(got, "Content-Type", "application/json")
    t.expect.header(got, "x-amz-meta-key", "value")


@check(
    "copy-object",
    proved_by=["copy-replace-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def metadata_can_be_replaced(t: Trial) -> None:
    """With REPLACE a copy has the metadata of the request and none of its source's."""
    t.given.object(
        "original",
        b"{}",
        ContentType="application/json",
        ContentLanguage="en-US",
        Metadata={"key": "value"},
    )

    t.expect.ok(
        t.call(
            "CopyObject",
            Key="copy",
            CopySource=t.source("original"),
            MetadataDirective="REPLACE",
            ContentType="image/jpg",
            Metadata={"another-key": "value"},
        )
    )

    got = t.given.call("HeadObject", Key="copy")
    t.expect.header(got, "Content-Type", "image/jpg")
    t.expect.header(got, "x-amz-meta-another-key", "value")
    t.expect.no_header(got, "x-amz-meta-key")
    t.expect.no_header(got, "Content-Language")


@check(
    "copy-object",
    proved_by=["copy-directive-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def metadata_without_replace_is_not_looked_at(t: Trial) -> None:
    """Metadata sent with the directive COPY is ignored: the source's is kept."""
    t.given.object("original", b"{}", Metadata={"key": "value"})

    t.expect.ok(
        t.call(
            "CopyObject",
            Key="copy",
            CopySource=t.source("original"),
            MetadataDirective="COPY",
            Metadata={"another-key": "value"},
        )
    )

    got = t.given.call("HeadObject", Key="copy")
    t.expect.header(got, "x-amz-meta-key", "value")
    t.expect.no_header(got, "x-amz-meta-another-key")
    replaced = t.look(
        "CopyObject",
        Key="other",
        CopySource=t.source("original"),
        MetadataDirective="REPLACE",
        Metadata={"another-key": "value"},
    )
    t.expect.ok(replaced)  # with REPLACE it is
    t.expect.header(t.look("HeadObject", Key="other"), "x-amz-meta-another-key", "value")


@check(
    "copy-object",
    proved_by=["copy-in-place-allowed"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def copy_onto_itself_must_change_something(t: Trial) -> None:
    """A copy of an object onto itself that changes nothing: 400 InvalidRequest."""
    t.given.object("self", b"x")

    got = t.call("CopyObject", Key="self", CopySource=t.source("self"))

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(got, TO_ITSELF)


@check(
    "copy-object",
    proved_by=["copy-in-place-refused"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def copy_onto_itself_replaces_metadata(t: Trial) -> None:
    """A copy of an object onto itself with REPLACE changes its metadata and keeps its bytes."""
    t.given.object("self", b"the bytes", Metadata={"key": "value"})

    t.expect.ok(
        t.call(
            "CopyObject",
            Key="self",
            CopySource=t.source("self"),
            MetadataDirective="REPLACE",
            Metadata={"key2": "value2"},
        )
    )

    got = t.given.call("GetObject", Key="self")
    t.expect.body(got, b"the bytes")
    t.expect.header(got, "x-amz-meta-key2", "value2")
    t.expect.no_header(got, "x-amz-meta-key")


@check("copy-object", proved_by=["copy-missing-source-is-empty"], verified="aws-recorded 2023-10")
def missing_source_is_refused(t: Trial) -> None:
    """A copy of an object that is not there fails with 404."""
    t.expect.error(t.call("CopyObject", Key="copy", CopySource=t.source("no-original")), 404, None)


@check(
    "copy-object",
    proved_by=["error-key-left-out"],
    verified="aws-recorded 2023-10",
    only=("aws-s3api", "boto3", "raw"),
)
def missing_source_is_named(t: Trial) -> None:
    """The error of a missing source is NoSuchKey with the source's key."""
    got = t.call("CopyObject", Key="copy", CopySource=t.source("no-original"))

    t.expect.error(got, 404, "NoSuchKey", Key=t.key("no-original"))


@check(
    "copy-object",
    proved_by=["copy-source-not-decoded"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def source_of_any_name_can_be_copied(t: Trial) -> None:
    """The copy source is percent-encoded once: `+`, spaces and `%` in the key survive."""
    for name in ("test+key", "test key", "file%2Fname", "a/😀"):
        t.given.object(name, name.encode())

        t.expect.ok(t.call("CopyObject", Key="copy", CopySource=t.source(name)))

        t.expect.body(t.given.call("GetObject", Key="copy"), name.encode())


@check(
    "copy-object",
    proved_by=["copy-source-without-key-accepted"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def source_without_a_key_is_refused(t: Trial) -> None:
    """A copy source that names no key: 400 InvalidArgument for x-amz-copy-source."""
    got = t.call("CopyObject", Key="copy", CopySource="wrongformat")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-copy-source")
    t.expect.message(got, "Invalid copy source object key")


@check(
    "copy-object",
    proved_by=["copy-result-etag-missing"],
    verified="aws-recorded 2026-02",
    only=("aws-s3", "aws-s3api", "boto3", "raw"),
)
def answer_tells_etag_and_time_of_the_copy(t: Trial) -> None:
    """The answer's body has the ETag and the modification time of the copy."""
    stored = t.given.object("original", b"content")

    got = t.call("CopyObject", Key="copy", CopySource=t.source("original"))

    t.expect.ok(got)
    t.expect.member(got, "CopyObjectResult.ETag", f'"{stored.etag.strip(chr(34))}"')
    t.expect.true("<LastModified>" in got.wire_body.decode(), "the answer has a LastModified")


@check(
    "copy-object",
    proved_by=["copy-keeps-multipart-etag"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def copy_of_a_multipart_object_is_simple(t: Trial) -> None:
    """The copy of a multipart object is one piece: its ETag is the MD5 of the content."""
    upload = t.given.call("CreateMultipartUpload", Key="parts").need("UploadId")
    part = t.given.call(
        "UploadPart", Key="parts", UploadId=upload, PartNumber=1, Body=b"test content 123"
    )
    t.given.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]},
    )

    t.expect.ok(t.call("CopyObject", Key="copy", CopySource=t.source("parts")))

    got = t.given.call("HeadObject", Key="copy")
    t.expect.header(got, "ETag", '"eee506dd7ada7ded524c77e359a0e7c6"')


@check(
    "copy-object",
    proved_by=["copy-storage-class-kept"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def copy_does_not_take_the_storage_class(t: Trial) -> None:
    """A copy is STANDARD unless the request says otherwise, whatever its source is."""
    t.given.object("cool", b"x", StorageClass="STANDARD_IA")

    t.expect.ok(t.call("CopyObject", Key="copy", CopySource=t.source("cool")))

    t.expect.no_header(t.given.call("HeadObject", Key="copy"), "x-amz-storage-class")
    source = t.look("HeadObject", Key="cool")  # an endpoint without classes keeps none of it
    t.expect.header(source, "x-amz-storage-class", "STANDARD_IA")


@check(
    "copy-object",
    proved_by=["copy-source-conditions-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def condition_on_the_source_names_its_header(t: Trial) -> None:
    """A failed condition on the source: 412, and `Condition` names the header."""
    stored = t.given.object("original", b"data")

    missed = t.call(
        "CopyObject",
        Key="copy",
        CopySource=t.source("original"),
        CopySourceIfMatch='"00000000000000000000000000000000"',
    )
    t.expect.error(missed, 412, "PreconditionFailed", Condition="x-amz-copy-source-If-Match")

    met = t.call(
        "CopyObject",
        Key="copy",
        CopySource=t.source("original"),
        CopySourceIfNoneMatch=f'"{stored.etag.strip(chr(34))}"',
    )
    t.expect.error(met, 412, "PreconditionFailed", Condition="x-amz-copy-source-If-None-Match")


@check(
    "copy-object",
    proved_by=["copy-tags-lost"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def copy_keeps_the_tags(t: Trial) -> None:
    """A copy has the tags of its source."""
    t.given.object("original", b"x", Tagging="key1=value1")

    t.expect.ok(t.call("CopyObject", Key="copy", CopySource=t.source("original")))

    got = t.given.call("GetObjectTagging", Key="copy")
    t.expect.member(got, "TagSet", [{"Key": "key1", "Value": "value1"}])


@check(
    "copy-object",
    proved_by=["copy-tagging-directive-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def tags_can_be_replaced(t: Trial) -> None:
    """With the tagging directive REPLACE a copy has the tags of the request."""
    t.given.object("original", b"x", Tagging="key1=value1")

    t.expect.ok(
        t.call(
            "CopyObject",
            Key="copy",
            CopySource=t.source("original"),
            TaggingDirective="REPLACE",
            Tagging="key2=value2",
        )
    )

    got = t.given.call("GetObjectTagging", Key="copy")
    t.expect.member(got, "TagSet", [{"Key": "key2", "Value": "value2"}])


@check(
    "copy-object",
    proved_by=["copy-of-a-marker-is-404"],
    only=("aws-s3api", "boto3", "raw"),
    verified="aws-recorded 2026-02",
    level="should",
)
def delete_marker_is_no_source(t: Trial) -> None:
    """A copy whose source is the version id of a delete marker: 400 InvalidRequest."""
    bucket = t.given.versioned_bucket()
    t.given.object("original", b"x", Bucket=bucket)
    deleted = t.given.call("DeleteObject", Bucket=bucket, Key="original")
    source = f"{bucket}/original?versionId={deleted.need_version_id()}"

    got = t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=source)

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "copy-object",
    proved_by=["copy-source-plus-kept"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    level="should",
)
def plus_in_the_source_is_a_blank(t: Trial) -> None:
    """`+` in x-amz-copy-source names a blank of the key."""
    t.given.object("a key with blanks", b"found")

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('copy')}",
        headers={"x-amz-copy-source": f"{t.bucket}/{t.key('a')}+key+with+blanks"},
    )

    t.expect.status(got, 200)
    t.expect.body(t.look("GetObject", Key="copy"), b"found")
