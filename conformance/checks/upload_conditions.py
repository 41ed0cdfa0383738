"""Checks of completions on a condition, and of what an upload says of checksums and limits."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_requests import is_missing
from conformance.checks.given_uploads import API, given_part, given_upload, named_parts
from conformance.trial import Answer, Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
COMPLETE = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html"
CREATE = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html"
PART_COPY = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html"
OTHER = '"00000000000000000000000000000000"'


def _complete(t: Trial, name: str, upload: str, part: str, **members: Any) -> Answer:
    done = named_parts((1, part))
    return t.call(
        "CompleteMultipartUpload", Key=name, UploadId=upload, MultipartUpload=done, **members
    )


@check(
    "conditional-write", proved_by=["completion-on-any-etag"], only=API, verified=RECORDED,
    spec=COMPLETE,
)  # fmt: skip
def completion_overwrites_the_etag_it_names(t: Trial) -> None:
    """A completion with If-Match: another ETag 412, and the object stays; the right one is done."""
    stored = t.given.object("key", b"before")
    upload = given_upload(t, "key")
    part = given_part(t, "key", upload, 1, b"joined")

    refused = _complete(t, "key", upload, part, IfMatch=OTHER)

    t.expect.error(refused, 412, "PreconditionFailed", Condition="If-Match")
    t.expect.body(t.look("GetObject", Key="key"), b"before")
    t.expect.ok(_complete(t, "key", upload, part, IfMatch=stored.etag))
    t.expect.body(t.look("GetObject", Key="key"), b"joined")


@check(
    "conditional-write", proved_by=["completion-on-nothing"], only=API, verified=RECORDED,
    spec=COMPLETE,
)  # fmt: skip
def completion_on_an_etag_needs_an_object(t: Trial) -> None:
    """A completion with If-Match where the object was deleted meanwhile: 404 NoSuchKey."""
    stored = t.given.object("key", b"before")
    upload = given_upload(t, "key")
    part = given_part(t, "key", upload, 1, b"joined")
    t.given.call("DeleteObject", Key="key")

    got = _complete(t, "key", upload, part, IfMatch=stored.etag)

    t.expect.error(got, 404, "NoSuchKey")
    t.expect.status(t.look("HeadObject", Key="key"), 404)


@check(
    "conditional-write", proved_by=["completion-ends-though-refused"], only=API, verified=RECORDED,
    spec=COMPLETE,
)  # fmt: skip
def refused_completion_leaves_the_upload(t: Trial) -> None:
    """A completion that a condition refused ends nothing: its parts are there, it can be done."""
    t.given.object("key", b"before")
    upload = given_upload(t, "key")
    part = given_part(t, "key", upload, 1, b"joined")

    t.expect.error(_complete(t, "key", upload, part, IfMatch=OTHER), 412, "PreconditionFailed")

    listed = t.look("ListParts", Key="key", UploadId=upload)
    t.expect.member(listed, "Parts[].[PartNumber, Size]", [[1, 6]])
    t.expect.ok(_complete(t, "key", upload, part))
    t.expect.body(t.look("GetObject", Key="key"), b"joined")


@check(
    "checksums",
    proved_by=["upload-type-always-composite"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def type_of_a_checksum_need_not_be_said(t: Trial) -> None:
    """CreateMultipartUpload without a type: FULL_OBJECT for CRC64NVME, COMPOSITE for the rest."""
    for algorithm in ("CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"):
        got = t.call("CreateMultipartUpload", Key="key", ChecksumAlgorithm=algorithm)

        kind = "FULL_OBJECT" if algorithm == "CRC64NVME" else "COMPOSITE"
        t.expect.header(got, "x-amz-checksum-algorithm", algorithm)
        t.expect.header(got, "x-amz-checksum-type", kind)
        t.given.call("AbortMultipartUpload", Key="key", UploadId=got.need("UploadId"))


@check(
    "upload-part-copy", proved_by=["copied-parts-have-no-checksum"], only=SDK, verified=RECORDED,
    spec=PART_COPY,
)  # fmt: skip
def copied_part_has_the_checksum_of_its_upload(t: Trial) -> None:
    """A copied part is answered, listed and completed with the upload's algorithm."""
    t.given.object("from", b"this is a part", ChecksumAlgorithm="CRC32")
    upload = given_upload(t, "to", ChecksumAlgorithm="CRC32C")

    got = t.call(
        "UploadPartCopy", Key="to", UploadId=upload, PartNumber=1, CopySource=t.source("from")
    )

    t.expect.member(got, "CopyPartResult.ChecksumCRC32C", "iqJrOQ==")
    listed = t.look("ListParts", Key="to", UploadId=upload)
    t.expect.member(listed, "Parts[].ChecksumCRC32C", ["iqJrOQ=="])
    parts = [
        {"PartNumber": 1, "ETag": got.need("CopyPartResult.ETag"), "ChecksumCRC32C": "iqJrOQ=="}
    ]
    done = t.call(
        "CompleteMultipartUpload", Key="to", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    t.expect.member(done, "ChecksumCRC32C", "F9bAnw==-1")


@check("list-parts", proved_by=["pages-of-parts-bounded"], only=SDK, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html"
))  # fmt: skip
def more_than_1000_parts_and_uploads_may_be_asked_for(t: Trial) -> None:
    """max-parts and max-uploads above 1,000 are no error: a page has at most 1,000."""
    upload = given_upload(t, "key")
    given_part(t, "key", upload, 1, b"x")

    parts = t.call("ListParts", Key="key", UploadId=upload, MaxParts=5000)
    uploads = t.call("ListMultipartUploads", Prefix=t.prefix, MaxUploads=5000)

    t.expect.member(parts, "Parts[].PartNumber", [1])
    t.expect.member(uploads, "Uploads[].UploadId", [upload])


