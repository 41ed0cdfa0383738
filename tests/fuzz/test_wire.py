"""A slice of the fuzz run: hostile requests get an S3 answer, never a 500, a hang or a crash."""

from __future__ import annotations

import pytest

from s3compat import S3Server
from tests.fuzz.wire import KINDS, furnish, fuzz


@pytest.mark.slow
@pytest.mark.parametrize("start", [1, 1_000_000])
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_requests_are_refused_politely(start: int, kind: str) -> None:
    """No answer is a 500 other than NotImplemented, and every connection ends."""
    with S3Server(anonymous=True, durability="relaxed") as server:
        port = int(server.url.rsplit(":", 1)[1].rstrip("/"))
        furnish(port)
        findings = fuzz(port, range(start, start + 3000), KINDS[kind])
        assert findings.wrong == {}
        assert {200, 400, 404} <= findings.statuses.keys(), "the cases do not reach the operations"
