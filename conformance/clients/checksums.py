"""Checksums of a body by the names S3 gives them, for requests that are made by hand."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable

from awscrt import checksums

_CRCS: dict[str, tuple[Callable[[bytes, int], int], int]] = {
    "CRC32": (checksums.crc32, 4),
    "CRC32C": (checksums.crc32c, 4),
    "CRC64NVME": (checksums.crc64nvme, 8),
}
_HASHES = {"SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512", "MD5": "md5"}


def checksum(algorithm: str, blocks: Iterable[bytes]) -> str:
    """The Base64 text S3 expects in `x-amz-checksum-*` (and in Content-MD5 for MD5).

    Raises KeyError for an algorithm that is not computed here.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    if algorithm in _CRCS:
        function, size = _CRCS[algorithm]
        value = 0
        for block in blocks:
            value = function(block, value)
        return base64.b64encode(value.to_bytes(size, "big")).decode()
    digest = hashlib.new(_HASHES[algorithm], usedforsecurity=False)
    for block in blocks:
        digest.update(block)
    return base64.b64encode(digest.digest()).decode()
