"""Checks of HEAD object: the headers of a GET without its body."""

from __future__ import annotations

from conformance.trial import Trial, check


@check("head-object", proved_by=["head-length-zero"], verified="aws-recorded 2026-02")
def size_is_shown(t: Trial) -> None:
    """HEAD answers 200 with the object's size."""
    t.given.object("sized", b"12345678")

    got = t.call("HeadObject", Key="sized")

    t.expect.status(got, 200)
    t.expect.header(got, "Content-Length", "8")


@check("head-object", proved_by=["head-missing-is-403"], verified="aws-recorded 2026-02")
def missing_key_is_404(t: Trial) -> None:
    """HEAD of a key that is not there: 404, for a caller who may list the bucket."""
    t.expect.error(t.call("HeadObject", Key="nothing-here"), 404, None)


@check("head-object", proved_by=["head-missing-is-403"])
def missing_bucket_is_404(t: Trial) -> None:
    """HEAD of an object in a bucket that does not exist: 404."""
    t.given.object("x", b"x")  # one that is there: not everything is missing
    t.expect.error(t.call("HeadObject", Bucket=t.bucket_name(), Key="x"), 404, None)


@check("head-object", proved_by=["head-headers-differ"], verified="aws-recorded 2026-02")
def headers_are_those_of_a_get(t: Trial) -> None:
    """HEAD shows the ETag, type and time that GET shows, and that it takes ranges, if GET does."""
    t.given.object("same", b"content", ContentType="text/css")

    head = t.call("HeadObject", Key="same")
    get = t.given.call("GetObject", Key="same")

    for name in ("ETag", "Content-Type", "Last-Modified"):
        t.expect.header(head, name, get.headers.get(name, f"(GET has no {name})"))
    t.expect.equal(head.headers.get("Accept-Ranges"), get.headers.get("Accept-Ranges"), "ranges")


@check(
    "head-object",
    proved_by=["storage-class-always-sent"],
    verified="aws-recorded 2026-02",
    level="should",
)
def standard_storage_class_is_not_sent(t: Trial) -> None:
    """HEAD of an object of the class STANDARD names no other class."""
    t.given.object("standard", b"x")

    got = t.call("HeadObject", Key="standard")

    t.expect.status(got, 200)
    t.expect.no_header(got, "x-amz-storage-class")


@check(
    "head-object",
    proved_by=["head-range-ignored"],
    only=("aws-s3api", "boto3", "raw"),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html",
    level="should",
)
def range_of_a_head_is_measured(t: Trial) -> None:
    """HEAD takes a Range as GET does: 206 and the length of the range."""
    t.given.object("digits", b"0123456789")

    got = t.call("HeadObject", Key="digits", Range="bytes=2-4")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Length", "3")
    t.expect.header(got, "Content-Range", "bytes 2-4/10")


@check(
    "head-object",
    proved_by=["parts-count-missing"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def part_of_a_multipart_object_is_counted(t: Trial) -> None:
    """HEAD with `partNumber` of a multipart object: 206, and how many parts there are."""
    upload = t.given.call("CreateMultipartUpload", Key="parts").need("UploadId")
    part = t.given.call("UploadPart", Key="parts", UploadId=upload, PartNumber=1, Body=b"only")
    t.given.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]},
    )

    got = t.call("HeadObject", Key="parts", PartNumber=1)

    t.expect.status(got, 206)
    t.expect.header(got, "x-amz-mp-parts-count", "1")
    t.expect.header(got, "Content-Range", "bytes 0-3/4")


@check(
    "head-object",
    proved_by=["range-checksum-sent-by-head"],
    only=("aws-s3api", "boto3", "raw"),
    verified="reported",  # versity/versitygw#2056; ceph/ceph#61901 of GET
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html",
)
def range_of_a_head_has_no_checksum_of_the_whole(t: Trial) -> None:
    """HEAD of a range, with x-amz-checksum-mode, has no checksum: that of the whole is another."""
    t.given.object("digits", b"0123456789", ChecksumCRC32="poTHxg==")
    whole = t.look("HeadObject", Key="digits", ChecksumMode="ENABLED")
    t.expect.header(whole, "x-amz-checksum-crc32", "poTHxg==")

    got = t.call("HeadObject", Key="digits", Range="bytes=0-8", ChecksumMode="ENABLED")

    t.expect.status(got, 206)
    t.expect.no_header(got, "x-amz-checksum-crc32")
