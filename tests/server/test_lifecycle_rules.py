"""What is a lifecycle rule, by itself: each bound, one past it, and what must not meet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules.lifecycle_configuration import normalised, predicates

DAYS = {"Days": 1}
DAY = datetime(2030, 1, 1, tzinfo=UTC)
LATER = datetime(2030, 1, 2, tzinfo=UTC)


def rule(**more: Any) -> dict[str, Any]:
    filled = {"Status": "Enabled", "Filter": {}, **more}
    return {name: value for name, value in filled.items() if value is not None}


def code_of(*rules: dict[str, Any]) -> str:
    try:
        normalised({"Rules": list(rules)})
    except S3Error as error:
        return error.code
    return ""


MALFORMED, ARGUMENT, REQUEST = "MalformedXML", "InvalidArgument", "InvalidRequest"


def filtered(**asked: Any) -> dict[str, Any]:
    return rule(Filter=asked, Expiration=DAYS)


TAG = {"Key": "a", "Value": "b"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (rule(Expiration=DAYS), ""),
        (rule(Expiration=DAYS, Status=None), MALFORMED),
        (rule(Expiration=DAYS, Filter=None), MALFORMED),
        (rule(Expiration=DAYS, Filter=None, Prefix=""), ""),
        (rule(Expiration=DAYS, Prefix=""), MALFORMED),
        (rule(), REQUEST),
        (rule(ID="i" * 255, Expiration=DAYS), ""),
        (rule(ID="i" * 256, Expiration=DAYS), ARGUMENT),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}), ""),
        (
            rule(
                NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 2},
                Filter=None,
                Prefix="",
            ),
            REQUEST,
        ),
        (
            rule(
                NoncurrentVersionTransitions=[
                    {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2, "StorageClass": "GLACIER"}
                ],
                Filter=None,
                Prefix="",
            ),
            REQUEST,
        ),
        # the filter
        (filtered(Prefix="a"), ""),
        (filtered(Prefix="a", Tag=TAG), MALFORMED),
        (filtered(Tag=TAG), ""),
        (filtered(Tag={"Key": "", "Value": "b"}), MALFORMED),
        (filtered(Tag={"Key": "a"}), MALFORMED),
        (filtered(Tag={"Key": "a", "Value": ""}), ""),
        (filtered(ObjectSizeLessThan=0), REQUEST),
        (filtered(ObjectSizeLessThan=1), ""),
        (filtered(ObjectSizeLessThan=1099511627776000), ""),
        (filtered(ObjectSizeLessThan=1099511627776001), REQUEST),
        (filtered(And={}), MALFORMED),
        (filtered(And={"Prefix": "a"}), MALFORMED),
        (filtered(And={"Tags": [TAG]}), MALFORMED),
        (filtered(And={"Tags": [TAG, {"Key": "c", "Value": "d"}]}), ""),
        (filtered(And={"Prefix": "a", "Tags": [TAG]}), ""),
        (filtered(And={"Prefix": "a", "Tags": []}), MALFORMED),
        (filtered(And={"Prefix": "a", "Tags": [{"Key": "x"}]}), MALFORMED),
        (filtered(And={"Prefix": "a", "ObjectSizeLessThan": 5}), ""),
        (filtered(And={"Tags": [TAG, TAG]}), REQUEST),
        (filtered(Prefix="a" * 1024), ""),
        (filtered(Prefix="a" * 1025), REQUEST),
        (filtered(Prefix="é" * 513), REQUEST),
        (filtered(ObjectSizeGreaterThan=0), ""),
        (filtered(ObjectSizeGreaterThan=-1), REQUEST),
        (filtered(ObjectSizeLessThan=-1), REQUEST),
        (filtered(ObjectSizeGreaterThan=1099511627776000), ""),
        (filtered(ObjectSizeGreaterThan=1099511627776001), REQUEST),
        (filtered(ObjectSizeGreaterThan=2**63 - 1), REQUEST),
        (filtered(ObjectSizeGreaterThan=2**63), MALFORMED),
        (filtered(And={"ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 6}), ""),
        (filtered(And={"ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 5}), REQUEST),
        # expiration
        (rule(Expiration={}), MALFORMED),
        (rule(Expiration={"Days": 1, "Date": DAY}), MALFORMED),
        (rule(Expiration={"Days": 0}), ARGUMENT),
        (rule(Expiration={"Days": 2**31 - 1}), ""),
        (rule(Expiration={"Days": 2**31}), MALFORMED),
        (rule(Expiration={"Days": -(2**31) - 1}), MALFORMED),
        (rule(Expiration={"Days": -(2**31)}), ARGUMENT),
        (rule(Expiration={"Date": DAY}), ""),
        (rule(Expiration={"Date": DAY.replace(second=1)}), ARGUMENT),
        (rule(Expiration={"ExpiredObjectDeleteMarker": True}), ""),
        (rule(Expiration={"ExpiredObjectDeleteMarker": True}, Filter={"Tag": TAG}), REQUEST),
        (
            rule(Expiration={"ExpiredObjectDeleteMarker": True}, Filter={"ObjectSizeLessThan": 5}),
            REQUEST,
        ),
        # noncurrent versions
        (rule(NoncurrentVersionExpiration={}), MALFORMED),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}), ""),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 0}), ARGUMENT),
        *(
            (
                rule(
                    NoncurrentVersionExpiration={
                        "NoncurrentDays": 1,
                        "NewerNoncurrentVersions": kept,
                    }
                ),
                code,
            )
            for kept, code in ((0, ARGUMENT), (1, ""), (100, ""), (101, ARGUMENT))
        ),
        # uploads
        (rule(AbortIncompleteMultipartUpload={}), MALFORMED),
        (rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}), ""),
        (rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 0}), ARGUMENT),
        (
            rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}, Filter={"Tag": TAG}),
            REQUEST,
        ),
        (
            rule(
                AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1},
                Filter={"ObjectSizeGreaterThan": 5},
            ),
            REQUEST,
        ),
    ],
)
def test_a_rule(given: dict[str, Any], code: str) -> None:
    assert code_of(given) == code


def to(storage_class: str, days: int | None = None, **more: Any) -> dict[str, Any]:
    return {"StorageClass": storage_class, **({} if days is None else {"Days": days}), **more}


@pytest.mark.parametrize(
    ("transitions", "expiration", "code"),
    [
        ([to("GLACIER", 0)], None, ""),
        ([to("GLACIER", -1)], None, ARGUMENT),
        ([to("GLACIER")], None, MALFORMED),
        ([to("GLACIER", 1, Date=DAY)], None, MALFORMED),
        ([{"Days": 1}], None, MALFORMED),
        ([to("STANDARD_IA", 29)], None, ARGUMENT),
        ([to("STANDARD_IA", 30)], None, ""),
        ([to("ONEZONE_IA", 29)], None, ARGUMENT),
        ([to("GLACIER", 1), to("GLACIER", 2)], None, REQUEST),
        ([to("GLACIER", 1), to("DEEP_ARCHIVE", 2)], None, ""),
        ([to("GLACIER", 2), to("DEEP_ARCHIVE", 2)], None, ARGUMENT),
        ([to("DEEP_ARCHIVE", 2), to("GLACIER", 1)], None, ""),
        ([to("STANDARD_IA", 30), to("GLACIER", 60)], None, ""),
        ([to("STANDARD_IA", 30), to("GLACIER", 59)], None, ARGUMENT),
        ([to("GLACIER", 5)], {"Days": 6}, ""),
        ([to("GLACIER", 5)], {"Days": 5}, ARGUMENT),
        ([to("GLACIER", 5)], {"Date": DAY}, REQUEST),
        ([to("GLACIER", Date=DAY)], {"Days": 5}, REQUEST),
        ([to("GLACIER", Date=DAY)], {"Date": LATER}, ""),
        ([to("GLACIER", Date=DAY)], {"Date": DAY}, ARGUMENT),
        ([to("GLACIER", Date=DAY.replace(hour=1))], None, ARGUMENT),
        ([to("GLACIER", Date=DAY), to("DEEP_ARCHIVE", 5)], None, REQUEST),
    ],
)
def test_transitions(
    transitions: list[dict[str, Any]], expiration: dict[str, Any] | None, code: str
) -> None:
    assert code_of(rule(Transitions=transitions, Expiration=expiration)) == code


def noncurrent(storage_class: str, days: int | None, **more: Any) -> dict[str, Any]:
    return {
        "StorageClass": storage_class,
        **({} if days is None else {"NoncurrentDays": days}),
        **more,
    }


@pytest.mark.parametrize(
    ("transitions", "ends", "code"),
    [
        ([noncurrent("GLACIER", 0)], None, ""),
        ([noncurrent("GLACIER", None)], None, MALFORMED),
        ([{"NoncurrentDays": 1}], None, MALFORMED),
        ([noncurrent("STANDARD_IA", 29)], None, ARGUMENT),
        ([noncurrent("STANDARD_IA", 30)], None, ""),
        ([noncurrent("GLACIER", 1, NewerNoncurrentVersions=101)], None, ARGUMENT),
        ([noncurrent("GLACIER", 1, NewerNoncurrentVersions=100)], None, ""),
        ([noncurrent("GLACIER", 1, NewerNoncurrentVersions=0)], None, ARGUMENT),
        ([noncurrent("GLACIER", 5)], 6, ""),
        ([noncurrent("GLACIER", 5)], 5, ARGUMENT),
    ],
)
def test_transitions_of_noncurrent_versions(
    transitions: list[dict[str, Any]], ends: int | None, code: str
) -> None:
    expiration = None if ends is None else {"NoncurrentDays": ends}
    given = rule(NoncurrentVersionTransitions=transitions, NoncurrentVersionExpiration=expiration)

    assert code_of(given) == code


def old(prefix: str, **more: Any) -> dict[str, Any]:
    return rule(Filter=None, Prefix=prefix, **(more or {"Expiration": DAYS}))


ENDS = {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([], MALFORMED),
        ([rule(Expiration=DAYS)] * 1000, ""),
        ([rule(Expiration=DAYS)] * 1001, MALFORMED),
        ([rule(ID="a", Expiration=DAYS)] * 2, ARGUMENT),
        ([rule(ID="a", Expiration=DAYS), rule(ID="b", Expiration=DAYS)], ""),
        ([old("a"), rule(Expiration=DAYS)], REQUEST),
        ([old("a"), old("a")], ARGUMENT),
        ([old("a"), old("b")], ""),
        ([old("ab"), old("a")], REQUEST),
        ([old("a"), old("ab", **ENDS)], ""),
        ([old("a", **ENDS), old("ab", **ENDS)], REQUEST),
    ],
)
def test_rules_together(rules: list[dict[str, Any]], code: str) -> None:
    assert code_of(*rules) == code


def test_a_rule_without_an_id_gets_one_of_48_characters() -> None:
    kept = normalised({"Rules": [rule(Expiration=DAYS), rule(ID="mine", Expiration=DAYS)]})["Rules"]

    assert (len(kept[0]["ID"]), kept[1]["ID"]) == (48, "mine")
    assert kept[1] == rule(ID="mine", Expiration=DAYS)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {}),
        ({"Prefix": "a"}, {"Prefix": "a"}),
        ({"Filter": {"Tag": TAG}}, {"Tags": [TAG]}),
        (
            {"Filter": {"And": {"Prefix": "a", "Tags": [TAG], "ObjectSizeLessThan": 5}}},
            {"Prefix": "a", "Tags": [TAG], "ObjectSizeLessThan": 5},
        ),
    ],
)
def test_what_a_rule_asks_of_an_object(given: dict[str, Any], asked: dict[str, Any]) -> None:
    assert predicates(given) == asked


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"Filter": {}}, "filter '(prefix=)'"),
        ({"Filter": {"Prefix": "a"}}, "filter '(prefix=a)'"),
        ({"Filter": None, "Prefix": "a"}, "prefix 'a'"),
        ({"Filter": {"Tag": TAG}}, "filter '(tag: key=a, value=b)'"),
        (
            {"Filter": {"And": {"Prefix": "p", "ObjectSizeLessThan": 5, "Tags": [TAG]}}},
            "filter '(objectsizelessthan=5 and prefix=p and tag: key=a, value=b)'",
        ),
    ],
)
def test_a_filter_in_the_words_of_an_error(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(S3Error) as error:
        normalised({"Rules": [rule(Transitions=[to("GLACIER", 1)] * 2, **asked)]})

    assert error.value.message == (
        f"'StorageClass' must be different for 'Transition' actions in same 'Rule' with {words}"
    )
