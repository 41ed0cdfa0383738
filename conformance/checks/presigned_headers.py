"""Checks of headers in the query of a presigned request: which count, and which do not."""

from __future__ import annotations

from conformance.trial import NotTriedError, Trial, check

AUTH = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"


def _path(t: Trial, name: str = "signed") -> str:
    return f"/{t.bucket}/{t.key(name)}"


@check(
    "presigned",
    proved_by=["presigned-checksums-obeyed"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    spec=AUTH,
)
def checksum_in_a_presigned_query_is_ignored(t: Trial) -> None:
    """A checksum that a presigner moved into the query is that of nothing, and does not count.

    The AWS SDK for JavaScript signs uploads so: it knows no body when it makes the URL.
    """
    query = "x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32"

    got = t.raw("PUT", _path(t), query=query, body=b"body", sign="query")

    t.expect.status(got, 200)
    t.expect.body(t.given.call("GetObject", Key="signed"), b"body")


@check(
    "presigned",
    proved_by=["presigned-conditions-ignored"],
    only=("raw",),
    verified="reported",  # localstack/localstack#12624 (a validated test), boto/boto3#4367
    spec=AUTH,
)
def condition_in_a_presigned_query_counts(t: Trial) -> None:
    """If-None-Match and If-Match in the query of a presigned PUT: 412, nothing is overwritten."""
    t.given.object("signed", b"first")

    for query in ("If-None-Match=%2A", "If-Match=%2200000000000000000000000000000000%22"):
        got = t.raw("PUT", _path(t), query=query, body=b"second", sign="query")
        t.expect.error(got, 412, "PreconditionFailed")

    t.expect.body(t.given.call("GetObject", Key="signed"), b"first")


@check(
    "presigned",
    proved_by=["presigned-metadata-ignored"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    spec=AUTH,
)
def metadata_in_a_presigned_query_is_kept(t: Trial) -> None:
    """x-amz-meta-* in the query of a presigned PUT is metadata of the object."""
    got = t.raw("PUT", _path(t), query="x-amz-meta-colour=green", body=b"body", sign="query")

    t.expect.status(got, 200)
    head = t.given.call("HeadObject", Key="signed")
    t.expect.header(head, "x-amz-meta-colour", "green")


@check(
    "presigned",
    proved_by=["presigned-tags-taken"],
    only=("raw",),
    # aws/aws-sdk-go-v2#1017, aws/aws-sdk-ruby#3137, aws/aws-sdk-js-v3#3496, aws/aws-sdk-js#1313
    verified="reported",
    spec=AUTH,
)
def tags_in_a_presigned_query_are_ignored(t: Trial) -> None:
    """x-amz-tagging in the query of a presigned PUT tags nothing: it has to be a header."""
    t.look("PutObject", Key="tagged", Body=b"body", Tagging="colour=green")
    tagged = t.look("GetObjectTagging", Key="tagged")
    if not tagged.good or tagged.strange or not tagged.parsed.get("TagSet"):
        raise NotTriedError("x-amz-tagging tags nothing here as a header: the query shows nothing")

    got = t.raw("PUT", _path(t), query="x-amz-tagging=colour%3Dgreen", body=b"body", sign="query")

    t.expect.status(got, 200)
    t.expect.member(t.given.call("GetObjectTagging", Key="signed"), "TagSet", [])
