"""Deviations of how a bucket policy is read: its conditions, and its Not… elements.

The policy is changed as it is put, so that it says what a server with the fault would understand.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.seams import Seams

Statement = dict[str, Any]


def _read_as(edit: Callable[[Statement], list[Statement]]) -> Change:
    """Each statement of a policy is taken for the statements that ``edit`` makes of it."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        document = json.loads(members["Policy"])
        found = [new for old in document["Statement"] for new in edit(copy.deepcopy(old))]
        if not found:
            ctx.status = 204
            return {}
        members["Policy"] = json.dumps({**document, "Statement": found})
        return handler(ctx, members)

    def step(server: Seams) -> None:
        server.around("PutBucketPolicy")(around)

    return step


def _unconditional(said: Statement) -> list[Statement]:
    said.pop("Condition", None)
    return [said]


def _no_conditions(said: Statement) -> list[Statement]:
    return [] if "Condition" in said else [said]


def _operators(change: Callable[[str], str]) -> Change:
    """The operators of conditions are taken for others."""

    def edit(said: Statement) -> list[Statement]:
        if "Condition" in said:
            said["Condition"] = {change(name): keys for name, keys in said["Condition"].items()}
        return [said]

    return _read_as(edit)


def _each_alone(said: Statement) -> list[Statement]:
    """A statement for each condition, so that one of them is enough."""
    alone = [
        {**said, "Condition": {operator: {key: values}}}
        for operator, keys in said.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    return alone or [said]


def _key_wanted(said: Statement) -> list[Statement]:
    """A negated condition does not hold where its key is absent."""
    for operator, keys in list(said.get("Condition", {}).items()):
        if "Not" in operator:
            said["Condition"].setdefault("Null", {}).update(dict.fromkeys(keys, "false"))
    return [said]


def _without_not(element: str) -> Change:
    """``NotAction`` and its like are taken for ``Action``."""

    def edit(said: Statement) -> list[Statement]:
        if f"Not{element}" in said:
            said[element] = said.pop(f"Not{element}")
        return [said]

    return _read_as(edit)


def _no_denials(said: Statement) -> list[Statement]:
    return [] if said["Effect"] == "Deny" else [said]


declare(
    "policy-conditions-ignored",
    "The conditions of a policy are not looked at.",
    _read_as(_unconditional),
)
declare(
    "policy-conditions-never-hold",
    "A statement with a condition has no effect.",
    _read_as(_no_conditions),
)
declare("policy-denials-ignored", "A policy denies nothing to anybody.", _read_as(_no_denials))
declare(
    "policy-if-exists-ignored",
    "A condition IfExists does not hold where the key is absent.",
    _operators(lambda name: name.removesuffix("IfExists")),
)
declare(
    "policy-patterns-are-literal",
    "StringLike is StringEquals.",
    _operators(lambda name: name.replace("StringLike", "StringEquals")),
)
declare(
    "policy-any-value-is-all",
    "ForAnyValue is ForAllValues.",
    _operators(lambda name: name.replace("ForAnyValue", "ForAllValues")),
)
declare(
    "policy-all-values-is-any",
    "ForAllValues is ForAnyValue.",
    _operators(lambda name: name.replace("ForAllValues", "ForAnyValue")),
)
declare(
    "policy-negations-want-the-key",
    "A negated condition does not hold where the key is absent.",
    _read_as(_key_wanted),
)
declare(
    "policy-one-condition-suffices",
    "A statement has an effect where one of its conditions holds.",
    _read_as(_each_alone),
)


def _literal_actions(said: Statement) -> list[Statement]:
    """An action with a wildcard is the action of that very name, which nobody asks for."""
    actions = said.get("Action")
    return [] if isinstance(actions, str) and "*" in actions else [said]


declare(
    "policy-actions-are-literal",
    "A wildcard in an action means nothing.",
    _read_as(_literal_actions),
)
declare("policy-not-action-is-action", "NotAction is Action.", _without_not("Action"))
declare("policy-not-resource-is-resource", "NotResource is Resource.", _without_not("Resource"))
declare(
    "policy-not-principal-is-principal", "NotPrincipal is Principal.", _without_not("Principal")
)


def _with_resource(test: Callable[[str], bool]) -> Callable[[Statement], list[Statement]]:
    def edit(said: Statement) -> list[Statement]:
        return [] if test(str(said.get("Resource"))) else [said]

    return edit


def _about(*keys: str) -> Callable[[Statement], list[Statement]]:
    """Statements with a condition on one of these keys are dropped."""

    def edit(said: Statement) -> list[Statement]:
        asked = {key.lower() for named in (said.get("Condition") or {}).values() for key in named}
        return [] if asked & set(keys) else [said]

    return edit


declare(
    "policy-wildcards-are-text",
    "A resource with a wildcard before its end is no object's.",
    _read_as(_with_resource(lambda resource: "?" in resource or "*" in resource[:-1])),
)
declare(
    "policy-headers-unseen",
    "A statement about the storage class or a customer's key has no effect.",
    _read_as(
        _about(
            "s3:x-amz-storage-class",
            "s3:x-amz-server-side-encryption-customer-algorithm",
        )
    ),
)
declare(
    "policy-grants-unseen",
    "A statement about the grants of a write has no effect.",
    _read_as(_about("s3:x-amz-grant-read")),
)
