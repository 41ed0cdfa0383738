"""Event records sent to webhooks: one POST an event, at least once, in the order of each key.

A destination that does not answer 2xx gets the event again. One that is down is left alone for a
while, for longer where it let a sender wait. Nothing of a destination's answer is kept, and its URL
is in no log: it may carry a secret.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time

import msgspec
import requests

from server_ref.effects import bounded
from server_ref.effects.events import unpack
from server_ref.effects.targets import Targets, url_of
from server_ref.effects.worker import LaterError
from server_ref.storage.tasks import Task

logger = logging.getLogger("server_ref.events")

TIMEOUT = (2.0, 5.0)  # seconds to connect, and to answer
ANSWER = 10.0  # seconds for the whole head of an answer, however slowly it comes
REST = 1.0  # seconds a destination that is down is left alone, at the least
PATIENCE = 3  # times as long as it let a sender wait: the others' events come between


class Webhooks:
    """Does the tasks of the queue of events."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._local = threading.local()
        self._resting: dict[str, float] = {}  # URL -> monotonic seconds

    def deliver(self, task: Task) -> None:
        """POST the event; raises LaterError."""
        delivery = unpack(task.work)
        url = url_of(self._targets, delivery.arn)
        if not url:
            if url is None:
                logger.warning("an event is dropped: nobody says where %s is", delivery.arn)
            return
        left = self._resting.get(url, 0.0) - time.monotonic()
        if left > 0:
            raise LaterError(f"the webhook of {delivery.arn} is down", pause=int(left * 1000) + 1)
        began = time.monotonic()
        try:
            with self._session().post(
                url,
                data=msgspec.json.encode(delivery.body),
                headers={"Content-Type": "application/json", "User-Agent": "Amazon S3"},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            now = time.monotonic()
            self._resting[url] = now + max(REST, PATIENCE * (now - began))
            reason = type(error).__name__
            raise LaterError(f"the webhook of {delivery.arn} is down: {reason}") from error
        with contextlib.suppress(KeyError):
            del self._resting[url]
        if not 200 <= status < 300:
            raise LaterError(f"the webhook of {delivery.arn} answered {status}")

    def _session(self) -> requests.Session:
        """One a thread: connections are kept, and shared with nobody."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = bounded.session(ANSWER)
        return session
