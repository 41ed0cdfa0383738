"""The sentence of a verdict, and what a run says at its end: how much fails, in plain words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from conformance.endpoint.endpoint import Endpoint
from conformance.model import Expectation, Outcome, Result, RunFooter, RunHeader, RunLog
from conformance.model.verdict import ExitCode, judge_results
from conformance.run.duration import expected_seconds, in_words
from conformance.run.plan import Planned
from s3compat.running.telling import tell
from tests.conformance.fakes import make_check

PASS, FAIL, BLOCKED = Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED


def result(
    check: str,
    outcome: Outcome,
    client: str = "raw",
    verified: str = "documented",
    status: str = "200",
) -> Result:
    row = "get-object"
    missed = Expectation(
        "GetObject: status", "404 NoSuchKey", status, False, operation="GetObject", answered=status
    )
    return Result(
        check=f"{row}.{check}",
        client=client,
        row=row,
        outcome=outcome,
        title="A title.",
        level="must",
        spec="https://example.org",
        verified=verified,
        reason=f"GetObject answered {status}, expected 404 NoSuchKey",
        expectations=(missed,) if outcome is FAIL else (),
    )


UNSURE = "(what S3 answers there is not known for sure)"


@pytest.mark.parametrize(
    ("results", "code", "sentence"),
    [
        ([result("a", PASS)], ExitCode.GOOD, "no scored check failed"),
        ([result("a", FAIL)], ExitCode.NOT_CONFORMING, "1 check fails"),
        (
            [result("a", FAIL), result("a", FAIL, "boto3"), result("b", FAIL)],
            ExitCode.NOT_CONFORMING,
            "2 checks fail (3 outcomes)",
        ),
        (
            [result("a", FAIL), result("b", BLOCKED), result("b", BLOCKED, "boto3")],
            ExitCode.NOT_CONFORMING,
            "1 check fails, and 1 check could not be set up (2 outcomes)",
        ),
        (
            [result("a", PASS), result("b", FAIL, verified="observed")],
            ExitCode.GOOD,
            "no scored check failed; 1 check fails and is only shown " + UNSURE,
        ),
        (
            [result("a", FAIL, verified="observed"), result("b", PASS, verified="observed")],
            ExitCode.GOOD,
            f"2 checks ran and are only shown {UNSURE}: 1 check fails",
        ),
        (
            [result("a", PASS), result("b", BLOCKED, verified="observed")],
            ExitCode.GOOD,
            "no scored check failed; 1 check could not be set up and is only shown " + UNSURE,
        ),
        (
            [
                result("a", BLOCKED, verified="observed"),
                result("b", FAIL, verified="observed"),
                result("c", PASS),
            ],
            ExitCode.GOOD,
            "no scored check failed; 1 check fails, 1 check could not be set up and are only shown "
            + UNSURE,
        ),
        (
            [result("a", BLOCKED, verified="observed")],
            ExitCode.GOOD,
            f"1 check ran and is only shown {UNSURE}: 1 check could not be set up",
        ),
        (
            [result("a", BLOCKED, verified="observed"), result("b", BLOCKED)],
            ExitCode.NOT_CONFORMING,
            "1 check could not be set up",
        ),
    ],
)
def test_the_verdict_in_a_sentence(results: list[Result], code: ExitCode, sentence: str) -> None:
    verdict = judge_results(results)
    assert (verdict.exit_code, verdict.sentence) == (code, sentence)


def told_of(results: list[Result], tmp_path: Path) -> list[str]:
    """The lines that the end of a run with these results prints."""
    header = RunHeader(
        run_id="r",
        started="2026-01-01T00:00:00Z",
        endpoint="here",
        url="http://127.0.0.1:1",
        region="us-east-1",
        addressing="path",
        profile="aws",
        s3compat="0",
        matrix="0",
        clients={"boto3": "1", "raw": "1"},
        python="3",
    )
    console = Console(file=io.StringIO(), width=300)
    endpoint = Endpoint(url="http://127.0.0.1:1", label="here")
    footer = RunFooter(finished="2026-01-01T00:00:12Z", seconds=12.0, counts={})
    log = RunLog(tmp_path / "run.jsonl", header, results, footer)
    tell(console, {"get-object": "GET object"}, endpoint, "aws", log, 12.0)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO


def test_the_end_of_a_run_starts_with_the_most_harmful_cause(tmp_path: Path) -> None:
    results = [
        result("a", FAIL),
        result("b", FAIL),
        result("b", FAIL, "boto3"),
        result("c", FAIL, status="500"),
        result("d", PASS, verified="observed"),
        result("e", Outcome.CLIENT_CANNOT),
    ]
    said = told_of(results, tmp_path)
    (counts,) = (line for line in said if line.startswith("here in"))
    assert counts == "here in 12 s: 0 of 4 scored outcomes pass"
    at = said.index(counts)
    assert said[at + 1 :] == [
        "FAILED: 3 checks fail (4 outcomes)",
        "Failures with something in common count as one cause. There are 2 causes. The most "
        "harmful first:",
        "  1. GetObject is answered with 500 (1 outcome; clients get no usable answer)",
        "     for example get-object.c[raw]",
        "       GetObject answered 500, expected 404 NoSuchKey",
        "  2. In the row get-object the server accepts what S3 refuses (S3 answers NoSuchKey) "
        "(3 outcomes)",
        "     for example get-object.a[raw]",
        "       GetObject answered 200, expected 404 NoSuchKey",
        "To run the example of the first cause again:",
        "  s3compat run --endpoint http://127.0.0.1:1 --profile aws --check 'get-object.c[raw]'",
        "Besides the scored ones, 2 outcomes do not count:",
        "      1  client cannot: the client has no way to send the request",
        "      1  of checks that are only shown (○), as S3's own answer is not known for sure: "
        "1 pass, 0 fail",
        f"run log  {tmp_path / 'run.jsonl'}",
    ]


def test_a_large_cause_is_told_beside_the_most_harmful(tmp_path: Path) -> None:
    failing = [result(f"server_{n}", FAIL, status=f"50{n}") for n in range(6)]
    many = [result(f"accepted_{n}", FAIL) for n in range(4)]
    said = told_of([*failing, *many], tmp_path)
    at = said.index("There are 2 more causes. The one of them with the most outcomes:")
    assert said[at + 1].startswith("  -  In the row get-object the server accepts what S3 refuses")
    assert "(4 outcomes" in said[at + 1]
    assert "with the most outcomes" not in "".join(told_of(many, tmp_path))


def test_more_workers_than_cores_are_no_faster() -> None:
    planned = [Planned(make_check(lambda _: None), "raw")] * 1000
    one, two, many = (expected_seconds(planned, workers, 2) for workers in (1, 2, 16))
    assert one > two == many
    assert expected_seconds(planned, 0, 2) == one
    assert (in_words(12.4), in_words(200)) == ("12 s", "3 min")
