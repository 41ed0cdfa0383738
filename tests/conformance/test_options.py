"""The options of every command: their defaults as the help has them, and the least of numbers."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

from s3compat import commands


def options(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.Action]]:
    """Each option of a command and of its own commands, by ``command --option``."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from options(below, f"{name} {word}")
        elif action.option_strings:
            yield f"{name} {action.option_strings[0]}", action


OPTIONS = {
    place: action
    for _, name, _ in pkgutil.iter_modules(commands.__path__)
    for place, action in options(
        importlib.import_module(f"s3compat.commands.{name}").parser(), name
    )
}
SAID = {
    place: found[1]
    for place, action in OPTIONS.items()
    if action.default not in (None, "")
    and (found := re.search(r"\(default: ([^),;]*(?:,\d{3})*)", action.help or ""))
    and not found[1].startswith(("%", "a new one"))
}
# The least that each number may be.
LEAST = {
    "run --sample": 1,
    "run --budget-requests": 1,
    "run --seed": 0,
    "run --reference-seconds": 0,
    "run --shuffle": 0,
    "run --workers": 0,
    "report --reference-seconds": 0,
    "history query --rows": 1,
    "presign --expires": 0,
    "prove --workers": 1,
    "serve --targets": 1,
}


def test_the_options_are_found() -> None:
    assert {"presign --expires", "history query --rows", "run --level"} <= set(SAID)


@pytest.mark.parametrize("place", SAID)
def test_a_default_is_the_one_that_the_help_says(place: str) -> None:
    assert str(OPTIONS[place].default) == SAID[place].replace(",", "")


def test_every_number_has_its_least() -> None:
    bounded = {
        place
        for place, action in OPTIONS.items()
        if getattr(action.type, "__qualname__", "").startswith("at_least.")
    }
    assert bounded == set(LEAST)


@pytest.mark.parametrize(("place", "least"), LEAST.items())
def test_a_number_is_not_below_its_least(place: str, least: int) -> None:
    made = OPTIONS[place].type
    assert callable(made)
    assert made(str(least)) == least
    with pytest.raises(argparse.ArgumentTypeError):
        made(str(least - 1))
