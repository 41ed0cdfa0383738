"""AIStore's native API by plain requests: what its SDK does not ask for."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from server_ref.server import S3Server


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"action": "set-config", "value": {"features": "8192"}}, 200),
        ({"action": "set-config", "value": {"features": "x"}}, 400),
        ({"action": "set-config", "value": {"timeout": "1"}}, 400),
        ({"action": "set-config", "value": "8192"}, 400),
        ({"action": "shutdown", "value": {"features": "8192"}}, 501),
    ],
)
def test_features_are_switched_by_a_message(message: dict[str, Any], status: int) -> None:
    with S3Server(behaviour="aistore", durability="relaxed") as server:
        url = f"{server.root_url}/v1/cluster"
        assert requests.put(url, json=message, timeout=30).status_code == status
        shown = requests.get(f"{url}?what=cluster_config", timeout=30).json()
        assert (shown["features"] == "8192") is (status == 200)


def test_a_listing_has_the_properties_that_are_asked_for(direct: S3Server, bucket: str) -> None:
    object_url = f"{direct.root_url}/v1/objects/{bucket}/key?provider=ais"
    for _ in range(2):
        requests.put(object_url, data=b"hello", timeout=30)
    listing = f"{direct.root_url}/v1/buckets/{bucket}?provider=ais"

    def entry(props: str) -> dict[str, Any]:
        asked = {"action": "list", "value": {"props": props}}
        answer = requests.get(
            listing, json=asked, headers={"Accept": "application/json"}, timeout=30
        )
        (found,) = answer.json()["entries"]
        assert found.pop("name") == "key"
        found.pop("flags")
        return dict(found)

    assert entry("name") == {}
    assert entry("name,size,version,copies,checksum") == {
        "size": 5,
        "version": "2",
        "copies": 1,
        "checksum": "26c7827d889f6da3",
    }
    assert entry("") == {"size": 5}
