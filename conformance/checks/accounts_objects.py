"""Checks of what two accounts do with the same objects: whose they are, copies, uploads, URLs."""

from __future__ import annotations

from conformance.checks.given_policies import (
    BY_HAND,
    USER_GUIDE,
    expect_refused,
    given_rights,
)
from conformance.checks.given_uploads import named_parts
from conformance.trial import OTHER_ACCOUNT, Answer, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
OWNERSHIP = f"{USER_GUIDE}/about-object-ownership.html"
OWNER_CONDITION = f"{USER_GUIDE}/bucket-owner-condition.html"
PAYING = f"{USER_GUIDE}/ObjectsinRequesterPaysBuckets.html"
PRESIGNED = f"{USER_GUIDE}/using-presigned-url.html"
UPLOADS = f"{USER_GUIDE}/mpuoverview.html"
STRANGERS = ["other-accounts-may-everything", "other-accounts-may-nothing"]


# whose an object is


@check(
    "bucket-ownership",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "ownership-is-the-writers"],
    only=BY_HAND,
    spec=OWNERSHIP,
)
def enforced_bucket_owns_what_others_write(t: Trial) -> None:
    """BucketOwnerEnforced: the bucket's owner owns and reads what another account wrote."""
    bucket = t.given.bucket_owned("BucketOwnerEnforced")
    expect_refused(t, t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"theirs"))
    given_rights(t, bucket, "s3:PutObject")

    t.expect.ok(t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"theirs"))

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"theirs")
    acl = t.call("GetObjectAcl", Bucket=bucket, Key="key")
    t.expect.member(acl, "Owner.ID", t.own.canonical_id)
    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))


@check(
    "bucket-ownership",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "ownership-is-the-buckets"],
    only=BY_HAND,
    spec=OWNERSHIP,
)
def writer_owns_what_it_wrote(t: Trial) -> None:
    """ObjectWriter: the writer owns it. The bucket's owner may not read it, and may delete it."""
    bucket = t.given.bucket_owned("ObjectWriter")
    t.given.object("mine", b"mine", Bucket=bucket)
    expect_refused(t, t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"theirs"))
    given_rights(t, bucket, "s3:PutObject")

    t.expect.ok(t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"theirs"))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="key"), b"theirs")
    acl = t.other.call("GetObjectAcl", Bucket=bucket, Key="key")
    t.expect.member(acl, "Owner.ID", t.other.canonical_id)
    expect_refused(t, t.call("GetObject", Bucket=bucket, Key="key"))
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="mine"), b"mine")
    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key"))
    t.expect.member(t.look("ListObjectsV2", Bucket=bucket), "Contents[].Key", ["mine"])


@check(
    "bucket-ownership",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "ownership-is-the-buckets", "ownership-is-the-writers"],
    only=BY_HAND,
    spec=OWNERSHIP,
)
def preferred_owner_owns_what_it_is_given(t: Trial) -> None:
    """BucketOwnerPreferred: `bucket-owner-full-control` makes it the bucket owner's.

    Without that canned ACL it stays the writer's.
    """
    bucket = t.given.bucket_owned("BucketOwnerPreferred")
    expect_refused(t, t.other.call("PutObject", Bucket=bucket, Key="kept", Body=b"theirs"))
    given_rights(t, bucket, "s3:PutObject", "s3:PutObjectAcl")
    put = {"Bucket": bucket, "Body": b"theirs"}

    given = t.other.call("PutObject", **put, Key="given", ACL="bucket-owner-full-control")
    t.expect.ok(given)
    t.expect.ok(t.other.call("PutObject", **put, Key="kept"))

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="given"), b"theirs")
    acl = t.call("GetObjectAcl", Bucket=bucket, Key="given")
    t.expect.member(acl, "Owner.ID", t.own.canonical_id)
    expect_refused(t, t.call("GetObject", Bucket=bucket, Key="kept"))
    acl = t.other.call("GetObjectAcl", Bucket=bucket, Key="kept")
    t.expect.member(acl, "Owner.ID", t.other.canonical_id)


