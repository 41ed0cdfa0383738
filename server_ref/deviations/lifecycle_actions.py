"""Deviations of the actions of a lifecycle rule: what they need not say, and what goes together."""

from __future__ import annotations

from server_ref.context import Members
from server_ref.deviations import declare
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import edit_members

_PUT = "PutBucketLifecycleConfiguration"

declare(
    "lifecycle-abort-unchecked",
    "Uploads that end after no day are taken, and nothing comes of it.",
    accept(_PUT, "InvalidArgument", "AbortIncompleteMultipartUpload"),
)
declare(
    "lifecycle-abort-of-what-has-tags",
    "A rule that ends uploads may ask for what no upload has, and nothing comes of it.",
    accept(_PUT, "InvalidRequest", "AbortIncompleteMultipartUpload cannot"),
)
declare(
    "lifecycle-noncurrent-days-unchecked",
    "Old versions may end after no day, and nothing comes of it.",
    accept(_PUT, "InvalidArgument", "NoncurrentVersionExpiration"),
)
declare(
    "lifecycle-days-and-dates",
    "A rule may count days and name dates, and nothing comes of it.",
    accept(_PUT, "InvalidRequest", "mixed 'Date' and 'Days'"),
)
declare(
    "lifecycle-expires-before-transition",
    "Objects may end before they are moved, and nothing comes of it.",
    accept(_PUT, "InvalidArgument", "Expiration action for filter"),
)
declare(
    "lifecycle-infrequent-at-once",
    "Objects may be moved to STANDARD_IA on any day, and nothing comes of it.",
    accept(_PUT, "InvalidArgument", "must be greater than or equal to 30"),
)


def _of_current_versions(answer: Members) -> None:
    names = ("NoncurrentVersionExpiration", "NoncurrentVersionTransitions")
    answer["Rules"] = [
        {name: said for name, said in rule.items() if name not in names} for rule in answer["Rules"]
    ]


declare(
    "lifecycle-markers-have-tags",
    "A rule may end delete markers by their tags, and nothing comes of it.",
    accept(_PUT, "InvalidRequest", "ExpiredObjectDeleteMarker cannot"),
)
declare(
    "lifecycle-noncurrent-lost",
    "What a rule does to noncurrent versions is not answered.",
    edit_members("GetBucketLifecycleConfiguration", _of_current_versions),
)
