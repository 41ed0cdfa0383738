"""Server access logging: records in S3's format, delivered as objects."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
import requests

from server_ref.effects.access_log import _object_size, _redacted, record
from server_ref.effects.access_log import operation as name_of
from server_ref.http.body import NoBody
from server_ref.request import Request
from server_ref.response import Response
from server_ref.server import S3Server
from tests.server.conftest import OWNER, refused

SOURCE, TARGET = "logged", "logs"
WAIT = 60  # seconds; a limit for a slow machine
FIELD = re.compile(r'\[[^\]]*\]|"[^"]*"|\S+')


@pytest.fixture
def s3() -> Iterator[Any]:
    with S3Server(accounts=(OWNER,), durability="relaxed", access_log_seconds=0.2) as server:
        client = boto3.client("s3", **server.client_kwargs)
        for name in (SOURCE, TARGET):
            client.create_bucket(Bucket=name)
        yield client


def log_to(s3: Any, **more: Any) -> None:
    enabled = {"TargetBucket": TARGET, "TargetPrefix": "log/", **more}
    s3.put_bucket_logging(Bucket=SOURCE, BucketLoggingStatus={"LoggingEnabled": enabled})


def delivered(s3: Any, wanted: str) -> tuple[list[str], dict[str, list[str]]]:
    """Keys of the log objects, and fields of the records by operation, once ``wanted`` is there."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=TARGET).get("Contents", ())]
        bodies = [s3.get_object(Bucket=TARGET, Key=key)["Body"].read().decode() for key in keys]
        records = [FIELD.findall(line) for body in bodies for line in body.splitlines()]
        found = {fields[6]: fields for fields in records}
        if wanted in found:
            return keys, found
        time.sleep(0.1)
    raise AssertionError(f"no record of {wanted}")


def test_a_record_has_the_fields_of_s3s_format(s3: Any) -> None:
    log_to(s3)
    s3.put_object(Bucket=SOURCE, Key="a b/c", Body=b"x" * 500)
    got = s3.get_object(Bucket=SOURCE, Key="a b/c", Range="bytes=0-99")
    got["Body"].read()
    refused(s3.get_object, Bucket=SOURCE, Key="absent")
    s3.delete_object(Bucket=SOURCE, Key="a b/c")
    keys, found = delivered(s3, "REST.DELETE.OBJECT")

    assert all(re.fullmatch(r"log/\d{4}(-\d\d){5}-[0-9A-F]{16}", key) for key in keys)
    put = found["REST.PUT.OBJECT"]
    assert len(put) == 26
    owner = OWNER.account.canonical_id
    assert put[:2] == [owner, SOURCE]
    assert re.fullmatch(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\]", put[2])
    assert put[3:5] == ["127.0.0.1", owner]
    assert put[7:11] == ["a%20b/c", '"PUT /logged/a%20b/c HTTP/1.1"', "200", "-"]
    assert put[12] == "500"
    assert put[19:22] == ["SigV4", "-", "AuthHeader"]
    delete = found["REST.DELETE.OBJECT"]
    assert delete[9:13] == ["204", "-", "-", "-"]


def test_what_is_read_and_what_fails(s3: Any) -> None:
    log_to(s3)
    s3.put_object(Bucket=SOURCE, Key="k", Body=b"x" * 500)
    got = s3.get_object(Bucket=SOURCE, Key="k", Range="bytes=0-99")
    got["Body"].read()
    _, found = delivered(s3, "REST.GET.OBJECT")
    meta = got["ResponseMetadata"]
    fields = found["REST.GET.OBJECT"]
    assert fields[5] == meta["RequestId"]
    assert fields[9:13] == ["206", "-", "100", "500"]
    assert fields[18] == meta["HostId"]

    refused(s3.get_object_tagging, Bucket=SOURCE, Key="absent")
    _, found = delivered(s3, "REST.GET.OBJECT_TAGGING")
    assert found["REST.GET.OBJECT_TAGGING"][9:11] == ["404", "NoSuchKey"]


