"""Buckets as AIStore answers them: create, head, destroy, list, versioning."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask

NS = "{http://s3.amazonaws.com/doc/2006-03-01}"  # without Amazon's last slash


def test_create_is_empty_and_has_no_location(ask: Ask) -> None:
    answer = ask("PUT", "/created-plainly")

    assert (answer.status_code, answer.content) == (200, b"")
    assert "Location" not in answer.headers
    assert not {"server", "x-amz-request-id", "x-amz-id-2"} & {
        one.lower() for one in answer.headers
    }
    assert ask("HEAD", "/created-plainly").headers["Server"] == "AIStore"


def test_create_again_is_a_conflict(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as error:
        s3.create_bucket(Bucket=bucket)

    response = error.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert response["Error"]["Code"] == "BucketAlreadyExists"


@pytest.mark.parametrize("name", ["UPPER", "under_score", "ab"])
def test_names_that_amazon_refuses(ask: Ask, name: str) -> None:
    assert ask("PUT", f"/{name}").status_code == 200
    assert ask("DELETE", f"/{name}").status_code == 200


def test_a_bad_name_has_no_code(ask: Ask) -> None:
    answer = ask("PUT", "/no%20spaces")

    assert answer.status_code == 400
    assert ElementTree.fromstring(answer.content).findtext("Code") == ""


def test_regions_are_ignored(s3: Any) -> None:
    s3.create_bucket(
        Bucket="anywhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )

    assert s3.head_bucket(Bucket="anywhere")["BucketRegion"] == "ais"


def test_head(ask: Ask, bucket: str) -> None:
    found, missing = ask("HEAD", f"/{bucket}"), ask("HEAD", "/no-such-bucket")

    assert (found.status_code, found.headers["X-Amz-Bucket-Region"]) == (200, "ais")
    assert missing.status_code == 404


def test_destroy_takes_the_objects_with_it(ask: Ask, bucket: str) -> None:
    for number in range(3):
        ask("PUT", f"/{bucket}/{number}", data=b"x")

    answer = ask("DELETE", f"/{bucket}")

    assert answer.status_code == 200
    assert ask("HEAD", f"/{bucket}").status_code == 404
    ask("PUT", f"/{bucket}")
    assert ask("GET", f"/{bucket}/0").status_code == 404


def test_list_names_owner_and_providers(ask: Ask, bucket: str) -> None:
    root = ElementTree.fromstring(ask("GET", "/").content)

    assert root.tag == f"{NS}ListAllMyBucketsResult"
    assert root.findtext(f"{NS}Owner/{NS}ID") == "1"
    mine = next(one for one in root.iter(f"{NS}Bucket") if one.findtext(f"{NS}Name") == bucket)
    assert mine.findtext(f"{NS}String") == "Provider: ais"
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", mine.findtext(f"{NS}CreationDate") or ""
    )


def test_list_warns_where_two_providers_share_a_name(
    direct: S3Server, ask: Ask, bucket: str
) -> None:
    made = requests.post(
        f"{direct.root_url}/v1/buckets/{bucket}?provider=aws",
        json={"action": "create-bck"},
        timeout=30,
    )
    assert made.status_code == 200

    said = {
        one.findtext(f"{NS}String")
        for one in ElementTree.fromstring(ask("GET", "/").content).iter(f"{NS}Bucket")
        if one.findtext(f"{NS}Name") == bucket
    }

    ais, aws = f"{bucket}, Provider: ais", f"{bucket}, Provider: aws"
    first, second = "Provider: ais", "Provider: aws"
    assert said in (
        {first, f"{second} (WARNING: {{{ais}}} and {{{aws}}} share the same name)"},
        {second, f"{first} (WARNING: {{{aws}}} and {{{ais}}} share the same name)"},
    )
    assert ask("HEAD", f"/{bucket}").status_code == 200


def test_the_order_of_the_list_is_not_stable(ask: Ask) -> None:
    for number in range(6):
        ask("PUT", f"/ordered-{number}")

    seen = {
        tuple(re.findall(r"<Name>(ordered-\d)</Name>", ask("GET", "/").text)) for _ in range(20)
    }

    assert len(seen) > 1


def test_versioning_is_on_from_the_start_and_can_be_suspended(s3: Any, bucket: str) -> None:
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_only_the_last_version_is_kept(s3: Any, ask: Ask, bucket: str) -> None:
    for body in (b"one", b"two"):
        assert "VersionId" not in s3.put_object(Bucket=bucket, Key="key", Body=body)

    listing = ask("GET", f"/{bucket}?versions")

    assert listing.text.count("<Key>key</Key>") == 1
    assert "<ListBucketResult" in listing.text
    assert s3.get_object(Bucket=bucket, Key="key", VersionId="any")["Body"].read() == b"two"
    s3.delete_object(Bucket=bucket, Key="key")
    assert ask("GET", f"/{bucket}/key").status_code == 404


def test_options_is_fine(ask: Ask, bucket: str) -> None:
    for path in ("/", f"/{bucket}", f"/{bucket}/key"):
        answer = ask("OPTIONS", path)
        assert (answer.status_code, answer.content) == (200, b"")
