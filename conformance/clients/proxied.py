"""SDK programs that cannot be looked into: what crosses the wire passes by a recording proxy."""

from __future__ import annotations

from typing import Any

from conformance.clients.sdk_program import SdkProgramClient
from conformance.evidence.authority import authority
from conformance.evidence.exchanges import Recorded
from conformance.evidence.proxy import RecordingProxy


class ProxiedProgramClient(SdkProgramClient):
    """It is told to use the proxy; under TLS, to trust the proxy's authority and no other."""

    _proxy: RecordingProxy | None = None

    @property
    def proxy(self) -> RecordingProxy:
        """The proxy, running from its first use until ``close``."""
        if self._proxy is None:
            self._proxy = RecordingProxy(self.endpoint)
            self._proxy.__enter__()
        return self._proxy

    def settings(self) -> dict[str, Any]:
        told = super().settings()
        if self.endpoint.secure:
            trusted = self.home / "trusted.pem"
            trusted.write_bytes(authority().pem)
            told |= {"ca": str(trusted), "insecure": False}
        return {**told, "proxy": self.proxy.url}

    def begin(self) -> None:
        self.proxy.begin()

    def recorded(self) -> list[Recorded]:
        return self.proxy.exchanges()

    def close(self) -> None:
        super().close()
        if self._proxy is not None:
            self._proxy.__exit__(None, None, None)
            self._proxy = None
