"""How much of the evidence a page shows, and what it looks like as text.

The run log has all of it. A page has a size it must keep to, so failures get everything and the
rest as much as fits; a page says which it is.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby, takewhile

from conformance.model import Body, Call, Exchange, Message, Result
from conformance.model.answers import answer_of
from reports.text import clipped, visible, visible_line


class Detail(IntEnum):
    """How much of a call is shown."""

    NONE = -1  # nothing: the outcome's line stands alone
    LINES = 0  # of the first few calls under test, the command and a line for each exchange
    HEADS = 1  # their exchanges too, bodies cut short, and the setup in lines
    TEST = 2  # everything the log has of the calls under test
    FULL = 3  # everything the log has


_BODY_LIMIT = {Detail.LINES: 0, Detail.HEADS: 400, Detail.TEST: 4_096, Detail.FULL: 8_192}
_HEAD_LIMIT = {Detail.LINES: 0, Detail.HEADS: 2_000, Detail.TEST: 8_192, Detail.FULL: 8_192}
_OUTPUT_LIMIT = {Detail.LINES: 100, Detail.HEADS: 600, Detail.TEST: 4_096, Detail.FULL: 8_192}
_COMMAND_LIMIT = {Detail.LINES: 3_000, Detail.HEADS: 3_000, Detail.TEST: 4_096, Detail.FULL: 8_192}
_CALL_LIMIT = {Detail.LINES: 4, Detail.HEADS: 40, Detail.TEST: 100, Detail.FULL: 400}
_EXCHANGE_LIMIT = {Detail.LINES: 3, Detail.HEADS: 20, Detail.TEST: 100, Detail.FULL: 400}
_BYTES_A_LINE = 16


@dataclass(frozen=True)
class ExchangeView:
    """One exchange: a line that sums it up, and its two halves where they are shown."""

    line: str
    milliseconds: float
    note: str
    curl: str
    request: str
    response: str


@dataclass(frozen=True)
class CallView:
    """One call as text."""

    operation: str
    client: str
    parameters: str
    command: str
    exit_code: int | None
    stdout: str
    stderr: str
    exchanges: tuple[ExchangeView, ...]
    omitted: int  # exchanges beyond those shown


@dataclass(frozen=True)
class CallViews:
    """The calls of one outcome as text, and how many more of each kind there are."""

    setup: list[CallView]  # before the first call under test
    more_setup: int
    tests: list[CallView]
    more_tests: int
    looks: list[CallView]  # the rest of the setup, and what was looked at
    more_looks: int


_LAST_OF_SETUP = 2  # calls that are shown where the check did not get further


def view_result(result: Result, detail: Detail) -> CallViews:
    """The calls of an outcome. LINES has those of the setup only where it came to no other."""
    tests = [call for call in result.calls if call.purpose == "test"]
    setup = [*takewhile(lambda call: call.purpose == "setup", result.calls)]
    looks = [call for call in result.calls[len(setup) :] if call.purpose == "setup"]
    if detail is Detail.LINES:
        setup, tests, looks = [], tests or setup[-_LAST_OF_SETUP:], []
    before, judged, after = (view_calls(some, detail) for some in (setup, tests, looks))
    return CallViews(*before, *judged, *after)


def view_calls(calls: Sequence[Call], detail: Detail) -> tuple[list[CallView], int]:
    """The first calls as text, and how many more there are."""
    kept = calls[: _CALL_LIMIT[detail]]
    return [view_call(call, detail) for call in kept], len(calls) - len(kept)


STEPS = 6  # lines that show what an example did


def steps(calls: Sequence[Call]) -> list[str]:
    """What the last requests were and what came, a line each: ``DELETE /b?cors → 204``.

    They end with the first look after the last call under test: where data is lost many follow.
    What was sent several times with one answer is one line.
    """
    tests = [place for place, call in enumerate(calls) if call.purpose == "test"]
    shown = calls[: tests[-1] + 2] if tests else calls
    lines = groupby(_step(exchange) for call in shown for exchange in call.exchanges)
    told = [(line, sum(1 for _ in again)) for line, again in lines]
    return [line if times == 1 else f"{line} ({times} times)" for line, times in told[-STEPS:]]


# Headers that say what is asked, and those of Amazon's that each signed request has.
_TELLING = ("x-amz-", "if-", "range", "content-md5")
_USUAL = frozenset({"x-amz-date", "x-amz-content-sha256", "x-amz-security-token"})


def _step(exchange: Exchange) -> str:
    request = clipped(visible_line(exchange.request.start_line.rpartition(" ")[0]), 200)
    headers = [
        clipped(visible_line(f"{name}: {value}"), 80)
        for name, value in exchange.request.headers
        if name.lower().startswith(_TELLING) and name.lower() not in _USUAL
    ]
    if headers:
        request += f" with {', '.join(headers[:4])}"
    if sent := _short(exchange.request):
        request += f" sending {sent}"
    answer = visible_line(answer_of(exchange))
    came = _short(exchange.response) if exchange.response is not None and answer == "200" else ""
    return f"{request} → {answer}{f' {came}' if came else ''}"


_SHORT = 60  # characters of a body in a line


def _short(message: Message) -> str:
    """A body that fits into a line, in quotation marks; "" where it is longer, or none."""
    text = visible_line(message.body.text or "")
    return f'"{text}"' if 0 < len(text) <= _SHORT else ""


def view_call(call: Call, detail: Detail) -> CallView:
    """The call as text, as much of it as ``detail`` says."""
    limit = _OUTPUT_LIMIT[detail]
    exchanges = call.exchanges[: _EXCHANGE_LIMIT[detail]]
    heads = detail is Detail.FULL or (detail > Detail.LINES and call.purpose == "test")
    command = call.command or ""
    return CallView(
        operation=call.operation,
        client=call.client,
        parameters=clipped(visible_line(call.parameters), _COMMAND_LIMIT[detail] // 2)
        if heads or not command
        else "",
        command=clipped(visible(command), _COMMAND_LIMIT[detail]),
        exit_code=call.exit_code,
        stdout=clipped(visible(call.stdout), limit),
        stderr=clipped(visible(call.stderr), limit),
        exchanges=tuple(_exchange(exchange, detail, heads, command) for exchange in exchanges),
        omitted=len(call.exchanges) - len(exchanges),
    )


def _exchange(exchange: Exchange, detail: Detail, heads: bool, command: str) -> ExchangeView:
    request, response = exchange.request, exchange.response
    answer = visible_line(response.start_line) if response else "no answer"
    halves = (request, *exchange.interim, *((response,) if response else ()))
    answers = "\n\n".join(_message(message, detail) for message in halves[1:])
    curl = exchange.curl or ""
    again = heads and curl != command  # the command of a raw call is this line already
    return ExchangeView(
        line=f"{clipped(visible_line(request.start_line), 400)} → {clipped(answer, 200)}",
        milliseconds=exchange.milliseconds,
        note=visible_line(exchange.note or ""),
        curl=clipped(visible(curl), _COMMAND_LIMIT[detail]) if again else "",
        request=_message(request, detail) if heads else "",
        response=(answers or "no answer came") if heads else "",
    )


def _message(message: Message, detail: Detail) -> str:
    lines = [visible_line(message.start_line)]
    lines += [f"{visible_line(name)}: {visible_line(value)}" for name, value in message.headers]
    lines = [clipped("\n".join(lines), _HEAD_LIMIT[detail])]
    if message.body.size:
        lines += ["", _body(message.body, _BODY_LIMIT[detail])]
    if not message.complete:
        lines += ["", "[the connection ended before the message did]"]
    return "\n".join(lines)


def _body(body: Body, limit: int) -> str:
    if body.text is not None:
        text, kept = visible(body.text[:limit]), len(body.text.encode()[:limit])
    elif body.base64 is not None:
        try:
            data = base64.b64decode(body.base64)[: limit // 4]
        except binascii.Error:
            data = body.base64.encode()[: limit // 4]
        text, kept = _hex_dump(data), len(data)
    else:
        text, kept = "", 0
    if kept >= body.size:
        return text
    whole = f", SHA-256 {body.sha256}" if body.sha256 else ""
    return f"{text}\n[{kept:,} of {body.size:,} bytes shown{whole}]".lstrip("\n")


def _hex_dump(data: bytes) -> str:
    lines = []
    for start in range(0, len(data), _BYTES_A_LINE):
        chunk = data[start : start + _BYTES_A_LINE]
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in chunk)
        lines.append(f"{start:06x}  {chunk.hex(' '):<47}  {shown}")
    return "\n".join(lines)
