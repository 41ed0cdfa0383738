"""serve: run the reference S3 server until Ctrl-C."""

from __future__ import annotations

from collections.abc import Sequence

from server_ref.commands.serve import main as serve


def main(argv: Sequence[str]) -> int:
    """Hand over to the server's own command."""
    return serve(argv)
