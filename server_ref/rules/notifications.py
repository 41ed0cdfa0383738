"""Event notification configurations: what S3 takes, and in which form it keeps it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from server_ref.errors import S3Error

# list of configurations -> member with its ARN, what S3 calls it in errors, the ARN's service
KINDS = {
    "TopicConfigurations": ("TopicArn", "Topic", "sns"),
    "QueueConfigurations": ("QueueArn", "Queue", "sqs"),
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", "CloudFunction", "lambda"),
}
_ARN = re.compile(r"arn:aws[a-z-]*:(sns|sqs|lambda):[a-z0-9-]+:[0-9]{12}:.+")
_EVENTS = {
    "s3:ReducedRedundancyLostObject": (),
    "s3:ObjectCreated": ("Put", "Post", "Copy", "CompleteMultipartUpload"),
    "s3:ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
    "s3:ObjectRestore": ("Post", "Completed", "Delete"),
    "s3:Replication": (
        "OperationFailedReplication",
        "OperationNotTracked",
        "OperationMissedThreshold",
        "OperationReplicatedAfterThreshold",
    ),
    "s3:LifecycleTransition": (),
    "s3:IntelligentTiering": (),
    "s3:ObjectAcl": ("Put",),
    "s3:LifecycleExpiration": ("Delete", "DeleteMarkerCreated"),
    "s3:ObjectTagging": ("Put", "Delete"),
    "s3:ObjectAnnotation": ("Put", "Delete"),
    "s3:ObjectRetention": ("Put",),
}
MAX_VALUE_BYTES = 1024
MAX_ID = 255
MAX_CONFIGURATIONS = 100


def normalised(configuration: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The configuration as it is kept: ids made up where none came, filter names in S3's spelling.

    ``region`` is that of the bucket. Raises S3Error InvalidArgument, InvalidRequest, MalformedXML.
    """
    if sum(len(configuration.get(kind) or ()) for kind in KINDS) > MAX_CONFIGURATIONS:
        raise S3Error(
            "InvalidRequest",
            "Too many configurations submitted. The maximum number of configurations is"
            f" {MAX_CONFIGURATIONS}",
        )
    kept: dict[str, Any] = {}
    for kind, (member, shown, service) in KINDS.items():
        listed = configuration.get(kind) or []
        for one in listed:
            arn = _ARN.fullmatch(one[member])
            if arn is None or arn[1] != service:
                raise _invalid("The ARN could not be parsed", shown, one[member])
            _check_destination(one[member], shown, region)
        if listed:
            kept[kind] = [_one(configured) for configured in listed]
    every = [one for listed in kept.values() for one in listed]
    if len({one["Id"] for one in every}) != len(every):
        # https://github.com/aws-solutions/aws-waf-security-automations/issues/174
        raise S3Error(
            "InvalidArgument", "Same ID used for multiple configurations. IDs must be unique."
        )
    _refuse_overlaps(every)
    if configuration.get("EventBridgeConfiguration") is not None:
        kept["EventBridgeConfiguration"] = {}
    return kept


def _check_destination(arn: str, shown: str, region: str) -> None:
    """No queue that keeps an order, and none of another region: cloud-custodian#1720 has the words.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    """
    if shown == "Queue" and arn.endswith(".fifo"):
        raise _invalid("FIFO SQS queues are not supported.", shown, arn)
    if arn.split(":")[3] != region:
        raise _invalid(
            "The notification destination service region is not valid for the bucket location"
            " constraint",
            shown,
            arn,
        )


def meant(event: str) -> frozenset[str]:
    """The events a configured one stands for: itself, or all of a family for ``…:*``."""
    family, _, name = event.rpartition(":")
    if family in _EVENTS and name == "*":
        return frozenset(f"{family}:{each}" for each in _EVENTS[family])
    if _EVENTS.get(event) == () or name in _EVENTS.get(family, ()):
        return frozenset((event,))
    return frozenset()


def filtered(configuration: Mapping[str, Any]) -> tuple[str, str]:
    """Prefix and suffix a key must have."""
    rules = ((configuration.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
    found = {rule["Name"].lower(): rule["Value"] for rule in rules}
    return found.get("prefix", ""), found.get("suffix", "")


def _one(configured: Mapping[str, Any]) -> dict[str, Any]:
    one = dict(configured)
    if not one.get("Id"):
        one["Id"] = str(uuid.uuid4())
    if len(one["Id"]) > MAX_ID:
        raise _invalid(f"ID length exceeded allowed limit of {MAX_ID}", "Id", one["Id"])
    for event in one["Events"]:
        if not meant(event):
            raise _invalid("The event is not supported for notifications", "Event", event)
    for first, second in combinations(one["Events"], 2):
        if meant(first) & meant(second):
            raise _overlap([first, second])
    rules = ((one.get("Filter") or {}).get("Key") or {}).get("FilterRules")
    if rules is not None:
        names = [_checked(rule) for rule in rules]
        for name in ("Prefix", "Suffix"):
            if names.count(name) > 1:
                raise _invalid(
                    f"Cannot specify more than one {name.lower()} rule in a filter.",
                    "FilterRule.Name",
                    name.lower(),
                )
        one["Filter"] = {
            "Key": {
                "FilterRules": [
                    {"Name": name, "Value": rule["Value"]}
                    for name, rule in zip(names, rules, strict=True)
                ]
            }
        }
    return one


def _checked(rule: Mapping[str, Any]) -> str:
    name, value = rule.get("Name"), rule.get("Value")
    if not name or value is None:
        raise S3Error("MalformedXML")
    if name.lower() not in ("prefix", "suffix"):
        raise _invalid("filter rule name must be either prefix or suffix", "FilterRule.Name", name)
    if len(value.encode()) > MAX_VALUE_BYTES:
        raise _invalid(
            f"Size of filter rule value cannot exceed {MAX_VALUE_BYTES} bytes in UTF-8"
            " representation",
            "FilterRule.Value",
            value,
        )
    capitalised: str = name.capitalize()
    return capitalised


def _refuse_overlaps(configurations: list[dict[str, Any]]) -> None:
    """Each event leads to one destination: minio/minio#2472 and aws/aws-cli#2387 have the words."""
    for one, other in combinations(configurations, 2):
        events = [frozenset().union(*(meant(e) for e in c["Events"])) for c in (one, other)]
        if not events[0] & events[1]:
            continue
        (prefix, suffix), (other_prefix, other_suffix) = filtered(one), filtered(other)
        if not (prefix or suffix or other_prefix or other_suffix):
            raise _overlap([*one["Events"], *other["Events"]])
        if (prefix.startswith(other_prefix) or other_prefix.startswith(prefix)) and (
            suffix.endswith(other_suffix) or other_suffix.endswith(suffix)
        ):
            raise S3Error(
                "InvalidArgument",
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two"
                " rules if the prefixes are overlapping for the same event type.",
            )


def _overlap(events: list[str]) -> S3Error:
    return _invalid(
        "Configurations overlap. Configurations on the same bucket cannot share a common event"
        " type.",
        "Event",
        ", ".join(events),
    )


def _invalid(message: str, name: str, value: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value)
