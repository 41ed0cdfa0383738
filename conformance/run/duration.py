"""How long a run will take, by what an outcome of each client took when it was measured.

Measured on the reference server: the whole matrix, two workers on two cores. A distant endpoint
takes a round trip more for each request; `TimeLeft` in progress.py then knows better.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.run.plan import Planned

STARTING = 5.0  # seconds before the first outcome, and for the end
OVERHEAD = 1.3  # a run took so much longer than the outcomes of its workers together
SECONDS = {"raw": 0.05, "boto3": 0.07, "s3cmd": 0.14, "aws-s3api": 0.24, "aws-s3": 0.33}
OTHERWISE = 0.25  # of a client that was not measured


def expected_seconds(planned: Iterable[Planned], workers: int, cores: int) -> float:
    """About how many seconds these outcomes take against a server that is near and quick."""
    work = sum(SECONDS.get(one.client, OTHERWISE) for one in planned)
    return STARTING + OVERHEAD * work / max(1, min(workers, cores))


def in_words(seconds: float) -> str:
    """A duration for reading: seconds while they are few, then minutes."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
