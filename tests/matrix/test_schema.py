"""The matrix by itself: rows by pattern and group, its digest, and the edges of what is refused."""

from __future__ import annotations

import msgspec
import pytest

from matrix import Claim, Declared, Matrix, PageTable, Profile, Row, TableColumn, TableRow
from matrix.known_servers import KnownServer

SPEC = "https://example.org/s3"


def row(name: str, group: str, *operations: str, **more: object) -> Row:
    fields: dict[str, object] = {
        "id": name,
        "title": name,
        "group": group,
        "operations": operations,
        "level": "may",
        "spec": SPEC,
        "commands": {"boto3": "x"},
    }
    return msgspec.convert(fields | more, Row)


@pytest.fixture
def matrix() -> Matrix:
    rows = [
        row("put-object", "Objects", "PutObject"),
        row("versioning", "Versioning", "PutBucketVersioning", "PutObject"),
        row("get-object", "Objects", "GetObject"),
        row("version-tags", "Versioning", "PutObjectTagging"),
    ]
    return Matrix(rows={one.id: one for one in rows}, not_covered=())


def test_groups_stand_in_the_order_of_their_first_row(matrix: Matrix) -> None:
    assert [(name, [row.id for row in rows]) for name, rows in matrix.groups.items()] == [
        ("Objects", ["put-object", "get-object"]),
        ("Versioning", ["versioning", "version-tags"]),
    ]


@pytest.mark.parametrize(
    ("pattern", "rows"),
    [
        ("versioning", ["versioning"]),
        ("VERSIONING", ["versioning", "version-tags"]),
        ("objects", ["put-object", "get-object"]),
        ("put-*", ["put-object"]),
        ("*-object", ["put-object", "get-object"]),
        ("nothing", []),
    ],
)
def test_a_pattern_is_of_ids_or_of_a_group(matrix: Matrix, pattern: str, rows: list[str]) -> None:
    assert matrix.rows_like(pattern) == rows


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("versioning", "Versioning"),
        ("PutObject", "Objects"),  # both have it; the row of one operation is nearer
        ("PutBucketVersioning", "Versioning"),
        ("DeleteObject", ""),
    ],
)
def test_the_group_of_a_row_or_an_operation(matrix: Matrix, name: str, group: str) -> None:
    assert matrix.group_of(name) == group


def test_the_digest_is_of_what_the_rows_say(matrix: Matrix) -> None:
    other = Matrix(
        rows=matrix.rows | {"get-object": row("get-object", "Other", "GetObject")}, not_covered=()
    )

    assert len(matrix.digest) == 12
    assert int(matrix.digest, 16) >= 0
    assert Matrix(rows=dict(matrix.rows), not_covered=()).digest == matrix.digest
    assert other.digest != matrix.digest


def test_a_row_that_is_large_is_of_level_may() -> None:
    assert row("x", "X", large="much").large == "much"
    assert row("x", "X", level="must").large is None
    with pytest.raises(msgspec.ValidationError, match="a row that is large is of level may"):
        row("x", "X", large="much", level="should")


def test_a_success_that_is_declared_says_what_is_seen() -> None:
    def declared(status: int, **more: dict[str, str] | str) -> Declared:
        return msgspec.convert({"words": "w", "cite": SPEC, "status": status} | more, Declared)

    assert declared(300).status == 300
    assert declared(299, instead={"status": "x"}).instead == {"status": "x"}
    assert declared(299, check="this_one").check == "this_one"
    with pytest.raises(msgspec.ValidationError, match=r"status = 299 is a success: name the check"):
        declared(299)
    with pytest.raises(msgspec.ValidationError, match=r"instead: '\(' is no pattern"):
        declared(404, instead={"status": "("})


@pytest.mark.parametrize(
    ("status", "right"), [(199, False), (200, True), (599, True), (600, False)]
)
def test_the_status_that_may_be_declared(status: int, right: bool) -> None:
    document = {"words": "w", "cite": SPEC, "status": status, "instead": {"status": "x"}}

    if right:
        assert msgspec.convert(document, Declared).status == status
    else:
        with pytest.raises(msgspec.ValidationError, match="status"):
            msgspec.convert(document, Declared)


