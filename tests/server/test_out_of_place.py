"""What a client library would not send: bad escapes, bodies in chunks where there is no body."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

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
