"""The command: replays a folder's scenarios and prints what differs."""

from __future__ import annotations

import argparse
import sys
import tomllib
import traceback
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from tests.server.recorded.replay.scenarios import read
from tests.server.recorded.replay.sending import Difference, replay

_EXPLAINED = Path(__file__).with_name("explained.toml")


def main(argv: Sequence[str] | None = None) -> int:
    """Prints what differs; 0 if all of it is explained, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m tests.server.recorded.replay")
    parser.add_argument("folder", type=Path, help="answers, and requests/ below it")
    parser.add_argument("--scenario", default="*", help="names of scenarios, a pattern")
    options = parser.parse_args(argv)
    known = tomllib.loads(_EXPLAINED.read_text("utf-8"))["explained"]
    counts = dict.fromkeys(("scenarios", "agree", "steps", "explained", "differ", "untold"), 0)
    failed = []
    for scenario in read(options.folder):
        if not _fits(scenario.name, options.scenario):
            continue
        counts["scenarios"] += 1
        counts["steps"] += sum(step.answer is not None for step in scenario.steps)
        counts["untold"] += len(scenario.untold)
        try:
            found = replay(scenario)
        except Exception:  # noqa: BLE001 - the others are replayed all the same
            failed.append(scenario.name)
            traceback.print_exc()
            continue
        counts["agree"] += not found
        for one in found:
            why = _why(one, known)
            counts["explained" if why else "differ"] += 1
            _show(one, why)
    print(
        "{scenarios} scenarios, {steps} steps compared; {agree} scenarios agree in all of them.\n"
        "{differ} steps differ, and {explained} more for a known reason.\n"
        "{untold} recorded steps have no request, and were not replayed.".format(**counts)
    )
    for name in failed:
        print(f"not replayed: {name}")
    return 1 if counts["differ"] or failed or not counts["steps"] else 0


def _show(one: Difference, why: str) -> None:
    print(f"{one.scenario} {one.step}\n    {one.request}")
    for line in one.lines:
        print(f"    {line}")
    if why:
        print(f"    known: {why}")
    sys.stdout.flush()


def _why(one: Difference, known: list[dict[str, str]]) -> str:
    return next(
        (
            each["why"]
            for each in known
            if _fits(one.scenario, each["scenario"]) and _fits(one.step, each["step"])
        ),
        "",
    )


def _fits(name: str, pattern: str) -> bool:
    """Whether the pattern is the name's; brackets stand for themselves."""
    return fnmatchcase(name.replace("[", "("), pattern.replace("[", "("))


if __name__ == "__main__":
    sys.exit(main())
