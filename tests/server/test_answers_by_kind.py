"""What S3 answers where a server easily does something else: completions, locks, signatures."""

from __future__ import annotations

import datetime
import hmac
import json
from base64 import b64encode
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
import requests
from botocore.config import Config

from server_ref.rules import header_words
from server_ref.server import S3Server
from tests.server.conftest import OTHER, OWNER, refused


def _begin(s3: Any, bucket: str, **more: Any) -> dict[str, Any]:
    """An upload of one part: the members that complete it."""
    key = {"Bucket": bucket, "Key": "twice"}
    upload = s3.create_multipart_upload(**key, **more)["UploadId"]
    part = s3.upload_part(**key, UploadId=upload, PartNumber=1, Body=b"part")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    return {**key, "UploadId": upload, "MultipartUpload": {"Parts": parts}}


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer.get(name) for name in ("Location", "Bucket", "Key", "ETag", "VersionId")}


def test_a_completion_that_comes_again_after_a_restart(tmp_path: Path) -> None:
    config = Config(retries={"total_max_attempts": 1})
    credentials = (OWNER,)
    with S3Server(data=tmp_path / "data", accounts=credentials, port=0) as server:
        s3 = boto3.client("s3", config=config, **server.client_kwargs)
        s3.create_bucket(Bucket="again")
        completion = _begin(s3, "again")
        first = _result(s3.complete_multipart_upload(**completion))
        other = {**completion, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": '"x"'}]}}
        assert refused(s3.complete_multipart_upload, **other)["Code"] == "NoSuchUpload"
        assert (
            refused(s3.list_parts, **{k: completion[k] for k in ("Bucket", "Key", "UploadId")})[
                "Code"
            ]
            == "NoSuchUpload"
        )
    with S3Server(data=tmp_path / "data", accounts=credentials, port=0) as server:
        s3 = boto3.client("s3", config=config, **server.client_kwargs)
        again = s3.complete_multipart_upload(**completion)
        assert _result(again) | {"Location": ""} == first | {"Location": ""}
        assert "ChecksumType" not in again
        s3.put_object(Bucket="again", Key="twice", Body=b"newer")
        assert refused(s3.complete_multipart_upload, **completion)["Code"] == "NoSuchUpload"
        assert s3.get_object(Bucket="again", Key="twice")["Body"].read() == b"newer"
        s3.delete_object(Bucket="again", Key="twice")
        s3.delete_bucket(Bucket="again")
        s3.create_bucket(Bucket="again")
        assert refused(s3.complete_multipart_upload, **completion)["Code"] == "NoSuchUpload"


def test_governance_is_not_turned_into_compliance(owner: Any) -> None:
    owner.create_bucket(Bucket="governed", ObjectLockEnabledForBucket=True)
    key = {"Bucket": "governed", "Key": "key"}
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    owner.put_object(**key, Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    stronger = {"Mode": "COMPLIANCE", "RetainUntilDate": until + datetime.timedelta(days=1)}
    assert refused(owner.put_object_retention, **key, Retention=stronger)["Code"] == "AccessDenied"
    owner.put_object_retention(**key, Retention=stronger, BypassGovernanceRetention=True)
    assert owner.get_object_retention(**key)["Retention"]["Mode"] == "COMPLIANCE"


def test_a_hold_until_an_event_is_not_taken_silently(owner: Any) -> None:
    """What is not implemented is no protection, and is said."""
    owner.create_bucket(Bucket="holds", ObjectLockEnabledForBucket=True)
    model = owner.meta.service_model.operation_model("PutObject").input_shape
    if "ObjectLockEventHold" not in model.members:
        pytest.skip("this botocore does not know event holds")
    hold = {"ObjectLockEventHold": "ON"}
    assert refused(owner.put_object, Bucket="holds", Key="k", Body=b"x", **hold)["Status"] == 501


def test_parts_under_a_default_retention_have_a_digest(owner: Any, server: S3Server) -> None:
    owner.create_bucket(Bucket="retained", ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    owner.put_object_lock_configuration(
        Bucket="retained", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    kwargs = server.kwargs_for(OWNER)
    plain = boto3.client(
        "s3", **kwargs, config=Config(request_checksum_calculation="when_required")
    )
    key = {"Bucket": "retained", "Key": "k"}
    assert "Put Object" in refused(plain.put_object, **key, Body=b"x")["Message"]
    upload = plain.create_multipart_upload(**key)["UploadId"]
    part = {**key, "UploadId": upload, "PartNumber": 1, "Body": b"x"}
    assert "Put Part" in refused(plain.upload_part, **part)["Message"]
    owner.upload_part(**part)


def _version_2(
    method: str, path: str, headers: dict[str, str], when: str, resource: str | None = None
) -> str:
    """A Signature Version 2, its headers in the order of their names."""
    amazons = "".join(
        f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-amz-")
    )
    md5, kind = headers.get("content-md5", ""), headers.get("content-type", "")
    to_sign = f"{method}\n{md5}\n{kind}\n{when}\n{amazons}{resource or path}"
    digest = hmac.digest(OWNER.secret_key.encode(), to_sign.encode(), "sha1")
    return b64encode(digest).decode()


def test_version_2_sorts_the_names_of_headers(owner: Any, server: S3Server, bucket: str) -> None:
    """``x-amz-meta-a-b:`` is before ``x-amz-meta-a:`` as a line, and after it as a name."""
    date = formatdate(usegmt=True)
    headers = {"x-amz-meta-a": "1", "x-amz-meta-a-b": "2", "x-amz-meta-a1": "3"}
    signature = _version_2("PUT", f"/{bucket}/key", headers, date)
    sent = {**headers, "Date": date, "Authorization": f"AWS {OWNER.access_key}:{signature}"}
    answer = requests.put(f"{server.url}/{bucket}/key", b"x", headers=sent, timeout=10)
    assert answer.status_code == 200, answer.text
    kept = owner.head_object(Bucket=bucket, Key="key")["Metadata"]
    assert kept == {"a": "1", "a-b": "2", "a1": "3"}


def test_version_2_signs_what_its_query_stands_for(
    owner: Any, server: S3Server, bucket: str
) -> None:
    """Metadata, type and digest in the query only; a wrong digest there is a wrong digest."""
    expires = str(int(datetime.datetime.now(datetime.UTC).timestamp()) + 60)

    def put(**headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signature = _version_2("PUT", f"/{bucket}/key", named, expires)
        query = {"AWSAccessKeyId": OWNER.access_key, "Expires": expires, "Signature": signature}
        pairs = "&".join(f"{n}={quote(v, safe='')}" for n, v in {**query, **named}.items())
        return requests.put(f"{server.url}/{bucket}/key?{pairs}", b"x", timeout=10)

    assert put(x_amz_meta_foo="bar", content_type="text/x-told").status_code == 200
    head = owner.head_object(Bucket=bucket, Key="key")
    assert head["Metadata"] == {"foo": "bar"}
    assert head["ContentType"] == "text/x-told"
    assert put(content_md5=b64encode(bytes(16)).decode()).status_code == 400


def test_a_presigned_copy_has_its_source_in_the_query(
    owner: Any, server: S3Server, bucket: str
) -> None:
    """Or else it would be taken for a PUT of nothing."""
    owner.put_object(Bucket=bucket, Key="from", Body=b"source")
    expires = str(int(datetime.datetime.now(datetime.UTC).timestamp()) + 60)
    named = {"x-amz-copy-source": f"{bucket}/from"}
    signature = _version_2("PUT", f"/{bucket}/to", named, expires)
    query = {"AWSAccessKeyId": OWNER.access_key, "Expires": expires, "Signature": signature}
    pairs = "&".join(f"{n}={quote(v, safe='')}" for n, v in {**query, **named}.items())
    answer = requests.put(f"{server.url}/{bucket}/to?{pairs}", timeout=10)
    assert answer.status_code == 200
    assert owner.get_object(Bucket=bucket, Key="to")["Body"].read() == b"source"


def test_a_missing_key_below_a_prefix_that_may_be_listed(
    owner: Any, other: Any, bucket: str
) -> None:
    """The key counts as s3:prefix: 404 below photos/, 403 elsewhere."""
    allow = {"Effect": "Allow", "Principal": {"AWS": OTHER.account.account_id}}
    listing = {
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringLike": {"s3:prefix": "photos/*"}},
    }
    reading = {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = {"Statement": [{**allow, **listing}, {**allow, **reading}]}
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert refused(other.get_object, Bucket=bucket, Key="photos/none")["Status"] == 404
    assert refused(other.head_object, Bucket=bucket, Key="photos/none")["Status"] == 404
    assert refused(other.get_object, Bucket=bucket, Key="none")["Status"] == 403


def test_private_to_another_account_is_no_list_where_there_are_none(
    owner: Any, other: Any, bucket: str
) -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject*"}
    policy = {"Statement": [{**allow, "Resource": f"arn:aws:s3:::{bucket}/*"}]}
    owner.delete_public_access_block(Bucket=bucket)
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    key = {"Bucket": bucket, "Key": "k", "Body": b"x"}
    other.put_object(**key, ACL="bucket-owner-full-control")
    error = refused(other.put_object, **key, ACL="private")
    assert error["Code"] == "AccessControlListNotSupported"
    owner.put_object(**key, ACL="private")


def test_a_bad_encoded_word_is_read_as_s3_reads_it() -> None:
    assert header_words.encode(header_words.decode("=?UTF-8?B?=GGG?=")) == (
        "=?UTF-8?B?77+9Ye+/vQ==?="
    )
    assert header_words.decode("=?UTF-8?B?YWJj?=") == "abc"
    assert header_words.decode("=?UTF-8?B?YW?=") == "=?UTF-8?B?YW?="  # no four: not a word


@pytest.mark.parametrize("algorithm", ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"])
def test_later_algorithms_compose(owner: Any, bucket: str, algorithm: str) -> None:
    """Verified by part, composed for the object, copied, and never said of a whole upload."""
    from server_ref.storage.hashing import base64_digest, composite

    model = owner.meta.service_model.shape_for("CompletedPart")
    if f"Checksum{algorithm}" not in model.members:
        pytest.skip("this botocore does not know the algorithm")
    key = {"Bucket": bucket, "Key": "parts"}
    whole = {**key, "ChecksumAlgorithm": algorithm, "ChecksumType": "FULL_OBJECT"}
    assert refused(owner.create_multipart_upload, **whole)["Code"] == "InvalidRequest"
    begun = owner.create_multipart_upload(**key, ChecksumAlgorithm=algorithm)
    assert begun["ChecksumType"] == "COMPOSITE"
    member, value = f"Checksum{algorithm}", base64_digest(algorithm, b"part")
    sent = {**key, "UploadId": begun["UploadId"], "PartNumber": 1, "Body": b"part"}
    wrong = {member: base64_digest(algorithm, b"other")}
    assert refused(owner.upload_part, **sent, **wrong)["Code"] == "BadDigest"
    part = owner.upload_part(**sent, **{member: value})
    assert part[member] == value
    done = owner.complete_multipart_upload(
        **key,
        UploadId=begun["UploadId"],
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"], member: value}]},
    )
    assert done[member] == composite(algorithm, [value])
    copied = owner.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/parts")
    assert copied["CopyObjectResult"][member] == value
