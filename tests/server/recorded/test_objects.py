"""Objects put, read and copied as Amazon S3 was recorded to answer: every member of each answer."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import (
    CHECKED,
    DATE,
    GET,
    HEAD,
    NO_HEADER,
    PUT,
    bare,
    error,
    failed,
    missing_bucket,
    missing_key,
    names,
    status,
)

ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
SUMS = {  # of b"test data.."
    "CRC32": "cZWHwQ==",
    "CRC32C": "Pf4upw==",
    "CRC64NVME": "qUVrWYOrIAM=",
    "SHA1": "B++3uSfJMSHWToQMQ1g6lIJY5Eo=",
    "SHA256": "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik=",
}
ITSELF = error(
    400,
    "InvalidRequest",
    "This copy request is illegal because it is trying to copy an object to itself without "
    "changing the object's metadata, storage class, website redirect location or encryption "
    "attributes.",
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


def minutes(count: int) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=count)


@pytest.fixture
def key(owner: Any, bucket: str) -> dict[str, str]:
    """An object of b"test data..": its Bucket and Key."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"test data..")
    return {"Bucket": bucket, "Key": "key"}


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


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_copy_takes_another_checksum(owner: Any, key: dict[str, str], algorithm: str) -> None:
    source = f"{key['Bucket']}/{key['Key']}"
    for target in (key["Key"], "copy"):
        answer = owner.copy_object(
            Bucket=key["Bucket"],
            Key=target,
            CopySource=source,
            ChecksumAlgorithm=algorithm,
            MetadataDirective="REPLACE",
        )
        assert answer["CopyObjectResult"][f"Checksum{algorithm}"] == SUMS[algorithm]


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


@pytest.mark.parametrize("head", [False, True])
def test_read_conditions(owner: Any, key: dict[str, str], *, head: bool) -> None:
    read = owner.head_object if head else owner.get_object
    found = owner.head_object(**key)
    etag, modified = found["ETag"], found["LastModified"]
    not_modified = error(304, "304", "Not Modified")
    for asked in (
        {"IfNoneMatch": etag},
        {"IfNoneMatch": etag.strip('"')},
        {"IfModifiedSince": modified},
        {"IfModifiedSince": minutes(0)},
    ):
        assert refused(read, **key, **asked) == not_modified
    for asked, header in (
        ({"IfMatch": '"bad"'}, "If-Match"),
        ({"IfUnmodifiedSince": minutes(-60)}, "If-Unmodified-Since"),
    ):
        wanted = error(412, "412", "Precondition Failed") if head else failed(header)
        assert refused(read, **key, **asked) == wanted
    for asked in (
        {"IfModifiedSince": minutes(60)},
        {"IfUnmodifiedSince": modified},
        {"IfMatch": etag.strip('"')},
        {"IfMatch": etag, "IfNoneMatch": '"bad"', "IfModifiedSince": minutes(-60)},
    ):
        assert status(read(**key, **asked)) == 200


@pytest.mark.parametrize("part", [False, True])
def test_conditions_on_a_source(owner: Any, key: dict[str, str], *, part: bool) -> None:
    bucket = key["Bucket"]
    target: dict[str, Any] = {"Bucket": bucket, "Key": "target"}
    copy = owner.copy_object
    if part:
        begun = owner.create_multipart_upload(**target)
        target |= {"UploadId": begun["UploadId"], "PartNumber": 1}
        copy = owner.upload_part_copy
    found = owner.head_object(**key)
    target["CopySource"] = f"{bucket}/{key['Key']}"
    etag = found["ETag"]
    for name, value, header in (
        ("IfMatch", '"bad"', "If-Match"),
        ("IfNoneMatch", etag, "If-None-Match"),
        ("IfNoneMatch", etag.strip('"'), "If-None-Match"),
        ("IfModifiedSince", found["LastModified"], "If-Modified-Since"),
        ("IfUnmodifiedSince", minutes(-60), "If-Unmodified-Since"),
    ):
        answer = refused(copy, **target, **{f"CopySource{name}": value})
        assert answer == failed(f"x-amz-copy-source-{header}")
    both = {"CopySourceIfNoneMatch": etag, "CopySourceIfUnmodifiedSince": minutes(-60)}
    assert refused(copy, **target, **both) == failed("x-amz-copy-source-If-Unmodified-Since")
    for good in (
        {"CopySourceIfMatch": etag, "CopySourceIfUnmodifiedSince": minutes(-60)},
        {"CopySourceIfNoneMatch": '"bad"', "CopySourceIfModifiedSince": minutes(-60)},
        {"CopySourceIfModifiedSince": minutes(60)},
        {"CopySourceIfUnmodifiedSince": found["LastModified"]},
    ):
        answer = copy(**target, **good)
        assert answer["CopyPartResult" if part else "CopyObjectResult"]["ETag"] == etag


