"""Deviations of the number, length and characters of tags."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote_plus

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import refuse_when, rewrite, swallow_when

_PUT = "PutObjectTagging"


def _pairs(members: Members) -> list[tuple[str, str]]:
    tags = (members.get("Tagging") or {}).get("TagSet") or []
    return [(one.get("Key") or "", one.get("Value") or "") for one in tags]


def _any(test: Callable[[str, str], bool]) -> Callable[[Context, Members], bool]:
    return lambda _ctx, members: any(test(*pair) for pair in _pairs(members))


declare(
    "tag-key-of-128-refused",
    "A tag's key is measured in bytes.",
    refuse_when(_PUT, "InvalidTag", _any(lambda key, _value: len(key.encode()) > 128)),
)
declare(
    "tag-key-of-129-accepted",
    "A tag's key may be of any length.",
    swallow_when(_PUT, "InvalidTag", _any(lambda key, _value: len(key) > 128)),
)
declare(
    "tag-value-of-257-accepted",
    "A tag's value may be of any length.",
    swallow_when(_PUT, "InvalidTag", _any(lambda _key, value: len(value) > 256)),
)


def _change(change: Callable[[str], str]) -> Callable[[Members], None]:
    def changed(members: Members) -> None:
        tags = (members.get("Tagging") or {}).get("TagSet") or []
        for one in tags:
            one["Key"] = change(one["Key"])

    return changed


declare(
    "tag-characters-lost",
    "Blanks and colons in a tag's key are lost.",
    rewrite(_PUT, _change(lambda key: key.replace(" ", "").replace(":", ""))),
)
declare(
    "tag-case-ignored",
    "Keys of tags are the same in any case.",
    refuse_when(
        _PUT,
        "InvalidTag",
        lambda _ctx, members: (
            len({key.lower() for key, _ in _pairs(members)}) < len(_pairs(members))
        ),
    ),
)


def _as_it_stands(members: Members) -> None:
    if members.get("Tagging"):
        pairs = [pair.partition("=") for pair in members["Tagging"].split("&")]
        members["Tagging"] = "&".join(
            f"{quote(name.replace('%', '_'))}={quote(unquote_plus(value).replace('+', ' '))}"
            for name, _, value in pairs
        )


def _ten(members: Members) -> None:
    if members.get("Tagging"):
        members["Tagging"] = "&".join(members["Tagging"].split("&")[:10])


declare(
    "tag-header-not-decoded",
    "Names in x-amz-tagging are taken as they stand.",
    rewrite("PutObject", _as_it_stands),
)
declare(
    "tag-11-in-a-header-accepted",
    "PutObject looks at the first ten tags.",
    rewrite("PutObject", _ten),
)
declare(
    "tags-of-an-upload-lost",
    "CreateMultipartUpload does not look at x-amz-tagging.",
    ignore_member("CreateMultipartUpload", "Tagging"),
)
declare(
    "bucket-tags-limited-to-10",
    "A bucket has ten tags at most.",
    refuse_when("PutBucketTagging", "BadRequest", lambda _ctx, members: len(_pairs(members)) > 10),
)
declare(
    "bucket-tags-without-limit",
    "A bucket may have any number of tags.",
    swallow_when("PutBucketTagging", "BadRequest", lambda _ctx, members: len(_pairs(members)) > 50),
)
