"""The tripwire: a client reaches the endpoint's hosts and no others, whatever it looks for.

It is stdlib only and imports nothing of this project, so that any Python process can load it by
path. SDKs and CLIs look for credentials in many places (instance metadata, containers, SSO, STS)
and follow redirects to where they are told; each of these is a connection, and is stopped here.
"""

from __future__ import annotations

import contextvars
import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any

HOSTS_VARIABLE = "S3COMPAT_HOSTS"  # what a process may reach: "host:port,host:*"
REFUSED = "refused by s3compat: "  # how the note of a refused connection begins


class ForeignHostError(ConnectionRefusedError):
    """A connection to a host that is neither the endpoint's nor declared; it was not made."""


class Hosts:
    """The hosts that may be reached, as ``host:port``.

    ``*`` is any port. A host's subdomains belong to it: a bucket stands before the endpoint's name.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = tuple(allowed)
        self._pairs = [_split(one) for one in self.allowed]

    def allows(self, host: str, port: object) -> bool:
        """Whether ``host`` at ``port`` is one of them; a port of None is any."""
        host = host.strip("[]").rstrip(".").lower()
        return any(
            (host == name or host.endswith(f".{name}")) and (one == "*" or _same(one, port))
            for name, one in self._pairs
        )

    def at(self, port: object) -> bool:
        """Whether any of them may be reached at ``port``."""
        return any(one == "*" or _same(one, port) for _, one in self._pairs)


def _split(one: str) -> tuple[str, str]:
    host, _, port = one.rpartition(":")
    name = host.strip("[]").rstrip(".").lower()
    return name.removeprefix("*."), port


def _same(one: str, port: object) -> bool:
    return port is None or one == str(port)


class Wire:
    """What one client may reach, and whom to tell of what it may not: ``tell(host:port)``."""

    def __init__(self, hosts: Hosts, tell: Callable[[str], None]) -> None:
        self._hosts = hosts
        self._tell = tell
        self._found = False  # a name of the endpoint's was looked up: its addresses may be reached

    def looks_up(self, host: object, port: object) -> None:
        """Raise ForeignHostError for a name or address that is not allowed."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        known = port if isinstance(port, int) or str(port).isdigit() else None
        if not self._hosts.allows(name, known):
            self._refuse(name, known)
        self._found = True

    def connects(self, address: object) -> None:
        """Raise ForeignHostError for an address that no allowed name has led to."""
        if not isinstance(address, tuple) or len(address) < 2:
            return  # a socket of this machine's own (AF_UNIX)
        host, port = str(address[0]), address[1]
        if self._hosts.allows(host, port):
            return
        if self._found and (self._hosts.at(port) or not _of_the_machine(host)):
            return
        self._refuse(host, port)

    def _refuse(self, host: str, port: object) -> None:
        where = f"{host}:{port}" if port is not None else host
        self._tell(where)
        raise ForeignHostError(f"{REFUSED}{where} is not the endpoint's, nor declared")


def _of_the_machine(host: str) -> bool:
    """An address that only this machine or its network's services have: metadata among them."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_link_local or address.is_loopback or host == "fd00:ec2::254"


_here: contextvars.ContextVar[Wire | None] = contextvars.ContextVar("s3compat_wire", default=None)
_everywhere: list[Wire] = []


def current() -> Wire | None:
    """The wire that this thread is held to, if any."""
    return _here.get() or (_everywhere[-1] if _everywhere else None)


def hold(wire: Wire | None) -> contextvars.Token[Wire | None]:
    """Hold this thread (and the contexts copied from it) to ``wire``; see ``let_go``."""
    install()
    return _here.set(wire)


def let_go(token: contextvars.Token[Wire | None]) -> None:
    """End what ``hold`` began."""
    _here.reset(token)


def hold_process(wire: Wire) -> None:
    """Hold every thread of this process to ``wire`` until it ends."""
    install()
    _everywhere.append(wire)


def install() -> None:
    """Put the tripwire under every Python socket of this process. Idempotent."""
    if hasattr(socket.socket.connect, "s3compat"):
        return
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded(self: socket.socket, address: Any) -> None:
        if (wire := current()) is not None:
            wire.connects(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if (wire := current()) is not None:
            wire.connects(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if (wire := current()) is not None:
            wire.looks_up(host, port)
        return look_up(host, port, *rest, **options)

    guarded.s3compat = True  # type: ignore[attr-defined]  # the mark that it is there
    if hasattr(look_up, "__wrapped__"):  # conformance.evidence.localhost_names was here before
        guarded_look_up.__wrapped__ = look_up.__wrapped__  # type: ignore[attr-defined]
    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = guarded_look_up
