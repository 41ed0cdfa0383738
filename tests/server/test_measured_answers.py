"""Answers of S3 that its users measured and published, in small: copies, tags, checksums."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.config import Config

from server_ref.server import S3Server
from server_ref.storage.hashing import DIGEST_BYTES
from tests.server.byhand import ask
from tests.server.conftest import OWNER, refused

EMPTY_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg=="


def begun(owner: Any, bucket: str) -> tuple[dict[str, str], dict[str, Any]]:
    """An upload without an algorithm, with one part: its members, and what completes it."""
    upload = {"Bucket": bucket, "Key": "key"}
    upload["UploadId"] = owner.create_multipart_upload(**upload)["UploadId"]
    etag = owner.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    return upload, {"Parts": [{"PartNumber": 1, "ETag": etag}]}


@pytest.mark.parametrize("value", ["garbage", base64.b64encode(bytes(32)).decode()])
def test_a_new_upload_has_no_checksum_of_its_own(server: S3Server, bucket: str, value: str) -> None:
    path = f"/{bucket}/key?uploads"
    answer = ask(server, "POST", path, by=OWNER, x_amz_checksum_sha256=value)
    assert (answer.status, answer.error) == (200, {})
    assert not [name for name in answer.headers if name.startswith("x-amz-checksum-")]


@pytest.mark.parametrize("name", ["MD5", "SHA512", "XXHASH64", "XXHASH3", "XXHASH128"])
def test_a_later_algorithm_completes_no_upload_without_one(
    server: S3Server, owner: Any, bucket: str, name: str
) -> None:
    upload, parts = begun(owner, bucket)
    body = "".join(
        f"<Part><PartNumber>{part['PartNumber']}</PartNumber><ETag>{part['ETag']}</ETag></Part>"
        for part in parts["Parts"]
    )
    answer = ask(
        server,
        "POST",
        f"/{bucket}/key?uploadId={upload['UploadId']}",
        f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>".encode(),
        by=OWNER,
        **{f"x-amz-checksum-{name.lower()}": base64.b64encode(bytes(DIGEST_BYTES[name])).decode()},
    )
    assert (answer.status, answer.error["Code"]) == (400, "InvalidRequest")
    assert answer.error["Message"] == (
        "Checksum Type mismatch occurred, expected checksum Type: null, actual checksum Type:"
        f" {name.lower()}"
    )
    assert refused(owner.head_object, Bucket=bucket, Key="key")["Status"] == 404
    owner.complete_multipart_upload(**upload, MultipartUpload=parts)


def test_a_quoted_star_is_no_condition_of_a_write(
    server: S3Server, owner: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    for more in ({}, {"x-amz-copy-source": f"{bucket}/key"}):
        answer = ask(server, "PUT", f"/{bucket}/other", by=OWNER, If_Match='"*"', **more)
        assert (answer.status, answer.error["Code"]) == (501, "NotImplemented")
        assert answer.error["Header"] == "If-Match"


def test_the_version_of_a_source_may_be_escaped(owner: Any, bucket: str) -> None:
    enabled = {"Status": "Enabled"}
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=enabled)
    first = owner.put_object(Bucket=bucket, Key="key", Body=b"first")["VersionId"]
    owner.put_object(Bucket=bucket, Key="key", Body=b"second")
    source = f"{bucket}/key?versionId=%{ord(first[0]):02X}{first[1:]}"
    owner.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert owner.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"first"


def test_blanks_of_a_policy_do_not_count(owner: Any, bucket: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    wide = json.dumps({"Version": "2012-10-17", "Statement": statement}, indent=5000)
    assert len(wide) > 20480
    owner.put_bucket_policy(Bucket=bucket, Policy=wide)
    assert json.loads(owner.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(wide)
    dense = json.dumps({"Version": "2012-10-17", "Id": "i" * 20480, "Statement": statement})
    error = refused(owner.put_bucket_policy, Bucket=bucket, Policy=dense)
    assert (error["Code"], error["Message"]) == (
        "MalformedPolicy",
        "Policy exceeds the maximum allowed document size.",
    )


def test_an_action_that_is_none_is_named(owner: Any, bucket: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:NotARealAction"],
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    assert refused(owner.put_bucket_policy, Bucket=bucket, Policy=document) == {
        "Status": 400,
        "Code": "MalformedPolicy",
        "Message": "Policy has invalid action",
        "Detail": "s3:NotARealAction",
    }


def test_a_wrong_signature_is_said_before_a_token_that_is_none(
    server: S3Server, owner: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")

    def answer(secret: str, version: str) -> str:
        client = boto3.client(
            "s3",
            endpoint_url=server.url,
            region_name=server.region,
            aws_access_key_id=OWNER.access_key,
            aws_secret_access_key=secret,
            aws_session_token="token",
            config=Config(signature_version=version, s3={"addressing_style": "path"}),
        )
        url = client.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "key"})
        found = re.search("<Code>(.*)</Code>", requests.get(url, timeout=10).text)
        return found[1] if found else ""

    for version in ("s3v4", "s3"):
        assert answer(OWNER.secret_key, version) == "InvalidToken"
        assert answer("wrong" * 8, version) == "SignatureDoesNotMatch"


def test_of_a_form_too_the_signature_comes_before_the_token(
    server: S3Server, owner: Any, bucket: str
) -> None:
    conditions = [{"x-amz-security-token": "token"}]
    form = owner.generate_presigned_post(
        bucket, "key", Fields={"x-amz-security-token": "token"}, Conditions=conditions
    )
    url = f"{server.url}{urlsplit(form['url']).path}"
    for change, code in (({}, "InvalidToken"), ({"signature": "wrong"}, "SignatureDoesNotMatch")):
        fields = {**form["fields"], **change}
        answer = requests.post(url, fields, files={"file": b"x"}, timeout=10)
        assert f"<Code>{code}</Code>" in answer.text
    assert refused(owner.head_object, Bucket=bucket, Key="key")["Status"] == 404


def test_the_source_of_a_rename_writes_no_object(server: S3Server, owner: Any, bucket: str) -> None:
    answer = ask(server, "PUT", f"/{bucket}/key", b"x", by=OWNER, x_amz_rename_source="/source")
    assert (answer.status, answer.error["Code"]) == (501, "NotImplemented")
    assert answer.error["Header"] == "x-amz-rename-source"
    assert refused(owner.head_object, Bucket=bucket, Key="key")["Status"] == 404


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("foo=%FF", "InvalidTag"),
        ("foo=%21", "InvalidTag"),
        ("%21=foo", "InvalidTag"),
        ("foo=!", "InvalidArgument"),
        ("foo=%ZZ", "InvalidArgument"),
        ("foo=%A", "InvalidArgument"),
    ],
)
def test_escapes_of_tags_are_read_before_the_tags(
    server: S3Server, owner: Any, bucket: str, header: str, code: str
) -> None:
    answer = ask(server, "PUT", f"/{bucket}/key", b"x", by=OWNER, x_amz_tagging=header)
    assert (answer.status, answer.error["Code"]) == (400, code)
    if header == "foo=%FF":
        assert (answer.error["TagKey"], answer.error["TagValue"]) == ("foo", "\ufffd")
    assert refused(owner.head_object, Bucket=bucket, Key="key")["Status"] == 404


def test_a_new_bucket_takes_no_acl_also_where_public_ones_are_blocked(
    server: S3Server, owner: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    public = {"x-amz-acl": "public-read"}
    granted = {"x-amz-grant-read": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'}
    for method, path, more in (
        ("PUT", "new", public),
        ("PUT", "new", granted),
        ("PUT", "new", {**public, "x-amz-copy-source": f"{bucket}/key"}),
        ("POST", "new?uploads", public),
        ("PUT", "key?acl", public),
        ("PUT", "?acl", public),
    ):
        answer = ask(server, method, f"/{bucket}/{path}", by=OWNER, **more)
        assert (answer.status, answer.error["Code"]) == (400, "AccessControlListNotSupported")
        assert answer.error["Message"] == "The bucket does not allow ACLs"
    assert refused(owner.head_object, Bucket=bucket, Key="new")["Status"] == 404
    form = owner.generate_presigned_post(
        bucket, "new", Fields={"acl": "public-read"}, Conditions=[{"acl": "public-read"}]
    )
    posted = requests.post(form["url"], form["fields"], files={"file": b"x"}, timeout=10)
    assert "<Code>AccessControlListNotSupported</Code>" in posted.text


@pytest.mark.parametrize("member", ["Action", "Resource", "Principal"])
def test_null_is_no_syntax_of_a_policy(owner: Any, bucket: str, member: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        member: None,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    error = refused(owner.put_bucket_policy, Bucket=bucket, Policy=policy)
    assert (error["Code"], error["Message"]) == ("MalformedPolicy", "Invalid policy syntax.")


def test_who_writes_what_is_locked_signs_it(server: S3Server, owner: Any, nobody: Any) -> None:
    bucket = "locked-for-all"
    owner.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    owner.delete_public_access_block(Bucket=bucket)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    owner.put_bucket_policy(Bucket=bucket, Policy=policy)
    nobody.put_object(Bucket=bucket, Key="before", Body=b"free")
    default = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    locking = {"ObjectLockEnabled": "Enabled", "Rule": default}
    owner.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=locking)

    error = refused(nobody.put_object, Bucket=bucket, Key="after", Body=b"", ContentMD5=EMPTY_MD5)
    assert (error["Code"], error["ArgumentName"]) == ("InvalidArgument", "Authorization")
    assert error["Message"] == (
        "Put Object requests with Object Lock parameters require AWS Signature Version 4"
    )
    unsigned = requests.put(f"{server.url}/{bucket}/after", data=b"", timeout=10)
    assert unsigned.status_code == 400
    assert "Content-MD5 OR x-amz-checksum- HTTP header is required" in unsigned.text
    kept = [one["Key"] for one in owner.list_objects_v2(Bucket=bucket)["Contents"]]
    assert kept == ["before"]


def test_the_tags_of_a_bucket_are_judged_one_by_one_and_counted_last(
    owner: Any, bucket: str
) -> None:
    many = [{"Key": f"key-{number}", "Value": ""} for number in range(51)]
    put = owner.put_bucket_tagging
    error = refused(put, Bucket=bucket, Tagging={"TagSet": many})
    assert (error["Code"], error["Message"]) == (
        "BadRequest",
        "Bucket tags cannot be greater than 50",
    )
    for bad in ({"Key": "bad", "Value": "!"}, many[0]):
        error = refused(put, Bucket=bucket, Tagging={"TagSet": [*many, bad]})
        assert (error["Code"], error["TagKey"]) == ("InvalidTag", bad["Key"])
    assert refused(owner.get_bucket_tagging, Bucket=bucket)["Code"] == "NoSuchTagSet"


EMAIL = {"Type": "AmazonCustomerByEmail", "EmailAddress": "one@example.com"}
ALL = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}


def test_access_logs_are_granted_to_nobody_where_acls_do_not_count(owner: Any, bucket: str) -> None:
    def members(grantee: dict[str, str]) -> dict[str, Any]:
        grants = [{"Grantee": grantee, "Permission": "READ"}]
        enabled = {"TargetBucket": bucket, "TargetPrefix": "", "TargetGrants": grants}
        return {"Bucket": bucket, "BucketLoggingStatus": {"LoggingEnabled": enabled}}

    error = refused(owner.put_bucket_logging, **members(EMAIL))
    assert (error["Status"], error["Code"]) == (405, "MethodNotAllowed")
    error = refused(owner.put_bucket_logging, **members(ALL))
    assert (error["Status"], error["Code"], error["Message"]) == (
        400,
        "AccessControlListNotSupported",
        "Target grants not allowed for bucket owner enforced buckets",
    )
    assert "LoggingEnabled" not in owner.get_bucket_logging(Bucket=bucket)
    usual = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    owner.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=usual)
    owner.put_bucket_logging(**members(ALL))
    assert "LoggingEnabled" in owner.get_bucket_logging(Bucket=bucket)
