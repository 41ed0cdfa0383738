"""When a lifecycle's rules are due: for an object, a noncurrent version, a marker, an upload.

Days count from a moment and end at the midnight (UTC) that follows; dates are midnights. Nothing
here reads or changes the store.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from server_ref.model.values import http_date
from server_ref.rules.lifecycle_configuration import predicates
from server_ref.rules.lifecycle_order import COLDER
from server_ref.rules.times import moment
from server_ref.storage.records import Version

DAY = 86400  # seconds
LAST = 253402214400  # 9999-12-31, after which dates have no four digits
MINIMUM = 128 * 1024  # bytes; smaller objects stay, unless a rule's filter speaks of sizes
DEFAULT_MINIMUM = "all_storage_classes_128K"
MINIMA = (DEFAULT_MINIMUM, "varies_by_storage_class")
_ANY_SIZE = ("GLACIER", "DEEP_ARCHIVE")  # under varies_by_storage_class


class Due(NamedTuple):
    """A moment (seconds) and the rule it comes from."""

    at: int
    rule: str


class Transition(NamedTuple):
    """To which class, when: days since a moment, or a date (seconds)."""

    storage_class: str
    days: int | None
    date: int | None
    kept: int = 0  # newer noncurrent versions that stay


class Rule(NamedTuple):
    """One enabled rule, ready to be asked."""

    identifier: str
    prefix: str
    tags: frozenset[tuple[str, str]]
    above: int | None
    below: int | None
    days: int | None
    date: int | None
    markers: bool
    transitions: tuple[Transition, ...]
    noncurrent_days: int | None
    noncurrent_kept: int
    noncurrent_transitions: tuple[Transition, ...]
    upload_days: int | None

    def about(self, version: Version) -> bool:
        """Whether the rule's filter takes this version or marker in."""
        if not version.key.startswith(self.prefix):
            return False
        if self.sized and (
            version.marker
            or (self.above is not None and version.size <= self.above)
            or (self.below is not None and version.size >= self.below)
        ):
            return False
        return not self.tags or self.tags <= set(map(tuple, version.read_tags()))

    @property
    def sized(self) -> bool:
        """Whether the filter speaks of sizes."""
        return self.above is not None or self.below is not None


def midnight(since: int, days: int) -> int:
    """The midnight after ``days`` days since a moment, in seconds; at most the last there is."""
    return min((since // DAY + days + 1) * DAY, LAST)


def enabled(configuration: Any) -> list[Rule]:
    """The rules of a kept configuration that are in force."""
    rules = (configuration or {}).get("Rules") or []
    return [_read(rule) for rule in rules if rule["Status"] == "Enabled"]


def expiry(rules: list[Rule], version: Version) -> Due | None:
    """When a current version expires; of several rules the earliest counts."""
    found = []
    for rule in rules:
        if (rule.days is None and rule.date is None) or not rule.about(version):
            continue
        found.append(Due(_when(rule.days, rule.date, version.modified), rule.identifier))
    return min(found, key=lambda due: due.at, default=None)


def expiration_header(configuration: Any, version: Version) -> str | None:
    """The value of x-amz-expiration, where a rule takes the object in."""
    due = expiry(enabled(configuration), version)
    if due is None:
        return None
    return f'expiry-date="{http_date(moment(due.at))}", rule-id="{quote(due.rule, safe="")}"'


def marker_due(rules: list[Rule], marker: Version, now: int) -> bool:
    """Whether a delete marker with nothing under it is to go."""
    due = expiry(rules, marker)
    return (due is not None and due.at <= now) or any(
        rule.markers and rule.about(marker) for rule in rules
    )


def noncurrent_due(rules: list[Rule], version: Version, since: int, newer: int, now: int) -> bool:
    """Whether a version that is noncurrent ``since``, under ``newer`` others, is to go."""
    return any(
        rule.noncurrent_days is not None
        and newer >= rule.noncurrent_kept
        and midnight(since, rule.noncurrent_days) <= now
        and rule.about(version)
        for rule in rules
    )


def transition(
    rules: list[Rule], version: Version, now: int, minimum: str, noncurrent: tuple[int, int] | None
) -> str | None:
    """The coldest class a version is due for now, None to stay.

    ``noncurrent`` is since when it is, and how many noncurrent versions are newer.
    """
    best = version.storage_class
    for rule in rules:
        for one in rule.transitions if noncurrent is None else rule.noncurrent_transitions:
            since, newer = noncurrent or (version.modified, 0)
            if one.storage_class not in COLDER[best] or newer < one.kept:
                continue
            if version.size < MINIMUM and not _small_moves(rule, one.storage_class, minimum):
                continue
            if _when(one.days, one.date, since) <= now and rule.about(version):
                best = one.storage_class
    return best if best != version.storage_class else None


def abort(rules: list[Rule], key: str, initiated: int) -> Due | None:
    """When an upload that is not completed by then is aborted."""
    found = [
        Due(midnight(initiated, rule.upload_days), rule.identifier)
        for rule in rules
        if rule.upload_days is not None and key.startswith(rule.prefix)
    ]
    return min(found, key=lambda due: due.at, default=None)


def prefixes(rules: list[Rule]) -> Iterator[str]:
    """The least set of prefixes that has every key a rule is about, in order."""
    last: str | None = None
    for prefix in sorted({rule.prefix for rule in rules}):
        if last is None or not prefix.startswith(last):
            last = prefix
            yield prefix


def _small_moves(rule: Rule, to: str, minimum: str) -> bool:
    return rule.sized or (minimum != DEFAULT_MINIMUM and to in _ANY_SIZE)


def _when(days: int | None, date: int | None, since: int) -> int:
    return midnight(since, days) if days is not None else date or 0


def _read(rule: dict[str, Any]) -> Rule:
    asked = predicates(rule)
    expiration = rule.get("Expiration") or {}
    noncurrent = rule.get("NoncurrentVersionExpiration") or {}
    upload = rule.get("AbortIncompleteMultipartUpload") or {}
    return Rule(
        identifier=rule["ID"],
        prefix=asked.get("Prefix") or "",
        tags=frozenset((tag["Key"], tag["Value"]) for tag in asked.get("Tags") or []),
        above=asked.get("ObjectSizeGreaterThan"),
        below=asked.get("ObjectSizeLessThan"),
        days=expiration.get("Days"),
        date=_date(expiration),
        markers=bool(expiration.get("ExpiredObjectDeleteMarker")),
        transitions=tuple(
            Transition(one["StorageClass"], one.get("Days"), _date(one))
            for one in rule.get("Transitions") or []
        ),
        noncurrent_days=noncurrent.get("NoncurrentDays"),
        noncurrent_kept=noncurrent.get("NewerNoncurrentVersions") or 0,
        noncurrent_transitions=tuple(
            Transition(
                one["StorageClass"],
                one["NoncurrentDays"],
                None,
                one.get("NewerNoncurrentVersions") or 0,
            )
            for one in rule.get("NoncurrentVersionTransitions") or []
        ),
        upload_days=upload.get("DaysAfterInitiation"),
    )


def _date(timed: dict[str, Any]) -> int | None:
    return int(timed["Date"].timestamp()) if "Date" in timed else None
