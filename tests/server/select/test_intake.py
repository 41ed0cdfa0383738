"""An object as the file that is queried: CSV made regular, scan ranges, and the most it takes."""

from __future__ import annotations

import gzip
import io
import math
from typing import Any

import pytest

from server_ref.select import intake
from server_ref.select.asked import Asked, CsvInput, JsonInput, JsonOutput
from tests.server.refusing import code_of


def prepared(
    body: bytes, source: CsvInput | JsonInput, size: int = 1 << 20, **changes: Any
) -> tuple[bytes, intake.Prepared]:
    fields = {"compression": "NONE", "output": JsonOutput(), "progress": False, "scan": None}
    asked = Asked(source, **(fields | changes))
    file = io.BytesIO()
    blocks = (body[at : at + size] for at in range(0, len(body), size))
    found = intake.prepare(blocks, asked, file, math.inf)
    return file.getvalue(), found


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("source", "body", "written", "columns", "header"),
    [
        (CsvInput(), b"a,b\nc\n", b'"a","b"\n"c"\n', 2, None),
        (CsvInput(), b"a,b\nc", b'"a","b"\n"c"\n', 2, None),
        (CsvInput(), b"\xef\xbb\xbfa\n\xef\xbb\xbfb", '"a"\n"\ufeffb"\n'.encode(), 1, None),
        (CsvInput("USE"), b"x,y,z\na,b\n", b'"a","b"\n', 3, ["x", "y", "z"]),
        (CsvInput("IGNORE"), b"x,y,z\na,b\n", b'"a","b"\n', 2, None),
        (CsvInput(), b"#no\na\n", b'"a"\n', 1, None),
        (CsvInput(comment=""), b"#yes\na\n", b'"#yes"\n"a"\n', 1, None),
        (CsvInput(), b"\n\na\n", b'"a"\n', 1, None),
        (CsvInput(), b'"a\nb",c\n', b'"a\nb","c"\n', 2, None),
        (CsvInput(), b'"a""b"\n', b'"a""b"\n', 1, None),
        (CsvInput(record="|"), b"a\nb|c|", b'"a\nb"\n"c"\n', 1, None),
        (CsvInput(record="\r\n"), b"a\r\nb\r\n", b'"a"\n"b"\n', 1, None),
        (CsvInput(record="xy"), b"axybxy", b'"a"\n"b"\n', 1, None),
        (CsvInput(quote="", escape=""), b'"a",b\n', b'"""a""","b"\n', 2, None),
        (CsvInput(escape="\\"), b'"a\\"b",\\c\n', b'"a""b","\\c"\n', 2, None),
        (CsvInput(escape="\\"), b'"a\nb",c\n\n"",\n"x', b'"a\nb","c"\n"",""\n"x"\n', 2, None),
        (CsvInput(escape="\\"), b'a"b"\r\n""\n', b'"a""b"""\n""\n', 1, None),
        (CsvInput(escape="\\"), b'"a""b",c\n', b'"a""b""","c"\n', 2, None),
    ],
)
def test_csv_made_regular(
    size: int, source: CsvInput, body: bytes, written: bytes, columns: int, header: Any
) -> None:
    assert prepared(body, source, size) == (
        written,
        intake.Prepared(columns, header, len(body), len(body)),
    )


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize(
    ("scan", "records"),
    [
        ((0, None), b"aa|bb|cc"),
        ((1, None), b"bb|cc"),
        ((3, None), b"bb|cc"),
        ((4, None), b"cc"),
        ((6, None), b"cc"),
        ((7, None), b""),
        ((None, 0), b"aa"),
        ((None, 2), b"aa"),
        ((None, 3), b"aa|bb"),
        ((3, 3), b"bb"),
        ((4, 5), b""),
        ((0, 6), b"aa|bb|cc"),
    ],
)
def test_a_record_is_of_the_range_it_begins_in(size: int, scan: Any, records: bytes) -> None:
    expected = b"".join(b'"%s"\n' % one for one in records.split(b"|") if one)

    assert prepared(b"aa|bb|cc", CsvInput(record="|"), size, scan=scan)[0] == expected
    lines = prepared(b"aa\nbb\ncc", JsonInput(lines=True), size, scan=scan)[0]
    assert lines.split() == [one for one in records.split(b"|") if one]


def test_what_was_read_and_what_it_was() -> None:
    packed = gzip.compress(b"a,b\n" * 100)
    _, found = prepared(packed, CsvInput(), 7, compression="GZIP")
    assert (found.scanned, found.processed) == (len(packed), 400)
    for broken, code in ((packed[:-9], "TruncatedInput"), (b"no", "InvalidCompressionFormat")):
        assert code_of(lambda b=broken: prepared(b, CsvInput(), compression="GZIP")) == code
    for body in (b"a\xff\n", b"\xff"):
        assert code_of(lambda b=body: prepared(b, CsvInput())) == "InvalidTextEncoding"
        assert code_of(lambda b=body: prepared(b, JsonInput(lines=True))) == "InvalidTextEncoding"
    half = "é".encode()[:1]
    assert code_of(lambda: prepared(half, JsonInput(lines=False))) == "InvalidTextEncoding"
    assert prepared("é".encode(), JsonInput(lines=False), 1)[0] == "é".encode()


@pytest.mark.parametrize(("columns", "good"), [(5, True), (6, False)])
def test_the_most_columns(columns: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_COLUMNS", 5)
    body = b",".join([b"x"] * columns) + b"\n"

    if good:
        assert prepared(body, CsvInput())[1].columns == columns
    else:
        assert code_of(lambda: prepared(body, CsvInput())) == "OverMaxColumn"


@pytest.mark.parametrize(("length", "good"), [(9, True), (10, False)])
def test_the_longest_record(length: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its delimiter, it has as many characters as are taken; a quoted row counts whole."""
    monkeypatch.setattr(intake, "MAX_RECORD", 10)
    for body in (b"x" * length + b"\n", b'"' + b"x\n" * ((length - 2) // 2) + b"x" * 1 + b'"\n'):
        if good:
            assert prepared(body, CsvInput(), 1)[1].columns == 1
    if not good:
        assert code_of(lambda: prepared(b"x" * length + b"\n", CsvInput())) == "OverMaxRecordSize"
        assert code_of(lambda: prepared(b"x" * 11, CsvInput(), 1)) == "OverMaxRecordSize"
        quoted = b'"xxx\nxxx\nxxx"\n'
        assert code_of(lambda: prepared(quoted, CsvInput(), 1)) == "OverMaxRecordSize"


@pytest.mark.parametrize(("most", "good"), [(8, True), (7, False)])
def test_the_most_bytes(most: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", most)

    if good:
        assert prepared(b"a,b\nc,d\n", CsvInput(), 4)[1].processed == 8
    else:
        assert code_of(lambda: prepared(b"a,b\nc,d\n", CsvInput(), 4)) == "InvalidRequestParameter"
