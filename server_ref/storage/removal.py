"""Files of bodies nobody names any more, removed in a thread of its own.

A large file takes the file system a while to forget, and whoever let go of it is inside the
commit that everybody waits for. What a killed server leaves is the sweep's of the next start.
"""

from __future__ import annotations

import contextlib
import queue
import threading

from server_ref.storage.bodies import Bodies


class Removal:
    """``remove`` returns at once. Thread-safe."""

    def __init__(self, bodies: Bodies) -> None:
        """Starts the thread."""
        self._bodies = bodies
        self._names: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True, name="removal")
        self._thread.start()

    def remove(self, name: str) -> None:
        """Remove this file soon."""
        self._names.put(name)

    def wait(self) -> None:
        """Until everything asked for so far is done."""
        self._names.join()

    def close(self) -> None:
        """Do what is left, and end."""
        self._names.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (name := self._names.get()) is not None:
            # What the file system will not remove is left to the next start's sweep.
            with contextlib.suppress(OSError):
                self._bodies.discard(name)
            self._names.task_done()
