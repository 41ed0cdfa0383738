"""Deviations of which objects a lifecycle rule is about: tags, sizes and the rule's status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.context import Members
from server_ref.deviations import Change, declare
from server_ref.deviations.when import rewrite

Filter = dict[str, Any]


def _filters(change: Callable[[Filter], None]) -> Change:
    """Each filter of the configuration, and what is in its And, passes through ``change``."""

    def changed(members: Members) -> None:
        for rule in members["LifecycleConfiguration"]["Rules"]:
            asked = rule.get("Filter") or {}
            change(asked.get("And") or asked)

    return rewrite("PutBucketLifecycleConfiguration", changed)


def _without_tags(asked: Filter) -> None:
    for name in ("Tag", "Tags"):
        asked.pop(name, None)


def _first_tag_only(asked: Filter) -> None:
    del asked.get("Tags", [])[1:]


def _without_sizes(asked: Filter) -> None:
    for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan"):
        asked.pop(name, None)


def _bounds_included(asked: Filter) -> None:
    for name, by in (("ObjectSizeGreaterThan", -1), ("ObjectSizeLessThan", 1)):
        if name in asked:
            asked[name] += by


def _all_enabled(members: Members) -> None:
    for rule in members["LifecycleConfiguration"]["Rules"]:
        rule["Status"] = "Enabled"


declare(
    "expiration-of-any-tags",
    "A rule for tags is about objects of any tags.",
    _filters(_without_tags),
)
declare(
    "expiration-of-some-tags",
    "A rule for several tags is about objects that have the first.",
    _filters(_first_tag_only),
)
declare(
    "expiration-of-any-size",
    "A rule for sizes is about objects of any size.",
    _filters(_without_sizes),
)
declare(
    "expiration-at-the-bound",
    "A rule for sizes is about objects of just that size, too.",
    _filters(_bounds_included),
)
declare(
    "expiration-of-disabled-rules",
    "A rule that is Disabled holds like any other.",
    rewrite("PutBucketLifecycleConfiguration", _all_enabled),
)
