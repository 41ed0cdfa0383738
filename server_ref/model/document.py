"""XML documents from clients, read into plain elements: no entities, no DTD, bounded.

Nothing is believed: a document type declaration, more depth or elements than any S3 request has,
and anything not well-formed is MalformedXML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from server_ref.errors import S3Error

MAX_DEPTH = 32
MAX_ELEMENTS = 200_000  # 10,000 parts with every checksum stay well below


@dataclass(slots=True)
class Element:
    """``name`` and attribute names are without their namespace."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""


class _Refused(Exception):  # noqa: N818 - internal: ends the parse
    """The document holds something this server does not read."""


def read(data: bytes) -> Element:
    """The root of the document ``data``. Raises S3Error MalformedXML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    top = Element("")
    stack = [top]
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > MAX_DEPTH or count > MAX_ELEMENTS:
            raise _Refused
        element = Element(name.rpartition(" ")[2])
        if attributes:
            element.attributes = {n.rpartition(" ")[2]: v for n, v in attributes.items()}
        stack[-1].children.append(element)
        stack.append(element)

    def end(_name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def refuse(*_: object) -> NoReturn:
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        raise S3Error("MalformedXML") from None
    return top.children[0]
