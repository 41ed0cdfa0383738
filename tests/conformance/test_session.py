"""One process's session: its end, what a profile claims, and whether the endpoint is there."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.run import session as sessions
from conformance.run.journal import Journal, JournalHeader, read_journal
from conformance.run.session import Session, claims
from conformance.trial.check import discover
from conformance.trial.outcome import Decision, Seen, decide
from s3compat.prove import session_on
from server_ref.server import S3Server


def test_a_session_is_ended_once(tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        session.shared_bucket()
        closed: list[str] = []
        session._clients = {"own": SimpleNamespace(close=lambda: closed.append("own"))}
        session._setup = {"own": SimpleNamespace(close=lambda: closed.append("setup"))}
        session._keep = True
        assert session.close() == []
        assert not session._scratch.exists()
        session._keep = False
        assert session.close() == []
        assert closed == ["own", "setup"]


def rows(**operations: tuple[str, ...]) -> Any:
    return SimpleNamespace(
        rows={name: SimpleNamespace(id=name, operations=of) for name, of in operations.items()}
    )


def test_an_operation_is_claimed_that_some_row_claims_or_none_has() -> None:
    matrix = rows(a=("Get", "Put"), b=("Put",), c=("Put", "Delete"), d=("Head",))
    support = {"a": "unsupported", "b": "limited", "c": "unsupported", "d": "supported"}
    profile: Any = SimpleNamespace(claim=lambda row: SimpleNamespace(support=support[row]))
    claimed = claims(matrix, profile)

    found = {name: claimed(name) for name in ("Get", "Put", "Delete", "Head", "Other")}
    assert found == {"Get": False, "Put": True, "Delete": False, "Head": True, "Other": True}


def test_an_endpoint_is_reachable_where_somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "RESTART_TIME", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        one: Any = SimpleNamespace(
            endpoint=SimpleNamespace(url=f"http://127.0.0.1:{port}", secure=False)
        )
        assert Session._reachable(one)
    assert not Session._reachable(one)


@pytest.mark.parametrize(
    ("url", "secure", "port"), [("http://h", False, 80), ("https://h", True, 443)]
)
def test_the_port_of_a_scheme_is_asked(
    url: str, secure: bool, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def connected(*words: Any) -> Any:
        asked.append(words)
        return SimpleNamespace(close=lambda: None)

    monkeypatch.setattr(socket, "create_connection", connected)
    one: Any = SimpleNamespace(endpoint=SimpleNamespace(url=url, secure=secure))
    assert Session._reachable(one)
    assert asked == [(("h", port), sessions.CONNECT_TIMEOUT)]


def test_a_journal_makes_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "journal.jsonl"
    header = JournalHeader("260224031500-5f0c", "http://h", "us-east-1", "path", "aws")
    Journal.start(path, header).close()
    Journal(path, header.run_id).close()
    assert read_journal(path).header == header
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_looks_for_losses_is_no_setup_of_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it sends excuses no failure, whatever the documentation says of those operations."""
    seen: list[Seen] = []

    def deciding(one: Seen) -> Decision:
        seen.append(one)
        return decide(one)

    monkeypatch.setattr(sessions, "decide", deciding)
    monkeypatch.setattr(
        sessions, "_look_for_losses", lambda trial, _trouble: trial.setup_call("ListBuckets", {})
    )
    check = discover()["get-object.answer_says_that_ranges_work"]
    with S3Server(durability="relaxed") as server, session_on(server, tmp_path) as session:
        session.run(check, "raw")

    assert [one.prepared for one in seen] == [("PutObject",)]
