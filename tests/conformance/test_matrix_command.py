"""`s3compat matrix`: the rows by group, how many checks each has, and through which clients."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from rich.text import Text

from s3compat.cli import main
from server_ref.deviations import discover


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["matrix", *words]) == 0
    return Text.from_ansi(capsys.readouterr().out).plain.splitlines()


def test_rows_stand_below_their_group(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys)
    heads, delete = lines[0].split(), next(one for one in lines if "  delete-bucket " in one)

    assert heads[:4] == ["row", "title", "level", "checks"]
    assert delete.startswith("  delete-bucket   ")
    level, checks, *marks = delete.partition("(remove bucket)")[2].split()
    assert (level, int(checks) > 1) == ("must", True)
    assert dict(zip(heads[4:], marks, strict=True)) == {
        "aws-s3": "yes", "aws-s3api": "yes", "s3cmd": "yes", "boto3": "yes", "raw": "yes"
    }  # fmt: skip
    head = next(one for one in lines if "  head-bucket " in one)
    assert head.split()[-5:] == ["-", "yes", "-", "yes", "yes"]
    assert lines.index("Buckets" + " " * (len(lines[0]) - 7)) < lines.index(delete)


def test_a_narrow_terminal_has_a_line_a_row_and_no_titles(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "125")
    assert shown(capsys)[0].split()[:3] == ["row", "level", "checks"]
    monkeypatch.setenv("COLUMNS", "126")
    wide = shown(capsys)
    assert wide[0].split()[:3] == ["row", "title", "level"]
    monkeypatch.setenv("COLUMNS", "40")
    narrow = shown(capsys)
    end = next(n for n, line in enumerate(wide) if "rows," in line)
    assert len(narrow[:end]) == len(wide[:end])
    assert [line[:5] for line in narrow[:end]] == [line[:5] for line in wide[:end]]


def test_the_figures_are_those_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    (text,) = shown(capsys, "--json")
    figures = json.loads(text)
    said = " ".join(shown(capsys))

    assert f"{figures['rows']} rows, {figures['operations_covered']}/" in said
    assert f"{figures['checks']} checks, {figures['deviations']} deliberate faults" in said
    assert f"{figures['cells']} pairs of a row and a client" in said
    assert (figures["rows"] < figures["cells"], figures["deviations"] < len(discover())) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("missing", "words", "named", "told"),
    [
        ((), ["--missing"], True, ""),
        (("GetThis",), [], False, "1 operation is in no row yet: --missing names them"),
        (("GetThis", "PutThat"), [], False, "2 operations are in no row yet"),
        (("GetThis", "PutThat"), ["--missing"], True, "in no row: GetThis, PutThat"),
    ],
)
def test_operations_in_no_row_are_named_where_asked_for(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    missing: tuple[str, ...],
    words: list[str],
    named: bool,
    told: str,
) -> None:
    found = SimpleNamespace(total=5, covered=("a",), missing=missing)
    monkeypatch.setattr("matrix.coverage", lambda _: found)
    said = "\n".join(shown(capsys, *words))

    assert told in said
    assert ("in no row: " in said, "in no row yet" in said) == (named, bool(told) and not named)