@pytest.mark.parametrize("without", ["words", "cite"])
def test_a_claim_of_less_needs_words_and_their_page(without: str) -> None:
    whole = {"support": "limited", "words": "w", "cite": SPEC}

    assert msgspec.convert(whole, Claim).support == "limited"
    del whole[without]
    with pytest.raises(msgspec.ValidationError, match="needs words"):
        msgspec.convert(whole, Claim)


def test_what_is_declared_of_a_check_or_of_its_row() -> None:
    of_row = Declared(words="w", cite=SPEC, status=404)
    of_check = Declared(words="w", cite=SPEC, status=405, check="one")
    anywhere = Declared(words="w", cite=SPEC, status=501)
    claim = Claim(declared=(of_row, of_check))
    profile = Profile(
        name="p", title="P", source=SPEC, claims={"get-object": claim}, declared=(anywhere,)
    )

    assert profile.declarations("get-object", "one") == (of_row, of_check, anywhere)
    assert profile.declarations("get-object", "other") == (of_row, anywhere)
    assert profile.declarations("put-object", "one") == (anywhere,)
    with pytest.raises(ValueError, match="is declared under its row's claim"):
        Profile(name="p", title="P", source=SPEC, declared=(of_check,))


@pytest.mark.parametrize(
    ("default", "words"),
    [("supported", ""), ("limited", "not mentioned"), ("unsupported", "not mentioned")],
)
def test_a_row_that_is_not_mentioned(default: str, words: str) -> None:
    profile = msgspec.convert(
        {"name": "p", "title": "P", "source": SPEC, "default": default}, Profile
    )

    claim = profile.claim("get-object")

    assert (claim.support, claim.words, claim.cite) == (default, words, SPEC)


def test_a_table_has_a_cell_for_each_column() -> None:
    columns = (TableColumn(title="A", clients=()), TableColumn(title="B", clients=()))

    def line(*says: str) -> TableRow:
        return TableRow(api="GET", rows=("get-object",), says=says)

    assert PageTable(cite=SPEC, columns=columns, rows=(line("a", "b"),)).first == "API"
    for says in (("a",), ("a", "b", "c")):
        with pytest.raises(ValueError, match="GET: says needs a cell for each of the columns"):
            PageTable(cite=SPEC, columns=columns, rows=(line("a", "b"), line(*says)))


SERVER = {
    "name": "x",
    "title": "X",
    "home": SPEC,
    "license": "MIT",
    "source": "pip",
    "package": "x",
    "version": "1",
    "command": ["{install}/x", "--port={port}", "{folder}:{port}"],
    "access_key": "a",
    "secret_key": "s",
}


def test_a_known_server_that_says_the_least() -> None:
    server = msgspec.convert(SERVER, KnownServer)

    assert (server.region, server.profile, server.ready) == ("us-east-1", "aws", "/")
    assert (server.ready_seconds, server.get_seconds) == (60, 900)
    assert (server.restart, server.said) == (False, "")
    places = {"install": "/i", "port": "80", "folder": "/f"}
    assert [server.filled(word, places) for word in server.command] == [
        "/i/x",
        "--port=80",
        "/f:80",
    ]


@pytest.mark.parametrize(("seconds", "right"), [(0, False), (1, True), (3600, True), (3601, False)])
@pytest.mark.parametrize("field", ["ready_seconds", "get_seconds"])
def test_the_seconds_a_server_may_take(field: str, seconds: int, right: bool) -> None:
    document = SERVER | {field: seconds}

    if right:
        assert getattr(msgspec.convert(document, KnownServer), field) == seconds
    else:
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.convert(document, KnownServer)


@pytest.mark.parametrize(
    "where",
    [{"environment": {"P": "{port}"}}, {"files": {"a.conf": "{port}"}}, {"command": ["{port}"]}],
)
def test_the_port_may_be_said_anywhere(where: dict[str, object]) -> None:
    document = SERVER | {"command": ["x"]} | where

    assert msgspec.convert(document, KnownServer).name == "x"


@pytest.mark.parametrize("where", ["environment", "files"])
def test_a_place_that_there_is_not_is_refused_wherever_it_is(where: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\{prt\} is no place; there are install"):
        msgspec.convert(SERVER | {where: {"A": "{prt}"}}, KnownServer)
