"""Text an endpoint sent, made safe to show: nothing invisible stays invisible, no markup survives.

Every format goes through these few functions for whatever did not come from this project.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_SHOWN_AS_THEY_ARE = "\n\t"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PICTURES = 0x2400  # the Unicode block with a picture for each C0 control
_DELETE = "\x7f"
_ASCII_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>:@/&])")


def visible(text: str) -> str:
    """``text`` with each control, format and bidirectional character replaced by a visible one.

    Line feed and tab stay. C0 controls become their Unicode pictures (ESC is ``␛``); what else
    cannot be seen, or changes the order of what can, becomes its code point (``⟨U+202E⟩``).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character in _SHOWN_AS_THEY_ARE:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    if character == _DELETE:
        return "␡"
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    if noncharacter or unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return f"⟨U+{code:04X}⟩"
    return character


def visible_line(text: str) -> str:
    """Like ``visible``, with line feeds and tabs visible too: a header cannot pose as two."""
    return visible(text).replace("\n", "␊").replace("\t", "␉")


def one_line(text: str, limit: int = 300) -> str:
    """``text`` visible, on one line, at most ``limit`` characters and saying so when cut."""
    flat = " ".join(visible(text).split())
    return clipped(flat, limit)


def clipped(text: str, limit: int) -> str:
    """The first ``limit`` characters, with how many more there are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def safe_url(url: str) -> str | None:
    """``url`` if it is an absolute http or https URL a link may lead to, else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and bool(parts.netloc) and visible(url) == url
    return url if good and not any(c in url for c in " \t\n<>\"'`|\\") else None


def xml_text(text: str) -> str:
    """``text`` with every character that XML 1.0 forbids made visible; markup is the writer's.

    https://www.w3.org/TR/xml/#charsets
    """
    return visible(text)


def markdown_text(text: str) -> str:
    """``text`` as Markdown that renders as exactly these characters, on one line."""
    escaped = _ASCII_PUNCTUATION.sub(r"\\\1", one_line(text))
    return escaped.replace("<", "&lt;")


def markdown_code(text: str) -> str:
    """``text`` as a Markdown code span that is safe in a table cell too.

    Nothing inside a code span is a link, a mention or HTML; only its fence and a table's pipe
    need care (https://github.github.com/gfm/#code-spans, #tables-extension-).
    """
    flat = one_line(text) or " "
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if flat.startswith("`") or flat.endswith("`") else ""
    # A backslash before a pipe would escape our escape: GFM unescapes only "\|" in a table.
    return f"{fence}{padding}{flat.replace('|', chr(92) + '|')}{padding}{fence}"
