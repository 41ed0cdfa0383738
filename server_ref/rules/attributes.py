"""What an object carries beside its bytes: system metadata, user metadata, and their limits.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server_ref.errors import S3Error
from server_ref.rules import header_words
from server_ref.storage.records import Details

DEFAULT_TYPE = "binary/octet-stream"
MAX_METADATA_BYTES = 2048  # of either kind: names (of user metadata without prefix) and values
_NAMES = {
    "CacheControl": "cache-control",
    "ContentDisposition": "content-disposition",
    "ContentEncoding": "content-encoding",
    "ContentLanguage": "content-language",
    "ContentType": "content-type",
    "WebsiteRedirectLocation": "x-amz-website-redirect-location",
    "Expires": "expires",
}
SYSTEM = tuple(name for name in _NAMES if name != "Expires")


def details(
    members: Mapping[str, Any], request_headers: Mapping[str, str], encoding: str
) -> Details:
    """Headers and user metadata of a new object; ``encoding`` is that of the request's head.

    Raises S3Error MetadataTooLarge, InvalidRedirectLocation or InvalidArgument.
    """
    headers = {
        name: header_words.as_bytes(members[name], encoding) for name in SYSTEM if members.get(name)
    }
    coded = headers.get("ContentEncoding", "")
    if "aws-chunked" in coded:  # a coding of the transfer, not of the object
        codings = [coding.strip() for coding in coded.split(",")]
        headers["ContentEncoding"] = ",".join(c for c in codings if c not in ("", "aws-chunked"))
    if not headers.get("ContentEncoding"):
        headers.pop("ContentEncoding", None)
    expires = request_headers.get("expires") or members.get("Expires")
    if expires:
        text = expires if isinstance(expires, str) else _http_date(expires)
        headers["Expires"] = header_words.as_bytes(text, encoding)
    check_redirect(headers.get("WebsiteRedirectLocation"))
    _check_size(sum(len(_NAMES[name]) + len(value) for name, value in headers.items()))
    given = dict(members.get("Metadata") or {})
    if given.pop("", None) is not None:  # without a name it cannot be given back: S3 counts it
        headers["MissingMeta"] = "1"
    return Details(headers, user_metadata(given))


def user_metadata(given: Mapping[str, str]) -> dict[str, str]:
    """User metadata with lower-case names; raises S3Error MetadataTooLarge past 2 KiB."""
    metadata = {name.lower(): header_words.decode(value) for name, value in given.items()}
    _check_size(sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items()))
    return metadata


def _check_size(size: int) -> None:
    if size > MAX_METADATA_BYTES:
        raise S3Error("MetadataTooLarge", Size=size, MaxSizeAllowed=MAX_METADATA_BYTES)


def check_redirect(location: str | None) -> None:
    """Raises S3Error unless it is a path or an http(s) URL."""
    if location is not None and not location.startswith(("/", "http://", "https://")):
        raise S3Error(
            "InvalidRedirectLocation",
            "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
        )


def shown(kept: Details) -> dict[str, Any]:
    """The members of GET and HEAD: headers as they were given, metadata fit for a header."""
    return {
        "ContentType": DEFAULT_TYPE,
        **kept.headers,
        "Metadata": {name: header_words.encode(value) for name, value in kept.metadata.items()},
    }


def _http_date(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
