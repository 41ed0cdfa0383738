"""Who answers on which port: one application on one port, unless a seam puts others there.

It is between the transport, which knows ports, and the gate, which knows S3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from server_ref.http.connection import Application
from server_ref.settings import Settings


class Front(Protocol):
    """One application a port."""

    @property
    def applications(self) -> Sequence[Application]:
        """The first is the endpoint that clients are given."""
        ...

    @property
    def path(self) -> str:
        """What S3 lives under at the endpoint."""
        ...

    def listening(self, urls: Sequence[str]) -> None:
        """Told before the first request: where each application is (scheme, host and port)."""
        ...


class OnePort:
    """The gate itself."""

    def __init__(self, gate: Application, _store: Any, settings: Settings, _owner: str) -> None:
        self.applications: Sequence[Application] = (gate,)
        self.path = settings.base_path

    def listening(self, urls: Sequence[str]) -> None:
        """Nothing depends on the address."""
