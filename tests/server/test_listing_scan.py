"""Listing by skip-scan: the order of keys, common prefixes, and that a page costs the page."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_ref.settings import Settings
from server_ref.storage import Store, listing, versions
from server_ref.storage.records import Bucket, Version

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, Settings(durability="relaxed"))
    yield opened
    opened.close()


def fill(store: Store, keys: list[str]) -> Bucket:
    """A bucket with empty objects of these keys."""
    bucket = store.create_bucket(Bucket(0, "bck", "o" * 64, "us-east-1", 0, "", False), {})

    def work(tx):  # type: ignore[no-untyped-def]  # a Transaction to nothing
        for key in keys:
            seq = store.sequence()
            row = Version(key, seq, "", 0, 0, "", 0, "STANDARD", "o", None, None, None, None)
            versions.put(tx, store.pins, bucket, row)

    store.write(work)
    return bucket


def pages(store: Store, bucket: Bucket, prefix: str, delimiter: str, size: int) -> list[str]:
    """Everything a client sees that goes from page to page."""
    seen: list[str] = []
    start, inclusive = "", False
    for _ in range(2000):  # more pages than any of these listings has
        with store.snapshot() as reader:
            scan = listing.current(reader, bucket.id, prefix)
            page = listing.page(scan, prefix, delimiter, size, start, inclusive=inclusive)
        names, prefixes = [row[0] for row in page.rows], list(page.prefixes)
        assert names == sorted(names)
        assert prefixes == sorted(prefixes)
        seen += heapq.merge(names, prefixes)  # the one order that both come in
        if not page.truncated:
            return seen
        if page.last_row is None:
            start, inclusive = listing.after_prefix(page.last) or "", True
        else:
            start, inclusive = page.last, False
    raise AssertionError("the listing does not end")


HOSTILE = ["a", "a/", "a/b", "a/b/c", "a0", "b//c", "é/x", "é", "\ud7ff", "\ue000", "\U0001f600/a"]
HOSTILE += ["\U0010ffff", "\U0010ffff/\U0010ffff", "~", "\x01", "a\x00b", " "]


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("delimiter", ["", "/", "\U0010ffff", "b/"])
@pytest.mark.parametrize("prefix", ["", "a", "a/", "é", "\U0010ffff"])
def test_pages_agree_with_a_plain_scan(
    store: Store, prefix: str, delimiter: str, size: int
) -> None:
    bucket = fill(store, HOSTILE)
    expected = []
    for key in sorted(HOSTILE, key=str.encode):
        if key.startswith(prefix):
            at = key.find(delimiter, len(prefix)) if delimiter else -1
            shown = key if at < 0 else key[: at + len(delimiter)]
            if shown not in expected:
                expected.append(shown)
    assert pages(store, bucket, prefix, delimiter, size) == expected


@given(st.lists(KEYS, max_size=30), KEYS)
def test_after_prefix_is_the_least_string_past_a_prefix(strings: list[str], prefix: str) -> None:
    after = listing.after_prefix(prefix)
    for string in strings:
        past = after is not None and string.encode() >= after.encode()
        expected = string.encode() > prefix.encode() and not string.startswith(prefix)
        assert past == (expected and after is not None)


def steps(reader: sqlite3.Connection, work) -> int:  # type: ignore[no-untyped-def]  # any callable
    """How many hundreds of virtual machine steps SQLite takes for it."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    reader.set_progress_handler(tick, 100)
    work()
    reader.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize("delimiter", ["", "/"])
def test_a_page_costs_the_page_and_not_the_bucket(store: Store, delimiter: str) -> None:
    bucket = fill(
        store, [f"{group:03}/{number:03}" for group in range(100) for number in range(200)]
    )
    with store.snapshot() as reader:
        costs = [
            steps(
                reader,
                lambda start=start: listing.page(
                    listing.current(reader, bucket.id, ""), "", delimiter, 10, start, inclusive=True
                ),
            )
            for start in ("", "050/", "099/100")
        ]
    assert max(costs) <= 10, f"{costs} hundreds of steps for 10 of 20,000 keys"
