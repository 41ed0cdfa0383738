"""Checks of ACL grants to another account by its canonical id: what each lets it do, and no more.

Every grant is tried before it is given too: what is allowed then had no other reason before.
"""

from __future__ import annotations

from conformance.checks.given_policies import (
    BY_HAND,
    USER_GUIDE,
    given_policy,
    principal,
    statement,
)
from conformance.trial import OTHER_ACCOUNT, Answer, Trial, check

OVERVIEW = f"{USER_GUIDE}/acl-overview.html"
EVALUATION = f"{USER_GUIDE}/how-s3-evaluates-access-control.html"
STRANGERS = ["other-accounts-may-everything", "other-accounts-may-nothing"]
TOO_MUCH = [*STRANGERS, "acl-grants-are-full-control"]


def _bucket(t: Trial) -> str:
    """A bucket where ACLs have an effect."""
    return t.given.bucket_owned("ObjectWriter")


def _refused(t: Trial, got: Answer) -> None:
    t.expect.error(got, 403, "AccessDenied")


def _grantee(t: Trial) -> str:
    return f'id="{t.other.canonical_id}"'


def _all_of_mine(t: Trial) -> str:
    return f'id="{t.own.canonical_id}"'


# a bucket's


@check("bucket-acl", needs=OTHER_ACCOUNT, proved_by=TOO_MUCH, only=BY_HAND, spec=OVERVIEW)
def read_of_a_bucket_lets_list_it(t: Trial) -> None:
    """READ of a bucket lets another account list it; not read its objects, nor write."""
    bucket = _bucket(t)
    t.given.object("key", b"mine", Bucket=bucket)
    _refused(t, t.other.call("ListObjectsV2", Bucket=bucket))
    t.given.call("PutBucketAcl", Bucket=bucket, GrantRead=_grantee(t))

    t.expect.member(t.other.call("ListObjectsV2", Bucket=bucket), "Contents[].Key", ["key"])
    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))
    _refused(t, t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"theirs"))
    _refused(t, t.other.call("GetBucketAcl", Bucket=bucket))
    t.expect.equal(t.look("GetObject", Bucket=bucket, Key="key").wire_body, b"mine", "the object")


@check(
    "bucket-acl",
    needs=OTHER_ACCOUNT,
    proved_by=[*TOO_MUCH, "write-changes-what-others-own"],
    only=BY_HAND,
    spec=OVERVIEW,
)
def write_of_a_bucket_lets_write_objects(t: Trial) -> None:
    """WRITE of a bucket lets another account put objects and change its own; not others', nor list.

    "For the bucket and object owners of existing objects, also allows deletions and overwrites".
    """
    bucket = _bucket(t)
    t.given.object("old", b"mine", Bucket=bucket)
    _refused(t, t.other.call("PutObject", Bucket=bucket, Key="new", Body=b"theirs"))
    _refused(t, t.other.call("DeleteObject", Bucket=bucket, Key="old"))
    t.given.call("PutBucketAcl", Bucket=bucket, GrantWrite=_grantee(t), GrantRead=_all_of_mine(t))

    for key in ("new", "gone", "gone"):
        t.expect.ok(t.other.call("PutObject", Bucket=bucket, Key=key, Body=b"theirs"))
    t.expect.ok(t.other.call("DeleteObject", Bucket=bucket, Key="gone"))
    _refused(t, t.other.call("PutObject", Bucket=bucket, Key="old", Body=b"theirs"))
    _refused(t, t.other.call("DeleteObject", Bucket=bucket, Key="old"))
    _refused(t, t.other.call("ListObjectsV2", Bucket=bucket))
    t.expect.member(t.look("ListObjects", Bucket=bucket), "Contents[].Key", ["new", "old"])


@check("bucket-acl", needs=OTHER_ACCOUNT, proved_by=TOO_MUCH, only=BY_HAND, spec=OVERVIEW)
def read_acp_of_a_bucket_lets_read_its_acl(t: Trial) -> None:
    """READ_ACP of a bucket lets another account read the ACL; not set it, nor list."""
    bucket = _bucket(t)
    _refused(t, t.other.call("GetBucketAcl", Bucket=bucket))
    t.given.call("PutBucketAcl", Bucket=bucket, GrantReadACP=_grantee(t))

    got = t.other.call("GetBucketAcl", Bucket=bucket)
    t.expect.member(got, "Grants[].Permission", ["READ_ACP"])
    t.expect.member(got, "Owner.ID", t.own.canonical_id)
    _refused(t, t.other.call("PutBucketAcl", Bucket=bucket, ACL="private"))
    _refused(t, t.other.call("ListObjectsV2", Bucket=bucket))


