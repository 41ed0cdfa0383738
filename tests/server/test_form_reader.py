"""The reader of a form: where it ends, what it holds, and what it refuses."""

from __future__ import annotations

import pytest

from server_ref.errors import S3Error
from server_ref.gate.form_data import MAX_FIELDS, boundary_of, read_form
from tests.server.byform import BOUNDARY, FORM, encoded
from tests.server.published import Bytes


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
def test_reader_finds_boundaries_however_the_bytes_come(piece: int) -> None:
    data = b"\r\n--xxBOUNDARYx\r\n\r\n-"
    body = Bytes(b"preamble\r\n" + encoded({"Key": "k", "empty": ""}, data, "a b.txt"), piece)
    read = read_form(body, BOUNDARY.encode())
    assert read.fields == {"key": "k", "empty": ""}
    assert read.file_name == "a b.txt"
    assert read.file is not None
    assert b"".join(iter(read.file.read, b"")) == data
    assert not body.data


def test_reader_holds_no_more_than_a_block() -> None:
    body = Bytes(encoded({}, b"a" * 1_000_000, "a"), 1 << 16)
    file = read_form(body, BOUNDARY.encode()).file
    assert file is not None
    while data := file.read(1 << 18):
        assert len(data) <= 1 << 16
        assert len(file._parts._held) <= 1 << 16


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (encoded({"a": "b" * (MAX_FIELDS + 1)}, b"", "a"), "MaxPostPreDataLengthExceeded"),
        (b"x" * (MAX_FIELDS + 100), "MaxPostPreDataLengthExceeded"),
        (encoded({"x-amz-meta-a\rb": "c"}, b"", "a"), "MalformedPOSTRequest"),
        (b"no boundary", "MalformedPOSTRequest"),
        (b"--xxBOUNDARYxx\r\nContent-Type: text/plain\r\n\r\na", "MalformedPOSTRequest"),
        (b"", "MalformedPOSTRequest"),
    ],
)
def test_reader_refuses(data: bytes, code: str) -> None:
    with pytest.raises(S3Error) as caught:
        read_form(Bytes(data), BOUNDARY.encode())
    assert caught.value.code == code


def test_file_without_an_end_is_refused() -> None:
    whole = encoded({"key": "k"}, b"abc", "a")
    file = read_form(Bytes(whole[:-20]), BOUNDARY.encode()).file
    assert file is not None
    with pytest.raises(S3Error, match="MalformedPOSTRequest"):
        list(iter(file.read, b""))


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        (FORM, BOUNDARY.encode()),
        ('Multipart/Form-Data; charset=utf-8; boundary="a b"', b"a b"),
        ("multipart/form-data", b""),
        ("multipart/mixed; boundary=a", None),
        ("", None),
    ],
)
def test_boundary(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary
