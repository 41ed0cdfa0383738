"""Records of the access log in memory: until they are many, and no more than there is room for."""

from __future__ import annotations

import logging
import re
import threading
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from server_ref.effects import log_delivery
from server_ref.effects.log_delivery import LogDelivery
from server_ref.request import Request
from server_ref.response import Response


class Named(NamedTuple):
    """As much of a bucket as its log needs."""

    name: str
    owner: str
    region: str


BUCKET: Any = Named("b", "me", "us-east-1")
NEVER = 1e6  # seconds


@pytest.fixture
def delivery(monkeypatch: pytest.MonkeyPatch) -> LogDelivery:
    """One that keeps what it would store, and whether somebody waits for it."""
    made = LogDelivery(SimpleNamespace(), SimpleNamespace(), NEVER)
    monkeypatch.setattr(made, "stored", [], raising=False)
    monkeypatch.setattr(made, "came", threading.Event(), raising=False)

    def keep(_bucket: Any, lines: list[str]) -> None:
        made.stored.extend(lines)  # type: ignore[attr-defined]  # set above
        made.came.set()  # type: ignore[attr-defined]

    monkeypatch.setattr(made, "_store_lines", keep)
    return made


def test_many_records_are_stored_at_once(delivery: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_delivery, "FULL", 3)
    for line in ("one", "two"):
        delivery._gather(BUCKET, line)
    assert not delivery._due.is_set()
    delivery._gather(BUCKET, "three")
    assert delivery._due.is_set()
    delivery.start()
    assert delivery.came.wait(60)
    delivery.close()

    assert delivery.stored == ["one", "two", "three"]


def test_what_there_is_at_the_end_is_stored(delivery: Any) -> None:
    delivery.start()
    delivery._gather(BUCKET, "one")
    delivery.close()

    assert delivery.stored == ["one"]
    assert not delivery._thread.is_alive()


def test_one_that_was_not_started_ends_too(delivery: Any) -> None:
    delivery._gather(BUCKET, "one")
    delivery.close()

    assert delivery.stored == ["one"]


def test_a_record_without_room_is_dropped_and_said(
    delivery: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(log_delivery, "MOST", 2)
    with caplog.at_level(logging.WARNING):
        for line in ("one", "two"):
            delivery._gather(BUCKET, line)
        assert caplog.records == []
        delivery._gather(BUCKET, "three")
    assert ["one is dropped" in one.getMessage() for one in caplog.records] == [True]
    delivery.deliver()
    delivery._gather(BUCKET, "four")  # there is room again
    delivery.deliver()

    assert delivery.stored == ["one", "two", "four"]


def test_only_buckets_that_want_a_log_are_noted(delivery: Any) -> None:
    configurations = {"b": {"LoggingEnabled": {}}, "off": {}, "never": None}
    delivery._store.bucket = lambda name: BUCKET._replace(name=name)
    delivery._store.get_config = lambda bucket, _kind: configurations[bucket.name]
    further: list[str] = []
    body: Any = None
    log = delivery.logging(lambda request, *_: further.append(request.bucket))
    for name in (*configurations, None):
        log(Request("GET", "/", name, None, {}, {}, body), Response(200), 0, 0.0)
    delivery.deliver()

    assert [line.split()[1] for line in delivery.stored] == ["b"]
    assert further == ["b", "off", "never", None]


@pytest.mark.parametrize(
    ("enabled", "pattern"),
    [
        ({}, r"\d{4}(-\d\d){5}-[0-9A-F]{16}"),
        ({"TargetPrefix": "p/"}, r"p/\d{4}(-\d\d){5}-[0-9A-F]{16}"),
        (
            {"TargetObjectKeyFormat": {"PartitionedPrefix": {}}},
            r"-/us-east-1/b/\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\d-00-00-00-[0-9A-F]{16}",
        ),
    ],
)
def test_the_key_of_a_log(enabled: dict[str, Any], pattern: str) -> None:
    keyring: Any = SimpleNamespace(account=lambda _owner: None)
    made = LogDelivery(SimpleNamespace(), keyring, NEVER)
    assert re.fullmatch(pattern, made._key(BUCKET, enabled))
    keyring.account = lambda _owner: SimpleNamespace(account_id="1234")
    if "TargetObjectKeyFormat" in enabled:
        assert made._key(BUCKET, enabled).startswith("1234/us-east-1/b/")
