"""XML documents from clients, read into plain elements: no entities, no DTD, bounded.

Nothing is believed: a document type declaration, more depth, elements, attributes or namespaces
than any S3 request has, a tag without end, and anything not well-formed is MalformedXML. The parser
gets a piece at a time, so other requests are served meanwhile, and what is refused costs no more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from server_ref.errors import S3Error

MAX_DEPTH = 32
MAX_ELEMENTS = 130_000  # 10,000 parts, each with number, ETag and every checksum
MAX_ATTRIBUTES = 10_000  # of the whole document; a grant has two, and a list has 100 of them
MAX_NAMESPACES = 1_000  # declarations in the whole document
MAX_TAG = 64 * 1024  # bytes of one tag
_PIECE = 32 * 1024  # bytes


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
    elements = attributes_seen = namespaces = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements, attributes_seen
        elements += 1
        attributes_seen += len(attributes)
        if len(stack) > MAX_DEPTH or elements > MAX_ELEMENTS or attributes_seen > MAX_ATTRIBUTES:
            raise _Refused
        element = Element(name.rpartition(" ")[2])
        if attributes:
            element.attributes = {n.rpartition(" ")[2]: v for n, v in attributes.items()}
        stack[-1].children.append(element)
        stack.append(element)

    def namespace(_prefix: str | None, _uri: str | None) -> None:
        nonlocal namespaces
        namespaces += 1
        if namespaces > MAX_NAMESPACES:
            raise _Refused

    def end(_name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def refuse(*_: object) -> NoReturn:
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartNamespaceDeclHandler = namespace
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        for at in range(0, len(data), _PIECE):
            parser.Parse(data[at : at + _PIECE], False)
            if at + _PIECE - max(parser.CurrentByteIndex, 0) > MAX_TAG:
                raise _Refused
        parser.Parse(b"", True)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        raise S3Error("MalformedXML") from None
    return top.children[0]
