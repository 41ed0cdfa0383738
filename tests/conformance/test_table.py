"""The table at the end of a run: what a cell says, and that no column is cut off in a log."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from conformance.model import Expectation, Outcome, Result
from conformance.run.table import cell, legend, outcome_table, print_whole


def result(outcome: Outcome, client: str = "raw", *, lost: bool = False) -> Result:
    return Result(
        check=f"get-object.{outcome.value}",
        client=client,
        row="get-object",
        outcome=outcome,
        title="A title.",
        level="must",
        spec="https://example.org",
        verified="documented",
        expectations=(Expectation("object", "still", "gone", False, lost),) if lost else (),
    )


@pytest.mark.parametrize(
    ("outcomes", "text"),
    [
        ([Outcome.PASS], "1/1"),
        ([Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED], "1/2 ⊘1"),
        ([Outcome.BLOCKED], "1 blocked"),
        ([Outcome.PASS, Outcome.DECLARED], "1/1 ≠1"),
        ([Outcome.DECLARED], "declared"),
        ([Outcome.NOT_CLAIMED], "not claimed"),
        ([Outcome.CLIENT_CANNOT], "-"),
        ([Outcome.ERROR], "1 error"),
        ([], ""),
    ],
)
def test_what_a_cell_says(outcomes: list[Outcome], text: str) -> None:
    assert cell([result(one) for one in outcomes]).plain == text


def test_data_loss_is_all_a_cell_says() -> None:
    lost = cell([result(Outcome.PASS), result(Outcome.FAIL, lost=True)])
    assert (lost.plain, str(lost.style)) == ("DATA LOSS", "bold white on red")


def test_the_legend_explains_the_signs_that_are_there() -> None:
    def said(clients: list[str], results: list[Result]) -> str:
        return legend(outcome_table({}, clients, results), clients)

    first = (
        "In this table, an outcome is one check through one client; "
        "5/6: 5 of 6 scored outcomes pass"
    )
    assert said(["raw"], [result(Outcome.PASS)]) == first
    both = [result(Outcome.PASS), result(Outcome.DECLARED), result(Outcome.CLIENT_CANNOT, "s3cmd")]
    assert said(["raw", "s3cmd", "boto3"], both) == (
        f"{first}; -: the client cannot send these requests; "
        "≠1: 1 more outcome differs from S3 exactly as the server's documentation says; "
        "empty: no check of this row is for the client"
    )
    unscored = msgspec.structs.replace(result(Outcome.PASS), verified="observed")
    assert cell([unscored]).plain == "○"
    assert said(["raw"], [unscored]) == "In this table, ○: only shown, and never scored"


def test_a_log_has_every_column() -> None:
    clients = [f"a-client-with-a-name-{number}" for number in range(12)]
    results = [result(Outcome.PASS, client) for client in clients]
    console = Console(file=io.StringIO(), width=80)
    print_whole(console, outcome_table({"get-object": "GET object"}, clients, results))
    first, second = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    assert first.split() == ["row", *clients]
    assert second.split() == ["GET", "object", *["1/1"] * 12]


FAMILIES = {"java": "JVM", "java-crt": "JVM", "boto3": "Python", "minio-py": "Python", "raw": "raw"}


def test_a_narrow_terminal_has_families_with_the_worst_of_theirs() -> None:
    results = [result(Outcome.PASS, client) for client in FAMILIES]
    results += [result(Outcome.FAIL, "java-crt"), result(Outcome.PASS, "minio-py")]
    many = {**FAMILIES, **{f"tool-{number}": "tools" for number in range(9)}}
    titles = {"get-object": "GET object"}
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    print_whole(console, outcome_table(titles, list(many), results, families=many, width=80))
    first, second = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # a StringIO
    assert first.split() == ["row", "JVM", "Python", "raw", "tools"]
    assert second.split() == ["GET", "object", "1/2", "1/1", "1/1"]
    assert max(len(first), len(second)) <= 80

    few = ["java", "java-crt", "raw"]
    wide = outcome_table(titles, few, results, families=many, width=80)
    assert [column.header for column in wide.columns] == ["row", *few]


def test_the_legend_of_folded_columns_is_of_what_they_show() -> None:
    families = {"java": "JVM", "java-crt": "JVM", "raw": "raw", **{f"t{n}": "T" for n in range(20)}}
    clients = list(families)
    results = [result(Outcome.FAIL, "java"), result(Outcome.CLIENT_CANNOT, "java-crt")]
    results += [result(Outcome.CLIENT_CANNOT, "t7"), result(Outcome.PASS)]
    table = outcome_table({}, clients, results, families=families, width=80)
    [row, *cells] = [next(iter(column.cells)) for column in table.columns]
    assert (row, [str(one) for one in cells]) == ("get-object", ["0/1", "1/1", "-"])
    said = legend(table, clients)
    assert "-: the client cannot send these requests" in said
    assert "empty" not in said, "no cell of the folded table is"
    assert "JVM, T: a family of clients; the column shows its worst client" in said
