"""Listings as Amazon S3 was recorded to answer them: every member of every page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.conftest import refused, send
from tests.server.recorded.answers import DATE, bare, error

TREE = ("folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2")
DEEP = ("test/bar/foo/123", "test/foo/bar/123", "test/foo/bar/456")
ETAG = '"900150983cd24fb0d6963f7d28e17f72"'
ESCAPED = (
    "a/%F0%9F%98%80/",
    *(f"date=2026-0{month}-01/" for month in (1, 2, 3, 5)),
    "file%2Fname",
    "test key/",
    "test key//",
    "test%123",
    "test%percent",
    "test@key/",
)


def fill(owner: Any, bucket: str, *keys: str, versioned: bool = False) -> None:
    if versioned:
        owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in keys:
        owner.put_object(Bucket=bucket, Key=key, Body=b"abc")


def content(key: str, owner_id: str | None = None, **more: Any) -> dict[str, Any]:
    shown = {
        "Key": key,
        "LastModified": DATE,
        "ETag": ETAG,
        "ChecksumAlgorithm": ["CRC32"],
        "ChecksumType": "FULL_OBJECT",
        "Size": 3,
        "StorageClass": "STANDARD",
        **more,
    }
    return shown if owner_id is None else {**shown, "Owner": {"ID": owner_id}}


def test_objects_by_marker(owner: Any, bucket: str, me: str) -> None:
    fill(owner, bucket, *TREE)
    said = {"Name": bucket, "Prefix": "", "Marker": "", "EncodingType": "url"}
    assert bare(owner.list_objects(Bucket=bucket)) == {
        **said,
        "MaxKeys": 1000,
        "IsTruncated": False,
        "Contents": [content(key, me) for key in TREE],
    }
    narrow = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    pages: list[tuple[str, str | None, dict[str, Any]]] = [
        ("", "folder/aSubfolder/", {"CommonPrefixes": [{"Prefix": "folder/aSubfolder/"}]}),
        ("folder/aSubfolder/", "folder/file1", {"Contents": [content("folder/file1", me)]}),
        ("folder/aSubfolder/subFile1", "folder/file1", {"Contents": [content(TREE[2], me)]}),
        ("folder/file1", None, {"Contents": [content("folder/file2", me)]}),
    ]
    for marker, after, found in pages:
        more = {"IsTruncated": False} if after is None else {"NextMarker": after}
        page = bare(owner.list_objects(Bucket=bucket, Marker=marker, **narrow))
        assert page == {**said, **narrow, "IsTruncated": True, **more, "Marker": marker, **found}


def test_next_marker_is_for_delimiters_only(owner: Any, bucket: str) -> None:
    fill(owner, bucket, "test_0", "test_1", "test_2")
    assert owner.list_objects(Bucket=bucket, MaxKeys=1, Delimiter="/")["NextMarker"] == "test_0"
    for marker in ("", "test_0"):
        page = owner.list_objects(Bucket=bucket, MaxKeys=1, Marker=marker)
        assert (page["IsTruncated"], page["Marker"], page.get("NextMarker")) == (True, marker, None)


@pytest.mark.parametrize(
    ("delimiter", "found", "more"),
    [
        ("", "Contents", {}),
        ("/", "CommonPrefixes", {"Delimiter": "/"}),
        ("%2F", "Contents", {"Delimiter": "%252F"}),
    ],
)
def test_delimiters(
    owner: Any, bucket: str, delimiter: str, found: str, more: dict[str, str]
) -> None:
    fill(owner, bucket, "test/foo/bar/123")
    page = bare(
        owner.list_objects(
            Bucket=bucket, Prefix="test/", Delimiter=delimiter, MaxKeys=1, EncodingType="url"
        )
    )
    assert len(page.pop(found)) == 1
    assert page == {
        "Name": bucket,
        "Prefix": "test/",
        "Marker": "",
        "MaxKeys": 1,
        "IsTruncated": False,
        "EncodingType": "url",
        **more,
    }


def test_nobody_is_told_the_owner(
    server: S3Server, owner: Any, nobody: Any, open_bucket: str, me: str
) -> None:
    fill(owner, open_bucket, "k")
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    assert bare(owner.list_objects(Bucket=open_bucket))["Contents"] == [content("k", me)]
    assert bare(nobody.list_objects(Bucket=open_bucket))["Contents"] == [content("k")]
    document = send(server, "GET", f"/{open_bucket}").body
    assert b"<Marker></Marker>" in document or b"<Marker/>" in document
    assert b"EncodingType" not in document


def test_objects_by_token(owner: Any, bucket: str) -> None:
    fill(owner, bucket, *TREE)
    narrow: dict[str, Any] = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    said = {"Name": bucket, "EncodingType": "url", "KeyCount": 1, **narrow}
    token: dict[str, str] = {}
    for found in (
        {"CommonPrefixes": [{"Prefix": "folder/aSubfolder/"}]},
        {"Contents": [content("folder/file1")]},
        {"Contents": [content("folder/file2")]},
    ):
        page = bare(owner.list_objects_v2(Bucket=bucket, **narrow, **token))
        after = page.pop("NextContinuationToken", None)
        assert page == {**said, "IsTruncated": after is not None, **token, **found}
        token = {"ContinuationToken": after}
    assert after is None
    for prefix, count in (("test/", 0), ("folder/", 4), ("folder/f", 2)):
        page = owner.list_objects_v2(Bucket=bucket, Prefix=prefix, EncodingType="url")
        assert (page["KeyCount"], len(page.get("Contents", []))) == (count, count)


def test_prefixes_and_delimiters(owner: Any, bucket: str) -> None:
    fill(owner, bucket, *DEEP)
    for prefix, found in (
        ("test/", ["test/bar/", "test/foo/"]),
        ("test/foo", ["test/foo/"]),
        ("test/foo/bar", ["test/foo/bar/"]),
    ):
        page = bare(owner.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/"))
        assert page["CommonPrefixes"] == [{"Prefix": one} for one in found]
        assert (page["KeyCount"], page["Prefix"]) == (len(found), prefix)
        assert "Contents" not in page


def test_a_token_beside_start_after(owner: Any, bucket: str) -> None:
    fill(owner, bucket, *(f"test_{number}" for number in range(12)))
    token = owner.list_objects_v2(Bucket=bucket, MaxKeys=5)["NextContinuationToken"]
    rest = bare(owner.list_objects_v2(Bucket=bucket, ContinuationToken=token))
    assert [one["Key"] for one in rest["Contents"]] == [f"test_{n}" for n in range(3, 10)]
    both = {"StartAfter": "test_7", "ContinuationToken": token}
    assert bare(owner.list_objects_v2(Bucket=bucket, **both)) == rest
    after = bare(owner.list_objects_v2(Bucket=bucket, StartAfter="test_7", MaxKeys=2))
    assert (after["StartAfter"], after["KeyCount"], after["IsTruncated"]) == ("test_7", 2, False)
    assert refused(owner.list_objects_v2, Bucket=bucket, ContinuationToken="") == error(
        400,
        "InvalidArgument",
        "The continuation token provided is incorrect",
        ArgumentName="continuation-token",
    )


def test_keys_that_look_encoded(owner: Any, bucket: str) -> None:
    fill(owner, bucket, *ESCAPED)
    first = owner.list_objects_v2(Bucket=bucket, MaxKeys=5)
    assert tuple(one["Key"] for one in first["Contents"]) == ESCAPED[:5]
    token = first["NextContinuationToken"]
    rest = owner.list_objects_v2(Bucket=bucket, ContinuationToken=token)
    assert tuple(one["Key"] for one in rest["Contents"]) == ESCAPED[5:]
    raw = owner.list_objects_v2(
        Bucket=bucket, StartAfter="date=2026-02-01/", MaxKeys=2, EncodingType="url"
    )
    assert [one["Key"] for one in raw["Contents"]] == ["date%3D2026-03-01/", "date%3D2026-05-01/"]
    assert raw["StartAfter"] == "date%3D2026-02-01/"
    looks = owner.list_objects_v2(Bucket=bucket, StartAfter="date%3D2026-02-01/", MaxKeys=2)
    assert [one["Key"] for one in looks["Contents"]] == ["date=2026-01-01/", "date=2026-02-01/"]


def test_versions_by_markers(owner: Any, bucket: str, me: str) -> None:
    fill(owner, bucket, *TREE, versioned=True)
    ids = {}
    for row in owner.list_object_versions(Bucket=bucket)["Versions"]:
        ids[row["Key"]] = row["VersionId"]
    said = {"Name": bucket, "EncodingType": "url", "VersionIdMarker": ""}

    def version(key: str) -> dict[str, Any]:
        return content(key, me, IsLatest=True, VersionId=ids[key])

    whole = bare(owner.list_object_versions(Bucket=bucket))
    assert whole == {
        **said,
        "Prefix": "",
        "KeyMarker": "",
        "MaxKeys": 1000,
        "IsTruncated": False,
        "Versions": [version(key) for key in TREE],
    }
    narrow: dict[str, Any] = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    start = bare(owner.list_object_versions(Bucket=bucket, **narrow))
    assert start == {
        **said,
        **narrow,
        "KeyMarker": "",
        "IsTruncated": True,
        "NextKeyMarker": "folder/aSubfolder/",
        "CommonPrefixes": [{"Prefix": "folder/aSubfolder/"}],
    }
    for marker in ("folder/aSubfolder/", "folder/aSubfolder/subFile1"):
        page = bare(owner.list_object_versions(Bucket=bucket, KeyMarker=marker, **narrow))
        assert page == {
            **said,
            **narrow,
            "KeyMarker": marker,
            "IsTruncated": True,
            "NextKeyMarker": "folder/file1",
            "NextVersionIdMarker": ids["folder/file1"],
            "Versions": [version("folder/file1")],
        }
    end = bare(owner.list_object_versions(Bucket=bucket, KeyMarker="folder/file1", **narrow))
    assert (end["IsTruncated"], end["Versions"]) == (False, [version("folder/file2")])
    assert not {"NextKeyMarker", "NextVersionIdMarker"} & set(end)


def test_pages_within_the_versions_of_a_key(owner: Any, bucket: str) -> None:
    fill(owner, bucket, *["prefixed"] * 5, "other", versioned=True)
    narrow = {"Bucket": bucket, "Prefix": "prefix"}
    every = [row["VersionId"] for row in owner.list_object_versions(**narrow)["Versions"]]
    first = owner.list_object_versions(**narrow, MaxKeys=3)
    assert [row["IsLatest"] for row in first["Versions"]] == [True, False, False]
    assert first["NextVersionIdMarker"] == every[2]
    only_key = owner.list_object_versions(**narrow, KeyMarker="prefixed")
    assert ("Versions" in only_key, only_key["IsTruncated"]) == (False, False)
    markers = {"KeyMarker": "prefixed", "VersionIdMarker": every[2]}
    rest = owner.list_object_versions(**narrow, **markers)
    assert [row["VersionId"] for row in rest["Versions"]] == every[3:]
    removed = [{"Key": "prefixed", "VersionId": one} for one in every[:3]]
    owner.delete_objects(Bucket=bucket, Delete={"Objects": removed})
    rest = owner.list_object_versions(**narrow, **markers)
    found = [(row["VersionId"], row["IsLatest"]) for row in rest["Versions"]]
    assert found == [(every[3], True), (every[4], False)]
    alone = refused(owner.list_object_versions, Bucket=bucket, VersionIdMarker=every[3])
    assert alone == error(
        400,
        "InvalidArgument",
        "A version-id marker cannot be specified without a key marker.",
        ArgumentName="version-id-marker",
        ArgumentValue=every[3],
    )


def test_buckets(owner: Any, bucket: str, me: str) -> None:
    row = {"Name": bucket, "BucketArn": f"arn:aws:s3:::{bucket}", "CreationDate": DATE}
    assert row in bare(owner.list_buckets())["Buckets"]
    row["BucketRegion"] = "us-east-1"
    found = {"Owner": {"ID": me}, "Prefix": bucket}
    by_prefix = bare(owner.list_buckets(Prefix=bucket))
    assert by_prefix["Buckets"][0] == row
    nothing = bare(owner.list_buckets(Prefix=bucket.upper()))
    assert nothing == {**found, "Buckets": [], "Prefix": bucket.upper()}
    first = owner.list_buckets(MaxBuckets=1)
    assert re.fullmatch(r"\S+", first["ContinuationToken"])
    empty = owner.list_buckets(MaxBuckets=1, ContinuationToken="")
    assert empty["Buckets"] == first["Buckets"]
    assert refused(owner.list_buckets, BucketRegion="eu-east-1") == error(
        400,
        "InvalidArgument",
        "Argument value eu-east-1 is not a valid AWS Region",
        ArgumentName="bucket-region",
    )