@pytest.mark.parametrize("copies", [False, True])
def test_conditions_on_a_target(owner: Any, key: dict[str, str], *, copies: bool) -> None:
    bucket = key["Bucket"]
    more = {"CopySource": f"{bucket}/{key['Key']}"} if copies else {}
    write = owner.copy_object if copies else owner.put_object

    def no(**asked: str) -> dict[str, Any]:
        return refused(write, Bucket=bucket, Key="target", **more, **asked)

    assert no(IfMatch='"bad"') == missing_key("target")
    assert status(write(Bucket=bucket, Key="target", **more, IfNoneMatch="*")) == 200
    assert no(IfNoneMatch="*") == failed("If-None-Match")
    assert no(IfMatch='"bad"') == failed("If-Match")
    etag = owner.head_object(Bucket=bucket, Key="target")["ETag"]
    assert status(write(Bucket=bucket, Key="target", **more, IfMatch=etag)) == 200
    for asked, header, why in (
        ({"IfMatch": "*"}, "If-Match", "We don't accept the provided value of If-Match header for"),
        (
            {"IfNoneMatch": "x"},
            "If-None-Match",
            "We don't accept the provided value of If-None-Match header for",
        ),
    ):
        assert no(**asked) == error(
            501, "NotImplemented", NO_HEADER, Header=header, additionalMessage=f"{why} this API"
        )
    assert no(IfMatch="x", IfNoneMatch="*") == error(
        501,
        "NotImplemented",
        NO_HEADER,
        Header="If-Match,If-None-Match",
        additionalMessage="Multiple conditional request headers present in the request",
    )


def test_a_copy_carries_or_replaces(owner: Any, bucket: str) -> None:
    described = {"ContentType": "application/json", "Metadata": {"key": "value"}}
    given = {**described, "ContentLanguage": "en-US", "Tagging": "key1=value1"}
    owner.put_object(Bucket=bucket, Key="k", Body=b"x", **given)
    new = {"Metadata": {"another": "one"}, "ContentType": "image/jpg", "Tagging": "key2=value2"}

    def copy(target: str, **asked: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
        where = {"Bucket": bucket, "Key": target}
        answer = owner.copy_object(**where, CopySource=f"{bucket}/k", **asked)
        assert names(answer) == {"CopyObjectResult", "ServerSideEncryption"}
        assert names(answer["CopyObjectResult"]) == PUT - {"ServerSideEncryption"} | {
            "LastModified"
        }
        tags = owner.get_object_tagging(**where)["TagSet"]
        return owner.head_object(**where), tags

    first = [{"Key": "key1", "Value": "value1"}]
    for asked in ({}, {"MetadataDirective": "COPY", "TaggingDirective": "COPY"}):
        head, tags = copy("copy", **new, **asked)
        assert names(head) == HEAD | {"ContentLanguage", "TagCount"}
        assert {name: head[name] for name in described} == described
        assert tags == first
    head, tags = copy("new", **new, MetadataDirective="REPLACE", TaggingDirective="REPLACE")
    assert names(head) == HEAD | {"TagCount"}
    assert (head["Metadata"], head["ContentType"]) == ({"another": "one"}, "image/jpg")
    assert tags == [{"Key": "key2", "Value": "value2"}]
    head, tags = copy("empty", MetadataDirective="REPLACE", TaggingDirective="REPLACE")
    assert (head["Metadata"], head["ContentType"], tags) == ({}, "binary/octet-stream", [])


def test_a_copy_onto_itself(owner: Any, bucket: str) -> None:
    itself = {"Bucket": bucket, "Key": "k", "CopySource": f"{bucket}/k"}
    owner.put_object(Bucket=bucket, Key="k", StorageClass="STANDARD_IA", Metadata={"a": "b"})
    for asked in ({}, {"ACL": "private"}, {"Metadata": {"c": "d"}, "ContentType": "image/jpg"}):
        assert refused(owner.copy_object, **itself, **asked) == ITSELF
    for asked in (
        {"StorageClass": "STANDARD"},
        {"MetadataDirective": "REPLACE"},
        {"WebsiteRedirectLocation": "/test/direct"},
        {"ServerSideEncryption": "AES256"},
    ):
        assert status(owner.copy_object(**itself, **asked)) == 200
    owner.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    assert status(owner.copy_object(**itself)) == 200  # the bucket has a rule of its own


def test_sources_that_are_not_there(owner: Any, bucket: str) -> None:
    def copy(source: str) -> dict[str, Any]:
        return refused(owner.copy_object, Bucket=bucket, Key="target", CopySource=source)

    assert copy("nowhere-at-all/k") == missing_bucket("nowhere-at-all")
    assert copy(f"{bucket}/no") == missing_key("no")
    assert copy("wrongformat") == error(
        400,
        "InvalidArgument",
        "Invalid copy source object key",
        ArgumentName="x-amz-copy-source",
        ArgumentValue="x-amz-copy-source",
    )


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
