"""When rules are due, by themselves: at the moment and a second before it, each filter's bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server_ref.rules import lifecycle_due as due
from server_ref.rules.lifecycle_due import DAY, LAST, Due, Transition
from server_ref.storage.records import Version, pack

MIDNIGHT = 20_000 * DAY
NOON = MIDNIGHT + DAY // 2


def version(**changes: Any) -> Version:
    fields: dict[str, Any] = {
        "key": "logs/a",
        "seq": 1,
        "version_id": "v",
        "marker": 0,
        "size": 128 * 1024,
        "etag": "e",
        "modified": NOON,
        "storage_class": "STANDARD",
        "owner": "me",
        "algorithm": None,
        "checksum_type": None,
        "checksum": None,
        "blob": 7,
    }
    return Version(**(fields | changes))


def rule(identifier: str = "r", **more: Any) -> dict[str, Any]:
    return {"ID": identifier, "Status": "Enabled", "Filter": {}, **more}


def rules(*given: dict[str, Any]) -> list[due.Rule]:
    return due.enabled({"Rules": list(given)})


def on(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("since", "days", "end"),
    [
        (MIDNIGHT, 0, MIDNIGHT + DAY),
        (MIDNIGHT, 1, MIDNIGHT + 2 * DAY),
        (MIDNIGHT - 1, 1, MIDNIGHT + DAY),
        (NOON, 1, MIDNIGHT + 2 * DAY),
        (NOON, 10**9, LAST),
    ],
)
def test_days_end_at_the_midnight_that_follows(since: int, days: int, end: int) -> None:
    assert due.midnight(since, days) == end


def test_only_rules_in_force() -> None:
    off = {**rule("off"), "Status": "Disabled"}

    assert [one.identifier for one in rules(rule("a"), off, rule("b"))] == ["a", "b"]
    assert due.enabled(None) == due.enabled({}) == due.enabled({"Rules": None}) == []


def test_a_rule_is_read_with_all_it_says() -> None:
    [read] = rules(
        rule(
            Filter={
                "And": {
                    "Prefix": "logs/",
                    "Tags": [{"Key": "a", "Value": "b"}],
                    "ObjectSizeGreaterThan": 5,
                    "ObjectSizeLessThan": 9,
                }
            },
            Expiration={"Days": 3, "ExpiredObjectDeleteMarker": True},
            Transitions=[
                {"StorageClass": "GLACIER", "Days": 1},
                {"StorageClass": "DEEP_ARCHIVE", "Date": on(MIDNIGHT)},
            ],
            NoncurrentVersionExpiration={"NoncurrentDays": 4, "NewerNoncurrentVersions": 2},
            NoncurrentVersionTransitions=[{"StorageClass": "GLACIER", "NoncurrentDays": 6}],
            AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7},
        )
    )

    assert read == due.Rule(
        "r",
        "logs/",
        frozenset({("a", "b")}),
        5,
        9,
        3,
        None,
        True,
        (Transition("GLACIER", 1, None), Transition("DEEP_ARCHIVE", None, MIDNIGHT)),
        4,
        2,
        (Transition("GLACIER", 6, None, 0),),
        7,
    )
    [least] = rules(rule())
    assert least[1:] == ("", frozenset(), None, None, None, None, False, (), None, 0, (), None)
    [dated] = rules(rule(Expiration={"Date": on(MIDNIGHT)}))
    assert (dated.days, dated.date) == (None, MIDNIGHT)


@pytest.mark.parametrize(
    ("given", "size", "marker", "about"),
    [
        ({"Prefix": "logs/"}, 1, 0, True),
        ({"Prefix": "log/"}, 1, 0, False),
        ({"ObjectSizeGreaterThan": 5}, 5, 0, False),
        ({"ObjectSizeGreaterThan": 5}, 6, 0, True),
        ({"ObjectSizeLessThan": 5}, 5, 0, False),
        ({"ObjectSizeLessThan": 5}, 4, 0, True),
        ({"ObjectSizeLessThan": 5}, 4, 1, False),
        ({"ObjectSizeGreaterThan": 5}, 6, 1, False),
        ({}, 0, 1, True),
        ({"Tag": {"Key": "a", "Value": "b"}}, 1, 0, True),
        ({"Tag": {"Key": "a", "Value": "c"}}, 1, 0, False),
    ],
)
def test_what_a_filter_takes_in(given: dict[str, Any], size: int, marker: int, about: bool) -> None:
    [read] = rules(rule(Filter=given))
    one = version(size=size, marker=marker, tags=pack([("a", "b"), ("c", "d")]))

    assert read.about(one) is about
    assert read.sized is ("ObjectSize" in str(given))


def test_the_earliest_of_several_expires_it() -> None:
    given = rules(
        rule("late", Expiration={"Days": 5}),
        rule("none"),
        rule("other", Filter={"Prefix": "x"}, Expiration={"Days": 0}),
        rule("early", Expiration={"Days": 1}),
        rule("marker", Expiration={"ExpiredObjectDeleteMarker": True}),
    )

    assert due.expiry(given, version()) == Due(MIDNIGHT + 2 * DAY, "early")
    assert due.expiry(rules(rule("none")), version()) is None
    dated = rules(rule("dated", Expiration={"Date": on(MIDNIGHT)}))
    assert due.expiry(dated, version()) == Due(MIDNIGHT, "dated")


def test_the_header_names_the_day_and_the_rule() -> None:
    configuration = {"Rules": [rule("a rule/1", Expiration={"Days": 1})]}
    day = on(MIDNIGHT + 2 * DAY).strftime("%a, %d %b %Y %H:%M:%S GMT")

    assert due.expiration_header(configuration, version()) == (
        f'expiry-date="{day}", rule-id="a%20rule%2F1"'
    )
    assert due.expiration_header({"Rules": [rule()]}, version()) is None


@pytest.mark.parametrize(
    ("expiration", "now", "goes"),
    [
        ({"ExpiredObjectDeleteMarker": True}, 0, True),
        ({"Days": 1}, MIDNIGHT + 2 * DAY, True),
        ({"Days": 1}, MIDNIGHT + 2 * DAY - 1, False),
        ({}, LAST, False),
    ],
)
def test_a_marker_goes(expiration: dict[str, Any], now: int, goes: bool) -> None:
    marker = version(marker=1, size=0)

    assert due.marker_due(rules(rule(Expiration=expiration)), marker, now) is goes
    other = rules(rule(Expiration=expiration, Filter={"Prefix": "x"}))
    assert not due.marker_due(other, marker, now)


@pytest.mark.parametrize(
    ("kept", "newer", "now", "goes"),
    [
        (0, 0, MIDNIGHT + 2 * DAY, True),
        (0, 0, MIDNIGHT + 2 * DAY - 1, False),
        (2, 2, MIDNIGHT + 2 * DAY, True),
        (2, 1, MIDNIGHT + 2 * DAY, False),
    ],
)
def test_a_noncurrent_version_goes(kept: int, newer: int, now: int, goes: bool) -> None:
    said = {"NoncurrentDays": 1, **({"NewerNoncurrentVersions": kept} if kept else {})}
    given = rules(rule(NoncurrentVersionExpiration=said))

    assert due.noncurrent_due(given, version(), NOON, newer, now) is goes
    assert not due.noncurrent_due(rules(rule()), version(), NOON, newer, LAST)
    other = rules(rule(NoncurrentVersionExpiration=said, Filter={"Prefix": "x"}))
    assert not due.noncurrent_due(other, version(), NOON, newer, LAST)


def moves(to: str, days: int = 1, **more: Any) -> dict[str, Any]:
    return rule(Transitions=[{"StorageClass": to, "Days": days}], **more)


@pytest.mark.parametrize(
    ("given", "one", "now", "to"),
    [
        ([moves("GLACIER")], version(), MIDNIGHT + 2 * DAY, "GLACIER"),
        ([moves("GLACIER")], version(), MIDNIGHT + 2 * DAY - 1, None),
        ([moves("STANDARD_IA"), moves("GLACIER")], version(), LAST, "GLACIER"),
        ([moves("GLACIER"), moves("STANDARD_IA")], version(), LAST, "GLACIER"),
        ([moves("GLACIER")], version(storage_class="DEEP_ARCHIVE"), LAST, None),
        ([moves("GLACIER")], version(storage_class="GLACIER"), LAST, None),
        ([moves("GLACIER")], version(size=128 * 1024 - 1), LAST, None),
        (
            [moves("GLACIER", Filter={"ObjectSizeGreaterThan": 1})],
            version(size=2),
            LAST,
            "GLACIER",
        ),
        ([moves("GLACIER", Filter={"Prefix": "x"})], version(), LAST, None),
        ([moves("STANDARD_IA"), moves("GLACIER", 9)], version(), MIDNIGHT + 3 * DAY, "STANDARD_IA"),
    ],
)
def test_a_version_moves_to_the_coldest_class(
    given: list[dict[str, Any]], one: Version, now: int, to: str | None
) -> None:
    assert due.transition(rules(*given), one, now, due.DEFAULT_MINIMUM, None) == to


@pytest.mark.parametrize(
    ("to", "moved"), [("GLACIER", True), ("DEEP_ARCHIVE", True), ("STANDARD_IA", False)]
)
def test_small_ones_move_to_an_archive_where_the_least_size_varies(to: str, moved: bool) -> None:
    small = version(size=1)
    given = rules(moves(to))

    assert due.transition(given, small, LAST, "varies_by_storage_class", None) == (
        to if moved else None
    )
    assert due.transition(given, small, LAST, "all_storage_classes_128K", None) is None


@pytest.mark.parametrize(
    ("newer", "now", "moved"),
    [
        (2, MIDNIGHT + 2 * DAY, True),
        (1, MIDNIGHT + 2 * DAY, False),
        (2, MIDNIGHT + 2 * DAY - 1, False),
    ],
)
def test_a_noncurrent_version_moves_since_it_is_one(newer: int, now: int, moved: bool) -> None:
    said = [{"StorageClass": "GLACIER", "NoncurrentDays": 1, "NewerNoncurrentVersions": 2}]
    given = rules(rule(NoncurrentVersionTransitions=said), moves("DEEP_ARCHIVE", 0))
    old = version(modified=0)

    assert due.transition(given, old, now, due.DEFAULT_MINIMUM, (NOON, newer)) == (
        "GLACIER" if moved else None
    )


def test_an_upload_is_aborted_by_the_earliest() -> None:
    def aborts(name: str, days: int, prefix: str = "") -> dict[str, Any]:
        return rule(
            name,
            Filter={"Prefix": prefix},
            AbortIncompleteMultipartUpload={"DaysAfterInitiation": days},
        )

    given = rules(aborts("late", 5), rule("none"), aborts("early", 1), aborts("other", 0, "x"))
    assert due.abort(given, "logs/a", NOON) == Due(MIDNIGHT + 2 * DAY, "early")
    assert due.abort(rules(rule("none")), "logs/a", NOON) is None


@pytest.mark.parametrize(
    ("given", "least"),
    [
        (["b", "a", "a/c", "a"], ["a", "b"]),
        (["", "a"], [""]),
        (["a", "ab", "b"], ["a", "b"]),
        ([], []),
    ],
)
def test_the_least_set_of_prefixes(given: list[str], least: list[str]) -> None:
    found = due.prefixes(rules(*(rule(Filter={"Prefix": one}) for one in given)))

    assert list(found) == least
