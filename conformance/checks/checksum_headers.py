"""Checks of checksums beyond the first five algorithms, and of headers that do not go together.

The digests are those of the public implementations of each algorithm.
"""

from __future__ import annotations

from conformance.trial import Answer, Trial, check

INTEGRITY = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html"
PUT = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"
CONTENT = b"test-checksum"
LATER = {  # the algorithms of April 2026, and the digest of CONTENT
    "sha512": (
        "mqdibHyKwFIYsLRejuY8MYRpmPrkNkLpyX2sEKxMCH2YgNT+A/LP1OmF+SyLckVV4HpQCXV3PLuNYjwbD/Fv5w=="
    ),
    "md5": "8ggd1h36cAoP1eKbnDzCPQ==",
    "xxhash64": "3JrYpZJ5ZEA=",
    "xxhash3": "FBi20cyfDyI=",
    "xxhash128": "8Ab93L5jvI2pCk3eDMM2FQ==",
}


def _path(t: Trial, name: str = "summed") -> str:
    return f"/{t.bucket}/{t.key(name)}"


def _is_verified_and_kept(t: Trial, algorithm: str) -> None:
    header, value = f"x-amz-checksum-{algorithm}", LATER[algorithm]

    put = t.raw("PUT", _path(t), body=CONTENT, headers={header: value})
    t.expect.status(put, 200)
    t.expect.header(put, header, value)
    got = t.raw("HEAD", _path(t), headers={"x-amz-checksum-mode": "ENABLED"})
    t.expect.header(got, header, value)
    wrong = t.raw("PUT", _path(t), body=b"other bytes", headers={header: value})
    t.expect.error(wrong, 400, "BadDigest")


@check(
    "checksums",
    proved_by=["later-checksums-ignored"],
    only=("raw",),
    level="may",  # S3 has them since April 2026: hardly a program depends on them yet
    spec=INTEGRITY,
)
def sha512_is_kept(t: Trial) -> None:
    """A SHA-512 is verified, answered and kept."""
    _is_verified_and_kept(t, "sha512")


@check(
    "checksums",
    proved_by=["later-checksums-ignored"],
    only=("raw",),
    level="may",  # S3 has them since April 2026: hardly a program depends on them yet
    spec=INTEGRITY,
)
def md5_is_kept(t: Trial) -> None:
    """An x-amz-checksum-md5 is verified, answered and kept."""
    _is_verified_and_kept(t, "md5")


@check(
    "checksums",
    proved_by=["later-checksums-ignored"],
    only=("raw",),
    level="may",  # S3 has them since April 2026: hardly a program depends on them yet
    spec=INTEGRITY,
)
def xxhash64_is_kept(t: Trial) -> None:
    """An XXHASH64 is verified, answered and kept."""
    _is_verified_and_kept(t, "xxhash64")


@check(
    "checksums",
    proved_by=["later-checksums-ignored"],
    only=("raw",),
    level="may",  # S3 has them since April 2026: hardly a program depends on them yet
    spec=INTEGRITY,
)
def xxhash3_is_kept(t: Trial) -> None:
    """An XXHASH3 of 64 bits is verified, answered and kept."""
    _is_verified_and_kept(t, "xxhash3")


@check(
    "checksums",
    proved_by=["later-checksums-ignored"],
    only=("raw",),
    level="may",  # S3 has them since April 2026: hardly a program depends on them yet
    spec=INTEGRITY,
)
def xxhash128_is_kept(t: Trial) -> None:
    """An XXHASH128 is verified, answered and kept."""
    _is_verified_and_kept(t, "xxhash128")


@check(
    "checksums",
    proved_by=["unknown-checksums-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1104, openstack/swift test/s3api, brekkylab/backlot
    spec=INTEGRITY,
)
def checksum_of_nobodys_algorithm_is_refused(t: Trial) -> None:
    """x-amz-checksum-unknown: 400 InvalidRequest, and nothing is stored."""
    got = t.raw("PUT", _path(t), body=CONTENT, headers={"x-amz-checksum-unknown": "x"})

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Key="summed"), 404)


@check("checksums", proved_by=["sdk-algorithm-ignored"], only=("raw",), spec=PUT, level="should")
def algorithm_without_its_checksum_is_refused(t: Trial) -> None:
    """x-amz-sdk-checksum-algorithm with neither checksum nor trailer: 400, nothing is stored."""
    got = t.raw("PUT", _path(t), body=CONTENT, headers={"x-amz-sdk-checksum-algorithm": "CRC32"})

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Key="summed"), 404)


@check("checksums", proved_by=["sdk-algorithm-ignored"], only=("raw",), spec=PUT, level="should")
def algorithm_is_that_of_the_checksum(t: Trial) -> None:
    """x-amz-sdk-checksum-algorithm CRC32 beside x-amz-checksum-crc32c: 400, nothing is stored."""
    summed = {"x-amz-checksum-crc32c": "Fz3epA=="}

    def put(algorithm: str) -> Answer:
        headers = {"x-amz-sdk-checksum-algorithm": algorithm, **summed}
        return t.raw("PUT", _path(t), body=CONTENT, headers=headers)

    t.expect.status(put("CRC32"), 400)
    t.expect.status(t.look("HeadObject", Key="summed"), 404)
    t.expect.status(put("CRC32C"), 200)


@check(
    "checksums",
    proved_by=["checksum-mode-to-the-letter"],
    only=("raw",),
    spec=INTEGRITY,
    verified="aws-recorded 2026-02",
    level="should",
)
def checksum_mode_has_no_case(t: Trial) -> None:
    """`x-amz-checksum-mode: enabled` asks for the checksum as well."""
    t.given.object("summed", CONTENT)

    got = t.raw("HEAD", _path(t), headers={"x-amz-checksum-mode": "enabled"})

    t.expect.header(got, "x-amz-checksum-crc64nvme", "1f2xscCCZCU=")


@check(
    "multipart-upload",
    proved_by=["composite-parts-unchecked"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1342, floci-io/floci#3093
    spec=INTEGRITY,
)
def part_of_a_composite_has_a_checksum(t: Trial) -> None:
    """A part without a checksum in an upload with COMPOSITE ones: 400 InvalidRequest."""
    upload = t.given.call(
        "CreateMultipartUpload", Key="parts", ChecksumAlgorithm="CRC32", ChecksumType="COMPOSITE"
    ).need("UploadId")

    got = t.raw("PUT", _path(t, "parts"), query=f"partNumber=1&uploadId={upload}", body=b"part")

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "multipart-upload",
    proved_by=["completion-checksum-type-not-needed"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    spec=INTEGRITY,
    level="should",
)
def checksum_of_a_completion_needs_its_type(t: Trial) -> None:
    """A full-object checksum in a completion without x-amz-checksum-type: 400 BadDigest."""
    upload = t.given.call(
        "CreateMultipartUpload", Key="parts", ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT"
    ).need("UploadId")
    part = t.given.call(
        "UploadPart",
        Key="parts",
        UploadId=upload,
        PartNumber=1,
        Body=CONTENT,
        ChecksumCRC32C="Fz3epA==",
    )
    completion = {
        "Key": "parts",
        "UploadId": upload,
        "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]},
        "ChecksumCRC32C": "Fz3epA==",
    }

    without = t.call("CompleteMultipartUpload", **completion)
    with_type = t.call("CompleteMultipartUpload", **completion, ChecksumType="FULL_OBJECT")

    t.expect.error(without, 400, "BadDigest")
    t.expect.ok(with_type)
