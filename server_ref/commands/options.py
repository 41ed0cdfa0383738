"""The options of a command; a wrong one is answered with one sentence and the nearest right one.

argparse prints the usage first, which is twenty lines for some commands, and guesses at nothing.
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

USAGE = 2  # the exit code of all commands for what was typed wrongly


class OptionParser(argparse.ArgumentParser):
    """argparse's parser, whose errors are a sentence; what it reads is the same."""

    def parse_args(  # type: ignore[override]  # argparse's overloads take a namespace of any type
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        """As argparse. Ends the program with 2 where a word is no option or one too many."""
        found, more = self.parse_known_args(args, namespace)
        if more:
            self.error(self._not_known(more[0]))
        return found

    def error(self, message: str) -> NoReturn:
        """End the program with 2; the last sentence is where the options are said."""
        joint = "" if message.endswith("?") else ";"
        self.exit(USAGE, f"{self.prog}: {message}{joint} `{self.prog} --help` shows the options\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """As argparse, for a value that is one of several words; names the nearest of them."""
        if action.choices is None or value in action.choices:
            return
        words = [str(one) for one in action.choices]
        near = difflib.get_close_matches(str(value), words, n=1)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        raise argparse.ArgumentError(
            action,
            f"expected one of {', '.join(words)}, and not {value!r}{guess}",
        )

    def _not_known(self, word: str) -> str:
        if not word.startswith("-"):
            return f"{word!r} is one word too many; a value with blanks wants quotes"
        option = word.partition("=")[0]
        near = difflib.get_close_matches(option, self._options(), n=1)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        return f"there is no option {option!r}{guess}"

    def _options(self) -> list[str]:
        """The names of all options, also of the commands below this one."""
        names = list(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                names += [name for below in action.choices.values() for name in below._options()]
        return names


def at_least(least: int) -> Callable[[str], int]:
    """The type of an option that takes a whole number, ``least`` or more."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"expected a whole number, {least} or more, and not {text!r}"
            )
        return int(text)

    return number
