"""A document's console blocks, run in their order in one shell and compared with what they show.

```console
$ command that is run
line that it prints, … stands for any text
...                      any number of lines
[exit 1]                 how it ended, when that was not with 0
```
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 300  # seconds for all commands of a section
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(r"^<!-- (cluster|needs):(.*)-->$", re.MULTILINE)
_HEREDOC = re.compile(r"<<'(\w+)'")
_ANY_LINES = "..."


@dataclass(frozen=True)
class Command:
    """One command of a block, and the lines the document shows after it."""

    line: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of the document with a cluster of its own."""

    title: str
    commands: tuple[Command, ...]
    cluster: tuple[str, ...]  # words of `<!-- cluster: … -->`
    needs: tuple[str, ...]  # words of `<!-- needs: … -->`


@dataclass(frozen=True)
class Ran:
    """A command as it went."""

    command: Command
    output: str
    exit_code: int

    def difference(self, put_back: Mapping[str, str], *, numbers: bool = True) -> str | None:
        """What differs from what is shown; None: nothing. ``put_back``: actual → shown words.

        Without ``numbers`` a number stands for any number, and blanks for any number of blanks.
        """
        text = self.output
        for actual, shown in put_back.items():
            text = text.replace(actual, shown)
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        if self.exit_code:
            lines.append(f"[exit {self.exit_code}]")
        expected = [line.rstrip() for line in self.command.shown if line.strip()]
        if re.fullmatch(_pattern(expected, numbers), "".join(f"{line}\n" for line in lines)):
            return None
        return "\n".join(
            [f"$ {self.command.line}", "shown:", *expected, "printed:", *lines, "(end)"]
        )


def sections(text: str) -> list[Section]:
    """Each `##` section that has console blocks."""
    found = []
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]:
        said = {name: tuple(words.split()) for name, words in _DIRECTIVE.findall(part)}
        commands = [one for block in _BLOCK.findall(part) for one in _commands(block)]
        if commands:
            title = part.partition("\n")[0].removeprefix("## ")
            found.append(
                Section(title, tuple(commands), said.get("cluster", ()), said.get("needs", ()))
            )
    return found


def run(
    section: Section,
    folder: Path,
    environment: Mapping[str, str],
    replaced: Mapping[str, str],
) -> list[Ran]:
    """Run the commands one after another in one bash. ``replaced``: shown → actual words."""
    place = folder / ".console"
    place.mkdir()
    script = []
    for number, command in enumerate(section.commands):
        line = command.line
        for shown, actual in replaced.items():
            line = line.replace(shown, actual)
        ends = f">{place / str(number)}.out 2>&1 </dev/null; echo $? >{place / str(number)}.code"
        script.append(f"{{ {line}\n}} {ends}\n")
    (place / "script").write_text("".join(script), encoding="utf-8")
    subprocess.run(
        ["bash", str(place / "script")], cwd=folder, env=environment, timeout=TIMEOUT, check=False
    )
    return [
        Ran(
            command,
            (place / f"{number}.out").read_text("utf-8", "replace"),
            int((place / f"{number}.code").read_text()),
        )
        for number, command in enumerate(section.commands)
    ]


def _commands(block: str) -> Iterable[Command]:
    for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = piece.splitlines()
        end = 1
        while lines[end - 1].endswith("\\"):
            end += 1
        if heredoc := _HEREDOC.search(lines[end - 1]):
            end = lines.index(heredoc[1], end) + 1
        yield Command("\n".join(lines[:end]), tuple(lines[end:]))


def _pattern(shown: list[str], numbers: bool) -> str:
    pieces = []
    for line in shown:
        if line == _ANY_LINES:
            pieces.append(r"(?:[^\n]*\n)*")
        else:
            pieces.append("[^\n]*".join(_words(part, numbers) for part in line.split("…")) + "\n")
    return "".join(pieces)


def _words(text: str, numbers: bool) -> str:
    if numbers:
        return re.escape(text)
    return re.sub(r"(?:\\ )+", " +", re.sub(r"\d+", r"\\d+", re.escape(text)))
