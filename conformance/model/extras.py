"""How to install an optional part of s3compat: the words for pip, as s3compat itself was installed.

It comes from a clone, from a git address, from a file or from an index; pip writes down which
(``direct_url.json``). https://packaging.python.org/en/latest/specifications/direct-url/
"""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import urlsplit
from urllib.request import url2pathname

_NAME = "s3compat"


def how_to_install(extra: str) -> str:
    """The command that adds an extra of ours: ``pip install -e '/home/me/s3compat[history]'``."""
    try:
        text = distribution(_NAME).read_text("direct_url.json")
        origin = json.loads(text) if text else {}
    except (PackageNotFoundError, ValueError):
        origin = {}
    return f"pip install {_wanted(origin, extra)}"


def _wanted(origin: dict[str, object], extra: str) -> str:
    url = origin.get("url")
    if not isinstance(url, str):
        return f"'{_NAME}[{extra}]'"
    parts = urlsplit(url)
    folder, vcs = origin.get("dir_info"), origin.get("vcs_info")
    if isinstance(folder, dict) and parts.scheme == "file":
        way = "-e " if folder.get("editable") else ""
        return f"{way}'{url2pathname(parts.path)}[{extra}]'"
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()  # without a password
    how = f"{vcs['vcs']}+" if isinstance(vcs, dict) and "vcs" in vcs else ""
    return f"'{_NAME}[{extra}] @ {how}{bare}'"
