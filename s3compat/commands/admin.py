"""admin: list and change accounts, sessions and KMS keys in a reference server's directory."""

from __future__ import annotations

from collections.abc import Sequence

from server_ref.commands.admin import main as administer
from server_ref.commands.admin import parser

__all__ = ["EXIT_CODES", "main", "parser"]

EXIT_CODES = {
    0: "done",
    2: "there is no such account or key, or a file is damaged",
}


def main(argv: Sequence[str]) -> int:
    """Hand over to the server's own command."""
    return administer(argv)
