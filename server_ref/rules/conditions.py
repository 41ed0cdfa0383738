"""Conditional requests: which hold, and the error of the one that does not.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from server_ref.errors import S3Error
from server_ref.model.values import parse_http_date
from server_ref.rules.times import moment
from server_ref.storage.records import Version

Members = Mapping[str, Any]
_READING = frozenset({"IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince"})


def same_etag(given: str, etag: str) -> bool:
    """Whether a condition's value names this ETag: quoted or not, in a list, or ``*``."""
    return any(
        one == "*" or one.removeprefix("W/").strip('"') == etag
        for one in (part.strip() for part in given.split(","))
    )


def names_etag(given: str, etag: str) -> bool:
    """Whether the condition of a write names this ETag, quoted or not, or is ``*``.

    A write compares one value: a list is another value than any ETag, whatever is in it, and a
    weak validator is no ETag either (strong comparison, RFC 9110 section 13.1.1).
    https://github.com/versity/versitygw/pull/2368
    """
    return given.strip() in ("*", etag, f'"{etag}"')


def check_read(members: Members, version: Version, clock: Callable[[], datetime]) -> None:
    """GET and HEAD; raises S3Error PreconditionFailed or NotModified.

    If-Match that holds overrides If-Unmodified-Since; If-None-Match overrides If-Modified-Since.
    """
    if _READING.isdisjoint(members):
        return
    first = failed(members, version, clock(), "", "")
    if first is None:
        return
    name, not_modified = first
    if not_modified:
        raise S3Error("NotModified", headers=_validators(version))
    raise S3Error("PreconditionFailed", Condition=name)


def range_applies(if_range: str | None, version: Version) -> bool:
    """Whether the version is still the one an If-Range names, by ETag or by date.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
    """
    if if_range is None:
        return True
    try:
        return version.modified <= parse_http_date(if_range).timestamp()
    except ValueError:
        return if_range.strip().strip('"') == version.etag


def _validators(version: Version) -> dict[str, str]:
    """What a 304 tells a cache: RFC 9110 section 15.4.5 wants the caching headers of the 200."""
    modified = moment(version.modified).strftime("%a, %d %b %Y %H:%M:%S GMT")
    told = {"ETag": f'"{version.etag}"', "Last-Modified": modified}
    kept = version.read_details().headers
    for name, member in (("Cache-Control", "CacheControl"), ("Expires", "Expires")):
        if member in kept:
            told[name] = kept[member]
    return told


def check_copy_source(members: Members, version: Version, now: datetime) -> None:
    """The x-amz-copy-source-if-* of a copy; raises S3Error PreconditionFailed naming the header."""
    first = failed(members, version, now, "CopySource", "x-amz-copy-source-")
    if first is not None:
        raise S3Error("PreconditionFailed", Condition=first[0])


def failed(
    members: Members, version: Version, now: datetime, member: str, header: str
) -> tuple[str, bool] | None:
    """The header that does not hold, and whether a read answers it with 304."""
    match = members.get(f"{member}IfMatch")
    none_match = members.get(f"{member}IfNoneMatch")
    modified = members.get(f"{member}IfModifiedSince")
    unmodified = members.get(f"{member}IfUnmodifiedSince")
    if match is not None:
        if not same_etag(match, version.etag):
            return f"{header}If-Match", False
    elif unmodified is not None and version.modified > unmodified.timestamp():
        return f"{header}If-Unmodified-Since", False
    if none_match is not None:
        if same_etag(none_match, version.etag):
            return f"{header}If-None-Match", True
    elif modified is not None and modified <= now and version.modified <= modified.timestamp():
        return f"{header}If-Modified-Since", True
    return None


def validate_write(members: Members) -> None:
    """What PUT, copy and completion accept of If-Match and If-None-Match; raises NotImplemented."""
    match, none_match = members.get("IfMatch"), members.get("IfNoneMatch")
    if match is not None and none_match is not None:
        raise S3Error(
            "NotImplemented",
            Header="If-Match,If-None-Match",
            additionalMessage="Multiple conditional request headers present in the request",
        )
    for header, refused in (
        ("If-None-Match", none_match is not None and none_match != "*"),
        ("If-Match", match in ("*", '"*"')),  # quoted: measured by justincormack/argmin
    ):
        if refused:
            raise S3Error(
                "NotImplemented",
                Header=header,
                additionalMessage=(
                    f"We don't accept the provided value of {header} header for this API"
                ),
            )


def check_write(members: Members, key: str, current: Version | None) -> None:
    """Whether the current object lets the write happen; inside the write's transaction.

    Raises S3Error PreconditionFailed, or NoSuchKey for If-Match where there is no object.
    """
    match = members.get("IfMatch")
    if members.get("IfNoneMatch") is not None and current is not None:
        raise S3Error("PreconditionFailed", Condition="If-None-Match")
    if match is None:
        return
    if current is None:
        raise S3Error("NoSuchKey", Key=key)
    if not names_etag(match, current.etag):
        raise S3Error("PreconditionFailed", Condition="If-Match")
