"""The recorder gets into a Python process that is not ours, and leaves it as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import discover
from conformance.clients.base import ClientCannotError
from conformance.evidence import recorder
from conformance.evidence.exchanges import read_exchanges

INJECT = Path(recorder.__file__).parent / "inject"
ASK = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read(); import mark"


def test_the_next_sitecustomize_runs_as_well(stand_in: Any, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['mark'] = sys\n")
    record = tmp_path / "record"
    subprocess.run(
        [sys.executable, "-c", ASK, f"{stand_in.url}/b/k"],
        env={
            "PYTHONPATH": os.pathsep.join([str(INJECT), str(tmp_path)]),
            "S3COMPAT_RECORD": str(record),
        },
        check=True,
        timeout=60,
    )
    with record.open("rb") as file:
        lines = [
            one.exchange.request.start_line for one in read_exchanges(recorder.read_events(file))
        ]
    assert lines == ["GET /b/k HTTP/1.1"]


def test_another_program_can_be_named(
    monkeypatch: pytest.MonkeyPatch, stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    """One with another interpreter line is run as a subprocess and recorded all the same."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "s3cmd"
    program.write_text(
        "#!/usr/bin/env python3\nimport sys, urllib.request\n"
        f"if '--version' in sys.argv: print('other 1.0'); sys.exit()\n"
        f"urllib.request.urlopen({stand_in.url + '/bucket/'!r})\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("S3COMPAT_S3CMD", str(program))
    client = discover()["s3cmd"]
    assert client.version() == "other 1.0"
    speaker = client(endpoint_of(stand_in), tmp_path, cli_mode="warm")
    answer = speaker.cli(["ls", "s3://bucket"])
    speaker.close()
    assert [one.request.start_line for one in answer.exchanges] == ["GET /bucket/ HTTP/1.1"]

    monkeypatch.setenv("S3COMPAT_S3CMD", str(tmp_path / "nothing"))
    with pytest.raises(ClientCannotError, match="correct it"):
        client.version()
