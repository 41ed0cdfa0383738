"""What a client library would not send: bad escapes, bodies in chunks where there is no body."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
import requests

from server_ref.server import S3Server
from tests.server.byhand import ask


@pytest.mark.parametrize("source", ["%zz", "a%", "%ff", "key?versionId=%zz"])
def test_a_source_that_cannot_be_decoded(
    owner: Any, server: S3Server, bucket: str, source: str
) -> None:
    owner.put_object(Bucket=bucket, Key="\ufffd", Body=b"another")
    owner.put_object(Bucket=bucket, Key="key", Body=b"another")
    named = f"/{bucket}/{source}"
    copied = ask(server, "PUT", f"/{bucket}/to", x_amz_copy_source=named)
    assert (copied.status, copied.error["Code"]) == (400, "InvalidArgument")
    assert copied.error["Message"] == "Invalid copy source encoding"
    renamed = ask(server, "PUT", f"/{bucket}/to?renameObject", x_amz_rename_source=named)
    assert (renamed.status, renamed.error["Code"]) == (400, "InvalidArgument")
    assert renamed.error["ArgumentName"] == "x-amz-rename-source"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_what_has_no_body_has_none_in_chunks(server: S3Server, bucket: str, method: str) -> None:
    answer = ask(
        server,
        method,
        f"/{bucket}/key",
        payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    )
    assert answer.status == 400
    if method != "HEAD":
        assert answer.error["Message"] == "The value of x-amz-content-sha256 header is invalid."


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("192.168.1.1", "InvalidArgument"),
        ("2001:0db8::7334", "InvalidArgument"),
        ("my-buc@k&()t", "InvalidArgument"),
        ("b" * 256, "InvalidArgument"),
        ("My_Old.Bucket", "NoSuchBucket"),
        ("not-there", "NoSuchBucket"),
    ],
)
def test_the_bucket_of_a_source_is_one_that_can_be(
    server: S3Server, bucket: str, name: str, code: str
) -> None:
    copied = ask(server, "PUT", f"/{bucket}/to", x_amz_copy_source=f"{name}/key")
    assert copied.error["Code"] == code
    if code == "InvalidArgument":
        assert copied.error["Message"] == "Invalid copy source bucket name"


def test_of_an_upload_without_an_algorithm_no_value_is_looked_at(
    server: S3Server, bucket: str
) -> None:
    path = f"/{bucket}/key"
    begun = ask(server, "POST", f"{path}?uploads")
    upload = begun.body.partition(b"<UploadId>")[2].partition(b"<")[0].decode()
    part = ask(server, "PUT", f"{path}?partNumber=1&uploadId={upload}", b"part")
    document = (
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
        f"<ETag>{part.headers['ETag']}</ETag></Part></CompleteMultipartUpload>"
    )
    done = ask(
        server,
        "POST",
        f"{path}?uploadId={upload}",
        document.encode(),
        x_amz_checksum_crc64nvme="vqf3hRLTlJw=",
    )
    assert done.status == 200
    assert b"vqf3hRLTlJw=" not in done.body
    assert b"<ChecksumCRC64NVME>" in done.body


@pytest.mark.parametrize("query", ["", "?tagging", "?acl", "?uploadId=x", "?attributes"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "POST"])
def test_no_operation_takes_a_key_that_is_too_long(
    server: S3Server, bucket: str, method: str, query: str
) -> None:
    short, long = (
        ask(server, method, f"/{bucket}/{key}{query}", x_amz_object_attributes="ETag")
        for key in ("k" * 1024, "k" * 1025)
    )
    assert short.error.get("Code") != "KeyTooLongError"
    assert long.status == 400 or long.status == short.status == 405
    if method != "HEAD" and short.status in (200, 204, 404):
        assert long.error["Code"] == "KeyTooLongError"


@pytest.mark.parametrize(
    ("query", "form", "most"),
    [
        (
            "cors",
            "<CORSConfiguration>{}<CORSRule><AllowedMethod>GET</AllowedMethod>"
            "<AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>",
            64 << 10,
        ),
        (
            "website",
            "<WebsiteConfiguration>{}<IndexDocument><Suffix>i</Suffix></IndexDocument>"
            "</WebsiteConfiguration>",
            128 << 10,
        ),
    ],
)
def test_documents_have_the_length_that_amazon_says(
    server: S3Server, bucket: str, query: str, form: str, most: int
) -> None:
    for size, status in ((most, 200), (most + 1, 400)):
        document = form.format(" " * (size - len(form) + 2)).encode()
        digest = base64.b64encode(hashlib.md5(document).digest()).decode()
        answer = ask(server, "PUT", f"/{bucket}?{query}", document, Content_MD5=digest)
        assert answer.status == status, answer.body
    assert answer.error["Code"] == "MaxMessageLengthExceeded"
    assert answer.error["MaxMessageLengthBytes"] == str(most)


@pytest.mark.parametrize("key", ["%", "a%", "%zz", "100%25%", "%4", "%ff", "%C0%80"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_that_cannot_be_decoded_names_no_key(
    server: S3Server, bucket: str, method: str, key: str
) -> None:
    answer = ask(server, method, f"/{bucket}/{key}")
    assert (answer.status, answer.error["Code"]) == (400, "InvalidURI")


def test_a_percent_sign_that_is_encoded_is_one(server: S3Server, owner: Any, bucket: str) -> None:
    assert ask(server, "PUT", f"/{bucket}/100%25%20sure").status == 200
    assert [one["Key"] for one in owner.list_objects_v2(Bucket=bucket)["Contents"]] == ["100% sure"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/{}", b""),
        ("GET", "/{}/key", b""),
        ("DELETE", "/{}/key", b""),
        ("PUT", "/{}/key?tagging", b"<Tagging><TagSet/></Tagging>"),
        ("PUT", "/{}/key?partNumber=1&uploadId=x", b"x"),
        ("POST", "/{}/key?uploadId=x", b"<CompleteMultipartUpload/>"),
    ],
)
def test_a_method_of_encryption_is_for_what_makes_objects(
    owner: Any, server: S3Server, bucket: str, method: str, path: str, body: bytes
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"kept")
    answer = ask(server, method, path.format(bucket), body, x_amz_server_side_encryption="AES256")
    assert (answer.status, answer.error["Code"]) == (400, "InvalidArgument")
    assert answer.error["Message"] == (
        "x-amz-server-side-encryption header is not supported for this operation."
    )
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == b"kept"


@pytest.mark.parametrize("path", ["/{}?tagging", "/{}/key?tagging", "/{}/key?uploads"])
def test_documents_do_not_come_in_unsigned_chunks(server: S3Server, bucket: str, path: str) -> None:
    document = b"<Tagging><TagSet/></Tagging>"
    answer = ask(
        server,
        "POST" if path.endswith("uploads") else "PUT",
        path.format(bucket),
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(document), document),
        payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length=str(len(document)),
    )
    assert (answer.status, answer.error["Code"]) == (400, "InvalidRequest")
    assert answer.error["Message"] == "The value of x-amz-content-sha256 header is invalid."


@pytest.mark.parametrize("length", ["abc", "-1", "", "1" * 20])
def test_a_decoded_length_that_is_no_number_is_missing(
    server: S3Server, bucket: str, length: str
) -> None:
    answer = ask(
        server,
        "PUT",
        f"/{bucket}/key",
        b"0\r\n\r\n",
        payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length=length,
    )
    assert (answer.status, answer.error["Code"]) == (411, "MissingContentLength")


def _open_to_write(owner: Any, bucket: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    owner.delete_public_access_block(Bucket=bucket)
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


@pytest.mark.parametrize("said", ["0" * 64, "invalid_sha256"])
def test_what_nobody_signed_is_held_to_its_hash(
    owner: Any, server: S3Server, bucket: str, said: str
) -> None:
    _open_to_write(owner, bucket)
    url, right = f"{server.url}/{bucket}/key", hashlib.sha256(b"hello").hexdigest()
    wrong = requests.put(url, b"hello", headers={"x-amz-content-sha256": said}, timeout=30)
    assert wrong.status_code == 400
    assert "<Code>XAmzContentSHA256Mismatch</Code>" in wrong.text
    assert f"<ClientComputedContentSHA256>{said}</ClientComputedContentSHA256>" in wrong.text
    assert requests.get(url, timeout=30).status_code == 403  # nobody may list: it is not there
    for good in (right, "UNSIGNED-PAYLOAD"):
        headers = {"x-amz-content-sha256": good}
        assert requests.put(url, b"hello", headers=headers, timeout=30).status_code == 200
    assert requests.get(url, timeout=30).content == b"hello"


@pytest.mark.parametrize("ending", ["", "-TRAILER"])
def test_nobody_sends_signed_chunks(owner: Any, server: S3Server, bucket: str, ending: str) -> None:
    _open_to_write(owner, bucket)
    answer = requests.put(
        f"{server.url}/{bucket}/key",
        b"0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n",
        headers={"x-amz-content-sha256": f"STREAMING-AWS4-HMAC-SHA256-PAYLOAD{ending}"},
        timeout=30,
    )
    assert answer.status_code == 400
    assert "Anonymous requests don't support this x-amz-content-sha256 value." in answer.text
