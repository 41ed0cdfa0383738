"""From what was recorded to an Answer: the same way for every client."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from conformance.clients.base import Answer, Headers
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.exchanges import Recorded
from conformance.evidence.reproduce import curl_line
from conformance.evidence.wire import UNREAD, identify, parse_answer
from conformance.model import Call, Exchange

MOST_PRINTED = 1 << 20  # characters of a program's output that are kept
LONGEST_MEMBER = 2000  # characters of one member of an error
_SHOWN = 200  # characters of one parameter in Call.parameters


def make_answer(
    *,
    endpoint: Endpoint,
    client: str,
    operation: str,
    recorded: Sequence[Recorded],
    succeeded: bool,
    parameters: Mapping[str, Any] | None = None,
    also: Collection[str] = (),
    body: bytes | None = None,
    command: str | None = None,
    exit_code: int | None = None,
    stdout: str = "",
    stderr: str = "",
    signer: Credentials | None = None,
) -> Answer:
    """The Answer of one use of a client.

    It is read from the last exchange that asked for ``operation`` (or one of ``also``: what a
    client may do instead, such as CompleteMultipartUpload for a large PutObject); where there is
    none, from the last one. An ``operation`` that is not in the model (a CLI subcommand) is
    answered by the last exchange, whatever that asked for. ``signer`` is set where the request was
    signed with other credentials than the endpoint's.
    """
    parameters = parameters or {}
    wanted = {operation, *also}
    chosen: int | None = None
    asked: str | None = None
    for index, one in enumerate(recorded):
        operations = identify(one.exchange, endpoint).operations
        matching = [name for name in operations if name in wanted]
        if matching:
            chosen, asked = index, operation if operation in operations else matching[0]
    if chosen is None and recorded:
        chosen = len(recorded) - 1
        asked = next(iter(identify(recorded[chosen].exchange, endpoint).operations), None)
    exchanges = [
        msgspec.structs.replace(one.exchange, curl=curl_line(one.exchange, endpoint, signer))
        for one in recorded
    ]
    answer = Answer(operation=operation, client=client, body=body, succeeded=succeeded)
    if (chosen is not None and asked is not None) or chosen is not None:
        one = recorded[chosen]
        exchanges[chosen] = _read(answer, one, exchanges[chosen], asked, parameters)
    answer.call = Call(
        operation=operation,
        client=client,
        parameters=describe_parameters(parameters),
        command=command,
        exit_code=exit_code,
        stdout=clipped(stdout, MOST_PRINTED),
        stderr=clipped(stderr, MOST_PRINTED),
        exchanges=tuple(exchanges),
    )
    return answer


def _read(
    answer: Answer,
    one: Recorded,
    exchange: Exchange,
    asked: str | None,
    parameters: Mapping[str, Any],
) -> Exchange:
    response = exchange.response
    if response is not None:
        answer.status = status_of(exchange)
        answer.headers = Headers(response.headers)
        answer.wire_body = one.response_body
        parsed = parse_answer(
            asked,
            answer.status,
            response.headers,
            one.response_body,
            keep_encoded="EncodingType" in parameters,
        )
        answer.parsed = parsed.members
        answer.code = parsed.code and clipped(parsed.code, LONGEST_MEMBER)
        answer.message = parsed.message and clipped(parsed.message, LONGEST_MEMBER)
        answer.error = {
            name: clipped(value, LONGEST_MEMBER) for name, value in (parsed.error or {}).items()
        }
        answer.strange, answer.misnamed = parsed.strange, parsed.misnamed
        if parsed.note:
            unread = f"{UNREAD}{parsed.note}"
            note = f"{exchange.note}; {unread}" if exchange.note else unread
            exchange = msgspec.structs.replace(exchange, note=note)
    answer.exchange = exchange
    return exchange


def clipped(text: str, most: int) -> str:
    """``text``, or its first ``most`` characters and how many there were."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def status_of(exchange: Exchange) -> int:
    """The status code of an exchange's answer; 0 where none came or it is not a number."""
    if exchange.response is None:
        return 0
    word = exchange.response.start_line.partition(" ")[2].partition(" ")[0]
    return int(word) if word.isascii() and word.isdigit() else 0


def describe_parameters(parameters: Mapping[str, Any]) -> str:
    """Members for reading, long values shortened."""
    return ", ".join(f"{name}={_short(value)}" for name, value in parameters.items())


def _short(value: Any) -> str:
    if isinstance(value, bytes) and len(value) > _SHOWN:
        return f"{value[:40]!r}… ({len(value)} bytes)"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