@check("multipart-upload", proved_by=["uploads-listed-as-objects"], only=API, spec=CREATE)
def upload_in_progress_is_in_no_listing_of_objects(t: Trial) -> None:
    """Until its completion an upload is neither a key nor a version of any listing there is."""
    t.given.object("a")
    upload = given_upload(t, "b")
    part = given_part(t, "b", upload, 1, b"x")

    for operation, path in (
        ("ListObjects", "Contents[].Key"),
        ("ListObjectsV2", "Contents[].Key"),
        ("ListObjectVersions", "Versions[].Key"),
    ):
        listed = t.call(operation, Prefix=t.prefix)
        if operation == "ListObjectVersions" and is_missing(listed):
            continue
        t.expect.member(listed, path, [t.key("a")])
    t.expect.ok(_complete(t, "b", upload, part))
    done = t.look("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(done, "Contents[].Key", [t.key("a"), t.key("b")])


@check(
    "multipart-upload",
    proved_by=["upload-without-a-type-is-octets"],
    only=RAW,
    spec=CREATE,
    level="should",
)
def upload_whose_type_was_not_said_is_binary(t: Trial) -> None:
    """An object of an upload that was begun without a Content-Type is binary/octet-stream."""
    upload = given_upload(t, "key")
    part = given_part(t, "key", upload, 1, b"x")
    t.expect.ok(_complete(t, "key", upload, part))

    t.expect.header(t.look("HeadObject", Key="key"), "Content-Type", "binary/octet-stream")


@check("object-metadata", proved_by=["metadata-of-uploads-unbounded"], only=RAW, level="should")
def metadata_of_copies_and_uploads_is_bounded(t: Trial) -> None:
    """More than 2 KB of metadata of a copy, or of an upload in parts: 400 MetadataTooLarge."""
    t.given.object("from")
    long = {"a": "x" * 2048}

    copy = t.call(
        "CopyObject",
        Key="to",
        CopySource=t.source("from"),
        MetadataDirective="REPLACE",
        Metadata=long,
    )
    upload = t.call("CreateMultipartUpload", Key="to", Metadata=long)

    t.expect.error(copy, 400, "MetadataTooLarge")
    t.expect.error(upload, 400, "MetadataTooLarge")
    t.expect.status(t.look("HeadObject", Key="to"), 404)


@check(
    "multipart-upload", proved_by=["completion-checksum-unverified"], only=SDK, verified=RECORDED,
    spec=COMPLETE,
)  # fmt: skip
def checksum_of_a_completion_is_compared(t: Trial) -> None:
    """A full-object checksum of other bytes, or of another type: 400; the right one is kept."""
    upload = given_upload(t, "key", ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT")
    etag = given_part(t, "key", upload, 1, b"this is a part", ChecksumCRC32C="iqJrOQ==")
    part = {"PartNumber": 1, "ETag": etag, "ChecksumCRC32C": "iqJrOQ=="}
    named = {"Key": "key", "UploadId": upload, "MultipartUpload": {"Parts": [part]}}
    whole = {"ChecksumType": "FULL_OBJECT"}

    composite = t.call("CompleteMultipartUpload", **named, ChecksumType="COMPOSITE")
    other = t.call("CompleteMultipartUpload", **named, **whole, ChecksumCRC32C="AAAAAA==")

    t.expect.error(composite, 400, "InvalidRequest")
    t.expect.error(other, 400, "BadDigest")
    t.expect.status(t.look("HeadObject", Key="key"), 404)
    done = t.call("CompleteMultipartUpload", **named, **whole, ChecksumCRC32C="iqJrOQ==")
    t.expect.member(done, "ChecksumCRC32C", "iqJrOQ==")
