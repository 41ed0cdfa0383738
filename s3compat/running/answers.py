"""S3's own answers beside a run's failures: the same checks, run once on the reference server.

They are kept as a run log of their own, ``reference.jsonl`` beside that of the run. Every report
shows it where it is there, and does without it where it is not.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conformance.model import Outcome, RunLog
from conformance.model.causes import causes, most_harmful
from matrix import load_matrix
from reports.answers import FILE_NAME
from s3compat.places import RUN_LOG

GRACE = 5.0  # seconds to end in, once the time is over
QUICKEST = ("raw", "boto3")  # of the clients through which a check failed


def outcomes_to_ask(log: RunLog) -> list[str]:
    """One outcome of each failing check, the most harmful causes first."""
    chosen: dict[str, str] = {}
    failed = [result for result in log.results if result.outcome is Outcome.FAIL]
    found = most_harmful(causes(failed, load_matrix().group_of, log.results))
    ordered = [one for cause in found for one in cause.results]
    for result in [*ordered, *failed]:
        before = chosen.get(result.check)
        if before is None or _rank(result.client) < _rank(before):
            chosen[result.check] = result.client
    return [f"{check}[{client}]" for check, client in chosen.items()]


def ask(log: RunLog, outcomes: Sequence[str], own: Sequence[str], seconds: float) -> bool:
    """Run the outcomes on the reference server, ``seconds`` long at most; was any answer kept?

    ``own``: folders and packages of checks that are not ours. It is a process of its own, so that
    whatever becomes of it, this run is over and judged.
    """
    clients = dict.fromkeys(outcome.partition("[")[2].rstrip("]") for outcome in outcomes)
    with tempfile.TemporaryDirectory(prefix="s3compat-reference-") as folder:
        words = [*("run", "--no-report", "--reference-seconds", "0", "--out", folder)]
        words += ["--clients", ",".join(clients)]
        words += [word for path in own for word in ("--checks", path)]
        words += [word for outcome in outcomes for word in ("--check", outcome)]
        _bounded([sys.executable, "-m", "s3compat", *words], seconds)
        made = Path(folder) / RUN_LOG
        if not made.exists():
            return False
        shutil.move(made, log.path.with_name(FILE_NAME))
    return True


def _bounded(command: Sequence[str], seconds: float) -> None:
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that it can be ended with its workers
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()  # it closes its log
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def _rank(client: str) -> int:
    return QUICKEST.index(client) if client in QUICKEST else len(QUICKEST)
