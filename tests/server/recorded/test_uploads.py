"""Multipart uploads as Amazon S3 was recorded to answer them, with checksums of every kind."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from awscrt import checksums

from tests.server.conftest import refused
from tests.server.recorded.answers import bare, error, failed, missing_key, names

BIG = b"a" * (5 * 1024**2 + 1)
ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
CREATED = {"Bucket", "Key", "UploadId", "ServerSideEncryption"}
COMPLETED = {"Bucket", "Key", "ETag", "Location", "ServerSideEncryption"}
NO_UPLOAD = (
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
    "been aborted or completed."
)
NO_PART = (
    "One or more of the specified parts could not be found.  The part may not have been uploaded, "
    "or the specified entity tag may not match the part's entity tag."
)


def digest(algorithm: str, data: bytes) -> str:
    if algorithm.startswith("SHA"):
        raw = hashlib.new(algorithm, data).digest()
    else:
        value: int = getattr(checksums, algorithm.lower())(data)
        raw = value.to_bytes(8 if algorithm == "CRC64NVME" else 4, "big")
    return base64.b64encode(raw).decode()


class Upload:
    """One upload of a key, and its parts so far."""

    def __init__(self, owner: Any, bucket: str, key: str = "k", **members: Any) -> None:
        self.owner = owner
        self.where = {"Bucket": bucket, "Key": key}
        self.begun = owner.create_multipart_upload(**self.where, **members)
        self.where["UploadId"] = self.begun["UploadId"]
        self.parts: list[dict[str, Any]] = []

    def part(self, body: bytes, number: int | None = None, **members: Any) -> dict[str, Any]:
        number = number or len(self.parts) + 1
        answer: dict[str, Any] = self.owner.upload_part(
            **self.where, PartNumber=number, Body=body, **members
        )
        sums = {name: value for name, value in answer.items() if name.startswith("Checksum")}
        self.parts.append({"PartNumber": number, "ETag": answer["ETag"], **sums})
        return answer

    def complete(self, parts: list[dict[str, Any]] | None = None, **members: Any) -> Any:
        chosen = self.parts if parts is None else parts
        return self.owner.complete_multipart_upload(
            **self.where, MultipartUpload={"Parts": chosen}, **members
        )

    def refused(self, parts: list[dict[str, Any]] | None = None, **members: Any) -> dict[str, Any]:
        return refused(self.complete, parts=parts, **members)

    def plain(self) -> list[dict[str, Any]]:
        """The parts without checksums."""
        return [{name: part[name] for name in ("PartNumber", "ETag")} for part in self.parts]


def wrong_part(upload: Upload, part: dict[str, Any]) -> dict[str, Any]:
    return error(
        400,
        "InvalidPart",
        NO_PART,
        UploadId=upload.where["UploadId"],
        PartNumber=str(part["PartNumber"]),
        ETag=part["ETag"].strip('"'),
    )


def test_life_of_an_upload(owner: Any, bucket: str) -> None:
    upload = Upload(owner, bucket)
    assert names(upload.begun) == CREATED
    assert names(upload.part(b"upload-part-1" * 5)) == {
        "ETag",
        "ChecksumCRC32",
        "ServerSideEncryption",
    }
    parts = upload.plain()
    done = upload.complete(parts)
    assert names(done) == COMPLETED | {"ChecksumCRC64NVME", "ChecksumType"}
    assert (done["ChecksumCRC64NVME"], done["ChecksumType"]) == ("CTXktO4pIQs=", "FULL_OBJECT")
    assert done["ETag"] == '"e747540af6911dbc890f8d3e0b48549b-1"'
    gone = error(404, "NoSuchUpload", NO_UPLOAD, UploadId=upload.where["UploadId"])
    assert refused(owner.list_parts, **upload.where) == gone
    read = owner.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (read["ChecksumCRC64NVME"], "PartsCount" in read) == ("CTXktO4pIQs=", False)


def test_uploads_nobody_began(owner: Any, bucket: str) -> None:
    where = {"Bucket": bucket, "Key": "k", "UploadId": "fakeid"}
    gone = error(404, "NoSuchUpload", NO_UPLOAD, UploadId="fakeid")
    assert refused(owner.upload_part, **where, PartNumber=1, Body=b"") == gone
    assert refused(owner.abort_multipart_upload, **where) == gone
    parts = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
    assert refused(owner.complete_multipart_upload, **where, MultipartUpload=parts) == gone


def test_parts_that_cannot_be_completed(owner: Any, bucket: str) -> None:
    upload = Upload(owner, bucket)
    upload.part(b"data")
    upload.part(b"data")
    parts = upload.plain()
    assert upload.refused(parts) == error(
        400,
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
        ETag="8d777f385d3dfec8815d20f7496026dc",
        MinSizeAllowed="5242880",
        PartNumber="1",
        ProposedSize="4",
    )
    assert upload.refused(parts[::-1]) == error(
        400,
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
        UploadId=upload.where["UploadId"],
    )
    for wrong in ({**parts[0], "PartNumber": 3}, {**parts[0], "ETag": f'"{"d" * 32}"'}):
        assert upload.refused([wrong]) == wrong_part(upload, wrong)
    assert refused(upload.part, body=b"", number=-1) == error(
        400,
        "InvalidArgument",
        "Part number must be an integer between 1 and 10000, inclusive",
        ArgumentName="partNumber",
        ArgumentValue="-1",
    )


def test_part_numbers_may_have_gaps(owner: Any, bucket: str) -> None:
    sums = []
    for numbers in ((1, 2, 3), (1, 3, 5)):
        upload = Upload(owner, bucket)
        for number, body in zip(numbers, (BIG, BIG, b"last"), strict=True):
            upload.part(body, number)
        done = upload.complete(upload.plain())
        sums.append((done["ETag"][-3:], done["ChecksumCRC64NVME"]))
    assert sums[0] == sums[1]


def test_a_declared_size(owner: Any, bucket: str) -> None:
    upload = Upload(owner, bucket)
    upload.part(b"data")
    assert upload.refused(upload.plain(), MpuObjectSize=5) == error(
        400,
        "InvalidRequest",
        "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
    )
    upload.complete(upload.plain(), MpuObjectSize=4)


def test_kinds_of_checksum(owner: Any, bucket: str) -> None:
    for algorithm in ALGORITHMS:
        begun = Upload(owner, bucket, ChecksumAlgorithm=algorithm).begun
        usual = "FULL_OBJECT" if algorithm == "CRC64NVME" else "COMPOSITE"
        assert (begun["ChecksumAlgorithm"], begun["ChecksumType"]) == (algorithm, usual)
    for kind, odd in (("COMPOSITE", ("CRC64NVME",)), ("FULL_OBJECT", ("SHA1", "SHA256"))):
        for algorithm in ALGORITHMS:
            asked = {"ChecksumAlgorithm": algorithm, "ChecksumType": kind}
            if algorithm not in odd:
                assert Upload(owner, bucket, **asked).begun["ChecksumType"] == kind
                continue
            assert refused(owner.create_multipart_upload, Bucket=bucket, Key="k", **asked) == error(
                400,
                "InvalidRequest",
                f"The {kind} checksum type cannot be used with the {algorithm.lower()} checksum "
                "algorithm.",
            )
    for asked, message in (
        (
            {"ChecksumType": "COMPOSITE"},
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
            "header.",
        ),
        (
            {"ChecksumAlgorithm": "MD4"},
            "Checksum algorithm provided is unsupported. Please try again with any of the valid "
            "types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        ),
    ):
        found = refused(owner.create_multipart_upload, Bucket=bucket, Key="k", **asked)
        assert found == error(400, "InvalidRequest", message)


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256"])
def test_composite(owner: Any, bucket: str, algorithm: str) -> None:
    member, kind = f"Checksum{algorithm}", {"ChecksumType": "COMPOSITE"}
    upload = Upload(owner, bucket, ChecksumAlgorithm=algorithm, **kind)
    for body in (BIG, b"a" * 10):
        assert member in upload.part(body, ChecksumAlgorithm=algorithm)
    assert upload.refused(upload.plain()) == error(
        400,
        "InvalidRequest",
        f"The upload was created using a {algorithm.lower()} checksum. The complete request must "
        "include the checksum for each part. It was missing for part 1 in the request.",
    )
    wrong = [{**upload.parts[0], member: digest(algorithm, b"other")}, upload.parts[1]]
    assert upload.refused(wrong) == wrong_part(upload, wrong[0])
    done = upload.complete(**kind)
    assert done[member].endswith("=-2") and done["ChecksumType"] == "COMPOSITE"
    whole = owner.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (whole[member], whole["ChecksumType"]) == (done[member], "COMPOSITE")
    part = owner.get_object(Bucket=bucket, Key="k", PartNumber=2, ChecksumMode="ENABLED")
    assert (part[member], part["PartsCount"]) == (digest(algorithm, b"a" * 10), 2)
    attributes = owner.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["Checksum", "ETag", "ObjectParts"]
    )
    assert attributes["Checksum"] == {member: done[member].removesuffix("-2"), **kind}
    listed = owner.list_parts(
        Bucket=bucket, Key="c", UploadId=Upload(owner, bucket, "c").where["UploadId"]
    )
    assert "ChecksumAlgorithm" not in listed
    copied = owner.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    assert copied["CopyObjectResult"][member] == digest(algorithm, BIG + b"a" * 10)
    assert copied["CopyObjectResult"]["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_full_object(owner: Any, bucket: str, algorithm: str) -> None:
    member, kind = f"Checksum{algorithm}", {"ChecksumType": "FULL_OBJECT"}
    upload = Upload(owner, bucket, ChecksumAlgorithm=algorithm, **kind)
    for body in (BIG, b"a" * 10):
        upload.part(body, ChecksumAlgorithm=algorithm)
    wrong = [upload.parts[0], {**upload.parts[1], member: digest(algorithm, b"other")}]
    assert upload.refused(wrong) == wrong_part(upload, wrong[1])
    bad = {member: digest(algorithm, b"other"), **kind}
    assert upload.refused(**bad) == error(
        400,
        "BadDigest",
        f"The {algorithm.lower()} you specified did not match the calculated checksum.",
    )
    assert upload.refused(ChecksumType="COMPOSITE") == error(
        400,
        "InvalidRequest",
        "The upload was created using the FULL_OBJECT checksum mode. The complete request must use "
        "the same checksum mode.",
    )
    done = upload.complete(**kind)
    assert done[member] == digest(algorithm, BIG + b"a" * 10)
    part = owner.get_object(Bucket=bucket, Key="k", PartNumber=2, ChecksumMode="ENABLED")
    assert member not in part and part["ContentRange"] == "bytes 5242881-5242890/5242891"
    attributes = owner.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["Checksum", "ObjectParts"]
    )
    assert attributes["ObjectParts"] == {"TotalPartsCount": 2}
    assert attributes["Checksum"] == {member: done[member], **kind}


def test_no_algorithm_named(owner: Any, bucket: str) -> None:
    upload = Upload(owner, bucket)
    upload.part(b"abc", ChecksumAlgorithm="CRC32C")
    for claimed in (upload.parts[0]["ChecksumCRC32C"], digest("CRC32C", b"other")):
        part = {**upload.parts[0], "ChecksumCRC32C": claimed}
        assert upload.refused([part]) == wrong_part(upload, part)
    for kind in ("COMPOSITE", "FULL_OBJECT"):
        assert upload.refused(upload.plain(), ChecksumType=kind) == error(
            400,
            "InvalidRequest",
            "The upload was created using the null checksum mode. The complete request must use "
            "the same checksum mode.",
        )
    done = upload.complete(upload.plain())
    assert done["ChecksumCRC64NVME"] == digest("CRC64NVME", b"abc")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_checksums_of_a_part(owner: Any, bucket: str, algorithm: str) -> None:
    upload = Upload(owner, bucket, ChecksumAlgorithm=algorithm)
    member, other = f"Checksum{algorithm}", "CRC32" if algorithm == "SHA256" else "SHA256"
    assert refused(upload.part, body=b"abc", **{member: "test"}) == error(
        400,
        "InvalidRequest",
        f"Value for x-amz-checksum-{algorithm.lower()} header is invalid.",
    )
    assert refused(upload.part, body=b"abc", **{member: digest(algorithm, b"other")}) == error(
        400, "BadDigest", f"The {algorithm} you specified did not match the calculated checksum."
    )
    assert refused(upload.part, body=b"abc", ChecksumAlgorithm=other) == error(
        400,
        "InvalidRequest",
        f"Checksum Type mismatch occurred, expected checksum Type: {algorithm.lower()}, actual "
        f"checksum Type: {other.lower()}",
    )
    if upload.begun["ChecksumType"] == "COMPOSITE":
        upload.part(b"abc", ChecksumAlgorithm=algorithm)
        part = {**upload.plain()[0], f"Checksum{other}": digest(other, b"abc")}
        assert upload.refused([part]) == error(
            400,
            "BadDigest",
            f"The {other.lower()} you specified for part 1 did not match what we received.",
        )


@pytest.mark.parametrize("kind", ["COMPOSITE", "FULL_OBJECT"])
def test_a_copied_part_has_the_checksum_of_its_upload(owner: Any, bucket: str, kind: str) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=b"this is a part")
    upload = Upload(owner, bucket, ChecksumAlgorithm="CRC32C", ChecksumType=kind)
    copied = owner.upload_part_copy(**upload.where, PartNumber=1, CopySource=f"{bucket}/source")[
        "CopyPartResult"
    ]
    assert names(copied) == {"ETag", "LastModified", "ChecksumCRC32C"}
    assert copied["ChecksumCRC32C"] == "iqJrOQ=="
    copied.pop("LastModified")
    done = upload.complete([{"PartNumber": 1, **copied}], ChecksumType=kind)
    assert done["ChecksumCRC32C"] == ("F9bAnw==-1" if kind == "COMPOSITE" else "iqJrOQ==")


def test_what_an_encrypted_upload_says_of_its_checksum(owner: Any, bucket: str) -> None:
    kms = Upload(owner, bucket, ServerSideEncryption="aws:kms", BucketKeyEnabled=True)
    kms.part(b"test-sse")
    shown = {"ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"}
    assert names(kms.complete(kms.plain())) == COMPLETED | shown
    read = owner.get_object(Bucket=bucket, Key="k")
    assert (read["ChecksumCRC64NVME"], read["ChecksumType"]) == ("Kr7StX/uFlQ=", "FULL_OBJECT")
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    own = Upload(owner, bucket, **customer)
    own.part(b"test-sse", **customer)
    assert names(own.complete(own.plain(), **customer)) == COMPLETED - {"ServerSideEncryption"}
    read = owner.get_object(Bucket=bucket, Key="k", **customer)
    assert not {name for name in read if name.startswith("Checksum")}
    row = owner.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert names(row) == {"Key", "LastModified", "ETag", "Size", "StorageClass"}


def test_a_copy_of_parts_is_an_object_of_one(owner: Any, bucket: str) -> None:
    upload = Upload(owner, bucket)
    upload.part(b"test content 123")
    upload.complete(upload.plain())
    for target, directive in (("copy", "COPY"), ("k", "REPLACE")):
        answer = bare(
            owner.copy_object(
                Bucket=bucket, Key=target, CopySource=f"{bucket}/k", MetadataDirective=directive
            )
        )["CopyObjectResult"]
        assert answer["ETag"] == '"eee506dd7ada7ded524c77e359a0e7c6"'
        assert (answer["ChecksumCRC64NVME"], answer["ChecksumType"]) == (
            "BsLNlKumA5I=",
            "FULL_OBJECT",
        )


@pytest.mark.parametrize("between", ["put", "same put", "delete"])
def test_what_happens_during_an_upload_is_a_conflict(owner: Any, bucket: str, between: str) -> None:
    key = {"Bucket": bucket, "Key": "k"}
    etag = owner.put_object(**key, Body=b"test")["ETag"]
    upload = Upload(owner, bucket)
    upload.part(b"data")
    conflict = {
        "Status": 409,
        "Code": "ConditionalRequestConflict",
        "Message": "The conditional request cannot succeed due to a conflicting operation against "
        "this resource.",
        "Key": "k",
    }
    if between == "delete":
        assert upload.refused(upload.plain(), IfNoneMatch="*") == failed("If-None-Match")
        owner.delete_object(**key)
        assert upload.refused(upload.plain(), IfMatch=etag) == missing_key("k")
        asked = {"IfNoneMatch": "*"}
    else:
        body = b"test" if between == "same put" else b"other"
        asked = {"IfMatch": owner.put_object(**key, Body=body)["ETag"]}
        if between == "put":
            assert upload.refused(upload.plain(), IfMatch=etag) == failed("If-Match")
    found = upload.refused(upload.plain(), **asked)
    assert found == {**conflict, "Condition": "If-Match" if "IfMatch" in asked else "If-None-Match"}
    again = Upload(owner, bucket)
    again.part(b"data")
    assert names(again.complete(again.plain(), **asked)) >= COMPLETED
