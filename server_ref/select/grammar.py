"""Mistakes of an S3 Select expression that have a code of their own, found in its tokens.

What is wrong otherwise is for the parser to say. Each code is that of the mistake in Amazon's list:
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]  # its documented place

from server_ref.errors import S3Error
from server_ref.select.moments import PARTS

_AGGREGATES = frozenset(("AVG", "COUNT", "MAX", "MIN", "SUM"))
_CALLED = _AGGREGATES | {
    *("CAST", "CHAR_LENGTH", "CHARACTER_LENGTH", "COALESCE", "DATE_ADD", "DATE_DIFF", "EXTRACT"),
    *("LOWER", "NULLIF", "SUBSTRING", "TO_STRING", "TO_TIMESTAMP", "TRIM", "UPPER", "UTCNOW"),
}
_DATED = frozenset(("DATE_ADD", "DATE_DIFF", "EXTRACT"))
_OF_WORDS = frozenset(("CAST", "EXTRACT", "SUBSTRING", "TRIM"))  # words part their arguments
_OPERANDS = frozenset((TokenType.VAR, TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER))
_EXTRACTED = frozenset((*PARTS, "timezone_hour", "timezone_minute"))
_CLAUSES = frozenset((TokenType.FROM, TokenType.WHERE, TokenType.LIMIT, TokenType.COMMA))
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`""")
_NO_CHARACTER = re.compile(r"[#~?\\]")  # in no literal, name or operator of S3 Select


def check_characters(text: str) -> None:
    """Raises S3Error LexerInvalidChar for a character that S3 Select has no use of."""
    if _NO_CHARACTER.search(_QUOTED.sub("", text)):
        raise S3Error("LexerInvalidChar")


def check(tokens: Sequence[Token]) -> None:
    """Raises the S3Error of the first mistake that has a code of its own."""
    if not tokens or tokens[0].token_type is not TokenType.SELECT:
        return
    _check_calls(tokens)
    _check_operands(tokens)
    ground = [token for token, depth in _deep(tokens) if depth == 0]
    kinds = [token.token_type for token in ground]
    if TokenType.FROM not in kinds:
        return
    at = kinds.index(TokenType.FROM)
    _check_chosen(kinds[1:at])
    _check_source(kinds[at + 1 :])
    _check_aliases(kinds)
    _check_limit(ground)
    if kinds[-1] is TokenType.WHERE:
        raise S3Error("ParseExpectedExpression")


def _deep(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Each token and the number of parentheses and brackets it is in."""
    depth = 0
    for token in tokens:
        if token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET):
            depth -= 1
        yield token, depth
        if token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET):
            depth += 1


def _check_chosen(kinds: Sequence[TokenType]) -> None:
    if not kinds:
        raise S3Error("ParseEmptySelect")
    entries: list[list[TokenType]] = [[]]
    for kind in kinds:
        if kind is TokenType.COMMA:
            entries.append([])
        else:
            entries[-1].append(kind)
    if len(entries) > 1 and [TokenType.STAR] in entries:
        raise S3Error("ParseAsteriskIsNotAloneInSelectList")
    for entry in entries:
        if len(entry) > 1 and entry[-1] is TokenType.STAR and entry[-2] is not TokenType.DOT:
            raise S3Error("ParseInvalidContextForWildcardInSelectList")


def _check_source(kinds: Sequence[TokenType]) -> None:
    for kind in kinds:
        if kind is TokenType.WHERE:
            return
        if kind is TokenType.JOIN:
            raise S3Error("ParseMalformedJoin")
        if kind is TokenType.COMMA:
            raise S3Error("MultipleDataSourcesUnsupported")


def _check_aliases(kinds: Sequence[TokenType]) -> None:
    for kind, following in zip(kinds, [*kinds[1:], TokenType.FROM], strict=True):
        if kind is TokenType.ALIAS and following in _CLAUSES:
            raise S3Error("ParseExpectedIdentForAlias")


def _check_limit(ground: Sequence[Token]) -> None:
    for token, following in zip(ground, [*ground[1:], None], strict=True):
        if token.token_type is TokenType.LIMIT:
            if following is not None and following.token_type is TokenType.DASH:
                raise S3Error("EvaluatorNegativeLimit")
            if following is None or following.token_type is not TokenType.NUMBER:
                raise S3Error("ParseExpectedNumber")


def _check_calls(tokens: Sequence[Token]) -> None:
    for at, token in enumerate(tokens):
        name = token.text.upper()
        if token.token_type is TokenType.CASE:
            _check_case(tokens[at + 1 :])
        if name not in _CALLED or _is(tokens, at - 1, TokenType.DOT):
            continue
        if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER):
            continue
        if _is(tokens, at + 1, TokenType.L_PAREN):
            _check_call(name, tokens[at + 2 :])
        elif name == "CAST":
            raise S3Error("ParseExpectedLeftParenAfterCast")


def _check_operands(tokens: Sequence[Token]) -> None:
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.PARAMETER and not _is(tokens, at + 1, TokenType.VAR):
            raise S3Error("ParseMissingIdentAfterAt")
        if kind is TokenType.IN and not _is(tokens, at + 1, TokenType.L_PAREN):
            raise S3Error("ParseExpectedLeftParenValueConstructor")
        if kind is TokenType.BETWEEN and not _goes_on(tokens[at + 1 :]):
            raise S3Error("ParseExpectedKeyword")


def _goes_on(following: Sequence[Token]) -> bool:
    """Whether a BETWEEN has its AND."""
    for token, depth in _deep(following):
        if depth < 0 or token.token_type is TokenType.LIMIT:
            return False
        if depth == 0 and token.token_type is TokenType.AND:
            return True
    return False


def _check_case(following: Sequence[Token]) -> None:
    for token in following:
        if token.token_type is TokenType.WHEN:
            return
        if token.token_type is TokenType.END:
            break
    raise S3Error("ParseExpectedWhenClause")


def _check_call(name: str, following: Sequence[Token]) -> None:
    """What stands between the parentheses of a call of this name."""
    inside: list[TokenType] = []
    for token, depth in _deep(following):
        if depth < 0:
            break
        if depth == 0:
            inside.append(token.token_type)
    else:
        raise S3Error("ParseExpectedRightParenBuiltinFunctionCall")
    if inside == [TokenType.STAR] and name != "COUNT":
        raise S3Error("ParseUnsupportedCallWithStar")
    if name in _AGGREGATES and TokenType.COMMA in inside:
        raise S3Error("ParseNonUnaryAgregateFunctionCall")
    if name not in _OF_WORDS and any(
        first in _OPERANDS and second in _OPERANDS for first, second in pairwise(inside)
    ):
        raise S3Error("ParseExpectedArgumentDelimiter")
    if name == "CAST":
        if TokenType.COMMA in inside:
            raise S3Error("ParseCastArity")
        if inside and inside[-1] is TokenType.ALIAS:
            raise S3Error("ParseExpectedTypeName")
    if name in _DATED and following[0].text.lower() not in _EXTRACTED:
        raise S3Error("ParseExpectedDatePart")


def _is(tokens: Sequence[Token], at: int, kind: TokenType) -> bool:
    return 0 <= at < len(tokens) and tokens[at].token_type is kind
