"""The small changes that can be made to a module, each at one place of its syntax tree.

What nobody can see is left alone: annotations, docstrings, what is logged, names for types, and
what OpenSSL is told that a digest is for.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}
_QUIET = ("logger", "log", "console", "logging")


@dataclass(frozen=True)
class Change:
    """Characters ``start`` to ``end`` of a module's text become ``text``."""

    start: int
    end: int
    text: str
    line: int
    before: str

    def apply(self, source: str) -> str:
        """The changed module."""
        return source[: self.start] + self.text + source[self.end :]

    def __str__(self) -> str:
        return f"{_short(self.before)}  ->  {_short(self.text)}"


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else f"{one_line[:57]}..."


def changes(source: str) -> list[Change]:
    """Every change of a module, in the order of its text. Raises SyntaxError."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = source.splitlines()

    def place(line: int, column: int) -> int:  # the tree counts bytes of UTF-8
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    found = []
    for node, new in _walk(ast.parse(source)):
        start = place(node.lineno, node.col_offset)
        end = place(node.end_lineno or node.lineno, node.end_col_offset or 0)
        text = new if isinstance(new, str) else f"({ast.unparse(new)})"
        found.append(Change(start, end, text, node.lineno, source[start:end]))
    return sorted(found, key=lambda change: (change.start, change.end, change.text))


def _walk(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, ast.expr | str]]:
    """Nodes with what they become, a node or a text."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        return
    if isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Constant) or _is_quiet(node.value):
            return
        if isinstance(node.value, ast.Call):
            yield node, "pass"
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom | ast.alias):
        return  # texts for people, and names
    if isinstance(node, ast.expr):
        yield from ((node, new) for new in _others(node))
    if isinstance(node, ast.Break | ast.Continue):
        yield node, "continue" if isinstance(node, ast.Break) else "break"
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node.test, ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.keyword) and node.arg == "usedforsecurity":
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params", "format_spec"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child)


def _others(node: ast.expr) -> Iterator[ast.expr]:
    """What could stand in this expression's place, and would be a mistake."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            other = _COMPARISONS[type(operator)]()
            new = copy.copy(node)
            new.ops = [*node.ops[:number], other, *node.ops[number + 1 :]]
            yield new
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        if not any(_is_text(side) for side in (node.left, node.right)):
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int):
            yield ast.Constant(node.value + 1)


def _is_text(node: ast.expr) -> bool:
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return constant or isinstance(node, ast.JoinedStr | ast.List | ast.Tuple)


def _is_quiet(node: ast.expr) -> bool:
    """Whether a call only says something to a person."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Attribute):
        function = function.value
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in (*_QUIET, "print")
