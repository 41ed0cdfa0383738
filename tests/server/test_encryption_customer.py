"""SSE-C: the customer's key with every request, and Amazon's recorded answers to a wrong one."""

from __future__ import annotations

import base64
import hashlib
import http.client
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from server_ref.server import S3Server
from tests.server.conftest import OWNER, refused

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
KEY_MD5 = base64.b64encode(hashlib.md5(KEY).digest()).decode()
SSE_C = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
OTHERS = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": OTHER_KEY}
SHOWN = {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": KEY_MD5}
STORED_OTHERWISE = {
    "Status": 400,
    "Code": "InvalidRequest",
    "Message": "The object was stored using a form of Server Side Encryption. The correct "
    "parameters must be provided to retrieve the object.",
}
WRONG_KEY = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Requests specifying Server Side Encryption with Customer provided keys must "
    "provide the correct secret key.",
}
NOT_APPLICABLE = {
    "Status": 400,
    "Code": "InvalidRequest",
    "Message": "The encryption parameters are not applicable to this object.",
}
LARGE = bytes(range(256)) * 1024  # a file of its own, not inline


def source_key(key: bytes = KEY) -> dict[str, Any]:
    return {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": key}


def encoded(key: bytes) -> dict[str, str]:
    """The members as the wire has them: boto3 does not encode keys for GetObjectAttributes."""
    digest = base64.b64encode(hashlib.md5(key).digest()).decode()
    text = base64.b64encode(key).decode()
    return {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": text,
        "SSECustomerKeyMD5": digest,
    }


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    names = ("SSECustomerAlgorithm", "SSECustomerKeyMD5", "ServerSideEncryption", "SSEKMSKeyId")
    return {name: answer[name] for name in names if name in answer}


@pytest.mark.parametrize("body", [b"", b"small", LARGE], ids=["empty", "inline", "file"])
def test_what_was_put_comes_back_with_the_key(owner: Any, bucket: str, body: bytes) -> None:
    put = owner.put_object(Bucket=bucket, Key="a", Body=body, ChecksumAlgorithm="SHA256", **SSE_C)
    got = owner.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED", **SSE_C)
    head = owner.head_object(Bucket=bucket, Key="a", **SSE_C)

    assert got["Body"].read() == body
    assert shown(put) == shown(got) == shown(head) == SHOWN
    assert put["ETag"] == got["ETag"] == head["ETag"]
    assert put["ETag"].strip('"') != hashlib.md5(body).hexdigest()
    assert len(put["ETag"]) == 34
    sha256 = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert put["ChecksumSHA256"] == got["ChecksumSHA256"] == sha256
    assert head["ContentLength"] == len(body)


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 0), (0, 15), (1, 17), (16, 31), (15, 16), (4095, 70000), (262143, 262143)],
)
def test_any_range_is_decrypted_by_itself(owner: Any, bucket: str, first: int, last: int) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=LARGE, **SSE_C)

    got = owner.get_object(Bucket=bucket, Key="a", Range=f"bytes={first}-{last}", **SSE_C)

    assert got["Body"].read() == LARGE[first : last + 1]
    assert got["ContentRange"] == f"bytes {first}-{last}/{len(LARGE)}"


def test_without_the_key_or_with_another_nothing_is_read(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=b"secret", **SSE_C)

    assert refused(owner.get_object, Bucket=bucket, Key="a") == STORED_OTHERWISE
    assert refused(owner.get_object, Bucket=bucket, Key="a", **OTHERS) == WRONG_KEY
    assert refused(owner.head_object, Bucket=bucket, Key="a")["Status"] == 400
    assert refused(owner.head_object, Bucket=bucket, Key="a", **OTHERS)["Status"] == 403
    attributes = {"Bucket": bucket, "Key": "a", "ObjectAttributes": ["ObjectSize"]}
    assert refused(owner.get_object_attributes, **attributes) == STORED_OTHERWISE
    assert refused(owner.get_object_attributes, **attributes, **encoded(OTHER_KEY)) == WRONG_KEY
    assert owner.get_object_attributes(**attributes, **encoded(KEY))["ObjectSize"] == 6


def test_a_plain_object_is_not_read_with_a_key(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=b"open")

    assert refused(owner.get_object, Bucket=bucket, Key="a", **SSE_C) == NOT_APPLICABLE
    assert refused(owner.head_object, Bucket=bucket, Key="a", **SSE_C)["Status"] == 400


