"""Deviations that one client alone notices: its column is red, and no other client's is.

Every client that is installed does the same plain work on a server with the deviation: it stores an
object, reads it, deletes some. The client that is named has to be there, or the test is
skipped; in CI it is required.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.model import Outcome
from conformance.roster import PRODUCT, client_classes, meant_for, versions
from conformance.run.session import Session
from conformance.trial.check import discover
from s3compat.prove import session_on
from server_ref import deviations
from server_ref.server import S3Server
from tests.clients.optional import needed

WORK = (
    "put-object.object_reads_back_as_it_was_written",
    "delete-objects.every_key_named_is_deleted",
)
NOTICED = {name: one for name, one in deviations.discover().items() if one.noticed_by}


def test_there_are_at_least_twelve() -> None:
    assert len(NOTICED) >= 12
    for name, one in NOTICED.items():
        assert one.noticed_by in client_classes(), name


@pytest.fixture(scope="module")
def clients() -> tuple[str, ...]:
    return tuple(
        versions([name for name, one in client_classes().items() if one.family != PRODUCT])
    )


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    needed(NOTICED[request.param].noticed_by)
    with (
        S3Server(deviations=[request.param], durability="relaxed") as server,
        tempfile.TemporaryDirectory() as folder,
        session_on(server, Path(folder)) as running,
    ):
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(
    ("session", "client"),
    [(name, one.noticed_by) for name, one in NOTICED.items()],
    indirect=["session"],
)
def test_one_column_is_red(session: Session, client: str, clients: tuple[str, ...]) -> None:
    red: dict[str, list[str]] = {}
    for identity in WORK:
        check = discover()[identity]
        for name in clients:
            if meant_for(name, check.only):
                result = session.run(check, name)
                if result.outcome not in (Outcome.PASS, Outcome.CLIENT_CANNOT):
                    red.setdefault(name, []).append(f"{result.outcome}: {result.reason[:120]}")
    assert list(red) == [client], red
