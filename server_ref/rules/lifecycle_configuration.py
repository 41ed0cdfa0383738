"""What S3 accepts as a lifecycle configuration, rule by rule; this says nothing of when it acts.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Iterator
from typing import Any, NoReturn

from server_ref.errors import S3Error
from server_ref.model.values import iso8601
from server_ref.rules import tags
from server_ref.rules.lifecycle_order import COLDER

Rule = dict[str, Any]

MAX_RULES = 1000
MAX_ID = 255  # characters
MAX_PREFIX = 1024  # bytes
MAX_KEPT = 100  # newer noncurrent versions
MAX_SIZE = 1000 * 2**40  # bytes in a filter
IA_DAYS = 30  # before and between transitions to infrequent access
_IA = ("STANDARD_IA", "ONEZONE_IA")
_ACTIONS = (
    "AbortIncompleteMultipartUpload",
    "Expiration",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "Transitions",
)
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def normalised(configuration: Rule) -> Rule:
    """The configuration as it is kept: each rule with an ID. Its enumerations are checked already.

    Raises S3Error MalformedXML, InvalidArgument or InvalidRequest.
    """
    rules = configuration.get("Rules") or []
    if not 1 <= len(rules) <= MAX_RULES:
        raise S3Error("MalformedXML")
    _check_numbers(rules)
    for rule in rules:
        _check_form(rule)
    _check_ids(rules)
    _check_generations(rules)
    for rule in rules:
        _check_filter(rule)
        _check_expiration(rule)
        _check_noncurrent(rule)
        _check_upload(rule)
        _check_transitions(rule)
    return {"Rules": [{**rule, "ID": rule.get("ID") or _made_up()} for rule in rules]}


def predicates(rule: Rule) -> Rule:
    """What a rule asks of an object: Prefix, Tags and sizes, wherever they are written."""
    found = dict(rule.get("Filter") or {})
    found |= found.pop("And", {})
    tag = found.pop("Tag", None)
    if tag is not None:
        found["Tags"] = [tag]
    if "Prefix" in rule:
        found["Prefix"] = rule["Prefix"]
    return found


def _made_up() -> str:
    """An ID as S3 makes one up: 48 characters."""
    return base64.b64encode(str(uuid.uuid4()).encode()).decode()


def _check_numbers(value: Any, name: str = "") -> None:
    """Raises S3Error MalformedXML for a number that is none of S3's integers and longs."""
    if isinstance(value, list):
        for one in value:
            _check_numbers(one)
    elif isinstance(value, dict):
        for member, one in value.items():
            _check_numbers(one, member)
    elif isinstance(value, int):
        bits = 63 if name in _SIZES else 31
        if not -(2**bits) <= value < 2**bits:
            raise S3Error("MalformedXML")


def _check_form(rule: Rule) -> None:
    """What S3's schema wants of a rule; raises S3Error MalformedXML."""
    if "Status" not in rule or ("Filter" in rule) == ("Prefix" in rule):
        raise S3Error("MalformedXML")
    found = rule.get("Filter") or {}
    if len(found) > 1:
        raise S3Error("MalformedXML")
    tags = (found.get("And") or {}).get("Tags") or []
    for tag in [*tags, *([found["Tag"]] if "Tag" in found else [])]:
        _check_tag(tag)
    if "And" in found and len(found["And"]) - ("Tags" in found["And"]) + len(tags) < 2:
        raise S3Error("MalformedXML")
    expiration = rule.get("Expiration")
    if expiration is not None and len(expiration) != 1:
        raise S3Error("MalformedXML")
    for transition in rule.get("Transitions") or []:
        if "StorageClass" not in transition or ("Days" in transition) == ("Date" in transition):
            raise S3Error("MalformedXML")
    for transition in rule.get("NoncurrentVersionTransitions") or []:
        if "StorageClass" not in transition or "NoncurrentDays" not in transition:
            raise S3Error("MalformedXML")
    noncurrent = rule.get("NoncurrentVersionExpiration")
    if noncurrent is not None and "NoncurrentDays" not in noncurrent:
        raise S3Error("MalformedXML")
    upload = rule.get("AbortIncompleteMultipartUpload")
    if upload is not None and "DaysAfterInitiation" not in upload:
        raise S3Error("MalformedXML")


def _check_tag(tag: Rule) -> None:
    if not tag.get("Key") or "Value" not in tag:
        raise S3Error("MalformedXML")


def _check_ids(rules: list[Rule]) -> None:
    seen = set()
    for identifier in [rule["ID"] for rule in rules if rule.get("ID")]:
        if len(identifier) > MAX_ID:
            _refuse_argument("ID length should not exceed allowed limit of 255", "ID", identifier)
        if identifier in seen:
            _refuse_argument(
                "Rule ID must be unique. Found same ID for more than one rule", "ID", identifier
            )
        seen.add(identifier)