@check("bucket-acl", needs=OTHER_ACCOUNT, proved_by=TOO_MUCH, only=BY_HAND, spec=OVERVIEW)
def write_acp_of_a_bucket_lets_set_its_acl(t: Trial) -> None:
    """WRITE_ACP of a bucket lets another account set the ACL; not read it. The owner stays."""
    bucket = _bucket(t)
    _refused(t, t.other.call("PutBucketAcl", Bucket=bucket, GrantRead=_grantee(t)))
    t.given.call("PutBucketAcl", Bucket=bucket, GrantWriteACP=_grantee(t))
    _refused(t, t.other.call("GetBucketAcl", Bucket=bucket))

    t.expect.ok(t.other.call("PutBucketAcl", Bucket=bucket, GrantRead=_grantee(t)))

    read = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.member(read, "Grants[].Permission", ["READ"])
    t.expect.member(read, "Owner.ID", t.own.canonical_id)


@check("bucket-acl", needs=OTHER_ACCOUNT, proved_by=STRANGERS, only=BY_HAND, spec=OVERVIEW)
def full_control_of_a_bucket_is_all_four(t: Trial) -> None:
    """FULL_CONTROL of a bucket lets another account list, write, and read and set the ACL.

    It lets it delete nothing but objects: the bucket stays its owner's.
    """
    bucket = _bucket(t)
    _refused(t, t.other.call("ListObjectsV2", Bucket=bucket))
    _refused(t, t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"x"))
    t.given.call("PutBucketAcl", Bucket=bucket, GrantFullControl=_grantee(t))

    t.expect.ok(t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"x"))
    t.expect.member(t.other.call("ListObjectsV2", Bucket=bucket), "Contents[].Key", ["key"])
    t.expect.member(t.other.call("GetBucketAcl", Bucket=bucket), "Owner.ID", t.own.canonical_id)
    t.expect.ok(t.other.call("DeleteObject", Bucket=bucket, Key="key"))
    t.expect.ok(t.other.call("PutBucketAcl", Bucket=bucket, GrantFullControl=_grantee(t)))
    _refused(t, t.other.call("DeleteBucket", Bucket=bucket))
    t.expect.ok(t.look("HeadBucket", Bucket=bucket))


# an object's


@check("object-acl", needs=OTHER_ACCOUNT, proved_by=TOO_MUCH, only=BY_HAND, spec=OVERVIEW)
def read_of_an_object_lets_get_it(t: Trial) -> None:
    """READ of an object lets another account get that object; not the next one, nor its ACL."""
    bucket = _bucket(t)
    t.given.object("key", b"for both", Bucket=bucket)
    t.given.object("next", b"mine", Bucket=bucket)
    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))
    t.given.call("PutObjectAcl", Bucket=bucket, Key="key", GrantRead=_grantee(t))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="key"), b"for both")
    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="next"))
    _refused(t, t.other.call("GetObjectAcl", Bucket=bucket, Key="key"))
    _refused(t, t.other.call("DeleteObject", Bucket=bucket, Key="key"))


@check("object-acl", needs=OTHER_ACCOUNT, proved_by=TOO_MUCH, only=BY_HAND, spec=OVERVIEW)
def read_acp_of_an_object_lets_read_its_acl(t: Trial) -> None:
    """READ_ACP of an object lets another account read its ACL; not the object."""
    bucket = _bucket(t)
    t.given.object("key", b"mine", Bucket=bucket)
    _refused(t, t.other.call("GetObjectAcl", Bucket=bucket, Key="key"))
    t.given.call("PutObjectAcl", Bucket=bucket, Key="key", GrantReadACP=_grantee(t))

    got = t.other.call("GetObjectAcl", Bucket=bucket, Key="key")
    t.expect.member(got, "Grants[].Permission", ["READ_ACP"])
    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))


