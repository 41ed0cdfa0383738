"""An endpoint that dies in a run: at which request, who is a bystander, and starting it again.

Dead is who accepts no connections any more, and who accepts them and answers nothing.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import msgspec

from conformance.model import Exchange, Outcome, Result
from conformance.trial.patience import never_sent

RESTART_WAIT = 60.0  # seconds that a restarted endpoint gets to accept connections
_COMMAND_TIMEOUT = 60.0  # seconds for the command itself


class Death(StrEnum):
    """How an endpoint is dead; the value is what is said of it."""

    ENDED = "accepts no connections any more"
    SILENT = "accepts connections and answers nothing any more"


def lost_request(result: Result) -> str | None:
    """The request (its first line) since which no answer came any more.

    None: the check could not connect at all, or was answered.
    """
    unanswered: list[Exchange] = []
    for exchange in (one for call in result.calls for one in call.exchanges):
        unanswered = [] if exchange.response is not None else [*unanswered, exchange]
    first = next(iter(unanswered), None)
    if first is None or never_sent(first):
        return None
    return first.request.start_line.rpartition(" ")[0]


def after_death(result: Result, alone: bool, how: Death = Death.ENDED) -> Result:
    """The result of a check in which the endpoint died.

    It is a failure where the check's own request did it: it was sent whole, was not answered, and
    nothing else was asked (``alone``). A check that ran besides is blocked; nothing is said of it.
    """
    request = lost_request(result)
    died = "died" if how is Death.ENDED else "stopped answering"
    if request is None:
        return _changed(result, Outcome.BLOCKED, f"the endpoint {died} while this check ran")
    if alone:
        return _changed(result, Outcome.FAIL, f"the endpoint {died} at {request}")
    why = f"the endpoint {died} while {request} was under way, and others' requests besides"
    return _changed(result, Outcome.BLOCKED, f"{why}; run this check alone (--workers 0)")


def _changed(result: Result, outcome: Outcome, reason: str) -> Result:
    return msgspec.structs.replace(result, outcome=outcome, reason=reason, declared=None)


def why_ended(url: str, result: Result, how: Death = Death.ENDED) -> str:
    """The sentence a run ends with, naming the check and what leaves it out."""
    at = f" since {result.reason.partition('; ')[0]}" if lost_request(result) else ""
    return (
        f"{url} {how}{at} in {result.id}; `--skip {result.check}` leaves it out, "
        "`--restart-command` starts the endpoint again"
    )


def started_again(command: str, folder: Path, alive: Callable[[], bool]) -> bool:
    """Run the command, once for all workers of a run; whether the endpoint is there again.

    ``folder`` is the run's: a file in it says which worker runs the command.
    """
    mark = folder / ".restarting"
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return _waited(alive)
    try:
        subprocess.run(
            command, shell=True, check=False, timeout=_COMMAND_TIMEOUT, stdin=subprocess.DEVNULL
        )  # the user's own words, on their own machine
        return _waited(alive)
    except subprocess.TimeoutExpired:
        return _waited(alive)
    finally:
        mark.unlink()


def _waited(alive: Callable[[], bool]) -> bool:
    until = time.monotonic() + RESTART_WAIT
    while time.monotonic() < until:
        if alive():
            return True
        time.sleep(0.2)
    return False
