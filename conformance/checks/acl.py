"""Checks of ACLs of buckets and of objects, in buckets whose ownership setting leaves ACLs on."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_requests import md5
from conformance.trial import Answer, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
OVERVIEW = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")


def _bucket_with_acls(t: Trial) -> str:
    """A bucket of the check's own where ACLs have an effect, public ones too."""
    return t.given.bucket_with_acls()


def grants_of(got: Answer) -> list[list[Any]]:
    """Grantee and permission of each grant, sorted; the owner as ``"owner"``."""
    owner = (got.members.get("Owner") or {}).get("ID")
    found = []
    for grant in got.members.get("Grants") or []:
        grantee = grant.get("Grantee") or {}
        name = grantee.get("URI") or ("owner" if grantee.get("ID") == owner else grantee.get("ID"))
        found.append([str(name), grant.get("Permission")])
    return sorted(found)


# a bucket's


@check(
    "bucket-acl",
    proved_by=["acl-default-is-empty"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetBucketAcl.html",
)
def new_bucket_belongs_to_its_owner(t: Trial) -> None:
    """The ACL of a new bucket grants FULL_CONTROL to its owner and nothing else."""
    got = t.call("GetBucketAcl", Bucket=t.given.bucket())

    t.expect.ok(got)
    t.expect.equal(grants_of(got), [["owner", "FULL_CONTROL"]], "grants", of=got)


@check("bucket-acl", proved_by=["acl-bucket-canned-ignored"], verified="aws-recorded 2026-02")
def canned_public_read_grants_read_to_all(t: Trial) -> None:
    """`public-read` grants READ to the group AllUsers beside the owner's FULL_CONTROL."""
    bucket = _bucket_with_acls(t)

    t.expect.ok(t.call("PutBucketAcl", Bucket=bucket, ACL="public-read"))

    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(
        grants_of(told), [[ALL_USERS, "READ"], ["owner", "FULL_CONTROL"]], "grants", of=told
    )


@check(
    "bucket-acl",
    proved_by=["acl-private-ignored", "acl-bucket-canned-ignored"],
    verified="aws-recorded 2026-02",
)
def canned_private_takes_the_grants_back(t: Trial) -> None:
    """`private` leaves the owner's FULL_CONTROL only."""
    bucket = _bucket_with_acls(t)
    t.given.call("PutBucketAcl", Bucket=bucket, ACL="public-read")
    before = grants_of(t.look("GetBucketAcl", Bucket=bucket))
    t.expect.equal(len(before), 2, "grants before: the owner's and everybody's")

    t.expect.ok(t.call("PutBucketAcl", Bucket=bucket, ACL="private"))

    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(grants_of(told), [["owner", "FULL_CONTROL"]], "grants", of=told)


@check(
    "bucket-acl",
    proved_by=["acl-grants-added"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def grant_headers_replace_the_acl(t: Trial) -> None:
    """x-amz-grant-read replaces the whole ACL, the owner's grant included."""
    bucket = _bucket_with_acls(t)

    t.expect.ok(t.call("PutBucketAcl", Bucket=bucket, GrantRead=f'uri="{LOG_DELIVERY}"'))

    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(grants_of(told), [[LOG_DELIVERY, "READ"]], "grants", of=told)


@check(
    "bucket-acl",
    proved_by=["acl-policy-ignored"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def acl_document_reads_back(t: Trial) -> None:
    """An AccessControlPolicy in the body is the ACL afterwards."""
    bucket = _bucket_with_acls(t)
    owner = t.given.call("GetBucketAcl", Bucket=bucket).need("Owner")

    t.expect.ok(
        t.call(
            "PutBucketAcl",
            Bucket=bucket,
            AccessControlPolicy={
                "Owner": {"ID": owner["ID"]},
                "Grants": [
                    {
                        "Grantee": {"ID": owner["ID"], "Type": "CanonicalUser"},
                        "Permission": "FULL_CONTROL",
                    },
                    {"Grantee": {"URI": LOG_DELIVERY, "Type": "Group"}, "Permission": "WRITE"},
                ],
            },
        )
    )

    told = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.equal(
        grants_of(told), [[LOG_DELIVERY, "WRITE"], ["owner", "FULL_CONTROL"]], "grants", of=told
    )


@check(
    "bucket-acl",
    proved_by=["acl-canned-and-grants-accepted"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def canned_and_grants_exclude_each_other(t: Trial) -> None:
    """A canned ACL together with grant headers: 400 InvalidRequest."""
    got = t.call(
        "PutBucketAcl",
        Bucket=_bucket_with_acls(t),
        ACL="private",
        GrantRead=f'uri="{LOG_DELIVERY}"',
    )

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "bucket-acl",
    proved_by=["acl-canned-and-document-accepted"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def canned_and_document_exclude_each_other(t: Trial) -> None:
    """A canned ACL together with an ACL document: 400 UnexpectedContent."""
    bucket = _bucket_with_acls(t)
    owner = t.given.call("GetBucketAcl", Bucket=bucket).need("Owner.ID")
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "FULL_CONTROL"}

    got = t.call(
        "PutBucketAcl",
        Bucket=bucket,
        ACL="private",
        AccessControlPolicy={"Owner": {"ID": owner}, "Grants": [grant]},
    )

    t.expect.error(got, 400, "UnexpectedContent")


@check(
    "bucket-acl", proved_by=["acl-none-accepted"], only=("raw",), verified="aws-recorded 2026-02"
)
def put_acl_needs_an_acl(t: Trial) -> None:
    """PutBucketAcl with neither header nor body: 400 MissingSecurityHeader, naming x-amz-acl."""
    digest = {"Content-MD5": md5(b"")}

    got = t.raw("PUT", f"/{_bucket_with_acls(t)}", query="acl", headers=digest)

    t.expect.error(got, 400, "MissingSecurityHeader", MissingHeaderName="x-amz-acl")


@check(
    "bucket-acl",
    proved_by=["acl-canned-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def unknown_canned_acl_is_refused(t: Trial) -> None:
    """A canned ACL that S3 does not have: 400 InvalidArgument, naming x-amz-acl."""
    bucket = _bucket_with_acls(t)
    got = t.call("PutBucketAcl", Bucket=bucket, ACL="fake-acl")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-acl", ArgumentValue="fake-acl")
    t.expect.ok(t.look("PutBucketAcl", Bucket=bucket, ACL="private"))  # one that S3 has is taken


@check("bucket-acl", proved_by=["acl-public-read-has-no-effect"], only=("raw",), spec=OVERVIEW)
def public_bucket_is_listed_to_anyone(t: Trial) -> None:
    """Without a signature a bucket with `public-read` can be listed, another one cannot."""
    public, private = _bucket_with_acls(t), _bucket_with_acls(t)
    t.given.call("PutBucketAcl", Bucket=public, ACL="public-read")

    t.expect.status(t.raw("GET", f"/{public}", sign="none"), 200)
    t.expect.error(t.raw("GET", f"/{private}", sign="none"), 403, "AccessDenied")


@check(
    "bucket-acl",
    proved_by=["acl-enforced-accepted"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
)
def new_bucket_takes_no_public_acl(t: Trial) -> None:
    """A new bucket has ACLs disabled: a public one is AccessControlListNotSupported."""
    bucket = t.given.bucket()
    t.given.opened(bucket)

    got = t.call("PutBucketAcl", Bucket=bucket, ACL="public-read")

    t.expect.error(got, 400, "AccessControlListNotSupported")


# an object's


@check(
    "object-acl",
    proved_by=["acl-object-default-is-empty"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetObjectAcl.html",
)
def new_object_belongs_to_its_owner(t: Trial) -> None:
    """The ACL of a new object grants FULL_CONTROL to its owner and nothing else."""
    t.given.object("mine", b"x")

    got = t.call("GetObjectAcl", Key="mine")

    t.expect.equal(grants_of(got), [["owner", "FULL_CONTROL"]], "grants", of=got)


@check("object-acl", proved_by=["acl-object-canned-ignored"], verified="aws-recorded 2026-02")
def canned_public_read_of_an_object(t: Trial) -> None:
    """`public-read` grants READ to AllUsers beside the owner's FULL_CONTROL."""
    bucket = _bucket_with_acls(t)
    t.given.object("key", b"x", Bucket=bucket)

    t.expect.ok(t.call("PutObjectAcl", Bucket=bucket, Key="key", ACL="public-read"))

    told = t.look("GetObjectAcl", Bucket=bucket, Key="key")
    t.expect.equal(
        grants_of(told), [[ALL_USERS, "READ"], ["owner", "FULL_CONTROL"]], "grants", of=told
    )


@check("object-acl", proved_by=["acl-of-a-put-ignored"], spec=f"{API}/API_PutObject.html")
def object_may_be_written_with_its_acl(t: Trial) -> None:
    """x-amz-acl on a PUT sets the new object's ACL."""
    bucket = _bucket_with_acls(t)

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", ACL="public-read"))

    told = t.look("GetObjectAcl", Bucket=bucket, Key="key")
    t.expect.equal(
        grants_of(told), [[ALL_USERS, "READ"], ["owner", "FULL_CONTROL"]], "grants", of=told
    )


@check("object-acl", proved_by=["acl-overwrites-the-object"])
def setting_an_acl_leaves_the_object_alone(t: Trial) -> None:
    """PutObjectAcl is done, and changes the ACL, not the object's bytes."""
    bucket = _bucket_with_acls(t)
    t.given.object("key", b"as it was", Bucket=bucket)

    t.expect.ok(t.call("PutObjectAcl", Bucket=bucket, Key="key", ACL="private"))

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"as it was")


@check("object-acl", proved_by=["acl-public-object-is-private"], only=("raw",), spec=OVERVIEW)
def public_object_is_read_by_anyone(t: Trial) -> None:
    """Without a signature an object with `public-read` can be read, another one cannot."""
    bucket = _bucket_with_acls(t)
    t.given.object("public", b"for all", Bucket=bucket, ACL="public-read")
    t.given.object("private", b"for me", Bucket=bucket)

    t.expect.body(t.raw("GET", f"/{bucket}/public", sign="none"), b"for all")
    t.expect.error(t.raw("GET", f"/{bucket}/private", sign="none"), 403, "AccessDenied")


@check(
    "object-acl",
    proved_by=["acl-of-a-marker-is-405"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetObjectAcl.html",
)
def acl_of_a_deleted_key_is_no_such_key(t: Trial) -> None:
    """GetObjectAcl of a key whose latest is a delete marker: 404 NoSuchKey."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket)
    t.expect.ok(t.look("GetObjectAcl", Bucket=bucket, Key="key"))  # before, it is told
    t.given.call("DeleteObject", Bucket=bucket, Key="key")

    t.expect.error(t.call("GetObjectAcl", Bucket=bucket, Key="key"), 404, "NoSuchKey", Key="key")


@check(
    "object-acl",
    proved_by=["acl-on-a-marker-is-404"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def delete_marker_takes_no_acl(t: Trial) -> None:
    """PutObjectAcl on a delete marker: 405 MethodNotAllowed, ResourceType DeleteMarker."""
    bucket = t.given.bucket_owned("ObjectWriter")
    t.given.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    t.given.object("key", b"x", Bucket=bucket)
    t.given.call("DeleteObject", Bucket=bucket, Key="key")

    got = t.call("PutObjectAcl", Bucket=bucket, Key="key", ACL="private")

    t.expect.error(got, 405, "MethodNotAllowed", Method="PUT", ResourceType="DeleteMarker")
