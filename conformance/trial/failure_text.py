"""A result in plain words for a terminal: mismatches, the command, the exchange, how to rerun it.

Results are redacted before they come here.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from conformance.endpoint.endpoint import Endpoint
from conformance.model import Call, Exchange, Message, Outcome, Result
from conformance.model.counting import counted

BODY_SHOWN = 1500  # characters


def describe(result: Result, endpoint: Endpoint, nodeid: str, again: Sequence[str]) -> str:
    """What a person needs to judge and repeat the outcome."""
    lines = [f"{result.id}: {result.title}"]
    if result.data_lost:
        lines.insert(0, "DATA LOSS")
    lines.append(f"run it again: {rerun_line(result, again)}")
    if result.outcome is Outcome.ERROR:
        lines += ["", "an error of the suite's own, not of the endpoint:", result.reason]
    lines += [
        f"  {expectation.what}\n      expected  {expectation.expected}\n"
        f"      got       {expectation.actual}"
        for expectation in result.expectations
        if not expectation.ok
    ]
    if result.outcome is Outcome.FAIL and all(one.ok for one in result.expectations):
        lines.append(f"  {result.reason}")
    for call in _telling(result.calls):
        lines += ["", *_call(call)]
    lines += [
        "",
        f"expected because  {result.spec}",
        f"or                pytest --s3-endpoint {endpoint.url} {shlex.quote(nodeid)}",
    ]
    return "\n".join(lines)


def rerun_line(result: Result, again: Sequence[str]) -> str:
    """The command that runs just this outcome again; ``again`` are the options of its endpoint."""
    return shlex.join(["s3compat", "run", *again, "--check", result.id])


def _telling(calls: tuple[Call, ...]) -> list[Call]:
    """The last call of the check's own; the last of the setup where it came no further."""
    tested = [call for call in calls if call.purpose == "test"]
    return (tested or list(calls))[-1:]


def _call(call: Call) -> list[str]:
    lines = [f"$ {call.command}"] if call.command else [f"{call.operation}({call.parameters})"]
    if call.exit_code is not None:
        lines.append(f"exit code {call.exit_code}")
    if call.stderr.strip():
        lines += [f"! {line}" for line in call.stderr.strip().splitlines()[-5:]]
    for exchange in call.exchanges[-2:]:
        lines += _exchange(exchange)
    return lines


def _exchange(exchange: Exchange) -> list[str]:
    lines = _message(exchange.request, ">")
    if exchange.response is not None:
        lines += _message(exchange.response, "<")
    if exchange.note:
        lines.append(f"! {exchange.note}")
    if exchange.curl:
        lines.append(exchange.curl)
    return lines


def _message(message: Message, mark: str) -> list[str]:
    lines = [f"{mark} {message.start_line}"]
    lines += [f"{mark} {name}: {value}" for name, value in message.headers]
    body = message.body
    if body.text:
        shown = body.text[:BODY_SHOWN]
        lines += [f"{mark}", *(f"{mark} {line}" for line in shown.splitlines())]
    elif body.size:
        lines += [f"{mark}", f"{mark} ({counted(body.size, 'byte')})"]
    return [_printable(line) for line in lines]


def _printable(line: str) -> str:
    """What an endpoint sent cannot steer the terminal."""
    return "".join(
        char if char.isprintable() or char == "\t" else repr(char)[1:-1] for char in line
    )
