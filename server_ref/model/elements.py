"""The inside of XML elements, written from members: one by one, or many of a kind by columns.

What the elements are called, and in which order they come, is said by whoever fills a Structure.
A list of structures with the same members is written column by column, so that a page of 1,000
objects costs little more than joining its text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from server_ref.context import Members
from server_ref.model import values
from server_ref.model.rows import Rows

Write = Callable[[Any], str]  # a value to the inside of its element
Column = Callable[[Sequence[Any]], Sequence[str]]  # many values at once


@dataclass(frozen=True, slots=True)
class Part:
    """One member inside a structure: what stands before and after, and how it is written."""

    open: str
    close: str
    write: Write
    column: Column


def part(opening: str, closing: str, write: Write) -> Part:
    """A member between these two texts; many at once are written by the quickest way there is."""
    if write is values.xml_text:
        return Part(opening, closing, write, values.xml_texts)
    if write is str:
        return Part(opening, closing, write, lambda items: list(map(str, items)))

    def column(items: Sequence[Any]) -> list[str]:
        texts: list[str] = []
        last: object = _NOTHING
        text = ""
        for item in items:  # neighbours are often the same: an owner, a storage class, a second
            if item != last:
                text, last = write(item), item
            texts.append(text)
        return texts

    return Part(opening, closing, write, column)


_NOTHING = object()


class Structure:
    """Writes the inside of an element; one form for each set of members it has met."""

    __slots__ = ("_forms", "attribute", "parts")

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.attribute: tuple[str, str] | None = None
        self._forms: dict[tuple[str, ...], Callable[[Members], str]] = {}

    def write(self, value: Members) -> str:
        """All members, each in its element; a member that is None is not there."""
        if None in value.values():
            value = {name: item for name, item in value.items() if item is not None}
        names = tuple(value)
        form = self._forms.get(names)
        if form is None:
            form = self._form(names)
            if len(self._forms) < 256:  # a bound; a structure is met in a few forms
                self._forms[names] = form
        return form(value)

    def element(self, wire: str, value: Members) -> str:
        """The whole element, with its attribute if it has one."""
        attribute = ""
        if self.attribute is not None and value.get(self.attribute[0]) is not None:
            attribute = f'{self.attribute[1]}{values.xml_text(value[self.attribute[0]])}"'
        return f"<{wire}{attribute}>{self.write(value)}</{wire}>"

    def elements(self, wire: str, items: list[Members] | Rows) -> str:
        """Many elements; column by column where they all have the same members."""
        count = len(items)
        if isinstance(items, Rows) and items.columns and self.attribute is None:
            given = items.columns
            present = [(part, given[name]) for name, part in self.parts.items() if name in given]
            return _interleaved(f"<{wire}>", f"</{wire}>", present, count)
        if count > 1 and self.attribute is None and items[0]:
            names = items[0].keys()
            if sum(map(len, items)) == count * len(names):
                try:
                    columns = [
                        (part, [item[name] for item in items])
                        for name, part in self.parts.items()
                        if name in names
                    ]
                except KeyError:  # the same number of members, but not the same
                    columns = []
                if columns and not any(None in column for _, column in columns):
                    return _interleaved(f"<{wire}>", f"</{wire}>", columns, count)
        return "".join([self.element(wire, item) for item in items])

    def _form(self, names: tuple[str, ...]) -> Callable[[Members], str]:
        present = [name for name in self.parts if name in names]
        parts = [self.parts[name] for name in present]
        template = "".join(f"{part.open}%s{part.close}" for part in parts)
        writers = tuple(part.write for part in parts)
        if not present:
            return lambda _value: ""
        if len(present) == 1:
            name, write = present[0], writers[0]
            return lambda value: template % write(value[name])
        pick = itemgetter(*present)
        return lambda value: (
            template
            % tuple([write(item) for write, item in zip(writers, pick(value), strict=True)])
        )


def _interleaved(
    opening: str, closing: str, columns: Sequence[tuple[Part, Sequence[Any]]], count: int
) -> str:
    """``count`` elements from the columns of their members, in one join."""
    gaps: list[str] = []  # the text before each column that varies
    varied: list[Sequence[str]] = []
    between = opening
    for part, column in columns:
        first = column[0]
        between += part.open
        if first == column[-1] and column.count(first) == count:  # as a storage class often is
            between += part.write(first) + part.close
            continue
        gaps.append(between)
        varied.append(part.column(column))
        between = part.close
    end = between + closing
    if not varied:
        return end * count
    width = 2 * len(varied)
    pieces = [end + gaps[0]] * (count * width + 1)
    pieces[0], pieces[-1] = gaps[0], end
    for number, (gap, texts) in enumerate(zip(gaps, varied, strict=True)):
        if number:
            pieces[2 * number :: width] = [gap] * count
        pieces[2 * number + 1 :: width] = texts
    return "".join(pieces)
