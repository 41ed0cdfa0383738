"""Checks of small things that trackers have: kinds of grantees, deleted sources, raw paths."""

from __future__ import annotations

from conformance.checks.given_uploads import given_upload
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GROUP = "http://acs.amazonaws.com/groups/global/AllUsers"


@check(
    "bucket-acl",
    proved_by=["grantees-without-a-kind"],
    only=SDK,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_Grantee.html",
)
def grantee_tells_its_kind(t: Trial) -> None:
    """ACLs of a bucket and an object: each Grantee has its xsi:type, CanonicalUser or Group."""
    # rustfs/rustfs issue 194: it was an element, and the SDK for Java read no grantee
    bucket = t.given.bucket_with_acls()
    t.given.object("key", b"x", Bucket=bucket, ACL="public-read")
    t.given.call("PutBucketAcl", Bucket=bucket, ACL="public-read")

    for operation, placed in (
        ("GetBucketAcl", {"Bucket": bucket}),
        ("GetObjectAcl", {"Bucket": bucket, "Key": "key"}),
    ):
        got = t.call(operation, **placed)
        group = f"Grants[?Grantee.URI=='{GROUP}'].Grantee.Type"
        account = "Grants[?Grantee.ID].Grantee.Type"
        t.expect.member(got, group, ["Group"])
        t.expect.member(got, account, ["CanonicalUser"])


@check("copy-object", proved_by=["deleted-sources-are-copied"], only=SDK, spec=(
    f"{API}/API_CopyObject.html"
))  # fmt: skip
def source_that_was_deleted_is_not_there(t: Trial) -> None:
    """A copy, and a copied part, of a key whose latest is a delete marker: 404 NoSuchKey."""
    # seaweedfs/seaweedfs issue 10207: the marker was copied as an empty object
    bucket = t.given.versioned_bucket()
    t.given.object("source", b"x", Bucket=bucket).need_version_id()  # versions are kept
    t.given.call("DeleteObject", Bucket=bucket, Key="source")
    upload = given_upload(t, "joined", Bucket=bucket)
    source = f"{bucket}/source"

    copied = t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=source)
    part = t.call(
        "UploadPartCopy",
        Bucket=bucket,
        Key="joined",
        UploadId=upload,
        PartNumber=1,
        CopySource=source,
    )

    for got in (copied, part):
        t.expect.error(got, 404, "NoSuchKey")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="copy"), 404)


@check("list-objects-v2", proved_by=["names-without-a-slash-are-below"], only=SDK, spec=(
    f"{API}/API_ListObjectsV2.html"
))  # fmt: skip
def key_without_the_slash_is_not_below_it(t: Trial) -> None:
    """With prefix `dir/` the object `dir` is not listed, grouped or not; `dir/1` is."""
    # rustfs/rustfs issue 303: table formats looked for `LATEST/` and were given `LATEST`
    t.given.object("dir", b"x")
    t.given.object("other/1", b"x")

    for more in ({}, {"Delimiter": "/"}):
        alone = t.call("ListObjectsV2", Prefix=t.key("dir/"), **more)
        t.expect.member(alone, "[KeyCount, Contents || `[]`]", [0, []])
        there = t.call("ListObjectsV2", Prefix=t.key("other/"), **more)
        t.expect.member(there, "Contents[].Key", [t.key("other/1")])


@check(
    "authentication",
    level="should",
    proved_by=["paths-are-signed-as-they-stand"],
    only=RAW,
    spec=f"{API}/sig-v4-header-based-auth.html",
)
def path_is_signed_encoded_however_it_is_sent(t: Trial) -> None:
    """A key with `(`, `)`, `!` and `*` unescaped in the request line: signed as if escaped."""
    # browsers and proxies write %28 as (; the canonical path is the key, encoded
    escaped, plain = "a%281%29%21%2A", "a(1)!*"
    path = f"/{t.bucket}/{t.key('')}"
    made = t.signed("PUT", path + escaped, body=b"x", after={"Connection": "close"})
    first, _, rest = made.partition(b"\r\n")
    sent = first.replace(escaped.encode(), plain.encode()) + b"\r\n" + rest
    t.expect.true(sent != made, "the request line has the characters unescaped")

    t.expect.status(t.wire(sent).first, 200)

    t.expect.body(t.look("GetObject", Key=plain), b"x")
