"""`s3compat report --clients`: only the columns that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import judge, read_run_log
from s3compat.commands import report
from tests.reports import synthetic


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return synthetic.write_log(tmp_path / "run.jsonl", synthetic.ordinary()).path


def test_a_report_of_the_clients_one_names(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main([str(path), "--markdown", "--out", "-", "--clients", "raw,boto3"]) == 0
    table = capsys.readouterr().out
    assert "| API | raw | boto3 |" in table
    assert "did not finish" not in table


def test_the_verdict_is_on_these_clients_alone(path: Path) -> None:
    whole = read_run_log(path)
    part = report.only(whole, ["boto3"])
    mine = [result for result in whole.results if result.client == "boto3"]
    assert part.results == mine
    assert part.header.planned == len(mine)
    assert judge(part).passed < judge(whole).passed


def test_an_unknown_client_is_named_with_those_there_are(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report.main([str(path), "--markdown", "--clients", "boto2"]) == 2
    said = capsys.readouterr().err
    assert "there is no client 'boto2'; did you mean 'boto3'?" in said
    assert "boto3" in said
