"""Lists kept as columns: written the same as lists of dicts, and lists to whoever looks."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server_ref.model import compile_service, values
from server_ref.model.rows import Rows

COLUMNS: dict[str, list[Any]] = {
    "Key": ["a&b", "plain", "last"],
    "LastModified": ["2026-01-02T03:04:05.000Z"] * 3,
    "ChecksumAlgorithm": [["CRC32"], ["CRC64NVME"], ["SHA256"]],
    "Size": [0, 17, 5 << 30],
    "Owner": [{"ID": "o1"}, {"ID": "o1"}, {"ID": "o2"}],
}


def dicts() -> list[dict[str, Any]]:
    """The same as a list."""
    return [{name: column[at] for name, column in COLUMNS.items()} for at in range(3)]


SERIALISER = compile_service().serialiser


def written(contents: Any) -> bytes:
    """A listing with these contents, as it is sent."""
    answer = {"Name": "b", "IsTruncated": False, "Contents": contents}
    body = SERIALISER.serialise("ListObjectsV2", answer)[2]
    assert isinstance(body, bytes)
    return body


def test_columns_are_written_as_the_rows_they_stand_for() -> None:
    rows = Rows({name: list(column) for name, column in COLUMNS.items()})
    assert written(rows) == written(dicts())
    assert rows.columns is not None  # written without becoming dicts
    assert written(Rows({"Key": ["only"]})) == written([{"Key": "only"}])


def test_it_is_a_list_that_can_be_changed() -> None:
    rows = Rows({name: list(column) for name, column in COLUMNS.items()})
    assert len(rows) == 3
    assert rows == dicts()
    for row in rows:
        row.pop("Owner")
    rows[0]["Key"] = "changed"
    rows.append({"Key": "more"})
    assert len(rows) == 4
    assert [row["Key"] for row in rows[:2]] == ["changed", "plain"]
    expected = [{n: v for n, v in one.items() if n != "Owner"} for one in dicts()]
    expected[0]["Key"] = "changed"
    assert written(rows) == written([*expected, {"Key": "more"}])
    assert written([*rows, *rows]) == written([*expected, {"Key": "more"}] * 2)


FEW = st.sampled_from(["STANDARD", "GLACIER", ""])
ROW = st.tuples(st.text(max_size=3), st.integers(0, 2), FEW, FEW)


@given(st.lists(ROW, min_size=1, max_size=6))
def test_a_column_that_never_changes_is_written_in_every_row(rows: list[Any]) -> None:
    names = ("Key", "Size", "StorageClass", "ChecksumType")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    one_by_one = [written([dict(zip(names, row, strict=True))]) for row in rows]
    inside = [one.split(b"<Contents>")[1].split(b"</Contents>")[0] for one in one_by_one]
    whole = written(Rows(columns))
    assert whole.count(b"<Contents>") == len(rows)
    assert b"".join(b"<Contents>" + one + b"</Contents>" for one in inside) in whole


@given(st.lists(st.text(st.sampled_from('a&<"\n\r\t\x00\x1f\x7f\x80é\ufffe\ud800'), max_size=4)))
def test_many_texts_are_written_as_each_alone(texts: list[str]) -> None:
    assert list(values.xml_texts(texts)) == [values.xml_text(text) for text in texts]
