"""Listings of uploads and of parts as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import DATE, bare, error

TREE = ("folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2")
DEEP = ("test/bar/foo/123", "test/foo/bar/123", "test/foo/bar/456")


def test_uploads_by_markers(owner: Any, bucket: str, me: str) -> None:
    def page(**asked: Any) -> dict[str, Any]:
        return bare(owner.list_multipart_uploads(Bucket=bucket, **asked))

    said = {"Bucket": bucket, "KeyMarker": "", "UploadIdMarker": ""}
    nothing = {"NextKeyMarker": "", "NextUploadIdMarker": ""}
    assert page() == {**said, **nothing, "MaxUploads": 1000, "IsTruncated": False}
    made = [
        (key, owner.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"])
        for key in ("test_c", "test_b", "test_a", "test_a", "test_a")
    ]
    ordered = [*made[2:], made[1], made[0]]  # by key, then as they were begun
    shown = page()
    assert [(one["Key"], one["UploadId"]) for one in shown["Uploads"]] == ordered
    assert set(shown["Uploads"][0]) == {
        "Initiated",
        "Initiator",
        "Key",
        "Owner",
        "StorageClass",
        "UploadId",
    }
    assert shown["Uploads"][0]["Owner"] == {"ID": me}
    assert set(shown["Uploads"][0]["Initiator"]) == {"ID", "DisplayName"}
    assert (shown["NextKeyMarker"], shown["NextUploadIdMarker"]) == ordered[-1]
    for (key, upload), after in itertools.pairwise(ordered):
        one = page(MaxUploads=1, KeyMarker=key, UploadIdMarker=upload)
        assert (one["NextKeyMarker"], one["NextUploadIdMarker"]) == after
        assert one["IsTruncated"] == (after != ordered[-1])
    assert page(MaxUploads=1, UploadIdMarker=ordered[0][1]) == page(MaxUploads=1)
    assert page(MaxUploads=1, KeyMarker="") == page(MaxUploads=1)
    assert page(MaxUploads=1, KeyMarker="test_a")["Uploads"][0]["Key"] == "test_b"
    last = page(MaxUploads=1, KeyMarker="test_c")
    assert last == {**said, **nothing, "KeyMarker": "test_c", "MaxUploads": 1, "IsTruncated": False}
    wrong = refused(
        owner.list_multipart_uploads, Bucket=bucket, KeyMarker="test_c", UploadIdMarker=made[1][1]
    )
    assert wrong == error(
        400,
        "InvalidArgument",
        "Invalid uploadId marker",
        ArgumentName="upload-id-marker",
        ArgumentValue=made[1][1],
    )


def test_uploads_by_prefix(owner: Any, bucket: str) -> None:
    for key in (*TREE, *DEEP):
        owner.create_multipart_upload(Bucket=bucket, Key=key)
    for prefix, found in (
        ("test/", ["test/bar/", "test/foo/"]),
        ("test/foo/", ["test/foo/bar/"]),
        ("test/foo/bar", ["test/foo/bar/"]),
    ):
        page = owner.list_multipart_uploads(
            Bucket=bucket, Prefix=prefix, Delimiter="/", EncodingType="url"
        )
        assert [one["Prefix"] for one in page["CommonPrefixes"]] == found
        assert (page["NextKeyMarker"], page["NextUploadIdMarker"]) == ("", "")
    narrow: dict[str, Any] = {"Prefix": "folder/", "Delimiter": "/", "MaxUploads": 1}
    start = owner.list_multipart_uploads(Bucket=bucket, **narrow)
    assert [one["Prefix"] for one in start["CommonPrefixes"]] == ["folder/aSubfolder/"]
    assert (start["IsTruncated"], start["NextKeyMarker"]) == (True, "")
    for marker in ("folder/aSubfolder/", "folder/aSubfolder/subFile1"):
        page = owner.list_multipart_uploads(Bucket=bucket, KeyMarker=marker, **narrow)
        assert [one["Key"] for one in page["Uploads"]] == ["folder/file1"]
        assert (page["IsTruncated"], page["NextKeyMarker"]) == (True, "folder/file1")


def test_parts_by_marker(owner: Any, bucket: str, me: str) -> None:
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = owner.create_multipart_upload(**upload)["UploadId"]

    def page(**asked: Any) -> tuple[list[int], int, int, int, bool]:
        shown = owner.list_parts(**upload, **asked)
        numbers = [part["PartNumber"] for part in shown.get("Parts", [])]
        marks = shown["PartNumberMarker"], shown["NextPartNumberMarker"]
        return numbers, *marks, shown["MaxParts"], shown["IsTruncated"]

    assert page() == ([], 0, 0, 1000, False)
    for number in (1, 2):
        owner.upload_part(**upload, PartNumber=number, Body=b"data")
    assert page() == ([1, 2], 0, 2, 1000, False)
    assert page(MaxParts=1) == ([1], 0, 1, 1, True)
    assert page(MaxParts=1, PartNumberMarker=1) == ([2], 1, 2, 1, False)
    assert page(MaxParts=1, PartNumberMarker=10) == ([], 10, 0, 1, False)
    shown = bare(owner.list_parts(**upload))
    assert shown["Owner"] == {"ID": me}
    assert set(shown["Initiator"]) == {"ID", "DisplayName"}
    assert shown["Parts"][0] == {
        "PartNumber": 1,
        "LastModified": DATE,
        "ETag": '"8d777f385d3dfec8815d20f7496026dc"',
        "Size": 4,
    }


@pytest.mark.parametrize("empty", ["part-number-marker", "max-parts"])
def test_an_empty_number_of_parts_is_none(owner: Any, bucket: str, empty: str) -> None:
    upload = {"Bucket": bucket, "Key": "k"}
    upload["UploadId"] = owner.create_multipart_upload(**upload)["UploadId"]
    owner.upload_part(**upload, PartNumber=1, Body=b"data")

    def add(request: Any, **_: Any) -> None:
        request.url += f"&{empty}="

    owner.meta.events.register("before-sign.s3.ListParts", add)
    try:
        shown = owner.list_parts(**upload)
    finally:
        owner.meta.events.unregister("before-sign.s3.ListParts", add)
    assert (shown["MaxParts"], shown["PartNumberMarker"]) == (1000, 0)
    assert shown["NextPartNumberMarker"] == 1


def test_parts_of_an_object(owner: Any, bucket: str) -> None:
    upload = {"Bucket": bucket, "Key": "k"}
    begun = owner.create_multipart_upload(**upload, ChecksumAlgorithm="SHA256")
    upload["UploadId"] = begun["UploadId"]
    parts = []
    for number, body in ((1, b"a" * (5 * 1024**2 + 1)), (2, b"end")):
        part = owner.upload_part(**upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256")
        part = {name: part[name] for name in ("ETag", "ChecksumSHA256")}
        parts.append({"PartNumber": number, **part})
    done = owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert (done["ChecksumType"], done["ChecksumSHA256"][-2:]) == ("COMPOSITE", "-2")

    def page(**asked: Any) -> dict[str, Any]:
        return bare(
            owner.get_object_attributes(
                Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts"], **asked
            )
        )

    whole = page()
    assert whole["ObjectParts"].pop("Parts") == [
        {"PartNumber": one["PartNumber"], "ChecksumSHA256": one["ChecksumSHA256"], "Size": size}
        for one, size in zip(parts, (5 * 1024**2 + 1, 3), strict=True)
    ]
    counts = {"TotalPartsCount": 2, "PartNumberMarker": 0, "NextPartNumberMarker": 2}
    assert whole == {
        "LastModified": DATE,
        "ObjectParts": {**counts, "MaxParts": 1000, "IsTruncated": False},
    }
    second = page(MaxParts=1, PartNumberMarker=1)["ObjectParts"]
    assert [part["PartNumber"] for part in second["Parts"]] == [2]
    beyond = page(MaxParts=1, PartNumberMarker=10)["ObjectParts"]
    assert beyond == {
        "TotalPartsCount": 2,
        "PartNumberMarker": 10,
        "NextPartNumberMarker": 0,
        "MaxParts": 1,
        "IsTruncated": False,
    }
