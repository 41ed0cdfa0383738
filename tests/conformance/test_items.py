"""A check as an item of pytest: what its outcome becomes, and what a death of the endpoint does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from conformance.model import Outcome, Result
from conformance.run import items
from conformance.run.death import Death
from conformance.run.items import RESULT, CheckItem, NotConformingError, SuiteError
from tests.conformance.test_death import ANSWERED, SENT, _result


def item(result: Result, dead: Death | None = None, command: str = "") -> Any:
    """An item whose check ends with ``result``, on an endpoint that is ``dead`` then."""
    running = SimpleNamespace(
        run=lambda check, client: msgspec.structs.replace(result, check=check, client=client),
        dead=dead,
        death=lambda: None,
        doubt_shared_bucket=lambda: made.doubted.append(True),
    )
    made: Any = SimpleNamespace(
        worker=SimpleNamespace(session=lambda: running, folder=Path("/run")),
        planned=SimpleNamespace(check="row.this", client="boto3"),
        endpoint=SimpleNamespace(url="http://x"),
        config=SimpleNamespace(getoption={"restart_command": command}.get),
        session=SimpleNamespace(shouldstop=""),
        stash={},
        doubted=[],
    )
    made._started_again = lambda running: CheckItem._started_again(made, running)
    return made


def ended(outcome: Outcome, **changes: Any) -> Result:
    return msgspec.structs.replace(_result(ANSWERED), outcome=outcome, reason="why", **changes)


@pytest.mark.parametrize(
    ("outcome", "verified", "raised", "said"),
    [
        (Outcome.FAIL, "documented", NotConformingError, "row.this[boto3]"),
        (Outcome.FAIL, "observed", pytest.xfail.Exception, "only shown, never scored: why"),
        (Outcome.ERROR, "documented", SuiteError, "row.this[boto3]"),
        (Outcome.ERROR, "observed", SuiteError, "row.this[boto3]"),
        (Outcome.BLOCKED, "documented", pytest.skip.Exception, "blocked: why"),
        (Outcome.CLIENT_CANNOT, "documented", pytest.skip.Exception, "client_cannot: why"),
    ],
)
def test_an_outcome_becomes_what_pytest_knows(
    outcome: Outcome, verified: Any, raised: type[BaseException], said: str
) -> None:
    one = item(ended(outcome, verified=verified))

    with pytest.raises(raised) as caught:
        CheckItem.runtest(one)

    assert str(caught.value) == said
    assert one.stash[RESULT].id == "row.this[boto3]"
    assert one.session.shouldstop == ""


def test_a_pass_raises_nothing_even_where_the_endpoint_died_then() -> None:
    one = item(ended(Outcome.PASS), Death.ENDED)

    CheckItem.runtest(one)

    assert one.stash[RESULT].outcome is Outcome.PASS
    assert one.session.shouldstop == ""


@pytest.mark.parametrize(
    ("workers", "raised"),
    [(None, NotConformingError), ("1", NotConformingError), ("2", pytest.skip.Exception)],
)
def test_a_death_is_blamed_on_who_ran_alone_and_ends_the_run(
    workers: str | None, raised: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    if workers:
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", workers)
    one = item(_result(SENT), Death.ENDED)

    with pytest.raises(raised):
        CheckItem.runtest(one)

    assert one.stash[RESULT].reason.startswith("the endpoint died ")
    assert one.session.shouldstop.startswith("http://x accepts no connections any more since ")


@pytest.mark.parametrize("back", [True, False])
def test_an_endpoint_that_was_started_again_ends_no_run(
    back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    asked: list[object] = []

    def again(command: str, folder: Path, alive: Callable[[], bool]) -> bool:
        asked.extend((command, folder, alive()))
        return back

    monkeypatch.setattr(items, "started_again", again)
    one = item(_result(SENT), Death.SILENT, command="start it")

    with pytest.raises(NotConformingError):
        CheckItem.runtest(one)

    assert asked == ["start it", Path("/run"), True]
    assert one.doubted == [True] * back
    assert bool(one.session.shouldstop) is not back
