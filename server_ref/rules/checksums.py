"""Which checksum a request names, and whether the body has it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from server_ref.errors import S3Error
from server_ref.storage.hashing import ALGORITHMS, DIGEST_BYTES

DEFAULT = "CRC64NVME"  # what S3 computes when nobody names one
COMPOSITE_ONLY = ("SHA1", "SHA256")


class Claim(NamedTuple):
    """What a request says of its body: an algorithm, and its value in a header or a trailer."""

    algorithm: str
    value: str | None
    trailer: str | None  # the trailer's name, lower case, when the value comes there
    named: bool  # False: the default, named by nobody


def member(algorithm: str) -> str:
    """The service model's member of an algorithm's value."""
    return f"Checksum{algorithm}"


def check_algorithm(name: str) -> None:
    """Raises S3Error InvalidRequest for an x-amz-checksum-algorithm that S3 does not know."""
    if name not in ALGORITHMS:
        raise S3Error(
            "InvalidRequest",
            "Checksum algorithm provided is unsupported. Please try again with any of the valid "
            "types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )


def claim(members: Mapping[str, Any], headers: Mapping[str, str]) -> Claim:
    """Raises S3Error InvalidRequest for two checksums, or one that cannot be a digest.

    x-amz-sdk-checksum-algorithm alone names nothing: only a checksum does (recorded).
    """
    given = [name for name in ALGORITHMS if members.get(member(name)) is not None]
    promised = [
        name.strip().lower()
        for name in headers.get("x-amz-trailer", "").split(",")
        if name.strip().lower().startswith("x-amz-checksum-")
    ]
    if len(given) + len(promised) > 1:
        raise S3Error(
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        )
    if given:
        value = members[member(given[0])]
        check_form(given[0], value)
        return Claim(given[0], value, None, True)
    if promised:
        algorithm = promised[0].removeprefix("x-amz-checksum-").upper()
        if algorithm not in ALGORITHMS:
            raise S3Error(
                "InvalidRequest", "The value specified in the x-amz-trailer header is not supported"
            )
        return Claim(algorithm, None, promised[0], True)
    return Claim(DEFAULT, None, None, False)


def check_form(algorithm: str, value: str) -> None:
    """Raises S3Error InvalidRequest when the value is no digest of this algorithm in base64."""
    try:
        good = len(base64.b64decode(value, validate=True)) == DIGEST_BYTES[algorithm]
    except (binascii.Error, ValueError):
        good = False
    if not good:
        header = f"x-amz-checksum-{algorithm.lower()}"
        raise S3Error("InvalidRequest", f"Value for {header} header is invalid.")


def verify(found: Claim, computed: str | None, trailers: Mapping[str, str]) -> None:
    """Compare what was claimed with what was computed; raises S3Error BadDigest."""
    value = found.value
    if found.trailer is not None:
        value = trailers.get(found.trailer)
        if value is None:
            raise S3Error("MalformedTrailerError")
        check_form(found.algorithm, value)
    if value is not None and value != computed:
        raise S3Error(
            "BadDigest",
            f"The {found.algorithm} you specified did not match the calculated checksum.",
        )


def content_md5(value: str | None) -> bytes | None:
    """The digest of a Content-MD5 header; raises S3Error InvalidDigest."""
    if value is None:
        return None
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != 16:
        error = S3Error("InvalidDigest")
        error.members["Content-MD5"] = value
        raise error
    return digest


def verify_md5(expected: bytes | None, computed: bytes, *, hexadecimal: bool) -> None:
    """Raises S3Error BadDigest; PutObject writes the expected digest in hexadecimal (recorded)."""
    if expected is not None and expected != computed:
        raise S3Error(
            "BadDigest",
            ExpectedDigest=expected.hex() if hexadecimal else base64.b64encode(expected).decode(),
            CalculatedDigest=base64.b64encode(computed).decode(),
        )
