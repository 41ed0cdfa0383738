"""Conditions of bucket policies, as they were measured at Amazon or as its reference has them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OTHER, OWNER, client_of, refused

SSE = "s3:x-amz-server-side-encryption"
DENIED = {"Status": 403, "Code": "AccessDenied", "Message": "Access Denied"}


def put_policy(owner: Any, bucket: str, *statements: dict[str, Any]) -> None:
    usual = {"Effect": "Allow", "Principal": "*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    document = {"Version": "2012-10-17", "Statement": [{**usual, **one} for one in statements]}
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def to_other(action: str | list[str], **condition: Any) -> dict[str, Any]:
    only = {"AWS": OTHER.account.account_id}
    return {"Action": action, "Principal": only, "Condition": condition}


def denied(action: str, **condition: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Condition": condition}


@pytest.mark.parametrize(
    ("sent", "condition"),
    [
        ({"ServerSideEncryption": "AES256"}, {"StringEquals": {SSE: "AES256"}}),
        ({"ServerSideEncryption": "aws:kms"}, {"StringEquals": {SSE: "aws:kms"}}),
    ],
)
def test_parts_have_the_encryption_that_their_upload_asked_for(
    owner: Any, bucket: str, sent: dict[str, str], condition: dict[str, Any]
) -> None:
    put_policy(owner, bucket, denied("s3:PutObject", StringNotEquals=condition["StringEquals"]))
    one = {"Bucket": bucket, "Key": "key"}
    assert refused(owner.create_multipart_upload, **one)["Code"] == "AccessDenied"
    upload = owner.create_multipart_upload(**one, **sent)["UploadId"]
    part = owner.upload_part(**one, UploadId=upload, PartNumber=1, Body=b"x")
    owner.put_object(Bucket=bucket, Key="source", Body=b"x", **sent)
    owner.upload_part_copy(**one, UploadId=upload, PartNumber=2, CopySource=f"{bucket}/source")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    owner.complete_multipart_upload(**one, UploadId=upload, MultipartUpload=parts)

    assert owner.head_object(**one)["ServerSideEncryption"] == sent["ServerSideEncryption"]


def test_parts_of_an_upload_that_asked_for_nothing_have_none(owner: Any, bucket: str) -> None:
    one = {"Bucket": bucket, "Key": "key"}
    upload = owner.create_multipart_upload(**one)["UploadId"]
    put_policy(owner, bucket, denied("s3:PutObject", Null={SSE: "true"}))
    part = {**one, "UploadId": upload, "PartNumber": 1, "Body": b"x"}
    assert refused(owner.upload_part, **part)["Code"] == "AccessDenied"


def test_tags_of_an_object_have_no_say_about_its_attributes(
    owner: Any, other: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x", Tagging="a=b")
    tagged = {"s3:ExistingObjectTag/a": "b"}
    both = ["s3:GetObject", "s3:GetObjectAttributes"]
    one = {"Bucket": bucket, "Key": "key", "ObjectAttributes": ["ETag"]}
    put_policy(owner, bucket, to_other(both, StringEquals=tagged))
    other.get_object(Bucket=bucket, Key="key")
    assert refused(other.get_object_attributes, **one) == DENIED

    put_policy(
        owner,
        bucket,
        to_other("s3:GetObject", StringEquals=tagged),
        to_other("s3:GetObjectAttributes"),
    )
    other.get_object_attributes(**one)


def test_the_source_of_a_copy_is_compared_as_it_was_sent(
    server: S3Server, owner: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="closed/key", Body=b"x")
    pattern = {"s3:x-amz-copy-source": f"{bucket}/closed/*"}
    put_policy(owner, bucket, denied("s3:PutObject", StringLike=pattern))

    def copy(source: str) -> int:
        return ask(server, "PUT", f"/{bucket}/to", by=OWNER, x_amz_copy_source=source).status

    assert copy(f"{bucket}/closed/key") == copy(f"/{bucket}/closed/key") == 403
    assert copy(f"{bucket}/%63losed/key") == 200


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        ("s3:CreateBucket", {}),
        ("s3:ListAllMyBuckets", {}),
        ("s3:GetObject", {"StringEquals": {f"{SSE}-customer-algorithm": "AES256"}}),
        ("s3:GetObjectVersion", {"Null": {f"{SSE}-customer-algorithm": "true"}}),
    ],
)
def test_what_no_policy_of_a_bucket_can_say(
    owner: Any, bucket: str, action: str, condition: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="MalformedPolicy"):
        put_policy(owner, bucket, {"Action": action, "Condition": condition})


def test_a_condition_of_writes_does_not_hold_back_the_parts(owner: Any, bucket: str) -> None:
    put_policy(
        owner,
        bucket,
        denied(
            "s3:PutObject",
            Null={"s3:if-none-match": "true"},
            Bool={"s3:ObjectCreationOperation": "true"},
        ),
    )
    one = {"Bucket": bucket, "Key": "key"}
    assert refused(owner.put_object, **one)["Code"] == "AccessDenied"
    upload = owner.create_multipart_upload(**one)["UploadId"]
    etag = owner.upload_part(**one, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    done = {"UploadId": upload, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}
    assert refused(owner.complete_multipart_upload, **one, **done)["Code"] == "AccessDenied"
    owner.complete_multipart_upload(**one, **done, IfNoneMatch="*")


def test_locks_that_are_in_the_body_of_a_request(owner: Any, bucket: str) -> None:
    locked = f"locked-{bucket}"
    owner.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    one = {"Bucket": locked, "Key": "key"}
    owner.put_object(**one, Body=b"x")
    put_policy(
        owner,
        locked,
        denied(
            "s3:PutObjectRetention",
            NumericGreaterThan={"s3:object-lock-remaining-retention-days": "10"},
        ),
        denied("s3:PutObjectRetention", StringEquals={"s3:object-lock-mode": "COMPLIANCE"}),
        denied("s3:PutObjectLegalHold", StringEquals={"s3:object-lock-legal-hold": "ON"}),
    )

    def retain(mode: str, days: int) -> dict[str, Any]:
        until = datetime.now(UTC) + timedelta(days=days)
        return {**one, "Retention": {"Mode": mode, "RetainUntilDate": until}}

    for wrong in (retain("GOVERNANCE", 11), retain("COMPLIANCE", 1)):
        assert refused(owner.put_object_retention, **wrong)["Code"] == "AccessDenied"
    owner.put_object_retention(**retain("GOVERNANCE", 10))
    hold = {"Status": "ON"}
    assert refused(owner.put_object_legal_hold, **one, LegalHold=hold)["Code"] == "AccessDenied"
    owner.put_object_legal_hold(**one, LegalHold={"Status": "OFF"})
    # where the body says nothing of it, no condition of it holds: the operation says what is wrong
    assert refused(owner.put_object_legal_hold, **one)["Code"] == "MalformedXML"
    assert refused(owner.put_object_retention, **one)["Code"] == "MalformedXML"


def test_access_by_the_tags_of_a_bucket(owner: Any, other: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    owner.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "team", "Value": "red"}]})
    put_policy(owner, bucket, to_other("s3:GetObject", StringEquals={"s3:BucketTag/team": "red"}))
    assert refused(other.get_object, Bucket=bucket, Key="key") == DENIED
    owner.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})
    other.get_object(Bucket=bucket, Key="key")

    begins = "This S3 general purpose bucket has attribute-based access control (ABAC) enabled. To "
    for call, more, words in (
        (owner.put_bucket_tagging, {"Tagging": {"TagSet": []}}, "add tags to this bucket"),
        (owner.delete_bucket_tagging, {}, "delete tags from this bucket"),
    ):
        error = refused(call, Bucket=bucket, **more)
        assert (error["Status"], error["Code"]) == (400, "BadRequest")
        assert error["Message"].startswith(begins + words)
    assert owner.get_bucket_tagging(Bucket=bucket)["TagSet"]
    owner.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Disabled"})
    owner.delete_bucket_tagging(Bucket=bucket)


def test_the_version_of_tls() -> None:
    with S3Server(accounts=(OWNER,), tls=True, durability="relaxed", buckets=["bucket"]) as running:
        keys = dict(running.client_kwargs)
        client = running.client() if keys else client_of(running, OWNER)
        client.put_object(Bucket="bucket", Key="key", Body=b"x")
        put_policy(
            client, "bucket", denied("s3:GetObject", NumericLessThan={"s3:TlsVersion": "1.2"})
        )
        client.get_object(Bucket="bucket", Key="key")
        put_policy(
            client, "bucket", denied("s3:GetObject", NumericLessThan={"s3:TlsVersion": "1.4"})
        )
        assert refused(client.get_object, Bucket="bucket", Key="key")["Code"] == "AccessDenied"


def test_whoever_began_an_upload_may_look_at_it_and_abort_it(
    owner: Any, other: Any, bucket: str
) -> None:
    put_policy(owner, bucket, to_other("s3:PutObject"))
    own = {"Bucket": bucket, "Key": "key"}
    own["UploadId"] = other.create_multipart_upload(**own)["UploadId"]
    foreign = {"Bucket": bucket, "Key": "key"}
    foreign["UploadId"] = owner.create_multipart_upload(**foreign)["UploadId"]
    nothing = {**foreign, "UploadId": "none"}
    for call in (other.list_parts, other.abort_multipart_upload):
        assert refused(call, **foreign) == refused(call, **nothing) == DENIED
    other.upload_part(**own, PartNumber=1, Body=b"x")
    assert [part["PartNumber"] for part in other.list_parts(**own)["Parts"]] == [1]

    put_policy(owner, bucket, to_other("s3:PutObject"), denied("s3:AbortMultipartUpload"))
    assert refused(other.abort_multipart_upload, **own) == DENIED
    put_policy(owner, bucket, to_other("s3:PutObject"))
    other.abort_multipart_upload(**own)
