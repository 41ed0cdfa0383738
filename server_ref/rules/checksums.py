"""Which checksum a request names, and whether the body has it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from server_ref.errors import S3Error
from server_ref.storage.hashing import ALGORITHMS, CRC_BYTES, DIGEST_BYTES

DEFAULT = "CRC64NVME"  # what S3 computes when nobody names one
# Of a whole object only a CRC can be had from its parts' own.
COMPOSITE_ONLY = tuple(name for name in ALGORITHMS if name not in CRC_BYTES)
LATER = ("MD5", "SHA512", "XXHASH64", "XXHASH3", "XXHASH128")  # S3 has them since 2026
_SDK = "x-amz-sdk-checksum-algorithm"
_PREFIX = "x-amz-checksum-"
# The message names the five of 2025, though more are taken now (recorded).
_NAMED_AS_VALID = "CRC32, CRC32C, CRC64NVME, SHA1, SHA256"
_NO_VALUES = ("algorithm", "mode", "type")  # what else begins like a checksum's header


class Claim(NamedTuple):
    """What a request says of its body: an algorithm, and its value in a header or a trailer."""

    algorithm: str
    value: str | None
    trailer: str | None  # the trailer's name, lower case, when the value comes there
    named: bool  # False: the default, named by nobody


def member(algorithm: str) -> str:
    """The service model's member of an algorithm's value."""
    return f"Checksum{algorithm}"


def algorithm_named(members: Mapping[str, Any]) -> str | None:
    """The algorithm of x-amz-checksum-algorithm, in any case; None: none is named.

    Raises S3Error InvalidRequest for one that S3 does not know.
    """
    given: str | None = members.get("ChecksumAlgorithm")
    name = given and given.upper()
    if name is not None and name not in ALGORITHMS:
        raise S3Error(
            "InvalidRequest",
            "Checksum algorithm provided is unsupported. Please try again with any of the valid "
            f"types: [{_NAMED_AS_VALID}]",
        )
    return name


def type_named(members: Mapping[str, Any]) -> str | None:
    """What x-amz-checksum-type says, in any case; raises S3Error InvalidRequest."""
    given: str | None = members.get("ChecksumType")
    name = given and given.upper()
    if name is not None and name not in ("COMPOSITE", "FULL_OBJECT"):
        raise S3Error("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")
    return name


def mode_enabled(members: Mapping[str, Any]) -> bool:
    """Whether a read asks for checksums: x-amz-checksum-mode in any case (recorded).

    Raises S3Error InvalidRequest for any other value.
    """
    mode = members.get("ChecksumMode")
    if mode is not None and mode.upper() != "ENABLED":
        raise S3Error("InvalidRequest", "Value for x-amz-checksum-mode header is invalid.")
    return mode is not None


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises S3Error InvalidRequest for headers of checksums that do not go together.

    An algorithm nobody has, one the SDK names without sending its value, and one it names that is
    not the header's.
    https://github.com/versity/versitygw/issues/1104, https://github.com/versity/versitygw/issues/1593
    and https://github.com/versity/versitygw/issues/1598 quote S3's answers.
    """
    given = {name.removeprefix(_PREFIX) for name in headers if name.startswith(_PREFIX)}
    given -= set(_NO_VALUES)
    if any(name.upper() not in ALGORITHMS for name in given):
        raise S3Error(
            "InvalidRequest",
            "The algorithm type you specified in x-amz-checksum- header is invalid.",
        )
    named = headers.get(_SDK)
    if not named:  # an empty one is none: measured for https://github.com/brekkylab/backlot
        return
    given |= {name.removeprefix(_PREFIX) for name in _promised(headers)}
    if not given:
        raise S3Error(
            "InvalidRequest",
            f"{_SDK} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers "
            "were found.",
        )
    if named.lower() not in given:
        raise S3Error("InvalidRequest", f"Value for {_SDK} header is invalid.")


def _promised(headers: Mapping[str, str]) -> list[str]:
    """The checksums that are to come in a trailer, by the names of their headers."""
    names = (name.strip().lower() for name in headers.get("x-amz-trailer", "").split(","))
    return [name for name in names if name.startswith(_PREFIX)]


def claim(members: Mapping[str, Any], headers: Mapping[str, str]) -> Claim:
    """Raises S3Error InvalidRequest for two checksums, or one that cannot be a digest."""
    check_headers(headers)
    given = [name for name in ALGORITHMS if members.get(member(name)) is not None]
    promised = _promised(headers)
    only_one(given)
    if given and promised:  # https://github.com/justincormack/argmin measured it
        raise S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header")
    only_one(promised)
    if given:
        value = members[member(given[0])]
        check_form(given[0], value)
        return Claim(given[0], value, None, True)
    if promised or headers.get("x-amz-trailer"):  # nothing else may come as a trailer
        algorithm = promised[0].removeprefix("x-amz-checksum-").upper() if promised else ""
        if algorithm not in ALGORITHMS:
            raise S3Error(
                "InvalidRequest", "The value specified in the x-amz-trailer header is not supported"
            )
        return Claim(algorithm, None, promised[0], True)
    return Claim(DEFAULT, None, None, False)


def only_one(named: Sequence[str]) -> None:
    """Raises S3Error InvalidRequest for values of more than one algorithm."""
    if len(named) > 1:
        raise S3Error(
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        )


def is_base64(value: str) -> bool:
    """Whether the value can be decoded, whatever it is a digest of."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def check_form(algorithm: str, value: str, *, where: str = "header") -> None:
    """Raises S3Error InvalidRequest when the value is no digest of this algorithm in base64.

    Of a trailer it is a "trailing header": https://github.com/versity/versitygw/issues/1165
    """
    if not is_base64(value) or len(base64.b64decode(value)) != DIGEST_BYTES[algorithm]:
        header = f"x-amz-checksum-{algorithm.lower()}"
        raise S3Error("InvalidRequest", f"Value for {header} {where} is invalid.")


def verify(found: Claim, computed: str | None, trailers: Mapping[str, str]) -> None:
    """Compare what was claimed with what was computed; raises S3Error BadDigest."""
    value = found.value
    if found.trailer is not None:
        value = trailers.get(found.trailer)
        if value is None:
            raise S3Error("MalformedTrailerError")
        check_form(found.algorithm, value, where="trailing header")
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
