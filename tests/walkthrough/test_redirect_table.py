"""The table of clients and redirect modes in docs/aistore.md, measured again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reports
from conformance.model import RunLog, read_run_log
from s3compat.cli import main
from tests.clients.optional import needed

DOCUMENT = Path(__file__).parents[2] / "docs" / "aistore.md"
TABLE = re.compile(r"<!-- redirects -->\n(.*?)<!-- end -->", re.DOTALL)
CLIENTS = ("ais", "aws-s3", "aws-s3api", "aws+ais", "s3cmd", "boto3", "boto3+ais", "curl", "go")
CHECKS = (
    "put-object.object_reads_back_as_it_was_written",
    "head-object.size_is_shown",
    "delete-object.deleted_object_is_gone",
)
MODES = {"default": (), "Rebuild": ("S3-Redirect-Rebuild",), "Reverse-Proxy": ("S3-Reverse-Proxy",)}


def measured(folder: Path) -> str:
    """What `s3compat report --redirects` makes of a run in each mode."""
    logs: list[RunLog] = []
    for mode, features in MODES.items():
        words = ["run", "--profile", "aistore", "--generation", mode, "--no-report"]
        words += ["--clients", ",".join(CLIENTS), "--out", str(folder / mode)]
        words += [word for check in CHECKS for word in ("--check", check)]
        words += [word for feature in features for word in ("--feature", feature)]
        assert main(words) in (0, 1)
        logs.append(read_run_log(folder / mode / "run.jsonl"))
    return reports.render("redirects", logs)


@pytest.mark.slow
def test_the_table_is_what_is_measured(tmp_path: Path) -> None:
    for client in CLIENTS:
        needed(client)
    found = TABLE.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None
    assert _cells(measured(tmp_path)) == _cells(found[1])


def _cells(text: str) -> dict[str, list[str]]:
    """Client → what is said of it in each mode, without footnotes."""
    bare = re.sub(r"\[\^[^\]]*\]", "", text)
    lines = [line.strip("|").split("|") for line in bare.splitlines() if line.startswith("| ")]
    cells = {line[0].strip(): [cell.strip() for cell in line[1:]] for line in lines}
    return {client: cells[client] for client in CLIENTS}
