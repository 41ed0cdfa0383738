"""Names under `.localhost` resolve to the loopback address, as RFC 6761 says they shall.

Not every system's resolver does so, and virtual-hosted addressing of a local endpoint needs it.
Stdlib only: it is loaded into the processes of the CLI clients too.
"""

from __future__ import annotations

import functools
import socket
from typing import Any


def is_localhost_name(host: object) -> bool:
    """Whether ``host`` is a name under `.localhost` (https://www.rfc-editor.org/rfc/rfc6761)."""
    return isinstance(host, str) and host.lower().rstrip(".").endswith(".localhost")


def install_for(host: str) -> None:
    """Let this process resolve them if ``host`` (with or without a port) is one of them."""
    if is_localhost_name(host.partition(":")[0]):
        install()


def install() -> None:
    """Let this process resolve them. Idempotent."""
    system = socket.getaddrinfo
    if hasattr(system, "__wrapped__"):
        return

    @functools.wraps(system)
    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        return system("127.0.0.1" if is_localhost_name(host) else host, *rest, **options)

    socket.getaddrinfo = getaddrinfo