def _check_generations(rules: list[Rule]) -> None:
    """Rules with a Prefix of their own are of the older kind, which knows less."""
    old = [rule for rule in rules if "Prefix" in rule]
    if not old:
        return
    if len(old) < len(rules):  # the first rule says which kind it shall be:
        # https://github.com/hashicorp/terraform-provider-aws/issues/23299, and with an old one
        # first https://github.com/ansible/ansible/issues/53751, aws/aws-sdk-ruby/issues/1653
        raise S3Error(
            "InvalidRequest",
            "Filter element can only be used in Lifecycle V2."
            if "Prefix" in rules[0]
            else "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in "
            "the Filter.",
        )
    for rule in old:
        later = [rule.get("NoncurrentVersionExpiration") or {}]
        later += rule.get("NoncurrentVersionTransitions") or []
        if any("NewerNoncurrentVersions" in action for action in later):
            raise S3Error(
                "InvalidRequest",
                "NewerNoncurrentVersions element can only be used in Lifecycle V2.",
            )
    for one, other in itertools.combinations(old, 2):
        if one["Prefix"] == other["Prefix"]:
            _refuse_argument(
                f"Found two rules with same prefix '{one['Prefix']}'", "Prefix", one["Prefix"]
            )
        short, long = sorted((one["Prefix"], other["Prefix"]), key=len)
        for action in ("Expiration", "NoncurrentVersionExpiration"):
            if action in one and action in other and long.startswith(short):
                raise S3Error(
                    "InvalidRequest",
                    f"Found overlapping prefixes '{short}' and '{long}' for same action type "
                    f"'{action}'",
                )


def _check_filter(rule: Rule) -> None:
    asked = predicates(rule)
    if len((asked.get("Prefix") or "").encode()) > MAX_PREFIX:
        raise S3Error("InvalidRequest", "The maximum size of a prefix is 1024")
    given = asked.get("Tags") or []
    if any(len(tag["Key"]) > tags.MAX_KEY for tag in given):
        raise S3Error("InvalidRequest", "A Tag's Key must be a length between 1 and 128.")
    if any(len(tag["Value"]) > tags.MAX_VALUE for tag in given):
        raise S3Error("InvalidRequest", "A Tag's Value must be a length between 0 and 256.")
    keys = [tag["Key"] for tag in given]
    if len(set(keys)) < len(keys):
        raise S3Error("InvalidRequest", "Duplicate Tag Keys are not allowed.")
    above, below = (asked.get(name) for name in _SIZES)
    for name, size, least in (("GreaterThan", above, 0), ("LessThan", below, 1)):
        if size is not None and not least <= size <= MAX_SIZE:
            # https://github.com/hashicorp/terraform-provider-aws/issues/41521
            raise S3Error(
                "InvalidRequest",
                f"'ObjectSize{name}' should be between {least} and {MAX_SIZE}.",
            )
    if above is not None and below is not None and below <= above:
        raise S3Error(
            "InvalidRequest",
            "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
        )
    if not any(rule.get(action) for action in _ACTIONS):
        raise S3Error("InvalidRequest", "At least one action needs to be specified in a rule")


def _check_expiration(rule: Rule) -> None:
    expiration = rule.get("Expiration") or {}
    _check_positive("Days", expiration.get("Days"), "Expiration")
    _check_midnight(expiration)
    if "ExpiredObjectDeleteMarker" in expiration:
        _check_no_tags(rule, "ExpiredObjectDeleteMarker")


def _check_noncurrent(rule: Rule) -> None:
    noncurrent = rule.get("NoncurrentVersionExpiration") or {}
    _check_positive(
        "NoncurrentDays", noncurrent.get("NoncurrentDays"), "NoncurrentVersionExpiration"
    )
    _check_kept(noncurrent, "NoncurrentVersionExpiration")


def _check_upload(rule: Rule) -> None:
    upload = rule.get("AbortIncompleteMultipartUpload")
    if upload is None:
        return
    action = "AbortIncompleteMultipartUpload"
    _check_positive("DaysAfterInitiation", upload["DaysAfterInitiation"], action)
    _check_no_tags(rule, action)


def _check_no_tags(rule: Rule, action: str) -> None:
    """An upload and a delete marker have no tags and no size."""
    asked = predicates(rule)
    if asked.get("Tags"):
        raise S3Error("InvalidRequest", f"{action} cannot be specified with Tags.")
    if any(name in asked for name in _SIZES):
        raise S3Error("InvalidRequest", f"{action} cannot be specified with Object Size.")


