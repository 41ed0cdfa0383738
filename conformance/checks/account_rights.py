"""Checks of rights of another account: each is given by itself, and none brings the next one."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_forms import form_fields, post_form
from conformance.checks.given_locks import locked_until
from conformance.checks.given_policies import (
    BY_HAND,
    USER_GUIDE,
    expect_refused,
    given_policy,
    principal,
    statement,
)
from conformance.trial import OTHER_ACCOUNT, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
ACTIONS = f"{USER_GUIDE}/using-with-s3-policy-actions.html"
UPLOADS = f"{USER_GUIDE}/mpuoverview.html#mpuAndPermissions"
MANAGING = f"{USER_GUIDE}/object-lock-managing.html"
EXAMPLES = f"{USER_GUIDE}/example-bucket-policies.html"


def _may(t: Trial, bucket: str, *actions: str, on_bucket: bool = False, **more: Any) -> Any:
    """A statement that lets the other account do these, with objects or with the bucket."""
    resource = None if on_bucket else "*"
    who = principal(t.other)
    return statement(bucket, "Allow", list(actions), resource, Principal=who, **more)


@check(
    "bucket-policy",
    proved_by=["right-to-read-is-every-read"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=ACTIONS,
)
def reading_objects_is_not_reading_what_is_said_of_them(t: Trial) -> None:
    """s3:GetObject lets another account read the object; not its tags, its ACL or attributes."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    given_policy(t, bucket, _may(t, bucket, "s3:GetObject"))
    asked = {"Bucket": bucket, "Key": "key"}

    t.expect.body(t.other.call("GetObject", **asked), b"x")
    expect_refused(t, t.other.call("GetObjectTagging", **asked))
    expect_refused(t, t.other.call("GetObjectAcl", **asked))
    expect_refused(t, t.other.call("GetObjectAttributes", **asked, ObjectAttributes=["ETag"]))
    rights = ("s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectAttributes")
    given_policy(t, bucket, _may(t, bucket, *rights))
    t.expect.ok(t.other.call("GetObjectTagging", **asked))
    t.expect.ok(t.other.call("GetObjectAttributes", **asked, ObjectAttributes=["ETag"]))


