"""What S3 accepts as a lifecycle configuration, and what it answers to the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.conftest import refused

DAYS = {"Days": 7}
MALFORMED = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)


def rule(**members: Any) -> dict[str, Any]:
    """A rule that is good but for what is given."""
    return {"ID": "rule", "Filter": {}, "Status": "Enabled", **members}


def put(client: Any, bucket: str, *rules: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}, **members
    )
    return answer


def refused_rules(client: Any, bucket: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return refused(
        client.put_bucket_lifecycle_configuration,
        Bucket=bucket,
        LifecycleConfiguration={"Rules": list(rules)},
    )


def test_without_one(owner: Any, bucket: str) -> None:
    error = refused(owner.get_bucket_lifecycle_configuration, Bucket=bucket)
    assert (error["Status"], error["Code"]) == (404, "NoSuchLifecycleConfiguration")
    assert error["Message"] == "The lifecycle configuration does not exist"
    assert error["BucketName"] == bucket
    answer = owner.delete_bucket_lifecycle(Bucket=bucket)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_everything_a_rule_has_comes_back(owner: Any, bucket: str) -> None:
    rules = [
        rule(ID="days", Filter={"Prefix": "a/"}, Expiration=DAYS),
        rule(ID="date", Expiration={"Date": datetime(2030, 1, 1, tzinfo=UTC)}),
        rule(ID="off", Status="Disabled", Filter={"ObjectSizeGreaterThan": 20}, Expiration=DAYS),
        rule(
            ID="and",
            Filter={
                "And": {
                    "Prefix": "b/",
                    "Tags": [{"Key": "k", "Value": ""}],
                    "ObjectSizeGreaterThan": 0,
                    "ObjectSizeLessThan": 9,
                }
            },
            Transitions=[
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 60, "StorageClass": "GLACIER"},
            ],
            Expiration={"Days": 90},
        ),
        rule(
            ID="versions",
            NoncurrentVersionExpiration={"NoncurrentDays": 40, "NewerNoncurrentVersions": 3},
            NoncurrentVersionTransitions=[{"NoncurrentDays": 0, "StorageClass": "GLACIER_IR"}],
            AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2},
        ),
        rule(ID="markers", Expiration={"ExpiredObjectDeleteMarker": True}),
    ]
    put(owner, bucket, *rules)

    found = owner.get_bucket_lifecycle_configuration(Bucket=bucket)

    assert found["Rules"] == rules
    assert found["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    owner.delete_bucket_lifecycle(Bucket=bucket)
    error = refused(owner.get_bucket_lifecycle_configuration, Bucket=bucket)
    assert error["Code"] == "NoSuchLifecycleConfiguration"


def test_a_rule_without_an_id_gets_one(owner: Any, bucket: str) -> None:
    nameless = {"Filter": {}, "Status": "Enabled", "Expiration": DAYS}
    put(owner, bucket, nameless, nameless)
    found = owner.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert [len(one["ID"]) for one in found] == [48, 48]
    assert found[0]["ID"] != found[1]["ID"]


def test_the_older_names(owner: Any, bucket: str) -> None:
    old = {"ID": "old", "Prefix": "logs/", "Status": "Enabled", "Expiration": {"Days": 3}}
    owner.put_bucket_lifecycle(Bucket=bucket, LifecycleConfiguration={"Rules": [old]})
    assert owner.get_bucket_lifecycle(Bucket=bucket)["Rules"] == [old]
    assert owner.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == [old]


@pytest.mark.parametrize("minimum", ["all_storage_classes_128K", "varies_by_storage_class"])
def test_the_least_size_of_a_transition(owner: Any, bucket: str, minimum: str) -> None:
    name = "TransitionDefaultMinimumObjectSize"
    answer = put(owner, bucket, rule(Expiration=DAYS), **{name: minimum})
    assert answer[name] == minimum
    assert owner.get_bucket_lifecycle_configuration(Bucket=bucket)[name] == minimum
    error = refused(
        owner.put_bucket_lifecycle_configuration,
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule(Expiration=DAYS)]},
        **{name: "value"},
    )
    assert error["Code"] == "InvalidRequest"
    assert error["Message"] == "Invalid TransitionDefaultMinimumObjectSize found: value"


@pytest.mark.parametrize(
    "bad",
    [
        {"ID": "r", "Status": "Enabled", "Expiration": DAYS},  # neither Filter nor Prefix
        rule(Prefix="", Expiration=DAYS),
        rule(Status="enabled", Expiration=DAYS),
        rule(Expiration={}),
        rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True}),
        rule(Expiration={"Days": 1, "Date": datetime(2030, 1, 1, tzinfo=UTC)}),
        rule(NoncurrentVersionExpiration={}),
        rule(AbortIncompleteMultipartUpload={}),
        rule(Transitions=[{"StorageClass": "GLACIER"}]),
        rule(Transitions=[{"Days": 3}]),
        rule(Transitions=[{"Days": 3, "StorageClass": "STANDARD"}]),
        rule(Filter={"Prefix": "a", "ObjectSizeLessThan": 5}, Expiration=DAYS),
        rule(Filter={"Prefix": "a", "And": {"Prefix": "b"}}, Expiration=DAYS),
        rule(Filter={"And": {"Prefix": "a"}}, Expiration=DAYS),
        rule(Expiration={"Days": 2**31}),
        rule(Filter={"ObjectSizeGreaterThan": 2**63}, Expiration=DAYS),
    ],
)
def test_what_is_no_configuration(owner: Any, bucket: str, bad: dict[str, Any]) -> None:
    error = refused_rules(owner, bucket, bad)
    assert (error["Status"], error["Code"], error["Message"]) == (400, "MalformedXML", MALFORMED)


@pytest.mark.parametrize("count", [0, 1001])
def test_how_many_rules(owner: Any, bucket: str, count: int) -> None:
    rules = [rule(ID=f"rule-{number}", Expiration=DAYS) for number in range(count)]
    assert refused_rules(owner, bucket, *rules)["Code"] == "MalformedXML"


@pytest.mark.parametrize(
    ("bad", "code", "words"),
    [
        (rule(), "InvalidRequest", "At least one action needs to be specified in a rule"),
        (
            rule(Expiration={"Date": datetime(2030, 1, 1, 2, 2, 2, tzinfo=UTC)}),
            "InvalidArgument",
            "'Date' must be at midnight GMT",
        ),
        (
            rule(Expiration={"Days": 0}),
            "InvalidArgument",
            "'Days' for Expiration action must be a positive integer",
        ),
        (
            rule(NoncurrentVersionExpiration={"NoncurrentDays": 0}),
            "InvalidArgument",
            "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
        ),
        (
            rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 101}),
            "InvalidArgument",
            "must not exceed 100",
        ),
        (
            rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 0}),
            "InvalidArgument",
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive",
        ),
        (
            rule(
                Filter={"Tag": {"Key": "k", "Value": "v"}},
                AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1},
            ),
            "InvalidRequest",
            "AbortIncompleteMultipartUpload cannot be specified with Tags.",
        ),
        (
            rule(Filter={"ObjectSizeLessThan": 5}, Expiration={"ExpiredObjectDeleteMarker": True}),
            "InvalidRequest",
            "ExpiredObjectDeleteMarker cannot be specified with Object Size.",
        ),
        (
            rule(
                Filter={"And": {"Tags": [{"Key": "k", "Value": v} for v in "ab"]}},
                Expiration=DAYS,
            ),
            "InvalidRequest",
            "Duplicate Tag Keys are not allowed.",
        ),
        *(
            (rule(Filter={"Tag": tag}, Expiration=DAYS), "InvalidRequest", words)
            for tag, words in (
                (
                    {"Key": "k" * 129, "Value": ""},
                    "A Tag's Key must be a length between 1 and 128.",
                ),
                (
                    {"Key": "k", "Value": "v" * 257},
                    "A Tag's Value must be a length between 0 and 256.",
                ),
            )
        ),
        *(
            (
                rule(Filter={f"ObjectSize{name}": size}, Expiration=DAYS),
                "InvalidRequest",
                f"'ObjectSize{name}' should be between {least} and 1099511627776000.",
            )
            for name, size, least in (
                ("GreaterThan", -1, 0),
                ("GreaterThan", 1099511627776001, 0),
                ("LessThan", 0, 1),
            )
        ),
        (
            rule(Filter={"Prefix": "a" * 1025}, Expiration=DAYS),
            "InvalidRequest",
            "The maximum size of a prefix is 1024",
        ),
        (rule(ID="i" * 256, Expiration=DAYS), "InvalidArgument", "limit of 255"),
        (rule(Filter={"Prefix": "p" * 1025}, Expiration=DAYS), "InvalidRequest", "1024"),
        (
            rule(Transitions=[{"Days": 29, "StorageClass": "STANDARD_IA"}]),
            "InvalidArgument",
            "'Days' in Transition action must be greater than or equal to 30 for storageClass "
            "'STANDARD_IA'",
        ),
        (
            rule(
                Transitions=[
                    {"Days": 5, "StorageClass": "GLACIER"},
                    {"Days": 9, "StorageClass": "GLACIER"},
                ]
            ),
            "InvalidRequest",
            "'StorageClass' must be different for 'Transition' actions",
        ),
        (
            rule(
                Transitions=[
                    {"Days": 9, "StorageClass": "GLACIER"},
                    {"Days": 9, "StorageClass": "DEEP_ARCHIVE"},
                ]
            ),
            "InvalidArgument",
            "must be greater than 'Days' in the 'Transition' action for StorageClass 'GLACIER'",
        ),
        (
            rule(
                Transitions=[
                    {"Days": 30, "StorageClass": "STANDARD_IA"},
                    {"Days": 59, "StorageClass": "GLACIER"},
                ]
            ),
            "InvalidArgument",
            "must be 30 days more than",
        ),
        (
            rule(
                Filter={"Prefix": "p"},
                Expiration={"Days": 5},
                Transitions=[{"Days": 5, "StorageClass": "GLACIER"}],
            ),
            "InvalidArgument",
            "'Days' in the Expiration action for filter '(prefix=p)' must be greater than 'Days' "
            "in the Transition action",
        ),
        (
            rule(
                Expiration={"Days": 5},
                Transitions=[{"Date": datetime(2030, 1, 1, tzinfo=UTC), "StorageClass": "GLACIER"}],
            ),
            "InvalidRequest",
            "Found mixed 'Date' and 'Days' based Expiration and Transition actions",
        ),
    ],
)
def test_what_s3_refuses_with_words(
    owner: Any, bucket: str, bad: dict[str, Any], code: str, words: str
) -> None:
    error = refused_rules(owner, bucket, bad)
    assert (error["Status"], error["Code"]) == (400, code)
    assert words in error["Message"]
    assert error["Message"].endswith("1024") == words.endswith("1024")  # without a full stop


def test_a_date_that_is_refused_is_shown(owner: Any, bucket: str) -> None:
    moment = datetime(2023, 1, 1, 2, 2, 2, tzinfo=UTC)
    error = refused_rules(owner, bucket, rule(Expiration={"Date": moment}))
    assert error["ArgumentName"] == "Date"
    assert error["ArgumentValue"] == "2023-01-01T02:02:02.000Z"


@pytest.mark.parametrize(
    ("rules", "code", "words"),
    [
        (
            [rule(Expiration=DAYS), rule(Expiration=DAYS)],
            "InvalidArgument",
            "Rule ID must be unique. Found same ID for more than one rule",
        ),
        (
            [
                rule(Expiration=DAYS),
                {"ID": "old", "Prefix": "", "Status": "Enabled", "Expiration": DAYS},
            ],
            "InvalidRequest",
            "Base level prefix cannot be used in Lifecycle V2",
        ),
        (
            [
                {"ID": "old", "Prefix": "a", "Status": "Enabled", "Expiration": DAYS},
                rule(Expiration=DAYS),
            ],
            "InvalidRequest",
            "Filter element can only be used in Lifecycle V2.",
        ),
        (
            [rule(Expiration=DAYS, Filter={"ObjectSizeLessThan": 0})],
            "InvalidRequest",
            "'ObjectSizeLessThan' should be between 1 and 1099511627776000.",
        ),
        (
            [
                {"ID": prefix, "Prefix": prefix, "Status": "Enabled", "Expiration": DAYS}
                for prefix in ("ab", "a")
            ],
            "InvalidRequest",
            "Found overlapping prefixes 'a' and 'ab' for same action type 'Expiration'",
        ),
    ],
)
def test_rules_that_do_not_go_together(
    owner: Any, bucket: str, rules: list[dict[str, Any]], code: str, words: str
) -> None:
    error = refused_rules(owner, bucket, *rules)
    assert (error["Status"], error["Code"]) == (400, code)
    assert words in error["Message"]


def test_a_refused_configuration_leaves_the_old_one(owner: Any, bucket: str) -> None:
    put(owner, bucket, rule(Expiration=DAYS))
    refused_rules(owner, bucket, rule(Expiration={"Days": -1}))
    found = owner.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert found == [rule(Expiration=DAYS)]


def test_only_who_may(other: Any, bucket: str) -> None:
    assert refused_rules(other, bucket, rule(Expiration=DAYS))["Code"] == "AccessDenied"
    error = refused(other.get_bucket_lifecycle_configuration, Bucket=bucket)
    assert error["Code"] == "AccessDenied"
