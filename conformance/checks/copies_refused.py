"""Checks of what is no copy, and of copies that are refused."""

from __future__ import annotations

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"


@check(
    "copy-object",
    proved_by=["copy-body-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1242, brendanhay/amazonka#118
    spec=f"{API}/API_CopyObject.html",
)
def copy_has_no_body(t: Trial) -> None:
    """A copy with a body: 400 InvalidRequest, and nothing is written."""
    t.given.object("source", b"source")
    source = {"x-amz-copy-source": t.source("source")}

    got = t.raw("PUT", f"/{t.bucket}/{t.key('copy')}", headers=source, body=b"body")

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Key="copy"), 404)


@check(
    "upload-part-copy",
    proved_by=["copy-body-ignored"],
    only=("raw",),
    verified="observed",  # versity/versitygw#1242
    spec=f"{API}/API_UploadPartCopy.html",
)
def copied_part_has_no_body(t: Trial) -> None:
    """A copied part with a body: 400 InvalidRequest, and there is no such part."""
    t.given.object("source", b"source")
    upload = t.given.call("CreateMultipartUpload", Key="parts").need("UploadId")

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('parts')}",
        query=f"partNumber=1&uploadId={upload}",
        headers={"x-amz-copy-source": t.source("source")},
        body=b"body",
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.member(t.look("ListParts", Key="parts", UploadId=upload), "Parts || `[]`", [])


@check(
    "copy-object",
    proved_by=["copy-source-ignored-elsewhere"],
    only=("raw",),
    verified="observed",  # versity/versitygw#1612
    spec=f"{API}/API_CopyObject.html",
)
def copy_source_is_for_copies(t: Trial) -> None:
    """x-amz-copy-source on GET and DELETE: 400 InvalidArgument, and the object stays."""
    t.given.object("key", b"kept")
    headers = {"x-amz-copy-source": t.source("key")}
    path = f"/{t.bucket}/{t.key('key')}"

    t.expect.error(t.raw("GET", path, headers=headers), 400, "InvalidArgument")
    t.expect.error(t.raw("DELETE", path, headers=headers), 400, "InvalidArgument")

    t.expect.body(t.look("GetObject", Key="key"), b"kept")


@check(
    "copy-object",
    proved_by=["copy-source-escapes-unchecked"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1401, DyfanJones/s3fs#50
    spec=f"{API}/API_CopyObject.html",
)
def copy_source_is_well_escaped(t: Trial) -> None:
    """A copy source with `%zz`: 400 InvalidArgument."""
    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('copy')}",
        headers={"x-amz-copy-source": f"{t.bucket}/{t.key('not')}%zz"},
    )

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "multipart-upload",
    proved_by=["completion-forgotten"],
    verified="reported",  # adobe/S3Mock#2586, minio/minio#13318, getmoto/moto#8380 and #9209
    only=("aws-s3api", "boto3", "raw"),
    spec=f"{API}/API_CompleteMultipartUpload.html",
)
def completion_may_come_again(t: Trial) -> None:
    """The same completion sent twice: 200 both times, with the same ETag, and one version.

    A client whose connection broke does not know that its upload was completed.
    """
    bucket = t.given.versioned_bucket()
    key = {"Bucket": bucket, "Key": "twice"}
    upload = t.given.call("CreateMultipartUpload", **key).need("UploadId")
    part = t.given.call("UploadPart", **key, UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]}
    completion = {**key, "UploadId": upload, "MultipartUpload": parts}
    first = t.given.call("CompleteMultipartUpload", **completion)

    again = t.call("CompleteMultipartUpload", **completion)
    conditional = t.call("CompleteMultipartUpload", **completion, IfNoneMatch="*")

    for got in (again, conditional):
        t.expect.ok(got)
        t.expect.member(got, "ETag", first.need("ETag"))
        t.expect.wording.member(got, "VersionId", first.need("VersionId"))  # none measured it
    versions = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(versions, "length(Versions)", 1)


@check(
    "multipart-upload",
    proved_by=["completion-of-part-0-is-invalid-part"],
    verified="reported",  # versity/versitygw#1072
    only=("aws-s3api", "boto3", "raw"),
    spec=f"{API}/API_CompleteMultipartUpload.html",
)
def parts_are_numbered_from_one(t: Trial) -> None:
    """A completion with part number 0: 400 InvalidArgument."""
    upload = t.given.call("CreateMultipartUpload", Key="zero").need("UploadId")
    part = t.given.call("UploadPart", Key="zero", UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 0, "ETag": part.need("ETag")}]}

    got = t.call("CompleteMultipartUpload", Key="zero", UploadId=upload, MultipartUpload=parts)

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "list-parts",
    proved_by=["negative-part-marker-accepted"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1383, jchristn/S3Server
    spec=f"{API}/API_ListParts.html",
)
def part_marker_is_not_negative(t: Trial) -> None:
    """ListParts with part-number-marker=-2: 400 InvalidArgument."""
    upload = t.given.call("CreateMultipartUpload", Key="marked").need("UploadId")

    got = t.raw(
        "GET", f"/{t.bucket}/{t.key('marked')}", query=f"part-number-marker=-2&uploadId={upload}"
    )

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "list-parts",
    proved_by=["page-of-no-parts-goes-on"],
    only=("aws-s3api", "boto3", "raw"),
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_ListParts.html",
    level="should",
)
def page_of_no_parts_is_the_end(t: Trial) -> None:
    """ListParts with max-parts=0: no parts, and nothing says that there are more."""
    upload = t.given.call("CreateMultipartUpload", Key="zero").need("UploadId")
    t.given.call("UploadPart", Key="zero", UploadId=upload, PartNumber=1, Body=b"part")

    got = t.call("ListParts", Key="zero", UploadId=upload, MaxParts=0)

    t.expect.member(got, "IsTruncated", False)
    t.expect.member(got, "Parts || `[]`", [])
