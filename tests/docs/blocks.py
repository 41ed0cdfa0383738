"""The code blocks of the documentation, and the commands that are named in its sentences."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
_FENCE = re.compile(r"(```+|~~~+)(.*)")
_MARK = re.compile(r"<!-- (.*?) -->")
_LIST = re.compile(r"\s*([-*+]|\d+[.)]|\[\^[^]]*\]:)\s")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ENDS = set("();<>|&")  # a command ends there


@dataclass(frozen=True)
class Block:
    """A code block; ``mark`` is the text of the comment right above it."""

    page: str  # from the top folder of the repository
    line: int
    language: str  # "": none; "indented": no fence
    mark: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """The blocks of a page, in their order."""
    return list(blocks_of(path.read_text("utf-8"), path.relative_to(REPOSITORY).as_posix()))


def blocks_of(text: str, page: str) -> Iterator[Block]:
    """The same of a text. Indented text after a paragraph that is no list is a block, too."""
    lines = text.splitlines()
    number, in_list = 0, False
    while number < len(lines):
        line, start = lines[number], number
        number += 1
        if fence := _FENCE.match(line.lstrip()):
            while number < len(lines) and lines[number].strip() != fence[1]:
                number += 1
            found = _MARK.fullmatch(lines[start - 1].strip()) if start else None
            mark = found[1] if found else ""
            body = "\n".join(lines[start + 1 : number]) + "\n"
            yield Block(page, start + 1, fence[2].strip(), mark, body)
            number += 1
        elif line.startswith("    ") and not in_list and (not start or not lines[start - 1]):
            while number < len(lines) and lines[number].startswith("    "):
                number += 1
            yield Block(page, start + 1, "indented", "", "\n".join(lines[start:number]))
        elif line and not line.startswith(" "):
            in_list = bool(_LIST.match(line))


def spans(text: str) -> Iterator[tuple[int, str]]:
    """The code spans of a text's sentences and tables, with their lines."""
    bare = re.sub(
        r"^(```+).*?^\1$", lambda found: "\n" * found[0].count("\n"), text, flags=re.M | re.S
    )
    for found in _SPAN.finditer(bare):
        yield bare.count("\n", 0, found.start()) + 1, " ".join(found[2].split())


def command_lines(script: str, names: tuple[str, ...]) -> Iterator[list[str]]:
    """The words of each command of these names in a shell script, the name without a folder."""
    for line in script.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if set(word) <= _ENDS:
                if words:
                    yield words
                words = []
            elif words or word.rpartition("/")[2] in names:
                words.append(word if words else word.rpartition("/")[2])
