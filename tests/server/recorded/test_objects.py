"""Objects put and read as Amazon S3 was recorded to answer: every member of each answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import (
    ALGORITHMS,
    CHECKED,
    DATE,
    GET,
    SUMS,
    bare,
    error,
    minutes,
    missing_bucket,
    missing_key,
    names,
    status,
)

KEYS = (
    "a/%F0%9F%98%80/",
    "file%2Fname",
    "test key//",
    "test key/",
    "test%123/",
    "test%123",
    "test%percent",
    "test@key/",
    "test+key",
    "#hash",
    "Ā0Ä",
    "/foo",
    "/bar/foo/",
    "t/",
)


def test_members_of_a_plain_object(owner: Any, bucket: str) -> None:
    put = owner.put_object(Bucket=bucket, Key="k", Body=b"test")
    assert bare(put) == {
        "ETag": '"098f6bcd4621d373cade4e832627b4f6"',
        "ChecksumCRC32": "2H9+DA==",
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }
    head = bare(owner.head_object(Bucket=bucket, Key="k"))
    assert head == {
        "AcceptRanges": "bytes",
        "ContentLength": 4,
        "ContentType": "binary/octet-stream",
        "ETag": put["ETag"],
        "LastModified": DATE,
        "Metadata": {},
        "ServerSideEncryption": "AES256",
    }
    checked = {name: put[name] for name in CHECKED}
    assert bare(owner.get_object(Bucket=bucket, Key="k")) == {**head, **checked, "Body": b"test"}
    assert refused(owner.head_object, Bucket=bucket, Key="no") == error(404, "404", "Not Found")
    assert refused(owner.get_object, Bucket="nowhere-at-all", Key="k") == missing_bucket(
        "nowhere-at-all"
    )
    for more in ({}, {"Range": "bytes=0-1"}):
        assert refused(owner.get_object, Bucket=bucket, Key="no", **more) == missing_key("no")
    wire = put["ResponseMetadata"]["HTTPHeaders"]
    assert {name for name in wire if not name.startswith("x-amz-")} == {
        "content-length",
        "date",
        "etag",
        "server",
    }


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_taken_to_the_letter(owner: Any, bucket: str, name: str) -> None:
    owner.put_object(Bucket=bucket, Key=name, Body=b"test")
    assert owner.get_object(Bucket=bucket, Key=name)["Body"].read() == b"test"
    copied = {"Bucket": bucket, "Key": name}
    owner.copy_object(Bucket=bucket, Key="copy", CopySource=copied)
    listed = owner.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in listed] == sorted(("copy", name))
    deleted = owner.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": name}]})
    assert bare(deleted) == {"Deleted": [{"Key": name}]}
    assert refused(owner.get_object, Bucket=bucket, Key="camelcasekey") == missing_key(
        "camelcasekey"
    )


def test_headers_of_an_object(owner: Any, bucket: str) -> None:
    kept = {
        "CacheControl": "no-cache",
        "ContentDisposition": 'attachment; filename="foo.jpg"',
        "ContentLanguage": "de",
        "ContentEncoding": "gzip",
        "WebsiteRedirectLocation": "/test/direct",
    }
    owner.put_object(Bucket=bucket, Key="k", Body=b"<?xml?>", **kept, Expires=minutes(-60))
    read = owner.get_object(Bucket=bucket, Key="k")
    assert names(read) == GET | set(kept) | {"Expires", "ExpiresString"}
    assert {name: read[name] for name in kept} == kept
    overrides = {
        "CacheControl": "max-age=74",
        "ContentDisposition": "inline",
        "ContentEncoding": "identity",
        "ContentLanguage": "de-DE",
        "ContentType": "image/jpeg",
    }
    asked = {f"Response{name}": value for name, value in overrides.items()}
    read = owner.get_object(
        Bucket=bucket, Key="k", **asked, ResponseExpires="Wed, 21 Oct 2015 07:28:00 GMT"
    )
    assert {name: read[name] for name in overrides} == overrides
    assert read["ExpiresString"] == "Wed, 21 Oct 2015 07:28:00 GMT"


def test_headers_outside_ascii_come_back_byte_by_byte(owner: Any, bucket: str) -> None:
    given = {"CacheControl": "ÄMÄZÕÑ S3", "ContentDisposition": 'attachment; filename="—é.pdf"'}
    owner.put_object(Bucket=bucket, Key="k", **given)
    read = owner.head_object(Bucket=bucket, Key="k")
    assert {name: read[name].encode("latin-1").decode() for name in given} == given


def test_metadata_in_encoded_words(owner: Any, bucket: str) -> None:
    given = {
        "TEST_META_1": "foo",
        "__meta_2": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "invalid": "=?UTF-8?B?/2H/?=",
    }
    owner.put_object(Bucket=bucket, Key="k", Metadata=given)
    assert owner.head_object(Bucket=bucket, Key="k")["Metadata"] == {
        "test_meta_1": "foo",
        "__meta_2": given["__meta_2"],
        "invalid": "=?UTF-8?B?77+9Ye+/vQ==?=",
    }


@pytest.mark.parametrize(
    ("storage_class", "readable"),
    [
        ("STANDARD", True),
        ("STANDARD_IA", True),
        ("ONEZONE_IA", True),
        ("INTELLIGENT_TIERING", True),
        ("REDUCED_REDUNDANCY", True),
        ("GLACIER_IR", True),
        ("GLACIER", False),
        ("DEEP_ARCHIVE", False),
    ],
)
def test_storage_classes(owner: Any, bucket: str, storage_class: str, readable: bool) -> None:
    owner.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass=storage_class)
    attributes = owner.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["StorageClass"]
    )
    assert bare(attributes) == {"LastModified": DATE, "StorageClass": storage_class}
    if readable:
        shown = owner.get_object(Bucket=bucket, Key="k").get("StorageClass")
        assert shown == (None if storage_class == "STANDARD" else storage_class)
        return
    assert refused(owner.get_object, Bucket=bucket, Key="k") == error(
        403,
        "InvalidObjectState",
        "The operation is not valid for the object's storage class",
        StorageClass=storage_class,
    )


def test_a_storage_class_of_another_place(owner: Any, bucket: str) -> None:
    for call in (owner.put_object, owner.create_multipart_upload):
        assert refused(call, Bucket=bucket, Key="k", StorageClass="OUTPOSTS") == error(
            400,
            "InvalidStorageClass",
            "The storage class you specified is not valid",
            StorageClassRequested="OUTPOSTS",
        )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_checksums(owner: Any, bucket: str, algorithm: str) -> None:
    where, body = {"Bucket": bucket, "Key": "k"}, b"test data.."
    member, value = f"Checksum{algorithm}", SUMS[algorithm]
    shown = {member: value, "ChecksumType": "FULL_OBJECT"}
    for given in ({member: value}, {"ChecksumAlgorithm": algorithm}):
        put = bare(owner.put_object(**where, Body=body, **given))
        assert {name: put[name] for name in put if name.startswith("Checksum")} == shown
    header = f"x-amz-checksum-{algorithm.lower()}"
    assert refused(owner.put_object, **where, Body=body, **{member: "test"}) == error(
        400, "InvalidRequest", f"Value for {header} header is invalid."
    )
    wrong = value[:1].swapcase() + value[1:] if value[0].isalpha() else "A" + value[1:]
    assert refused(owner.put_object, **where, Body=body, **{member: wrong}) == error(
        400, "BadDigest", f"The {algorithm} you specified did not match the calculated checksum."
    )
    for read in (owner.head_object, owner.get_object):
        answer = read(**where, ChecksumMode="ENABLED")
        assert {name: answer[name] for name in shown} == shown
    attributes = owner.get_object_attributes(**where, ObjectAttributes=["Checksum", "ETag"])
    etag = "e6d9226c2a86b7232933663c13467527"
    assert bare(attributes) == {"Checksum": shown, "ETag": etag, "LastModified": DATE}
    for target, changed in (("k", {"MetadataDirective": "REPLACE"}), ("copy", {})):
        source = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
        copied = bare(owner.copy_object(**source, Key=target, **changed))["CopyObjectResult"]
        assert copied == {**shown, "ETag": f'"{etag}"', "LastModified": DATE}


def test_two_checksums(owner: Any, bucket: str) -> None:
    two = {f"Checksum{algorithm}": SUMS[algorithm] for algorithm in ("CRC32", "SHA256")}
    assert refused(owner.put_object, Bucket=bucket, Key="k", Body=b"test data..", **two) == error(
        400,
        "InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    )


def test_part_numbers(owner: Any, key: dict[str, str]) -> None:
    first = owner.get_object(**key, PartNumber=1)
    assert (status(first), first["ContentRange"]) == (206, "bytes 0-10/11")
    assert "PartsCount" not in first
    assert refused(owner.get_object, **key, PartNumber=2) == error(
        416,
        "InvalidPartNumber",
        "The requested partnumber is not satisfiable",
        ActualPartCount="1",
        PartNumberRequested="2",
    )
    assert refused(owner.get_object, **key, PartNumber=1, Range="bytes=0-1") == error(
        400, "InvalidRequest", "Cannot specify both Range header and partNumber query parameter"
    )


def test_ranges_show_no_checksum_of_the_whole(owner: Any, key: dict[str, str]) -> None:
    part = owner.get_object(**key, Range="bytes=0-8", ChecksumMode="ENABLED")
    assert names(part) == (GET - CHECKED) | {"ContentRange"}
    for every in ("bytes=0-100", "bytes=-15"):
        whole = owner.get_object(**key, Range=every)
        assert names(whole) == GET | {"ContentRange"}
        assert (status(whole), whole["ContentRange"]) == (206, "bytes 0-10/11")


def test_attributes(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k", Body=b"test data..")
    asked = ["StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"]
    assert bare(owner.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=asked)) == {
        "Checksum": {"ChecksumCRC32": SUMS["CRC32"], "ChecksumType": "FULL_OBJECT"},
        "ETag": "e6d9226c2a86b7232933663c13467527",
        "LastModified": DATE,
        "ObjectSize": 11,
        "StorageClass": "STANDARD",
    }


def test_content_md5(owner: Any, bucket: str) -> None:
    upload = {"Bucket": bucket, "Key": "upload"}
    upload["UploadId"] = owner.create_multipart_upload(**upload)["UploadId"]
    wrong = "CYketZBSTjX8czcs3cXVlg=="
    for put, shown in (
        (lambda **more: owner.put_object(Bucket=bucket, Key="k", **more), wrong),
        (lambda **more: owner.upload_part(**upload, PartNumber=1, **more), wrong),
    ):
        for value in ("__invalid__", "000", "not base64 encoded checksum", "MTIz"):
            answer = refused(put, Body=b"something", ContentMD5=value)
            assert answer == error(
                400,
                "InvalidDigest",
                "The Content-MD5 you specified was invalid.",
                **{"Content-MD5": value},
            )
        answer = refused(put, Body=b"something", ContentMD5=shown)
        assert answer.pop("ExpectedDigest") in (wrong, "09891eb590524e35fc73372cddc5d596")
        assert answer == error(
            400,
            "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
            CalculatedDigest="Q3uTDbhLgHnC3YBKcZNrXw==",
        )


@pytest.mark.parametrize("separator", [",", ", "])
def test_attributes_are_a_list_with_or_without_spaces(
    owner: Any, key: dict[str, str], separator: str
) -> None:
    asked = ["ETag", "ObjectSize"]

    def rewrite(request: Any, **_: Any) -> None:
        request.headers.replace_header("x-amz-object-attributes", separator.join(asked))

    owner.meta.events.register("before-sign.s3.GetObjectAttributes", rewrite)
    try:
        found = owner.get_object_attributes(**key, ObjectAttributes=asked)
    finally:
        owner.meta.events.unregister("before-sign.s3.GetObjectAttributes", rewrite)
    assert names(found) == {"ETag", "ObjectSize", "LastModified"}
