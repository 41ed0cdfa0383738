"""Restores of archived versions: when one may be read, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server_ref.rules import restoring
from server_ref.storage.records import Details, Restore, pack
from tests.server.at_noon import NOON, SECOND, version
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("storage_class", "second", "readable"),
    [
        ("STANDARD", 0, True),
        ("GLACIER_IR", 0, True),
        ("GLACIER", 99, False),
        ("GLACIER", 100, True),
        ("DEEP_ARCHIVE", 199, True),
        ("DEEP_ARCHIVE", 200, False),
    ],
)
def test_an_archived_version_is_read_while_its_copy_is_there(
    storage_class: str, second: int, readable: bool
) -> None:
    details = Details(restore=Restore(ready=SECOND + 100, until=SECOND + 200, days=1, tier="Bulk"))
    archived = version(storage_class=storage_class, details=pack(details))
    now = NOON + timedelta(seconds=second)
    code = "" if readable else "InvalidObjectState"

    assert code_of(lambda: restoring.check_readable(archived, now)) == code
    other = "" if readable else "InvalidStorageClass"
    assert code_of(lambda: restoring.check_readable(archived, now, "InvalidStorageClass")) == other


def test_what_is_told_of_a_restore() -> None:
    restore = Restore(ready=SECOND + 100, until=SECOND + 200, days=1, tier="Bulk")
    details = Details(restore=restore)
    archived = version(storage_class="GLACIER", details=pack(details))

    def header(second: int) -> dict[str, Any]:
        return dict(restoring.header(archived, details, NOON + timedelta(seconds=second)))

    def listed(second: int) -> dict[str, Any]:
        now = NOON + timedelta(seconds=second)
        return dict(restoring.listed("GLACIER", archived.details, now))

    until = datetime.fromtimestamp(SECOND + 200, UTC)
    assert header(99) == {"Restore": 'ongoing-request="true"'}
    assert header(100) == {
        "Restore": 'ongoing-request="false", expiry-date="Tue, 03 Feb 2026 12:03:20 GMT"'
    }
    assert header(200) == {}
    assert listed(99) == {"RestoreStatus": {"IsRestoreInProgress": True}}
    assert listed(100) == {
        "RestoreStatus": {"IsRestoreInProgress": False, "RestoreExpiryDate": until}
    }
    assert listed(200) == {}
    assert restoring.listed("GLACIER", None, NOON) == {}
    assert restoring.listed("STANDARD", archived.details, NOON) == {}
    assert restoring.header(version(), details, NOON) == {}
    assert restoring.header(archived, Details(), NOON) == {}


@pytest.mark.parametrize(("tier", "ready"), [("Expedited", 1), ("Standard", 10), ("Bulk", 20)])
def test_a_restore_begins(tier: str, ready: int) -> None:
    begun = restoring.begun(1, tier, SECOND, 10.0)

    assert begun.ready == SECOND + ready
    assert begun.until == int(datetime(2026, 2, 5, tzinfo=UTC).timestamp())
    assert (begun.days, begun.tier) == (1, tier)


def test_a_listing_is_asked_for_restores() -> None:
    assert not restoring.wanted({})
    assert restoring.wanted({"OptionalObjectAttributes": ["RestoreStatus"]})
