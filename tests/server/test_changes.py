"""Every change of an object is seen once, in its transaction, with what caused it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server_ref.settings import Settings
from server_ref.storage import Store, versions
from server_ref.storage import annotations as noted
from server_ref.storage.changes import LIFECYCLE, Cause, Change, caused_by
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Annotation, Bucket, Version
from tests.server.storing import put

Seen = list[tuple[str, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path, Settings(durability="relaxed"))
    made.create_bucket(Bucket(0, "bck", "o" * 64, "us-east-1", 0, "", False), {})
    yield made
    made.close()


def watch(store: Store) -> Seen:
    seen: Seen = []

    def reaction(_tx: Transaction, cause: Cause, changes: list[Change]) -> None:
        seen.extend((cause.operation, change.kind, change.version.key) for change in changes)

    store.react(reaction)
    return seen


def remove(store: Store, version: Version) -> None:
    bucket = store.bucket("bck")
    store.write(lambda tx: versions.delete_version(tx, store.pins, bucket, version))


def test_changes_come_with_the_cause_of_their_thread(store: Store) -> None:
    seen = watch(store)
    bucket = store.bucket("bck")

    with caused_by(Cause("PutObject")):
        version = put(store, bucket, "a", b"1")
    store.write(lambda tx: versions.change(tx, bucket, version, "tags", b"[]"))
    with caused_by(LIFECYCLE):
        remove(store, version)

    assert seen == [("PutObject", "put", "a"), ("", "tags", "a"), ("Lifecycle", "removed", "a")]


def test_a_delete_of_nothing_is_told_as_a_miss(store: Store) -> None:
    seen = watch(store)
    bucket = store.bucket("bck")
    marker = put(store, bucket, "kept", b"")._replace(key="never-there", marker=1)

    store.write(lambda tx: versions.delete_current(tx, store.pins, bucket, marker))

    assert seen == [("", "put", "kept"), ("", "missed", "never-there")]


def test_an_annotation_is_told_when_it_comes_and_when_it_goes(store: Store) -> None:
    seen = watch(store)
    bucket = store.bucket("bck")
    version = put(store, bucket, "key", b"")
    empty = Annotation("a", 0, "", 0, "CRC32", "", 0)

    store.write(lambda tx: noted.put(tx, store.pins, bucket, version, empty))
    assert [kind for _, kind, _ in seen] == ["put", "annotated"]
    for _ in range(2):  # the second finds nothing
        store.write(lambda tx: noted.remove(tx, store.pins, bucket, version, "a"))
        assert [kind for _, kind, _ in seen] == ["put", "annotated", "unannotated"]


def test_a_reaction_is_part_of_the_transaction_and_cannot_undo_it(store: Store) -> None:
    """What a failing reaction wrote is gone; the object it was about is there."""

    def reaction(tx: Transaction, _cause: Cause, changes: list[Change]) -> None:
        tx.execute("INSERT INTO meta VALUES (?, 1)", (changes[0].version.key,))
        if changes[0].version.key == "broken":
            raise LookupError("a fault")

    store.react(reaction)
    bucket = store.bucket("bck")
    put(store, bucket, "good", b"1")
    put(store, bucket, "broken", b"1")

    with store.reader() as reader:
        found = [name for (name,) in reader.execute("SELECT name FROM meta ORDER BY name")]
    assert "good" in found
    assert "broken" not in found
    assert store.head(bucket, "broken") is not None


def test_what_is_not_committed_is_not_seen(store: Store) -> None:
    seen = watch(store)
    bucket = store.bucket("bck")
    version = put(store, bucket, "a", b"1")

    def work(tx: Transaction) -> None:
        versions.delete_version(tx, store.pins, bucket, version)
        raise LookupError

    with pytest.raises(LookupError):
        store.write(work)
    assert seen == [("", "put", "a")]
