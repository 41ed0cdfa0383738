"""The checks of virtual-hosted buckets ask for no bucket but the run's, whoever is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Outcome
from conformance.trial.check import discover
from s3compat.prove import _session, session_on
from server_ref.server import S3Server
from tests.hostile import Hostile, answer


def test_an_address_whose_server_looks_at_no_host_is_not_tried(tmp_path: Path) -> None:
    """Such a server answers the host of any bucket, one that was never made too."""

    def behave(method: str, target: str) -> Iterator[bytes]:
        if method == "GET" and target == "/":
            return answer(200, b"<ListAllMyBucketsResult/>")
        return answer(200, b"", 'ETag: "x"')

    with Hostile(behave) as server:
        endpoint = Endpoint(url=server.url, credentials=Credentials("key", "secret-of-a-test"))
        with _session(endpoint, tmp_path) as session:
            results = [
                session.run(check, "raw")
                for check in discover().values()
                if check.row == "virtual-hosted" and not check.id.endswith("dots_has_a_host")
            ]
    assert len(results) > 5
    for result in results:
        assert result.outcome is Outcome.NOT_TRIED, result
        assert "does not look at the host" in result.reason


def test_where_the_host_is_not_looked_at_the_path_names_a_bucket_of_the_run(
    tmp_path: Path,
) -> None:
    """A server that does not look at the host takes the first segment of a path for a bucket."""
    named = set()
    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        for check in discover().values():
            if check.row != "virtual-hosted":
                continue
            result = session.run(check, "raw")
            for call in result.calls:
                for exchange in call.exchanges:
                    target = exchange.request.start_line.split(" ")[1].partition("?")[0]
                    named.add(next((one for one in unquote(target).split("/") if one), ""))
        ours = session.shared_bucket().rpartition("-")[0]
    assert len(named) > 5
    assert {one for one in named if one and not one.startswith(ours)} == set()
