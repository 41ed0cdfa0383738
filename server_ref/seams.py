"""Seams: the places where a deviation can change the server, whose code does not name it.

A deviation gets a ``Seams`` and puts its change there; the server is then built from it. A server
with no deviation is built from an untouched ``Seams``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from server_ref.auth.strictness import Strictness
from server_ref.context import Context, Handler, Members
from server_ref.errors import S3Error
from server_ref.http.connection import Application
from server_ref.http.front import Front, OnePort
from server_ref.http.limits import Limits
from server_ref.request import Request
from server_ref.response import Payload, Response
from server_ref.settings import Settings


@dataclass(slots=True)
class Exchange:
    """What is known of a request when its answer is made; ``operation`` is "" before the route."""

    request: Request
    operation: str = ""
    error: S3Error | None = None
    context: Context | None = None  # once authenticated


Parse = Callable[[Request, str], Members]
Serialised = tuple[int, dict[str, str], bytes | Payload]  # status, headers, body
Serialise = Callable[[str, Members], Serialised]
Decide = Callable[[Context, Members], None]
Route = Callable[[Request], str]
Locate = Callable[[Request], None]

Around = Callable[[Handler, Context, Members], Members]
OnRequest = Callable[[Request], Response | None]
OnResponse = Callable[[Exchange, Response], Response | None]
OnError = Callable[[Exchange, S3Error], S3Error | None]
AroundParse = Callable[[Parse, Request, str], Members]
AroundSerialise = Callable[[Serialise, str, Members], Serialised]
MakeFront = Callable[[Application, Any, Settings, str], Front]
AroundDecide = Callable[[Decide, Context, Members], None]
AroundLocate = Callable[[Locate, Request], None]
AroundRoute = Callable[[Route, Request], str]


def matches(patterns: tuple[str, ...], operation: str) -> bool:
    """Whether an operation's name is meant: by name, by pattern ("Get*"), or by "*"."""
    return any(fnmatchcase(operation, pattern) for pattern in patterns)


