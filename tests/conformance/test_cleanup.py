"""Cleaning up on endpoints that do not do what they are told: it ends, and says what stayed."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from conformance.cleanup import Remover
from conformance.endpoint import Credentials, Endpoint
from conformance.roster import client_classes
from server_ref.server import S3Server

BATCHES_LIE = "deletion-version-id-ignored"  # DeleteObjects makes markers instead


@pytest.mark.parametrize("deviation", [None, BATCHES_LIE])
def test_a_versioned_bucket(deviation: str | None, tmp_path: Path) -> None:
    deviations = [deviation] if deviation else []
    with S3Server(deviations=deviations, durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        s3.put_bucket_versioning(Bucket="ours", VersioningConfiguration={"Status": "Enabled"})
        for key in ("a", "b", "a"):
            s3.put_object(Bucket="ours", Key=key, Body=b"x")
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        left = Remover(raw, claimed=lambda _: True).remove("ours")
        raw.close()
        there = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert left == []
    assert there == []


def test_with_the_least_an_endpoint_claims(tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="ours")
        for number in range(5):
            s3.put_object(Bucket="ours", Key=f"k{number}", Body=b"x")
        keys = Credentials(server.access_key, server.secret_key)
        raw = client_classes()["raw"](Endpoint(url=server.url, credentials=keys), tmp_path)
        assert Remover(raw, claimed=lambda _: False).remove("ours") == []
        assert Remover(raw, claimed=lambda _: False).remove("never-there") == []
        raw.close()
        assert s3.list_buckets()["Buckets"] == []
