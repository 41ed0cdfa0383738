"""The shape of the matrix: what a row, a claim and a profile are. Decoding them is the loader's.

The types are the schema: msgspec decodes strictly by them, so there is no second description.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Literal

import msgspec

from matrix.expected import expects

Level = Literal["must", "should", "may"]
Support = Literal["supported", "limited", "unsupported"]

Slug = Annotated[
    str,
    expects(
        "small letters, digits and hyphens, such as my-server", pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"
    ),
]
ProfileName = Annotated[
    str,
    expects(
        "small letters, digits, hyphens and dots, such as my-server (title takes any text)",
        pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$",
    ),
]
ClientName = Annotated[
    str,
    expects("the name of a client, such as boto3", pattern=r"^[a-z0-9]+([-+][a-z0-9]+)*$"),
]
Words = Annotated[str, expects("text that is not empty", min_length=1)]
Url = Annotated[
    str, expects("a URL that begins with http:// or https://", pattern=r"^https?://[^\s]+$")
]
HostPort = Annotated[
    str,
    expects(
        "host:port, such as target-1:8080 or {host}:*",
        pattern=r"^(\{host\}|[^\s:/]+|\[[0-9a-f:]+\]):(\*|\d+)$",
    ),
]
Date = Annotated[
    str,
    expects(
        'a date as text, such as "2026-02" or "2026-02-24"',
        pattern=r"^20[0-9]{2}-[01][0-9](-[0-3][0-9])?$",
    ),
]
OperationName = Annotated[
    str, expects("the name of an operation, such as GetObject", pattern=r"^[A-Z][A-Za-z0-9]+$")
]

CheckName = Annotated[
    str,
    expects(
        "the name of a check: the part of its id after the dot, such as a_whole_object_comes_back",
        pattern=r"^[a-z0-9_]+$",
    ),
]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One API capability in the supported-API table.

    ``operations`` are names of Amazon's service model; none for what is under every operation
    (HTTP framing) or beside the model (the POST form). ``commands`` maps a client to what a
    person would type; ``cannot`` maps a client to why it has no way to say it. ``large`` says what
    a row costs that takes very many requests or bytes.
    """

    id: Slug  # stable; part of the id of every check under it
    title: Words  # what a report shows
    group: Words  # rows of one group stand together; `--rows` takes it
    operations: tuple[OperationName, ...]  # names of Amazon's service model; none for framing
    level: Level  # the level of all checks of the row that name no level themselves
    spec: Url  # the page of Amazon's reference that says it
    commands: dict[ClientName, Words]  # client: what a person would type
    cannot: dict[ClientName, Words] = {}  # client: why it has no way to say it
    large: Words | None = None  # what it costs; such a row is tried only where it is named

    def __post_init__(self) -> None:
        if self.large and self.level != "may":
            raise ValueError("a row that is large is of level may")
        if not self.commands:
            raise ValueError("no command; name what a person would type for one client at least")
        for client in self.commands:
            if client in self.cannot:
                raise ValueError(f"{client} is in commands and in cannot; keep one of them")
        if len(set(self.operations)) != len(self.operations):
            raise ValueError("an operation is named twice in operations")


class RowsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of rows."""

    row: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1)]  # `[[row]]` tables


@dataclass(frozen=True)
class Matrix:
    """All rows, by id, in the order of their files, and the operations no row is made of yet."""

    rows: dict[str, Row]
    not_covered: tuple[str, ...]

    @property
    def groups(self) -> dict[str, list[Row]]:
        """The rows of each group, groups and rows in the order they are declared."""
        grouped: dict[str, list[Row]] = {}
        for row in self.rows.values():
            grouped.setdefault(row.group, []).append(row)
        return grouped

    def rows_like(self, pattern: str) -> list[str]:
        """The ids of the rows that a pattern means: by id, or by group in any case of letters.

        A whole id is that row alone, also where a group has the same letters (versioning and
        Versioning).
        """
        if pattern in self.rows:
            return [pattern]
        group = pattern.casefold()
        return [
            row.id
            for row in self.rows.values()
            if fnmatchcase(row.id, pattern) or fnmatchcase(row.group.casefold(), group)
        ]

    def group_of(self, name: str) -> str:
        """The group of a row, or of an operation by the row with fewest operations; else ""."""
        if name in self.rows:
            return self.rows[name].group
        having = [row for row in self.rows.values() if name in row.operations]
        return min(having, key=lambda row: len(row.operations)).group if having else ""

    @property
    def digest(self) -> str:
        """A digest (12 hex digits) of everything the rows say; it changes when a row does."""
        encoded = msgspec.json.encode(list(self.rows.values()), order="deterministic")
        return hashlib.sha256(encoded).hexdigest()[:12]


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer that is not S3's, where the endpoint's own documentation says that it is so.

    It names the answer that comes instead: ``status`` and ``code`` (None: an answer without an
    error code). ``check`` is the name of a check of the row; without it any check of the row may
    see this answer. ``instead`` gives what is looked at ("status", "header ETag") and a pattern
    of what is seen there; an error or a redirect needs none, as everything else follows from it.
    A success in a ``check`` that expects an error explains status, code and the client's report.
    """

    words: Words  # what the documentation says of it
    cite: Url  # the page that says it
    status: Annotated[
        int, msgspec.Meta(ge=200, le=599)
    ]  # the status of the answer that comes instead
    code: str | None = None  # the answer's error code; left out, the answer has no error code
    check: CheckName | None = None
    """The check that gets this answer: the part of its id after the dot. Left out, any check of the
    row may get it."""
    instead: dict[Words, str] = {}
    """What is looked at, as a report names it ("header ETag"): a regular expression of what is
    seen there. Needed where the status is below 300; not where the named check expects an
    error."""

    def __post_init__(self) -> None:
        if self.status < 300 and not self.instead and not self.check:
            raise ValueError(
                f"status = {self.status} is a success: name the check that expects an error "
                "(check = ...), or say what differs in the answer, in the words of the report's "
                'column "looked at" (instead = { "header ETag" = \'"v1-.*"\' })'
            )
        for pattern in self.instead.values():
            try:
                re.compile(pattern)
            except re.error as problem:
                raise ValueError(f"instead: {pattern!r} is no pattern: {problem}") from problem


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an endpoint's documentation says of one row, in its ``words``, found at ``cite``.

    ``declared`` are the deviations it admits in what it supports. Without ``support`` in the file
    it is the profile's ``default`` (the loader puts it there).
    """

    support: Support = "supported"  # left out, the profile's `default` holds
    words: str = ""  # what the documentation says; needed unless supported
    cite: Url | None = None  # the page that says it; needed unless supported
    declared: tuple[Declared, ...] = ()  # answers that differ from S3's, as it admits

    def __post_init__(self) -> None:
        if self.support != "supported" and not (self.words and self.cite):
            raise ValueError(
                f'support = "{self.support}" needs words (what the documentation says) and cite '
                "(the URL of the page that says it)"
            )

    def declarations(self, check: str) -> tuple[Declared, ...]:
        """What is declared of the check with this name (its function's), or of the whole row."""
        return tuple(one for one in self.declared if one.check in (None, check))


class Says(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sentence of the documentation that checks can confirm or contradict.

    ``shown_by`` are ids of checks, patterns allowed; ``holds`` says which outcome of them confirms
    the words: that they pass, or that they fail (where the words tell of a limit). ``clients``
    limits it to these.
    """

    words: Words  # the sentence
    cite: Url  # the page it is on
    shown_by: Annotated[
        tuple[Words, ...], msgspec.Meta(min_length=1)
    ]  # the checks that test it: ids, or patterns
    holds: Literal["pass", "fail"] = "pass"  # the outcome of them that confirms the sentence
    clients: tuple[
        ClientName, ...
    ] = ()  # only their outcomes through these clients; left out, through all


class TableColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A column of the documentation's own table, and the clients that measure it."""

    title: Words  # the title of the column in the documentation
    clients: tuple[ClientName, ...]  # the clients that measure this column


class TableRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of the documentation's own table: which rows of the matrix measure it, and its cells.

    ``says`` is a cell's Markdown for each column. ``-`` and ``—`` say nothing, and what begins with
    "Not supported" says that it is not.
    """

    api: Words  # the name of the row in the documentation
    rows: tuple[Slug, ...]  # ids of the rows of the matrix that measure this row of the table
    says: tuple[Words, ...]  # the Markdown of each cell, one for each column


class PageTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table in an endpoint's documentation, to be shown again with what was measured."""

    cite: Url  # the page it is on
    first: Words = "API"  # the title of the column that names the rows
    columns: tuple[TableColumn, ...]  # from left to right
    rows: tuple[TableRow, ...]  # from top to bottom

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.says) != len(self.columns):
                raise ValueError(f"{row.api}: says needs a cell for each of the columns")


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one endpoint's own documentation claims, row by row.

    A row without a claim of its own is claimed as ``default`` says. ``clients`` are those its
    documentation speaks of: a run tries them where it names none itself. ``declared`` are the
    deviations that any check may see. ``says`` and ``table`` are what the page says in its own
    form, for a report to set against what was measured. ``hosts`` are further hosts that answer
    for the endpoint (AIStore's targets), as ``host:port``: requests may be sent there. ``{host}``
    is the endpoint's own host, ``*`` any port.
    """

    name: ProfileName  # small letters, digits, hyphens, and dots of a version
    title: Words  # what a report shows
    source: Url  # the page that the claims are of
    dated: Date | None = None  # the day the page gives for itself, or on which it was read
    default: Support = "supported"  # of each row that has no claim of its own
    clients: tuple[ClientName, ...] = ()  # tried where a run names none; without it the usual ones
    claims: dict[Slug, Claim] = {}  # row: what is claimed of it
    declared: tuple[Declared, ...] = ()  # answers that differ from S3's, in any row
    says: tuple[Says, ...] = ()  # sentences that checks confirm or contradict
    table: PageTable | None = None  # the documentation's own table, for `report --documented`
    hosts: tuple[HostPort, ...] = ()
    """Further host:port that answer for the endpoint; `{host}` is its own host, `*` any port."""

    def __post_init__(self) -> None:
        if any(one.check is not None for one in self.declared):
            raise ValueError("declared: what is of one check is declared under its row's claim")

    def declarations(self, row_id: str, check: str) -> tuple[Declared, ...]:
        """What is declared of a check (its function's name) of this row, the nearest first."""
        return (*self.claim(row_id).declarations(check), *self.declared)

    def claim(self, row_id: str) -> Claim:
        """The claim for this row, the default one where the profile does not mention it."""
        if row_id in self.claims:
            return self.claims[row_id]
        words = "" if self.default == "supported" else "not mentioned"
        return Claim(support=self.default, words=words, cite=self.source)
