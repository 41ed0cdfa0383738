"""What a run tried of Amazon's model, by operation: members sent, members asserted, errors seen.

It is read from a run log: what was sent from the requests that crossed the wire, whichever client
made them, what was asserted from the expectations. Setup counts as neither. An expectation that a
check worked out itself from several members counts for none of them, so the figures are too low
rather than too high. Members are those of an operation's input and output, not what is below them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from conformance.evidence.service_model import operation_model, operation_names
from conformance.model.records import Call, Expectation, Message, Result

_FIRST_NAME = re.compile(r"[A-Za-z]\w*")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_ANSWERED = re.compile(r"\d{3} (\w+)")


@dataclass(frozen=True)
class Tried:
    """What was tried of one operation, beside what the model has of it."""

    operation: str
    sent: frozenset[str]
    not_sent: frozenset[str]
    asserted: frozenset[str]
    not_asserted: frozenset[str]
    errors: frozenset[str]  # codes that were answered
    errors_missing: frozenset[str]  # codes the model names for it, and nobody provoked


@dataclass(frozen=True)
class Total:
    """Sums over all operations; ``errors`` are the different codes that were answered at all."""

    operations: tuple[Tried, ...]
    sent: int
    inputs: int
    asserted: int
    outputs: int
    errors: frozenset[str]


def covered(results: Iterable[Result]) -> Total:
    """The sums, and each operation of the installed model, in its order."""
    sent: defaultdict[str, set[str]] = defaultdict(set)
    asserted: defaultdict[str, set[str]] = defaultdict(set)
    errors: defaultdict[str, set[str]] = defaultdict(set)
    known = frozenset(operation_names())
    for result in results:
        for call in result.calls:
            if call.purpose == "test" and call.operation in known:
                sent[call.operation].update(_sent(call))
                errors[call.operation].update(_codes(call))
        for one in result.expectations:
            if one.operation in known:
                asserted[one.operation].update(_asserted(one))
                answered = _ANSWERED.fullmatch(one.answered)
                if answered:
                    errors[one.operation].add(answered[1])
    rows = tuple(
        _tried(name, sent[name], asserted[name], errors[name]) for name in operation_names()
    )
    return Total(
        operations=rows,
        sent=sum(len(row.sent) for row in rows),
        inputs=sum(len(row.sent) + len(row.not_sent) for row in rows),
        asserted=sum(len(row.asserted) for row in rows),
        outputs=sum(len(row.asserted) + len(row.not_asserted) for row in rows),
        errors=frozenset(code for row in rows for code in row.errors),
    )


def _tried(name: str, sent: set[str], asserted: set[str], errors: set[str]) -> Tried:
    model = operation_model(name)
    inputs, outputs = _members(model.input_shape), _members(model.output_shape)
    named = {
        shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes
    }
    return Tried(
        operation=name,
        sent=frozenset(sent),
        not_sent=frozenset(inputs.keys() - sent),
        asserted=frozenset(asserted),
        not_asserted=frozenset(outputs.keys() - asserted),
        errors=frozenset(errors),
        errors_missing=frozenset(named - errors),
    )


def _members(shape: Any) -> dict[str, Any]:
    return dict(shape.members) if shape is not None else {}


def _sent(call: Call) -> Iterator[str]:
    """Members of the operation's input that are in one of the call's requests."""
    shape = operation_model(call.operation).input_shape
    for exchange in call.exchanges:
        for name, member in _members(shape).items():
            if _is_in(exchange.request, name, member, shape.serialization.get("payload")):
                yield name


def _is_in(request: Message, name: str, member: Any, payload: str | None) -> bool:
    said = member.serialization
    wire = str(said.get("name", name))
    where = said.get("location")
    headers = [header.lower() for header, _ in request.headers]
    target = request.start_line.split(" ")[1] if request.start_line.count(" ") > 1 else ""
    if where == "uri":
        return True
    if where == "header":
        return wire.lower() in headers
    if where == "headers":
        return any(header.startswith(wire.lower()) for header in headers)
    if where == "querystring":
        pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)
        return any(key == wire for key, _ in pairs)
    if name == payload:
        return request.body.size > 0
    return f"<{wire}" in (request.body.text or "")


def _asserted(one: Expectation) -> Iterator[str]:
    """Members of the operation's output that an expectation looks at."""
    what = one.what.partition(": ")[2] or one.what
    shape = operation_model(one.operation).output_shape
    members = _members(shape)
    header = what.removeprefix("header ").lower() if what.startswith("header ") else None
    for name, member in members.items():
        wire = str(member.serialization.get("name", name)).lower()
        where = member.serialization.get("location")
        if header is not None:
            if (where == "header" and wire == header) or (
                where == "headers" and header.startswith(wire)
            ):
                yield name
        elif what == "body":
            if name == shape.serialization.get("payload"):
                yield name
        elif " " not in what and name in _FIRST_NAME.findall(what.partition(".")[0]):
            yield name


def _codes(call: Call) -> Iterator[str]:
    """Error codes that the call's answers have in their documents."""
    for exchange in call.exchanges:
        response = exchange.response
        if response is not None and "<Error" in (text := response.body.text or ""):
            yield from _CODE.findall(text)
