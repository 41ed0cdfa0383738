"""An Atom feed of what changed (RFC 4287): an entry a run that has new failures or fixed some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from conformance.model.counting import counted
from reports.site.facts import Point, Turn
from reports.site.model import Endpoint
from reports.text import one_line

_ATOM = "http://www.w3.org/2005/Atom"
_MOST_LINES = 40  # of one entry
_EPOCH = "1970-01-01T00:00:00Z"


def feed(changes: Sequence[tuple[Endpoint, Point, list[Turn]]], base: str) -> str:
    """The feed. ``base`` is the site's URL with its last slash, or "" where it is not known."""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(root, "title", "S3 conformance: what changed")
    _add(root, "id", base or "urn:s3compat:site")
    _add(root, "updated", changes[0][1].started if changes else _EPOCH)
    _add(root, "link", rel="self", href=f"{base}feed.xml")
    _add(root, "link", rel="alternate", href=f"{base}index.html")
    author = _add(root, "author")
    _add(author, "name", "s3compat")
    for endpoint, point, turns in changes:
        entry = _add(root, "entry")
        _add(entry, "title", f"{one_line(endpoint.label, 120)}: {summary(turns)}")
        _add(entry, "id", f"urn:s3compat:run:{point.run}")
        _add(entry, "updated", point.started)
        _add(entry, "link", rel="alternate", href=f"{base}endpoint/{endpoint.slug}.html")
        lines = [
            f"{turn.kind}: {turn.check}[{turn.client}] {turn.before} → {turn.after} {turn.reason}"
            for turn in turns[:_MOST_LINES]
        ]
        if len(turns) > _MOST_LINES:
            lines.append(f"and {len(turns) - _MOST_LINES} more")
        _add(entry, "content", "\n".join(one_line(line, 300) for line in lines), type="text")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def summary(turns: Sequence[Turn]) -> str:
    """How much of it failed and was fixed, in words."""
    kinds = Counter(turn.kind for turn in turns)
    lost = sum(turn.lost for turn in turns)
    told = [f"data loss in {lost}"] if lost else []
    if kinds["failed"]:
        told.append(counted(kinds["failed"], "new failure"))
    for kind, words in (("fixed", "fixed"), ("changed", "changed otherwise")):
        if kinds[kind]:
            told.append(f"{kinds[kind]} {words}")
    return ", ".join(told)


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    made.text = text
    return made
