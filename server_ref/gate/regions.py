"""The regions of one server: where its buckets are, and which region a request is signed for.

A bucket's requests are signed for the bucket's region, as with S3. A host that names a region
(``s3.eu-west-1.amazonaws.com``, ``s3.eu-west-1.localhost``) is that region's endpoint and knows
only its buckets; any other host is led to the bucket, wherever it is. With one region there is
nothing to tell apart.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.rules.names import REGIONS

_CLASSIC = "us-east-1"
# Anybody may ask it where any bucket is, signed for any region: that is how clients find out.
_ANYWHERE = frozenset({"GetBucketLocation"})
# These go to the endpoint a client has chosen, not to a bucket.
_AT_ENDPOINT = frozenset({"", "CreateBucket", "ListBuckets", "ListDirectoryBuckets"})
_host_region = re.compile(
    r"(?:.+\.)?s3(?:-fips)?[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)"
    r"\.(amazonaws\.com(?:\.cn)?|localhost)"
).fullmatch


class Regions:
    """``served`` are all regions of a server, its home first."""

    def __init__(self, served: tuple[str, ...], where: Callable[[str], str | None]) -> None:
        """``where`` gives the region of a bucket, None where there is no such bucket."""
        self._served = served
        self._where = where

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self._served) > 1

    def accepted(self, request: Request, operation: str) -> tuple[str, ...]:
        """The regions this request may be signed for; the first is the one to be named."""
        here = host_region(request.host)
        if here is not None:
            return (here,)
        bucket = None
        if request.bucket and operation not in _AT_ENDPOINT:
            bucket = self._where(request.bucket)
        if bucket is None:
            return self._served
        if operation in _ANYWHERE:
            return (bucket, *self._served)
        return (bucket,)

    def check(self, request: Request, operation: str) -> None:
        """Raises S3Error PermanentRedirect at the endpoint of a region the bucket is not in."""
        here = host_region(request.host)
        if here is None or not request.bucket or operation in _AT_ENDPOINT | _ANYWHERE:
            return
        region = self._where(request.bucket)
        if region is None or region == here:
            return
        endpoint = _endpoint(region)
        raise S3Error(
            "PermanentRedirect",
            headers={"x-amz-bucket-region": region},
            Endpoint=f"{request.bucket}.{endpoint}" if request.virtual_host else endpoint,
            Bucket=request.bucket,
        )


def host_region(host: str) -> str | None:
    """The region a host names, None where it names none."""
    if not host.lower().startswith(("s3", "s3-")) and ".s3" not in host:
        return None
    match = _host_region(host.lower().partition(":")[0])
    return match[1] if match is not None and match[1] in REGIONS else None


def check_regions(regions: tuple[str, ...]) -> tuple[str, ...]:
    """The regions without repetition. Raises ValueError for a region S3 does not have."""
    for region in regions:
        if len(regions) > 1 and region not in REGIONS:
            raise ValueError(f"{region!r} is no region of S3; write one such as eu-west-1")
    return tuple(dict.fromkeys(regions))


def _endpoint(region: str) -> str:
    return "s3.amazonaws.com" if region == _CLASSIC else f"s3.{region}.amazonaws.com"
