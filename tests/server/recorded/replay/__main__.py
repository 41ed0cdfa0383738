"""The command: replays a folder's scenarios and prints what differs."""

from __future__ import annotations

import argparse
import sys
import traceback
from fnmatch import fnmatchcase
from pathlib import Path

from tests.server.recorded.replay.scenarios import read
from tests.server.recorded.replay.sending import replay


def main() -> int:
    """Prints a table of differences; 0 if there is none that is not explained."""
    parser = argparse.ArgumentParser(prog="python -m tests.server.recorded.replay")
    parser.add_argument("folder", type=Path, help="answers, and requests/ below it")
    parser.add_argument("--scenario", default="*", help="names of scenarios, a pattern")
    options = parser.parse_args()
    count = agree = steps = untold = 0
    failed = []
    for scenario in read(options.folder):
        if not fnmatchcase(scenario.name.replace("[", "("), options.scenario.replace("[", "(")):
            continue
        count += 1
        steps += sum(step.answer is not None for step in scenario.steps)
        untold += len(scenario.untold)
        try:
            found = replay(scenario)
        except Exception:  # noqa: BLE001 - the others are replayed all the same
            failed.append(scenario.name)
            traceback.print_exc()
            continue
        agree += not found
        for one in found:
            print(f"{one.scenario} {one.step}\n    {one.request}")
            for line in one.lines:
                print(f"    {line}")
        sys.stdout.flush()
    print(
        f"{count} scenarios, {steps} steps compared; {agree} scenarios agree in all of them.\n"
        f"{untold} recorded steps have no request."
    )
    for name in failed:
        print(f"not replayed: {name}")
    return 0 if agree == count else 1


if __name__ == "__main__":
    sys.exit(main())
