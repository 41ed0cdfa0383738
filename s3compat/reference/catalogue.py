"""The catalogue of behaviours: each with its check, its deviations, and where it was got wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import matrix
from conformance.trial.check import Check, discover
from server_ref import deviations

SIGHTINGS = Path(__file__).with_name("sightings.toml")
_HEAD = """<!-- made by `python -m s3compat.reference`; change the code instead -->

# Catalogue of behaviours

What S3 does, how it is tried, and how a server goes wrong. Each line is one behaviour: the check
that tries it, the faults of the reference server on which that check is seen to fail, and public
reports of servers that had it wrong (project and number; what they say is theirs, what S3 does is
taken from the page that the check cites). A check marked † is only shown and never scored; ‡
rests on measurements of several people.
"""
_MARKS = {"observed": " †", "reported": " ‡"}


def sightings() -> dict[str, list[str]]:
    """Ids of checks, and the public reports of servers that would have failed them."""
    read = tomllib.loads(SIGHTINGS.read_text(encoding="utf-8"))
    return {str(name): [str(one) for one in found] for name, found in read["seen"].items()}


def catalogue() -> str:
    """The page, in Markdown: the rows in the order of the table, their checks by name."""
    seen = sightings()
    by_row: dict[str, list[Check]] = {}
    for one in discover().values():
        by_row.setdefault(one.row, []).append(one)
    faults = {name: one.sentence for name, one in deviations.discover().items() if not one.emulates}
    parts = [_HEAD, f"{len(discover())} behaviours, {len(faults)} faults.\n"]
    for row in matrix.load_matrix().rows.values():
        parts.append(f"\n## {row.title}\n\n`{row.id}`\n\n")
        parts.append("| behaviour | check | fails where | seen |\n| --- | --- | --- | --- |\n")
        parts += [_line(one, faults, seen.get(one.id, [])) for one in by_row.get(row.id, [])]
    return "".join(parts)


def _line(check: Check, faults: dict[str, str], seen: list[str]) -> str:
    wrong = "<br>".join(f"`{name}`: {faults[name]}" for name in check.proved_by if name in faults)
    name = check.id.partition(".")[2]
    cells = (check.title + _MARKS.get(check.verified, ""), f"`{name}`", wrong, ", ".join(seen))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
