"""Checks of names, headers and callers that S3 refuses, or counts, in a way of its own."""

from __future__ import annotations

from conformance.checks.given_policies import expect_denied, given_policy, statement
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"


@check(
    "put-object",
    proved_by=["climbing-keys-taken"],
    only=("raw",),
    level="may",
    verified="documented",
    spec=f"{GUIDE}/object-keys.html",
)
def key_does_not_climb_out_of_its_bucket(t: Trial) -> None:
    """`../x` and `a/../../b` as keys: 400; `a/../b` is a key like any other."""
    for key in ("../x", "a/../../b"):
        t.expect.status(t.raw("PUT", f"/{t.bucket}/{key}", body=b"x"), 400)

    got = t.raw("PUT", f"/{t.bucket}/{t.key('a')}/../b", body=b"x")

    t.expect.status(got, 200)
    listed = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.key("a"))
    t.expect.member(listed, "Contents[].Key", [f"{t.key('a')}/../b"])


@check(
    "object-metadata",
    proved_by=["nameless-metadata-forgotten"],
    only=("raw",),
    verified="reported",  # treeverse/lakeFS#9727; the reference has x-amz-missing-meta for it
    spec=f"{API}/API_HeadObject.html",
)
def metadata_without_a_name_is_counted(t: Trial) -> None:
    """`x-amz-meta-: x` is not given back; x-amz-missing-meta says that one is missing."""
    headers = {"x-amz-meta-": "nameless", "x-amz-meta-named": "kept"}
    t.expect.status(t.raw("PUT", f"/{t.bucket}/{t.key('k')}", headers=headers, body=b"x"), 200)

    got = t.raw("HEAD", f"/{t.bucket}/{t.key('k')}")

    t.expect.header(got, "x-amz-meta-named", "kept")
    t.expect.header(got, "x-amz-missing-meta", "1")
    t.expect.no_header(got, "x-amz-meta-")


@check(
    "object-tagging",
    proved_by=["nameless-tags-taken"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1215
    spec=f"{API}/API_PutObject.html",
)
def tag_in_a_header_has_a_name(t: Trial) -> None:
    """x-amz-tagging `=`: 400, and nothing is stored."""
    got = t.raw("PUT", f"/{t.bucket}/{t.key('k')}", headers={"x-amz-tagging": "="}, body=b"x")

    t.expect.status(got, 400)
    t.expect.status(t.look("HeadObject", Key="k"), 404)


@check(
    "regions",
    proved_by=["listings-do-not-tell-the-region"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1814; the Rust and Go SDKs read it
    spec=f"{API}/API_HeadBucket.html",
)
def listing_tells_the_region(t: Trial) -> None:
    """ListObjects and ListObjectsV2 answer x-amz-bucket-region."""
    for query in ("", "list-type=2"):
        got = t.raw("GET", f"/{t.bucket}", query=query)
        t.expect.header(got, "x-amz-bucket-region", t.endpoint.region)


@check(
    "bucket-policy",
    proved_by=["anonymous-uploads-begun"],
    only=("raw",),
    verified="reported",  # scylladb/scylladb#13425, Seagate/cortx-prvsnr#2908
    spec=f"{GUIDE}/mpuAndPermissions.html",
)
def nobody_begins_uploads_or_copies(t: Trial) -> None:
    """In a bucket open to everybody an unsigned PUT is taken, a copy and an upload are not: 403."""
    bucket = t.given.bucket()
    t.given.opened(bucket)
    given_policy(t, bucket, statement(bucket, "Allow", ["s3:GetObject", "s3:PutObject"]))

    put = t.raw("PUT", f"/{bucket}/key", body=b"anybody's", sign="none")
    begun = t.raw("POST", f"/{bucket}/upload", query="uploads=", sign="none")
    source = {"x-amz-copy-source": f"{bucket}/key"}
    copied = t.raw("PUT", f"/{bucket}/copy", headers=source, sign="none")

    t.expect.status(put, 200)
    t.expect.error(begun, 403, "AccessDenied")
    t.expect.error(copied, 403, "AccessDenied")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="copy"), 404)


@check(
    "bucket-policy",
    proved_by=["empty-values-are-absent"],
    only=("raw",),
    verified="documented",
    spec=f"{GUIDE}/amazon-s3-policy-keys.html",
)
def empty_prefix_is_a_prefix(t: Trial) -> None:
    """StringEquals s3:prefix "" holds for `prefix=`, and not where there is no prefix."""
    bucket = t.given.bucket()
    condition = {"StringEquals": {"s3:prefix": ""}}
    denial = statement(bucket, "Deny", "s3:ListBucket", None, Condition=condition)
    given_policy(t, bucket, denial)

    empty = t.raw("GET", f"/{bucket}", query="list-type=2&prefix=")
    without = t.raw("GET", f"/{bucket}", query="list-type=2")

    expect_denied(t, empty)
    t.expect.status(without, 200)
