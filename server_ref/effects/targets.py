"""Where events go: from the ARN of a queue, topic or function to a URL, as the operator says.

    arn:aws:sqs:us-east-1:111122223333:my-queue=http://127.0.0.1:8080/events
    arn:aws:sns:*=http://127.0.0.1:8080/{name}
    arn:aws:lambda:*=

The first that fits counts; ``*`` and ``?`` stand for what they do in file names, ``{name}`` for
the ARN after its last colon, with ``.`` and ``..`` escaped twice: it never leaves its folder.
Without a URL the destination is there and nothing is sent to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import quote, urlsplit

Targets = tuple[tuple[str, str], ...]  # ARN or pattern, URL


def parse_target(text: str) -> tuple[str, str]:
    """``ARN=URL``; raises ValueError with what is wrong."""
    arn, equals, url = text.partition("=")
    if not equals or not arn.startswith("arn:"):
        raise ValueError(f"{text!r} is not ARN=URL, as in arn:aws:sqs:*=http://127.0.0.1:8080/")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"{url!r} is no http or https URL to deliver events of {arn} to")
    return arn, url


def parse_targets(texts: Sequence[str]) -> Targets:
    """All of them, in their order; raises ValueError."""
    return tuple(parse_target(text) for text in texts)


def url_of(targets: Targets, arn: str) -> str | None:
    """The URL for an ARN, "" for a destination that nothing is sent to; None: no such."""
    for pattern, url in targets:
        if fnmatchcase(arn, pattern):
            return url.replace("{name}", _segment(arn.rpartition(":")[2]))
    return None


def _segment(name: str) -> str:
    """A name as one part of a path. Clients resolve dots, escaped ones too, so those go twice."""
    quoted = quote(name, safe="")
    return quoted.replace(".", "%252E") if quoted in (".", "..") else quoted