@check(
    "bucket-policy",
    proved_by=["attributes-are-a-right-of-their-own"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_GetObjectAttributes.html",
)
def attributes_are_of_what_may_be_read(t: Trial) -> None:
    """s3:GetObjectAttributes alone tells another account nothing: it takes s3:GetObject, too."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    asked = {"Bucket": bucket, "Key": "key", "ObjectAttributes": ["ETag"]}

    given_policy(t, bucket, _may(t, bucket, "s3:GetObjectAttributes"))
    expect_refused(t, t.other.call("GetObjectAttributes", **asked))
    given_policy(t, bucket, _may(t, bucket, "s3:GetObjectAttributes", "s3:GetObject"))

    t.expect.ok(t.other.call("GetObjectAttributes", **asked))


@check(
    "bucket-policy",
    level="should",
    proved_by=["tagging-count-told-to-anybody", "tagging-count-told-to-nobody"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_HeadObject.html",
)
def number_of_tags_is_told_to_whom_may_read_them(t: Trial) -> None:
    """x-amz-tagging-count of GET and HEAD is for an account that has s3:GetObjectTagging."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket, Tagging="a=1&b=2")
    asked = {"Bucket": bucket, "Key": "key"}

    given_policy(t, bucket, _may(t, bucket, "s3:GetObject"))
    for operation in ("GetObject", "HeadObject"):
        got = t.other.call(operation, **asked)
        t.expect.ok(got)
        t.expect.no_header(got, "x-amz-tagging-count")
    given_policy(t, bucket, _may(t, bucket, "s3:GetObject", "s3:GetObjectTagging"))
    for operation in ("GetObject", "HeadObject"):
        t.expect.header(t.other.call(operation, **asked), "x-amz-tagging-count", "2")


@check(
    "bucket-policy",
    proved_by=["right-to-list-is-every-list"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=ACTIONS,
)
def listing_objects_is_not_listing_versions_and_uploads(t: Trial) -> None:
    """s3:ListBucket lets another account list objects; not versions, and not uploads."""
    bucket = t.given.bucket()
    given_policy(t, bucket, _may(t, bucket, "s3:ListBucket", on_bucket=True))

    t.expect.ok(t.other.call("ListObjectsV2", Bucket=bucket))
    expect_refused(t, t.other.call("ListObjectVersions", Bucket=bucket))
    expect_refused(t, t.other.call("ListMultipartUploads", Bucket=bucket))
    others = ("s3:ListBucketVersions", "s3:ListBucketMultipartUploads")
    given_policy(t, bucket, _may(t, bucket, *others, on_bucket=True))
    t.expect.ok(t.other.call("ListObjectVersions", Bucket=bucket))
    t.expect.ok(t.other.call("ListMultipartUploads", Bucket=bucket))
    expect_refused(t, t.other.call("ListObjectsV2", Bucket=bucket))


@check(
    "bucket-policy",
    proved_by=["right-to-write-ends-uploads"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=UPLOADS,
)
def writing_objects_is_not_ending_uploads(t: Trial) -> None:
    """s3:PutObject lets another account write; not end the uploads of its owner."""
    bucket = t.given.bucket()
    given_policy(t, bucket, _may(t, bucket, "s3:PutObject"))
    upload = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="key").need("UploadId")
    asked = {"Bucket": bucket, "Key": "key", "UploadId": upload}

    t.expect.ok(t.other.call("PutObject", Bucket=bucket, Key="other", Body=b"x"))
    expect_refused(t, t.other.call("ListParts", **asked))
    expect_refused(t, t.other.call("AbortMultipartUpload", **asked))
    rights = ("s3:ListMultipartUploadParts", "s3:AbortMultipartUpload")
    given_policy(t, bucket, _may(t, bucket, *rights))
    t.expect.ok(t.other.call("ListParts", **asked))
    t.expect.ok(t.other.call("AbortMultipartUpload", **asked))


@check(
    "bucket-policy",
    proved_by=["right-to-delete-removes-versions"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=ACTIONS,
)
def deleting_objects_is_not_removing_versions(t: Trial) -> None:
    """s3:DeleteObject lets another account put a marker; removing a version is another right."""
    bucket = t.given.versioned_bucket()
    stored = t.given.object("key", b"kept", Bucket=bucket)
    version = {"Bucket": bucket, "Key": "key", "VersionId": stored.need_version_id()}
    given_policy(t, bucket, _may(t, bucket, "s3:DeleteObject"))

    t.expect.ok(t.other.call("DeleteObject", Bucket=bucket, Key="key"))
    expect_refused(t, t.other.call("DeleteObject", **version))

    t.expect.body(t.look("GetObject", **version), b"kept")
    given_policy(t, bucket, _may(t, bucket, "s3:DeleteObjectVersion"))
    t.expect.ok(t.other.call("DeleteObject", **version))


@check(
    "bucket-policy",
    proved_by=["right-to-write-is-every-write"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_PutObject.html",
)
def what_comes_with_a_write_needs_its_own_right(t: Trial) -> None:
    """s3:PutObject lets another account write; not with tags, nor with an ACL."""
    bucket = t.given.bucket()
    given_policy(t, bucket, _may(t, bucket, "s3:PutObject"))
    members = {"Bucket": bucket, "Key": "key", "Body": b"x"}
    full = "bucket-owner-full-control"

    expect_refused(t, t.other.call("PutObject", **members, Tagging="a=b"))
    expect_refused(
        t, t.other.call("CreateMultipartUpload", Bucket=bucket, Key="key", Tagging="a=b")
    )
    expect_refused(t, t.other.call("PutObject", **members, ACL=full))

    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="key"), 404)
    rights = ("s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectAcl")
    given_policy(t, bucket, _may(t, bucket, *rights))
    t.expect.ok(t.other.call("PutObject", **members, Tagging="a=b"))
    t.expect.ok(t.other.call("PutObject", **members, ACL=full))


@check(
    "bucket-policy",
    proved_by=["policy-conditions-ignored", "policy-conditions-never-hold"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=EXAMPLES,
)
def others_write_only_what_the_bucket_owner_controls(t: Trial) -> None:
    """A policy that lets write with s3:x-amz-acl bucket-owner-full-control lets no other write."""
    bucket = t.given.bucket()
    condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    rights = ("s3:PutObject", "s3:PutObjectAcl")
    given_policy(t, bucket, _may(t, bucket, *rights, Condition=condition))
    members = {"Bucket": bucket, "Key": "key", "Body": b"x"}

    expect_refused(t, t.other.call("PutObject", **members))
    expect_refused(t, t.other.call("PutObject", **members, ACL="private"))
    t.expect.ok(t.other.call("PutObject", **members, ACL="bucket-owner-full-control"))


@check(
    "bucket-policy",
    proved_by=["right-to-write-is-every-write"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=MANAGING,
)
def locks_that_come_with_a_write_need_their_rights(t: Trial) -> None:
    """s3:PutObject alone does not let another account write under a retention or a hold."""
    bucket = t.given.locked_bucket()
    given_policy(t, bucket, _may(t, bucket, "s3:PutObject"))
    members = {"Bucket": bucket, "Key": "key", "Body": b"x"}
    retention = {
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockRetainUntilDate": locked_until(),
    }

    for lock in (retention, {"ObjectLockLegalHoldStatus": "ON"}):
        expect_refused(t, t.other.call("PutObject", **members, **lock, ChecksumAlgorithm="CRC32"))

    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="key"), 404)
    t.expect.ok(t.other.call("PutObject", **members))


@check(
    "retention",
    proved_by=["right-to-bypass-is-everybodys"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=MANAGING,
)
def bypass_is_a_right_of_its_own(t: Trial) -> None:
    """The bypass header of another account without s3:BypassGovernanceRetention: 403, it stays."""
    bucket = t.given.locked_bucket()
    stored = t.given.object(
        "key",
        b"kept",
        Bucket=bucket,
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=locked_until(),
        ChecksumAlgorithm="CRC32",
    )
    version = {"Bucket": bucket, "Key": "key", "VersionId": stored.need_version_id()}
    given_policy(t, bucket, _may(t, bucket, "s3:DeleteObjectVersion"))

    expect_refused(t, t.other.call("DeleteObject", **version, BypassGovernanceRetention=True))

    t.expect.body(t.look("GetObject", **version), b"kept")
    rights = ("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention")
    given_policy(t, bucket, _may(t, bucket, *rights))
    t.expect.ok(t.other.call("DeleteObject", **version, BypassGovernanceRetention=True))


@check(
    "get-object",
    proved_by=["absence-told-to-anybody"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_GetObject.html",
    level="should",
)
def absence_is_told_to_who_may_list(t: Trial) -> None:
    """An absent key is 403 for who may read and not list, and 404 for who may list, too."""
    bucket = t.given.bucket()
    t.given.object("there", b"x", Bucket=bucket)
    given_policy(t, bucket, _may(t, bucket, "s3:GetObject"))
    absent = {"Bucket": bucket, "Key": "absent"}

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="there"), b"x")
    expect_refused(t, t.other.call("GetObject", **absent))
    t.expect.error(t.other.call("HeadObject", **absent), 403, None)
    list_too = _may(t, bucket, "s3:ListBucket", on_bucket=True)
    given_policy(t, bucket, _may(t, bucket, "s3:GetObject"), list_too)
    t.expect.error(t.other.call("GetObject", **absent), 404, "NoSuchKey")
    t.expect.error(t.other.call("HeadObject", **absent), 404, None)


@check(
    "delete-objects",
    proved_by=["denied-deletions-told-as-done"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_DeleteObjects.html",
    level="should",
)
def deletion_of_many_says_which_are_denied(t: Trial) -> None:
    """DeleteObjects by another account: AccessDenied for the key it may not, the other is gone."""
    bucket = t.given.bucket()
    for key in ("open/key", "closed/key"):
        t.given.object(key, b"x", Bucket=bucket)
    who = principal(t.other)
    given_policy(t, bucket, statement(bucket, "Allow", "s3:DeleteObject", "open/*", Principal=who))

    named = {"Objects": [{"Key": "open/key"}, {"Key": "closed/key"}]}
    got = t.other.call("DeleteObjects", Bucket=bucket, Delete=named)

    t.expect.ok(got)
    t.expect.member(got, "Deleted[].Key", ["open/key"])
    t.expect.member(got, "Errors[].[Key, Code]", [["closed/key", "AccessDenied"]])
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="closed/key"), 200)


@check(
    "create-bucket",
    proved_by=["name-of-another-account-taken"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_CreateBucket.html",
)
def name_that_another_account_has_is_taken(t: Trial) -> None:
    """CreateBucket with the name of another account's bucket: 409 BucketAlreadyExists."""
    bucket = t.given.bucket()
    t.given.object("key", b"mine", Bucket=bucket)

    got = t.other.call("CreateBucket", **t.located({"Bucket": bucket}))

    t.expect.error(got, 409, "BucketAlreadyExists")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"mine")
    expect_refused(t, t.other.call("ListObjectsV2", Bucket=bucket))


@check(
    "list-buckets",
    proved_by=["buckets-of-all-accounts-listed"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_ListBuckets.html",
)
def buckets_of_another_account_are_not_listed(t: Trial) -> None:
    """ListBuckets answers the buckets of who asks: not those it may read, too."""
    bucket = t.given.bucket()
    given_policy(t, bucket, _may(t, bucket, "s3:ListBucket", on_bucket=True))

    t.expect.ok(t.other.call("ListObjectsV2", Bucket=bucket))
    own = t.call("ListBuckets").members.get("Buckets") or []
    others = t.other.call("ListBuckets").members.get("Buckets") or []

    t.expect.true(bucket in [one["Name"] for one in own], "the owner's list has the bucket")
    t.expect.true(bucket not in [one["Name"] for one in others], "the other's list has it not")


@check(
    "presigned",
    proved_by=["two-mechanisms-taken"],
    only=("raw",),
    needs=OTHER_ACCOUNT,
    verified="reported",  # catalyst/moodle-tool_objectfs#303 quotes Amazon's answer
    spec=f"{API}/sigv4-query-string-auth.html",
)
def presigned_url_has_one_mechanism(t: Trial) -> None:
    """A presigned URL that another account opens with its own Authorization header: 400."""
    t.given.object("key", b"x")
    path = f"/{t.bucket}/{t.key('key')}"
    target = t.signed("GET", path, sign="query").split(b" ")[1].decode()
    query = target.partition("?")[2]

    t.expect.status(t.raw("GET", path, query=query, sign="none"), 200)
    got = t.raw("GET", path, query=query, credentials=t.other.credentials)

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "post-object",
    proved_by=["forms-of-any-account"],
    only=("raw",),
    needs=OTHER_ACCOUNT,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html",
)
def form_is_as_good_as_its_signer(t: Trial) -> None:
    """A form that another account signed is refused until that account may write."""
    bucket = t.given.bucket()
    fields = form_fields(t, "posted", bucket=bucket, credentials=t.other.credentials)

    expect_refused(t, post_form(t, fields, bucket=bucket))
    given_policy(t, bucket, _may(t, bucket, "s3:PutObject"))

    t.expect.success(post_form(t, fields, bucket=bucket), 204)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key=t.key("posted")), b"abcdef")
