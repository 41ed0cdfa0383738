"""Checks of keys that are too long, wherever a request names one."""

from __future__ import annotations

from conformance.trial import Trial, check

ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


@check(
    "put-object",
    proved_by=["long-keys-looked-for"],
    only=("raw",),
    level="should",
    spec=ERRORS,
)
def too_long_a_key_is_no_key_anywhere(t: Trial) -> None:
    """GET, DELETE, a copy and an upload of a key of 1,025 bytes: 400 KeyTooLongError."""
    t.given.object("source", b"x")
    path = f"/{t.bucket}/{'k' * 1025}"

    for method, query, headers in (
        ("GET", "", {}),
        ("DELETE", "", {}),
        ("GET", "tagging", {}),
        ("POST", "uploads", {}),
        ("PUT", "", {"x-amz-copy-source": t.source("source")}),
    ):
        got = t.raw(method, path, query=query, headers=headers)
        t.expect.error(got, 400, "KeyTooLongError")
