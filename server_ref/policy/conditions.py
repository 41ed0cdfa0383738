"""Condition blocks of policy statements: operators, set operators, ``IfExists``, missing keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from server_ref.model.values import parse_iso8601
from server_ref.policy.patterns import Facts, expand, matches

Compare = Callable[[str, str, Facts], bool]  # value of the policy, value of the request


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of one operator. ``quantifier`` is "", "any" or "all"."""

    operator: str
    key: str  # lower case
    values: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False

    def holds(self, facts: Facts) -> bool:
        """Whether the request fulfils it."""
        found = facts.get(self.key)
        if self.operator == "Null":
            return any((value.lower() == "true") == (found is None) for value in self.values)
        if found is None:
            if self.quantifier == "any":
                return self.if_exists
            return self.if_exists or self.quantifier == "all" or self.negated
        one = self._none_of if self.negated else self._one_of
        if self.quantifier == "all":
            return all(one(value, facts) for value in found)
        if self.negated and not self.quantifier:
            return all(one(value, facts) for value in found)
        return any(one(value, facts) for value in found)

    @property
    def negated(self) -> bool:
        """Whether the operator is one of the Not… family."""
        return self.operator in _NEGATED

    def _one_of(self, value: str, facts: Facts) -> bool:
        compare = _OPERATORS[self.operator]
        return any(compare(wanted, value, facts) for wanted in self.values)

    def _none_of(self, value: str, facts: Facts) -> bool:
        compare = _OPERATORS[_NEGATED[self.operator]]
        return not any(compare(wanted, value, facts) for wanted in self.values)


def parse_operator(name: str) -> tuple[str, str, bool] | None:
    """(operator, quantifier, if_exists) of an operator as written; None for one that is none."""
    quantifier = ""
    for prefix, meaning in (("ForAnyValue:", "any"), ("ForAllValues:", "all")):
        if name.startswith(prefix):
            quantifier, name = meaning, name.removeprefix(prefix)
    if_exists = name.endswith("IfExists") and name != "IfExists"
    name = name.removesuffix("IfExists")
    if name == "Null":
        return None if if_exists or quantifier else (name, "", False)
    return (name, quantifier, if_exists) if name in _OPERATORS or name in _NEGATED else None


def valid_value(operator: str, value: str) -> bool:
    """Whether S3 takes the value for the operator (addresses are looked at, numbers are not)."""
    if operator not in ("IpAddress", "NotIpAddress"):
        return True
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


# https://www.w3.org/TR/NOTE-datetime: a year, a month, a day, or a minute with its zone
_W3C = re.compile(
    r"(\d{4})(?:(-\d\d)(?:(-\d\d)(?:(T\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?", re.ASCII
)


def parse_date(text: str) -> datetime | None:
    """An ISO 8601 date or seconds since the epoch, aware; None when it is neither."""
    try:
        if text.isascii() and text.isdigit() and len(text) > 4:  # four digits are a year
            return datetime.fromtimestamp(int(text), UTC)
        if (match := _W3C.fullmatch(text)) is None:
            return None
        year, month, day, minute, second, zone = match.groups(default="")
        date = f"{year}{month or '-01'}{day or '-01'}"
        found = parse_iso8601(f"{date}{minute}{second or ':00'}{zone}" if minute else date)
    except (ValueError, OverflowError, OSError):
        return None
    return found


def _equals(wanted: str, value: str, facts: Facts) -> bool:
    return expand(wanted, facts) == value


def _equals_ignore_case(wanted: str, value: str, facts: Facts) -> bool:
    filled = expand(wanted, facts)
    return filled is not None and filled.casefold() == value.casefold()


def _arn_like(wanted: str, value: str, facts: Facts) -> bool:
    # each of the six components is matched on its own
    theirs = wanted.split(":", 5)
    ours = value.split(":", 5)
    if len(theirs) != len(ours):
        return wanted == "*"
    return all(matches(a, b, facts) for a, b in zip(theirs, ours, strict=True))


def _address(wanted: str, value: str, facts: Facts) -> bool:
    try:
        address = ipaddress.ip_address(value)
        network = ipaddress.ip_network(expand(wanted, facts) or "", strict=False)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address) in network


def _bool(wanted: str, value: str, facts: Facts) -> bool:
    return _equals_ignore_case(wanted, value, facts)


# Decimal alone would take "1_000", digits of other scripts, NaN and Infinity
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Compare:
    def run(wanted: str, value: str, facts: Facts) -> bool:
        ours, theirs = value, expand(wanted, facts) or ""
        if not (_NUMBER.fullmatch(ours) and _NUMBER.fullmatch(theirs)):
            return False
        return compare(Decimal(ours), Decimal(theirs))

    return run


def _date(compare: Callable[[datetime, datetime], bool]) -> Compare:
    def run(wanted: str, value: str, facts: Facts) -> bool:
        ours, theirs = parse_date(value), parse_date(expand(wanted, facts) or "")
        return ours is not None and theirs is not None and compare(ours, theirs)

    return run


_OPERATORS: dict[str, Compare] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignore_case,
    "StringLike": matches,
    "BinaryEquals": _equals,
    "Bool": _bool,
    "IpAddress": _address,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "NumericEquals": _numeric(lambda a, b: a == b),
    "NumericLessThan": _numeric(lambda a, b: a < b),
    "NumericLessThanEquals": _numeric(lambda a, b: a <= b),
    "NumericGreaterThan": _numeric(lambda a, b: a > b),
    "NumericGreaterThanEquals": _numeric(lambda a, b: a >= b),
    "DateEquals": _date(lambda a, b: a == b),
    "DateLessThan": _date(lambda a, b: a < b),
    "DateLessThanEquals": _date(lambda a, b: a <= b),
    "DateGreaterThan": _date(lambda a, b: a > b),
    "DateGreaterThanEquals": _date(lambda a, b: a >= b),
}

# negated operator -> the one it negates
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def all_hold(conditions: Sequence[Condition], facts: Facts) -> bool:
    """Whether every condition of a statement holds."""
    return all(condition.holds(facts) for condition in conditions)
