"""Deviations: deliberate faults of the reference server, each with a name.

A deviation is one function that gets the server's ``Seams`` and changes one thing:

    @deviation("range-ignored", "GetObject answers the whole object whatever Range says.")
    def range_ignored(server: Seams) -> None:
        @server.around("GetObject")
        def whole(handler: Handler, ctx: Context, members: Members) -> Members:
            members.pop("Range", None)
            return handler(ctx, members)

    @deviation("list-unsorted", "Listings answer their keys backwards.")
    def list_unsorted(server: Seams) -> None:
        @server.around("ListObjects*")                       # names, patterns, or "*"
        def backwards(handler: Handler, ctx: Context, members: Members) -> Members:
            answer = handler(ctx, members)
            answer["Contents"] = list(reversed(answer.get("Contents", [])))
            return answer

Where one step of a well-known kind does, ``server_ref.deviations.steps`` has it ready, and the
declaration is one line:

    declare("etag-missing", "GetObject answers no ETag.", drop_header("GetObject", "ETag"))
    declare("head-404-as-403", "A missing key answers 403.", replace_error("HeadObject",
            "NoSuchKey", "AccessDenied"))
    declare("create-204", "CreateBucket answers 204.", set_status("CreateBucket", 200, 204))
    declare("if-match-ignored", "If-Match is not looked at.", ignore_member("GetObject", "IfMatch"))
    declare("expiry-ignored", "A presigned URL lives for ever.", lenient("expiry"))

The other places of a ``Seams``:

    @server.on_request                    f(request) -> None | Response      before the gate
    @server.on_response("GetObject")      f(exchange, response) -> None | Response
    @server.on_error("*")                 f(exchange, error) -> None | S3Error
    @server.around_parse                  f(parse, request, operation) -> members
    @server.around_decide                 f(decide, ctx, members) -> None    raise S3Error to refuse
    @server.around_locate                 f(locate, request) -> None         host, bucket and key
    @server.around_route                  f(route, request) -> operation
    @server.around_serialise("*")         f(serialise, operation, answer) -> (status, headers, body)
    server.set_front(make)                who answers on which port, before the gate
    server.wrap_store(lambda store: …)    see ``StoreProxy`` in steps
    server.change_settings(region="eu-west-1")
    server.lenient("payload_hash")        fields of server_ref.auth.strictness.Strictness
    server.change_limits(head_time=1.0)   fields of server_ref.http.limits.Limits

One deviation is one fault: it changes nothing a check of another behaviour could notice.

A fault that only one client can notice, because no other sends such a request, names that client
(``noticed_by``); ``tests/clients/test_noticed_by_one.py`` shows it with all of them.

The sub-packages have another kind: how a product differs from S3, declared with ``emulates``. No
check has to fail on one; instead a behaviour file uses it, and a test holds that
it changes an answer.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from server_ref.errors.unknown import unknown
from server_ref.seams import Seams

Change = Callable[[Seams], None]


@dataclass(frozen=True)
class Deviation:
    """One deliberate fault: its name, what is wrong in a sentence, the change that does it."""

    name: str
    sentence: str
    change: Change
    module: str
    emulates: str = ""  # the product that behaves so; "" for a fault that checks are proved with
    noticed_by: str = ""  # the one client that notices it; a test with that client is its proof


_deviations: dict[str, Deviation] = {}


class UnknownDeviation(ValueError):  # noqa: N818 - named after what it says
    """No deviation has this name."""


def deviation(
    name: str, sentence: str, *, emulates: str = "", noticed_by: str = ""
) -> Callable[[Change], Change]:
    """Decorator: declare a deviation. Raises ValueError for a second one of that name."""

    def declare_it(change: Change) -> Change:
        if name in _deviations:
            raise ValueError(f"two deviations are called {name!r}")
        _deviations[name] = Deviation(
            name, sentence, change, change.__module__, emulates, noticed_by
        )
        return change

    return declare_it


def declare(
    name: str, sentence: str, *changes: Change, emulates: str = "", noticed_by: str = ""
) -> None:
    """Declare a deviation made of ready steps. Raises ValueError for a second one of that name."""
    if not changes:
        raise ValueError(f"the deviation {name!r} changes nothing")

    def change(server: Seams) -> None:
        for step in changes:
            step(server)

    change.__module__ = changes[0].__module__
    deviation(name, sentence, emulates=emulates, noticed_by=noticed_by)(change)


def discover() -> dict[str, Deviation]:
    """Every deviation of every module of this package and its sub-packages, by name."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_deviations.items()))


def apply(names: Iterable[str], server: Seams) -> None:
    """Make the changes of these deviations, in their order. Raises UnknownDeviation."""
    names = tuple(names)
    if not names:
        return
    known = discover()
    for name in names:
        if name not in known:
            raise UnknownDeviation(
                unknown("deviation", name, known, "s3compat serve --list-deviations")
            )
        known[name].change(server)
