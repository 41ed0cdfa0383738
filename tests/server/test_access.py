"""Who may do what on a running server: owner, another account, nobody; policies and ACLs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from server_ref.acl import ALL_USERS, AUTHENTICATED_USERS
from tests.server.conftest import OTHER, OWNER, refused
from tests.server.test_every_operation import call as call_operation
from tests.server.test_every_operation import members_of

DENIED = {"Status": 403, "Code": "AccessDenied", "Message": "Access Denied"}


def allow(bucket: str, action: str | list[str], **changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": action,
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    return {**statement, **changes}


def put_policy(client: Any, bucket: str, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def test_a_new_bucket_is_its_owners_alone(owner: Any, other: Any, nobody: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k", Body=b"x")
    for client in (other, nobody):
        assert refused(client.get_object, Bucket=bucket, Key="k") == DENIED
        assert refused(client.put_object, Bucket=bucket, Key="k") == DENIED
        assert refused(client.list_objects_v2, Bucket=bucket) == DENIED
        assert refused(client.get_bucket_policy, Bucket=bucket) == DENIED
        assert refused(client.delete_bucket, Bucket=bucket) == DENIED
        assert refused(client.head_object, Bucket=bucket, Key="k")["Status"] == 403


def test_a_bucket_that_is_not_there_is_so_for_everybody(
    owner: Any, other: Any, nobody: Any
) -> None:
    for client in (owner, other, nobody):
        error = refused(client.get_object, Bucket="no-such-bucket-here", Key="k")
        assert (error["Status"], error["Code"]) == (404, "NoSuchBucket")
        assert error["BucketName"] == "no-such-bucket-here"


def test_a_policy_lets_others_in(owner: Any, other: Any, nobody: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k", Body=b"x")
    only = {"AWS": f"arn:aws:iam::{OTHER.account.account_id}:root"}
    put_policy(owner, bucket, allow(bucket, "s3:GetObject", Principal=only))
    assert other.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    assert refused(nobody.get_object, Bucket=bucket, Key="k") == DENIED
    assert refused(other.put_object, Bucket=bucket, Key="k") == DENIED


def test_a_missing_key_is_told_only_to_whom_may_list(
    owner: Any, other: Any, open_bucket: str
) -> None:
    put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject"))
    assert refused(other.get_object, Bucket=open_bucket, Key="no") == DENIED
    assert refused(other.head_object, Bucket=open_bucket, Key="no")["Status"] == 403
    put_policy(owner, open_bucket, allow(open_bucket, ["s3:GetObject", "s3:ListBucket"]))
    assert refused(other.get_object, Bucket=open_bucket, Key="no")["Code"] == "NoSuchKey"
    assert refused(other.head_object, Bucket=open_bucket, Key="no")["Status"] == 404


def test_an_explicit_deny_holds_for_the_owner_who_is_told_why(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k", Body=b"x")
    put_policy(owner, bucket, allow(bucket, "s3:*", Effect="Deny"))
    arn = f"arn:aws:iam::{OWNER.account.account_id}:root"
    assert refused(owner.get_object, Bucket=bucket, Key="k") == {
        "Status": 403,
        "Code": "AccessDenied",
        "Message": f"User: {arn} is not authorized to perform: s3:GetObject on resource:"
        f' "arn:aws:s3:::{bucket}/k" with an explicit deny in a resource-based policy',
    }
    owner.get_bucket_policy(Bucket=bucket)  # and can take it back
    owner.delete_bucket_policy(Bucket=bucket)
    owner.get_object(Bucket=bucket, Key="k")


def test_each_of_many_deleted_keys_is_judged(owner: Any, bucket: str) -> None:
    for key in ("keep/1", "go"):
        owner.put_object(Bucket=bucket, Key=key)
    deny = allow(bucket, "s3:DeleteObject", Effect="Deny", Resource=f"arn:aws:s3:::{bucket}/keep/*")
    put_policy(owner, bucket, deny)
    keys = [{"Key": "keep/1"}, {"Key": "go"}]
    answer = owner.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    assert [one["Key"] for one in answer["Deleted"]] == ["go"]
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("keep/1", "AccessDenied")]
    left = owner.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in left] == ["keep/1"]


def test_versions_among_many_deleted_need_the_action_for_versions(
    owner: Any, other: Any, bucket: str
) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = owner.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"]
    only = {"AWS": OTHER.account.account_id}
    for action, allowed in (("s3:DeleteObject", "new"), ("s3:DeleteObjectVersion", "k")):
        put_policy(owner, bucket, allow(bucket, action, Principal=only))
        keys = [{"Key": "new"}, {"Key": "k", "VersionId": version}]
        answer = other.delete_objects(Bucket=bucket, Delete={"Objects": keys})
        assert [one["Key"] for one in answer["Deleted"]] == [allowed]
        assert [one["Code"] for one in answer["Errors"]] == ["AccessDenied"]


def test_a_version_needs_the_action_for_versions(owner: Any, other: Any, bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = owner.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"]
    only = {"AWS": OTHER.account.account_id}
    put_policy(owner, bucket, allow(bucket, "s3:GetObject", Principal=only))
    other.get_object(Bucket=bucket, Key="k")
    assert refused(other.get_object, Bucket=bucket, Key="k", VersionId=version) == DENIED
    put_policy(owner, bucket, allow(bucket, "s3:GetObjectVersion", Principal=only))
    other.get_object(Bucket=bucket, Key="k", VersionId=version)
    assert refused(other.get_object, Bucket=bucket, Key="k") == DENIED


@pytest.mark.parametrize("source", ["{}/secret", "/{}/secret", "{}/%73ecret", "{}/secre%74"])
def test_a_copy_needs_to_read_its_source_however_it_is_spelt(
    owner: Any, other: Any, bucket: str, source: str
) -> None:
    owner.put_object(Bucket=bucket, Key="secret", Body=b"x")
    mine = f"mine-{bucket}-{abs(hash(source)) % 10**6}"
    other.create_bucket(Bucket=mine)
    named = source.format(bucket)

    def as_it_stands(request: Any, **_: Any) -> None:  # boto3 would encode it once more
        request.headers.replace_header("x-amz-copy-source", named)

    copies = ("CopyObject", "UploadPartCopy")
    for name in copies:
        other.meta.events.register(f"before-sign.s3.{name}", as_it_stands, unique_id=name)
    try:
        _copies_are_judged(owner, other, bucket, mine, named)
    finally:
        for name in copies:
            other.meta.events.unregister(f"before-sign.s3.{name}", unique_id=name)


def _copies_are_judged(owner: Any, other: Any, bucket: str, mine: str, named: str) -> None:
    assert refused(other.copy_object, Bucket=mine, Key="k", CopySource=named) == DENIED
    upload = other.create_multipart_upload(Bucket=mine, Key="k")["UploadId"]
    assert (
        refused(
            other.upload_part_copy,
            Bucket=mine,
            Key="k",
            UploadId=upload,
            PartNumber=1,
            CopySource=named,
        )
        == DENIED
    )
    only = {"AWS": OTHER.account.account_id}
    put_policy(owner, bucket, allow(bucket, "s3:GetObject", Principal=only))
    other.copy_object(Bucket=mine, Key="k", CopySource=named)


def test_the_judged_key_is_the_stored_key(owner: Any, nobody: Any, open_bucket: str) -> None:
    for key in ("public/../secret", "secret", "public/a"):
        owner.put_object(Bucket=open_bucket, Key=key, Body=key.encode())
    arn = f"arn:aws:s3:::{open_bucket}/public/*"
    put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject", Resource=arn))
    assert nobody.get_object(Bucket=open_bucket, Key="public/a")["Body"].read() == b"public/a"
    found = nobody.get_object(Bucket=open_bucket, Key="public/../secret")["Body"].read()
    assert found == b"public/../secret"  # that very key, never "secret"
    assert refused(nobody.get_object, Bucket=open_bucket, Key="secret") == DENIED


@pytest.mark.parametrize(
    ("condition", "members", "works"),
    [
        ({"StringEquals": {"s3:prefix": "a/"}}, {"Prefix": "a/"}, True),
        ({"StringEquals": {"s3:prefix": "a/"}}, {"Prefix": "b/"}, False),
        ({"StringEquals": {"s3:prefix": "a/"}}, {}, False),
        ({"StringEquals": {"s3:delimiter": "/"}}, {"Delimiter": "/"}, True),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"MaxKeys": 10}, True),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"MaxKeys": 11}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, {}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {}, False),
        ({"StringLike": {"aws:UserAgent": "Boto3*"}}, {}, True),
        ({"StringEquals": {"s3:authType": "REST-HEADER"}}, {}, True),
        ({"StringEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}, {}, True),
        ({"StringEquals": {"aws:PrincipalAccount": "444455556666"}}, {}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:*"}}, {}, True),
        ({"StringEquals": {"aws:ResourceAccount": "111122223333"}}, {}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, {}, True),
    ],
)
def test_a_condition_of_a_listing(
    owner: Any,
    other: Any,
    bucket: str,
    condition: dict[str, Any],
    members: dict[str, Any],
    *,
    works: bool,
) -> None:
    only = {"AWS": OTHER.account.account_id}
    put_policy(owner, bucket, allow(bucket, "s3:ListBucket", Principal=only, Condition=condition))
    if works:
        other.list_objects_v2(Bucket=bucket, **members)
    else:
        assert refused(other.list_objects_v2, Bucket=bucket, **members) == DENIED


def test_conditions_on_tags_headers_and_encryption(owner: Any, other: Any, bucket: str) -> None:
    only = {"AWS": OTHER.account.account_id}
    owner.put_object(Bucket=bucket, Key="yes", Tagging="open=true")
    owner.put_object(Bucket=bucket, Key="no", Tagging="open=false")
    put_policy(
        owner,
        bucket,
        allow(
            bucket,
            "s3:GetObject",
            Principal=only,
            Condition={"StringEquals": {"s3:ExistingObjectTag/open": "true"}},
        ),
        allow(
            bucket,
            ["s3:PutObject", "s3:PutObjectTagging"],
            Principal=only,
            Condition={"StringEquals": {"s3:RequestObjectTag/who": "me"}},
        ),
        allow(
            bucket,
            "s3:PutObject",
            Effect="Deny",
            Condition={"StringEquals": {"s3:x-amz-storage-class": "GLACIER"}},
        ),
    )
    other.get_object(Bucket=bucket, Key="yes")
    assert refused(other.get_object, Bucket=bucket, Key="no") == DENIED
    other.put_object(Bucket=bucket, Key="n", Tagging="who=me")
    assert refused(other.put_object, Bucket=bucket, Key="n", Tagging="who=you") == DENIED
    assert refused(other.put_object, Bucket=bucket, Key="n") == DENIED
    error = refused(owner.put_object, Bucket=bucket, Key="n", StorageClass="GLACIER")
    assert "explicit deny" in error["Message"]


def test_acls_of_a_bucket(owner: Any, other: Any, nobody: Any, open_bucket: str) -> None:
    owner.put_object(Bucket=open_bucket, Key="k", Body=b"x")
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    assert nobody.list_objects_v2(Bucket=open_bucket)["KeyCount"] == 1
    assert refused(nobody.get_object, Bucket=open_bucket, Key="k") == DENIED
    assert refused(nobody.get_object, Bucket=open_bucket, Key="no")["Code"] == "NoSuchKey"
    assert refused(nobody.put_object, Bucket=open_bucket, Key="n") == DENIED
    assert refused(nobody.get_bucket_acl, Bucket=open_bucket) == DENIED
    owner.put_bucket_acl(Bucket=open_bucket, ACL="authenticated-read")
    assert refused(nobody.list_objects_v2, Bucket=open_bucket) == DENIED
    other.list_objects_v2(Bucket=open_bucket)
    owner.put_bucket_acl(
        Bucket=open_bucket,
        GrantFullControl=f"id={OWNER.account.canonical_id}",
        GrantReadACP=f"id={OTHER.account.canonical_id}",
    )
    grants = other.get_bucket_acl(Bucket=open_bucket)["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL", "READ_ACP"]
    assert refused(other.list_objects_v2, Bucket=open_bucket) == DENIED


def test_acls_of_an_object(owner: Any, other: Any, nobody: Any, open_bucket: str) -> None:
    owner.put_object(Bucket=open_bucket, Key="k", Body=b"x", ACL="public-read")
    assert nobody.get_object(Bucket=open_bucket, Key="k")["Body"].read() == b"x"
    owner.put_object_acl(Bucket=open_bucket, Key="k", ACL="private")
    assert refused(nobody.get_object, Bucket=open_bucket, Key="k") == DENIED
    owner.put_object_acl(
        Bucket=open_bucket,
        Key="k",
        AccessControlPolicy={
            "Owner": {"ID": OWNER.account.canonical_id},
            "Grants": [
                {"Grantee": {"Type": "Group", "URI": AUTHENTICATED_USERS}, "Permission": "READ"}
            ],
        },
    )
    other.get_object(Bucket=open_bucket, Key="k")
    assert refused(nobody.get_object, Bucket=open_bucket, Key="k") == DENIED
    assert refused(other.get_object_acl, Bucket=open_bucket, Key="k") == DENIED


def test_what_another_account_wrote_is_its_own(
    owner: Any, other: Any, nobody: Any, open_bucket: str
) -> None:
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read-write")
    other.put_object(Bucket=open_bucket, Key="theirs", Body=b"x")
    put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject"))
    for client in (owner, nobody):  # a policy says nothing about another account's objects
        assert refused(client.get_object, Bucket=open_bucket, Key="theirs") == DENIED
    assert other.get_object(Bucket=open_bucket, Key="theirs")["Body"].read() == b"x"
    other.put_object_acl(Bucket=open_bucket, Key="theirs", ACL="bucket-owner-read")
    owner.get_object(Bucket=open_bucket, Key="theirs")
    owner.put_bucket_acl(Bucket=open_bucket, ACL="private")
    owner.put_bucket_ownership_controls(
        Bucket=open_bucket,
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    )
    owner.get_object(Bucket=open_bucket, Key="theirs")  # ownership enforced: ACLs are out
    owner.delete_object(Bucket=open_bucket, Key="theirs")


def test_who_may_write_overwrites_and_deletes_only_its_own(
    owner: Any, other: Any, nobody: Any, open_bucket: str
) -> None:
    # API_PutBucketAcl.html: deletions and overwrites are for the owners of bucket and object
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read-write")
    owner.put_object(Bucket=open_bucket, Key="k", Body=b"1", ACL="public-read-write")
    upload = owner.create_multipart_upload(Bucket=open_bucket, Key="u")["UploadId"]
    for client in (other, nobody):
        assert refused(client.put_object, Bucket=open_bucket, Key="k") == DENIED
        assert refused(client.delete_object, Bucket=open_bucket, Key="k") == DENIED
        many = client.delete_objects(Bucket=open_bucket, Delete={"Objects": [{"Key": "k"}]})
        assert [one["Code"] for one in many["Errors"]] == ["AccessDenied"]
        client.put_object(Bucket=open_bucket, Key="own", Body=b"1")
        client.put_object(Bucket=open_bucket, Key="own", Body=b"2")
        client.delete_object(Bucket=open_bucket, Key="own")
        client.delete_object(Bucket=open_bucket, Key="missing")
        # nor are uploads of others to be looked at or ended by it
        one = {"Bucket": open_bucket, "Key": "u", "UploadId": upload}
        assert refused(client.list_parts, **one)["Status"] == 403
        assert refused(client.abort_multipart_upload, **one)["Status"] == 403
    other.put_object(Bucket=open_bucket, Key="theirs")
    owner.put_object(Bucket=open_bucket, Key="theirs")  # the bucket's owner may, whoever wrote it
    assert owner.get_object(Bucket=open_bucket, Key="k")["Body"].read() == b"1"


def test_where_ownership_is_enforced_acls_are_refused(owner: Any, bucket: str) -> None:
    owner.delete_public_access_block(Bucket=bucket)
    owner.put_object(Bucket=bucket, Key="k", ACL="bucket-owner-full-control")
    unsupported = {
        "Status": 400,
        "Code": "AccessControlListNotSupported",
        "Message": "The bucket does not allow ACLs",
    }
    assert refused(owner.put_object, Bucket=bucket, Key="k", ACL="public-read") == unsupported
    assert refused(owner.put_bucket_acl, Bucket=bucket, ACL="private") == unsupported
    everyone = {"Bucket": bucket, "Key": "k", "ACL": "public-read"}
    assert refused(owner.put_object_acl, **everyone) == unsupported


def test_the_public_access_block_blocks(
    owner: Any, other: Any, nobody: Any, open_bucket: str
) -> None:
    def block(**settings: bool) -> None:
        owner.put_public_access_block(Bucket=open_bucket, PublicAccessBlockConfiguration=settings)

    owner.put_object(Bucket=open_bucket, Key="k", Body=b"x", ACL="public-read")
    block(IgnorePublicAcls=True)
    assert refused(nobody.get_object, Bucket=open_bucket, Key="k") == DENIED
    block(BlockPublicAcls=True)
    nobody.get_object(Bucket=open_bucket, Key="k")  # those that are there stay
    grant = f'uri="{ALL_USERS}"'
    for members in ({"ACL": "public-read"}, {"ACL": "authenticated-read"}, {"GrantRead": grant}):
        error = refused(owner.put_object, Bucket=open_bucket, Key="k", **members)
        assert (error["Status"], error["Code"]) == (403, "AccessDenied")
        assert "BlockPublicAcls" in error["Message"]
        assert refused(owner.put_bucket_acl, Bucket=open_bucket, **members)["Status"] == 403
    owner.put_object_acl(Bucket=open_bucket, Key="k", ACL="private")
    block(BlockPublicPolicy=True)
    with pytest.raises(owner.exceptions.ClientError, match="BlockPublicPolicy"):
        put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject"))
    only = {"AWS": OTHER.account.account_id}
    put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject", Principal=only))
    assert owner.get_bucket_policy_status(Bucket=open_bucket)["PolicyStatus"] == {"IsPublic": False}
    block()
    put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject"))
    assert owner.get_bucket_policy_status(Bucket=open_bucket)["PolicyStatus"]["IsPublic"] is True
    other.get_object(Bucket=open_bucket, Key="k")
    block(RestrictPublicBuckets=True)
    for client in (other, nobody):
        assert refused(client.get_object, Bucket=open_bucket, Key="k") == DENIED
    owner.get_object(Bucket=open_bucket, Key="k")


def test_an_expected_owner_of_a_copys_source_has_to_own_it(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k", Body=b"x")
    copy = {"Bucket": bucket, "Key": "copy", "CopySource": f"{bucket}/k"}
    wrong = OTHER.account.account_id
    assert refused(owner.copy_object, **copy, ExpectedSourceBucketOwner=wrong) == DENIED
    owner.copy_object(**copy, ExpectedSourceBucketOwner=OWNER.account.account_id)


@pytest.mark.parametrize("wrong", ["0000", "0000000000020", "abcd", "aa000000000$", "invalid"])
def test_a_malformed_expected_owner(owner: Any, bucket: str, wrong: str) -> None:
    # recorded: put, get and delete of a bucket policy with an invalid account id
    for call in (owner.get_bucket_policy, owner.delete_bucket_policy):
        assert refused(call, Bucket=bucket, ExpectedBucketOwner=wrong) == {
            "Status": 400,
            "Code": "InvalidBucketOwnerAWSAccountID",
            "Message": "The value of the expected bucket owner parameter must be an AWS Account"
            f" ID... [{wrong}]",
        }


def test_an_expected_owner_has_to_own_the_bucket(owner: Any, bucket: str) -> None:
    mine, theirs = OWNER.account.account_id, OTHER.account.account_id
    owner.head_bucket(Bucket=bucket, ExpectedBucketOwner=mine)
    assert refused(owner.get_bucket_policy, Bucket=bucket, ExpectedBucketOwner=theirs) == DENIED


def test_where_requesters_pay_they_say_so(
    owner: Any, other: Any, nobody: Any, open_bucket: str
) -> None:
    owner.put_object(Bucket=open_bucket, Key="k", Body=b"x")
    put_policy(owner, open_bucket, allow(open_bucket, "s3:GetObject"))
    owner.put_bucket_request_payment(
        Bucket=open_bucket, RequestPaymentConfiguration={"Payer": "Requester"}
    )
    assert "RequestCharged" not in owner.get_object(Bucket=open_bucket, Key="k")
    assert refused(other.get_object, Bucket=open_bucket, Key="k") == DENIED
    answer = other.get_object(Bucket=open_bucket, Key="k", RequestPayer="requester")
    assert answer["RequestCharged"] == "requester"
    for members in ({}, {"RequestPayer": "requester"}):  # nobody has no account to charge
        assert refused(nobody.get_object, Bucket=open_bucket, Key="k", **members) == DENIED


def test_a_policy_is_its_owners_even_where_it_lets_others(
    owner: Any, other: Any, bucket: str
) -> None:
    only = {"AWS": OTHER.account.account_id}
    put_policy(owner, bucket, allow(bucket, "s3:GetBucketPolicy", Principal=only))
    error = refused(other.get_bucket_policy, Bucket=bucket)
    assert (error["Status"], error["Code"]) == (405, "MethodNotAllowed")


def test_a_forbidden_head_of_a_bucket_names_its_region(other: Any, bucket: str) -> None:
    with pytest.raises(other.exceptions.ClientError) as error:
        other.head_bucket(Bucket=bucket)
    answer = error.value.response["ResponseMetadata"]
    assert answer["HTTPStatusCode"] == 403
    assert answer["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"


def test_nobody_may_delete_many_where_everybody_may_write(
    owner: Any, nobody: Any, open_bucket: str
) -> None:
    # recorded: a multi-delete by hand of keys that nobody made
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read-write")
    keys = [f"key-created-by-anonymous-{number}" for number in (1, 2)]
    for key in keys:
        nobody.put_object(Bucket=open_bucket, Key=key, Body=b"x")
    answer = nobody.delete_objects(
        Bucket=open_bucket, Delete={"Objects": [{"Key": key} for key in keys]}
    )
    assert answer["Deleted"] == [{"Key": key} for key in keys]
    assert "Contents" not in owner.list_objects_v2(Bucket=open_bucket)


def test_whoever_may_not_write_uploads_no_part(owner: Any, other: Any, bucket: str) -> None:
    upload = owner.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    one = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    assert refused(other.create_multipart_upload, Bucket=bucket, Key="k") == DENIED
    assert refused(other.upload_part, **one, PartNumber=1, Body=b"x") == DENIED
    assert refused(other.list_parts, **one) == DENIED
    assert refused(other.abort_multipart_upload, **one) == DENIED
    assert refused(other.list_multipart_uploads, Bucket=bucket) == DENIED
    parts = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
    assert refused(other.complete_multipart_upload, **one, MultipartUpload=parts) == DENIED


def test_every_operation_on_a_bucket_is_refused_to_strangers(
    owner: Any, other: Any, nobody: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key")
    model = other.meta.service_model
    for name in model.operation_names:
        if name in ("CreateBucket", "ListBuckets", "ListDirectoryBuckets"):
            continue  # no bucket of another's is named
        if name in ("CreateSession", "WriteGetObjectResponse", "SelectObjectContent"):
            continue  # boto3 signs them for another service, or reads a stream
        members = members_of(name, bucket)
        for client in (other, nobody):
            try:
                answer = call_operation(client, name, members)
            except (ClientError, ParamValidationError) as error:
                refusal = getattr(error, "response", None)
                assert refusal is not None, f"{name}: {error}"
                assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 403, f"{name}: {error}"
            else:  # each of many keys is refused on its own
                assert name == "DeleteObjects", f"{name} was done for somebody else"
                assert [one["Code"] for one in answer["Errors"]] == ["AccessDenied"]
                assert "Deleted" not in answer
