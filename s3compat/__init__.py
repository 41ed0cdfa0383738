"""The `s3compat` command, and the names that other projects import.

    from s3compat import S3Server          the reference server, as a context manager
    s3compat.fixtures                      fixtures, which pytest finds by itself

Names are loaded when they are asked for: importing s3compat costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server_ref.server import S3Server

__all__ = ["S3Server"]


def __getattr__(name: str) -> Any:
    if name == "S3Server":
        from server_ref.server import S3Server

        return S3Server
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
