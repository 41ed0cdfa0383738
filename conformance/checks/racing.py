"""How checks send requests at the same time, each on a connection of its own. No check is here."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from conformance.trial import Answer, Trial

ROUNDS = 3  # how often each race is run
TRIES = 20  # rounds of a race of two, which seldom meet
RACERS = 4  # requests at once, where it is not two
REFUSED = (409, 412)  # what a conditional write that lost is answered
_LONGEST = 30.0  # seconds without a byte


def path(t: Trial, name: str, bucket: str = "") -> str:
    """The path of a key under the check's prefix, or of this key of this bucket."""
    key = name if bucket else t.key(name)
    return f"/{bucket or t.bucket}/{quote(key)}"


def request(
    t: Trial,
    method: str,
    where: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """A signed request, ready to be sent."""
    return t.signed(
        method, where, query=query, headers=headers, body=body, after={"Connection": "close"}
    )


def at_once(t: Trial, requests: Sequence[bytes]) -> list[Answer]:
    """Send them at the same moment; the answers, in the order of the requests."""
    start = threading.Barrier(len(requests))

    def send(data: bytes) -> Answer:
        start.wait(_LONGEST)
        return t.wire(data, timeout=_LONGEST).first

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def one_won(t: Trial, answers: Sequence[Answer], lost: Sequence[int] = REFUSED) -> int | None:
    """Expect one success, and refusals else; which it was, None where the race was no race.

    An answer that is neither, such as a 501, is a fault of its own: nobody lost a race by it.
    """
    others = [answer for answer in answers if not answer.good and answer.status not in lost]
    for answer in others:
        t.expect.status(answer, (200, *lost))
    if others:
        return None
    statuses = sorted(answer.status for answer in answers)
    won = [number for number, answer in enumerate(answers) if answer.good]
    what = f"one of {len(answers)} at once succeeds, the others {lost}: {statuses}"
    t.expect.true(len(won) == 1, what)
    return won[0] if len(won) == 1 else None