class Seams:
    """Every place a deviation may change. The methods are decorators or plain calls.

    Where several changes meet at one place, the one made last is outermost.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.strictness = Strictness()
        self.limits = Limits()
        self._arounds: list[tuple[tuple[str, ...], Around]] = []
        self._requests: list[OnRequest] = []
        self._responses: list[tuple[tuple[str, ...], OnResponse]] = []
        self._errors: list[tuple[tuple[str, ...], OnError]] = []
        self._stores: list[Callable[[Any], Any]] = []
        self._parses: list[AroundParse] = []
        self._decides: list[AroundDecide] = []
        self._locates: list[AroundLocate] = []
        self._routes: list[AroundRoute] = []
        self._serialises: list[tuple[tuple[str, ...], AroundSerialise]] = []
        self._make_front: MakeFront = OnePort

    # (a) operations

    def around(self, *operations: str) -> Callable[[Around], Around]:
        """Decorator: ``f(handler, ctx, members) -> members`` runs in place of these operations."""

        def declare(function: Around) -> Around:
            self._arounds.append((operations, function))
            return function

        return declare

    # (b) requests, before anything has looked at them but the transport and the addressing

    def on_request(self, function: OnRequest) -> OnRequest:
        """Decorator: ``f(request)`` may change the request, or answer it with a Response."""
        self._requests.append(function)
        return function

    # (c) answers

    def on_response(self, *operations: str) -> Callable[[OnResponse], OnResponse]:
        """Decorator: ``f(exchange, response)`` changes the answer, or returns another.

        All headers are there but Content-Length (of answers to other methods than HEAD) and
        Connection. Errors pass here too (``exchange.error``). A request that could not be routed
        has the operation "".
        """

        def declare(function: OnResponse) -> OnResponse:
            self._responses.append((operations, function))
            return function

        return declare

    def on_error(self, *operations: str) -> Callable[[OnError], OnError]:
        """Decorator: ``f(exchange, error)`` may return another error to answer in its place."""

        def declare(function: OnError) -> OnError:
            self._errors.append((operations, function))
            return function

        return declare

    # (d) the store

    def wrap_store(self, wrap: Callable[[Any], Any]) -> None:
        """``wrap(store)`` gives the object the operations see in place of the store."""
        self._stores.append(wrap)

    # (e) settings and strictness

    def change_settings(self, **changes: Any) -> None:
        """Replace fields of Settings."""
        self.settings = dataclasses.replace(self.settings, **changes)

    def lenient(self, *checks: str) -> None:
        """Do not verify these fields of Strictness: ``lenient("payload_hash", "clock_skew")``."""
        self.strictness = dataclasses.replace(self.strictness, **dict.fromkeys(checks, False))

    def change_limits(self, **changes: Any) -> None:
        """Replace fields of the transport's Limits."""
        self.limits = dataclasses.replace(self.limits, **changes)

    # the gate's own steps

    def around_parse(self, function: AroundParse) -> AroundParse:
        """Decorator: ``f(parse, request, operation) -> members`` in place of the model's parser."""
        self._parses.append(function)
        return function

    def around_decide(self, function: AroundDecide) -> AroundDecide:
        """Decorator: ``f(decide, ctx, members)`` in place of the access decision."""
        self._decides.append(function)
        return function

    def around_locate(self, function: AroundLocate) -> AroundLocate:
        """Decorator: ``f(locate, request)`` in place of the addressing."""
        self._locates.append(function)
        return function

    def around_route(self, function: AroundRoute) -> AroundRoute:
        """Decorator: ``f(route, request) -> operation`` in place of the routing."""
        self._routes.append(function)
        return function

    def around_serialise(self, *operations: str) -> Callable[[AroundSerialise], AroundSerialise]:
        """Decorator: ``f(serialise, operation, answer) -> (status, headers, body)``."""

        def declare(function: AroundSerialise) -> AroundSerialise:
            self._serialises.append((operations, function))
            return function

        return declare

    # what stands before the gate

    def set_front(self, make: MakeFront) -> None:
        """``make(gate, store, settings, owner)`` gives who answers on which port.

        The store it gets is the plain one; ``owner`` is the first account's canonical id.
        """
        self._make_front = make

    # what the server takes from it

    def handlers(self, plain: dict[str, Handler]) -> dict[str, Handler]:
        """The operations with everything around them."""
        wrapped = dict(plain)
        for operations, function in self._arounds:
            for name, handler in wrapped.items():
                if matches(operations, name):
                    wrapped[name] = _bind_around(function, handler)
        return wrapped

    def store(self, plain: Any) -> Any:
        """The store as the operations see it."""
        for wrap in self._stores:
            plain = wrap(plain)
        return plain

    def parse(self, plain: Parse) -> Parse:
        """The member parser with everything around it."""
        for function in self._parses:
            plain = _bind_parse(function, plain)
        return plain

    def decide(self, plain: Decide) -> Decide:
        """The access decision with everything around it."""
        for function in self._decides:
            plain = _bind_decide(function, plain)
        return plain

    def locate(self, plain: Locate) -> Locate:
        """The addressing with everything around it."""
        for function in self._locates:
            plain = _bind_locate(function, plain)
        return plain

    def route(self, plain: Route) -> Route:
        """The routing with everything around it."""
        for function in self._routes:
            plain = _bind_route(function, plain)
        return plain

    def serialise(self, plain: Serialise) -> Serialise:
        """The serialiser with everything around it."""
        for operations, function in self._serialises:
            plain = _bind_serialise(operations, function, plain)
        return plain

    def front(self, gate: Application, store: Any, owner: str) -> Front:
        """Who answers on which port."""
        return self._make_front(gate, store, self.settings, owner)

    def before_gate(self, request: Request) -> Response | None:
        """Run what was declared with on_request."""
        for function in self._requests:
            response = function(request)
            if response is not None:
                return response
        return None

    def error(self, exchange: Exchange, error: S3Error) -> S3Error:
        """The error to answer, after everything declared with on_error."""
        for operations, function in self._errors:
            if matches(operations, exchange.operation):
                error = function(exchange, error) or error
        return error

    def response(self, exchange: Exchange, response: Response) -> Response:
        """The answer, after everything declared with on_response."""
        for operations, function in self._responses:
            if matches(operations, exchange.operation):
                response = function(exchange, response) or response
        return response

    @property
    def answers_untouched(self) -> bool:
        """No on_request and no on_response: the server may skip both."""
        return not self._responses and not self._requests


def _bind_around(function: Around, handler: Handler) -> Handler:
    return lambda ctx, members: function(handler, ctx, members)


def _bind_parse(function: AroundParse, plain: Parse) -> Parse:
    return lambda request, operation: function(plain, request, operation)


def _bind_decide(function: AroundDecide, plain: Decide) -> Decide:
    return lambda ctx, members: function(plain, ctx, members)


def _bind_locate(function: AroundLocate, plain: Locate) -> Locate:
    return lambda request: function(plain, request)


def _bind_route(function: AroundRoute, plain: Route) -> Route:
    return lambda request: function(plain, request)


def _bind_serialise(
    operations: tuple[str, ...], function: AroundSerialise, plain: Serialise
) -> Serialise:
    return lambda operation, answer: (
        function(plain, operation, answer)
        if matches(operations, operation)
        else plain(operation, answer)
    )
