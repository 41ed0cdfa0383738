"""The folder in which fetched and built client programs are kept: the user's cache.

S3COMPAT_CACHE names another one. Nothing outside it is ever written by an installation.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "S3COMPAT_CACHE"


def cache_folder() -> Path:
    """`$S3COMPAT_CACHE`, else `s3compat` in the user's cache folder; it may not be there yet.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "s3compat"
