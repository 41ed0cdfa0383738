"""Text an endpoint sent, made safe to show: nothing invisible stays invisible, no markup survives.

Every format goes through these few functions for whatever did not come from this project.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from conformance.model.counting import counted

_SHOWN_AS_THEY_ARE = "\n\t"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
# fmt: off - the names of the C0 controls, sixteen to two lines, in the order of their codes
_CONTROLS = (
    "NUL",
    "SOH",
    "STX",
    "ETX",
    "EOT",
    "ENQ",
    "ACK",
    "BEL",
    "BS",
    "HT",
    "LF",
    "VT",
    "FF",
    "CR",
    "SO",
    "SI",
    "DLE",
    "DC1",
    "DC2",
    "DC3",
    "DC4",
    "NAK",
    "SYN",
    "ETB",
    "CAN",
    "EM",
    "SUB",
    "ESC",
    "FS",
    "GS",
    "RS",
    "US",
)
# fmt: on
_DELETE = "\x7f"
_MARKDOWN_MARKUP = re.compile(r"[\\`*_\[\]<>|~&!#]|:(?=//)|(?<=www)\.")


def visible(text: str) -> str:
    """``text`` with each control, format and bidirectional character replaced by a visible one.

    Line feed and tab stay. C0 controls become their names (``⟨ESC⟩``); what else cannot be seen,
    or changes the order of what can, becomes its code point (``⟨U+202E⟩``).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character in _SHOWN_AS_THEY_ARE:
        return character
    code = ord(character)
    if code < 0x20:
        return f"⟨{_CONTROLS[code]}⟩"
    if character == _DELETE:
        return "⟨DEL⟩"
    if unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return f"⟨U+{code:04X}⟩"
    return character


def visible_line(text: str) -> str:
    """Like ``visible``, with line feeds and tabs visible too: a header cannot pose as two."""
    return visible(text).replace("\n", "⟨LF⟩").replace("\t", "⟨HT⟩")


def one_line(text: str, limit: int = 300) -> str:
    """``text`` visible, on one line, at most ``limit`` characters and saying so when cut."""
    flat = " ".join(visible(text).split())
    return clipped(flat, limit)


def clipped(text: str, limit: int) -> str:
    """The first ``limit`` characters, with how many more there are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({counted(len(text) - limit, 'more character')})"


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
    """``text`` as Markdown that renders as exactly these characters, on one line.

    For our own words; GitHub makes a mention of ``@name`` whatever is written before it, so what
    an endpoint sent goes into ``markdown_code``.
    """
    return _MARKDOWN_MARKUP.sub(r"\\\g<0>", one_line(text))


def markdown_code(text: str, *, in_table: bool = False) -> str:
    """``text`` as a Markdown code span.

    Nothing inside a code span is a link, a mention or HTML; only its fence, and in a table the
    pipe, need care (https://github.github.com/gfm/#code-spans, #tables-extension-).
    """
    flat = one_line(text) or " "
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if flat.startswith("`") or flat.endswith("`") else ""
    if in_table:
        flat = flat.replace("|", "\\|")
    return f"{fence}{padding}{flat}{padding}{fence}"
