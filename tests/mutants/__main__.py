"""Draw small bugs at random, run the tests of each one's own folder against it, and report.

    python -m tests.mutants --seed 7 --count 40

Everything happens in a copy of the working tree. A bug is killed by a test that fails with it and
passes without it, or by a file of tests that cannot be loaded with it and passes without it; it has
survived where all tests of its folder pass. Where they did not come to their end in the time limit,
it is undecided: on a busy machine give more `--seconds`.
The checks and the deviations are not drawn: `s3compat prove` holds them against each other.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Change, changes

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("matrix", "conformance", "server_ref", "reports", "s3compat")
HELD_BY_PROOFS = ("conformance/checks", "server_ref/deviations")
FOLDERS = (  # the first that fits: modules, the tests that hold them
    ("server_ref/aistore", ("tests/server/aistore",)),
    ("server_ref", ("tests/server",)),
    ("conformance/clients", ("tests/clients", "tests/conformance")),
    ("conformance/evidence", ("tests/evidence", "tests/clients")),
    ("conformance/trial/own_checks", ("tests/own_checks", "tests/conformance")),
    ("conformance", ("tests/conformance",)),
    ("reports", ("tests/reports",)),
    ("matrix", ("tests/matrix",)),
    ("s3compat/servers", ("tests/servers",)),
    ("s3compat/reference", ("tests/reference",)),
    ("s3compat/files", ("tests/reference", "tests/docs")),
    ("s3compat", ("tests/conformance", "tests/servers", "tests/reports")),
)
PASSED, FAILED, NO_TESTS = 0, 1, 5  # pytest's exit codes
NOT_LOADED = (2, 4)  # a file of tests, or a conftest.py, could not be imported


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str  # its path in the repository
    change: Change

    @property
    def area(self) -> str:
        """The package, and in the suite and the server the room."""
        parts = Path(self.module).parts
        inside = parts[1] if parts[0] in ("conformance", "server_ref") else ""
        return f"{parts[0]}/{inside}".rstrip("/")


def drawn(tree: Path, seed: int, count: int, under: str = "") -> list[Mutant]:
    """``count`` mutants of modules below ``under``; the same seed and tree give the same ones."""
    every = [
        Mutant(name, change)
        for package in PACKAGES
        for path in sorted((tree / package).rglob("*.py"))
        if (name := path.relative_to(tree).as_posix()).startswith(under)
        and not name.startswith(HELD_BY_PROOFS)
        for change in changes(path.read_text("utf-8"))
    ]
    return random.Random(seed).sample(every, min(count, len(every)))


@functools.cache
def _tests_of(tree: Path) -> dict[Path, str]:
    """Every test file of a tree, with its text; a bug is put into modules only."""
    return {path: path.read_text("utf-8") for path in sorted((tree / "tests").rglob("test_*.py"))}


def _dotted(module: str) -> str:
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def files_for(tree: Path, module: str) -> list[Path]:
    """The test files of a module's folder, and those elsewhere that name the module itself."""
    folders = next(tests for start, tests in FOLDERS if module.startswith(start))
    dotted = _dotted(module)
    imported = re.compile(rf"\b(?:from|import) {re.escape(dotted)}\b(?!\.)")
    return [
        path
        for path, text in _tests_of(tree).items()
        if any((tree / folder) in path.parents for folder in folders)
        or (dotted in text and imported.search(text))
    ]


def holding(tree: Path, module: str) -> list[str]:
    """The names of these files; those that speak of the module most come first."""
    stem = Path(module).stem
    words = [word for word in (stem, *stem.split("_")) if len(word) > 3]
    dotted = _dotted(module)
    files = files_for(tree, module)

    def nearness(path: Path) -> float:
        text = _tests_of(tree)[path]
        named = sum(len(re.findall(re.escape(word), path.stem)) for word in words)
        return 3 * (dotted in text) + 3 * named + sum(10 * text.count(w) for w in words) / len(text)

    files.sort(key=nearness, reverse=True)
    return [path.relative_to(tree).as_posix() for path in files]


def copied(folder: Path) -> None:
    """The working tree, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        timeout=60,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (REPOSITORY / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, target)


def run_tests(tree: Path, tests: list[str], seconds: float) -> tuple[int | None, str]:
    """pytest's exit code (None: out of time) and the test that failed first."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "not slow and not browser", "--timeout", "60", *tests]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("CI", None)
    with tempfile.TemporaryFile("w+") as said:  # no pipe: what is left of a test may keep it open
        process = subprocess.Popen(
            command,
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None, ""
        said.seek(0)
        output = said.read()
    failed = re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", output, re.MULTILINE)
    return process.returncode, failed[0] if failed else ""


def verdict(tree: Path, mutant: Mutant, seconds: float, nearest: int = 0) -> tuple[str, str]:
    """killed, survived, undecided or unsound (its test fails without it, too), and by what.

    With ``nearest`` only so many test files are run: what passes them is undecided.
    """
    tests = holding(tree, mutant.module)
    path = tree / mutant.module
    source = path.read_text("utf-8")
    path.write_text(mutant.change.apply(source), "utf-8")
    try:
        code, failed = run_tests(tree, tests[: nearest or None], seconds)
    finally:
        path.write_text(source, "utf-8")
    if code in (PASSED, NO_TESTS) and 0 < nearest < len(tests):
        return "undecided", f"the {nearest} test files that speak of it most pass"
    if code in (PASSED, NO_TESTS):
        return "survived", "all tests of the folder pass"
    if code is None:
        return "undecided", f"no test failed in {seconds:.0f} s, and they were not at their end"
    if code in NOT_LOADED:
        failed = failed or tests[0]
    elif code != FAILED or not failed:
        return "unsound", f"pytest ended with {code}"
    again, _ = run_tests(tree, [failed], seconds)
    return ("killed" if again == PASSED else "unsound"), failed


def main() -> int:
    """Exit code 1 where less than nine in ten are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="the same seed draws the same bugs")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--under", default="", metavar="PATH", help="only modules below this path")
    parser.add_argument(
        "--part", default="1/1", metavar="N/M", help="every M-th bug, from the N-th"
    )
    parser.add_argument(
        "--nearest", type=int, default=0, metavar="N", help="only the N test files that fit best"
    )
    parser.add_argument("--seconds", type=float, default=240, help="time limit of one bug")
    parser.add_argument("--list", action="store_true", help="only say which bugs they are")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    tally: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder)
        copied(tree)  # whatever happens to the working tree meanwhile
        every = drawn(tree, options.seed, options.count, options.under)
        mutants = list(enumerate(every, start=1))[part - 1 :: parts]
        for number, mutant in mutants:
            place = f"{number:>3} {mutant.module}:{mutant.change.line}  {mutant.change}"
            if options.list:
                print(place)
                continue
            started = time.monotonic()
            found, by = verdict(tree, mutant, options.seconds, options.nearest)
            tally[mutant.area, found] += 1
            took = time.monotonic() - started
            print(f"{found:<9} {place}\n         {took:.0f} s, {by}", flush=True)
    for area in sorted({area for area, _ in tally}):
        counts = ", ".join(f"{n} {what}" for (a, what), n in sorted(tally.items()) if a == area)
        print(f"{area:<28} {counts}")
    killed = sum(number for (_, found), number in tally.items() if found == "killed")
    if not options.list:
        print(f"seed {options.seed}: {killed} of {len(mutants)} killed")
    return 0 if options.list or killed >= 0.9 * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
