"""One pass of a bucket's lifecycle: what is due is done, a few changes a transaction.

Whatever was decided from a page is looked at again in the transaction that does it; a version
that changed meanwhile is left for the next pass. Object Lock is stronger than any rule.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from server_ref.errors import S3Error
from server_ref.lifecycle import walk
from server_ref.rules import lifecycle_due as when
from server_ref.rules import locks
from server_ref.storage import Store, uploads, versions
from server_ref.storage.changes import LIFECYCLE, caused_by
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Upload, Version

BATCH = 50  # changes a transaction; a writer waits for no more than these
Change = Callable[[Transaction, Bucket], str | None]  # what was done, for the count


def run(
    store: Store, bucket: Bucket, configuration: Any, now: datetime, stop: Callable[[], bool]
) -> Counter[str]:
    """Do what is due in a bucket; what was done, counted.

    ``stop`` is asked after each page and each transaction, and may take its time; the pass ends
    when it says so.
    """
    done: Counter[str] = Counter()
    changes = _changes(store, bucket, configuration, now, stop)
    while not stop() and (batch := list(islice(changes, BATCH))):

        def work(tx: Transaction, batch: list[Change] = batch) -> list[str | None]:
            current = store.in_transaction(tx, bucket)
            return [change(tx, current) for change in batch]

        with caused_by(LIFECYCLE):
            done.update(name for name in store.write(work) if name is not None)
    return done


def _changes(
    store: Store, bucket: Bucket, configuration: Any, now: datetime, stop: Callable[[], bool]
) -> Iterator[Change]:
    """Everything that is due, as changes to be made."""
    rules = when.enabled(configuration)
    seconds = int(now.timestamp())
    minimum = configuration.get("TransitionDefaultMinimumObjectSize", when.DEFAULT_MINIMUM)
    about_objects = [rule for rule in rules if rule.upload_days is None or _objects_too(rule)]
    for prefix in when.prefixes(about_objects):
        for page in walk.entries(store, bucket, prefix):
            for entry in page:
                change = _change(store, about_objects, entry, seconds, minimum, now)
                if change is not None:
                    yield change
            if stop():
                return
    about_uploads = [rule for rule in rules if rule.upload_days is not None]
    for prefix in when.prefixes(about_uploads):
        for uploads_page in walk.uploads(store, bucket, prefix):
            for upload in uploads_page:
                due = when.abort(about_uploads, upload.key, upload.initiated)
                if due is not None and due.at <= seconds:
                    yield _abort(store, upload)
            if stop():
                return


def _objects_too(rule: when.Rule) -> bool:
    """Whether a rule that aborts uploads does anything else."""
    return (
        rule.markers
        or bool(rule.transitions or rule.noncurrent_transitions)
        or any(moment is not None for moment in (rule.days, rule.date, rule.noncurrent_days))
    )


def _change(
    store: Store,
    rules: list[when.Rule],
    entry: walk.Entry,
    seconds: int,
    minimum: str,
    now: datetime,
) -> Change | None:
    version, noncurrent, alone = entry
    if noncurrent is not None:
        if when.noncurrent_due(rules, version, *noncurrent, seconds):
            return _remove(store, version, now)
    elif version.marker:
        return (
            _remove_marker(store, version)
            if alone and when.marker_due(rules, version, seconds)
            else None
        )
    else:
        due = when.expiry(rules, version)
        if due is not None and due.at <= seconds:
            return _expire(store, version, seconds)
    if version.marker:
        return None
    to = when.transition(rules, version, seconds, minimum, noncurrent)
    return _move(version, to) if to is not None else None


def _expire(store: Store, version: Version, seconds: int) -> Change:
    """A current version goes; where there are versions, under a delete marker of the owner's."""

    def change(tx: Transaction, bucket: Bucket) -> str | None:
        found = versions.live(tx, bucket, version.key)
        if found is None or found.seq != version.seq:
            return None
        marker = versions.delete_marker(
            version.key, store.sequence(), modified=seconds, owner=bucket.owner
        )
        versions.delete_current(tx, store.pins, bucket, marker)
        return "expired"

    return change


def _remove(store: Store, version: Version, now: datetime) -> Change:
    """A noncurrent version goes for good, unless it is locked."""

    def change(tx: Transaction, bucket: Bucket) -> str | None:
        found = versions.by_id(tx, bucket, version.key, version.version_id)
        latest = versions.latest(tx, bucket, version.key)
        if found is None or found.seq != version.seq or latest is None or latest.seq == found.seq:
            return None
        try:
            locks.check_removal(found, now, bypass=False)
        except S3Error:
            return "locked"
        versions.delete_version(tx, store.pins, bucket, found)
        return "removed"

    return change


def _remove_marker(store: Store, marker: Version) -> Change:
    """A delete marker with nothing under it goes."""

    def change(tx: Transaction, bucket: Bucket) -> str | None:
        found = versions.by_id(tx, bucket, marker.key, marker.version_id)
        if found is None or found.seq != marker.seq or not versions.alone(tx, bucket, found):
            return None
        versions.delete_version(tx, store.pins, bucket, found)
        return "markers"

    return change


def _move(version: Version, to: str) -> Change:
    """A version changes its storage class; its bytes stay where they are."""

    def change(tx: Transaction, bucket: Bucket) -> str | None:
        found = versions.by_id(tx, bucket, version.key, version.version_id)
        if found is None or (found.seq, found.storage_class) != (
            version.seq,
            version.storage_class,
        ):
            return None
        versions.change(tx, bucket, found, "storage_class", to)
        return "transitioned"

    return change


def _abort(store: Store, upload: Upload) -> Change:
    """An upload and its parts go."""

    def change(tx: Transaction, bucket: Bucket) -> str | None:
        found = uploads.find(tx, bucket, upload.key, upload.id)
        if found is None:
            return None
        uploads.forget(tx, store.pins, found.id)
        return "aborted"

    return change
