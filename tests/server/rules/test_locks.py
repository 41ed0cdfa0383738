"""Object locks: what they stop, who may change them, and which a new object gets."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from server_ref.rules import locks
from server_ref.rules.checksums import Claim
from server_ref.storage.records import Lock, pack
from tests.server.at_noon import LATER, NOON, SECOND, version
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("lock", "bypass", "stays"),
    [
        (None, False, False),
        (Lock(), False, False),
        (Lock(hold="ON"), True, True),
        (Lock(hold="OFF"), False, False),
        (Lock("GOVERNANCE", SECOND + 1), False, True),
        (Lock("GOVERNANCE", SECOND + 1), True, False),
        (Lock("GOVERNANCE", SECOND), False, False),
        (Lock("COMPLIANCE", SECOND + 1), True, True),
        (Lock("COMPLIANCE", SECOND), False, False),
        (Lock("GOVERNANCE", SECOND + 1, "ON"), True, True),
    ],
)
def test_what_a_lock_stops(lock: Lock | None, bypass: bool, stays: bool) -> None:
    locked = version(lock=None if lock is None else pack(lock))
    code = "AccessDenied" if stays else ""

    assert code_of(lambda: locks.check_removal(locked, NOON, bypass=bypass)) == code


@pytest.mark.parametrize(
    ("old", "new", "bypass", "may"),
    [
        (Lock(), Lock("GOVERNANCE", SECOND + 5), False, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 5), False, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 4), False, False),
        (Lock("GOVERNANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 4), True, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 9), False, False),
        (Lock("GOVERNANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 9), True, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock(), False, False),
        (Lock("GOVERNANCE", SECOND + 5), Lock(), True, True),
        (Lock("COMPLIANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 6), False, True),
        (Lock("COMPLIANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 4), True, False),
        (Lock("COMPLIANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 6), True, False),
        (Lock("COMPLIANCE", SECOND), Lock(), False, True),
    ],
)
def test_who_may_change_a_retention(old: Lock, new: Lock, bypass: bool, may: bool) -> None:
    locked = version(lock=pack(Lock(old.mode, old.until, "ON")))

    def changed() -> Lock:
        return locks.changed_retention(locked, new, NOON, bypass=bypass)

    if may:
        assert changed() == Lock(new.mode, new.until, "ON")
    else:
        assert code_of(changed) == "AccessDenied"


def asking(default: dict[str, Any] | None = None) -> Any:
    """What the rules of a lock look at of a request."""
    store = SimpleNamespace(get_config=lambda _bucket, _name: default)
    return SimpleNamespace(clock=lambda: NOON, operation="PutObject", store=store)


LOCKING = SimpleNamespace(name="b", object_lock=True)


PLAIN = SimpleNamespace(name="b", object_lock=False)


MODE, UNTIL = "ObjectLockMode", "ObjectLockRetainUntilDate"


HOLD = "ObjectLockLegalHoldStatus"


@pytest.mark.parametrize(
    ("bucket", "members", "lock"),
    [
        (LOCKING, {}, None),
        (PLAIN, {}, None),
        (LOCKING, {HOLD: "ON"}, Lock(hold="ON")),
        (LOCKING, {HOLD: "OFF"}, Lock(hold="OFF")),
        (LOCKING, {HOLD: "on"}, "InvalidArgument"),
        (LOCKING, {MODE: "GOVERNANCE", UNTIL: LATER}, Lock("GOVERNANCE", SECOND + 1)),
        (
            LOCKING,
            {MODE: "COMPLIANCE", UNTIL: LATER, HOLD: "ON"},
            Lock("COMPLIANCE", SECOND + 1, "ON"),
        ),
        (LOCKING, {MODE: "GOVERNANCE", UNTIL: NOON}, "InvalidArgument"),
        (LOCKING, {MODE: "OTHER", UNTIL: LATER}, "InvalidArgument"),
        (LOCKING, {MODE: "GOVERNANCE"}, "InvalidArgument"),
        (LOCKING, {UNTIL: LATER}, "InvalidArgument"),
        (PLAIN, {MODE: "GOVERNANCE", UNTIL: LATER}, "InvalidRequest"),
        (PLAIN, {HOLD: "OFF"}, "InvalidRequest"),
        (PLAIN, {HOLD: "on"}, "InvalidArgument"),
        (LOCKING, {"ObjectLockEventHold": "ON"}, "NotImplemented"),
    ],
)
def test_the_lock_of_a_new_object(bucket: Any, members: dict[str, Any], lock: Any) -> None:
    def made() -> Lock | None:
        return locks.of_new_object(asking(), bucket, members)

    if isinstance(lock, str):
        assert code_of(made) == lock
    else:
        assert made() == lock


@pytest.mark.parametrize(
    ("default", "days"),
    [
        ({"Mode": "GOVERNANCE", "Days": 2}, 2),
        ({"Mode": "GOVERNANCE", "Years": 2}, 730),
        (None, None),
    ],
)
def test_the_default_of_a_bucket(default: dict[str, Any] | None, days: int | None) -> None:
    ctx = asking({"Rule": {"DefaultRetention": default}} if default else {})
    until = None if days is None else (NOON + timedelta(days=days)).timestamp()

    assert locks.of_new_object(ctx, LOCKING, {}) == (
        None if until is None else Lock("GOVERNANCE", until)
    )
    held = locks.of_new_object(ctx, LOCKING, {HOLD: "ON"})
    assert held == (Lock(hold="ON") if until is None else Lock("GOVERNANCE", until, "ON"))
    assert locks.of_new_object(ctx, PLAIN, {}) is None
    given = {MODE: "COMPLIANCE", UNTIL: LATER}
    assert locks.of_new_object(ctx, LOCKING, given) == Lock("COMPLIANCE", SECOND + 1)


NAMED = Claim("CRC32", "x", None, named=True)
UNNAMED = Claim("CRC64NVME", None, None, named=False)
VERSION_2, VERSION_4 = "AWS me:signature", "AWS4-HMAC-SHA256 Credential=me"


@pytest.mark.parametrize(
    ("claim", "members", "authorization", "code"),
    [
        (UNNAMED, {}, VERSION_4, "InvalidRequest"),
        (NAMED, {}, VERSION_4, ""),
        (UNNAMED, {"ContentMD5": "x"}, VERSION_4, ""),
        (NAMED, {}, VERSION_2, "InvalidArgument"),
        (UNNAMED, {}, VERSION_2, "InvalidRequest"),
    ],
)
def test_whoever_locks_says_what_it_is(
    claim: Claim, members: dict[str, Any], authorization: str, code: str
) -> None:
    request = SimpleNamespace(headers={"authorization": authorization}, query={})
    asked: Any = SimpleNamespace(request=request, account="somebody")

    assert code_of(lambda: locks.check_writing(asked, claim, members, "Object")) == code
