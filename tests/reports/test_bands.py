"""A wide grid: clients of one family are one column, with the worst of their cells."""

from __future__ import annotations

from pathlib import Path

import reports
from conformance.model import Outcome, RunLog
from matrix import load_matrix
from reports.bands import bands, rules, unfolding
from reports.overview import Column, State, make_overview
from reports.page import Page
from tests.reports import synthetic

FAMILIES = {
    "aws-s3": "CLI",
    "s3cmd": "CLI",
    "boto3": "Python",
    "s3fs": "Python",
    "java": "JVM",
    "go": "Go",
    "js": "JavaScript",
    "raw": "raw",
}
MATRIX = load_matrix()


def log(path: Path, *failing: str) -> RunLog:
    row = MATRIX.rows["put-object"]
    results = [
        synthetic.result(row, "one", client, Outcome.FAIL if client in failing else Outcome.PASS)
        for client in FAMILIES
    ]
    return synthetic.write_log(
        path, results, clients=dict.fromkeys(FAMILIES, "1.0"), families=FAMILIES, endpoint=path.stem
    )


def columns(*logs: RunLog) -> tuple[Column, ...]:
    return make_overview(logs, MATRIX).columns


def test_a_narrow_grid_has_no_bands(tmp_path: Path) -> None:
    assert bands(columns(log(tmp_path / "a.jsonl"))[:7]) == ()


def test_the_clients_of_a_family_are_one_band(tmp_path: Path) -> None:
    found = bands(columns(log(tmp_path / "a.jsonl")))
    assert [band.name for band in found] == ["CLI", "Python", "java", "go", "js", "raw"]
    assert [band.columns for band in found] == [(0, 1), (2, 3), (4,), (5,), (6,), (7,)]
    assert [band.folds for band in found] == [True, True, False, False, False, False]


def test_a_family_has_one_checkbox_for_all_runs(tmp_path: Path) -> None:
    found = bands(columns(log(tmp_path / "a.jsonl"), log(tmp_path / "b.jsonl")))
    boxes = unfolding(found)
    assert boxes == {0: ("CLI", (0, 1, 8, 9)), 1: ("Python", (2, 3, 10, 11))}
    style = rules(found)
    assert style.count("#unfold-0:checked") == 2
    assert ".of-1 { display: none; }" in style


def test_many_runs_are_a_band_each(tmp_path: Path) -> None:
    found = bands(columns(*(log(tmp_path / f"run{number}.jsonl") for number in range(4))))
    assert [band.name for band in found] == ["run0", "run1", "run2", "run3"]
    assert all(len(band.columns) == len(FAMILIES) for band in found)


def test_a_folded_cell_is_the_worst_of_its_clients(tmp_path: Path) -> None:
    page = Page(make_overview([log(tmp_path / "a.jsonl", "s3fs")], MATRIX))
    row = next(row for row in page.rows if row.id == "put-object")
    cli, python = (page.worst(band, [row], row.title) for band in page.bands[:2])
    assert cli.state is State.PASS
    assert (python.state, python.text) == (State.FAIL, "0/1")
    assert "s3fs" in python.label
    assert "0 of 1 pass" in python.label


def test_the_page_has_both_the_band_and_its_columns(tmp_path: Path) -> None:
    text = reports.render("html", [log(tmp_path / "a.jsonl", "s3fs")])
    assert '<input type="checkbox" id="unfold-1" autocomplete="off"> Python' in text
    assert text.count('data-column="0-s3fs"') >= 1
    assert text.count(" band-1") >= 3  # its heading, the group's cell and the row's
    narrow = reports.render(
        "html", [synthetic.write_log(tmp_path / "n.jsonl", synthetic.ordinary())]
    )
    assert "unfold-0" not in narrow
