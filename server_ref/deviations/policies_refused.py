"""Deviations of what a bucket policy may say."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.bodies import accept

declare(
    "policy-actions-of-anything",
    "A policy's action need not fit its resource, and nothing comes of it.",
    accept("PutBucketPolicy", "MalformedPolicy", "Action does not apply"),
)
declare(
    "policy-of-nobody-known",
    "A policy's principal may be any word, and nothing comes of it.",
    accept("PutBucketPolicy", "MalformedPolicy", "Invalid principal"),
)
declare(
    "policy-of-any-resource",
    "A policy's resource may be anything, and nothing comes of it.",
    accept("PutBucketPolicy", "MalformedPolicy", "invalid resource"),
)

for _name, _sentence, _words in (
    ("policy-of-nothing", "A policy's resource may be empty, and nothing comes of it.", "resource"),
    ("policy-of-any-version", "A policy may be of any version of the language.", "version string"),
    (
        "policy-conditions-of-anything",
        "A condition need not fit the actions of its statement, and nothing comes of it.",
        "Conditions do not apply",
    ),
    (
        "policy-conditions-unread",
        "A condition may have any key, and nothing comes of it.",
        "condition key",
    ),
):
    declare(_name, _sentence, accept("PutBucketPolicy", "MalformedPolicy", _words))
