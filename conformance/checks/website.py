"""Checks of Website endpoints: the website configuration of a bucket, read and written."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
INDEX: dict[str, Any] = {"IndexDocument": {"Suffix": "index.html"}}


@check("website", proved_by=["website-index-lost"], verified="aws-recorded 2026-02")
def configuration_reads_back(t: Trial) -> None:
    """The configuration that was put is the bucket's."""
    bucket = t.given.bucket()

    t.expect.ok(t.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=INDEX))

    got = t.look("GetBucketWebsite", Bucket=bucket)
    t.expect.member(got, "IndexDocument.Suffix", "index.html")


@check(
    "website",
    proved_by=["website-none-is-empty"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetBucketWebsite.html",
)
def bucket_without_website_has_no_configuration(t: Trial) -> None:
    """GetBucketWebsite where none was put: 404 NoSuchWebsiteConfiguration."""
    got = t.call("GetBucketWebsite", Bucket=t.bucket)

    t.expect.error(got, 404, "NoSuchWebsiteConfiguration", BucketName=t.bucket)


@check(
    "website",
    proved_by=["website-delete-missing-404"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeleteBucketWebsite.html",
)
def deleting_a_website_that_is_not_there_succeeds(t: Trial) -> None:
    """DeleteBucketWebsite answers 204, and 204 again where there is no website any more."""
    bucket = t.given.bucket()
    t.given.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=INDEX)

    for _ in range(2):
        t.expect.status(t.call("DeleteBucketWebsite", Bucket=bucket), 204)


@check(
    "website",
    proved_by=["website-delete-deletes-the-bucket"],
    spec=f"{API}/API_DeleteBucketWebsite.html",
)
def deleting_the_website_keeps_the_bucket(t: Trial) -> None:
    """DeleteBucketWebsite removes the configuration and leaves the bucket where it is."""
    bucket = t.given.bucket()
    t.given.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=INDEX)

    t.expect.success(t.call("DeleteBucketWebsite", Bucket=bucket), 204)

    t.expect.ok(t.look("HeadBucket", Bucket=bucket))
    t.tells_absent()


@check(
    "website",
    proved_by=["website-suffix-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def index_suffix_has_no_slash(t: Trial) -> None:
    """An index document suffix with a slash: 400 InvalidArgument, naming IndexDocument."""
    got = t.call(
        "PutBucketWebsite",
        Bucket=t.given.bucket(),
        WebsiteConfiguration={"IndexDocument": {"Suffix": "/index.html"}},
    )

    t.expect.error(
        got, 400, "InvalidArgument", ArgumentName="IndexDocument", ArgumentValue="/index.html"
    )


@check(
    "website",
    proved_by=["website-protocol-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def redirect_protocol_is_http_or_https(t: Trial) -> None:
    """A redirect to a protocol other than http and https: 400 InvalidRequest."""
    got = t.call(
        "PutBucketWebsite",
        Bucket=t.given.bucket(),
        WebsiteConfiguration={
            "RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "ftp"},
        },
    )

    t.expect.error(got, 400, "InvalidRequest")
