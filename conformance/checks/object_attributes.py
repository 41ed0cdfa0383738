"""Checks of GetObjectAttributes: what was asked for, of the version that was asked for."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from conformance.trial import Trial, check

SPEC = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html"
API = ("aws-s3api", "boto3", "raw")
CONTENT = b"test-checksum"
FIVE_MIB = 5 << 20


def _attributes(t: Trial, name: str, *wanted: str, **more: Any) -> Any:
    return t.call("GetObjectAttributes", Key=name, ObjectAttributes=list(wanted), **more)


@check("object-attributes", proved_by=["attributes-etag-quoted"], only=API, spec=SPEC)
def etag_of_attributes_has_no_quotes(t: Trial) -> None:
    """ETag, ObjectSize and StorageClass of an object; the ETag without the quotes of the header."""
    stored = t.given.object("key", CONTENT)

    got = _attributes(t, "key", "ETag", "ObjectSize", "StorageClass")

    t.expect.ok(got)
    t.expect.member(got, "ETag", stored.etag.strip('"'))
    t.expect.member(got, "ObjectSize", len(CONTENT))
    t.expect.member(got, "StorageClass", "STANDARD")


@check("object-attributes", proved_by=["attributes-unasked"], only=API, spec=SPEC)
def only_what_was_asked_for_is_answered(t: Trial) -> None:
    """ObjectSize alone brings neither ETag nor StorageClass."""
    t.given.object("key", CONTENT)

    got = _attributes(t, "key", "ObjectSize")

    t.expect.member(got, "ObjectSize", len(CONTENT))
    t.expect.member(got, "ETag", None)
    t.expect.member(got, "StorageClass", None)


@check(
    "object-attributes",
    proved_by=["attributes-checksum-missing"],
    only=API,
    verified="aws-recorded 2026-02",
    spec=SPEC,
)
def checksum_is_an_attribute(t: Trial) -> None:
    """Checksum has the value and its type."""
    t.given.object("key", CONTENT, ChecksumCRC32="lVk/nw==")

    got = _attributes(t, "key", "Checksum")

    t.expect.member(got, "Checksum.ChecksumCRC32", "lVk/nw==")
    t.expect.member(got, "Checksum.ChecksumType", "FULL_OBJECT")


@check("object-attributes", proved_by=["attributes-parts-of-a-whole"], only=API, spec=SPEC)
def object_written_whole_has_no_parts(t: Trial) -> None:
    """ObjectParts is not there for an object that was no multipart upload."""
    t.given.object("key", CONTENT)

    got = _attributes(t, "key", "ObjectParts", "ObjectSize")

    t.expect.member(got, "ObjectSize", len(CONTENT))
    t.expect.member(got, "ObjectParts", None)


@check(
    "object-attributes",
    proved_by=["attributes-parts-unpaged"],
    only=API,
    verified="aws-recorded 2026-02",
    spec=SPEC,
)
def parts_come_page_by_page(t: Trial) -> None:
    """x-amz-max-parts beside x-amz-part-number-marker pages through parts with checksums."""
    upload = t.given.call("CreateMultipartUpload", Key="parts", ChecksumAlgorithm="CRC32").need(
        "UploadId"
    )
    parts = []
    for number, body in enumerate((bytes(FIVE_MIB), b"last"), 1):
        sent = {"PartNumber": number, "Body": body, "ChecksumCRC32": _crc32(body)}
        part = t.given.call("UploadPart", Key="parts", UploadId=upload, **sent)
        checksum = part.need("ChecksumCRC32")
        parts.append({"PartNumber": number, "ETag": part.need("ETag"), "ChecksumCRC32": checksum})
    t.given.call(
        "CompleteMultipartUpload", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts}
    )

    first = _attributes(t, "parts", "ObjectParts", MaxParts=1, PartNumberMarker=0)
    second = _attributes(t, "parts", "ObjectParts", MaxParts=1, PartNumberMarker=1)

    for got, number, more in ((first, 1, True), (second, 2, False)):
        t.expect.member(got, "ObjectParts.TotalPartsCount", 2)
        t.expect.member(got, "ObjectParts.Parts[].PartNumber", [number])
        t.expect.member(got, "ObjectParts.IsTruncated", more)


def _crc32(body: bytes) -> str:
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


@check("object-attributes", proved_by=["attributes-of-the-latest"], only=API, spec=SPEC)
def attributes_are_of_the_version_asked_for(t: Trial) -> None:
    """With versionId the attributes of that version, and its id in the answer."""
    bucket = t.given.versioned_bucket()
    old = t.given.object("key", b"old one", Bucket=bucket).need_version_id()
    t.given.object("key", b"new", Bucket=bucket)
    key = {"Bucket": bucket, "Key": "key", "VersionId": old}

    got = t.call("GetObjectAttributes", **key, ObjectAttributes=["ObjectSize"])

    t.expect.member(got, "ObjectSize", 7)
    t.expect.header(got, "x-amz-version-id", old)


@check(
    "object-attributes",
    proved_by=["attributes-of-nothing-asked"],
    only=("raw",),
    verified="reported",  # versity/versitygw#915; the reference requires the header
    spec=SPEC,
)
def attributes_have_to_be_named(t: Trial) -> None:
    """`?attributes` without x-amz-object-attributes: 400 InvalidRequest."""
    t.given.object("key", CONTENT)

    got = t.raw("GET", f"/{t.bucket}/{t.key('key')}", query="attributes=")

    t.expect.error(got, 400, "InvalidRequest")


@check("object-attributes", proved_by=["attributes-of-nobody"], only=API, spec=SPEC)
def attributes_of_a_missing_key(t: Trial) -> None:
    """GetObjectAttributes of an absent key: 404 NoSuchKey."""
    t.given.object("there", b"x")
    there = t.look("GetObjectAttributes", Key="there", ObjectAttributes=["ObjectSize"])
    t.expect.member(there, "ObjectSize", 1)  # of one that is there they are told

    t.expect.error(_attributes(t, "absent", "ETag"), 404, "NoSuchKey")


@check(
    "object-attributes",
    proved_by=["attributes-of-any-name"],
    only=("raw",),
    verified="reported",  # versity/versitygw and minio/minio have the same answer in their sources
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html",
)
def attributes_have_names_of_s3(t: Trial) -> None:
    """x-amz-object-attributes with a name S3 does not have: 400 InvalidArgument."""
    t.given.object("plain", b"x")
    path = f"/{t.bucket}/{t.key('plain')}"

    for names in ("Colour", "ETag,Colour"):
        headers = {"x-amz-object-attributes": names}
        got = t.raw("GET", path, query="attributes", headers=headers)
        t.expect.error(got, 400, "InvalidArgument")
    good = t.raw("GET", path, query="attributes", headers={"x-amz-object-attributes": "ETag"})
    t.expect.status(good, 200)