def test_a_signature_is_not_written_down(s3: Any) -> None:
    log_to(s3)
    params = {"Bucket": SOURCE, "Key": "k"}
    url = s3.generate_presigned_url("put_object", Params=params)
    signature = re.search(r"Signature=([^&]+)", url)
    assert signature is not None
    assert requests.put(url, data=b"x", timeout=30).status_code == 200
    _, found = delivered(s3, "REST.PUT.OBJECT")
    fields = found["REST.PUT.OBJECT"]
    assert signature[1] not in " ".join(fields)
    assert "Signature=REDACTED" in fields[8]
    assert fields[21] == "QueryString"


def test_a_signature_is_not_written_down_however_it_is_spelt(s3: Any) -> None:
    log_to(s3)
    params = {"Bucket": SOURCE, "Key": "k"}
    url = s3.generate_presigned_url("head_object", Params=params)
    signature = url.partition("Signature=")[2].partition("&")[0]
    asked = requests.Request("HEAD", url, headers={"Referer": url}).prepare()
    asked.url = url.replace("Signature=", "%53ignatur%65=")
    with requests.Session() as session:
        session.send(asked, timeout=30)
    _, found = delivered(s3, "REST.HEAD.OBJECT")
    fields = found["REST.HEAD.OBJECT"]
    assert signature
    assert signature not in " ".join(fields)
    assert "%53ignatur%65=REDACTED" in fields[8]
    assert "&Expires=1" in fields[8], "what is no secret is shown"
    assert "Signature=REDACTED" in fields[15]


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("/b/k?versionId=1&tagging&Signature=s", "/b/k?versionId=1&tagging&Signature=REDACTED"),
        ("/b/k?Signature", "/b/k?Signature"),
        ("/b/k", "/b/k"),
    ],
)
def test_only_values_of_secrets_are_left_out(uri: str, shown: str) -> None:
    assert _redacted(uri) == shown


def test_an_anonymous_request_has_no_requester(s3: Any) -> None:
    log_to(s3)
    answer = requests.head(f"{s3.meta.endpoint_url}/{SOURCE}/k", timeout=30)
    assert answer.status_code == 403
    _, found = delivered(s3, "REST.HEAD.OBJECT")
    assert found["REST.HEAD.OBJECT"][4] == "-"
    assert found["REST.HEAD.OBJECT"][9:11] == ["403", "AccessDenied"]


def test_keys_of_a_multi_delete_have_records_of_their_own(s3: Any) -> None:
    log_to(s3)
    s3.put_object(Bucket=SOURCE, Key="a/b c", Body=b"data")
    s3.delete_objects(Bucket=SOURCE, Delete={"Objects": [{"Key": "a/b c"}]})
    _, found = delivered(s3, "BATCH.DELETE.OBJECT")
    fields = found["BATCH.DELETE.OBJECT"]
    assert len(fields) == 26
    assert fields[4] == OWNER.account.canonical_id
    assert fields[7:10] == ["a/b%20c", "-", "204"]
    assert fields[12] == "4"
    assert "REST.POST.MULTI_OBJECT_DELETE" in delivered(s3, "REST.POST.MULTI_OBJECT_DELETE")[1]


def test_what_lifecycle_rules_do_is_logged() -> None:
    with S3Server(accounts=(OWNER,), durability="relaxed", access_log_seconds=0.2) as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        for name in (SOURCE, TARGET):
            s3.create_bucket(Bucket=name)
        log_to(s3)
        s3.put_object(Bucket=SOURCE, Key="old")
        rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
        s3.put_bucket_lifecycle_configuration(
            Bucket=SOURCE, LifecycleConfiguration={"Rules": [rule]}
        )
        server.move_clock(timedelta(days=3))
        server.run_lifecycle()
        _, found = delivered(s3, "S3.EXPIRE.OBJECT")
    fields = found["S3.EXPIRE.OBJECT"]
    assert len(fields) == 26
    assert (fields[1], fields[4], fields[7]) == (SOURCE, "AmazonS3", "old")


