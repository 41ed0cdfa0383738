"""The effects of one running server: which reactions and workers it has, from start to end."""

from __future__ import annotations

from typing import Any

from server_ref.auth.credentials import Keyring
from server_ref.effects.events import QUEUE as EVENTS
from server_ref.effects.events import Events
from server_ref.effects.log_delivery import LogDelivery
from server_ref.effects.replication import QUEUE as REPLICAS
from server_ref.effects.replication import Replication
from server_ref.effects.worker import Worker
from server_ref.settings import Settings

SENDERS = 4  # events on their way at the same time
REPLICATORS = 4  # versions that share a transaction's fsync


class Effects:
    """Begun after the store is opened, closed before it is."""

    def __init__(self, store: Any, keyring: Keyring, settings: Settings) -> None:
        """Have the reactions see every change from now on."""
        self.access_log = LogDelivery(store, keyring, settings.access_log_seconds)
        store.react(self.access_log.react)
        events = Events(store, settings.event_targets)
        replication = Replication(store, events)
        store.react(replication.react)
        self._workers = [Worker(store, REPLICAS, replication.replicate, threads=REPLICATORS)]
        if settings.event_targets:
            from server_ref.effects.webhooks import Webhooks  # brings an HTTP client

            store.react(events.react)
            webhooks = Webhooks(settings.event_targets)
            self._workers.append(Worker(store, EVENTS, webhooks.deliver, threads=SENDERS))

    def start(self) -> None:
        """Begin the work, with what an earlier start left."""
        self.access_log.start()
        for worker in self._workers:
            worker.start()

    def close(self) -> None:
        """End after what is being done now; gathered log records are stored first."""
        self.access_log.close()
        for worker in self._workers:
            worker.close()
