"""The policy document: JSON into statements, refused with MalformedPolicy as S3 refuses it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from server_ref.errors import S3Error
from server_ref.policy.actions import acts_on_object, is_condition_key, key_applies, known_actions
from server_ref.policy.conditions import Condition, parse_operator, valid_value
from server_ref.policy.patterns import NOTHING, matches

MAX_BYTES = 20 * 1024
VERSIONS = ("2008-10-17", "2012-10-17")

_TOP_FIELDS = frozenset(("Version", "Id", "Statement"))
_FIELDS = frozenset(
    (
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    )
)
_PRINCIPAL_KINDS = frozenset(("AWS", "CanonicalUser", "Service", "Federated"))
_ARN = re.compile(
    r"arn:aws[a-z-]*:(iam|sts)::([0-9]{12}):(root|(user|role|assumed-role|federated-user|group)/.+)"
)
_ACCOUNT = re.compile(r"[0-9]{12}")
_CANONICAL = re.compile(r"[0-9a-f]{64}")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_ORIGIN_IDENTITY = re.compile(
    r"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+"
)


@dataclass(frozen=True, slots=True)
class Principals:
    """Who a statement is about; ``inverted`` for NotPrincipal."""

    everyone: bool = False
    aws: tuple[str, ...] = ()  # ARNs, account ids, unique ids
    canonical: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``inverted_…`` says that the list came as NotAction or NotResource."""

    sid: str | None
    allow: bool
    principals: Principals
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    inverted_actions: bool = False
    inverted_resources: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """A bucket policy, checked. What the older ``version`` has like a variable is text."""

    version: str
    id: str | None
    statements: tuple[Statement, ...]


def parse(text: str, bucket: str) -> Policy:
    """The policy of ``bucket``. Raises S3Error MalformedPolicy."""
    if not text.startswith("{"):
        raise _malformed("Policies must be valid JSON and the first byte must be '{'")
    try:
        document = json.loads(text, object_pairs_hook=_unique)
        size = len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
    except (ValueError, RecursionError) as error:  # ValueError: an integer of many digits, too
        raise _malformed("This policy contains invalid Json") from error
    # blanks between its elements do not count: https://github.com/justincormack/argmin measured it
    if size > MAX_BYTES:
        raise _malformed("Policy exceeds the maximum allowed document size.")
    for name in document:
        if name not in _TOP_FIELDS:
            raise _malformed(f"Unknown field {name}")
    if "Statement" not in document:
        raise _malformed("Missing required field Statement")
    version = document.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        raise _malformed("The policy must contain a valid version string")
    found = document["Statement"]
    listed = found if isinstance(found, list) else [found]
    if not listed:
        raise _malformed("Could not parse the policy: Statement is empty!")
    if not all(isinstance(statement, dict) for statement in listed):
        raise _malformed("This policy contains invalid Json")
    if version == VERSIONS[0]:
        listed = [_without_variables(statement) for statement in listed]
    statements = tuple(_statement(statement, bucket) for statement in listed)
    identifier = document.get("Id")
    return Policy(version, identifier if isinstance(identifier, str) else None, statements)