@check(
    "bucket-ownership",
    needs=OTHER_ACCOUNT,
    proved_by=["ownership-is-the-buckets"],
    only=BY_HAND,
    spec=OWNERSHIP,
)
def canned_acl_gives_the_bucket_owner_a_copy_of_the_key(t: Trial) -> None:
    """ObjectWriter: `bucket-owner-full-control` lets the bucket's owner read; the owner stays."""
    bucket = t.given.bucket_owned("ObjectWriter")
    given_rights(t, bucket, "s3:PutObject", "s3:PutObjectAcl")
    put = {"Bucket": bucket, "Body": b"theirs"}
    t.expect.ok(t.other.call("PutObject", **put, Key="kept"))
    expect_refused(t, t.call("GetObject", Bucket=bucket, Key="kept"))

    given = t.other.call("PutObject", **put, Key="lent", ACL="bucket-owner-full-control")

    t.expect.ok(given)
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="lent"), b"theirs")
    acl = t.call("GetObjectAcl", Bucket=bucket, Key="lent")
    t.expect.member(acl, "Owner.ID", t.other.canonical_id)


# who pays


@check(
    "request-payment",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "payer-asked-for-nothing"],
    only=BY_HAND,
    spec=PAYING,
)
def requester_says_that_it_pays(t: Trial) -> None:
    """Where requesters pay, another account says `x-amz-request-payer: requester`, or gets 403."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    given_rights(t, bucket, "s3:GetObject")
    t.expect.ok(t.other.call("GetObject", Bucket=bucket, Key="key"))
    t.given.call(
        "PutBucketRequestPayment", Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"}
    )

    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))
    got = t.other.call("GetObject", Bucket=bucket, Key="key", RequestPayer="requester")
    t.expect.body(got, b"x")
    t.expect.header(got, "x-amz-request-charged", "requester")
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"x")


# copies between accounts


@check(
    "copy-between-buckets",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS,
    only=BY_HAND,
    level="should",
    spec=f"{API}/API_CopyObject.html",
)
def copy_of_another_accounts_object_needs_leave_to_read(t: Trial) -> None:
    """A copy whose source is another account's: 403 before it may be read, done after."""
    source = t.given.bucket()
    t.given.object("from", b"mine", Bucket=source)
    theirs = t.other.given.bucket()
    copy = {"Bucket": theirs, "Key": "to", "CopySource": f"{source}/from"}

    expect_refused(t, t.other.call("CopyObject", **copy))
    t.expect.status(t.other.look("HeadObject", Bucket=theirs, Key="to"), 404)
    given_rights(t, source, "s3:GetObject")
    t.expect.ok(t.other.call("CopyObject", **copy))
    t.expect.body(t.other.call("GetObject", Bucket=theirs, Key="to"), b"mine")


@check(
    "copy-between-buckets",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS,
    only=BY_HAND,
    level="should",
    spec=f"{API}/API_CopyObject.html",
)
def copy_into_another_accounts_bucket_needs_leave_to_write(t: Trial) -> None:
    """A copy whose destination is another account's: 403 before it may write there, done after."""
    bucket = t.given.bucket()
    theirs = t.other.given.bucket()
    t.other.given.object("from", b"theirs", Bucket=theirs)
    copy = {"Bucket": bucket, "Key": "to", "CopySource": f"{theirs}/from"}

    expect_refused(t, t.other.call("CopyObject", **copy))
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="to"), 404)
    given_rights(t, bucket, "s3:PutObject")
    t.expect.ok(t.other.call("CopyObject", **copy))
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="to"), b"theirs")


