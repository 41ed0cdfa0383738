"""Bucket policies: the document, its conditions, one evaluation, and whether it is public."""

from server_ref.policy.document import Policy, parse
from server_ref.policy.evaluate import Asked, Caller, Verdict, evaluate
from server_ref.policy.public import is_public
from server_ref.policy.written import canonical

__all__ = ["Asked", "Caller", "Policy", "Verdict", "canonical", "evaluate", "is_public", "parse"]
