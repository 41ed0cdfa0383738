"""One server with buckets of several regions: where they are, and how clients are led there."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from server_ref.gate.regions import check_regions, host_region
from server_ref.server import S3Server
from tests.server.conftest import OWNER

REGIONS = ("us-east-1", "eu-west-1", "us-west-2")


@pytest.fixture(scope="module")
def several() -> Iterator[S3Server]:
    """A server of three regions with a bucket in each."""
    with S3Server(accounts=(OWNER,), region=REGIONS, durability="relaxed") as running:
        for region in REGIONS:
            _client(running, region).create_bucket(
                Bucket=f"in-{region}",
                **(
                    {}
                    if region == "us-east-1"
                    else {"CreateBucketConfiguration": {"LocationConstraint": region}}
                ),
            )
        yield running


def _client(server: S3Server, region: str, **s3: Any) -> Any:
    return boto3.client(
        "s3",
        **{**server.client_kwargs, "region_name": region},
        config=Config(
            s3={"addressing_style": "path", **s3},
            retries={"total_max_attempts": 1},
        ),
    )


def _ask(
    server: S3Server, method: str, path: str, region: str, host: str = "", headers: Any = ()
) -> tuple[int, dict[str, str], str]:
    """One request signed for ``region``, and no redirect followed."""
    address = server.url.partition("//")[2]
    request = AWSRequest(
        method,
        f"http://{host or address}{path}",
        headers={"Host": host or address, **dict(headers)},
    )
    S3SigV4Auth(Credentials(OWNER.access_key, OWNER.secret_key), "s3", region).add_auth(request)
    connection = http.client.HTTPConnection(address, timeout=20)
    try:
        connection.request(method, path, headers=dict(request.headers.items()))
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("asked", REGIONS)
def test_an_sdk_finds_a_bucket_of_another_region(
    several: S3Server, asked: str, region: str
) -> None:
    client = _client(several, asked)
    bucket = f"in-{region}"
    key = f"from-{asked}"

    client.put_object(Bucket=bucket, Key=key, Body=b"found")

    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"found"
    assert client.head_bucket(Bucket=bucket)["BucketRegion"] == region


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/in-eu-west-1"), ("GET", "/in-eu-west-1/key"), ("PUT", "/in-eu-west-1/key")],
)
def test_a_signature_for_another_region_is_told_the_right_one(
    several: S3Server, method: str, path: str
) -> None:
    status, headers, text = _ask(several, method, path, "us-east-1")

    assert status == 400
    assert headers["x-amz-bucket-region"] == "eu-west-1"
    assert "<Code>AuthorizationHeaderMalformed</Code>" in text
    assert "the region 'us-east-1' is wrong; expecting 'eu-west-1'" in text
    assert "<Region>eu-west-1</Region>" in text


def test_a_head_of_a_bucket_elsewhere_names_its_region_in_a_header(several: S3Server) -> None:
    status, headers, text = _ask(several, "HEAD", "/in-eu-west-1", "us-east-1")

    assert (status, headers["x-amz-bucket-region"], text) == (400, "eu-west-1", "")


def test_the_endpoint_of_another_region_redirects(several: S3Server) -> None:
    host = "s3.us-west-2.amazonaws.com"

    status, headers, text = _ask(several, "GET", "/in-eu-west-1", "us-west-2", host)

    assert (status, headers["x-amz-bucket-region"]) == (301, "eu-west-1")
    assert "<Code>PermanentRedirect</Code>" in text
    assert "<Endpoint>s3.eu-west-1.amazonaws.com</Endpoint>" in text
    assert "<Bucket>in-eu-west-1</Bucket>" in text
    assert "location" not in headers


def test_the_redirect_of_a_host_with_a_bucket_keeps_the_bucket(several: S3Server) -> None:
    host = "in-eu-west-1.s3.us-west-2.amazonaws.com"

    status, _, text = _ask(several, "GET", "/key", "us-west-2", host)

    assert status == 301
    assert "<Endpoint>in-eu-west-1.s3.eu-west-1.amazonaws.com</Endpoint>" in text


def test_the_endpoint_of_its_own_region_serves_a_bucket(several: S3Server) -> None:
    assert (
        _ask(several, "GET", "/in-us-west-2", "us-west-2", "s3.us-west-2.amazonaws.com")[0] == 200
    )
    assert _ask(several, "GET", "/", "us-west-2", "in-us-west-2.s3.us-west-2.localhost")[0] == 200


def test_where_a_bucket_is_can_be_asked_from_any_region(several: S3Server) -> None:
    status, _, text = _ask(several, "GET", "/in-eu-west-1?location", "us-east-1")

    assert status == 200
    assert ">eu-west-1</LocationConstraint>" in text


def test_a_region_the_server_has_not(several: S3Server) -> None:
    status, _, text = _ask(several, "GET", "/", "sa-east-1")

    assert status == 400
    assert "expecting 'us-east-1'" in text


@pytest.mark.parametrize("region", ["eu-west-1", "us-west-2"])
def test_a_bucket_of_another_region_cannot_be_made_again(several: S3Server, region: str) -> None:
    client = _client(several, "us-east-1")
    with pytest.raises(ClientError) as raised:
        client.create_bucket(
            Bucket=f"in-{region}", CreateBucketConfiguration={"LocationConstraint": region}
        )
    error = raised.value.response["Error"]
    assert (error["Code"], error["BucketName"]) == ("BucketAlreadyOwnedByYou", f"in-{region}")
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_a_bucket_elsewhere_cannot_be_made_again_without_a_region(several: S3Server) -> None:
    with pytest.raises(ClientError, match="BucketAlreadyOwnedByYou"):
        _client(several, "us-east-1").create_bucket(Bucket="in-eu-west-1")


def test_a_bucket_of_us_east_1_can_be_made_again(several: S3Server) -> None:
    answer = _client(several, "us-east-1").create_bucket(Bucket="in-us-east-1")

    assert answer["Location"] == "/in-us-east-1"


@pytest.mark.parametrize(
    ("client_region", "constraint", "said"),
    [
        ("us-west-2", None, "unspecified"),
        ("us-west-2", "eu-west-1", "eu-west-1"),
        ("us-west-2", "us-east-1", "us-east-1"),
        ("us-west-2", "EU", "EU"),
        ("us-west-2", "bar", "bar"),
    ],
)
def test_a_constraint_that_is_not_the_endpoint_s_region(
    several: S3Server, client_region: str, constraint: str | None, said: str
) -> None:
    wanted = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
    with pytest.raises(ClientError) as raised:
        _client(several, client_region).create_bucket(Bucket="nowhere", **wanted)
    error = raised.value.response["Error"]
    assert error["Code"] == "IllegalLocationConstraintException"
    assert error["Message"] == (
        f"The {said} location constraint is incompatible for the region specific endpoint this"
        " request was sent to."
    )


def test_buckets_are_listed_by_region(several: S3Server) -> None:
    found = {
        region: [
            (bucket["Name"], bucket["BucketRegion"])
            for bucket in _client(several, region).list_buckets(BucketRegion=region, Prefix="in-")[
                "Buckets"
            ]
        ]
        for region in REGIONS
    }

    assert found == {one: [(f"in-{one}", one)] for one in REGIONS}


def test_listings_name_the_region(several: S3Server) -> None:
    for query in ("", "?list-type=2"):
        _, headers, _ = _ask(several, "GET", f"/in-eu-west-1{query}", "eu-west-1")
        assert headers["x-amz-bucket-region"] == "eu-west-1"


@pytest.mark.parametrize(
    ("method", "path", "region"),
    [
        ("HEAD", "", "eu-west-1"),
        ("GET", "", "eu-west-1"),
        ("GET", "?list-type=2", "eu-west-1"),
        ("GET", "?versions", None),
        ("GET", "?acl", None),
        ("GET", "/key", None),
        ("HEAD", "/key", None),
        ("PUT", "/key", None),
    ],
)
def test_who_may_not_list_learns_the_region(
    several: S3Server, method: str, path: str, region: str | None
) -> None:
    connection = http.client.HTTPConnection(several.url.partition("//")[2], timeout=20)
    connection.request(method, f"/in-eu-west-1{path}")
    answer = connection.getresponse()
    connection.close()

    assert (answer.status, answer.headers["x-amz-bucket-region"]) == (403, region)


def test_a_presigned_url_for_another_region(several: S3Server) -> None:
    client = boto3.client(
        "s3",
        **{**several.client_kwargs, "region_name": "us-west-2"},
        config=Config(s3={"addressing_style": "path"}, signature_version="s3v4"),
    )
    url = client.generate_presigned_url(
        "get_object", Params={"Bucket": "in-eu-west-1", "Key": "key"}
    )
    connection = http.client.HTTPConnection(several.url.partition("//")[2], timeout=20)
    connection.request("GET", url.partition(several.url)[2])
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()

    assert answer.status == 400
    assert answer.headers["x-amz-bucket-region"] == "eu-west-1"
    assert "<Code>AuthorizationQueryParametersError</Code>" in text
    assert "<Region>eu-west-1</Region>" in text


def test_one_region_is_as_it_was() -> None:
    with S3Server(accounts=(OWNER,), durability="relaxed") as server:
        client = _client(server, "us-east-1")
        client.create_bucket(
            Bucket="labelled", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        client.put_object(Bucket="labelled", Key="key", Body=b"here")

        assert client.get_bucket_location(Bucket="labelled")["LocationConstraint"] == "eu-west-1"


def test_hosts_that_name_a_region() -> None:
    hosts = {
        "s3.eu-west-1.amazonaws.com": "eu-west-1",
        "s3-eu-west-1.amazonaws.com": "eu-west-1",
        "bucket.s3.dualstack.us-west-2.amazonaws.com": "us-west-2",
        "bucket.s3-fips.dualstack.us-west-2.amazonaws.com": "us-west-2",
        "s3-fips.us-west-2.amazonaws.com": "us-west-2",
        "a.b.s3.us-west-2.localhost:9000": "us-west-2",
        "s3.amazonaws.com": None,
        "s3.nowhere-real-9.amazonaws.com": None,
        "s3.localhost": None,
        "127.0.0.1:9000": None,
        "eu-west-1.example.com": None,
    }
    assert {host: host_region(host) for host in hosts} == hosts


def test_a_region_nobody_has_is_refused() -> None:
    with pytest.raises(ValueError, match="'mars-1' is no region of S3"):
        check_regions(("us-east-1", "mars-1"))
    assert check_regions(("own-1",)) == ("own-1",)
    assert check_regions(("us-east-1", "us-east-1")) == ("us-east-1",)
