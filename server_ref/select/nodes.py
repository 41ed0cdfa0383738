"""What a node of a syntax tree says, and what of it is read: names, numbers, no part left out."""

from __future__ import annotations

from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select.columns import Quoted
from server_ref.select.expression import MEMBER

# What is read of a node that has more; the rest changes its meaning and is refused.
_READ: dict[type[exp.Expression], tuple[str, ...]] = {
    exp.Star: (),
    exp.Between: ("this", "low", "high"),
    exp.Cast: ("this", "to"),
    exp.In: ("this", "expressions"),
    exp.Substring: ("this", "start", "length"),
    exp.Trim: ("this", "position", "expression"),
}


def read_whole(node: exp.Expression) -> None:
    """Raises S3Error for a part of a node that nobody here reads, as EXCLUDE behind ``*``."""
    read = _READ.get(type(node))
    if read is None:
        return
    for name, value in node.args.items():
        if value and name not in read:
            raise S3Error("UnsupportedSqlStructure")


def named(part: exp.Expr) -> str:
    """A name of a path; MEMBER says that it was not quoted, though it is now."""
    name: str = part.name
    if name.startswith(MEMBER):
        return name.removeprefix(MEMBER)
    return Quoted(name) if part.args.get("quoted") else name


def index(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise S3Error("InvalidKeyPath")
    return int(text)
