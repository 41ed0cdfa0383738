"""The commands as Markdown: what each does, its options and exit codes, from its own parser."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator

from s3compat.cli import command_names


def commands() -> str:
    """All commands, in the order of their names."""
    return "\n".join(part for name in command_names() for part in _command(name))


def _command(name: str) -> Iterator[str]:
    module = importlib.import_module(f"s3compat.commands.{name}")
    yield f"## s3compat {name}\n"
    yield from _parser(module.parser())
    yield "Exit codes:\n"
    yield "| code | when |\n|---|---|"
    yield from (f"| {code} | {when} |" for code, when in module.EXIT_CODES.items())
    yield ""


def _parser(parser: argparse.ArgumentParser) -> Iterator[str]:
    if parser.description:
        yield f"{_text(parser, parser.description)}\n"
    actions = [one for one in parser._actions if not isinstance(one, argparse._HelpAction)]
    inner = [one for one in actions if isinstance(one, argparse._SubParsersAction)]
    shown = [one for one in actions if one not in inner and one.help is not argparse.SUPPRESS]
    if shown:
        yield "| option | meaning | default |\n|---|---|---|"
        for one in shown:
            yield f"| {_name(one)} | {_meaning(parser, one)} | {_default(one)} |"
        yield ""
    if parser.epilog:
        yield f"{_text(parser, parser.epilog)}\n"
    for one in inner:
        helps = {choice.dest: choice.help or "" for choice in one._choices_actions}
        for word, below in one.choices.items():
            yield f"### {parser.prog} {word}\n"
            if not below.description:
                said = helps.get(word, "")
                yield f"{said[:1].upper()}{said[1:]}.\n"
            yield from _parser(below)


def _name(action: argparse.Action) -> str:
    metavar = action.metavar
    if isinstance(metavar, tuple):
        metavar = " ".join(metavar)
    if action.choices is not None and metavar is None:
        metavar = "\\|".join(str(one) for one in action.choices)
    if not action.option_strings:
        optional = action.nargs in ("?", "*")
        word = metavar or action.dest.upper()
        return f"`{word}`" + (" (may be left out)" if optional else "")
    takes = action.nargs != 0
    value = f" {metavar or action.dest.upper()}" if takes else ""
    return ", ".join(f"`{one}{value}`" for one in action.option_strings)


def _meaning(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return _text(parser, action.help or "", action).replace("|", "\\|")


def _default(action: argparse.Action) -> str:
    """What is taken without the option; nothing where its help says it, or where it is made up."""
    default = action.default
    said = "default" in (action.help or "")
    if said or default in (None, False, "", [], argparse.SUPPRESS):
        return ""
    return f"`{default}`"


def _text(parser: argparse.ArgumentParser, text: str, action: argparse.Action | None = None) -> str:
    values = {"prog": parser.prog, **(vars(action) if action is not None else {})}
    return " ".join((text % values if action is not None else text).split())
