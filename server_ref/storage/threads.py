"""Threads beside the one that asks: the system may have none to give, and then that is said."""

from __future__ import annotations

import threading


def started(thread: threading.Thread) -> bool:
    """Start it; False where no thread can be had, and then nothing runs."""
    try:
        thread.start()
    except RuntimeError:  # "can't start new thread"
        return False
    return True
