"""Checks of the x-amz-checksum headers and Content-MD5 of objects written in one piece.

The values are those Amazon S3 answered for the same bytes.
"""

from __future__ import annotations

from conformance.trial import Trial, check

CONTENT = b"test-checksum"
API = ("aws-s3api", "boto3", "raw")


def _is_verified_and_kept(t: Trial, algorithm: str, value: str) -> None:
    member = f"Checksum{algorithm}"
    put = t.call("PutObject", Key="summed", Body=CONTENT, **{member: value})
    t.expect.ok(put)
    t.expect.header(put, f"x-amz-checksum-{algorithm.lower()}", value)

    got = t.given.call("HeadObject", Key="summed", ChecksumMode="ENABLED")
    t.expect.header(got, f"x-amz-checksum-{algorithm.lower()}", value)


@check("checksums", proved_by=["checksum-lost"], verified="aws-recorded 2026-02", only=API)
def crc32_is_kept(t: Trial) -> None:
    """A CRC32 sent with an object is answered and kept with it."""
    _is_verified_and_kept(t, "CRC32", "lVk/nw==")


@check("checksums", proved_by=["checksum-lost"], verified="aws-recorded 2026-02", only=API)
def crc32c_is_kept(t: Trial) -> None:
    """A CRC32C sent with an object is answered and kept with it."""
    _is_verified_and_kept(t, "CRC32C", "Fz3epA==")


@check(
    "checksums", proved_by=["checksum-lost"], verified="aws-recorded 2026-02", only=("boto3", "raw")
)
def crc64nvme_is_kept(t: Trial) -> None:
    """A CRC64NVME sent with an object is answered and kept with it."""
    _is_verified_and_kept(t, "CRC64NVME", "1f2xscCCZCU=")


@check("checksums", proved_by=["checksum-lost"], verified="aws-recorded 2026-02", only=API)
def sha1_is_kept(t: Trial) -> None:
    """A SHA-1 sent with an object is answered and kept with it."""
    _is_verified_and_kept(t, "SHA1", "jbXkHAsXUrubtL3dqDQ4w+7WXc0=")


@check("checksums", proved_by=["checksum-lost"], verified="aws-recorded 2026-02", only=API)
def sha256_is_kept(t: Trial) -> None:
    """A SHA-256 sent with an object is answered and kept with it."""
    _is_verified_and_kept(t, "SHA256", "1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ=")