def _check_transitions(rule: Rule) -> None:
    for name, days, expiration in (
        ("Transition", "Days", rule.get("Expiration") or {}),
        (
            "NoncurrentVersionTransition",
            "NoncurrentDays",
            rule.get("NoncurrentVersionExpiration") or {},
        ),
    ):
        transitions = rule.get(f"{name}s") or []
        where = _described(rule)
        _check_classes(name, transitions, where)
        for transition in transitions:
            _check_midnight(transition)
            _check_days(name, days, transition)
            _check_kept(transition, name)
        _check_kinds(transitions, expiration, where)
        _check_order(name, days, transitions, where)
        ends = expiration.get(days)
        last = max((transition.get(days, -1) for transition in transitions), default=-1)
        if ends is not None and ends <= last:
            _refuse_argument(
                f"'{days}' in the {name.replace('Transition', 'Expiration')} action for {where} "
                f"must be greater than '{days}' in the {name} action",
                days,
                ends,
            )
        _check_dates(transitions, expiration, where)


def _check_classes(name: str, transitions: list[Rule], where: str) -> None:
    classes = [transition["StorageClass"] for transition in transitions]
    if len(set(classes)) < len(classes):
        raise S3Error(
            "InvalidRequest",
            f"'StorageClass' must be different for '{name}' actions in same 'Rule' with {where}",
        )


def _check_days(name: str, days: str, transition: Rule) -> None:
    given, to = transition.get(days), transition["StorageClass"]
    if given is None:
        return
    if given < 0:
        _refuse_argument(f"'{days}' for {name} action must be nonnegative", days, given)
    if to in _IA and given < IA_DAYS:
        _refuse_argument(
            f"'{days}' in {name} action must be greater than or equal to {IA_DAYS} for "
            f"storageClass '{to}'",
            days,
            given,
        )


def _check_kinds(transitions: list[Rule], expiration: Rule, where: str) -> None:
    timed = [*transitions, expiration]
    if any("Date" in one for one in timed) and any("Days" in one for one in timed):
        raise S3Error(
            "InvalidRequest",
            "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle "
            f"rule for {where}",
        )


def _check_order(name: str, days: str, transitions: list[Rule], where: str) -> None:
    """A colder class comes later, and no sooner than 30 days after infrequent access."""
    timed = [one for one in transitions if days in one]
    for first, then in itertools.permutations(timed, 2):
        if then["StorageClass"] not in COLDER[first["StorageClass"]]:
            continue
        apart = IA_DAYS if first["StorageClass"] in _IA else 1
        if then[days] < first[days] + apart:
            least = f"{apart} days more" if apart > 1 else "greater"
            _refuse_argument(
                f"'{days}' in the '{name}' action for StorageClass '{then['StorageClass']}' for "
                f"{where} must be {least} than '{days}' in the '{name}' action for StorageClass "
                f"'{first['StorageClass']}'",
                days,
                then[days],
            )


def _check_dates(transitions: list[Rule], expiration: Rule, where: str) -> None:
    ends = expiration.get("Date")
    dates = [one["Date"] for one in transitions if "Date" in one]
    if ends is not None and dates and ends <= max(dates):
        _refuse_argument(
            f"'Date' in the Expiration action for {where} must be later than 'Date' in the "
            "Transition action",
            "Date",
            iso8601(ends),
        )


def _check_positive(name: str, given: int | None, action: str) -> None:
    if given is not None and given <= 0:
        _refuse_argument(f"'{name}' for {action} action must be a positive integer", name, given)


def _check_kept(action: Rule, name: str) -> None:
    kept = action.get("NewerNoncurrentVersions")
    if kept is None:
        return
    _check_positive("NewerNoncurrentVersions", kept, name)
    if kept > MAX_KEPT:
        _refuse_argument(
            f"'NewerNoncurrentVersions' for {name} action must not exceed {MAX_KEPT}",
            "NewerNoncurrentVersions",
            kept,
        )


def _check_midnight(action: Rule) -> None:
    date = action.get("Date")
    if date is not None and date.timestamp() % 86400:
        _refuse_argument("'Date' must be at midnight GMT", "Date", iso8601(date))


def _refuse_argument(message: str, name: str, value: str | int) -> NoReturn:
    raise S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value)


def _described(rule: Rule) -> str:
    """A rule's filter in the words of S3's errors."""
    if "Prefix" in rule:
        return f"prefix '{rule['Prefix']}'"
    return f"filter '({' and '.join(_words(predicates(rule)))})'"


def _words(asked: Rule) -> Iterator[str]:
    for name in _SIZES:
        if name in asked:
            yield f"{name.lower()}={asked[name]}"
    if "Prefix" in asked or len(asked) == 0:
        yield f"prefix={asked.get('Prefix', '')}"
    for tag in asked.get("Tags") or []:
        yield f"tag: key={tag['Key']}, value={tag['Value']}"
