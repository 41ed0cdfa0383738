"""Each difference is one of a behaviour's, and can be noticed: it changes what a server answers."""

from __future__ import annotations

import pytest
import requests

from s3compat.prove import _orphans
from server_ref import deviations
from server_ref.behaviours import load_behaviour
from server_ref.server import S3Server
from tests.server.aistore.transcript import Said, converse

PRODUCTS = {"AIStore": ("aistore", "aistore-3.12")}
DIFFERENCES = sorted(name for name, one in deviations.discover().items() if one.emulates)

# What has to differ already for a difference to be seen.
_ON_TOP_OF = {
    "ais-access-time": ("ais-list-access-time",),
    "ais-buckets-of-any-provider": ("ais-cluster",),
    "ais-cold-get": ("ais-cluster", "ais-buckets-of-any-provider"),
    "ais-list-backend": ("ais-cluster", "ais-buckets-of-any-provider"),
    "ais-head-checksum": ("ais-etags",),
    "ais-old-checksum": ("ais-cluster",),
    "ais-old-etags": ("ais-etags",),
}
_heard: dict[tuple[str, ...], list[Said]] = {}


def _hear(*names: str) -> list[Said]:
    """What a server with these deviations says; asked once a worker."""
    if names not in _heard:
        with S3Server(anonymous=True, durability="relaxed") as upstream:
            for path in ("/far", "/far/there.txt"):
                assert requests.put(f"{upstream.url}{path}", data=b"", timeout=30).ok
            with S3Server(
                deviations=names,
                anonymous=True,
                durability="relaxed",
                targets=3,
                features=["S3-Reverse-Proxy"] if len(names) > 1 else [],
                upstream=upstream.url,
                upstream_credential=upstream.credentials[0],
            ) as server:
                _heard[names] = converse(server)
    return _heard[names]


def test_a_difference_belongs_to_a_behaviour_of_its_product() -> None:
    used = {
        product: {name for behaviour in behaviours for name in load_behaviour(behaviour).deviations}
        for product, behaviours in PRODUCTS.items()
    }
    for name in DIFFERENCES:
        product = deviations.discover()[name].emulates
        assert name in used[product], f"{name} is in no behaviour of {product}"


def test_the_same_server_says_the_same_twice() -> None:
    with S3Server(anonymous=True, durability="relaxed") as server:
        assert converse(server) == _hear()


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_changes_an_answer(name: str) -> None:
    below = _ON_TOP_OF.get(name, ())

    assert _hear(*below, name) != _hear(*below)


def test_a_proof_asks_for_checks_of_faults_only() -> None:
    known = deviations.discover()
    faults = {name for name, one in known.items() if not one.emulates and not one.noticed_by}

    missed = _orphans({}, known)

    assert len(missed) == len(faults)
    assert not [said for said in missed if said.startswith("the deviation ais-")]
