"""The page of what the reference server does of each operation, made from the one table.

python -m server_ref.commands.supported > docs/server-operations.md
"""

from __future__ import annotations

from collections.abc import Collection

from server_ref.operations import discover
from server_ref.operations.support import NOTES, REFUSED, SAME_REQUEST, STORED, SUPPORT, missing

_INTRODUCTION = """\
# What the reference server does of each operation

Made by `python -m server_ref.commands.supported`; do not edit.

- **real**: does what Amazon S3 does.
- **stored**: the configuration is validated, kept and answered as S3 would; nothing happens
  because of it.
- **refused**: another AWS service or kind of bucket; answers S3's own error.
- **missing**: not written yet; answers `NotImplemented`.
"""


def page(handlers: Collection[str]) -> str:
    """The page as Markdown; ``handlers`` are the operations that have a function."""
    gaps = set(missing(handlers))
    lines = [_INTRODUCTION, "| operation | | |", "|---|---|---|"]
    counts: dict[str, int] = {}
    for name, kind in sorted(SUPPORT.items()):
        shown = "missing" if name in gaps else kind
        counts[shown] = counts.get(shown, 0) + 1
        words = STORED.get(name) or REFUSED.get(name) or NOTES.get(name) or ""
        if name in SAME_REQUEST:
            words = f"the older name of {SAME_REQUEST[name]}" + (f"; {words}" if words else "")
        lines.append(f"| {name} | {shown} | {words} |")
    total = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    return "\n".join([*lines, "", f"{len(SUPPORT)} operations: {total}.", ""])


if __name__ == "__main__":
    print(page(discover()), end="")
