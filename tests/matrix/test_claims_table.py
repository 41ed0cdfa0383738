"""`s3compat matrix --profiles`: what each documentation says, side by side."""

from __future__ import annotations

import pytest

from s3compat.cli import main


def test_profiles_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "--profiles", "s3proxy,minio"]) == 0
    said = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert rows["row"] == ["s3proxy", "minio"]
    assert rows["website"] == ["no", "no"]
    assert rows["object-tagging"] == ["no", "."]
    assert rows["bucket-acl"] == ["limited", "no"]
    assert "put-object" not in rows, "neither speaks of it"


def test_a_profile_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "--profiles", "no-such"]) == 2
    assert "no-such" in capsys.readouterr().err