def _without_variables(value: Any) -> Any:
    """A statement of the older language in the words of the newer, which has variables.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    """
    if isinstance(value, str):
        return value.replace("${", "${$}{")
    if isinstance(value, list):
        return [_without_variables(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_variables(one) for name, one in value.items()}
    return value


def _statement(fields: dict[str, Any], bucket: str) -> Statement:
    for name in fields:
        if name not in _FIELDS:
            raise _malformed(f"Unknown field {name}")
    if "Effect" not in fields:
        raise _malformed("Missing required field Effect")
    effect = fields["Effect"]
    if effect not in ("Allow", "Deny"):
        raise _malformed(f"Invalid effect: {effect}")
    principals, _ = _one_of(fields, "Principal", "NotPrincipal")
    if effect == "Allow" and "NotPrincipal" in fields:
        raise _malformed("Allow with NotPrincipal is not allowed.")
    actions, inverted_actions = _one_of(fields, "Action", "NotAction")
    resources, inverted_resources = _one_of(fields, "Resource", "NotResource")
    statement = Statement(
        sid=fields.get("Sid"),
        allow=effect == "Allow",
        principals=_principals(principals, inverted="NotPrincipal" in fields),
        actions=_strings(actions, "Policy has invalid action"),
        resources=_strings(resources, "Policy has invalid resource"),
        conditions=_conditions(fields.get("Condition", {})),
        inverted_actions=inverted_actions,
        inverted_resources=inverted_resources,
    )
    _check_resources(statement, bucket)
    _check_actions(statement, bucket)
    return statement


def _one_of(fields: dict[str, Any], plain: str, inverted: str) -> tuple[Any, bool]:
    if plain in fields and inverted in fields:
        raise _malformed("Invalid policy syntax.")
    if plain not in fields and inverted not in fields:
        raise _malformed(f"Missing required field {plain}")
    if fields[plain if plain in fields else inverted] is None:
        raise _malformed("Invalid policy syntax.")
    return (fields[plain], False) if plain in fields else (fields[inverted], True)


def _principals(found: Any, *, inverted: bool) -> Principals:
    if found == "*":
        return Principals(everyone=True, inverted=inverted)
    if not isinstance(found, dict) or not found:
        raise _malformed("Invalid policy syntax.")
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, listed in found.items():
        if kind not in _PRINCIPAL_KINDS:
            raise _malformed("Invalid policy syntax.")
        kinds[kind] = _strings(listed, "Invalid principal in policy")
    aws = kinds.get("AWS", ())
    for name in aws:
        if name != "*" and not any(
            form.fullmatch(name) for form in (_ARN, _ACCOUNT, _UNIQUE_ID, _ORIGIN_IDENTITY)
        ):
            raise _malformed("Invalid principal in policy", name)
    for name in kinds.get("CanonicalUser", ()):
        if not _CANONICAL.fullmatch(name):
            raise _malformed("Invalid principal in policy", name)
    for name in kinds.get("Service", ()):
        if "." not in name:
            raise _malformed("Invalid principal in policy", name)
    return Principals(
        everyone="*" in aws,
        aws=tuple(name for name in aws if name != "*"),
        canonical=kinds.get("CanonicalUser", ()),
        services=kinds.get("Service", ()),
        inverted=inverted,
    )


def _conditions(found: Any) -> tuple[Condition, ...]:
    if not isinstance(found, dict):
        raise _malformed("Invalid policy syntax.")
    conditions = []
    for name, keys in found.items():
        parsed = parse_operator(name)
        if parsed is None:
            raise _malformed(f"Invalid Condition type : {name}")
        if not isinstance(keys, dict):
            raise _malformed("Invalid policy syntax.")
        operator, quantifier, if_exists = parsed
        for key, listed in keys.items():
            if not is_condition_key(key.lower()):
                raise _malformed("Policy has an invalid condition key")
            values = _values(listed)
            if not all(valid_value(operator, value) for value in values):
                raise _malformed("Invalid IP address in Conditions")
            conditions.append(Condition(operator, key.lower(), values, quantifier, if_exists))
    return tuple(conditions)


def _check_resources(statement: Statement, bucket: str) -> None:
    for resource in statement.resources:
        prefix, _, path = resource.partition(":::")
        name, slash, _ = path.partition("/")
        # a pattern may say the bucket's name with wildcards, and may go on into its keys
        names_this = matches(name, bucket, NOTHING) or (
            not slash and matches(name, bucket + "/k", NOTHING)
        )
        if not re.fullmatch(r"arn:aws[a-z-]*:s3", prefix) or not names_this:
            raise _malformed("Policy has invalid resource")


def _check_actions(statement: Statement, bucket: str) -> None:
    reaches_bucket = any(
        matches(_path(resource), bucket, NOTHING) for resource in statement.resources
    )
    reaches_objects = any(
        "/" in _path(resource) or _path(resource).endswith("*") for resource in statement.resources
    )
    for pattern in statement.actions:
        known = known_actions(pattern)
        if not known:
            raise _malformed("Policy has invalid action", pattern)
        if not statement.inverted_actions and not statement.inverted_resources:
            usable = any(
                reaches_objects if acts_on_object(action) else reaches_bucket for action in known
            )
            if not usable:
                raise _malformed("Action does not apply to any resource(s) in statement")
        for condition in statement.conditions:
            if not statement.inverted_actions and not key_applies(condition.key, known):
                raise _malformed(
                    "Conditions do not apply to combination of actions and resources in statement"
                )


def _path(resource: str) -> str:
    return resource.partition(":::")[2]


def _values(found: Any) -> tuple[str, ...]:
    listed = found if isinstance(found, list) else [found]
    values = []
    for value in listed:
        if isinstance(value, bool):
            values.append("true" if value else "false")
        elif isinstance(value, (str, int, float)):
            values.append(str(value))
        else:
            raise _malformed("Invalid policy syntax.")
    return tuple(values)


def _strings(found: Any, message: str) -> tuple[str, ...]:
    listed = found if isinstance(found, list) else [found]
    if not listed or not all(isinstance(value, str) and value for value in listed):
        raise _malformed(message)
    return tuple(listed)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("Duplicate element in policy.")
    return found


def _malformed(message: str, detail: str | None = None) -> S3Error:
    if detail is None:
        return S3Error("MalformedPolicy", message)
    return S3Error("MalformedPolicy", message, Detail=detail)
