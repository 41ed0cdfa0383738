"""GetObjectAttributes: what is asked for and nothing else, and the pages of the parts."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

KEY = {"Bucket": "object-attributes", "Key": "k"}
ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
FACTS = {*ALL, "LastModified", "VersionId", "DeleteMarker"}
SMALLEST = 5 << 20  # bytes of a part that is not the last


@pytest.fixture(scope="module")
def uploaded(owner: Any) -> Any:
    """A client of the owner of one object of four parts."""
    owner.create_bucket(Bucket=KEY["Bucket"])
    asked = {"ChecksumAlgorithm": "CRC32", "ChecksumType": "COMPOSITE"}
    upload = owner.create_multipart_upload(**KEY, **asked)["UploadId"]
    parts = []
    for number, size in ((1, SMALLEST), (2, SMALLEST), (5, SMALLEST), (9, 3)):
        told = {"PartNumber": number, "UploadId": upload, "ChecksumAlgorithm": "CRC32"}
        made = owner.upload_part(**KEY, **told, Body=b"x" * size)
        parts.append(
            {"PartNumber": number, "ETag": made["ETag"], "ChecksumCRC32": made["ChecksumCRC32"]}
        )
    owner.complete_multipart_upload(**KEY, UploadId=upload, MultipartUpload={"Parts": parts})
    return owner


def facts(client: Any, *wanted: str, **more: Any) -> dict[str, Any]:
    got = client.get_object_attributes(**KEY, ObjectAttributes=list(wanted), **more)
    return {name: value for name, value in got.items() if name in FACTS}


@pytest.mark.parametrize("wanted", [*([name] for name in ALL), ALL])
def test_only_what_was_asked_for(uploaded: Any, wanted: list[str]) -> None:
    got = facts(uploaded, *wanted)

    assert set(got) == {*wanted, "LastModified"}
    assert got.get("ObjectSize", 3 * SMALLEST + 3) == 3 * SMALLEST + 3
    assert got.get("StorageClass", "STANDARD") == "STANDARD"
    if "ETag" in got:
        assert got["ETag"].endswith("-4") and '"' not in got["ETag"]
    if "Checksum" in got:
        assert set(got["Checksum"]) == {"ChecksumCRC32", "ChecksumType"}
        assert got["Checksum"]["ChecksumType"] == "COMPOSITE"
        assert "-" not in got["Checksum"]["ChecksumCRC32"]


@pytest.mark.parametrize(
    ("asked", "numbers", "marker", "following", "size", "truncated"),
    [
        ({}, [1, 2, 5, 9], 0, 9, 1000, False),
        ({"MaxParts": 1}, [1, 2, 5, 9], 0, 9, 1000, False),  # counts only beside a marker
        ({"MaxParts": 2, "PartNumberMarker": 0}, [1, 2], 0, 2, 2, True),
        ({"MaxParts": 2, "PartNumberMarker": 2}, [5, 9], 2, 9, 2, False),
        ({"MaxParts": 1, "PartNumberMarker": 2}, [5], 2, 5, 1, True),
        ({"PartNumberMarker": 5}, [9], 5, 9, 1000, False),
        ({"PartNumberMarker": 9}, [], 9, 0, 1000, False),
        ({"MaxParts": 0, "PartNumberMarker": 1}, [], 1, 0, 0, False),
    ],
)
def test_a_page_of_the_parts(
    uploaded: Any,
    asked: dict[str, int],
    numbers: list[int],
    marker: int,
    following: int,
    size: int,
    truncated: bool,
) -> None:
    got = facts(uploaded, "ObjectParts", **asked)["ObjectParts"]

    assert got["TotalPartsCount"] == 4
    assert [part["PartNumber"] for part in got.get("Parts", [])] == numbers
    assert all(
        set(part) == {"PartNumber", "Size", "ChecksumCRC32"} for part in got.get("Parts", [])
    )
    assert [part["Size"] for part in got.get("Parts", [])] == [
        3 if number == 9 else SMALLEST for number in numbers
    ]
    assert (got["PartNumberMarker"], got["NextPartNumberMarker"]) == (marker, following)
    assert (got["MaxParts"], got["IsTruncated"]) == (size, truncated)


@pytest.mark.parametrize(
    ("wanted", "code", "argument"),
    [
        (["ETag", "Nothing"], "InvalidArgument", "Nothing"),
        ([], "InvalidRequest", None),
    ],
)
def test_what_is_no_attribute(
    uploaded: Any, wanted: list[str], code: str, argument: str | None
) -> None:
    with pytest.raises(ClientError) as error:
        facts(uploaded, *wanted)

    said = error.value.response["Error"]
    assert (said["Code"], said.get("ArgumentValue")) == (code, argument)
