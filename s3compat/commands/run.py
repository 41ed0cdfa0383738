"""run: test an S3 server through real clients, and write a report."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

import matrix
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.endpoint.target import Target, TargetError
from conformance.model import RunLog, judge
from conformance.model.counting import counted
from conformance.model.runlog import RunLogError
from conformance.model.verdict import ExitCode
from conformance.roster import client_classes, named, usual_clients, versions, why_missing
from conformance.run.journal import new_run_id
from conformance.run.plan import Plan, SelectionError, UnknownNameError, make_plan
from conformance.run.progress import Progress
from conformance.run.runner import Run, RunError, execute
from conformance.run.sharding import ShardError, durations
from conformance.trial.check import (
    discover,
    hold_rows_to_checks,
    hold_to_checks,
    hold_to_clients,
)
from conformance.trial.own_checks import OwnChecksError, include
from s3compat.commands.report import write_reports
from s3compat.places import JOURNAL, PlaceError, discard_empty, point_latest_to, run_folder
from s3compat.running import arguments, endpoints
from s3compat.running.answers import ask, outcomes_to_ask
from s3compat.running.telling import (
    announcement,
    expected_time,
    near,
    outcomes,
    plan_table,
    tell,
    tell_together,
)
from s3compat.servers.installing import ServerError
from s3compat.servers.targets import is_known_server, serving, to_do

EXIT_CODES = {
    0: "no scored check failed or was blocked",
    1: "a scored check failed or was blocked (could not be set up)",
    2: "an option, a name, a file or a credential is wrong or missing",
    3: "nothing was judged: no check was chosen, or every outcome is client cannot or not tried",
    4: "the endpoint cannot be reached, the run broke off, or s3compat itself failed",
}

REPORT = "report.html"


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    return arguments.parser()


def main(argv: Sequence[str]) -> int:
    """Run it; 0 to 4 as ``ExitCode`` has them, the worst of several endpoints."""
    options = parser().parse_args(argv)
    console = Console(highlight=False)
    try:
        options.own = tuple(include(path) for path in options.checks)
        loaded = matrix.load_matrix()
        hold_rows_to_checks(loaded.rows, discover())
        with endpoints.targets(options) as targets:
            seconds = _seconds(options)
            for profile in (matrix.load_profile(target.profile) for target in targets):
                hold_to_checks(profile, discover())
                hold_to_clients(profile, discover(), client_classes())
            plans = [_plan(options, loaded, target.profile, seconds) for target in targets]
            for target in targets:
                target.check()
            if options.list:
                for planned in dict.fromkeys(planned.id for plan in plans for planned in plan):
                    print(planned)
                return ExitCode.GOOD
            together = list(zip(targets, plans, strict=True))
            return _run_all(options, console, loaded, together, seconds)
    except (
        endpoints.UsageError,
        PlaceError,
        TargetError,
        CredentialsError,
        RunLogError,
        ShardError,
        UnknownNameError,
        OwnChecksError,
        matrix.MatrixError,
    ) as problem:
        _complain(problem)
        return ExitCode.USAGE
    except SelectionError as problem:
        _complain(problem)
        return ExitCode.NOTHING_RAN
    except RunError as problem:
        _complain(problem)
        return ExitCode.HARNESS


def _seconds(options: argparse.Namespace) -> Mapping[str, float]:
    """What outcomes took before, read once for all endpoints; only shards go by it."""
    return durations(arguments.duration_logs(options)) if options.shard else {}


def _plan(
    options: argparse.Namespace,
    loaded: matrix.Matrix,
    profile: str,
    seconds: Mapping[str, float],
) -> Plan:
    claimed = matrix.load_profile(profile)
    selection = arguments.selection(options)
    selection = dataclasses.replace(selection, clients=named(selection.clients, claimed))
    usual = usual_clients(claimed)
    installed = versions(list(selection.clients or usual))
    return make_plan(discover(), loaded, installed, client_classes(), selection, usual, seconds)


def _run_all(
    options: argparse.Namespace,
    console: Console,
    loaded: matrix.Matrix,
    planned: list[tuple[Target, Plan]],
    seconds: Mapping[str, float],
) -> int:
    for name in dict.fromkeys(name for _, plan in planned for name in plan.skipped_clients):
        console.print(
            f"The client {name} is left out: {why_missing(name)}", style="yellow", soft_wrap=True
        )
    if options.sample or options.budget_requests:
        console.print(
            f"The checks are chosen at random with --seed {options.seed}; the same seed chooses "
            "the same checks"
        )
    if options.shuffle is not None:
        console.print(
            f"The checks run in the random order of --shuffle {options.shuffle}; the same seed "
            "gives the same order again"
        )
    for _, plan in planned:
        if plan.shard is not None:
            console.print(
                f"This run is shard {plan.shard.number} of {plan.shard.of}: {len(plan)} of "
                f"{plan.shard.planned} outcomes; `s3compat merge` makes one run of the shards"
            )
    if options.dry_run:
        for target, plan in planned:
            if is_known_server(target):
                console.print(to_do(target), markup=False, soft_wrap=True)
            console.print(
                announcement(
                    target,
                    plan,
                    arguments.workers(options, len(plan)),
                    "s3compat-<run id>-",
                    keep=options.keep,
                )
            )
            console.print(plan_table(plan, loaded))
        return ExitCode.GOOD
    several = [target for target, _ in planned if not is_known_server(target)]
    _hold_credentials(several, in_a_file=options.endpoints is not None)
    silent = _that_cannot_be_tried(several) if len(several) > 1 else []
    run_id = new_run_id()
    run_ids = chain([run_id], iter(new_run_id, ""))
    folder = run_folder(run_id, options.out)
    logs: list[RunLog] = []
    codes = [ExitCode.HARNESS for _ in silent]
    for number, (target, plan) in enumerate(planned, start=1):
        if target in silent:
            continue
        place = folder if len(planned) == 1 else folder / f"{number}-{_file_name(target)}"
        try:
            with serving(target, place, _teller(console)) as one:
                code, log = _run_one(
                    options,
                    console,
                    loaded,
                    one,
                    plan,
                    place,
                    next(run_ids),
                    seconds,
                    goes=is_known_server(target),
                )
        except ServerError as problem:  # the others go on
            _complain(problem)
            code, log = ExitCode.HARNESS, None
        codes.append(code)
        if log is not None:
            logs.append(log)
            if not options.out:
                point_latest_to(folder)
        if log is not None and log.footer is not None and log.footer.ended_by == "interrupted":
            break
    if len(logs) > 1:
        tell_together(console, logs)
    if logs and not options.no_report:
        written = write_reports(logs, folder)
        shown = next((path for path in written if path.name == REPORT), written[0])
        console.print(f"report   {near(shown)}", soft_wrap=True)
    if not logs:
        discard_empty(folder)
    return _worst(codes)


def _hold_credentials(targets: Sequence[Target], *, in_a_file: bool) -> None:
    """Raise CredentialsError, with the endpoint's name, before the first of several is tried."""
    for target in targets:
        try:
            target.endpoint()
        except CredentialsError as problem:
            if not in_a_file:
                raise
            raise CredentialsError(
                f"{target.label or target.url}: {problem} (in the endpoints file: aws_profile, "
                "credentials_file, anonymous)"
            ) from problem


