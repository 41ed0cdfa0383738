"""Checks of what a multipart upload was begun with: its object has it, and each step answers it."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Any

from conformance.checks.given_policies import BY_HAND
from conformance.trial import Trial, check, that

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SSE = "x-amz-server-side-encryption"
CONTENT = b"test-checksum"
DIGESTS = {  # algorithm -> the digest of CONTENT
    "CRC32": "lVk/nw==",
    "CRC32C": "Fz3epA==",
    "CRC64NVME": "1f2xscCCZCU=",
    "SHA1": "jbXkHAsXUrubtL3dqDQ4w+7WXc0=",
    "SHA256": "1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ=",
    "SHA512": (
        "mqdibHyKwFIYsLRejuY8MYRpmPrkNkLpyX2sEKxMCH2YgNT+A/LP1OmF+SyLckVV4HpQCXV3PLuNYjwbD/Fv5w=="
    ),
    "MD5": "8ggd1h36cAoP1eKbnDzCPQ==",
    "XXHASH64": "3JrYpZJ5ZEA=",
    "XXHASH3": "FBi20cyfDyI=",
    "XXHASH128": "8Ab93L5jvI2pCk3eDMM2FQ==",
}


def _complete(t: Trial, bucket: str, key: str, upload: str, part: Any, **more: Any) -> Any:
    parts = {"Parts": [{"PartNumber": 1, "ETag": part.need_etag()}]}
    return t.call(
        "CompleteMultipartUpload",
        Bucket=bucket,
        Key=key,
        UploadId=upload,
        MultipartUpload=parts,
        **more,
    )


def _composite(algorithm: str, digest: str) -> dict[str, str]:
    """What the object of one part with this digest has, where Python's own library can say it."""
    digests = base64.b64decode(digest)
    if algorithm == "CRC32":
        made = zlib.crc32(digests).to_bytes(4, "big")
    elif algorithm.lower() in hashlib.algorithms_guaranteed:
        made = hashlib.new(algorithm.lower(), digests, usedforsecurity=False).digest()
    else:
        return {}
    return {f"Checksum{algorithm}": base64.b64encode(made).decode() + "-1"}


@check(
    "multipart-upload",
    proved_by=["upload-forgets-its-headers"],
    only=BY_HAND,
    spec=f"{API}/API_CreateMultipartUpload.html",
)
def upload_has_the_headers_it_was_begun_with(t: Trial) -> None:
    """The object has the headers, storage class and redirect of CreateMultipartUpload."""
    said: dict[str, Any] = {
        "CacheControl": "no-cache",
        "ContentDisposition": "attachment",
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "Expires": "Thu, 01 Jan 2037 00:00:00 GMT",
        "StorageClass": "STANDARD_IA",
        "WebsiteRedirectLocation": "/elsewhere",
    }
    key = t.key("made")
    begun = t.call("CreateMultipartUpload", Bucket=t.bucket, Key=key, **said)
    t.expect.member(begun, "Bucket", t.bucket)
    t.expect.member(begun, "Key", key)
    upload = begun.need("UploadId")
    part = t.given.call(
        "UploadPart", Bucket=t.bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"x"
    )
    t.expect.ok(_complete(t, t.bucket, key, upload, part))

    got = t.call("GetObject", Bucket=t.bucket, Key=key)

    t.expect.header(got, "Cache-Control", "no-cache")
    t.expect.header(got, "Content-Disposition", "attachment")
    t.expect.header(got, "Content-Encoding", "gzip")
    t.expect.header(got, "Content-Language", "de")
    t.expect.header(got, "Expires", "Thu, 01 Jan 2037 00:00:00 GMT")
    t.expect.header(got, "x-amz-storage-class", "STANDARD_IA")
    t.expect.header(got, "x-amz-website-redirect-location", "/elsewhere")


