"""The worker: a pass over the buckets that have a lifecycle, once a day of the clock.

Everything a rule does comes due at a midnight, so a bucket is gone through again only when the day
or its configuration is another. The moments of restores are told here, too: they come by the same
clock. What a pass did is in the log at INFO.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from server_ref.errors import S3Error
from server_ref.lifecycle import apply
from server_ref.rules.lifecycle_due import DAY
from server_ref.storage import Store, restores
from server_ref.storage.changes import RESTORE, caused_by
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

logger = logging.getLogger("server_ref.lifecycle")

LOOK = 1.0  # seconds between two looks at the clock
REST = 0.005  # seconds after each page and transaction, so that requests get their turn
PASS = 10.0  # seconds between two looks for configurations that changed


class Lifecycle:
    """A thread that runs passes; `run` is one at once. Thread-safe."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._closing = threading.Event()
        self._running = threading.Lock()
        self._done: dict[int, tuple[int, Any]] = {}  # bucket id -> day and configuration
        self._thread = threading.Thread(target=self._work, daemon=True, name="lifecycle")

    def start(self) -> None:
        """Begin to run passes."""
        self._thread.start()

    def close(self) -> None:
        """End after the transaction that is running."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def run(self) -> Counter[str]:
        """One pass over all buckets now; what was done, counted.

        The names are ``expired``, ``removed``, ``markers``, ``transitioned``, ``aborted``, and
        ``locked`` for what Object Lock kept. Raises S3Error when the store cannot write.
        """
        done: Counter[str] = Counter()
        with self._running:
            for bucket, configuration in self._store.having("lifecycle"):
                stop = self._closing.is_set
                done += self._bucket(bucket, configuration, self._clock(), stop)
        return done

    def _work(self) -> None:
        waited, day = 0.0, 0
        while not self._closing.wait(LOOK):
            waited += LOOK
            today = self._day(self._clock())
            try:
                self._tell_restores()
                if today == day and waited < PASS:
                    continue
                waited, day = 0.0, today
                self._pass()
            except Exception:  # the next pass may do better; the log has why this one did not
                logger.exception("a lifecycle pass failed and is tried again")
                self._done.clear()

    def _pass(self) -> None:
        with self._running:
            found = self._store.having("lifecycle")
            for gone in self._done.keys() - {bucket.id for bucket, _ in found}:
                del self._done[gone]
            for bucket, configuration in found:
                now = self._clock()
                day, known = self._done.get(bucket.id, (None, None))
                if (day, known) != (self._day(now), configuration):
                    self._bucket(bucket, configuration, now, lambda: self._closing.wait(REST))

    def _tell_restores(self) -> None:
        """Note the moments of restores that have come, so that events tell of them."""
        now = int(self._clock().timestamp())
        with self._store.reader() as reader:
            come = restores.due(reader, now, apply.BATCH)
        if come:
            buckets = {bucket.id: bucket for bucket in self._store.buckets()}

            def work(tx: Transaction) -> None:
                for moment in come:
                    restores.come(tx, buckets, moment)

            with caused_by(RESTORE):
                self._store.write(work)

    def _bucket(
        self, bucket: Bucket, configuration: Any, now: datetime, stop: Callable[[], bool]
    ) -> Counter[str]:
        try:
            done = apply.run(self._store, bucket, configuration, now, stop)
        except S3Error as error:
            if error.code != "NoSuchBucket":
                raise
            return Counter()  # removed in this moment
        if done:
            logger.info("lifecycle of %s: %s", bucket.name, dict(done))
        if not self._closing.is_set():
            self._done[bucket.id] = (self._day(now), configuration)
        return done

    @staticmethod
    def _day(now: datetime) -> int:
        return int(now.timestamp()) // DAY
