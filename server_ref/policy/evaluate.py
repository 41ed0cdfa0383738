"""What a bucket policy says to one request: explicit deny, allow, or nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from server_ref.policy.conditions import all_hold
from server_ref.policy.document import Policy, Principals, Statement
from server_ref.policy.patterns import Facts, matches


class Verdict(enum.Enum):
    """The outcome of a policy. An explicit deny wins over every allow."""

    NOTHING = "nothing"
    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as policies name them. Anonymous has neither account nor ARN."""

    account_id: str = ""
    canonical_id: str = ""
    arn: str = ""  # arn:aws:iam::<account>:root, …:user/<name>, arn:aws:sts::…:assumed-role/…

    @property
    def anonymous(self) -> bool:
        """Whether nobody signed the request."""
        return not self.account_id


@dataclass(frozen=True, slots=True)
class Asked:
    """One action on one resource. ``key`` is None for the bucket itself."""

    action: str  # without "s3:"
    bucket: str
    key: str | None = None

    @property
    def arn(self) -> str:
        """The resource's ARN."""
        path = self.bucket if self.key is None else f"{self.bucket}/{self.key}"
        return f"arn:aws:s3:::{path}"


def evaluate(policy: Policy, caller: Caller, asked: Asked, facts: Facts) -> Verdict:
    """The policy's verdict. ``facts`` has the condition keys of the request in lower case."""
    verdict = Verdict.NOTHING
    for statement in policy.statements:
        if statement.allow and verdict is Verdict.ALLOW:
            continue
        if applies(statement, caller, asked, facts):
            if not statement.allow:
                return Verdict.DENY
            verdict = Verdict.ALLOW
    return verdict


def applies(statement: Statement, caller: Caller, asked: Asked, facts: Facts) -> bool:
    """Whether every element of the statement fits the request."""
    if _about(statement.principals, caller) is statement.principals.inverted:
        return False
    action = f"s3:{asked.action}"
    named = any(
        pattern == "*" or matches(pattern, action, facts, ignore_case=True)
        for pattern in statement.actions
    )
    if named is statement.inverted_actions:
        return False
    arn = asked.arn
    meant = any(matches(pattern, arn, facts) for pattern in statement.resources)
    return meant is not statement.inverted_resources and all_hold(statement.conditions, facts)


def _about(principals: Principals, caller: Caller) -> bool:
    if principals.everyone:
        return True
    if caller.anonymous:
        return False
    if caller.canonical_id in principals.canonical:
        return True
    account = f"arn:aws:iam::{caller.account_id}:root"
    return any(name in (caller.account_id, account, caller.arn) for name in principals.aws)
