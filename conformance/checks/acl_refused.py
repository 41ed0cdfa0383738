"""Checks of ACLs that are refused: who is granted, what, by which document; and canned ones."""

from __future__ import annotations

from typing import Any

from conformance.checks.acl import ALL_USERS, API, LOG_DELIVERY, grants_of
from conformance.checks.given_requests import md5, put_document
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
SDK = ("boto3", "raw")
RECORDED = "aws-recorded 2026-02"
CANNED = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"


def _document(owner: str, grantee: str, permission: str = "READ", kind: str = "Group") -> str:
    """An AccessControlPolicy; ``owner`` "" leaves the owner out."""
    owned = f"<Owner><ID>{owner}</ID></Owner>" if owner else ""
    return (
        f"<AccessControlPolicy>{owned}<AccessControlList><Grant>"
        f'<Grantee xmlns:xsi="{NAMESPACE}" xsi:type="{kind}">{grantee}</Grantee>'
        f"<Permission>{permission}</Permission></Grant></AccessControlList></AccessControlPolicy>"
    )


def _paths(t: Trial) -> tuple[str, list[str]]:
    """A bucket with ACLs, and the paths of its ACL and of an object's."""
    bucket = t.given.bucket_with_acls()
    t.given.object("key", b"x", Bucket=bucket)
    return bucket, [f"/{bucket}", f"/{bucket}/key"]


def _put_granting(t: Trial, path: str, grantee: str) -> Answer:
    """PutBucketAcl, or PutObjectAcl, with a header that grants READ."""
    headers = {"x-amz-grant-read": grantee, "Content-MD5": md5(b"")}
    return t.raw("PUT", path, query="acl", headers=headers)


@check("bucket-acl", proved_by=["acl-grantees-unchecked"], only=RAW, verified=RECORDED)
def grantees_of_a_header_are_known(t: Trial) -> None:
    """A grant header with a group or an id that nobody has: 400 InvalidArgument, names which."""
    _, paths = _paths(t)

    for path in paths:
        for name, value in (
            ("uri", "http://acs.amazonaws.com/groups/s3/FakeGroup"),
            ("id", "wrong-id"),
        ):
            got = _put_granting(t, path, f'{name}="{value}"')
            t.expect.error(got, 400, "InvalidArgument", ArgumentName=name, ArgumentValue=value)


@check("bucket-acl", proved_by=["acl-grantees-unchecked"], only=RAW, verified=RECORDED)
def grantees_of_a_header_are_of_three_kinds(t: Trial) -> None:
    """A grant header that says neither id, uri nor emailAddress: 400 InvalidArgument."""
    bucket, paths = _paths(t)

    for path in paths:
        got = _put_granting(t, path, 'fakekey="1234"')
        t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-grant-read")
    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(grants_of(told), [["owner", "FULL_CONTROL"]], "grants", of=told)


@check("bucket-acl", proved_by=["acl-document-unchecked"], only=RAW, verified=RECORDED)
def acl_document_has_an_owner(t: Trial) -> None:
    """An ACL document without Owner, or without anything: 400 MalformedACLError."""
    _, paths = _paths(t)
    group = f"<URI>{ALL_USERS}</URI>"

    for path in paths:
        for body in (_document("", group), "<AccessControlPolicy/>"):
            got = put_document(t, path, "acl", body)
            t.expect.error(got, 400, "MalformedACLError")


@check("bucket-acl", proved_by=["acl-document-unchecked"], only=RAW, verified=RECORDED)
def acl_document_has_words_of_s3(t: Trial) -> None:
    """A permission or a kind of grantee that S3 does not have: 400 MalformedACLError."""
    _, paths = _paths(t)
    owner = t.own.canonical_id

    for path in paths:
        for body in (
            _document(owner, f"<URI>{ALL_USERS}</URI>", "WRONG-PERMISSION"),
            _document(owner, "<ID>wrong-id</ID>", kind="BadType"),
        ):
            got = put_document(t, path, "acl", body)
            t.expect.error(got, 400, "MalformedACLError")


