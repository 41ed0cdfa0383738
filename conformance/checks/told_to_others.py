"""Checks of what strangers and browsers are told, and of locks and lists of single versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
_ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


@check("list-buckets", proved_by=["buckets-told-to-anybody"], only=RAW, spec=(
    f"{API}/API_ListBuckets.html"
))  # fmt: skip
def nobody_is_told_the_buckets(t: Trial) -> None:
    """GET of `/` without a signature: a redirect or a 4xx. Nor does OPTIONS name a bucket."""
    bucket = t.given.bucket()
    own = t.raw("GET", "/", query=f"prefix={bucket}")
    t.expect.true(bucket.encode() in own.wire_body, "the owner is told the bucket", of=own)

    for method, least in (("GET", 300), ("OPTIONS", 200)):
        got = t.raw(method, "/", sign="none")

        t.expect.true(least <= got.status < 500, f"the status is of {least} to 499", of=got)
        t.expect.true(bucket.encode() not in got.wire_body, "no bucket is named", of=got)


@check("cors", proved_by=["errors-without-cors"], only=RAW, level="should", spec=(
    f"{GUIDE}/ManageCorsUsing.html"
))  # fmt: skip
def error_says_to_an_allowed_origin_that_it_may_be_read(t: Trial) -> None:
    """404 and 403 to an allowed Origin carry the CORS headers, or a script could not read them."""
    bucket = t.given.bucket()
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://example.com"]}
    t.given.call("PutBucketCors", Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    allowed, other = {"Origin": "https://example.com"}, {"Origin": "https://other.example"}

    absent = t.raw("GET", f"/{bucket}/absent", headers=allowed)
    denied = t.raw("GET", f"/{bucket}/absent", headers=allowed, sign="none")
    beside = t.raw("GET", f"/{bucket}/absent", headers=other)

    for got in (absent, beside):
        t.expect.error(got, 404, "NoSuchKey")
    t.expect.error(denied, (403, 404), None)
    for got in (absent, denied):
        t.expect.header(got, "Access-Control-Allow-Origin", "https://example.com")
    t.expect.no_header(beside, "Access-Control-Allow-Origin")


@check("retention", proved_by=["locks-are-of-every-version"], only=SDK, spec=(
    f"{GUIDE}/object-lock.html"
))  # fmt: skip
def lock_is_of_one_version(t: Trial) -> None:
    """A retention and a hold on two old versions leave the third free to be removed."""
    bucket = t.given.locked_bucket()
    held, retained, free = (
        t.given.object("key", body, Bucket=bucket).need_version_id()
        for body in (b"held", b"retained", b"free")
    )
    placed = {"Bucket": bucket, "Key": "key"}
    until = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    t.given.call("PutObjectLegalHold", **placed, VersionId=held, LegalHold={"Status": "ON"})
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    t.given.call("PutObjectRetention", **placed, VersionId=retained, Retention=retention)

    t.expect.ok(t.call("DeleteObject", **placed, VersionId=free))

    for version in (held, retained):
        got = t.call("DeleteObject", **placed, VersionId=version)
        t.expect.error(got, 403, "AccessDenied")
    t.expect.body(t.look("GetObject", **placed), b"retained")


@check("object-acl", proved_by=["lists-are-of-the-latest-version"], only=SDK, spec=(
    f"{API}/API_PutObjectAcl.html"
))  # fmt: skip
def acl_belongs_to_a_version(t: Trial) -> None:
    """PutObjectAcl with VersionId sets the ACL of that version; without one, of the latest."""
    bucket = t.given.bucket_with_acls()
    enabled = {"VersioningConfiguration": {"Status": "Enabled"}}
    t.given.call("PutBucketVersioning", Bucket=bucket, **enabled)
    first = t.given.object("key", b"one", Bucket=bucket).need_version_id()
    second = t.given.object("key", b"two", Bucket=bucket).need_version_id()
    placed = {"Bucket": bucket, "Key": "key"}

    t.expect.ok(t.call("PutObjectAcl", **placed, VersionId=first, ACL="public-read"))

    old = t.call("GetObjectAcl", **placed, VersionId=first)
    t.expect.member(old, "Grants[?Permission=='READ'].Grantee.URI", [_ALL_USERS])
    for version in ({"VersionId": second}, {}):
        new = t.call("GetObjectAcl", **placed, **version)
        t.expect.member(new, "Grants[].Permission", ["FULL_CONTROL"])


@check(
    "object-metadata", proved_by=["headers-of-objects-are-ascii"], only=RAW, verified=RECORDED,
    spec=f"{API}/API_PutObject.html",
    level="should",
)  # fmt: skip
def headers_of_an_object_keep_their_bytes(t: Trial) -> None:
    """Cache-Control and Content-Disposition in UTF-8 come back as the bytes that were sent."""
    sent = {
        "Cache-Control": "ÄMÄZÕÑ S3",
        "Content-Disposition": 'attachment; filename="test_—_é_2.pdf"',
    }
    as_bytes = {name: value.encode().decode("latin-1") for name, value in sent.items()}

    t.expect.status(t.raw("PUT", f"/{t.bucket}/{t.key('key')}", body=b"x", after=as_bytes), 200)

    head = t.raw("HEAD", f"/{t.bucket}/{t.key('key')}")
    for name, value in as_bytes.items():
        t.expect.header(head, name, value)
