"""S3's own answer beside a server's: got from the reference server, shown where a check failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import matrix
import reports
from conformance.model import read_run_log
from reports.answers import FILE_NAME, answers_beside, answers_to, in_short
from s3compat.cli import main
from s3compat.running.answers import _bounded, ask, outcomes_to_ask

CHECK = "list-objects-v2.unknown_encoding_type_is_refused"
HEADING = "S3's own answer</b>, from the reference server"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that fails in one check, through two clients, and was not asked about."""
    folder = tmp_path_factory.mktemp("run")
    words = ["--check", CHECK, "--deviation", "list-v2-encoding-unchecked", "--workers", "0"]
    words += ["--clients", "boto3,raw", "--no-report", "--out", str(folder)]
    assert main(["run", *words]) == 1
    return folder


def test_s3_answers_beside_the_server(folder: Path) -> None:
    log = read_run_log(folder / "run.jsonl")
    alone = reports.render("html", [log])
    assert HEADING not in alone
    assert answers_beside(log) == {}

    outcomes = outcomes_to_ask(log)
    assert outcomes == [f"{CHECK}[raw]"]  # once for a check, through the quickest client
    assert ask(log, outcomes, [], 250)

    assert [one.id for one in read_run_log(folder / FILE_NAME).results] == outcomes
    reference = answers_beside(log)
    for result in log.results:
        answers = answers_to(result, reference)
        assert answers is not None
        assert answers.client == "raw"
        assert [one.here for one in answers.shown] == ["200 OK"]
        assert in_short(answers) == "ListObjectsV2: 400 Bad Request InvalidArgument"
        assert "<Code>InvalidArgument</Code>" in answers.shown[0].response
    page = reports.render("html", [log])
    assert page.count(HEADING) == 2
    assert "&lt;Code&gt;InvalidArgument&lt;/Code&gt;" in page
    table = reports.render("markdown", [log])
    assert "S3 answers (the reference server): `ListObjectsV2: 400 Bad Request" in table


def test_a_pass_has_no_other_answer(folder: Path) -> None:
    log = read_run_log(folder / "run.jsonl")
    (failed, *_) = log.results
    assert answers_to(failed, {}) is None
    assert matrix.load_matrix().rows[failed.row]


def test_what_is_broken_or_its_own_is_not_shown(folder: Path, tmp_path: Path) -> None:
    text = (folder / "run.jsonl").read_text("utf-8")
    (tmp_path / "run.jsonl").write_text(text, "utf-8")
    (tmp_path / FILE_NAME).write_text("{broken\n", "utf-8")
    assert answers_beside(read_run_log(tmp_path / "run.jsonl")) == {}
    (tmp_path / FILE_NAME).write_text(text, "utf-8")  # failed there, too: no answer of S3
    assert answers_beside(read_run_log(tmp_path / "run.jsonl")) == {}


def test_asking_has_an_end() -> None:
    """It would take longer than this test may."""
    _bounded([sys.executable, "-c", "import time; time.sleep(3600)"], 0.1)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)"
    _bounded([sys.executable, "-c", deaf], 0.1)


def test_a_report_can_ask_for_them_later(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = tmp_path / "run.jsonl"
    run.write_bytes((folder / "run.jsonl").read_bytes())
    words = ["report", str(run), "--markdown", "--reference-seconds", "250"]

    assert main(words) == 0
    assert "S3 answers (the reference server)" in (tmp_path / "supported-api.md").read_text("utf-8")
    assert capsys.readouterr().err == ""

    monkeypatch.setattr("s3compat.commands.report.ask", lambda *_: False)
    assert main(words) == 0
    assert "gave no answer in 250 s" in capsys.readouterr().err