def test_what_needs_no_bytes_needs_no_key(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=b"secret", **SSE_C)

    tags = {"TagSet": [{"Key": "k", "Value": "v"}]}
    owner.put_object_tagging(Bucket=bucket, Key="a", Tagging=tags)
    assert owner.get_object_tagging(Bucket=bucket, Key="a")["TagSet"] == tags["TagSet"]
    assert owner.list_objects_v2(Bucket=bucket)["Contents"][0]["Size"] == 6
    owner.delete_object(Bucket=bucket, Key="a")
    assert "Contents" not in owner.list_objects_v2(Bucket=bucket)


def headers(**more: str | None) -> dict[str, str]:
    """The three headers as they should be; None leaves one out."""
    usual: dict[str, str | None] = {
        "algorithm": "AES256",
        "key": base64.b64encode(KEY).decode(),
        "key-MD5": KEY_MD5,
    }
    usual |= {name.replace("_", "-"): value for name, value in more.items()}
    return {
        f"x-amz-server-side-encryption-customer-{name}": value
        for name, value in usual.items()
        if value is not None
    }


def by_hand(server: S3Server, method: str, bucket: str, sent: dict[str, str]) -> requests.Response:
    """A signed request with exactly these headers: SDKs complete what is missing."""
    body = b"x" if method == "PUT" else b""
    url = f"{server.url}/{bucket}/a"
    request = AWSRequest(method, url, data=body, headers=sent)
    keys = Credentials(OWNER.access_key, OWNER.secret_key)
    S3SigV4Auth(keys, "s3", server.region).add_auth(request)
    return requests.request(method, url, headers=dict(request.headers), data=body)


ALGORITHM = {"algorithm": "KMS"}
SHORT = {
    "key": base64.b64encode(b"short").decode(),
    "key_MD5": base64.b64encode(hashlib.md5(b"short").digest()).decode(),
}
BAD_ALGORITHM = "The Encryption request you specified is not valid. Supported value: AES256."
BAD_KEY = "The secret key was invalid for the specified algorithm."
BAD_MD5 = "The calculated MD5 hash of the key did not match the hash that was provided."
MUST = "Requests specifying Server Side Encryption with Customer provided keys must "
NO_ALGORITHM = MUST + "provide a valid encryption algorithm."
NO_KEY = MUST + "provide an appropriate secret key."


@pytest.mark.parametrize(
    ("method", "change", "status", "code", "message"),
    [
        ("PUT", ALGORITHM, 400, "InvalidEncryptionAlgorithmError", BAD_ALGORITHM),
        ("PUT", {"algorithm": None}, 400, "InvalidArgument", NO_ALGORITHM),
        ("PUT", {"key": None}, 400, "InvalidArgument", NO_KEY),
        ("PUT", SHORT, 400, "InvalidArgument", BAD_KEY),
        ("PUT", {"key_MD5": None}, 400, "InvalidArgument", BAD_KEY),
        ("PUT", {"key_MD5": SHORT["key_MD5"]}, 400, "InvalidArgument", BAD_MD5),
        ("PUT", {"key": SHORT["key"]}, 400, "InvalidArgument", BAD_MD5),
        ("PUT", {"key": "no base64!"}, 400, "InvalidArgument", BAD_KEY),
        ("GET", ALGORITHM, 400, "InvalidEncryptionAlgorithmError", BAD_ALGORITHM),
        ("GET", {"key": SHORT["key"]}, 400, "InvalidArgument", BAD_MD5),
        ("GET", SHORT, 403, "AccessDenied", WRONG_KEY["Message"]),
        ("GET", {"key_MD5": None}, 403, "AccessDenied", WRONG_KEY["Message"]),
        ("GET", {"key_MD5": SHORT["key_MD5"]}, 400, "InvalidArgument", BAD_MD5),
    ],
)  # fmt: skip
def test_each_header_has_an_error_of_its_own(
    server: S3Server,
    owner: Any,
    bucket: str,
    method: str,
    change: dict[str, Any],
    status: int,
    code: str,
    message: str,
) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=b"before", **SSE_C)

    answer = by_hand(server, method, bucket, headers(**change))

    assert answer.status_code == status, answer.text
    assert f"<Code>{code}</Code><Message>{message}</Message>" in answer.text
    if code.startswith("Invalid"):
        assert "<ArgumentName>x-amz-server-side-encryption</ArgumentName>" in answer.text
    given = "<ArgumentValue>KMS</ArgumentValue>" in answer.text
    assert given == (code == "InvalidEncryptionAlgorithmError")
    assert owner.get_object(Bucket=bucket, Key="a", **SSE_C)["Body"].read() == b"before"


