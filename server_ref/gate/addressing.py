"""Where a request points: bucket, key and parameters, from Host and target.

Path-style (/bucket/key) and virtual-hosted (bucket.s3.amazonaws.com/key), below a base path.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.rules.names import climbs, decoded
from server_ref.settings import Settings

# https://docs.aws.amazon.com/general/latest/gr/s3.html
_amazon = re.compile(
    r"(?:(.+)\.)?s3(?:(?:-fips)?[.-](?:dualstack\.)?[a-z0-9-]+|-accelerate\.dualstack)?"
    r"\.amazonaws\.(?:com(?:\.cn)?|eu)"
)
_regional = re.compile(r"(?:(.+)\.)?s3\.[a-z]{2}(?:-[a-z]+)+-\d\.localhost")
_LOOPBACK = ("s3.localhost", "localhost")
_KEPT_HOSTS = 1024  # hosts whose bucket is remembered


def names_for_certificate(settings: Settings) -> tuple[str, ...]:
    """The server's names below .localhost and its own domain, and wildcards for their buckets.

    ``*.localhost`` is not among them: OpenSSL and Node.js take no wildcard of a top level.
    """
    domain = settings.domain.lower().strip(".")
    own = (domain,) if domain else ()
    regions = (settings.region, *settings.further_regions)
    endpoints = (*own, "s3.localhost", *(f"s3.{region}.localhost" for region in regions))
    websites = tuple(f"*.s3-website.{end}" for end in (*own, "localhost"))
    return ("localhost", *endpoints, *(f"*.{endpoint}" for endpoint in endpoints), *websites)


class Addressing:
    """Fills in what the transport leaves open in a Request."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.base_path.rstrip("/")
        domain = settings.domain.lower().strip(".")
        self._suffixes = (domain, *_LOOPBACK) if domain else _LOOPBACK
        self._hosts: dict[str, str | None] = {}

    def locate(self, request: Request) -> None:
        """Set bucket, key and query. Raises S3Error InvalidURI."""
        target = request.target
        if target[0] != "/":
            target = _origin_form(request)
        path, mark, query = target.partition("?")
        if mark:
            request.query = _parameters(query)
        base = self._base
        if base:
            if path != base and not path.startswith(base + "/"):
                raise _bad_uri(target)
            path = path[len(base) :] or "/"
        host = request.host
        try:
            bucket = self._hosts[host]
        except KeyError:
            bucket = self._learn(host)
        if bucket is None:
            bucket, slash, key = path[1:].partition("/")
            if "%" in bucket:
                bucket = _decoded(bucket)
            request.bucket = bucket or None
            if not bucket and slash:
                raise _bad_uri(target)
        else:
            key = path[1:]
            request.bucket = bucket
            request.virtual_host = True
        if key:
            request.key = _decoded(key) if "%" in key else key
            if request.encoding != "utf-8" or climbs(request.key):
                raise _bad_uri(target)

    def _learn(self, host: str) -> str | None:
        """The bucket a host names, None for path-style."""
        name = host.lower()
        if not name.startswith("["):
            name = name.partition(":")[0]
        bucket: str | None = None
        match = _amazon.fullmatch(name) or _regional.fullmatch(name)
        if match is not None:
            bucket = match[1]
        else:
            for suffix in self._suffixes:
                if name == suffix:
                    break
                if name.endswith("." + suffix):
                    bucket = name[: -len(suffix) - 1]
                    break
        if bucket is not None and bucket.startswith("s3express-control"):
            bucket = None
        if len(self._hosts) < _KEPT_HOSTS:
            self._hosts[host] = bucket
        return bucket


def _origin_form(request: Request) -> str:
    """The path of an absolute target (RFC 9112, section 3.2.2), whose host then counts."""
    scheme, mark, rest = request.target.partition("://")
    if request.target == "*" and request.method == "OPTIONS":
        return "/"
    if not mark or scheme.lower() not in ("http", "https"):
        raise _bad_uri(request.target)
    host, slash, path = rest.partition("/")
    host, question, query = host.partition("?")
    request.host = host
    return f"/{path}" if slash else f"/{question}{query}"


def _decoded(text: str) -> str:
    """Raises S3Error InvalidURI for an escape without its two digits, and for what is no UTF-8."""
    try:
        return decoded(text)
    except ValueError:
        raise _bad_uri(text) from None


def _parameters(query: str) -> dict[str, str]:
    """Decoded parameters; of a repeated one the first counts."""
    found: dict[str, str] = {}
    for piece in query.split("&"):
        if not piece:
            continue
        name, _, value = piece.partition("=")
        try:
            if "%" in name or "+" in name:
                name = unquote_plus(name, errors="strict")
            if "%" in value or "+" in value:
                value = unquote_plus(value, errors="strict")
        except UnicodeDecodeError:
            raise _bad_uri(query) from None
        found.setdefault(name, value)
    return found


def _bad_uri(text: str) -> S3Error:
    return S3Error("InvalidURI", URI=text)