def _that_cannot_be_tried(targets: Sequence[Target]) -> list[Target]:
    """Those of several endpoints that give no answer of an S3, said before the first is tried.

    The others go on: of a fleet one is often away.
    """
    without = []
    for target in targets:
        try:
            smoke_test(target.endpoint())
        except SmokeError as problem:
            name = target.label or target.url
            said = str(problem) if name in str(problem) else f"{name}: {problem}"
            _complain(SmokeError(f"{said}. It is left out of this run"))
            without.append(target)
    return without


def _teller(console: Console) -> Callable[[str], None]:
    """Says one sentence after another."""
    return lambda text: console.print(text, markup=False, soft_wrap=True)


def _run_one(
    options: argparse.Namespace,
    console: Console,
    loaded: matrix.Matrix,
    target: Target,
    plan: Plan,
    folder: Path,
    run_id: str,
    seconds: Mapping[str, float],
    *,
    goes: bool,
) -> tuple[ExitCode, RunLog | None]:
    """One endpoint, from the look at it to its table; its exit code and log.

    ``goes``: its server was started for this run and ends with it.
    """
    ours = target.credentials_env == endpoints.REFERENCE_VARIABLES
    try:
        endpoint = target.endpoint()
        notes = smoke_test(endpoint)
    except SmokeError as problem:
        _complain(problem)
        return ExitCode.HARNESS, None
    for note in notes:
        console.print(f"note: {note}", style="yellow", soft_wrap=True)
    if not ours:
        text = announcement(
            target,
            plan,
            arguments.workers(options, len(plan)),
            f"s3compat-{run_id}-",
            keep=options.keep,
        )
        console.print(text, soft_wrap=True)
        if not goes:
            console.print(
                f"If the run is killed, this removes its buckets: "
                f"s3compat clean {near(folder / JOURNAL)}",
                soft_wrap=True,
            )
    else:
        console.print(
            f"Tests the reference server, started at {target.url} for this run: "
            f"{outcomes(len(plan))} (one for each check and client); "
            f"{expected_time(plan, arguments.workers(options, len(plan)))}",
            soft_wrap=True,
        )
    titles = {row.id: row.title for row in loaded.rows.values()}
    progress = Progress(console, titles)
    started = time.monotonic()
    progress.starting()
    try:
        log = execute(
            Run(
                target=target,
                run_id=run_id,
                folder=folder,
                selection=dataclasses.replace(
                    arguments.selection(options),
                    clients=plan.undivided_clients if options.clients else (),
                ),
                workers=arguments.workers(options, len(plan)),
                cli=options.cli,
                strict=options.strict or (ours and target.profile == "aws"),
                ephemeral=ours,
                restart_command=options.restart_command,
                shuffled=options.shuffle,
                keep=options.keep,
                own_checks=options.own,
                again=endpoints.again(options, target),
                seconds=seconds,
            ),
            progress,
        )
    finally:
        progress.stop()
    took = time.monotonic() - started
    tell(console, titles, endpoint, target.profile, log, took, goes=goes or ours)
    if not ours or options.deviation:  # else it was the reference server that answered
        _ask_reference(options, console, log)
    return judge(log).exit_code, log


