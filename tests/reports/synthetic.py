"""Made-up run logs with every outcome and the worst an endpoint can send; for tests only."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable
from pathlib import Path

from conformance.model import (
    Body,
    Call,
    Declaration,
    Exchange,
    Expectation,
    Message,
    Outcome,
    Result,
    RunFooter,
    RunHeader,
    RunLog,
    RunLogWriter,
    read_run_log,
)
from matrix import Row, load_matrix

CLIENTS = {
    "aws-s3": "aws-cli/1.44.1 Python/3.11.7 Linux/6.1 botocore/1.43.2",
    "aws-s3api": "aws-cli/1.44.1 Python/3.11.7 Linux/6.1 botocore/1.43.2",
    "s3cmd": "s3cmd version 2.4.0",
    "boto3": "boto3 1.43.2 botocore 1.43.2",
    "raw": "s3compat 0.1.0",
}

# Each is meant to break one format or another; none may survive as more than text.
HOSTILE = (
    "<script>window.injected=1</script>",
    "</script><script>window.injected=2</script>",
    "</style></title></textarea><img src=x onerror='window.injected=3'>",
    "\"><svg onload=window.injected=4>' onmouseover='window.injected=5",
    "]]><failure message='made up'/><![CDATA[",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x; -->",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m \x00 \x08\x7f",
    "| cell | `code` ``` **bold** [link](javascript:alert(1)) ![i](http://example.com/i.png)",
    "[^1]: note\n\n# heading\n<img src=http://example.com/beacon.png>",
    "https://example.com/auto @someone #12 www.example.com",
    "abc\u202etxt.exe\u202c \u2066isolate\u2069 zero\u200bwidth \ufeff\u2028line\u2029",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "\ufffe\uffff \U000e0041",
    "a" * 3_000,
)


def header(**changes: object) -> RunHeader:
    """A header of an ordinary run; ``changes`` are its members."""
    members: dict[str, object] = {
        "run_id": "r7k2m9",
        "started": "2026-11-24T02:40:00+00:00",
        "endpoint": "store.example.com",
        "url": "https://store.example.com:9000/s3",
        "region": "us-east-1",
        "addressing": "path",
        "profile": "aws",
        "s3compat": "0.1.0",
        "matrix": "3f9a1c22d0b7",
        "clients": CLIENTS,
        "python": "3.11.7",
    }
    return RunHeader(**{**members, **changes})


def exchange(method: str, path: str, status: str, body: bytes = b"") -> Exchange:
    """An exchange such as an endpoint and a client have all day."""
    try:
        kept = Body(size=len(body), text=body.decode())
    except UnicodeDecodeError:
        kept = Body(size=len(body), base64=base64.b64encode(body).decode())
    return Exchange(
        url="https://store.example.com:9000",
        request=Message(
            f"{method} {path} HTTP/1.1",
            (
                ("Host", "store.example.com:9000"),
                ("User-Agent", "Boto3/1.43.2 md/Botocore#1.43.2 ua/2.1 os/linux lang/python#3.11"),
                ("X-Amz-Date", "20261124T024000Z"),
                (
                    "X-Amz-Content-SHA256",
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b",
                ),
                ("Authorization", "AWS4-HMAC-SHA256 Credential=[redacted], Signature=[redacted]"),
            ),
        ),
        response=Message(
            f"HTTP/1.1 {status}",
            (
                ("x-amz-request-id", "4442587FB7D0A2F9"),
                ("Date", "Tue, 24 Nov 2026 02:40:00 GMT"),
                ("Content-Type", "application/xml"),
                ("Content-Length", str(len(body))),
            ),
            kept,
        ),
        milliseconds=3.4,
        curl=f"curl -sS -i -X {method} --aws-sigv4 aws:amz:us-east-1:s3 'https://store.example.com:9000{path}'",
    )


def result(row: Row, name: str, client: str, outcome: Outcome, **changes: object) -> Result:
    """One outcome of a check of ``row`` with plausible evidence."""
    status = "501 Not Implemented" if outcome is Outcome.FAIL else "206 Partial Content"
    body = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NotImplemented</Code>'
        b"<Message>A header you provided implies functionality that is not implemented</Message>"
        b"<RequestId>4442587FB7D0A2F9</RequestId></Error>"
        if outcome is Outcome.FAIL
        else b"6789"
    )
    good = outcome is not Outcome.FAIL
    tried = outcome in (Outcome.PASS, Outcome.FAIL, Outcome.DECLARED, Outcome.NOT_CLAIMED)
    reasons = {
        Outcome.FAIL: "status: expected 206, got 501",
        Outcome.DECLARED: "status: expected 204, got 404 NoSuchKey; as declared",
        Outcome.NOT_CLAIMED: "refused with 501 NotImplemented, as documented",
        Outcome.CLIENT_CANNOT: f"{client} has no option for this",
        Outcome.BLOCKED: "setup: PutObject answered 503 SlowDown",
        Outcome.ERROR: "KeyError: 'Contents' in a check",
    }
    members: dict[str, object] = {
        "check": f"{row.id}.{name}",
        "client": client,
        "row": row.id,
        "outcome": outcome,
        "title": name.replace("_", " ").capitalize(),
        "level": row.level,
        "spec": row.spec,
        "verified": "aws-recorded 2026-02",
        "declared": Declaration("404, and on purpose", "https://example.com/docs#delete")
        if outcome is Outcome.DECLARED
        else None,
        "explanation": "Amazon answers so whether or not the object was written in parts.",
        "reason": reasons.get(outcome, ""),
        "proved_by": ("range-ignored",),
        "expectations": (
            Expectation("status", "206", "206" if good else "501", good),
            Expectation(
                "header Content-Range", "bytes 6-9/10", "bytes 6-9/10" if good else "(none)", good
            ),
            Expectation("body", "b'6789'", "b'6789'", True),
        )
        if tried
        else (),
        "calls": (
            Call(
                operation="PutObject",
                purpose="setup",
                client="raw",
                parameters="Key='digits', Body=10 bytes",
                exchanges=(exchange("PUT", "/bck/c17/digits", "200 OK"),),
            ),
            Call(
                operation="GetObject",
                client=client,
                parameters="Key='digits', Range='bytes=-4'",
                command=row.commands.get(client, "s3.get_object(Bucket='bck', Key='digits')"),
                exit_code=0 if good else 254,
                stderr="" if good else "An error occurred (NotImplemented) when calling GetObject",
                exchanges=(exchange("GET", "/bck/c17/digits", status, body),),
            ),
        )
        if tried
        else (),
        "seconds": 0.061,
    }
    return Result(**{**members, **changes})


NAMES = (
    "suffix_range_returns_the_tail",
    "answers_with_the_etag_of_the_whole_object",
    "missing_key_is_not_found",
    "metadata_comes_back_as_it_was_sent",
    "past_the_end_is_refused",
)


def ordinary(seed: int = 7, failing: float = 0.05) -> list[Result]:
    """Results for most rows of the matrix through every client, with every outcome among them."""
    dice = random.Random(seed)
    results = []
    for number, row in enumerate(load_matrix().rows.values()):
        if number % 11 == 10:
            continue  # some rows stay untested
        bad = dice.random() < failing * 4
        for name in NAMES:
            wrong = bad and dice.random() < 0.4
            for client in CLIENTS:
                outcome = Outcome.PASS
                if client in row.cannot:
                    outcome = Outcome.CLIENT_CANNOT
                elif row.id in ("website", "cors"):
                    outcome = Outcome.NOT_CLAIMED
                elif wrong and dice.random() < 0.8:
                    outcome = Outcome.FAIL
                results.append(result(row, name, client, outcome))
    return results


def hostile() -> list[Result]:
    """A failing result for each hostile text, which is put everywhere an endpoint has a say."""
    row = load_matrix().rows["get-object"]
    results = []
    for number, text in enumerate(HOSTILE):
        line = text.replace("\n", " ")
        answer = exchange("GET", f"/bck/{line}", f"200 {line}", text.encode())
        response = Message(
            f"HTTP/1.1 200 {line}",
            (("x-amz-meta-a", line), (line, "b")),
            Body(size=len(text), text=text),
        )
        call = Call(
            operation="GetObject",
            client="boto3",
            parameters=f"Key={text!r}",
            command=f"s3.get_object(Key={text!r})",
            exit_code=1,
            stdout=text,
            stderr=text,
            exchanges=(
                Exchange(answer.url, answer.request, response, note=line, curl=f"curl '{line}'"),
            ),
        )
        results.append(
            result(
                row,
                f"hostile_{number}",
                "boto3",
                Outcome.FAIL,
                title=f"Hostile text {number}: {text}",
                explanation=text,
                reason=text,
                spec="javascript:window.injected=6" if number % 2 else row.spec,
                expectations=(Expectation(text, "nothing", text, False),),
                calls=(call,),
            )
        )
    binary = exchange("GET", "/bck/binary", "200 OK", bytes(range(256)))
    results.append(
        result(row, "binary", "raw", Outcome.FAIL, calls=(Call("GetObject", exchanges=(binary,)),))
    )
    return results


def loss(name: str = "tagging_leaves_the_object", client: str = "s3cmd") -> Result:
    """A failure that lost data."""
    gone = Expectation("object precious", "still as it was", "gone (404 NoSuchKey)", False, True)
    return result(
        load_matrix().rows["data-safety"],
        name,
        client,
        Outcome.FAIL,
        severity="data loss",
        reason="data loss: object precious is gone (404 NoSuchKey)",
        expectations=(Expectation("status", "204", "200", True), gone),
    )


def every_outcome() -> list[Result]:
    """One result of each outcome, and an observed fail and block, under one row."""
    row = load_matrix().rows["get-object-range"]
    results = [result(row, f"shows_{outcome.value}", "boto3", outcome) for outcome in Outcome]
    results.append(result(row, "shows_observed", "boto3", Outcome.FAIL, verified="observed"))
    unset = result(row, "shows_observed_blocked", "boto3", Outcome.BLOCKED, verified="observed")
    results += [unset, loss()]
    return results


def write_log(
    path: Path,
    results: Iterable[Result],
    *,
    footer: bool = True,
    ended_by: str = "finished",
    **changes: object,
) -> RunLog:
    """Write a run log as a run does, and read it back."""
    kept = list(results)
    counts = {outcome.value: sum(r.outcome is outcome for r in kept) for outcome in Outcome}
    with RunLogWriter(path, header(**{"planned": len(kept), **changes})) as writer:
        for one in kept:
            writer.write(one)
        if footer:
            writer.close(RunFooter("2026-11-24T02:41:17+00:00", 77.2, counts, ended_by=ended_by))
    return read_run_log(path)