@check("bucket-acl", proved_by=["acl-document-of-strangers"], only=RAW, verified=RECORDED)
def acl_document_names_who_exists(t: Trial) -> None:
    """An ACL document of an owner, for an id or a group that nobody has: 400 InvalidArgument."""
    _, paths = _paths(t)
    owner = t.own.canonical_id
    fake = "http://acs.amazonaws.com/groups/s3/FakeGroup"
    cases = (
        (_document("wrong-id", f"<URI>{ALL_USERS}</URI>"), "CanonicalUser/ID"),
        (_document(owner, "<ID>wrong-id</ID>", kind="CanonicalUser"), "CanonicalUser/ID"),
        (_document(owner, f"<URI>{fake}</URI>"), "Group/URI"),
    )

    for path in paths:
        for body, named in cases:
            got = put_document(t, path, "acl", body)
            t.expect.error(got, 400, "InvalidArgument", ArgumentName=named)


@check("object-acl", proved_by=["acl-of-a-put-unchecked"], only=SDK, verified=RECORDED)
def unknown_canned_acl_writes_nothing(t: Trial) -> None:
    """PUT of an object with a canned ACL that S3 does not have: 400, and nothing is written."""
    bucket = t.given.bucket_with_acls()

    got = t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", ACL="fake-acl")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-acl")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="key"), 404)


def _canned(t: Trial, acl: str, expected: list[list[Any]]) -> None:
    bucket = t.given.bucket_with_acls()

    t.expect.ok(t.call("PutBucketAcl", Bucket=bucket, ACL=acl))

    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(grants_of(told), sorted(expected), "grants", of=told)


@check("bucket-acl", proved_by=["acl-authenticated-is-all"], only=SDK, spec=CANNED)
def canned_authenticated_read(t: Trial) -> None:
    """`authenticated-read` grants READ to the group AuthenticatedUsers, not to AllUsers."""
    _canned(t, "authenticated-read", [[AUTHENTICATED, "READ"], ["owner", "FULL_CONTROL"]])


@check("bucket-acl", proved_by=["acl-read-write-is-read"], only=SDK, spec=CANNED)
def canned_public_read_write(t: Trial) -> None:
    """`public-read-write` grants READ and WRITE to the group AllUsers."""
    _canned(
        t,
        "public-read-write",
        [[ALL_USERS, "READ"], [ALL_USERS, "WRITE"], ["owner", "FULL_CONTROL"]],
    )


@check("bucket-acl", proved_by=["acl-log-delivery-unknown"], only=SDK, spec=CANNED)
def canned_log_delivery_write(t: Trial) -> None:
    """`log-delivery-write` grants WRITE and READ_ACP to the group LogDelivery."""
    _canned(
        t,
        "log-delivery-write",
        [[LOG_DELIVERY, "READ_ACP"], [LOG_DELIVERY, "WRITE"], ["owner", "FULL_CONTROL"]],
    )


@check(
    "bucket-acl",
    proved_by=["acl-at-creation-ignored"],
    only=SDK,
    spec=f"{API}/API_CreateBucket.html",
)
def bucket_may_be_made_with_its_acl(t: Trial) -> None:
    """Grant headers of CreateBucket are the new bucket's ACL, where ACLs are on."""
    name = t.bucket_name()
    members = t.located({"Bucket": name, "ObjectOwnership": "ObjectWriter"})

    got = t.call("CreateBucket", **members, GrantRead=f'uri="{LOG_DELIVERY}"')

    t.expect.ok(got)
    told = t.look("GetBucketAcl", Bucket=name)
    t.expect.equal(grants_of(told), [[LOG_DELIVERY, "READ"]], "grants", of=told)


@check("bucket-acl", proved_by=["acl-lost-by-a-refusal"], only=SDK, spec=CANNED)
def refused_acl_leaves_the_old(t: Trial) -> None:
    """An ACL that is refused changes nothing: the bucket has the one from before."""
    bucket = t.given.bucket_with_acls()
    t.given.call("PutBucketAcl", Bucket=bucket, ACL="public-read")

    got = t.call("PutBucketAcl", Bucket=bucket, GrantWrite='id="wrong-id"')

    t.expect.error(got, 400, "InvalidArgument")
    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(
        grants_of(told), [[ALL_USERS, "READ"], ["owner", "FULL_CONTROL"]], "grants", of=told
    )
