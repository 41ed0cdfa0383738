"""Digests of documents: a request's XML or JSON is what its Content-MD5 or checksum says it is.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from server_ref.errors import S3Error
from server_ref.request import BodyReader
from server_ref.rules import checksums
from server_ref.storage.hashing import ALGORITHMS, Hasher, hasher

# Where S3 insists on one, and how it asks for it, as those met it who sent none: for CORS
# aws/aws-cli#229 and brendanhay/amazonka#610, for replication aws/aws-sdk-go#612 and
# aws/aws-sdk-php#972, for tags of a bucket versity/versitygw#1521 (not of an object: #1662), for
# lifecycle rules, in words of their own, awslabs/aws-sdk-rust#121 and brendanhay/amazonka#369.
_ANY = "Content-MD5 OR x-amz-checksum-*"
_INSISTS = {
    "DeleteObjects": _ANY,
    "PutBucketCors": _ANY,
    "PutBucketLifecycle": "Content-MD5",
    "PutBucketLifecycleConfiguration": "Content-MD5",
    "PutBucketReplication": _ANY,
    "PutBucketTagging": _ANY,
    "PutObjectLegalHold": _ANY,
    "PutObjectLockConfiguration": _ANY,
    "PutObjectRetention": _ANY,
}
# Checksum headers of these are about the object, if anything; that S3 passes over those of a new
# upload, https://github.com/justincormack/argmin measured.
_OF_THE_OBJECT = ("CompleteMultipartUpload", "CreateMultipartUpload")


class DigestedDocument:
    """The body of a request that is a document; its digests are compared where it ends.

    Making one raises S3Error InvalidDigest and InvalidRequest, ``read`` at the end BadDigest.
    """

    __slots__ = ("_claim", "_hasher", "_md5", "_md5_expected", "_source", "length", "trailers")

    def __init__(self, source: BodyReader, operation: str, headers: Mapping[str, str]) -> None:
        self._source = source
        self.length = source.length
        self.trailers = source.trailers
        self._md5_expected = checksums.content_md5(headers.get("content-md5"))
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._claim: checksums.Claim | None = None
        self._hasher: Hasher | None = None
        if operation in _OF_THE_OBJECT:
            return
        given = {
            checksums.member(name): headers[header]
            for name in ALGORITHMS
            if (header := f"x-amz-checksum-{name.lower()}") in headers
        }
        claim = checksums.claim(given, headers)
        if claim.named:
            self._claim, self._hasher = claim, hasher(claim.algorithm)
        elif self._md5_expected is None and operation in _INSISTS:
            raise S3Error(
                "InvalidRequest",
                f"Missing required header for this request: {_INSISTS[operation]}",
            )

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As BodyReader."""
        data = self._source.read(size)
        if data:
            self._md5.update(data)
            if self._hasher is not None:
                self._hasher.update(data)
            return data
        checksums.verify_md5(self._md5_expected, self._md5.digest(), hexadecimal=False)
        if self._claim is not None and self._hasher is not None:
            computed = base64.b64encode(self._hasher.digest()).decode()
            checksums.verify(self._claim, computed, self._source.trailers)
        return data
