"""Parameters of a presigned request that stand for headers: which S3 takes, and which it ignores.

A presigner may move headers into the query, where the signature covers them. S3 takes x-amz-* and
the conditions from there, but not what has to be signed as a header:

* checksums and encryption (recorded for checksums; https://github.com/aws/aws-sdk-ruby/issues/874
  and https://github.com/aws/aws-sdk-js-v3/issues/1576 for encryption),
* tags (https://github.com/aws/aws-sdk-go-v2/pull/1017,
  https://github.com/aws/aws-sdk-ruby/issues/3137, https://github.com/aws/aws-sdk-js-v3/issues/3496).
"""

from __future__ import annotations

from collections.abc import Mapping

from server_ref.request import Request

# Of the signature itself.
_AUTHENTICATION = frozenset(
    {
        *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires"),
        *("x-amz-signedheaders", "x-amz-signature", "x-amz-security-token"),
        "x-amz-content-sha256",
    }
)
# Taken as headers only.
_IGNORED = frozenset({"x-amz-decoded-content-length", "x-amz-tagging", "x-amz-trailer"})
_IGNORED_KINDS = (
    "x-amz-checksum-",
    "x-amz-copy-source-server-side-encryption-",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-server-side-encryption",
)
_CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})
# Version 2 signs these, wherever they are sent.
_VERSION_2 = frozenset({"content-md5", "content-type"})


def signed_in_query(query: Mapping[str, str]) -> dict[str, str]:
    """What Signature Version 2 signs as headers and finds in the query; lower-case names."""
    found: dict[str, str] = {}
    for name, value in query.items():
        lowered = name.lower()
        if lowered.startswith("x-amz-") or lowered in _VERSION_2:
            found.setdefault(lowered, value)
    return found


def take_headers(request: Request, *, version_2: bool = False) -> None:
    """Give the request the headers that its query stands for; a header that was sent counts."""
    for name, value in request.query.items():
        lowered = name.lower()
        if _stands_for_header(lowered) or (version_2 and lowered in _VERSION_2):
            request.headers.setdefault(lowered, value)


def _stands_for_header(name: str) -> bool:
    if name in _CONDITIONS:
        return True
    return (
        name.startswith("x-amz-")
        and name not in _AUTHENTICATION
        and name not in _IGNORED
        and not name.startswith(_IGNORED_KINDS)
    )
