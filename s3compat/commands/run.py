"""run: try an S3 endpoint (or the reference server), through every client, into a report."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from rich.console import Console

import matrix
from conformance.endpoint import credentials
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.endpoint.target import Target, TargetError, read_targets
from conformance.model import Result, RunLog, judge
from conformance.model.verdict import ExitCode
from conformance.roster import client_classes, named, usual_clients, versions, why_missing
from conformance.run.journal import new_run_id
from conformance.run.plan import Plan, Selection, SelectionError, make_plan
from conformance.run.progress import Progress
from conformance.run.runner import Run, RunError, execute
from conformance.run.table import STYLES, outcome_table, print_whole
from conformance.trial.check import discover, hold_to_checks
from reports.statements import statements
from s3compat.commands.report import write_reports
from s3compat.places import JOURNAL, PlaceError, run_folder

REFERENCE = "reference server"
REFERENCE_VARIABLES = "S3COMPAT_REFERENCE_"
OTHER_VARIABLES = "S3COMPAT_OTHER_"  # of the reference server's second account
REPORT = "report.html"


class UsageError(ValueError):
    """Options that do not go together; the message says which."""


def main(argv: Sequence[str]) -> int:
    """Run it; 0 to 4 as ``ExitCode`` has them, the worst of several endpoints."""
    options = _parser().parse_args(argv)
    console = Console(highlight=False)
    try:
        loaded = matrix.load_matrix()
        with _targets(options) as targets:
            plans = [_plan(options, loaded, target.profile) for target in targets]
            for target in targets:
                hold_to_checks(matrix.load_profile(target.profile), discover())
                target.check()
            if options.list:
                for planned in dict.fromkeys(planned.id for plan in plans for planned in plan):
                    print(planned)
                return ExitCode.GOOD
            return _run_all(options, console, loaded, list(zip(targets, plans, strict=True)))
    except SelectionError as problem:
        _complain(problem)
        return ExitCode.NOTHING_RAN
    except (UsageError, PlaceError, TargetError, CredentialsError, matrix.MatrixError) as problem:
        _complain(problem)
        return ExitCode.USAGE
    except RunError as problem:
        _complain(problem)
        return ExitCode.HARNESS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="s3compat run",
        description="Try an S3 endpoint through real clients. Without --endpoint or --endpoints "
        "it is the reference server, started for the run.",
        epilog="Credentials come from the environment (AWS_ACCESS_KEY_ID, …), an AWS profile or "
        "a file, never from the command line.",
    )
    where = parser.add_argument_group("the endpoint")
    add = where.add_argument
    add("--endpoint", metavar="URL", help="the S3 to try; it may have a path: http://host:8080/s3")
    add("--endpoints", metavar="FILE", type=Path, help="TOML with [[endpoint]] tables, one report")
    add("--profile", default=None, metavar="NAME", help="what it claims: aws, aistore, a TOML file")
    add("--label", default="", help="its name in the report (default: its host)")
    add("--region", default=None, help="region requests are signed for (default: us-east-1)")
    add("--addressing", default="path", choices=["path", "virtual"])
    add("--ca-bundle", metavar="FILE", help="PEM file to verify TLS with")
    add("--insecure", action="store_true", help="do not verify TLS certificates")
    add("--aws-profile", metavar="NAME", help="credentials of this AWS profile")
    add(
        "--credentials",
        "--credentials-file",
        metavar="FILE",
        help="credentials in the form of ~/.aws/credentials",
    )
    add("--credentials-env", metavar="PREFIX", help="credentials from PREFIX + ACCESS_KEY_ID, …")
    add(
        "--other-credentials",
        metavar="NAME",
        help="those of a second account, for checks between accounts: env:PREFIX_, profile:NAME "
        "or file:PATH#SECTION",
    )
    add("--anonymous", action="store_true", help="send unsigned requests")
    add("--deviation", action="append", default=[], metavar="NAME", help="a deliberate fault of "
        "the reference server; repeatable")  # fmt: skip
    add("--feature", action="append", default=[], metavar="NAME", help="with --profile aistore and "
        "no endpoint: a feature of the cluster, such as S3-Reverse-Proxy; repeatable")  # fmt: skip
    what = parser.add_argument_group("what to try")
    add = what.add_argument
    add("--clients", action="append", default=[], metavar="NAME,…", help="only these clients, "
        "or usual, sdks, tools, all (`s3compat clients` lists them)")  # fmt: skip
    add("--rows", action="append", default=[], metavar="GLOB,…", help="only rows like these")
    add("--check", action="append", default=[], metavar="ID", help="a check's or an outcome's id, "
        "as the report shows it; repeatable")  # fmt: skip
    add("--list", action="store_true", help="print the id of each outcome to come, and end")
    add("--dry-run", action="store_true", help="say what would be done, and end")
    how = parser.add_argument_group("how")
    add = how.add_argument
    add("--workers", type=_count, default=None, metavar="N", help="processes (default: all cores; "
        "0: this one)")  # fmt: skip
    add("--cli", default="warm", choices=["warm", "subprocess"], help="how CLI clients are started")
    add("--generation", default="", metavar="LABEL", help="sets runs apart in one report")
    add("--out", metavar="DIR", help="folder for log and report (default: s3compat-out/<run id>)")
    add("--no-report", action="store_true", help="only the run log")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("expected a number of processes, 0 or more")
    return number


@contextlib.contextmanager
def _targets(options: argparse.Namespace) -> Iterator[list[Target]]:
    """What to try; the reference server runs while the context lasts. Raises UsageError."""
    if options.endpoint and options.endpoints:
        raise UsageError("--endpoint and --endpoints exclude each other; give one of them")
    if options.endpoint or options.endpoints:
        if options.deviation or options.feature:
            raise UsageError(
                "--deviation and --feature are for the reference server; leave out the endpoint"
            )
        yield _given_targets(options)
        return
    with _reference(options) as target:
        yield [target]


def _given_targets(options: argparse.Namespace) -> list[Target]:
    given = {
        "region": options.region,
        "profile": options.profile,
        "generation": options.generation or None,
        "other_credentials": options.other_credentials
        and credentials.beside(options.other_credentials, Path.cwd()),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if options.endpoints:
        return [
            msgspec.structs.replace(target, **changes) for target in read_targets(options.endpoints)
        ]
    return [
        Target(
            url=options.endpoint,
            label=options.label,
            addressing=options.addressing,
            ca_bundle=options.ca_bundle,
            insecure=options.insecure,
            aws_profile=options.aws_profile,
            credentials_file=options.credentials,
            credentials_env=options.credentials_env,
            anonymous=options.anonymous,
            **changes,
        )
    ]


@contextlib.contextmanager
def _reference(options: argparse.Namespace) -> Iterator[Target]:
    """The reference server; keys of two accounts in variables that only this process and its
    workers see.
    """
    from server_ref.deviations import UnknownDeviation
    from server_ref.profiles import ProfileError, names
    from server_ref.server import S3Server

    if options.dry_run or options.list:
        yield Target(url="http://127.0.0.1", label=REFERENCE, profile=options.profile or "aws")
        return
    # claims of any name or path are measured; only some names are also a server's settings
    behaves_as = options.profile if options.profile in names() else "aws"
    label = REFERENCE if behaves_as == "aws" else f"{REFERENCE} as {behaves_as}"
    try:
        server = S3Server(
            profile=behaves_as,
            region=options.region,
            deviations=options.deviation,
            features=options.feature,
            durability="relaxed",  # what it stores is gone with the run
        )
    except (UnknownDeviation, ProfileError, ValueError) as problem:
        raise UsageError(str(problem)) from problem
    with server:
        keys = {
            f"{prefix}{name}": value
            for prefix, key in (
                (REFERENCE_VARIABLES, server.credentials[0]),
                (OTHER_VARIABLES, server.add_account()),
            )
            for name, value in (
                ("ACCESS_KEY_ID", key.access_key),
                ("SECRET_ACCESS_KEY", key.secret_key),
                ("ACCOUNT_ID", key.account.account_id),
            )
        }
        os.environ.update(keys)
        try:
            yield Target(
                url=_by_name(server.url) if options.addressing == "virtual" else server.url,
                label=options.label or label,
                region=server.region,
                addressing=options.addressing,
                profile=options.profile or "aws",
                credentials_env=REFERENCE_VARIABLES,
                other_credentials=f"env:{OTHER_VARIABLES}",
                generation=options.generation,
            )
        finally:
            for name in keys:
                del os.environ[name]


def _by_name(url: str) -> str:
    """The URL with localhost for the address: a bucket cannot be put before an IP address."""
    return url.replace("127.0.0.1", "localhost")


def _plan(options: argparse.Namespace, loaded: matrix.Matrix, profile: str) -> Plan:
    claimed = matrix.load_profile(profile)
    selection = _selection(options)
    selection = dataclasses.replace(selection, clients=named(selection.clients, claimed))
    usual = usual_clients(claimed)
    installed = versions(list(selection.clients or usual))
    return make_plan(discover(), loaded, installed, client_classes(), selection, usual)


def _selection(options: argparse.Namespace) -> Selection:
    return Selection(
        rows=_words(options.rows), checks=tuple(options.check), clients=_words(options.clients)
    )


def _words(given: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for part in given for word in part.split(",") if word.strip())


def _run_all(
    options: argparse.Namespace,
    console: Console,
    loaded: matrix.Matrix,
    planned: list[tuple[Target, Plan]],
) -> int:
    for name in dict.fromkeys(name for _, plan in planned for name in plan.skipped_clients):
        console.print(f"{name} is left out: {why_missing(name)}", style="yellow", soft_wrap=True)
    if options.dry_run:
        for target, plan in planned:
            console.print(_announcement(target, plan, _workers(options), "s3compat-<run id>-"))
            console.print(_plan_table(plan, loaded))
        return ExitCode.GOOD
    folder = run_folder(new_run_id(), options.out)
    logs: list[RunLog] = []
    codes: list[ExitCode] = []
    for number, (target, plan) in enumerate(planned, start=1):
        place = folder if len(planned) == 1 else folder / f"{number}-{_file_name(target)}"
        code, log = _run_one(options, console, loaded, target, plan, place)
        codes.append(code)
        if log is not None:
            logs.append(log)
        if log is not None and log.footer is not None and log.footer.ended_by == "interrupted":
            break
    if logs and not options.no_report:
        written = write_reports(logs, folder)
        shown = next((path for path in written if path.name == REPORT), written[0])
        console.print(f"report   {_near(shown)}", soft_wrap=True)
    return _worst(codes)


def _run_one(
    options: argparse.Namespace,
    console: Console,
    loaded: matrix.Matrix,
    target: Target,
    plan: Plan,
    folder: Path,
) -> tuple[ExitCode, RunLog | None]:
    """One endpoint, from the look at it to its table; its exit code and log."""
    run_id = new_run_id()
    ours = target.credentials_env == REFERENCE_VARIABLES
    try:
        endpoint = target.endpoint()
        notes = smoke_test(endpoint)
    except SmokeError as problem:
        _complain(problem)
        return ExitCode.HARNESS, None
    for note in notes:
        console.print(f"note: {note}", style="yellow", soft_wrap=True)
    if not ours:
        text = _announcement(target, plan, _workers(options), f"s3compat-{run_id}-")
        console.print(text, soft_wrap=True)
        console.print(
            f"if it is killed, `s3compat clean {_near(folder / JOURNAL)}` removes what is left",
            soft_wrap=True,
        )
    else:
        console.print(f"{len(plan)} outcomes on the reference server at {target.url}")
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
                    _selection(options), clients=plan.clients if options.clients else ()
                ),
                workers=_workers(options),
                cli=options.cli,
                ephemeral=ours,
            ),
            progress,
        )
    finally:
        progress.stop()
    _tell(console, titles, endpoint, target.profile, log, time.monotonic() - started)
    return judge(log).exit_code, log


def _tell(
    console: Console,
    titles: dict[str, str],
    endpoint: Endpoint,
    profile: str,
    log: RunLog,
    seconds: float,
) -> None:
    """The table, the counts, the verdict, and where things are."""
    verdict = judge(log)
    if verdict.losses:
        console.print(f" DATA LOSS on {endpoint.name} ", style=STYLES["lost"])
        by_check: dict[str, list[Result]] = {}
        for result in verdict.losses:
            by_check.setdefault(result.check, []).append(result)
        for check, results in by_check.items():
            clients = ", ".join(result.client for result in results)
            console.print(f"  {check} ({clients})", style="red", markup=False, soft_wrap=True)
            console.print(f"    {results[0].reason}", markup=False, soft_wrap=True)
    print_whole(console, outcome_table(titles, list(log.header.clients), log.results))
    counts = ", ".join(
        f"{number} {outcome.value.replace('_', ' ')}"
        for outcome, number in verdict.counts.items()
        if number
    )
    console.print(
        f"{endpoint.name}: {verdict.passed} of {verdict.claimed} claimed pass, "
        f"{verdict.untested} untested ({counts}) in {seconds:.0f} s",
        soft_wrap=True,
    )
    console.print(
        verdict.sentence,
        style="green" if verdict.exit_code is ExitCode.GOOD else "bold red",
        soft_wrap=True,
    )
    said = Counter(one.shown.value for one in statements(log, matrix.load_profile(profile)))
    if said:
        told = ", ".join(f"{number} {shown}" for shown, number in said.items())
        console.print(f"what its documentation says, sentence by sentence: {told}")
    if log.footer is not None and log.footer.leftovers:
        console.print("not removed:", style="yellow")
        for leftover in log.footer.leftovers:
            console.print(f"  {leftover}", soft_wrap=True)
        journal = _near(log.path.with_name(JOURNAL))
        console.print(f"`s3compat clean {journal}` tries again", soft_wrap=True)
    console.print(f"run log  {_near(log.path)}", soft_wrap=True)


def _announcement(target: Target, plan: Plan, workers: int, names: str) -> str:
    """What the run will do to the endpoint, before it does it."""
    requests, volume = plan.estimate()
    return (
        f"{target.label or target.url} ({target.url}, profile {target.profile}): {len(plan)} "
        f"outcomes through {', '.join(plan.clients)}; about {requests:,} requests and "
        f"{_size(volume)}, {max(1, workers)} at a time. Makes {max(1, workers)} shared buckets "
        f"and, one after another, about {plan.buckets():,} more, all named {names}…, and removes "
        "them again; nothing else is touched."
    )


def _plan_table(plan: Plan, loaded: matrix.Matrix) -> str:
    rows = dict.fromkeys(planned.check.row for planned in plan)
    lines = []
    for row in rows:
        title = loaded.rows[row].title if row in loaded.rows else row
        number = sum(1 for planned in plan if planned.check.row == row)
        lines.append(f"{number:>5}  {row}: {title}")
    return "\n".join(lines)


def _size(number: int) -> str:
    if number < 10_000_000:
        return f"{number / 1e6:.1f} MB"
    return f"{number / 1e6:,.0f} MB"


def _workers(options: argparse.Namespace) -> int:
    return os.cpu_count() or 1 if options.workers is None else options.workers


def _file_name(target: Target) -> str:
    name = target.label or urlsplit(target.url).netloc
    return "".join(char if char.isalnum() or char in "-." else "-" for char in name)


def _near(path: Path) -> Path:
    """The path as seen from here, where it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _worst(codes: list[ExitCode]) -> ExitCode:
    order = (ExitCode.HARNESS, ExitCode.NOT_CONFORMING, ExitCode.NOTHING_RAN, ExitCode.GOOD)
    return next(code for code in order if code in codes)


def _complain(problem: Exception) -> None:
    print(f"s3compat run: {problem}", file=sys.stderr)
