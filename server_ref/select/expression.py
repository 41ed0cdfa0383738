"""An S3 Select expression as a syntax tree: one SELECT over S3Object, and nothing else.

sqlglot reads standard SQL. What S3 Select has beside it is taken out of the tokens before: the path
after S3Object, ``IS MISSING`` (which is ``IS NULL`` here), members called like keywords, and
functions whose arguments other dialects order otherwise.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]  # its documented place

from server_ref.errors import S3Error
from server_ref.select import grammar
from server_ref.select.columns import Quoted

OWN = "S3SELECT_"  # before the name of a function that is translated here, not by sqlglot
_NO_LIMIT = 1 << 62  # rows
_INDEX = 9  # digits of a place in a list
MEMBER = "\ue001"  # before the name of a member, which may be called as a keyword or a type is
_FUNCTIONS = frozenset(
    (
        "CHAR_LENGTH",
        "CHARACTER_LENGTH",
        "COALESCE",
        "DATE_ADD",
        "DATE_DIFF",
        "LOWER",
        "NULLIF",
        "TO_STRING",
        "TO_TIMESTAMP",
        "UPPER",
        "UTCNOW",
    )
)
# What is quoted otherwise, which may hold a backtick, or a timestamp in backticks.
_LITERALS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`([^`']*)`""")
MAX_TOKENS = 20_000
MAX_DEPTH = 48  # parentheses, brackets and CASEs inside one another
_OPENING = frozenset((TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.CASE))
_CLOSING = frozenset((TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.END))
_CLAUSES = frozenset(("expressions", "from_", "where", "limit"))


class Query(NamedTuple):
    """``source`` is the path after S3Object: names, indexes, and "*" as None."""

    columns: list[exp.Expression]
    where: exp.Expression | None
    limit: int | None
    alias: str | None
    source: tuple[str | int | None, ...]
    length: int  # characters of the expression


def parse(text: str) -> Query:
    """Raises S3Error ParseUnexpectedToken and its kin."""
    try:
        grammar.check_characters(text)
        text = _LITERALS.sub(_moment, text)
        tokens = sqlglot.tokenize(text)
        _bounded(tokens)
        grammar.check(tokens)
        rewritten, source = _rewrite(text, tokens)
        statements = sqlglot.parse(rewritten)
    except (SqlglotError, RecursionError) as error:
        raise S3Error("ParseUnexpectedToken") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        raise S3Error("UnsupportedSqlStructure")
    return _query(statements[0], source, len(text))


def _bounded(tokens: list[Token]) -> None:
    """Raises S3Error for an expression that would take long to parse."""
    if len(tokens) > MAX_TOKENS:
        raise S3Error("UnsupportedSqlStructure", "The SQL expression has too many parts.")
    depth = 0
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > MAX_DEPTH:
            raise S3Error("UnsupportedSqlStructure", "The SQL expression is nested too deep.")


def _query(select: exp.Select, source: tuple[str | int | None, ...], length: int) -> Query:
    for name, value in select.args.items():
        if value and name not in _CLAUSES:
            raise S3Error("UnsupportedSqlStructure")
    came = select.args.get("from_")
    if came is None or not isinstance(came.this, exp.Table):
        raise S3Error("ParseSelectMissingFrom")
    table = came.this
    alias = table.args.get("alias")
    for name, value in table.args.items():
        if value and name not in ("this", "alias"):
            raise S3Error("UnsupportedSqlStructure")
    if alias is not None and alias.args.get("columns"):
        raise S3Error("UnsupportedSqlStructure")
    where = select.args.get("where")
    return Query(
        list(select.expressions),
        where.this if where is not None else None,
        _limit(select.args.get("limit")),
        alias.name if alias is not None else _last_name(source),
        source,
        length,
    )


def _last_name(source: tuple[str | int | None, ...]) -> str | None:
    """What a record is called where nobody says it: as the end of the path it comes from."""
    last = source[-1] if source else None
    return last if isinstance(last, str) else None


def _moment(found: re.Match[str]) -> str:
    """A timestamp in backticks as the function that makes one; anything else as it is."""
    inside = found[1]
    return found[0] if inside is None else f"TO_TIMESTAMP('{inside}')"


def _limit(clause: exp.Expression | None) -> int | None:
    if clause is None:
        return None
    number = clause.expression
    if not isinstance(number, exp.Literal) or number.is_string or not _digits(number.name):
        raise S3Error("ParseExpectedNumber", "The LIMIT is not a positive number.")
    return int(number.name) if len(number.name) <= 18 else _NO_LIMIT


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _rewrite(text: str, tokens: list[Token]) -> tuple[str, tuple[str | int | None, ...]]:
    """The text sqlglot is given, and the path after S3Object."""
    pieces: list[str] = []
    source: tuple[str | int | None, ...] = ()
    position = depth = at = 0
    seen_from = False
    while at < len(tokens):
        token = tokens[at]
        kind, word = token.token_type, token.text.upper()
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        replacement: str | None = None
        last = at
        if kind is TokenType.FROM and depth == 0 and not seen_from:
            seen_from = True
            last, source = _source_path(tokens, at + 1)
            replacement = "FROM S3Object"
        elif word in _FUNCTIONS and _is(tokens, at + 1, TokenType.L_PAREN):
            replacement = OWN + word
        elif word == "MISSING" and kind is TokenType.VAR and _after_is(tokens, at):
            replacement = "NULL"
        elif (
            _is(tokens, at - 1, TokenType.DOT)
            and word.isidentifier()
            and kind is not TokenType.IDENTIFIER  # quoted: it stays what it is
        ):
            replacement = f'"{MEMBER}{token.text}"'
        if replacement is not None:
            pieces += [text[position : token.start], replacement]
            position = tokens[last].end + 1
        at = last + 1
    if not seen_from:
        raise S3Error("ParseSelectMissingFrom")
    return "".join([*pieces, text[position:]]), source


def _source_path(tokens: list[Token], at: int) -> tuple[int, tuple[str | int | None, ...]]:
    """The last token of ``S3Object[*].a[0]`` and its steps; raises S3Error InvalidDataSource."""
    if at >= len(tokens) or tokens[at].text.lower() != "s3object":
        raise S3Error("InvalidDataSource", "The only data source is S3Object.")
    steps: list[str | int | None] = []
    while True:
        if _is(tokens, at + 1, TokenType.L_BRACKET) and _is(tokens, at + 3, TokenType.R_BRACKET):
            inside = tokens[at + 2]
            if inside.token_type is TokenType.STAR:
                steps.append(None)
            elif len(inside.text) <= _INDEX and _digits(inside.text):
                steps.append(int(inside.text))
            else:
                raise S3Error("InvalidKeyPath")
            at += 3
        elif _is(tokens, at + 1, TokenType.DOT) and at + 2 < len(tokens):
            named = tokens[at + 2]
            quoted = named.token_type is TokenType.IDENTIFIER
            name = Quoted(named.text) if quoted else named.text
            steps.append(None if named.token_type is TokenType.STAR else name)
            at += 2
        else:
            return at, tuple(steps)


def _is(tokens: list[Token], at: int, kind: TokenType) -> bool:
    return 0 <= at < len(tokens) and tokens[at].token_type is kind


def _after_is(tokens: list[Token], at: int) -> bool:
    before = at - 2 if at and tokens[at - 1].token_type is TokenType.NOT else at - 1
    return before >= 0 and tokens[before].token_type is TokenType.IS
