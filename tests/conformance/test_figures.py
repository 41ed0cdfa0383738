"""The suite's figures: what S3 and the programs it runs have, and what one endpoint may cost.

Most are too large to be reached in a test; where one is not, a test beside it goes to the bound.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.verdict import ExitCode
from conformance.model.weight import Weight
from tests.figures import figure

KIB, MIB, GIB = 1024, 1024**2, 1024**3

OF_OTHERS = {
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "endpoint.smoke:LARGEST_SKEW": 15 * 60,
    "run.cleanup:BATCH": 1000,
    "trial.ledger:SHORTEST_NAME": 3,
    "trial.ledger:PROTECTING": {403, 409, 412},
    "trial.ledger:DENIED": 403,
    "trial.expect:DECIDED_BY": {403, 404, 412, 416},
    "trial.outcome:REFUSING": {400, 403, 405, 501},
    "trial.losses:FIRST_ERROR": 400,
    "trial.setup_client:REDIRECTS": {301, 302, 307, 308},
    # https://everything.curl.dev/cmdline/exitcode.html
    "clients.curl:NOT_REACHED": 7,
    "clients.curl:_OLDEST": (7, 87),
    # RFC 8878, 3.1.2; the window is what zstd itself takes
    "model.lines:_SKIPPABLE": range(0x184D2A50, 0x184D2A60),
}
# What a run asks of an endpoint, a machine and a reader. Who changes one of these means to.
BOUNDS = {
    "clients.ais:MOST_LOOKED_UP": 200,
    "clients.answers:MOST_PRINTED": MIB,
    "clients.answers:LONGEST_MEMBER": 2000,
    "clients.aws_s3api:INLINE": 32 * KIB,
    "clients.browser:EXPIRES": 300,
    "clients.command_line:COPY_BLOCK": 64 * KIB,
    "clients.fetching:_LAST_LINES": 5,
    "clients.libraries.program:_LONGEST": 2000,
    "clients.resident:LONGEST_ANSWER": MIB,
    "clients.resident:_LAST_WORDS": 500,
    "endpoint.smoke:READ_AT_MOST": 256 * KIB,
    "gate:FORMAT_VERSION": 1,
    "model.titles:FEW": 4,
    "model.lines:LONGEST_LINE": 64 * MIB,
    "model.lines:LARGEST": 2 * GIB,
    "model.nowhere:OFTEN": 3,
    "model.paths:_ORDINALS": {0: "first", 1: "second", 2: "third", -1: "last"},
    "model.printable:LONGEST": 2000,
    "model.records:FORMAT_VERSION": 1,
    "model.values:_LONG": 6,
    "run.cleanup:ROUNDS": 2000,
    "run.cleanup:LONGEST_IN_VAIN": 3,
    "run.made_result:LONGEST_REASON": 4000,
    "run.plan:SMALLEST_COUNTED": 64 * KIB,
    "run.plan:LARGEST_COUNTED": GIB,
    "run.plan:USUAL_BYTES": 600,
    "run.progress:SHOWN_LINES": 10,
    "run.progress:SHOWN_REASON": 200,
    "run.progress:SHOWN_TROUBLES": 10,
    "run.progress:FRAMES": 6,
    "run.progress:ENOUGH_SEEN": 10,
    "run.session:SHARED_TRIES": 3,
    "run.sharding:MOST_SHARDS": 10_000,
    "run.sharding:_LEAST": 1,
    "run.table:UNBOUNDED": 10_000,
    "run.table:LEAST_TITLE": 20,
    "trial.expect:SHOWN": 400,
    "trial.failure_text:BODY_SHOWN": 1500,
    "trial.ledger:MOST": 400,
    "trial.losses:MOST_BUCKETS": 4,
    "trial.losses:MOST_OBJECTS": 8,
    "trial.patience:ATTEMPTS": 5,
    "trial.patience:CONNECTION_ATTEMPTS": 5,
    "trial.reasons:TRACE_FRAMES": 8,
    "trial.setup_client:HOPS": 4,
    "trial.setup_client:REGIONS": 8,
    "trial.trial:MAX_CALLS_KEPT": 200,
}


@pytest.mark.parametrize(("place", "is_"), [*OF_OTHERS.items(), *BOUNDS.items()])
def test_a_figure(place: str, is_: Any) -> None:
    assert figure(f"conformance.{place}") == is_


def test_the_requests_of_the_steps_of_a_check() -> None:
    """As they are counted where `s3compat run --budget` draws checks."""
    assert figure("conformance.run.plan:REQUESTS") == {
        "call": 1,
        "cli": 1,
        "raw": 1,
        "wire": 1,
        "call_by": 4,
        "open": 1,
        "bucket_name": 2,
        "given.call": 1,
        "given.object": 1,
        "given.bucket": 3,
        "given.versioned_bucket": 5,
        "given.bucket_with_acls": 6,
        "given.opened": 3,
    }


def test_what_a_command_ends_with() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "GOOD": 0,
        "NOT_CONFORMING": 1,
        "USAGE": 2,
        "NOTHING_RAN": 3,
        "HARNESS": 4,
    }


def test_the_worst_weight_comes_first() -> None:
    assert [weight.name for weight in sorted(Weight)] == [
        "DATA_LOST",
        "NO_ANSWER",
        "WRONGLY_ACCEPTED",
        "WRONGLY_REFUSED",
        "WRONG_DATA",
        "WRONG_CODE",
        "MISSING_HEADER",
        "NOT_IMPLEMENTED",
        "NOT_SET_UP",
    ]
