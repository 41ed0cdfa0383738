"""A syntax tree as SQL for DuckDB, node by node: what is not named here is refused.

CSV has only texts and JSON only what each record says, so a value is converted where its neighbour
is a number, a time or a truth. It is longer than others because every kind of node is here, a few
lines each, and all of them share one count of what was made.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-operators.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select.columns import MAX_COLUMNS, Columns, Quoted, Typed
from server_ref.select.expression import OWN, Query
from server_ref.select.functions import FUNCTIONS
from server_ref.select.kinds import as_instant, as_number, as_text, as_time, as_truth, meet
from server_ref.select.literals import text_literal
from server_ref.select.moments import part_of
from server_ref.select.nodes import index, named, read_whole

_COMPARISONS: dict[Any, str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
_ARITHMETIC: dict[Any, str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}
_LOGIC: dict[Any, str] = {exp.And: "AND", exp.Or: "OR"}
_AGGREGATES: dict[Any, str] = {
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
}
_TYPES = {
    "BOOLEAN": ("BOOLEAN", "bool"),
    "INT": ("BIGINT", "number"),
    "BIGINT": ("BIGINT", "number"),
    "FLOAT": ("DOUBLE", "number"),
    "DOUBLE": ("DOUBLE", "number"),
    "DECIMAL": ("DECIMAL", "number"),
    "TEXT": ("VARCHAR", "text"),
    "VARCHAR": ("VARCHAR", "text"),
    "CHAR": ("VARCHAR", "text"),
    "TIMESTAMP": ("TIMESTAMP", "time"),
    "TIMESTAMPTZ": ("TIMESTAMP", "time"),
}


_SPARE_SQL = 1 << 16  # characters of SQL whatever the expression
_SQL_A_CHARACTER = 8  # and characters of SQL for each of the expression, up to as many
_DEEPEST = 64  # nodes inside one another


class Plan(NamedTuple):
    """SQL over ``source``, and name and kind of each column of its result."""

    sql: str
    columns: list[tuple[str, str]]


def translate(query: Query, columns: Columns, source: str, now: datetime) -> Plan:
    """``source`` is what follows FROM, made by the server. Raises S3Error."""
    translator = _Translator(columns, query, now)
    try:
        chosen = [
            one
            for number, column in enumerate(query.columns, 1)
            for one in translator.chosen(column, number)
        ]
        shown = (as_text(t) if t.kind == "time" else t.sql for _, t in chosen)
        sql = f"SELECT {', '.join(shown)} FROM {source}"
        if query.where is not None:
            sql += f" WHERE {as_truth(translator.value(query.where))}"
    except RecursionError as error:
        raise S3Error("UnsupportedSqlStructure") from error
    if query.limit is not None:
        sql += f" LIMIT {query.limit}"
    return Plan(sql, [(name, typed.kind) for name, typed in chosen])


class _Translator:
    def __init__(self, columns: Columns, query: Query, now: datetime) -> None:
        self._columns = columns
        self._alias = (query.alias or "S3Object").lower()
        self._now = now
        self._left = _SPARE_SQL + _SQL_A_CHARACTER * min(query.length, _SPARE_SQL)
        self._depth = 0
        self._stars = 0
        self._nodes: dict[type[exp.Expression], Callable[[Any], Typed]] = {
            exp.Paren: lambda node: self._wrapped(self.value(node.this)),
            exp.Column: self._column,
            exp.Dot: self._column,
            exp.Bracket: self._column,
            exp.Identifier: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda node: Typed("TRUE" if node.this else "FALSE", "bool"),
            exp.Null: lambda _node: Typed("NULL", "null"),
            exp.Not: lambda node: Typed(f"(NOT {as_truth(self.value(node.this))})", "bool"),
            exp.Neg: lambda node: Typed(f"(- {as_number(self.value(node.this))})", "number"),
            exp.Is: self._is,
            exp.Between: self._between,
            exp.In: self._in,
            exp.Like: self._like,
            exp.Escape: self._escape,
            exp.DPipe: self._joined,
            exp.Case: self._case,
            exp.Cast: self._cast,
            exp.Substring: self._substring,
            exp.Trim: self._trim,
            exp.Extract: self._extract,
            exp.Count: self._count,
            exp.Anonymous: self._function,
            **dict.fromkeys(_COMPARISONS, self._comparison),
            **dict.fromkeys(_ARITHMETIC, self._arithmetic),
            **dict.fromkeys(_LOGIC, self._logic),
            **dict.fromkeys(_AGGREGATES, self._aggregate),
        }

    def chosen(self, node: exp.Expression, number: int) -> list[tuple[str, Typed]]:
        """One entry of the select list; ``*`` is several."""
        star = node.this if isinstance(node, exp.Column) else node
        if isinstance(star, exp.Star):
            read_whole(star)
            everything = self._columns.everything()
            self._stars += 1
            if self._stars * len(everything) > MAX_COLUMNS:
                raise S3Error("OverMaxColumn")
            return everything
        if isinstance(node, exp.Alias):
            return [(node.alias, self.value(node.this))]
        typed = self.value(node)
        name = None
        if isinstance(node, exp.Column | exp.Dot | exp.Bracket):
            path = self._path(node)
            steps = self._steps(node) or path  # the record itself, by the name it has
            name = self._columns.name(steps)
        return [(name or f"_{number}", typed)]

    def value(self, node: exp.Expression) -> Typed:
        """Any expression. Raises S3Error for one S3 Select does not have, and for one too large.

        A value may be needed twice in SQL (BETWEEN, NULLIF, CASE x WHEN), so nested ones double
        with each level: what has been made is measured at each.
        """
        known = self._nodes.get(type(node))
        if known is not None:
            read_whole(node)
            self._depth += 1
            if self._depth > _DEEPEST:
                raise S3Error("UnsupportedSqlStructure", "The SQL expression is nested too deep.")
            typed = known(node)
            self._depth -= 1
            if len(typed.sql) > self._left:
                raise S3Error("UnsupportedSqlStructure", "The SQL expression is too complex.")
            return typed
        if isinstance(node, exp.Func):
            raise S3Error("UnsupportedFunction")
        raise S3Error("UnsupportedSqlStructure")

    # names

    def _column(self, node: exp.Expression) -> Typed:
        steps = self._steps(node)
        if not steps:  # the record itself
            (_, typed), *more = self._columns.everything()
            if more or typed.kind != "record":
                raise S3Error("EvaluatorBindingDoesNotExist")
            return Typed(typed.sql, "json")
        return self._columns.find(steps)

    def _steps(self, node: exp.Expression) -> list[str | int]:
        """The path of a name, without what it begins with: the alias or S3Object."""
        steps = self._path(node)
        if steps and str(steps[0]).lower() == self._alias:
            return steps[1:]
        return steps

    def _path(self, node: exp.Expression) -> list[str | int]:
        if isinstance(node, exp.Column):
            return [named(part) for part in node.parts]
        if isinstance(node, exp.Identifier):
            return [named(node)]
        if isinstance(node, exp.Dot):
            return [*self._path(node.this), *self._path(node.expression)]
        if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
            inside = node.expressions[0]
            if isinstance(inside, exp.Literal):
                step = Quoted(inside.name) if inside.is_string else index(inside.name)
                return [*self._path(node.this), step]
        raise S3Error("InvalidKeyPath")

    # values and operators

    @staticmethod
    def _literal(node: exp.Literal) -> Typed:
        if node.is_string:
            return Typed(text_literal(node.name), "text")
        try:
            float(node.name)
        except ValueError as error:
            raise S3Error("ParseUnexpectedToken") from error
        return Typed(node.name, "number")

    @staticmethod
    def _wrapped(typed: Typed) -> Typed:
        return Typed(f"({typed.sql})", typed.kind)

    def _comparison(self, node: exp.Binary) -> Typed:
        left, right = meet(self.value(node.this), self.value(node.expression))
        return Typed(f"({left} {_COMPARISONS[type(node)]} {right})", "bool")

    def _arithmetic(self, node: exp.Binary) -> Typed:
        left, right = (as_number(self.value(one)) for one in (node.this, node.expression))
        return Typed(f"({left} {_ARITHMETIC[type(node)]} {right})", "number")

    def _logic(self, node: exp.Binary) -> Typed:
        """A long chain leans to the left, so that side is walked and not recursed into."""
        kind = type(node)
        parts: list[str] = []
        at: Any = node
        while type(at) is kind:
            parts.append(as_truth(self.value(at.expression)))
            at = at.this
        parts.append(as_truth(self.value(at)))
        return Typed("(" + f" {_LOGIC[kind]} ".join(reversed(parts)) + ")", "bool")

    def _is(self, node: exp.Is) -> Typed:
        value, what = self.value(node.this), node.expression
        if isinstance(what, exp.Boolean):
            return Typed(f"({as_truth(value)} IS {'TRUE' if what.this else 'FALSE'})", "bool")
        if not isinstance(what, exp.Null):
            raise S3Error("UnsupportedSqlStructure")
        sql = f"({value.sql} IS NULL)"
        if value.kind == "json":
            sql = f"({value.sql} IS NULL OR json_type({value.sql}) = 'NULL')"
        return Typed(sql, "bool")

    def _between(self, node: exp.Between) -> Typed:
        value = self.value(node.this)
        low = meet(value, self.value(node.args["low"]))
        high = meet(value, self.value(node.args["high"]))
        return Typed(f"({low[0]} >= {low[1]} AND {high[0]} <= {high[1]})", "bool")

    def _in(self, node: exp.In) -> Typed:
        if not node.expressions:
            raise S3Error("UnsupportedSqlStructure")  # a subquery
        value = self.value(node.this)
        sought: dict[str, list[str]] = {}  # the value, once for each kind it is compared as
        for one in node.expressions:
            left, right = meet(value, self.value(one))
            sought.setdefault(left, []).append(right)
        tests = [f"{left} IN ({', '.join(rights)})" for left, rights in sought.items()]
        return Typed(f"({' OR '.join(tests)})", "bool")

    def _like(self, node: exp.Like, escape: str = "") -> Typed:
        left, right = (as_text(self.value(one)) for one in (node.this, node.expression))
        no = "NOT " if node.args.get("negate") else ""  # older sqlglot: a Not around it
        return Typed(f"({left} {no}LIKE {right}{escape})", "bool")

    def _escape(self, node: exp.Escape) -> Typed:
        character = node.expression
        like = node.this
        if not isinstance(character, exp.Literal) or len(character.name) != 1:
            raise S3Error("LikeInvalidInputs")
        if not isinstance(like, exp.Like):
            raise S3Error("UnsupportedSqlStructure")
        return self._like(like, f" ESCAPE {text_literal(character.name)}")

    def _joined(self, node: exp.DPipe) -> Typed:
        left, right = (as_text(self.value(one)) for one in (node.this, node.expression))
        return Typed(f"({left} || {right})", "text")

    def _case(self, node: exp.Case) -> Typed:
        subject = self.value(node.this) if node.this is not None else None
        branches, size = [], 0
        for branch in node.args["ifs"]:
            if subject is None:
                when = as_truth(self.value(branch.this))
            else:
                when = " = ".join(meet(subject, self.value(branch.this)))
            size += len(when)
            if size > self._left:
                raise S3Error("UnsupportedSqlStructure", "The SQL expression is too complex.")
            branches.append((when, self.value(branch.args["true"])))
        default = node.args.get("default")
        otherwise = self.value(default) if default is not None else Typed("NULL", "null")
        values = [value for _, value in branches] + [otherwise]
        kinds = {value.kind for value in values} - {"null"}
        kind = kinds.pop() if len(kinds) == 1 else "text"
        shown = [value.sql if value.kind in (kind, "null") else as_text(value) for value in values]
        whens = " ".join(
            f"WHEN {when} THEN {value}"
            for (when, _), value in zip(branches, shown[:-1], strict=True)
        )
        return Typed(f"(CASE {whens} ELSE {shown[-1]} END)", kind)

    def _cast(self, node: exp.Cast) -> Typed:
        value, to = self.value(node.this), node.args["to"]
        known = _TYPES.get(to.this.name)
        if known is None:
            raise S3Error("InvalidDataType")
        wanted, kind = known
        if wanted == "DECIMAL":
            sizes = [index(one.name) for one in to.expressions] or [38, 10]
            if len(sizes) > 2 or not 1 <= sizes[0] <= 38 or sizes[-1] > 38:
                raise S3Error("ParseInvalidTypeParam")
            wanted = f"DECIMAL({', '.join(str(size) for size in sizes)})"
        if wanted == "TIMESTAMP":
            return Typed(as_time(value), "time")
        source = as_text(value) if value.kind in ("json", "record") else value.sql
        return Typed(f"CAST({source} AS {wanted})", kind)

    # functions

    def _substring(self, node: exp.Substring) -> Typed:
        """As SQL has it: positions before the first count, and hold nothing."""
        text = as_text(self.value(node.this))
        start, length = (
            None if given is None else f"CAST({as_number(self.value(given))} AS BIGINT)"
            for given in (node.args.get("start"), node.args.get("length"))
        )
        if length is None:
            return Typed(f"s3_substring({text}, {start or 1})", "text")
        return Typed(f"s3_substring_of({text}, {start or 1}, {length})", "text")

    def _trim(self, node: exp.Trim) -> Typed:
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(
            node.args.get("position") or "", "trim"
        )
        arguments = [as_text(self.value(node.this))]
        characters = node.args.get("expression")
        if characters is not None:
            arguments.append(as_text(self.value(characters)))
        return Typed(f"{name}({', '.join(arguments)})", "text")

    def _extract(self, node: exp.Extract) -> Typed:
        part = node.this.name.lower()
        return Typed(part_of(as_time(self.value(node.expression)), part), "number")

    def _count(self, node: exp.Count) -> Typed:
        if isinstance(node.this, exp.Star):
            return Typed("count(*)", "number")
        if isinstance(node.this, exp.Distinct) or node.expressions:
            raise S3Error("UnsupportedSqlStructure")
        value = self.value(node.this)
        counted = as_text(value) if value.kind == "json" else value.sql  # JSON's null is none
        return Typed(f"count({counted})", "number")

    def _aggregate(self, node: exp.AggFunc) -> Typed:
        name, value = _AGGREGATES[type(node)], self.value(node.this)
        if name in ("min", "max") and value.kind == "time":
            return Typed(f"arg_{name}({value.sql}, {as_instant(value)})", "time")
        if name in ("min", "max") and value.kind in ("text", "native"):
            return Typed(f"{name}({value.sql})", value.kind)
        return Typed(f"{name}({as_number(value)})", "number")

    def _function(self, node: exp.Anonymous) -> Typed:
        name = str(node.this)
        if name == f"{OWN}UTCNOW" and not node.expressions:
            now = self._now.astimezone(UTC).replace(tzinfo=None)
            moment = now.isoformat(timespec="milliseconds") + "Z"
            return Typed(f"s3_time({text_literal(moment)})", "time")
        known = FUNCTIONS.get(name.removeprefix(OWN)) if name.startswith(OWN) else None
        if known is None:
            raise S3Error("UnsupportedFunction")
        count, make = known
        if len(node.expressions) not in count:
            raise S3Error("EvaluatorInvalidArguments")
        return make(node.expressions, self.value)
