"""Replication rules: which of them an object or a delete marker meets, and what S3 takes as rules.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from server_ref.errors import S3Error
from server_ref.rules import predicates, replica_keys
from server_ref.storage.records import Version

MAX_RULES = 1000
MINUTES = 15  # the one bound there is for Replication Time Control
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+").fullmatch
_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9.-]{3,63}").fullmatch
Rule = Mapping[str, Any]
MAX_ID = 255
_SCHEMA = (
    "{} {} for this version of Cross Region Replication configuration schema."
    " Please refer to S3 Developer Guide for more information."
)


def check_role(role: str) -> None:
    """Raises S3Error InvalidArgument for what is no role's ARN.

    The form is that of IAM (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_arns.html).
    Amazon publishes no words of this refusal; these are the ones that other servers give.
    """
    if not _ROLE_ARN(role):
        raise _bad("Role", "Invalid Role specified in replication configuration", role)


def validate(rules: list[Any]) -> None:
    """Raises S3Error MalformedXML, InvalidRequest or InvalidArgument; destinations are not seen."""
    if not 0 < len(rules) <= MAX_RULES:
        raise S3Error("MalformedXML")
    older = any(rule.get("Filter") is None for rule in rules)
    for rule in rules:
        _check_schema(rule, older=older)
        _validate_one(rule)
        replica_keys.validate(rule)
    identifier = _twice(rule.get("ID") or None for rule in rules)
    if identifier is not None:
        raise _bad("ID", "Rule Id must be unique", identifier)
    priority = _twice(rule.get("Priority") for rule in rules)
    if priority is not None:
        raise S3Error("InvalidRequest", f"Found duplicate priority {priority}.")


def _check_schema(rule: Rule, *, older: bool) -> None:
    """Priorities and delete markers are for the schema with filters, and it has them in each rule.

    One rule without a Filter makes the whole document one of the older schema. S3's words:
    https://github.com/rust-lang/simpleinfra/pull/468
    """
    if rule.get("ExistingObjectReplication") is not None:  # "no longer supported", says the API
        raise S3Error("MalformedXML")
    for member in ("Priority", "DeleteMarkerReplication"):
        if older and rule.get(member) is not None:
            raise S3Error("InvalidRequest", _SCHEMA.format(member, "cannot be used"))
        if not older and rule.get(member) is None:
            raise S3Error("InvalidRequest", _SCHEMA.format(member, "must be specified"))


def _validate_one(rule: Rule) -> None:
    rule_filter = rule.get("Filter")
    if rule_filter is None:
        if rule.get("Prefix") is None:
            raise S3Error("MalformedXML")
    elif rule.get("Prefix") is not None or not predicates.well_formed(rule_filter):
        raise S3Error("MalformedXML")
    elif _markers(rule) and _filter(rule)[1]:
        raise S3Error(
            "InvalidRequest",
            "Delete marker replication is not supported if any Tag filter is specified."
            " Please refer to S3 Developer Guide for more information.",
        )
    if len(rule.get("ID", "")) > MAX_ID:
        raise _bad("ID", f"Rule Id cannot be greater than {MAX_ID}", rule["ID"])
    if not rule.get("SourceSelectionCriteria", True):
        # https://github.com/hashicorp/terraform-provider-aws/issues/44192
        raise S3Error("InvalidRequest", "SourceSelectionCriteria cannot be empty.")
    destination = rule["Destination"]
    if not _BUCKET_ARN(destination["Bucket"]):
        raise _bad("Bucket", "Invalid bucket ARN.", destination["Bucket"])
    if "AccessControlTranslation" in destination and "Account" not in destination:
        raise S3Error(
            "InvalidRequest",
            "Account must be specified if the Owner in AccessControlTranslation has a value",
        )
    _validate_times(destination)


def _validate_times(destination: Mapping[str, Any]) -> None:
    """Replication Time Control comes with metrics, and both know 15 minutes only.

    Clients report what S3 says, for one https://github.com/crossplane-contrib/provider-aws/issues/1117
    """
    control, metrics = destination.get("ReplicationTime"), destination.get("Metrics")
    threshold = ((metrics or {}).get("EventThreshold") or {}).get("Minutes")
    if control is not None:
        if metrics is None:
            raise S3Error(
                "InvalidRequest",
                "Replication destination must contain both ReplicationTime and Metrics or neither.",
            )
        if control["Time"].get("Minutes") != MINUTES:
            raise _bad_time("ReplicationTime", "Invalid time minute value")
    if control is not None and control["Status"] == "Enabled":
        if threshold is None:
            raise _bad_time(
                "ReplicationMetrics", "ReplicationMetrics must contain an event threshold"
            )
        if threshold != MINUTES:
            raise _bad_time("ReplicationMetrics", "Invalid event threshold minute value")
    elif threshold is not None:
        raise _bad_time(
            "Metrics",
            "Metrics cannot contain an event threshold when ReplicationTime is not specified or"
            " Disabled",
        )


def _bad_time(name: str, message: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name)


def _bad(name: str, message: str, value: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value)


def _twice(found: Iterable[Any]) -> Any:
    """What occurs more than once; None where nothing does."""
    counted = Counter(one for one in found if one is not None)
    return next((one for one, count in counted.items() if count > 1), None)


def bucket_name(rule: Rule) -> str:
    """The name of the destination, from its ARN."""
    name: str = rule["Destination"]["Bucket"].rpartition(":::")[2]
    return name


def met(config: Mapping[str, Any], version: Version) -> list[Rule]:
    """The rule of each destination that wants this version or marker: of several the first in rank.

    A tag that is added later makes no object replicate, nor does a rule that comes later.
    """
    chosen: dict[str, Rule] = {}
    for rule in config["Rules"]:
        if rule["Status"] != "Enabled" or not _meets(rule, version):
            continue
        name = bucket_name(rule)
        other = chosen.get(name)
        if other is None or rule.get("Priority", 0) > other.get("Priority", 0):
            chosen[name] = rule
    return list(chosen.values())


def _meets(rule: Rule, version: Version) -> bool:
    prefix, tags = _filter(rule)
    if not version.key.startswith(prefix):
        return False
    if version.marker:
        return _markers(rule)
    return tags <= set(version.read_tags()) and replica_keys.goes(rule, version)


def _filter(rule: Rule) -> tuple[str, set[tuple[str, str]]]:
    """Prefix and tags of a rule, wherever they are said."""
    rule_filter = rule.get("Filter")
    if rule_filter is None:
        return rule.get("Prefix", ""), set()
    both = rule_filter.get("And") or {}
    tags = [*both.get("Tags", ()), *([rule_filter["Tag"]] if "Tag" in rule_filter else ())]
    prefix = both.get("Prefix") or rule_filter.get("Prefix") or ""
    return prefix, {(tag["Key"], tag["Value"]) for tag in tags}


def _markers(rule: Rule) -> bool:
    """Whether delete markers go too: as said, and always by rules of the older form."""
    if rule.get("Filter") is None:
        return True
    return (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled"
