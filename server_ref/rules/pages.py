"""What the four listings have in common: limits, encoding of names, markers and tokens.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import quote_plus

from server_ref.context import Members
from server_ref.errors import S3Error
from server_ref.storage.listing import after_prefix

MAX_PAGE = 1000
_PLAIN = re.compile(r"[A-Za-z0-9/*._-]*")
_LARGEST = 2**31 - 1


def limit(members: Members, member: str, argument: str) -> int:
    """The page size asked for, at most 1000; raises S3Error InvalidArgument for a negative one."""
    wanted = members.get(member)
    if wanted is None:
        return MAX_PAGE
    if not 0 <= wanted <= _LARGEST:
        raise S3Error(
            "InvalidArgument",
            f"Argument {argument} must be an integer between 0 and {_LARGEST}",
            ArgumentName=argument,
            ArgumentValue=wanted,
        )
    return min(int(wanted), MAX_PAGE)


def asked(members: Members, size: int) -> int:
    """MaxKeys of an answer: what was asked for, also where a page has less.

    https://github.com/brekkylab/backlot/issues/192
    """
    return max(size, int(members.get("MaxKeys") or 0))


def part_marker(text: str | None) -> int:
    """The part after which a listing goes on; raises S3Error InvalidArgument for less than 0."""
    marker = int(text or 0)
    if not 0 <= marker <= _LARGEST:
        raise S3Error(
            "InvalidArgument",
            f"Argument part-number-marker must be an integer between 0 and {_LARGEST}",
            ArgumentName="part-number-marker",
            ArgumentValue=marker,
        )
    return marker


def encoder(members: Members) -> Callable[[str], str]:
    """How names are written: as they are, or URL-encoded; raises S3Error InvalidArgument."""
    encoding = members.get("EncodingType")
    if encoding is None:
        return _as_it_is
    if encoding.lower() != "url":
        raise S3Error(
            "InvalidArgument",
            "Invalid Encoding Method specified in Request",
            ArgumentName="encoding-type",
            ArgumentValue=encoding,
        )
    return url_encoded


def url_encoded(name: str) -> str:
    """As S3 encodes names in listings: a space becomes "+", "/" and "*" stay, "~" does not."""
    if _PLAIN.fullmatch(name):  # most keys, and a page has a thousand
        return name
    return quote_plus(name, safe="/*").replace("~", "%7E")


def _as_it_is(name: str) -> str:
    return name


def past_common_prefix(marker: str, prefix: str, delimiter: str) -> tuple[str, bool]:
    """Where a listing goes on after a marker, and whether that place itself is listed.

    A marker inside a common prefix, or one that is one, skips all of that prefix (recorded).
    """
    if delimiter and marker.startswith(prefix):
        at = marker.find(delimiter, len(prefix))
        if at >= 0:
            after = after_prefix(marker[: at + len(delimiter)])
            return (marker, False) if after is None else (after, True)
    return marker, False


def add_prefixes(
    answer: Members,
    members: Members,
    prefixes: list[str],
    delimiter: str,
    encode: Callable[[str], str],
) -> None:
    """What every listing says of prefixes, delimiter and encoding."""
    if prefixes:
        answer["CommonPrefixes"] = [{"Prefix": encode(prefix)} for prefix in prefixes]
    if delimiter:
        answer["Delimiter"] = encode(delimiter)
    if members.get("EncodingType") is not None:
        answer["EncodingType"] = members["EncodingType"]


def to_token(position: str) -> str:
    """A continuation token: opaque, and it proves itself."""
    raw = position.encode()
    return base64.urlsafe_b64encode(_proof(raw) + raw).decode()


def from_token(token: str) -> str:
    """The position in a continuation token; raises S3Error InvalidArgument."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
        if raw[:6] == _proof(raw[6:]):
            return raw[6:].decode()
    except ValueError:
        raw = b""
    raise S3Error(
        "InvalidArgument",
        "The continuation token provided is incorrect",
        ArgumentName="continuation-token",
    )


def _proof(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=6).digest()
