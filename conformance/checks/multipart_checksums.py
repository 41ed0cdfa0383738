"""Checks of the checksums of multipart uploads: of their parts, and of the object they make.

The values are those Amazon S3 answered for the same bytes.
"""

from __future__ import annotations

from conformance.checks.given_uploads import given_part, given_upload, named_parts
from conformance.trial import Trial, check

CONTENT = b"test-checksum"
API = ("aws-s3api", "boto3", "raw")


@check(
    "checksums",
    proved_by=["part-content-md5-unverified"],
    verified="aws-recorded 2026-02",
    only=API,
)
def wrong_content_md5_of_a_part_is_refused(t: Trial) -> None:
    """UploadPart with a Content-MD5 of other bytes: 400 BadDigest with both digests."""
    upload = given_upload(t, "parts")

    got = t.call(
        "UploadPart",
        Key="parts",
        UploadId=upload,
        PartNumber=1,
        Body=b"something",
        ContentMD5="CYketZBSTjX8czcs3cXVlg==",
    )

    t.expect.error(
        got,
        400,
        "BadDigest",
        CalculatedDigest="Q3uTDbhLgHnC3YBKcZNrXw==",
        ExpectedDigest="CYketZBSTjX8czcs3cXVlg==",
    )


@check(
    "checksums", proved_by=["part-checksum-unverified"], verified="aws-recorded 2026-02", only=API
)
def wrong_checksum_of_a_part_is_refused(t: Trial) -> None:
    """UploadPart with a checksum of other bytes: 400 BadDigest."""
    upload = given_upload(t, "parts", ChecksumAlgorithm="CRC32")

    got = t.call(
        "UploadPart",
        Key="parts",
        UploadId=upload,
        PartNumber=1,
        Body=b"other bytes",
        ChecksumCRC32="lVk/nw==",
    )

    t.expect.error(got, 400, "BadDigest")


@check(
    "checksums",
    proved_by=["part-checksum-type-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def part_keeps_to_the_algorithm_of_its_upload(t: Trial) -> None:
    """A part with a CRC32 for an upload of SHA256: 400 InvalidRequest."""
    upload = given_upload(t, "parts", ChecksumAlgorithm="SHA256")

    got = t.call(
        "UploadPart",
        Key="parts",
        UploadId=upload,
        PartNumber=1,
        Body=CONTENT,
        ChecksumCRC32="lVk/nw==",
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(
        got,
        "Checksum Type mismatch occurred, expected checksum Type: sha256, "
        "actual checksum Type: crc32",
    )


@check(
    "checksums",
    proved_by=["multipart-checksum-default-missing"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def multipart_without_an_algorithm_gets_crc64nvme(t: Trial) -> None:
    """A multipart object of no named algorithm has a CRC64NVME of the whole object."""
    upload = given_upload(t, "parts")
    part = given_part(t, "parts", upload, 1, b"test content 123")

    done = t.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        MultipartUpload=named_parts((1, part)),
    )

    t.expect.member(done, "ChecksumCRC64NVME", "BsLNlKumA5I=")
    t.expect.member(done, "ChecksumType", "FULL_OBJECT")


@check(
    "checksums", proved_by=["composite-checksum-plain"], verified="aws-recorded 2026-02", only=API
)
def composite_checksum_tells_the_number_of_parts(t: Trial) -> None:
    """A multipart object of CRC32C has a checksum of its parts' checksums, a dash, their number."""
    upload = given_upload(t, "parts", ChecksumAlgorithm="CRC32C")
    part = given_part(t, "parts", upload, 1, b"test content 123", ChecksumCRC32C="fwuu0Q==")

    done = t.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part, "ChecksumCRC32C": "fwuu0Q=="}]},
    )

    t.expect.member(done, "ChecksumCRC32C", "sZB91Q==-1")
    t.expect.member(done, "ChecksumType", "COMPOSITE")


@check(
    "checksums",
    proved_by=["full-object-checksum-composite"],
    verified="aws-recorded 2026-02",
    only=("boto3", "raw"),
)
def full_object_checksum_is_that_of_the_bytes(t: Trial) -> None:
    """With the type FULL_OBJECT the checksum of a multipart object is that of its bytes."""
    upload = given_upload(t, "parts", ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT")
    part = given_part(t, "parts", upload, 1, b"test content 123", ChecksumCRC32C="fwuu0Q==")

    done = t.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        ChecksumType="FULL_OBJECT",
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part, "ChecksumCRC32C": "fwuu0Q=="}]},
    )

    t.expect.member(done, "ChecksumCRC32C", "fwuu0Q==")
    t.expect.member(done, "ChecksumType", "FULL_OBJECT")


@check(
    "checksums",
    proved_by=["composite-parts-checksum-optional"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
    level="should",
)
def composite_completion_names_the_parts_checksums(t: Trial) -> None:
    """Completing a composite upload without its parts' checksums: 400 InvalidRequest."""
    upload = given_upload(t, "parts", ChecksumAlgorithm="SHA256")
    part = given_part(
        t,
        "parts",
        upload,
        1,
        CONTENT,
        ChecksumSHA256="1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ=",
    )

    got = t.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        MultipartUpload=named_parts((1, part)),
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(
        got,
        "The upload was created using a sha256 checksum. The complete "
        "request must include the checksum for each part. It was missing for part 1 "
        "in the request.",
    )


@check(
    "checksums",
    proved_by=["parts-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
)
def composite_completion_verifies_the_parts_checksums(t: Trial) -> None:
    """Completing a composite upload with a part's checksum wrong: 400 InvalidPart."""
    upload = given_upload(t, "parts", ChecksumAlgorithm="CRC32")
    part = given_part(t, "parts", upload, 1, CONTENT, ChecksumCRC32="lVk/nw==")

    got = t.call(
        "CompleteMultipartUpload",
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part, "ChecksumCRC32": "AAAAAA=="}]},
    )

    t.expect.error(got, 400, "InvalidPart", PartNumber="1")


@check(
    "checksums",
    proved_by=["checksum-type-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
    level="should",
)
def composite_does_not_go_with_crc64nvme(t: Trial) -> None:
    """COMPOSITE with CRC64NVME: 400 InvalidRequest, naming both."""
    got = t.call(
        "CreateMultipartUpload",
        Key="parts",
        ChecksumAlgorithm="CRC64NVME",
        ChecksumType="COMPOSITE",
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(
        got, "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm."
    )


@check(
    "checksums",
    proved_by=["checksum-type-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
    level="should",
)
def full_object_does_not_go_with_sha(t: Trial) -> None:
    """FULL_OBJECT with SHA1 or SHA256: 400 InvalidRequest."""
    for algorithm in ("SHA1", "SHA256"):
        got = t.call(
            "CreateMultipartUpload",
            Key="parts",
            ChecksumAlgorithm=algorithm,
            ChecksumType="FULL_OBJECT",
        )

        t.expect.error(got, 400, "InvalidRequest")
        t.expect.message(
            got,
            "The FULL_OBJECT checksum type cannot be used with the "
            f"{algorithm.lower()} checksum algorithm.",
        )


@check(
    "checksums",
    proved_by=["checksum-algorithm-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
    level="should",
)
def unknown_algorithm_is_refused(t: Trial) -> None:
    """CreateMultipartUpload with an algorithm S3 does not have: 400 InvalidRequest."""
    got = t.call("CreateMultipartUpload", Key="parts", ChecksumAlgorithm="TEST")

    t.expect.error(got, 400, "InvalidRequest")
