"""What runs tried of Amazon's model, by operation: members sent, members asserted, errors seen.

It is read from a run log: what was sent from the requests that crossed the wire, whichever client
made them, what was asserted from the expectations. Setup counts as neither. An expectation that a
check worked out itself from several members counts for none of them, so the figures are too low
rather than too high. Members are those of an operation's input and output, not what is below them.
What no check can reach (reach.py) is neither tried nor missing; it is told with its reason.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from conformance.model.answers import codes_of
from conformance.model.records import Call, Expectation, Message, Result
from matrix.service_model import operation_model, operation_names
from reports.reach import REQUEST, RESPONSE, out_of_reach

_FIRST_NAME = re.compile(r"[A-Za-z]\w*")
_ANSWERED = re.compile(r"\d{3} ([A-Za-z][\w.]*)")


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
    beyond: dict[str, str]  # "request Token", "response Body", "error …" -> why no check reaches it

    @property
    def missing(self) -> dict[str, list[str]]:
        """What was not tried, under the words for it; what is out of reach under its reason."""
        found = {
            "not sent": sorted(self.not_sent),
            "not asserted": sorted(self.not_asserted),
            "not provoked": sorted(self.errors_missing),
        }
        for what, why in self.beyond.items():
            found.setdefault(f"out of reach, {why}", []).append(what)
        return {words: names for words, names in found.items() if names}


@dataclass(frozen=True)
class Total:
    """Sums over all operations; ``inputs`` and ``outputs`` are what a check can reach of them.

    ``errors`` are the different codes that were answered at all, to forms and preflights, too.
    """

    operations: tuple[Tried, ...]
    sent: int
    inputs: int
    asserted: int
    outputs: int
    errors: frozenset[str]
    beyond_inputs: int  # request members that no check can send
    beyond_outputs: int


def covered(results: Iterable[Result]) -> Total:
    """The sums, and each operation of the installed model, in its order."""
    sent: defaultdict[str, set[str]] = defaultdict(set)
    asserted: defaultdict[str, set[str]] = defaultdict(set)
    errors: defaultdict[str, set[str]] = defaultdict(set)
    known = frozenset(operation_names())
    for result in results:
        for call in result.calls:
            if call.purpose == "test":
                errors[call.operation].update(chain(*map(codes_of, call.exchanges)))
                if call.operation in known:
                    sent[call.operation].update(_sent(call))
        for one in result.expectations:
            if one.operation in known:
                asserted[one.operation].update(_asserted(one))
                answered = _ANSWERED.fullmatch(one.answered)
                if answered:
                    errors[one.operation].add(answered[1])
    rows = tuple(
        _tried(name, sent[name], asserted[name], errors[name]) for name in operation_names()
    )
    beyond = [what for row in rows for what in row.beyond]
    return Total(
        operations=rows,
        sent=sum(len(row.sent) for row in rows),
        inputs=sum(len(row.sent) + len(row.not_sent) for row in rows),
        asserted=sum(len(row.asserted) for row in rows),
        outputs=sum(len(row.asserted) + len(row.not_asserted) for row in rows),
        errors=frozenset(code for codes in errors.values() for code in codes),
        beyond_inputs=sum(what.startswith(REQUEST) for what in beyond),
        beyond_outputs=sum(what.startswith(RESPONSE) for what in beyond),
    )


def sentences(total: Total) -> tuple[str, ...]:
    """The sums in words: what was tried of what a check can reach, and of all there is."""
    inputs, outputs = total.inputs + total.beyond_inputs, total.outputs + total.beyond_outputs
    return (
        f"{_part(total.sent, total.inputs)} request members sent, "
        f"{_part(total.asserted, total.outputs)} response members asserted, "
        f"{len(total.errors)} error codes provoked",
        f"counting also what no check can reach: {_part(total.sent, inputs)} request members, "
        f"{_part(total.asserted, outputs)} response members",
    )


def _part(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def _tried(name: str, sent: set[str], asserted: set[str], errors: set[str]) -> Tried:
    model = operation_model(name)
    inputs, outputs = _members(model.input_shape), _members(model.output_shape)
    named = {
        shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes
    }
    missing = {
        "request": inputs.keys() - sent,
        "response": outputs.keys() - asserted,
        "error": named - errors,
    }
    beyond: dict[str, str] = {}
    for part, names in missing.items():
        for member in sorted(names):
            why = out_of_reach(name, part, member)
            if why:
                beyond[f"{part} {member}"] = why
                names.remove(member)
    return Tried(
        operation=name,
        sent=frozenset(sent),
        not_sent=frozenset(missing["request"]),
        asserted=frozenset(asserted),
        not_asserted=frozenset(missing["response"]),
        errors=frozenset(errors),
        errors_missing=frozenset(missing["error"]),
        beyond=beyond,
    )


def _members(shape: Any) -> dict[str, Any]:
    return dict(shape.members) if shape is not None else {}


class _Place(NamedTuple):
    """Where a member travels: its name on the wire, and in which part of the message."""

    member: str
    where: str | None
    wire: str  # of a header in lower case
    payload: bool


@functools.cache
def _places(operation: str, *, answer: bool) -> tuple[_Place, ...]:
    model = operation_model(operation)
    shape = model.output_shape if answer else model.input_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    found = []
    for name, member in _members(shape).items():
        where = member.serialization.get("location")
        wire = str(member.serialization.get("name", name))
        named = wire.lower() if where in ("header", "headers") else wire
        found.append(_Place(name, where, named, name == payload))
    return tuple(found)


def _sent(call: Call) -> Iterator[str]:
    """Members of the operation's input that are in one of the call's requests."""
    places = _places(call.operation, answer=False)
    for exchange in call.exchanges:
        request = exchange.request
        headers = {header.lower() for header, _ in request.headers}
        query = _query(request)
        for place in places:
            if _is_in(request, place, headers, query):
                yield place.member


def _query(request: Message) -> frozenset[str]:
    words = request.start_line.split(" ")
    _, mark, query = words[1].partition("?") if len(words) > 1 else ("", "", "")
    return frozenset(key for key, _ in parse_qsl(query, keep_blank_values=True)) if mark else _NONE


_NONE: frozenset[str] = frozenset()


def _is_in(request: Message, place: _Place, headers: set[str], query: frozenset[str]) -> bool:
    if place.where == "uri":
        return True
    if place.where == "header":
        return place.wire in headers
    if place.where == "headers":
        return any(header.startswith(place.wire) for header in headers)
    if place.where == "querystring":
        return place.wire in query
    if place.payload:
        return request.body.size > 0
    return f"<{place.wire}" in (request.body.text or "")


def _asserted(one: Expectation) -> Iterator[str]:
    """Members of the operation's output that an expectation looks at."""
    what = one.what.partition(": ")[2] or one.what
    header = what.removeprefix("header ").lower() if what.startswith("header ") else None
    for place in _places(one.operation, answer=True):
        if header is not None:
            if (place.where == "header" and place.wire == header) or (
                place.where == "headers" and header.startswith(place.wire)
            ):
                yield place.member
        elif what == "body":
            if place.payload:
                yield place.member
        elif " " not in what and place.member in _FIRST_NAME.findall(what.partition(".")[0]):
            yield place.member
