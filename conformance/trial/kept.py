"""What must still be there after a request that should not have touched it: `t.kept`.

It looks by the raw client, whatever the check's own is. Only what is seen to be gone, or to be
something else, counts as lost: an endpoint that does not answer has not been seen to lose data.
"""

from __future__ import annotations

from typing import Any, Protocol

from conformance.clients.base import Answer
from conformance.trial.expect import Expect, show
from conformance.trial.given import Stored


class Looker(Protocol):
    """What is needed of the trial."""

    expect: Expect

    def look(self, operation: str, **members: Any) -> Answer:
        """Ask by the raw client."""
        ...

    def tells_absent(self) -> None:
        """An expectation: what was never made is not there."""
        ...


class Kept:
    """Each method is an expectation, and returns whether it held."""

    def __init__(self, trial: Looker) -> None:
        self._trial = trial

    def object(self, stored: Stored, body: bytes) -> bool:
        """The object ``stored`` is there and its content is ``body``."""
        got = self._trial.look("GetObject", Bucket=stored.bucket, Key=stored.key)
        whole = got.status == 200 and got.wire_body == body
        actual = "still as it was" if whole else _instead(got)
        lost = got.status in (200, 404)
        return self._trial.expect.kept(whole, f"object {stored.key}", actual, lost=lost)

    def bucket(self, name: str) -> bool:
        """The bucket is there."""
        got = self._trial.look("HeadBucket", Bucket=name)
        there = 200 <= got.status < 300
        actual = "still as it was" if there else _instead(got)
        if there:
            self._trial.tells_absent()
        return self._trial.expect.kept(there, f"bucket {name}", actual, lost=got.status == 404)

    def no_bucket(self, name: str) -> bool:
        """There is still no bucket of this name. One that was made is a mismatch, and no loss."""
        got = self._trial.look("HeadBucket", Bucket=name)
        absent = got.status == 404
        actual = "still as it was" if absent else f"answers {got.status}"
        return self._trial.expect.kept(absent, f"no bucket {name}", actual, lost=False)


def _instead(got: Answer) -> str:
    if got.status == 404:
        return f"gone (404 {got.code or ''})".replace(" )", ")")
    if got.status == 200:
        return f"overwritten: {show(got.wire_body)}"
    return f"cannot be seen: {got.status or 'no answer'} {got.code or ''}".rstrip()