@check(
    "upload-part-copy",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS,
    only=BY_HAND,
    level="should",
    spec=f"{API}/API_UploadPartCopy.html",
)
def part_of_another_accounts_object_needs_leave_to_read(t: Trial) -> None:
    """A part that is copied from another account's object: 403 before it may be read."""
    source = t.given.bucket()
    t.given.object("from", b"mine", Bucket=source)
    theirs = t.other.given.bucket()
    begun = t.other.given.call("CreateMultipartUpload", Bucket=theirs, Key="to")
    part = {"Bucket": theirs, "Key": "to", "UploadId": begun.need("UploadId"), "PartNumber": 1}

    expect_refused(t, t.other.call("UploadPartCopy", **part, CopySource=f"{source}/from"))
    given_rights(t, source, "s3:GetObject")
    t.expect.ok(t.other.call("UploadPartCopy", **part, CopySource=f"{source}/from"))


# what ids of others are good for


@check(
    "multipart-upload",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS[:1],
    only=BY_HAND,
    level="should",
    spec=UPLOADS,
)
def upload_id_is_no_key_to_the_bucket(t: Trial) -> None:
    """Another account that knows an upload's id may not add, list, complete or abort: 403."""
    bucket = t.given.bucket()
    begun = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="key")
    upload = {"Bucket": bucket, "Key": "key", "UploadId": begun.need("UploadId")}
    etag = t.given.call("UploadPart", **upload, PartNumber=1, Body=b"mine").need("ETag")
    parts = named_parts((1, etag))

    expect_refused(t, t.other.call("UploadPart", **upload, PartNumber=1, Body=b"theirs"))
    expect_refused(t, t.other.call("ListParts", **upload))
    expect_refused(t, t.other.call("CompleteMultipartUpload", **upload, MultipartUpload=parts))
    expect_refused(t, t.other.call("AbortMultipartUpload", **upload))

    t.expect.ok(t.call("CompleteMultipartUpload", **upload, MultipartUpload=parts))
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"mine")


@check(
    "object-versions",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS[:1],
    only=BY_HAND,
    level="should",
    spec=f"{USER_GUIDE}/using-with-s3-policy-actions.html",
)
def version_id_is_no_key_to_the_object(t: Trial) -> None:
    """Another account that knows a version's id may neither read nor delete it: 403."""
    bucket = t.given.versioned_bucket()
    version = t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"mine").headers[
        "x-amz-version-id"
    ]
    one = {"Bucket": bucket, "Key": "key", "VersionId": version}

    expect_refused(t, t.other.call("GetObject", **one))
    expect_refused(t, t.other.call("DeleteObject", **one))

    t.expect.body(t.call("GetObject", **one), b"mine")


# presigned URLs


@check(
    "presigned",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS,
    only=("raw",),
    level="should",
    spec=PRESIGNED,
)
def presigned_url_is_as_good_as_its_signer(t: Trial) -> None:
    """A URL that another account presigns is refused until that account may read, and after."""
    bucket = t.given.bucket()
    t.given.object("key", b"mine", Bucket=bucket)

    def opened() -> Answer:
        return t.raw("GET", f"/{bucket}/key", sign="query", credentials=t.other.credentials)

    expect_refused(t, opened())
    given_rights(t, bucket, "s3:GetObject")
    t.expect.body(opened(), b"mine")
    t.given.call("DeleteBucketPolicy", Bucket=bucket)
    expect_refused(t, opened())


@check(
    "presigned",
    needs=OTHER_ACCOUNT,
    proved_by=STRANGERS,
    only=("boto3",),
    level="should",
    spec=PRESIGNED,
)
def presigned_url_ends_with_the_right_to_it(t: Trial) -> None:
    """One URL, made while its signer may read, is refused once the signer may not any more."""
    bucket = t.given.bucket()
    t.given.object("key", b"mine", Bucket=bucket)
    given_rights(t, bucket, "s3:GetObject")
    url = t.other.presign("GetObject", Bucket=bucket, Key="key")

    t.expect.body(t.open(url), b"mine")
    t.given.call("DeleteBucketPolicy", Bucket=bucket)
    expect_refused(t, t.open(url))
