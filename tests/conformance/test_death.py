"""An endpoint that dies: the check that did it is named, and bystanders are not blamed."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Call, Exchange, Message, Outcome, Result, read_run_log
from conformance.run import death
from conformance.run.death import Death, after_death, lost_request, started_again, why_ended
from conformance.run.session import Session
from conformance.trial.trial import Trial
from s3compat.prove import _session
from server_ref.server import S3Server
from tests.conformance.fakes import make_check


def _result(*exchanges: Exchange) -> Result:
    return Result(
        "row.check", "raw", "row", Outcome.FAIL, "t", "must", "", "documented", reason="status",
        calls=(Call("PutObject", exchanges=exchanges),),
    )  # fmt: skip


SENT = Exchange("http://x", Message("POST /b/k?uploadId=1 HTTP/1.1"), note="no answer came")
REFUSED = Exchange(
    "http://x",
    Message("GET / HTTP/1.1"),
    note="ConnectionRefusedError: refused",
)
ANSWERED = Exchange("http://x", Message("GET /a HTTP/1.1"), Message("HTTP/1.1 200 OK"))


def test_the_request_that_killed_it_is_named() -> None:
    died = after_death(_result(ANSWERED, SENT, REFUSED, REFUSED), alone=True)
    assert died.outcome is Outcome.FAIL
    assert died.reason == "the endpoint died at POST /b/k?uploadId=1"
    assert "row.check[raw]" in why_ended("http://x", died)
    assert "--skip row.check" in why_ended("http://x", died)


@pytest.mark.parametrize("exchanges", [(ANSWERED, REFUSED), (REFUSED,), ()])
def test_a_bystander_is_blocked(exchanges: tuple[Exchange, ...]) -> None:
    assert after_death(_result(*exchanges), alone=True).outcome is Outcome.BLOCKED
    assert lost_request(_result(*exchanges)) is None


def test_where_several_ran_nobody_is_blamed() -> None:
    died = after_death(_result(SENT), alone=False)
    assert died.outcome is Outcome.BLOCKED
    assert "POST /b/k?uploadId=1" in died.reason


def test_one_worker_restarts_for_all(tmp_path: Path) -> None:
    count = tmp_path / "count"
    command = f"sleep 0.3; echo x >> {count}"

    def there() -> bool:
        return count.exists()

    workers = [
        threading.Thread(target=started_again, args=(command, tmp_path, there)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert count.read_text() == "x\n"
    assert not (tmp_path / ".restarting").exists()


def test_a_command_that_does_not_end_is_ended_and_the_endpoint_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(death, "_COMMAND_TIMEOUT", 0.05)
    monkeypatch.setattr(death, "RESTART_WAIT", 0.05)
    assert started_again("exec sleep 9", tmp_path, lambda: True)
    assert not started_again("exec sleep 9", tmp_path, lambda: False)
    assert list(tmp_path.iterdir()) == []


class Mortal:
    """Passes everything on to a server, and dies of a request that holds ``poison``."""

    def __init__(self, behind: S3Server, poison: bytes) -> None:
        self._behind, self._poison = behind, poison
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            port = int(self._behind.url.rpartition(":")[2])
            far = socket.create_connection(("127.0.0.1", port))
            self._open += [near, far]
            threading.Thread(target=self._pass, args=(near, far, self._poison), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, b""), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, poison: bytes) -> None:
        try:
            while data := source.recv(65536):
                if poison and poison in data:
                    self.die()
                    return
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return  # it died

    def die(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            one.close()


class Mute(Mortal):
    """After the poison it accepts connections and answers nothing, to nobody."""

    mute = False

    def _pass(self, source: socket.socket, sink: socket.socket, poison: bytes) -> None:
        try:
            while data := source.recv(65536):
                self.mute = self.mute or bool(poison and poison in data)
                if not self.mute:
                    sink.sendall(data)
        except OSError:
            return  # the other side is done


@pytest.fixture
def muted(tmp_path: Path) -> Iterator[Session]:
    """A session on a server that falls silent at the key ``poison``."""
    with S3Server(durability="relaxed") as server:
        mute = Mute(server, b"poison")
        endpoint = Endpoint(
            url=mute.url, credentials=Credentials(server.access_key, server.secret_key)
        )
        with _session(endpoint, tmp_path) as session:
            session.shared_bucket()
            yield session
        mute.die()


def _poisons(t: Trial) -> None:
    t.given.object("k", b"x")
    t.raw("GET", f"/{t.bucket}/poison", timeout=0.2)
    t.expect.ok(t.call("GetObject", Key="k"))


def test_a_silent_endpoint_is_dead(muted: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check ends at once, the request is named, and nothing waits for the clean-up."""
    monkeypatch.setattr("conformance.run.session.ANSWER_TIME", 0.2)  # it will never answer
    result = muted.run(make_check(_poisons), "raw")
    assert muted.dead is Death.SILENT
    assert result.outcome is Outcome.BLOCKED
    assert result.reason == "the endpoint accepts connections and answers nothing any more"
    died = after_death(result, alone=True, how=muted.dead)
    assert died.outcome is Outcome.FAIL
    assert died.reason.startswith("the endpoint stopped answering at GET /s3compat-")
    assert died.reason.endswith("/poison")
    assert "answers nothing any more since the endpoint stopped answering at GET /" in (
        ended := why_ended("http://x", died, muted.dead)
    )
    assert f"--skip {died.check}" in ended
    (left,) = muted.close()
    assert left.endswith("(the endpoint accepts connections and answers nothing any more)")


def test_an_endpoint_that_leaves_one_request_without_answer_lives(muted: Session) -> None:
    def asks_what_is_no_request(t: Trial) -> None:
        t.wire(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1", timeout=0.5)
        t.expect.ok(t.call("ListBuckets"))

    result = muted.run(make_check(asks_what_is_no_request), "raw")
    assert (result.outcome, muted.dead) == (Outcome.PASS, None), result.reason


def _run(mortal: Mortal, server: S3Server, out: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "s3compat", "run", "--endpoint", mortal.url, "--workers", "0",
         "--clients", "raw", "--rows", "head-object", "--credentials-env", "MORTAL_", "--no-report",
         "--out", str(out), *more],
        capture_output=True, text=True, timeout=120, check=False,
        env={"MORTAL_ACCESS_KEY_ID": server.access_key,
             "MORTAL_SECRET_ACCESS_KEY": server.secret_key, "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_run_names_the_culprit_and_can_leave_it_out(tmp_path: Path) -> None:
    with S3Server(durability="relaxed") as server:
        code, said = _run(Mortal(server, b"partNumber=1 HTTP"), server, tmp_path / "one")
        log = read_run_log(tmp_path / "one" / "run.jsonl")
        died = [result for result in log.results if "died at" in result.reason]
        assert (code, len(died)) == (4, 1), said
        assert died[0].outcome is Outcome.FAIL
        assert log.footer is not None and died[0].check in log.footer.ended_by
        mortal = Mortal(server, b"partNumber=1 HTTP")
        code, said = _run(mortal, server, tmp_path / "two", "--skip", died[0].check)
        again = read_run_log(tmp_path / "two" / "run.jsonl")
    assert again.header.selection["skipped"] == died[0].check
    assert all(result.check != died[0].check for result in again.results)
    assert msgspec.json.encode(again.results[0])
