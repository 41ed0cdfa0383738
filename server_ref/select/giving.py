"""An object on its way to the process of its query: as much at a time as that takes."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterable

from server_ref.select import frames


class Giving:
    """Blocks that a query is given while time lasts."""

    def __init__(self, connection: socket.socket, blocks: Iterable[bytes]) -> None:
        """Nothing is sent yet."""
        self._connection = connection
        data = (frames.encode(frames.DATA, block) for block in blocks)
        self._frames = itertools.chain(data, (frames.encode(frames.DATA_END),))
        self._unsent = memoryview(b"")

    def until(self, moment: float) -> bool:
        """Go on; False where something is left when the moment of the monotonic clock has come.

        What reading a block raises comes out as it is: a TimeoutError of the disk is none of ours.
        """
        while self._unsent or self._next():
            left = moment - time.monotonic()
            if left <= 0:
                return False
            self._connection.settimeout(left)
            try:
                sent = self._connection.send(self._unsent)
            except TimeoutError:
                return False
            except ConnectionError:  # it has refused what it got, and says so in what follows
                return True
            self._unsent = self._unsent[sent:]
        return True

    def _next(self) -> bool:
        self._unsent = memoryview(next(self._frames, b""))
        return bool(self._unsent)