def test_partitioned_keys(s3: Any) -> None:
    log_to(s3, TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "EventTime"}})
    s3.head_bucket(Bucket=SOURCE)
    keys, _ = delivered(s3, "REST.HEAD.BUCKET")
    place = f"log/111122223333/us-east-1/{SOURCE}"
    pattern = rf"{place}/\d{{4}}/\d\d/\d\d/\d{{4}}-\d\d-\d\d-00-00-00-[0-9A-F]{{16}}"
    assert all(re.fullmatch(pattern, key) for key in keys)


@pytest.mark.parametrize(
    ("operation", "shown"),
    [
        ("PutBucketLogging", "LOGGING_STATUS"),
        ("GetBucketAcl", "ACL"),
        ("GetObjectAcl", "ACL"),
        ("PutBucketLifecycleConfiguration", "LIFECYCLE"),
        ("GetPublicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
        ("CreateMultipartUpload", "UPLOADS"),
        ("GetBucketPolicy", "BUCKETPOLICY"),
        ("", "-"),
    ],
)
def test_resources_have_s3s_names(operation: str, shown: str) -> None:
    request = Request("GET", "/", None, None, {}, {}, NoBody())
    request.trace["operation"] = operation
    assert name_of(request) == f"REST.GET.{shown}"


@pytest.mark.parametrize(
    ("operation", "status", "ranged", "size"),
    [
        ("PutObject", 200, None, "7"),
        ("UploadPart", 200, None, "7"),
        ("PutObject", 403, None, "-"),
        ("CopyObject", 200, None, "-"),
        ("GetObject", 200, None, "5"),
        ("HeadObject", 200, None, "5"),
        ("GetObject", 206, "bytes 0-4/90", "90"),
        ("GetObject", 404, None, "-"),
        ("GetObjectTagging", 200, None, "-"),
    ],
)
def test_the_size_of_an_object_is_that_of_the_whole(
    operation: str, status: int, ranged: str | None, size: str
) -> None:
    body: Any = SimpleNamespace(length=7)
    request = Request("GET", "/b/k", "b", "k", {}, {}, body, trace={"operation": operation})
    headers = {"Content-Length": "5"} | ({"Content-Range": ranged} if ranged else {})
    assert _object_size(request, Response(status, headers)) == size


def test_each_field_of_a_record_stands_in_its_place() -> None:
    bucket: Any = SimpleNamespace(name="b", owner="me")
    headers = {"referer": "http://r", "user-agent": "u", "authorization": "AWS4-x"}
    query = {"versionId": "v"}
    request = Request("GET", "/b/a%20b", "b", "a b", query, headers, NoBody(), id="req")
    request.client_address, request.host = "10.0.0.1", "h"
    request.trace |= {"operation": "GetObject", "requester": "who", "error": "NoSuchKey"}
    line = record(bucket, request, Response(404, {"x-amz-id-2": "host"}), 12, 1.2346)
    fields = FIELD.findall(line)

    assert fields[:2] == ["me", "b"]
    assert re.fullmatch(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\]", fields[2])
    assert fields[3:19] == [
        "10.0.0.1", "who", "req", "REST.GET.OBJECT", "a%20b", '"GET /b/a%20b HTTP/1.1"', "404",
        "NoSuchKey", "12", "-", "1235", "-", '"http://r"', '"u"', "v", "host",
    ]  # fmt: skip
    assert fields[19:23] == ["SigV4", "-", "AuthHeader", "h"]
    nothing = Request("HEAD", "/b", "b", None, {}, {}, NoBody(), id="r")
    line = record(bucket, nothing, Response(200), 0, 0.0)
    assert FIELD.findall(line)[7:19] == [
        "-", '"HEAD /b HTTP/1.1"', "200", "-", "-", "-", "0", "-", '"-"', '"-"', "-", "-"
    ]  # fmt: skip
