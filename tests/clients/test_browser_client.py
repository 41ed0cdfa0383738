"""The `browser` client opens listings, signed by URL where that is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clients import discover
from conformance.clients.base import ClientCannotError
from conformance.endpoint.endpoint import Credentials, Endpoint
from server_ref.server import S3Server
from tests.clients.optional import needed


@pytest.mark.browser
def test_listings_are_opened(tmp_path: Path) -> None:
    needed("browser")
    with S3Server(durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        signed = Endpoint(server.url, credentials=keys)
        raw = discover()["raw"](signed, tmp_path)
        raw.call("CreateBucket", {"Bucket": "seen"})
        raw.call("PutObject", {"Bucket": "seen", "Key": "a&b", "Body": b"x"})
        browser = discover()["browser"](signed, tmp_path)
        buckets = browser.call("ListBuckets", {})
        objects = browser.call("ListObjectsV2", {"Bucket": "seen", "Prefix": "a&"})
        refused = discover()["browser"](Endpoint(server.url), tmp_path).call("ListBuckets", {})
        for operation in ("GetObject", "PutObject"):
            with pytest.raises(ClientCannotError, match="address bar"):
                browser.call(operation, {"Bucket": "seen", "Key": "a&b"})
        raw.close()

    assert [one["Name"] for one in buckets.need("Buckets")] == ["seen"]
    assert [one["Key"] for one in objects.need("Contents")] == ["a&b"]
    assert "seen" in buckets.output and buckets.succeeded
    assert (refused.status, refused.succeeded) == (307, False)  # an unsigned GET / at S3