def test_good_headers_by_hand_are_served(server: S3Server, bucket: str) -> None:
    put = by_hand(server, "PUT", bucket, headers())
    got = by_hand(server, "GET", bucket, headers())
    assert (put.status_code, got.status_code, got.content) == (200, 200, b"x")


def test_only_one_way_of_encrypting_at_a_time(owner: Any, bucket: str) -> None:
    error = refused(
        owner.put_object, Bucket=bucket, Key="a", ServerSideEncryption="AES256", **SSE_C
    )
    assert error == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Server Side Encryption with Customer provided key is incompatible with the "
        "encryption method specified",
        "ArgumentName": "x-amz-server-side-encryption",
        "ArgumentValue": "AES256",
    }


def test_each_version_has_its_key(owner: Any, bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = owner.put_object(Bucket=bucket, Key="a", Body=b"one", **SSE_C)["VersionId"]
    owner.put_object(Bucket=bucket, Key="a", Body=b"two", **OTHERS)

    old = owner.get_object(Bucket=bucket, Key="a", VersionId=first, **SSE_C)
    assert old["Body"].read() == b"one"
    assert owner.get_object(Bucket=bucket, Key="a", **OTHERS)["Body"].read() == b"two"
    assert refused(owner.get_object, Bucket=bucket, Key="a", **SSE_C) == WRONG_KEY


def test_copies_need_the_source_s_key_and_take_their_own(owner: Any, bucket: str) -> None:
    put = owner.put_object(Bucket=bucket, Key="a", Body=LARGE, Metadata={"k": "v"}, **SSE_C)
    source = {"Bucket": bucket, "Key": "a"}

    assert refused(owner.copy_object, Bucket=bucket, Key="b", CopySource=source) == STORED_OTHERWISE
    error = refused(
        owner.copy_object, Bucket=bucket, Key="b", CopySource=source, **source_key(OTHER_KEY)
    )
    assert error == WRONG_KEY
    rotated = owner.copy_object(Bucket=bucket, Key="b", CopySource=source, **source_key(), **OTHERS)
    opened = owner.copy_object(Bucket=bucket, Key="c", CopySource=source, **source_key())

    assert (
        rotated["SSECustomerKeyMD5"] == base64.b64encode(hashlib.md5(OTHER_KEY).digest()).decode()
    )
    assert rotated["CopyObjectResult"]["ETag"] != put["ETag"]
    assert shown(opened) == {"ServerSideEncryption": "AES256"}
    assert opened["CopyObjectResult"]["ETag"].strip('"') == hashlib.md5(LARGE).hexdigest()
    got = owner.get_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED", **OTHERS)
    assert (got["Body"].read(), got["Metadata"]) == (LARGE, {"k": "v"})
    assert got["ChecksumCRC32"] == put["ChecksumCRC32"]
    assert owner.get_object(Bucket=bucket, Key="c")["Body"].read() == LARGE
    plain = {"Bucket": bucket, "Key": "c"}
    error = refused(owner.copy_object, Bucket=bucket, Key="d", CopySource=plain, **source_key())
    assert error == NOT_APPLICABLE


def test_a_copy_onto_itself_changes_the_key(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=LARGE, **SSE_C)

    source = {"Bucket": bucket, "Key": "a"}
    owner.copy_object(Bucket=bucket, Key="a", CopySource=source, **source_key(), **OTHERS)

    assert owner.get_object(Bucket=bucket, Key="a", **OTHERS)["Body"].read() == LARGE
    assert refused(owner.get_object, Bucket=bucket, Key="a", **SSE_C) == WRONG_KEY


def test_parts_are_sealed_by_the_upload_s_key(owner: Any, bucket: str) -> None:
    parts = [bytes([number]) * (5 << 20) for number in (1, 2)] + [b"tail"]
    made = owner.create_multipart_upload(Bucket=bucket, Key="a", **SSE_C)
    upload = {"Bucket": bucket, "Key": "a", "UploadId": made["UploadId"]}
    answers = [
        owner.upload_part(**upload, PartNumber=number, Body=body, **SSE_C)
        for number, body in enumerate(parts, 1)
    ]
    listed = [
        {"PartNumber": number, "ETag": answer["ETag"]} for number, answer in enumerate(answers, 1)
    ]
    by_another = refused(
        owner.complete_multipart_upload, **upload, MultipartUpload={"Parts": listed}, **OTHERS
    )
    assert by_another["Status"] == 400
    done = owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": listed})

    assert shown(made) == shown(answers[0]) == SHOWN
    assert shown(done) == {}
    assert answers[0]["ETag"].strip('"') != hashlib.md5(parts[0]).hexdigest()
    assert done["ETag"].endswith('-3"')
    assert owner.get_object(Bucket=bucket, Key="a", **SSE_C)["Body"].read() == b"".join(parts)
    across = {"Range": f"bytes={(5 << 20) - 3}-{(5 << 20) + 4}"}
    got = owner.get_object(Bucket=bucket, Key="a", **across, **SSE_C)
    assert got["Body"].read() == b"\1\1\1\2\2\2\2\2"
    got = owner.get_object(Bucket=bucket, Key="a", PartNumber=3, **SSE_C)
    assert (got["Body"].read(), got["PartsCount"]) == (b"tail", 3)
    assert refused(owner.get_object, Bucket=bucket, Key="a") == STORED_OTHERWISE
    source = {"Bucket": bucket, "Key": "a"}
    owner.copy_object(Bucket=bucket, Key="b", CopySource=source, **source_key())
    assert owner.get_object(Bucket=bucket, Key="b")["Body"].read() == b"".join(parts)


def test_parts_with_another_key_or_none_are_refused(owner: Any, bucket: str) -> None:
    sealed = owner.create_multipart_upload(Bucket=bucket, Key="a", **SSE_C)["UploadId"]
    plain = owner.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    part = {"Bucket": bucket, "Key": "a", "PartNumber": 1, "Body": b"x"}
    missing = {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "The multipart upload initiate requested encryption. Subsequent part requests "
        "must include the appropriate encryption parameters.",
    }

    assert refused(owner.upload_part, **part, UploadId=sealed) == missing
    assert refused(owner.upload_part, **part, UploadId=plain, **SSE_C) == missing
    assert refused(owner.upload_part, **part, UploadId=sealed, **OTHERS) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "The provided encryption parameters did not match the ones used originally.",
    }


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed upload", "plain upload"])
def test_parts_are_copied_between_keys(owner: Any, bucket: str, sealed: bool) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=LARGE, **OTHERS)
    mine = SSE_C if sealed else {}
    made = owner.create_multipart_upload(Bucket=bucket, Key="a", **mine)
    upload = {"Bucket": bucket, "Key": "a", "UploadId": made["UploadId"]}

    copied = owner.upload_part_copy(
        **upload,
        PartNumber=1,
        CopySource={"Bucket": bucket, "Key": "source"},
        CopySourceRange="bytes=5-70004",
        **source_key(OTHER_KEY),
        **mine,
    )
    part = {"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}
    owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})

    assert shown(copied) == (SHOWN if sealed else {"ServerSideEncryption": "AES256"})
    assert owner.get_object(Bucket=bucket, Key="a", **mine)["Body"].read() == LARGE[5:70005]


