"""What checks expect of the ETags of objects that were written whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from conformance.trial import that


def md5_etag(body: bytes) -> str:
    """The ETag of an object that is not encrypted, or with S3's keys: the MD5, in quotes."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def not_the_md5_of(body: bytes) -> Callable[[Any], bool]:
    """Holds for any other ETag, in quotes or not; not for an empty one."""
    md5 = md5_etag(body).strip('"')
    return that(
        "another value than the MD5 of the content",
        lambda etag: etag.strip('"') != md5 and len(etag) > 2,
    )
