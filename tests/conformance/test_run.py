"""Whole runs: the command and the plugin, their exit codes, their logs, what they leave."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from conformance.model import Outcome, judge, read_run_log
from s3compat.cli import main
from server_ref.server import S3Server

ROOT = Path(__file__).parents[2]
CHECK = "get-object-range.suffix_range_returns_the_tail"


def python(
    *words: str, env: dict[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=120,
    )


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def run(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return python("s3compat", "run", *words, env=env)


def test_two_workers_write_one_log_and_leave_nothing(
    server: S3Server, keys: dict[str, str], tmp_path: Path
) -> None:
    done = run(
        *("--endpoint", server.url, "--rows", "get-object-range,head-bucket"),
        *("--clients", "raw,boto3", "--workers", "2", "--out", str(tmp_path)),
        env=keys,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = read_run_log(tmp_path / "run.jsonl")
    assert log.footer is not None
    assert log.footer.leftovers == ()
    assert len(log.results) == log.header.planned > 20
    assert {result.worker for result in log.results} == {"gw0", "gw1"}
    assert judge(log).untested == 0
    assert "about" in done.stdout
    assert f"s3compat-{log.header.run_id}-" in done.stdout
    assert (tmp_path / "report.html").exists()
    assert keys["AWS_SECRET_ACCESS_KEY"] not in (tmp_path / "run.jsonl").read_text()
    s3: Any = boto3.client("s3", **server.client_kwargs)
    ours = f"s3compat-{log.header.run_id}-"
    assert not [b for b in s3.list_buckets()["Buckets"] if b["Name"].startswith(ours)]


def test_without_an_endpoint_it_is_the_reference_server(tmp_path: Path) -> None:
    done = run("--check", f"{CHECK}[raw]", "--workers", "0", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    [result] = read_run_log(tmp_path / "run.jsonl").results
    assert result.id == f"{CHECK}[raw]"
    assert result.outcome is Outcome.PASS


def test_a_deviation_makes_it_not_conforming(tmp_path: Path) -> None:
    done = run(
        *("--check", f"{CHECK}[raw]", "--deviation", "range-ignored", "--workers", "0"),
        *("--out", str(tmp_path), "--no-report"),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"fail {CHECK}[raw]" in done.stdout
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--rows", "no-such-row"), 2, "there is no row or group of rows 'no-such-row'"),
        (("--check", "no.such_check"), 2, "there is no check 'no.such_check'"),
        (("--clients", "telepathy"), 2, "there is no client 'telepathy'"),
        (("--rows", "get-object", "--skip", "get-object.*"), 3, "no check is left: --rows"),
        (("--other-credentials", "bob"), 2, "--other-credentials is for a server of yours"),
        (("--endpoint", "ftp://x"), 2, "expected a URL"),
        (("--endpoint", "http://u:p@x"), 2, "credentials in it"),
        (("--endpoint", "http://10.0.0.1", "--addressing", "virtual"), 2, "IP address"),
        (("--endpoint", "http://x", "--deviation", "range-ignored"), 2, "reference server"),
        (("--endpoint", "http://x", "--profile", "nobodys"), 2, "nobodys"),
        (("--deviation", "no-such"), 2, "no-such"),
        (("--endpoint", "http://no-such-host.invalid"), 4, "cannot be resolved"),
        (("--endpoints", "no-such-file.toml"), 2, "no-such-file.toml"),
        (("--out", __file__), 2, "name another with --out"),
    ],
)
def test_what_cannot_be_run_says_why(
    words: tuple[str, ...],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    assert main(["run", "--no-report", *words]) == code
    assert said in capsys.readouterr().err


def test_without_credentials_it_says_where_they_come_from(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")
    assert main(["run", "--endpoint", "http://127.0.0.1:1"]) == 2
    assert "AWS_ACCESS_KEY_ID" in capsys.readouterr().err


def test_several_endpoints_one_report(
    server: S3Server, keys: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "keys").write_text(
        f"[default]\naws_access_key_id = {keys['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {keys['AWS_SECRET_ACCESS_KEY']}\n"
    )
    (tmp_path / "endpoints.toml").write_text(
        "".join(
            f'[[endpoint]]\nurl = "{server.url}"\nlabel = "{label}"\ncredentials_file = "keys"\n'
            for label in ("one", "two")
        )
    )
    done = run(
        *("--endpoints", str(tmp_path / "endpoints.toml"), "--check", f"{CHECK}[raw]"),
        *("--workers", "0", "--out", str(tmp_path / "out")),
        env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    logs = [read_run_log(path) for path in sorted((tmp_path / "out").glob("*/run.jsonl"))]
    assert [log.header.endpoint for log in logs] == ["one", "two"]
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    ("others", "code"),
    [(("another",), 0), (("faulty",), 1), (("absent",), 4), (("faulty", "absent"), 4)],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_the_exit_code_of_several_endpoints_is_the_worst(
    server: S3Server,
    keys: dict[str, str],
    tmp_path: Path,
    others: tuple[str, ...],
    code: int,
) -> None:
    with S3Server(
        accounts=(server.credentials[0],),
        deviations=["range-suffix-off-by-one"],
        durability="relaxed",
    ) as faulty:
        urls = {
            "another": server.url,
            "faulty": faulty.url,
            "absent": f"http://127.0.0.1:{closed_port()}",
        }
        # the good one comes last: a code that is the last one's would be 0
        tables = [(urls[name], name) for name in others] + [(server.url, "good")]
        (tmp_path / "endpoints.toml").write_text(
            "".join(f'[[endpoint]]\nurl = "{url}"\nlabel = "{name}"\n' for url, name in tables)
        )
        done = run(
            *("--endpoints", str(tmp_path / "endpoints.toml"), "--check", f"{CHECK}[raw]"),
            *("--workers", "0", "--no-report", "--out", str(tmp_path / "out")),
            env=keys,
        )
    assert done.returncode == code, done.stdout + done.stderr
    tried = {path.parent.name for path in (tmp_path / "out").glob("*/run.jsonl")}
    assert {name.partition("-")[2] for name in tried} == {"good", *others} - {"absent"}


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_ends_cleanly(
    server: S3Server, keys: dict[str, str], tmp_path: Path
) -> None:
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "s3compat", "run", "--endpoint", server.url),
            *("--clients", "raw", "--workers", "0", "--out", str(tmp_path), "--no-report"),
        ],
        env={**os.environ, **keys},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log_path = tmp_path / "run.jsonl"
    deadline = time.monotonic() + 200  # a busy machine takes its time
    while time.monotonic() < deadline and not (
        log_path.exists() and log_path.read_bytes().count(b"\n") > 3
    ):
        time.sleep(0.02)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 4, out + err
    log = read_run_log(log_path)
    assert log.footer is not None
    assert log.footer.ended_by == "interrupted"
    assert log.footer.leftovers == ()
    assert "interrupted" in out


class TestPlugin:
    """The same checks as pytest items."""

    def pytest(
        self, server: S3Server, keys: dict[str, str], tmp_path: Path, *words: str
    ) -> subprocess.CompletedProcess[str]:
        return python(
            *("pytest", "--s3-endpoint", server.url, "--run-log", str(tmp_path / "run.jsonl")),
            *("-p", "no:cacheprovider", *words),
            env=keys,
        )

    def test_an_id_of_a_report_can_be_passed_back(
        self, server: S3Server, keys: dict[str, str], tmp_path: Path
    ) -> None:
        where = f"conformance/checks/get_object_range.py::{CHECK}[boto3]"
        done = self.pytest(server, keys, tmp_path, where)
        assert "1 passed" in done.stdout, done.stdout + done.stderr
        assert read_run_log(tmp_path / "run.jsonl").results[0].id == f"{CHECK}[boto3]"

    def test_k_and_client_and_workers(
        self, server: S3Server, keys: dict[str, str], tmp_path: Path
    ) -> None:
        words = ("-k", "suffix_range", "--client", "raw,boto3", "-n", "2")
        done = self.pytest(server, keys, tmp_path, *words)
        assert "2 passed" in done.stdout, done.stdout + done.stderr
        log = read_run_log(tmp_path / "run.jsonl")
        assert {result.client for result in log.results} == {"raw", "boto3"}
        assert log.header.planned == 2
        assert log.header.selection["keyword"] == "suffix_range"

    def test_a_failure_shows_what_a_person_needs(
        self, keys: dict[str, str], tmp_path: Path
    ) -> None:
        with S3Server(deviations=["range-ignored"], durability="relaxed") as faulty:
            keys = {
                "AWS_ACCESS_KEY_ID": faulty.access_key,
                "AWS_SECRET_ACCESS_KEY": faulty.secret_key,
            }
            done = self.pytest(faulty, keys, tmp_path, "--check", f"{CHECK}[raw]")
        assert done.returncode == 1
        assert "expected  206" in done.stdout
        assert "> GET /" in done.stdout
        assert "< HTTP/1.1 200" in done.stdout
        assert f"--check '{CHECK}[raw]'" in done.stdout
        assert "conformance/run/session.py" not in done.stdout
        assert faulty.secret_key not in done.stdout

    def test_a_client_that_cannot_is_skipped_with_its_reason(
        self, server: S3Server, keys: dict[str, str], tmp_path: Path
    ) -> None:
        done = self.pytest(server, keys, tmp_path, "--check", f"{CHECK}[s3cmd]", "-rs")
        assert "1 skipped" in done.stdout, done.stdout + done.stderr
        assert "client_cannot: s3cmd" in done.stdout

    def test_no_match_is_an_error(
        self, server: S3Server, keys: dict[str, str], tmp_path: Path
    ) -> None:
        done = self.pytest(server, keys, tmp_path, "--rows", "nothing-like-it")
        assert done.returncode == 4
        assert "no row or group of rows 'nothing-like-it'" in done.stderr

    def test_trouble_with_the_endpoint_is_one_sentence(self) -> None:
        done = python(
            *("pytest", "--s3-endpoint", "http://no-such-host.invalid", "--rows", "get-object"),
            env={"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        )
        assert done.returncode == 4
        assert "cannot be resolved" in done.stdout + done.stderr

    def test_it_is_inert_without_its_option(self, tmp_path: Path) -> None:
        (tmp_path / "test_it.py").write_text(
            "import sys\n"
            "def test_it():\n"
            "    heavy = {'boto3', 'botocore', 'conformance.trial', 'conformance.run.session'}\n"
            "    assert not heavy & set(sys.modules)\n"
        )
        done = python("pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path),
                      str(tmp_path / "test_it.py"), cwd=tmp_path)  # fmt: skip
        assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_folder_of_a_run_is_called_as_the_run(tmp_path: Path) -> None:
    words = ["--check", "get-object.folder_is_no_object[raw]", "--workers", "0", "--no-report"]
    done = python("s3compat", "run", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = (one for one in (tmp_path / "s3compat-out").iterdir() if one.name != "latest")
    assert read_run_log(folder / "run.jsonl").header.run_id == folder.name


@pytest.mark.parametrize(
    ("raised", "said"),
    [("KeyboardInterrupt", "the run was interrupted before its first check"),
     ("session.Interrupted", "ended with INTERRUPTED. If it gave a reason")],
)  # fmt: skip
def test_an_interruption_before_the_first_check(raised: str, said: str, tmp_path: Path) -> None:
    """pytest ends with one status where somebody interrupts it, and where it gives up by itself."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from conformance.endpoint.target import Target\n"
        "from conformance.run.runner import Run, RunError, execute\n"
        "class Interrupts:\n"
        "    def pytest_collection(self, session):\n"
        f"        raise {raised}\n"
        "target = Target(url='http://127.0.0.1:9', anonymous=True)\n"
        "try:\n"
        "    execute(Run(target, '261128000000-0000', Path(sys.argv[1])), Interrupts())\n"
        "except RunError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert said in done.stdout, done.stdout + done.stderr
