"""Checks of questions with one small answer: blanks in a list, no tags, no bucket, no policy."""

from __future__ import annotations

from conformance.checks.given_requests import md5, put_document
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"


@check(
    "object-attributes", proved_by=["attributes-with-blanks-refused"], only=RAW, verified=RECORDED,
    spec=f"{API}/API_GetObjectAttributes.html",
)  # fmt: skip
def attributes_may_have_blanks_between(t: Trial) -> None:
    """`ETag, ObjectSize` with a blank after the comma asks for both, as without one."""
    stored = t.given.object("key", b"123456789")
    path = f"/{t.bucket}/{stored.key}"

    for named in ("ETag,ObjectSize", "ETag, ObjectSize"):
        headers = {"x-amz-object-attributes": named}
        got = t.raw("GET", path, query="attributes=", headers=headers)
        t.expect.status(got, 200)
        for element in (b"<ObjectSize>9</ObjectSize>", stored.etag.strip('"').encode()):
            told = element.decode()
            t.expect.true(element in got.wire_body, f"{named!r} is answered with {told}", of=got)


@check(
    "bucket-tagging", proved_by=["buckets-without-tags-have-an-empty-set"], only=RAW,
    verified=RECORDED, spec=f"{API}/API_CreateBucket.html",
)  # fmt: skip
def bucket_made_with_no_tags_has_none(t: Trial) -> None:
    """CreateBucket with an empty Tags: done, and GetBucketTagging is 404 NoSuchTagSet."""
    bucket = t.bucket_name()
    region = t.endpoint.region
    where = f"<LocationConstraint>{region}</LocationConstraint>" if region != "us-east-1" else ""
    document = f"<CreateBucketConfiguration>{where}<Tags/></CreateBucketConfiguration>"

    tagged = t.given.bucket()
    tags = {"TagSet": [{"Key": "colour", "Value": "green"}]}
    t.given.call("PutBucketTagging", Bucket=tagged, Tagging=tags)
    told = t.look("GetBucketTagging", Bucket=tagged)
    t.expect.member(told, "TagSet[].Key", ["colour"])  # tags are told where there are some

    t.expect.status(put_document(t, f"/{bucket}", "", document), 200)

    t.expect.error(t.look("GetBucketTagging", Bucket=bucket), 404, "NoSuchTagSet")


@check("cors", proved_by=["preflight-of-no-bucket-is-404"], only=RAW, verified=RECORDED)
def preflight_of_no_bucket_is_forbidden(t: Trial) -> None:
    """OPTIONS of a bucket that was never made: 403 AccessForbidden; without Origin 400."""
    path = f"/{t.bucket_name()}"
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}

    with_origin = t.raw("OPTIONS", path, sign="none", headers=asked)
    without = t.raw("OPTIONS", path, sign="none")

    t.expect.error(with_origin, 403, "AccessForbidden")
    t.expect.no_header(with_origin, "Access-Control-Allow-Origin")
    t.expect.error(without, 400, "BadRequest")


@check("bucket-policy", proved_by=["status-of-no-policy"], only=SDK, spec=(
    f"{API}/API_GetBucketPolicyStatus.html"
))  # fmt: skip
def bucket_without_a_policy_has_no_status(t: Trial) -> None:
    """GetBucketPolicyStatus where there is no policy: 404 NoSuchBucketPolicy."""
    got = t.call("GetBucketPolicyStatus", Bucket=t.given.bucket())

    t.expect.error(got, 404, "NoSuchBucketPolicy")


@check("restore-object", proved_by=["restored-objects-stay-unread"], only=SDK, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html"
))  # fmt: skip
def restored_object_is_read_as_head_says(t: Trial) -> None:
    """After a restore was asked for: GET is 403 while HEAD says that it goes on, else the object.

    How long it takes is the endpoint's affair. Where HEAD says another thing after the GET than
    before it, either answer is right.
    """
    t.given.object("cold", b"thawed", StorageClass="GLACIER")
    t.given.call(
        "RestoreObject",
        Key="cold",
        RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}},
    )

    before = t.look("HeadObject", Key="cold").need_header("x-amz-restore")
    got = t.call("GetObject", Key="cold")
    after = t.look("HeadObject", Key="cold").need_header("x-amz-restore")

    if 'ongoing-request="true"' in before and before == after:
        t.expect.error(got, 403, "InvalidObjectState")
    elif 'ongoing-request="false"' in before:
        t.expect.body(got, b"thawed")
        t.expect.header(t.look("HeadObject", Key="cold"), "x-amz-storage-class", "GLACIER")
    else:
        t.expect.status(got, (200, 403))


@check(
    "delete-objects",
    proved_by=["empty-version-is-none"],
    only=RAW,
    verified="observed",  # brendanhay/amazonka#160 alone has what Amazon answers
    spec=f"{API}/API_DeleteObjects.html",
)
def empty_version_of_a_deletion_is_no_version(t: Trial) -> None:
    """An Object with an empty VersionId is one Error, and the object is still there."""
    stored = t.given.object("key", b"kept")
    body = f"<Delete><Object><Key>{stored.key}</Key><VersionId/></Object></Delete>".encode()

    got = t.raw(
        "POST",
        f"/{t.bucket}",
        query="delete=",
        body=body,
        headers={"Content-MD5": md5(body)},
    )

    t.expect.status(got, (200, 400))
    t.expect.true(b"<Deleted>" not in got.wire_body, "nothing is told as Deleted", of=got)
    t.expect.body(t.look("GetObject", Key="key"), b"kept")