def _ask_reference(options: argparse.Namespace, console: Console, log: RunLog) -> None:
    """Get S3's own answers to what failed, for the report, where they are wanted."""
    outcomes = outcomes_to_ask(log)
    interrupted = log.footer is not None and log.footer.ended_by == "interrupted"
    if not outcomes or interrupted or not options.reference_seconds or options.no_report:
        return
    asked = {outcome.partition("[")[0] for outcome in outcomes}
    shown = len(asked) - len({one.check for one in judge(log).failures})
    number = counted(len(outcomes), "check")
    only = f" ({shown} of them only shown, ○)" if shown else ""
    console.print(
        "Asking the reference server the same, so that the report shows S3's own answers: the "
        f"{number} that failed{only}, for at most {options.reference_seconds} s in all "
        "(--reference-seconds)",
        soft_wrap=True,
    )
    if not ask(log, outcomes, options.checks, options.reference_seconds):
        console.print(
            f"No check ended within {options.reference_seconds} s, so the report is made without "
            "S3's own answers. To make the report again with them: "
            f"s3compat report {near(log.path)} --reference-seconds 120",
            soft_wrap=True,
        )


def _file_name(target: Target) -> str:
    name = target.label or urlsplit(target.url).netloc
    return "".join(char if char.isalnum() or char in "-." else "-" for char in name)


def _worst(codes: list[ExitCode]) -> ExitCode:
    order = (ExitCode.HARNESS, ExitCode.NOT_CONFORMING, ExitCode.NOTHING_RAN, ExitCode.GOOD)
    return next(code for code in order if code in codes)


def _complain(problem: Exception) -> None:
    print(f"s3compat run: {problem}", file=sys.stderr)