def test_a_sealed_upload_takes_parts_from_plain_objects(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=LARGE)
    made = owner.create_multipart_upload(Bucket=bucket, Key="a", **SSE_C)
    upload = {"Bucket": bucket, "Key": "a", "UploadId": made["UploadId"]}

    source = {"Bucket": bucket, "Key": "source"}
    copied = owner.upload_part_copy(**upload, PartNumber=1, CopySource=source, **SSE_C)
    part = {"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}
    owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})

    assert owner.get_object(Bucket=bucket, Key="a", **SSE_C)["Body"].read() == LARGE


def test_a_bucket_may_block_keys_of_customers(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="before", Body=b"x", **SSE_C)
    block(owner, bucket, "SSE-C")

    got = owner.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    assert got["Rules"][0]["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}
    target = {"Bucket": bucket, "Key": "a"}
    copy = {"CopySource": {"Bucket": bucket, "Key": "before"}, **source_key()}
    for error in (
        refused(owner.put_object, **target, **SSE_C),
        refused(owner.create_multipart_upload, **target, **SSE_C),
        refused(owner.copy_object, **target, **copy, **SSE_C),
    ):
        assert (error["Status"], error["Code"]) == (403, "AccessDenied")
    assert owner.get_object(Bucket=bucket, Key="before", **SSE_C)["Body"].read() == b"x"
    owner.copy_object(**target, **copy)
    block(owner, bucket, "NONE")
    owner.put_object(**target, **SSE_C)


def test_buckets_may_block_keys_of_customers_from_the_start() -> None:
    with S3Server(durability="relaxed", customer_keys=False) as server:
        client = boto3.client("s3", **server.client_kwargs)
        client.create_bucket(Bucket="blocking")
        got = client.get_bucket_encryption(Bucket="blocking")["ServerSideEncryptionConfiguration"]
        assert got["Rules"][0]["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}
        assert refused(client.put_object, Bucket="blocking", Key="a", **SSE_C)["Status"] == 403
        client.put_object(Bucket="blocking", Key="a")
        block(client, "blocking", "NONE")
        client.put_object(Bucket="blocking", Key="a", **SSE_C)


def block(owner: Any, bucket: str, kind: str) -> None:
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BlockedEncryptionTypes": {"EncryptionType": [kind]},
    }
    owner.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def test_a_form_carries_the_key_in_its_fields(owner: Any, bucket: str) -> None:
    fields = headers()
    conditions = [{name: value} for name, value in fields.items()]
    form = owner.generate_presigned_post(bucket, "a", Fields=fields, Conditions=conditions)

    answer = requests.post(form["url"], data=form["fields"], files={"file": b"from a form"})

    assert answer.status_code == 204, answer.text
    assert answer.headers["x-amz-server-side-encryption-customer-key-MD5"] == KEY_MD5
    assert owner.get_object(Bucket=bucket, Key="a", **SSE_C)["Body"].read() == b"from a form"


@pytest.fixture(scope="module")
def strict() -> Iterator[S3Server]:
    with S3Server(durability="relaxed", keys_over_http=False) as running:
        yield running


def test_a_server_may_insist_on_tls_as_s3_does(strict: S3Server) -> None:
    client = boto3.client(
        "s3", config=Config(retries={"total_max_attempts": 1}), **strict.client_kwargs
    )
    client.create_bucket(Bucket="insisting")

    error = refused(client.put_object, Bucket="insisting", Key="a", **SSE_C)
    assert error["Message"].endswith("must be made over a secure connection.")
    assert (error["Status"], error["Code"]) == (400, "InvalidRequest")
    error = refused(client.put_object, Bucket="insisting", Key="a", ServerSideEncryption="aws:kms")
    assert error["Message"].endswith("must be made over a secure connection.")
    client.put_object(Bucket="insisting", Key="a", ServerSideEncryption="AES256")


def test_over_tls_keys_are_taken() -> None:
    with S3Server(durability="relaxed", keys_over_http=False, tls=True) as server:
        client = boto3.client(
            "s3", config=Config(retries={"total_max_attempts": 1}), **server.client_kwargs
        )
        client.create_bucket(Bucket="trusting")
        client.put_object(Bucket="trusting", Key="a", Body=b"x", **SSE_C)
        assert client.get_object(Bucket="trusting", Key="a", **SSE_C)["Body"].read() == b"x"


def test_a_presigned_url_works_with_the_key_beside_it(server: S3Server, bucket: str) -> None:
    signing = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    client = boto3.client("s3", config=signing, **server.kwargs_for(OWNER))
    members = {"Bucket": bucket, "Key": "a", **SSE_C}

    put = requests.put(
        client.generate_presigned_url("put_object", members), data=b"x", headers=headers()
    )
    got = client.generate_presigned_url("get_object", members)

    assert put.status_code == 200, put.text
    assert requests.get(got, headers=headers()).content == b"x"
    assert requests.get(got).status_code == 403  # the headers are signed, the key with them


def test_a_policy_may_ask_for_the_algorithm(owner: Any, bucket: str) -> None:
    name = "s3:x-amz-server-side-encryption-customer-algorithm"
    owner.put_bucket_policy(
        Bucket=bucket,
        Policy='{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",'
        f' "Resource": "arn:aws:s3:::{bucket}/*",'
        f' "Condition": {{"Null": {{"{name}": "false"}}}}}}}}',
    )
    assert refused(owner.put_object, Bucket=bucket, Key="a", **SSE_C)["Code"] == "AccessDenied"
    owner.put_object(Bucket=bucket, Key="a")


def test_head_answers_show_no_body(server: S3Server, owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=b"secret", **SSE_C)
    name, _, port = server.url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(name, int(port), timeout=10)
    connection.request("HEAD", f"/{bucket}/a")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (403, b"")  # unsigned: nothing is told of the key
    connection.close()
