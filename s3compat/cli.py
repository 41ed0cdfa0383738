"""The `s3compat` command: finds the subcommand's module, hands over the words, returns its code.

A subcommand is one module of ``s3compat.commands`` with ``main(argv) -> int``; only the chosen
one is imported, so that `serve` is not slowed by what `run` needs.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

import s3compat.commands
from conformance.model.printable import printable
from conformance.model.verdict import ExitCode

HELP_WORDS = ("-h", "--help", "help")
JUDGING = ("clean", "compare", "gate", "prove", "run")  # 0 and 1 of these are verdicts


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit code, 0 to 4 as ``ExitCode`` has them.

    Where the reader of the output goes away first, a command that judges comes to no verdict
    (4), and of the others nothing more was wanted (0).
    """
    words = list(sys.argv[1:] if argv is None else argv)
    unread = ExitCode.HARNESS if words[:1] and words[0] in JUDGING else ExitCode.GOOD
    try:
        code = _run(words)
    except BrokenPipeError:
        return _nobody_reads(unread)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # as rich ends where it cannot print
            return _nobody_reads(unread)
        raise
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # it came to its end, and to its code
        return _nobody_reads(code)
    return code


def _nobody_reads(code: int) -> int:
    """End with this code; what is left in the buffer goes nowhere, and says nothing of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(words: list[str]) -> int:
    names = command_names()
    if not words or words[0] in HELP_WORDS:
        print(overview(names))
        return ExitCode.GOOD if words else ExitCode.USAGE
    if words[0] in ("-V", "--version"):
        from importlib.metadata import version

        print(f"s3compat {version('s3compat')}")
        return ExitCode.GOOD
    if words[0] not in names:
        from matrix.names import unknown

        print(f"s3compat: {unknown('command', words[0], names)}", file=sys.stderr)
        return ExitCode.USAGE
    module = importlib.import_module(f"s3compat.commands.{words[0]}")
    try:
        code: int = module.main(words[1:])
    except KeyboardInterrupt:
        print("s3compat: interrupted", file=sys.stderr)
        return ExitCode.HARNESS
    except RecursionError:
        print(
            "s3compat: a file that was given is nested too deeply, so s3compat did not read it",
            file=sys.stderr,
        )
        return ExitCode.USAGE
    except BrokenPipeError:
        raise
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        what = problem.strerror or str(problem)
        print(printable(f"s3compat {words[0]}: {where}{what}; nothing was judged"), file=sys.stderr)
        return ExitCode.HARNESS
    return code


def command_names() -> list[str]:
    """The subcommands there are."""
    return [module.name for module in pkgutil.iter_modules(s3compat.commands.__path__)]


def overview(names: Sequence[str]) -> str:
    """What the command can do: each subcommand with the first sentence of its module."""
    lines = ["usage: s3compat COMMAND [options]", "", "commands:"]
    for name in names:
        module = importlib.import_module(f"s3compat.commands.{name}")
        sentence = (module.__doc__ or "").strip().splitlines()[0]
        lines.append(f"  {name:<8} {sentence.partition(': ')[2]}")
    lines += [
        "",
        "`s3compat run --endpoint URL` tests your server. `s3compat run` tests the reference",
        "server. `s3compat COMMAND --help` shows the options of a command.",
        "",
        "exit codes of run: 0 no scored check failed or was blocked, 1 a scored check failed or",
        "was blocked (could not be set up), 2 wrong options or files, 3 nothing was judged,",
        "4 the endpoint cannot be reached, the run broke off, or s3compat itself failed",
    ]
    return "\n".join(lines)
