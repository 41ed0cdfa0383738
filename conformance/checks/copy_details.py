"""Checks of what a copy takes along, what it leaves, and which condition of two decides."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.trial import Trial, check

SDK = ("boto3", "raw")
API = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"
PAST, FUTURE = datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 2, tzinfo=UTC)
OTHER = '"00000000000000000000000000000000"'


@check("copy-object", proved_by=["copy-replace-keeps-the-type"], only=SDK, verified="reported")
def replacing_metadata_forgets_the_type(t: Trial) -> None:
    """A copy with REPLACE that names no Content-Type is binary/octet-stream, not as its source."""
    # boto/boto3 issue 2663, aws/aws-cli issue 3967, aws/aws-sdk-js issue 1092
    t.given.object("from", b"x", ContentType="text/x-source", CacheControl="no-store")

    got = t.call(
        "CopyObject",
        Key="to",
        CopySource=t.source("from"),
        MetadataDirective="REPLACE",
        Metadata={"new": "1"},
    )

    t.expect.ok(got)
    head = t.look("HeadObject", Key="to")
    t.expect.header(head, "Content-Type", "binary/octet-stream")
    t.expect.header(head, "x-amz-meta-new", "1")
    t.expect.no_header(head, "Cache-Control")


@check("copy-object", proved_by=["copy-of-nothing-refused"], only=SDK)
def empty_object_can_be_copied(t: Trial) -> None:
    """A copy of an object of no bytes is an object of no bytes with its metadata."""
    source = t.given.object("from", b"", Metadata={"of": "an-empty-object"})

    t.expect.ok(t.call("CopyObject", Key="to", CopySource=t.source("from")))

    got = t.look("GetObject", Key="to")
    t.expect.body(got, b"")
    t.expect.header(got, "ETag", source.etag)
    t.expect.header(got, "x-amz-meta-of", "an-empty-object")


@check("copy-object", proved_by=["copy-takes-the-redirect"], only=SDK, spec=API, level="should")
def copy_does_not_take_the_redirect(t: Trial) -> None:
    """x-amz-website-redirect-location is not copied; a copy that names one has that."""
    t.given.object("from", b"x", WebsiteRedirectLocation="/source")

    t.expect.ok(t.call("CopyObject", Key="plain", CopySource=t.source("from")))
    t.expect.ok(
        t.call(
            "CopyObject",
            Key="named",
            CopySource=t.source("from"),
            WebsiteRedirectLocation="/copy",
        )
    )

    plain = t.look("HeadObject", Key="plain")
    t.expect.status(plain, 200)
    t.expect.no_header(plain, "x-amz-website-redirect-location")
    named = t.look("HeadObject", Key="named")
    t.expect.header(named, "x-amz-website-redirect-location", "/copy")


@check(
    "copy-object", proved_by=["copy-date-outweighs-the-etag"], only=SDK, spec=API, level="should"
)
def matching_etag_of_the_source_outweighs_the_date(t: Trial) -> None:
    """copy-source-if-match that holds beside if-unmodified-since that does not: it is copied."""
    source = t.given.object("from", b"x")
    copied = {"Key": "to", "CopySource": t.source("from"), "CopySourceIfUnmodifiedSince": PAST}
    t.expect.error(t.call("CopyObject", **copied), 412, "PreconditionFailed")

    got = t.call("CopyObject", **copied, CopySourceIfMatch=source.etag)

    t.expect.ok(got)
    t.expect.body(t.look("GetObject", Key="to"), b"x")


@check(
    "copy-object",
    proved_by=["copy-date-outweighs-the-known-etag"],
    only=SDK,
    spec=API,
    level="should",
)
def known_etag_of_the_source_outweighs_the_date(t: Trial) -> None:
    """copy-source-if-none-match that fails beside if-modified-since that holds: 412, no copy."""
    source = t.given.object("from", b"x")

    got = t.call(
        "CopyObject",
        Key="to",
        CopySource=t.source("from"),
        CopySourceIfNoneMatch=source.etag,
        CopySourceIfModifiedSince=PAST,
    )

    t.expect.error(got, 412, "PreconditionFailed")
    t.expect.error(t.look("GetObject", Key="to"), 404, "NoSuchKey")


@check("copy-object", proved_by=["copy-conditions-ignored-but-dates"], only=SDK, spec=API)
def another_etag_of_the_source_is_not_copied(t: Trial) -> None:
    """copy-source-if-match with another ETag: 412, and what was at the target stays."""
    t.given.object("from", b"new")
    t.given.object("to", b"old")

    got = t.call("CopyObject", Key="to", CopySource=t.source("from"), CopySourceIfMatch=OTHER)

    t.expect.error(got, 412, "PreconditionFailed")
    t.expect.body(t.look("GetObject", Key="to"), b"old")


@check("conditional-write", proved_by=["etag-needs-its-quotes"], only=SDK, verified="reported")
def etag_without_quotes_is_the_same_etag(t: Trial) -> None:
    """If-Match of a PUT and copy-source-if-match take an ETag without its quotes, too."""
    # apache/arrow-rs issue 6799, versity/versitygw's integration tests measure it against Amazon
    stored = t.given.object("key", b"first")
    bare = stored.etag.strip('"')
    other = t.call("CopyObject", Key="to", CopySource=t.source("key"), CopySourceIfMatch=OTHER)
    t.expect.error(other, 412, "PreconditionFailed")  # the condition is looked at

    copied = t.call("CopyObject", Key="to", CopySource=t.source("key"), CopySourceIfMatch=bare)
    put = t.call("PutObject", Key="key", Body=b"second", IfMatch=bare)

    t.expect.ok(copied)
    t.expect.ok(put)
    t.expect.body(t.look("GetObject", Key="key"), b"second")
    t.expect.error(
        t.call("PutObject", Key="key", Body=b"third", IfMatch=bare), 412, "PreconditionFailed"
    )


@check("copy-object", proved_by=["copy-directive-unchecked"], only=SDK, spec=API, level="should")
def directives_have_the_values_of_s3(t: Trial) -> None:
    """A metadata or tagging directive other than COPY and REPLACE: 400 InvalidArgument, no copy."""
    t.given.object("from", b"x")

    for name in ("MetadataDirective", "TaggingDirective"):
        got = t.call("CopyObject", Key="to", CopySource=t.source("from"), **{name: "MERGE"})
        t.expect.error(got, 400, "InvalidArgument")

    t.expect.error(t.look("GetObject", Key="to"), 404, "NoSuchKey")


@check("upload-part-copy", proved_by=["part-copy-reads-latest"], only=SDK)
def part_is_copied_from_the_version_named(t: Trial) -> None:
    """UploadPartCopy from `?versionId=` takes that version and names it."""
    bucket = t.given.versioned_bucket()
    old = t.given.object("from", b"old one", Bucket=bucket).need_version_id()
    t.given.object("from", b"new", Bucket=bucket)
    upload = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="to").need("UploadId")

    got = t.call(
        "UploadPartCopy",
        Bucket=bucket,
        Key="to",
        UploadId=upload,
        PartNumber=1,
        CopySource=f"{bucket}/from?versionId={old}",
    )

    t.expect.ok(got)
    t.expect.header(got, "x-amz-copy-source-version-id", old)
    parts = t.look("ListParts", Bucket=bucket, Key="to", UploadId=upload)
    t.expect.member(parts, "Parts[].Size", [7])


@check("put-object", proved_by=["put-answers-the-type"], only=SDK, verified="reported")
def answer_of_a_put_has_no_content_headers(t: Trial) -> None:
    """The answer to a PUT has no body, and tells no Content-Encoding of the object it made."""
    # versity/versitygw and ceph's trackers have it: clients decode an empty body as gzip
    got = t.call("PutObject", Key="key", Body=b"x", ContentEncoding="gzip", ContentType="text/x")

    t.expect.ok(got)
    t.expect.no_header(got, "Content-Encoding")
    t.expect.header(t.look("HeadObject", Key="key"), "Content-Encoding", "gzip")


@check("multipart-upload", proved_by=["parts-are-counted-in-every-get"], only=SDK, level="should")
def parts_are_counted_where_one_is_asked_for(t: Trial) -> None:
    """x-amz-mp-parts-count comes with partNumber only, not with a plain GET or HEAD."""
    upload = t.given.call("CreateMultipartUpload", Key="joined").need("UploadId")
    part = t.given.call("UploadPart", Key="joined", UploadId=upload, PartNumber=1, Body=b"x")
    named = {"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]}
    t.given.call("CompleteMultipartUpload", Key="joined", UploadId=upload, MultipartUpload=named)

    counted = t.call("HeadObject", Key="joined", PartNumber=1)
    plain = t.call("GetObject", Key="joined")

    t.expect.header(counted, "x-amz-mp-parts-count", "1")
    t.expect.status(plain, 200)
    t.expect.no_header(plain, "x-amz-mp-parts-count")


@check(
    "create-bucket", proved_by=["bucket-acl-of-creation-unchecked"], only=("raw",), level="should"
)
def unknown_acl_of_a_new_bucket_is_refused(t: Trial) -> None:
    """CreateBucket with an x-amz-acl that S3 does not know: 400, and no bucket is made."""
    bucket = t.bucket_name()

    got = t.raw(
        "PUT",
        f"/{bucket}",
        headers={"x-amz-acl": "everyone-welcome"},
        body=t.location_document(),
    )

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.error(t.look("HeadBucket", Bucket=bucket), 404, None)


@check("object-metadata", proved_by=["metadata-empty-value-lost"], only=SDK)
def empty_value_of_metadata_is_kept(t: Trial) -> None:
    """Metadata with an empty value comes back with its name and nothing else."""
    t.expect.ok(t.call("PutObject", Key="key", Body=b"x", Metadata={"empty": "", "full": "1"}))

    head = t.look("HeadObject", Key="key")
    t.expect.header(head, "x-amz-meta-full", "1")
    t.expect.header(head, "x-amz-meta-empty", "")


@check(
    "copy-object",
    proved_by=["copy-sources-have-no-slash"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html",
)
def source_may_begin_with_a_slash(t: Trial) -> None:
    """`bucket/key`, `/bucket/key` and `bucket%2Fkey` name one copy source."""
    t.given.object("source", b"copied")
    name = t.key("source")

    for source in (f"{t.bucket}/{name}", f"/{t.bucket}/{name}", f"{t.bucket}%2F{name}"):
        path = f"/{t.bucket}/{t.key('copy')}"
        t.expect.status(t.raw("PUT", path, headers={"x-amz-copy-source": source}), 200)

    t.expect.body(t.look("GetObject", Key="copy"), b"copied")
