"""Ready steps that act on some requests only, or change a request before it is done.

The steps of ``server_ref.deviations.steps`` act on every request of an operation.
"""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change
from server_ref.deviations.steps import Operations, change_response
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

When = Callable[[Context, Members], bool]


def _names(operations: Operations) -> tuple[str, ...]:
    return (operations,) if isinstance(operations, str) else operations


def rewrite(operations: Operations, change: Callable[[Members], None]) -> Change:
    """The members of the request pass through ``change``, which changes them in place."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        change(members)
        return handler(ctx, members)

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def nothing_when(operations: Operations, when: When, answer: Members | None = None) -> Change:
    """Requests that ``when`` holds for are answered with success, and nothing is done."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        return dict(answer or {}) if when(ctx, members) else handler(ctx, members)

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def refuse_when(operations: Operations, code: str, when: When) -> Change:
    """Requests that ``when`` holds for are refused with this error."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        if when(ctx, members):
            raise S3Error(code)
        return handler(ctx, members)

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def swallow_when(
    operations: Operations, code: str, when: When, answer: Members | None = None
) -> Change:
    """Where the operation refuses a request that ``when`` holds for with ``code``: success."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != code or not when(ctx, members):
                raise
            return dict(answer or {})

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def success_for_error(operations: Operations, code: str, status: int) -> Change:
    """The error ``code`` becomes an answer with this status and no body, whoever raised it."""

    def change(exchange: Exchange, response: Response) -> Response | None:
        if exchange.error is None or exchange.error.code != code:
            return None
        kept = {n: v for n, v in response.headers.items() if n.lower() != "content-type"}
        return Response(status, kept)

    return change_response(operations, change)


def anonymous(operation: str, code: str | None) -> Change:
    """Requests without a signature are refused with ``code``, or always allowed (None)."""

    def step(server: Seams) -> None:
        @server.around_decide
        def decide(plain: Callable[[Context, Members], None], ctx: Context, m: Members) -> None:
            if ctx.account is not None or ctx.operation != operation:
                plain(ctx, m)
            elif code is not None:
                raise S3Error(code)

    return step


def subresource_ignored(method: str, name: str) -> Change:
    """``?name`` on a request of this method is not seen: the operation under it is done."""

    def step(server: Seams) -> None:
        @server.on_request
        def blind(request: Request) -> None:
            if request.method == method:
                request.query.pop(name, None)

    return step
