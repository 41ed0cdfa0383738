"""A check that is run as a worker runs it, and the outcome that is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.clients.base import Answer
from conformance.model import Outcome
from conformance.trial.outcome import Seen, decide
from conformance.trial.trial import Trial
from matrix import Declared
from tests.conformance.fakes import FakeClient, House, answer

OK = answer(200, body=b"x")


def outcome(
    check: Callable[[Trial], None],
    answers: Sequence[Answer | Exception] = (OK,),
    *,
    setup: Sequence[Answer] = (answer(200, headers=[("ETag", '"e"')]),),
    claim: str = "supported",
    operations: Sequence[str] = ("GetObject",),
    declared: Sequence[Declared] = (),
    claimed: Callable[[str], bool] = lambda _: True,
    guards: bool = False,
) -> tuple[Outcome, str]:
    """Run a check as a worker does and decide."""
    trial = Trial(House(FakeClient(setup)), FakeClient(answers), Path(), sacrificial=guards)
    trouble: Exception | None = None
    try:
        check(trial)
    except Exception as raised:  # noqa: BLE001 - as a worker does
        trouble = raised
    prepared = [call.operation for call in trial.calls if call.purpose == "setup"]
    seen = Seen(
        trial.expect, trial.answers, trouble, operations, claim, declared, claimed, guards, prepared
    )
    return decide(seen)[:2]


def gets(t: Trial) -> None:
    t.expect.status(t.call("GetObject", Key="k"), 200)
