"""Whether a bucket policy is public in S3's meaning of the word.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import ipaddress
import re

from server_ref.policy.conditions import Condition
from server_ref.policy.document import Policy, Statement
from server_ref.policy.patterns import has_wildcards

# A fixed value of one of these keeps a statement for everyone from being public.
_FIXING_KEYS = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    )
)
_FIXING_OPERATORS = frozenset(
    ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
)
_ACCOUNT_FIXED = re.compile(r"arn:[^:]+:[^:]*:[^:]*:[0-9]{12}:")
# Ranges wider than these are everyone: /8 of IPv4, /32 of IPv6.
_WIDEST = {4: 8, 6: 32}


def is_public(policy: Policy) -> bool:
    """Whether any statement allows something to everyone."""
    return any(_public(statement) for statement in policy.statements)


def _public(statement: Statement) -> bool:
    if not statement.allow:
        return False
    if not statement.principals.everyone:
        return False
    return not any(_limits(condition) for condition in statement.conditions)


def _limits(condition: Condition) -> bool:
    if condition.if_exists or condition.quantifier == "all":
        return False  # fulfilled by a request that does not have the key at all
    if condition.operator == "IpAddress" and condition.key == "aws:sourceip":
        return all(_narrow(value) for value in condition.values)
    return (
        condition.operator in _FIXING_OPERATORS
        and condition.key in _FIXING_KEYS
        and not any(_open(condition, value) for value in condition.values)
    )


def _open(condition: Condition, value: str) -> bool:
    """Whether a value limits nothing."""
    if "${" in value:
        return True
    if not has_wildcards(value) or condition.operator in ("StringEquals", "StringEqualsIgnoreCase"):
        return False
    # an ARN that fixes the account, whatever the rest, is fixed
    prefix, *_ = value.split("*", 1)[0].split("?", 1)
    return not _ACCOUNT_FIXED.match(prefix)


def _narrow(value: str) -> bool:
    network = ipaddress.ip_network(value, strict=False)
    return network.prefixlen >= _WIDEST[network.version]