@check(
    "sse-kms",
    proved_by=["upload-steps-hide-the-key"],
    only=BY_HAND,
    requests=9,
    spec=f"{API}/API_UploadPart.html",
)
def every_step_of_an_upload_names_the_key(t: Trial) -> None:
    """An upload begun with aws:kms: each step says so, names the key, and tells the bucket key."""
    bucket = t.given.bucket()
    t.given.object("source", b"x", Bucket=bucket)
    sealed = {"ServerSideEncryption": "aws:kms", "BucketKeyEnabled": True}
    begun = t.call("CreateMultipartUpload", Bucket=bucket, Key="made", **sealed)
    upload = begun.need("UploadId")
    of: dict[str, Any] = {"Bucket": bucket, "Key": "made", "UploadId": upload, "PartNumber": 1}
    copied = t.call("UploadPartCopy", CopySource=f"{bucket}/source", **of)
    part = t.call("UploadPart", Body=b"x", **of)
    t.expect.header(part, "ETag", that("an ETag", lambda etag: len(etag) > 2))
    done = _complete(t, bucket, "made", upload, part)
    head = t.call("HeadObject", Bucket=bucket, Key="made")
    got = t.call("GetObject", Bucket=bucket, Key="made")

    t.expect.header(begun, SSE, "aws:kms")
    named = begun.need_header(f"{SSE}-aws-kms-key-id")
    for answer in (copied, part, done, head, got):
        t.expect.header(answer, SSE, "aws:kms")
        t.expect.header(answer, f"{SSE}-aws-kms-key-id", named)
        t.expect.header(answer, f"{SSE}-bucket-key-enabled", "true")
    t.expect.header(begun, f"{SSE}-bucket-key-enabled", "true")


@check(
    "checksums",
    proved_by=["part-answers-without-its-sha512"],
    only=("raw",),
    requests=20,
    spec=f"{API}/API_UploadPart.html",
)
def every_part_answers_its_checksum(t: Trial) -> None:
    """Each algorithm: the upload names it, and a part answers the digest it was sent with."""
    for algorithm, digest in DIGESTS.items():
        begun = t.call("CreateMultipartUpload", Key="made", ChecksumAlgorithm=algorithm)
        t.expect.header(begun, "x-amz-checksum-algorithm", algorithm)
        t.expect.header(
            begun,
            "x-amz-checksum-type",
            "FULL_OBJECT" if algorithm == "CRC64NVME" else "COMPOSITE",
        )
        upload = begun.need("UploadId")
        part = t.call(
            "UploadPart",
            Key="made",
            UploadId=upload,
            PartNumber=1,
            Body=CONTENT,
            **{f"Checksum{algorithm}": digest},
        )
        t.expect.header(part, f"x-amz-checksum-{algorithm.lower()}", digest)
        wrong = t.call(
            "UploadPart",
            Key="made",
            UploadId=upload,
            PartNumber=2,
            Body=b"other bytes",
            **{f"Checksum{algorithm}": digest},
        )
        t.expect.error(wrong, 400, "BadDigest")
        t.look("AbortMultipartUpload", Key="made", UploadId=upload)


@check(
    "checksums",
    proved_by=["completion-hides-its-checksum"],
    only=("raw",),
    requests=40,
    spec=f"{API}/API_CompleteMultipartUpload.html",
)
def every_completion_answers_its_checksum(t: Trial) -> None:
    """Each algorithm: completion and GET answer the checksum and its type."""
    for algorithm, digest in DIGESTS.items():
        begun = t.given.call("CreateMultipartUpload", Key="made", ChecksumAlgorithm=algorithm)
        upload, member = begun.need("UploadId"), f"Checksum{algorithm}"
        part = t.given.call(
            "UploadPart",
            Key="made",
            UploadId=upload,
            PartNumber=1,
            Body=CONTENT,
            **{member: digest},
        )
        listed = t.call("ListParts", Key="made", UploadId=upload)
        t.expect.member(listed, "ChecksumAlgorithm", algorithm)
        whole = algorithm == "CRC64NVME"
        kind = "FULL_OBJECT" if whole else "COMPOSITE"
        t.expect.member(listed, "ChecksumType", kind)
        claimed = {member: digest} if whole else _composite(algorithm, digest)
        named = {"PartNumber": 1, "ETag": part.need_etag(), member: digest}
        done = t.call(
            "CompleteMultipartUpload",
            Key="made",
            UploadId=upload,
            MultipartUpload={"Parts": [named]},
            ChecksumType=kind,
            **claimed,
        )
        t.expect.member(done, "ChecksumType", kind)
        said = done.need(member)
        if claimed:
            t.expect.member(done, member, claimed[member])
        got = t.call("GetObject", Key="made", ChecksumMode="ENABLED")
        t.expect.header(got, f"x-amz-checksum-{algorithm.lower()}", said)
        t.expect.header(got, "x-amz-checksum-type", kind)
        t.expect.true(whole or said.endswith("-1"), "the checksum of parts ends in their number")
