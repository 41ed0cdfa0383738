"""Ready steps for deviations: each makes one change of a well-known kind.

``operations`` is a name, a pattern ("List*"), "*", or a tuple of these. Every function gives a
change to pass to ``declare``, or to call with the server inside a ``@deviation`` function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

Operations = str | tuple[str, ...]


def _names(operations: Operations) -> tuple[str, ...]:
    return (operations,) if isinstance(operations, str) else operations


# answers


def change_response(
    operations: Operations, change: Callable[[Exchange, Response], Response | None]
) -> Change:
    """Any change of the answer, as a function."""

    def step(server: Seams) -> None:
        server.on_response(*_names(operations))(change)

    return step


def drop_header(operations: Operations, *names: str) -> Change:
    """These response headers are missing, on every status."""
    lowered = {name.lower() for name in names}

    def change(_exchange: Exchange, response: Response) -> None:
        for name in [n for n in response.headers if n.lower() in lowered]:
            del response.headers[name]

    return change_response(operations, change)


def set_header(operations: Operations, name: str, value: str | Callable[[str], str]) -> Change:
    """This response header has another value; a function gets the present one ("" without).

    A function's "" leaves the header as it is.
    """

    def change(_exchange: Exchange, response: Response) -> None:
        present = next((n for n in response.headers if n.lower() == name.lower()), name)
        new = value(response.headers.get(present, "")) if callable(value) else value
        if new:
            response.headers[present] = new

    return change_response(operations, change)


def set_status(operations: Operations, usual: int, status: int) -> Change:
    """Where the answer has the status ``usual`` it has ``status`` instead."""

    def change(_exchange: Exchange, response: Response) -> None:
        if response.status == usual:
            response.status = status

    return change_response(operations, change)


def edit_body(operations: Operations, edit: Callable[[bytes], bytes]) -> Change:
    """A body that is held in memory (XML, errors) passes through ``edit``; streams do not."""

    def change(_exchange: Exchange, response: Response) -> None:
        if isinstance(response.body, bytes) and response.body:
            response.body = edit(response.body)

    return change_response(operations, change)


# errors


def replace_error(
    operations: Operations,
    code: str,
    by: str | None = None,
    *,
    status: int | None = None,
    message: str | None = None,
) -> Change:
    """Where S3 answers the error ``code`` another one comes: other code, status or message.

    ``code`` may be "*". Members of the error body stay.
    """

    def change(_exchange: Exchange, error: S3Error) -> S3Error | None:
        if code not in ("*", error.code):
            return None
        new = S3Error(
            by or error.code,
            message if message is not None or by else error.message,
            status=status or (None if by else error.status),
            headers=error.headers,
        )
        new.members = error.members
        return new

    def step(server: Seams) -> None:
        server.on_error(*_names(operations))(change)

    return step


def drop_error_member(operations: Operations, code: str, *names: str) -> Change:
    """The body of the error ``code`` lacks these elements."""

    def change(_exchange: Exchange, error: S3Error) -> None:
        if code in ("*", error.code):
            for name in names:
                error.members.pop(name, None)

    def step(server: Seams) -> None:
        server.on_error(*_names(operations))(change)

    return step


def swallow_error(operations: Operations, code: str, answer: Members | None = None) -> Change:
    """Where the operation refuses with ``code`` it answers success, with these members."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != code:
                raise
            return dict(answer or {})

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


# members


def ignore_member(operations: Operations, *names: str) -> Change:
    """These members of the request are taken as not sent."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        for name in names:
            members.pop(name, None)
        return handler(ctx, members)

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def force_member(operations: Operations, name: str, value: object) -> Change:
    """This member of the request has this value, whatever was sent."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        members[name] = value
        return handler(ctx, members)

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def drop_member(operations: Operations, *names: str) -> Change:
    """These members of a successful answer are missing."""

    def edit(answer: Members) -> None:
        for name in names:
            answer.pop(name, None)

    return edit_members(operations, edit)


def edit_members(operations: Operations, edit: Callable[[Members], None]) -> Change:
    """A successful answer's members pass through ``edit``, which changes them in place."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        edit(answer)
        return answer

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def do_nothing(operations: Operations, answer: Members | None = None) -> Change:
    """The operation answers success and does nothing."""

    def around(_handler: Handler, _ctx: Context, _members: Members) -> Members:
        return dict(answer or {})

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


def refuse(operations: Operations, code: str, *, status: int | None = None) -> Change:
    """The operation always answers this error."""

    def around(_handler: Handler, _ctx: Context, _members: Members) -> Members:
        raise S3Error(code, status=status)

    def step(server: Seams) -> None:
        server.around(*_names(operations))(around)

    return step


# the request


def ignore_header(*names: str) -> Change:
    """These request headers are gone once the signature has been verified, for every operation."""
    lowered = [name.lower() for name in names]

    def step(server: Seams) -> None:
        @server.around_parse
        def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
            for name in lowered:
                request.headers.pop(name, None)
            return plain(request, op)

    return step


def ignore_query(*names: str) -> Change:
    """These query parameters are gone once the signature has been verified, for every operation.

    They have chosen the operation already.
    """

    def step(server: Seams) -> None:
        @server.around_parse
        def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
            for name in names:
                request.query.pop(name, None)
            return plain(request, op)

    return step


# the rest of the server


def lenient(*checks: str) -> Change:
    """These fields of server_ref.auth.strictness.Strictness are not verified."""

    def step(server: Seams) -> None:
        server.lenient(*checks)

    return step


def change_settings(**changes: object) -> Change:
    """These fields of server_ref.settings.Settings have other values."""

    def step(server: Seams) -> None:
        server.change_settings(**changes)

    return step


def change_limits(**changes: object) -> Change:
    """These fields of server_ref.http.limits.Limits have other values."""

    def step(server: Seams) -> None:
        server.change_limits(**changes)

    return step


class StoreProxy:
    """The store, with every method as it is; a subclass overrides the one that is at fault.

    class Forgetful(StoreProxy):
        def put_object(self, *args, **kwargs): ...

    server.wrap_store(Forgetful)
    """

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