@check("object-acl", needs=OTHER_ACCOUNT, proved_by=TOO_MUCH, only=BY_HAND, spec=OVERVIEW)
def write_acp_of_an_object_lets_set_its_acl(t: Trial) -> None:
    """WRITE_ACP of an object lets another account set its ACL; not read it."""
    bucket = _bucket(t)
    t.given.object("key", b"mine", Bucket=bucket)
    _refused(t, t.other.call("PutObjectAcl", Bucket=bucket, Key="key", GrantRead=_grantee(t)))
    t.given.call("PutObjectAcl", Bucket=bucket, Key="key", GrantWriteACP=_grantee(t))
    _refused(t, t.other.call("GetObjectAcl", Bucket=bucket, Key="key"))

    t.expect.ok(t.other.call("PutObjectAcl", Bucket=bucket, Key="key", GrantRead=_grantee(t)))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="key"), b"mine")


@check("object-acl", needs=OTHER_ACCOUNT, proved_by=STRANGERS, only=BY_HAND, spec=OVERVIEW)
def full_control_of_an_object_is_no_control_of_the_bucket(t: Trial) -> None:
    """FULL_CONTROL of an object lets another account read it and set its ACL; not overwrite it."""
    bucket = _bucket(t)
    t.given.object("key", b"mine", Bucket=bucket)
    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))
    t.given.call("PutObjectAcl", Bucket=bucket, Key="key", GrantFullControl=_grantee(t))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="key"), b"mine")
    t.expect.ok(t.other.call("GetObjectAcl", Bucket=bucket, Key="key"))
    t.expect.ok(
        t.other.call("PutObjectAcl", Bucket=bucket, Key="key", GrantFullControl=_grantee(t))
    )
    _refused(t, t.other.call("PutObject", Bucket=bucket, Key="key", Body=b"theirs"))
    _refused(t, t.other.call("DeleteObject", Bucket=bucket, Key="key"))


# lists and policies together


@check(
    "object-acl",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "policy-denials-ignored"],
    only=BY_HAND,
    spec=EVALUATION,
)
def denial_of_a_policy_beats_a_grant(t: Trial) -> None:
    """An object whose ACL lets another account read it is not read where a policy denies it."""
    bucket = _bucket(t)
    t.given.object("closed/key", b"x", Bucket=bucket, GrantRead=_grantee(t))
    t.given.object("open/key", b"x", Bucket=bucket, GrantRead=_grantee(t))
    t.expect.ok(t.other.call("GetObject", Bucket=bucket, Key="closed/key"))
    denial = statement(bucket, "Deny", "s3:GetObject", "closed/*", Principal=principal(t.other))
    given_policy(t, bucket, denial)

    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="closed/key"))
    t.expect.ok(t.other.call("GetObject", Bucket=bucket, Key="open/key"))
    t.expect.ok(t.call("GetObject", Bucket=bucket, Key="closed/key"))


@check(
    "object-acl",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "acl-objects-open-to-anybody"],
    only=BY_HAND,
    spec=OVERVIEW,
)
def grant_to_one_account_is_for_it_alone(t: Trial) -> None:
    """An object that is granted to another account is read by it, and by nobody anonymous."""
    bucket = _bucket(t)
    t.given.object("key", b"for two", Bucket=bucket)
    _refused(t, t.other.call("GetObject", Bucket=bucket, Key="key"))
    t.given.call("PutObjectAcl", Bucket=bucket, Key="key", GrantRead=_grantee(t))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="key"), b"for two")
    _refused(t, t.anonymous.call("GetObject", Bucket=bucket, Key="key"))


@check(
    "bucket-acl",
    proved_by=["acl-public-write-has-no-effect", "acl-objects-open-to-anybody"],
    only=BY_HAND,
    spec=OVERVIEW,
)
def public_bucket_has_private_objects(t: Trial) -> None:
    """`public-read-write` lets anybody list and write; objects stay as private as they were."""
    bucket = _bucket(t)
    t.given.object("mine", b"private", Bucket=bucket)
    _refused(t, t.anonymous.call("ListObjectsV2", Bucket=bucket))
    _refused(t, t.anonymous.call("PutObject", Bucket=bucket, Key="theirs", Body=b"x"))
    t.given.opened(bucket)
    t.given.call("PutBucketAcl", Bucket=bucket, ACL="public-read-write")

    t.expect.ok(t.anonymous.call("PutObject", Bucket=bucket, Key="theirs", Body=b"x"))
    listed = t.anonymous.call("ListObjectsV2", Bucket=bucket)
    t.expect.member(listed, "Contents[].Key", ["mine", "theirs"])
    _refused(t, t.anonymous.call("GetObject", Bucket=bucket, Key="mine"))
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="mine"), b"private")
