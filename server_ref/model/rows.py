"""A list of structures kept as columns, which is how long lists come from and are written.

To whoever looks into it, it is the list of dicts it stands for, and from then on nothing else.
"""

from __future__ import annotations

from collections import UserList
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from server_ref.context import Members

Columns = dict[str, Sequence[Any]]  # member -> its value in each row; none is None


class Rows(UserList[Members]):  # noqa: PLW1641 - a list has no hash either
    """``columns`` are None once somebody has looked at a row, and may have changed it."""

    def __init__(self, rows: Columns | Iterable[Members]) -> None:
        """At least one column, all of one length; or dicts, as of a part of another list."""
        self.columns: Columns | None = None
        if isinstance(rows, dict):
            self.columns = rows
            self._count = len(next(iter(rows.values())))
        else:
            self._data = list(rows)

    @property
    def data(self) -> list[Members]:
        """The rows as dicts."""
        if self.columns is not None:
            names = tuple(self.columns)
            rows = zip(*self.columns.values(), strict=True)
            self._data = [dict(zip(names, row, strict=True)) for row in rows]
            self.columns = None
        return self._data

    @data.setter
    def data(self, data: list[Members]) -> None:
        self.columns = None
        self._data = data

    def __len__(self) -> int:
        return self._count if self.columns is not None else len(self._data)

    def __iter__(self) -> Iterator[Members]:
        return iter(self.data)

    def __eq__(self, other: object) -> bool:
        return other is not None and super().__eq__(other)  # asked of each member of an answer
