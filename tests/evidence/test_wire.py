"""Requests are recognised and answers read by the service model; hostile bodies break nothing."""

from __future__ import annotations

import datetime
import struct
import zlib

import pytest

from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.wire import identify, parse_answer
from conformance.model import Exchange, Message

PLAIN = Endpoint("http://s3.example.com:9000")
UNDER_A_PATH = Endpoint("http://s3.example.com:9000/s3")


def asked(line: str, *headers: tuple[str, str], host: str = "s3.example.com:9000") -> Exchange:
    message = Message(f"{line} HTTP/1.1", (("Host", host), *headers))
    return Exchange(url="http://s3.example.com:9000", request=message)


@pytest.mark.parametrize(
    ("line", "headers", "operation"),
    [
        ("GET /", (), "ListBuckets"),
        ("GET /b", (), "ListObjects"),
        ("GET /b/?list-type=2&prefix=a", (), "ListObjectsV2"),
        ("GET /b?location", (), "GetBucketLocation"),
        ("GET /b?uploads=", (), "ListMultipartUploads"),
        ("GET /b?analytics", (), "ListBucketAnalyticsConfigurations"),
        ("GET /b?analytics&id=x", (), "GetBucketAnalyticsConfiguration"),
        ("GET /b?lifecycle", (), "GetBucketLifecycleConfiguration"),
        ("GET /b/k?uploadId=u", (), "ListParts"),
        ("GET /b/k?X-Amz-Signature=0&X-Amz-Date=1", (), "GetObject"),
        ("PUT /b", (), "CreateBucket"),
        ("PUT /b/k", (), "PutObject"),
        ("PUT /b/k", (("X-Amz-Copy-Source", "/c/d"),), "CopyObject"),
        ("PUT /b/k?partNumber=1&uploadId=u", (), "UploadPart"),
        ("PUT /b/k?partNumber=1&uploadId=u", (("x-amz-copy-source", "/c/d"),), "UploadPartCopy"),
        ("POST /b/k?uploads", (), "CreateMultipartUpload"),
        ("POST /b/k?uploadId=u", (), "CompleteMultipartUpload"),
        ("POST /b?delete", (), "DeleteObjects"),
        ("DELETE /b/k?uploadId=u", (), "AbortMultipartUpload"),
        ("DELETE /b/k?versionId=v", (), "DeleteObject"),
        ("HEAD /b", (), "HeadBucket"),
    ],
)
def test_the_operation(line: str, headers: tuple[tuple[str, str], ...], operation: str) -> None:
    assert identify(asked(line, *headers), PLAIN).operations[0] == operation
    method, _, target = line.partition(" ")
    under = identify(asked(f"{method} /s3{target}", *headers), UNDER_A_PATH)
    assert under.operations[0] == operation


def test_a_page_of_a_website_is_no_operation() -> None:
    page = asked("GET /absent", host="bucket.s3-website.us-east-1.example.com:9000")
    assert identify(page, PLAIN).operations == ()


def test_the_resource() -> None:
    path = identify(asked("GET /b/a%2Fb%20c"), PLAIN)
    assert (path.bucket, path.key) == ("b", "a/b c")
    host = identify(asked("GET /a/b", host="my.bucket.s3.example.com:9000"), PLAIN)
    assert (host.operations[0], host.bucket, host.key) == ("GetObject", "my.bucket", "a/b")
    bucket = identify(asked("GET /?location", host="b.s3.example.com:9000"), PLAIN)
    assert (bucket.operations, bucket.key) == (("GetBucketLocation",), None)


def test_what_the_model_does_not_have() -> None:
    assert identify(asked("OPTIONS /b/k"), PLAIN).operations == ()
    assert identify(asked("NONSENSE"), PLAIN).operations == ()
    assert identify(asked(""), PLAIN).operations == ()


def test_members_of_a_listing_are_decoded_unless_asked_for() -> None:
    body = (
        b"<ListBucketResult><EncodingType>url</EncodingType><Prefix>a%20</Prefix>"
        b"<Contents><Key>a+b%2Fc</Key><Size>3</Size>"
        b"<LastModified>2026-02-03T04:05:06.000Z</LastModified></Contents></ListBucketResult>"
    )
    members = parse_answer("ListObjectsV2", 200, [], body).members
    assert members["Contents"][0]["Key"] == "a b/c"
    assert members["Prefix"] == "a "
    when = datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)
    assert members["Contents"][0]["LastModified"] == when
    kept = parse_answer("ListObjectsV2", 200, [], body, keep_encoded=True).members
    assert kept["Contents"][0]["Key"] == "a+b%2Fc"


def test_members_from_headers() -> None:
    headers = [("ETag", '"x"'), ("x-amz-meta-Name", "v"), ("Content-Length", "5")]
    members = parse_answer("GetObject", 200, headers, b"<Error>of the object's own</Error>").members
    assert members == {"ETag": '"x"', "Metadata": {"Name": "v"}, "ContentLength": 5}


def test_the_location_of_a_bucket() -> None:
    body = b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu</LocationConstraint>'
    assert parse_answer("GetBucketLocation", 200, [], body).members == {"LocationConstraint": "eu"}


@pytest.mark.parametrize("status", [200, 404])
def test_errors_at_any_status(status: int) -> None:
    body = b"<Error><Code>NoSuchKey</Code><Message>m</Message><Key>k</Key></Error>"
    parsed = parse_answer("CompleteMultipartUpload", status, [], body)
    assert (parsed.code, parsed.message, parsed.members) == ("NoSuchKey", "m", {})
    assert parsed.error == {"Code": "NoSuchKey", "Message": "m", "Key": "k"}


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><Error><Code>&b;</Code></Error>",
        b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><Error/>",
        b"<Error><Code>cut",
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
        b"<a>\x00</a>",
    ],
)
def test_hostile_xml_brings_a_note(body: bytes) -> None:
    parsed = parse_answer("ListBuckets", 200, [], body)
    assert (parsed.members, parsed.code) == ({}, None)
    assert parsed.note


def test_an_error_that_ends_a_stream_of_events_is_read() -> None:
    stream = message([(":message-type", "error"), (":error-code", "Busy"), (":error-message", "m")])
    parsed = parse_answer("SelectObjectContent", 200, [], stream)
    assert (parsed.code, parsed.message) == ("Busy", "m")


def message(headers: list[tuple[str, str]]) -> bytes:
    """One message of an event stream without a payload."""
    lines = b"".join(
        bytes([len(name)])
        + name.encode()
        + b"\x07"
        + struct.pack(">H", len(value))
        + value.encode()
        for name, value in headers
    )
    prelude = struct.pack(">II", len(lines) + 16, len(lines))
    prelude += struct.pack(">I", zlib.crc32(prelude))
    return prelude + lines + struct.pack(">I", zlib.crc32(prelude + lines))


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("ListObjectsV2", b"<ListBucketResult><MaxKeys>many</MaxKeys></ListBucketResult>"),
        (
            "ListBuckets",
            b"<R><Buckets><Bucket><CreationDate>x</CreationDate></Bucket></Buckets></R>",
        ),
        ("ListBuckets", b"not xml at all"),
        ("SelectObjectContent", b"\x00\x00\x00\x10garbage-garbage-garbage"),
    ],
)
def test_a_body_that_does_not_fit_the_model(operation: str, body: bytes) -> None:
    parsed = parse_answer(operation, 200, [], body)
    assert parsed.members == {}
    assert operation in (parsed.note or "")