@check(
    "checksums",
    proved_by=["checksum-type-not-shown"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def checksum_of_one_piece_is_of_the_whole(t: Trial) -> None:
    """HEAD says of the checksum of an object that came in one piece: FULL_OBJECT."""
    t.expect.ok(t.call("PutObject", Key="summed", Body=CONTENT, ChecksumCRC32="lVk/nw=="))

    got = t.given.call("HeadObject", Key="summed", ChecksumMode="ENABLED")
    t.expect.header(got, "x-amz-checksum-type", "FULL_OBJECT")


@check("checksums", proved_by=["checksum-unverified"], verified="aws-recorded 2026-02", only=API)
def wrong_checksum_is_refused(t: Trial) -> None:
    """A checksum that is not that of the bytes: 400 BadDigest, and nothing is stored."""
    got = t.call("PutObject", Key="summed", Body=b"other bytes", ChecksumCRC32="lVk/nw==")

    t.expect.error(got, 400, "BadDigest")
    t.expect.message(got, "The CRC32 you specified did not match the calculated checksum.")
    listed = t.given.call("ListObjectsV2", Prefix=t.prefix)
    t.expect.no_keys(listed)


@check(
    "checksums",
    proved_by=["checksum-form-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def checksum_that_cannot_be_decoded_is_refused(t: Trial) -> None:
    """A checksum that is not Base64 of the right length: 400 InvalidRequest, naming the header."""
    got = t.call("PutObject", Key="summed", Body=CONTENT, ChecksumSHA256="not base64")

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(got, "Value for x-amz-checksum-sha256 header is invalid.")


@check(
    "checksums",
    proved_by=["two-checksums-accepted"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    level="should",
)
def two_checksums_are_refused(t: Trial) -> None:
    """Two x-amz-checksum headers in one request: 400 InvalidRequest."""
    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('summed')}",
        body=CONTENT,
        headers={
            "x-amz-checksum-crc32": "lVk/nw==",
            "x-amz-checksum-sha256": "1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ=",
        },
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(
        got, "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    )


@check(
    "checksums",
    proved_by=["default-checksum-missing"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    level="should",
)
def object_without_a_checksum_gets_crc64nvme(t: Trial) -> None:
    """An object written without a checksum is given a CRC64NVME by S3 itself."""
    t.expect.ok(t.raw("PUT", f"/{t.bucket}/{t.key('plain')}", body=CONTENT))

    got = t.given.call("HeadObject", Key="plain", ChecksumMode="ENABLED")
    t.expect.header(got, "x-amz-checksum-crc64nvme", "1f2xscCCZCU=")


@check(
    "checksums",
    proved_by=["checksum-mode-ignored"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    level="should",
)
def checksum_is_answered_on_request_only(t: Trial) -> None:
    """GET and HEAD show the checksum to those who ask by `x-amz-checksum-mode: ENABLED`."""
    t.given.object("summed", CONTENT, ChecksumCRC32="lVk/nw==")

    for operation in ("HeadObject", "GetObject"):
        unasked = t.call(operation, Key="summed")
        t.expect.status(unasked, 200)
        t.expect.no_header(unasked, "x-amz-checksum-crc32")
        asked = t.call(operation, Key="summed", ChecksumMode="ENABLED")
        t.expect.header(asked, "x-amz-checksum-crc32", "lVk/nw==")


@check(
    "checksums",
    proved_by=["content-md5-form-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3", "aws-s3api"),
    level="should",
)
def malformed_content_md5_is_refused(t: Trial) -> None:
    """A Content-MD5 that is not the Base64 of 16 bytes: 400 InvalidDigest, with the value."""
    for malformed in ("__invalid__", "000", "MTIz"):
        got = t.call("PutObject", Key="digested", Body=b"something", ContentMD5=malformed)

        t.expect.error(got, 400, "InvalidDigest", **{"Content-MD5": malformed})


@check("checksums", proved_by=["content-md5-unverified"], verified="aws-recorded 2026-02", only=API)
def wrong_content_md5_is_refused(t: Trial) -> None:
    """A Content-MD5 of other bytes: 400 BadDigest, with the digest S3 calculated."""
    got = t.call(
        "PutObject", Key="digested", Body=b"something", ContentMD5="CYketZBSTjX8czcs3cXVlg=="
    )

    t.expect.error(got, 400, "BadDigest", CalculatedDigest="Q3uTDbhLgHnC3YBKcZNrXw==")


@check(
    "checksums",
    proved_by=["content-md5-refused", "content-md5-unverified"],
    verified="aws-recorded 2026-02",
    only=API,
)
def right_content_md5_is_accepted(t: Trial) -> None:
    """The right Content-MD5 is accepted, and compared: that of other bytes is not."""
    other = t.call("PutObject", Key="other", Body=b"other", ContentMD5="Q3uTDbhLgHnC3YBKcZNrXw==")
    t.expect.error(other, 400, "BadDigest")
    t.expect.ok(
        t.call(
            "PutObject", Key="digested", Body=b"something", ContentMD5="Q3uTDbhLgHnC3YBKcZNrXw=="
        )
    )
    t.expect.body(t.look("GetObject", Key="digested"), b"something")


@check(
    "checksums",
    proved_by=["copy-checksum-lost"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
    level="should",
)
def copy_has_the_checksum_of_its_source(t: Trial) -> None:
    """A copy has a checksum of the algorithm its source has one of."""
    t.given.object("source", CONTENT, ChecksumSHA256="1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ=")

    got = t.call("CopyObject", Key="copy", CopySource=t.source("source"))

    t.expect.member(
        got, "CopyObjectResult.ChecksumSHA256", "1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ="
    )
