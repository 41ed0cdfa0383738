"""serve: run the reference S3 server until Ctrl-C."""

from __future__ import annotations

from collections.abc import Sequence

from server_ref.commands.serve import main as serve
from server_ref.commands.serve_arguments import parser

__all__ = ["EXIT_CODES", "main", "parser"]

EXIT_CODES = {
    0: "ended by Ctrl-C",
    2: "an option is wrong",
    4: "the server could not start",
}


def main(argv: Sequence[str]) -> int:
    """Hand over to the server's own command."""
    return serve(argv)
