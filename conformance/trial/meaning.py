"""Whether two documents mean the same: order where S3 gives none, and defaults, say nothing.

Equal to the letter is more than a client can depend on. A configuration, an ACL, a set of tags or a
policy that comes back in other words is the same document where S3 would do the same by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# Lists in which order says nothing. Of the others (CORSRules, RoutingRules, Contents…) it does.
UNORDERED = frozenset(
    {
        "AllowedHeaders",
        "AllowedMethods",
        "AllowedOrigins",
        "Events",
        "ExposeHeaders",
        "FilterRules",
        "Grants",
        "LambdaFunctionConfigurations",
        "NoncurrentVersionTransitions",
        "OptionalFields",
        "QueueConfigurations",
        "Rules",
        "TagSet",
        "Tags",
        "TargetGrants",
        "Tierings",
        "TopicConfigurations",
        "Transitions",
    }
)
# What is the case where a document does not speak of it.
DEFAULTS: Mapping[str, Any] = {
    "BlockPublicAcls": False,
    "BlockPublicPolicy": False,
    "BucketKeyEnabled": False,
    "DeleteMarkerReplication": {"Status": "Disabled"},
    "EncodingType": "",
    "ExpiredObjectDeleteMarker": False,
    "IgnorePublicAcls": False,
    "MFADelete": "Disabled",
    "Prefix": "",
    "Quiet": False,
    "RestrictPublicBuckets": False,
    "TargetObjectKeyFormat": {"SimplePrefix": {}},
}
HEADER_DEFAULTS: Mapping[str, str] = {
    "access-control-allow-credentials": "false",
    "x-amz-delete-marker": "false",
    "x-amz-missing-meta": "0",
    "x-amz-server-side-encryption-bucket-key-enabled": "false",
    "x-amz-storage-class": "STANDARD",
    "x-amz-tagging-count": "0",
    "x-amz-version-id": "null",
}
NOTHING: tuple[Any, ...] = (None, [], {})  # what is not there is as good as empty
_GENERATED = ("ID", "Id")  # S3 gives a rule one that has none
_CASELESS = {("FilterRules", "Name")}  # S3 spells it `Prefix`, whoever sent `prefix`
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_ACCOUNT = re.compile(r"arn:aws:iam::(\d{12}):root")
_OLDEST = "2008-10-17"  # the language of a policy that does not say its own


def same_members(actual: Any, expected: Any, name: str = "") -> bool:
    """Whether two values of the member ``name`` of Amazon's model mean the same.

    An ID that ``expected`` does not have is one that the server gave.
    """
    ids = _has_ids(expected)
    one, other = (_members(value, name, ids=ids) for value in (actual, expected))
    return bool(one == other or (one in NOTHING and other in NOTHING))


def same_policy(actual: str, expected: str) -> bool:
    """Whether two bucket policies, as JSON, say the same; False for what is no policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    try:
        return bool(_policy(json.loads(actual)) == _policy(json.loads(expected)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False


def same_media_type(actual: str, expected: str) -> bool:
    """Whether two values of Content-Type are one: blanks, case and quotes make no other.

    The case of a parameter's value counts, but for a charset's.
    https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
    """
    return _media_type(actual) == _media_type(expected)


def is_default(header: str, value: str | None) -> bool:
    """Whether a header of an answer says no more than its absence would."""
    default = HEADER_DEFAULTS.get(header.lower())
    return value is not None and default is not None and value.lower() == default.lower()


def _members(value: Any, name: str, *, ids: bool) -> Any:
    if isinstance(value, Mapping):
        made = {key: _members(one, key, ids=ids) for key, one in _plain(value, name).items()}
        return {
            key: one
            for key, one in made.items()
            if one not in NOTHING and one != DEFAULTS.get(key) and (ids or key not in _GENERATED)
        }
    if isinstance(value, list | tuple):
        made_list = [_members(_caseless(one, name), "", ids=ids) for one in value]
        if name not in UNORDERED:
            return made_list
        return sorted(({repr(_ordered(one)): one for one in made_list}).values(), key=_sorting)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return _instant(datetime.fromisoformat(value))
    return value


def _plain(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A rule's filter in one form: `And` of one thing is that thing, an old Prefix is a filter."""
    made = dict(value)
    if name == "Filter":
        both = made.get("And")
        if isinstance(both, Mapping):
            made.update(made.pop("And"))
        tags = made.get("Tags")
        if made.get("Tag") and (tags is None or isinstance(tags, list)):
            made["Tags"] = [*(tags or []), made.pop("Tag")]
    elif "Status" in made and made.get("Prefix") is not None and not made.get("Filter"):
        made["Filter"] = {"Prefix": made.pop("Prefix")}
    return made


def _caseless(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {
        key: one.lower() if (name, key) in _CASELESS and isinstance(one, str) else one
        for key, one in value.items()
    }


def _has_ids(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(key in _GENERATED or _has_ids(one) for key, one in value.items())
    return isinstance(value, list | tuple) and any(map(_has_ids, value))


def _ordered(value: Any) -> Any:
    """``value`` with the members of its structures in the order of their names."""
    if isinstance(value, Mapping):
        return sorted((key, _ordered(one)) for key, one in value.items())
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def _sorting(value: Any) -> str:
    return repr(_ordered(value))


def _instant(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _policy(document: dict[str, Any]) -> Any:
    statements = document.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    rest = {key: value for key, value in document.items() if key not in ("Statement", "Version")}
    said = [_statement(one) for one in listed]
    return document.get("Version", _OLDEST), rest, sorted(said, key=repr)


def _statement(statement: dict[str, Any]) -> list[tuple[str, Any]]:
    made: dict[str, Any] = {}
    for name, value in statement.items():
        if name in ("Action", "NotAction"):
            made[name] = sorted({str(one).lower() for one in _several(value)})
        elif name in ("Resource", "NotResource"):
            made[name] = sorted({str(one) for one in _several(value)})
        elif name in ("Principal", "NotPrincipal"):
            made[name] = _principal(value)
        elif name == "Condition":
            made[name] = sorted(
                (operator.lower(), key.lower(), sorted({_text(one) for one in _several(values)}))
                for operator, keys in value.items()
                for key, values in keys.items()
            )
        elif value != "":  # Sid
            made[name] = value
    return sorted(made.items())


def _principal(value: Any) -> list[tuple[str, list[str]]]:
    """`*` is everybody, as {"AWS": "*"} is; an account is its digits or its root's ARN."""
    named = {"AWS": value} if isinstance(value, str | list) else value
    return sorted(
        (kind, sorted({_ACCOUNT.sub(r"\1", str(one)) for one in _several(who)}))
        for kind, who in named.items()
    )


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _media_type(text: str) -> tuple[str, list[tuple[str, str]]]:
    kind, *given = (part.strip() for part in text.split(";"))
    pairs = []
    for one in filter(None, given):
        name, _, value = (part.strip() for part in one.partition("="))
        value = value.removeprefix('"').removesuffix('"')
        pairs.append((name.lower(), value.lower() if name.lower() == "charset" else value))
    return kind.lower(), sorted(pairs)
