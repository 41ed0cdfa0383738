"""The operations: one function for each, found by discovery.

    @operation("GetObject")
    def get_object(ctx: Context, members: Members) -> Members: ...

``members`` are the request's, parsed by the service model; what is returned is serialised by it.
A streaming ``Body`` comes as ``ctx.request.body`` and goes out as a Payload.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from server_ref.context import Handler

_handlers: dict[str, Handler] = {}


def operation(name: str) -> Callable[[Handler], Handler]:
    """Declare the function that does the operation ``name``; raises ValueError for a second one."""

    def declare(handler: Handler) -> Handler:
        if name in _handlers:
            raise ValueError(f"two functions do {name}: {_handlers[name]} and {handler}")
        _handlers[name] = handler
        return handler

    return declare


def discover() -> dict[str, Handler]:
    """Every operation of every module of this package, by Amazon's operation name."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return dict(_handlers)
