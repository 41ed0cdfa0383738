"""The fence round a check that may destroy data: it reaches buckets it made itself, and no other.

It is asked by the trial before every request of such a check, setup included. What it does not
understand it does not let through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

_ADDRESS = re.compile(r"([a-z0-9]+)://([^/?]*)")
_OF_A_FILE = frozenset({"file", "fileb"})
_WITHOUT_A_BUCKET = frozenset({"ListBuckets"})


class TrespassError(Exception):
    """The check reached beyond the buckets it made: an error of the suite's own, nothing sent."""


class Fence:
    """Lets through what names one of ``own``, a list its owner goes on adding to."""

    def __init__(self, own: Sequence[str]) -> None:
        self._own = own

    def members(self, operation: str, members: Mapping[str, Any]) -> None:
        """Raise TrespassError unless ``Bucket`` is one of the check's own."""
        if "Bucket" not in members and operation in _WITHOUT_A_BUCKET:
            return
        self._let(members.get("Bucket"), operation)

    def request(self, path: str, headers: Mapping[str, Any]) -> None:
        """Raise TrespassError unless the path begins with an own bucket and the host is ours."""
        if any(name.lower() == "host" for name in headers):
            raise TrespassError("a Host of its own could name any bucket; it was not sent")
        self._let(unquote(path.lstrip("/").partition("/")[0]), path)

    def command(self, argv: Sequence[str]) -> None:
        """Raise TrespassError unless the words name an own bucket, and none besides."""
        named = []
        for number, word in enumerate(argv):
            named += [name for scheme, name in _ADDRESS.findall(word) if scheme not in _OF_A_FILE]
            if word.startswith("--bucket="):
                named.append(word.partition("=")[2])
            elif word == "--bucket":
                named.append(argv[number + 1] if number + 1 < len(argv) else "")
        for name in named or [None]:
            self._let(name, " ".join(argv))

    def _let(self, bucket: object, what: str) -> None:
        if bucket not in self._own:
            raise TrespassError(
                f"{what}: {bucket or 'no bucket'} is not a bucket this check made; a check of "
                "severity data loss works in buckets of its own. Nothing was sent"
            )
