"""The options of `s3compat run`, and what they say of the selection and the processes."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path

from conformance.run.plan import Selection
from conformance.run.sharding import ShardError, parse
from s3compat.places import log_path
from server_ref.commands.options import OptionParser, at_least


def parser() -> argparse.ArgumentParser:
    """The options of `s3compat run`."""
    made = OptionParser(
        prog="s3compat run",
        description="Test an S3 server through real clients, and write a report. Without "
        "--endpoint, --endpoints or --server it tests the reference server, which is started for "
        "the run.",
        epilog="Credentials come from the environment (AWS_ACCESS_KEY_ID, …), an AWS profile or "
        "a file, never from the command line.",
    )
    where = made.add_argument_group("which server")
    add = where.add_argument
    add(
        "--endpoint",
        metavar="URL",
        help="the server to test; it may have a path: http://host:8080/s3",
    )
    add(
        "--endpoints",
        metavar="FILE",
        type=Path,
        help="several servers in one report: TOML with an [[endpoint]] table each",
    )
    add("--server", action="append", default=[], metavar="NAME,…", help="install these "
        "servers on this machine, start them, test them, stop them; `s3compat servers` lists "
        "them")  # fmt: skip
    add("--server-version", action="append", default=[], metavar="VERSION", help="the version "
        "to install for --server; if --server names several: NAME=VERSION")  # fmt: skip
    add(
        "--profile",
        default=None,
        metavar="NAME",
        help="what the server's documentation says: a TOML file of yours, or the name of a profile "
        "that comes with s3compat, such as aistore. If the server differs from S3 exactly as "
        "documented, that is no failure (default: aws, which is all of Amazon S3)",
    )
    add("--label", default="", help="the server's name in the report (default: its host)")
    add("--region", default=None, help="region to sign requests for (default: us-east-1)")
    add("--addressing", default="path", choices=["path", "virtual"], help="http://host/bucket/key "
        "or http://bucket.host/key (default: path)")  # fmt: skip
    add("--ca-bundle", metavar="FILE", help="PEM file to verify TLS with")
    add("--insecure", action="store_true", help="do not verify TLS certificates")
    add("--aws-profile", metavar="NAME", help="take the credentials of this profile of ~/.aws")
    add(
        "--credentials",
        "--credentials-file",
        metavar="FILE",
        help="take the credentials of this file, in the form of ~/.aws/credentials",
    )
    add(
        "--credentials-env",
        metavar="PREFIX",
        help="take the credentials from the variables PREFIX + ACCESS_KEY_ID, …",
    )
    add(
        "--other-credentials",
        metavar="NAME",
        help="credentials of a second account, for checks of what one account may do to another: "
        "env:PREFIX_, profile:NAME or file:PATH#SECTION",
    )
    add("--anonymous", action="store_true", help="send unsigned requests")
    add(
        "--session",
        action="store_true",
        help="test the reference server with temporary credentials",
    )
    add("--deviation", action="append", default=[], metavar="NAME", help="a fault of the "
        "reference server (`s3compat serve --list-deviations` has them); repeatable")  # fmt: skip
    add("--feature", action="append", default=[], metavar="NAME", help="with --profile aistore and "
        "no endpoint: a feature of the cluster, such as S3-Reverse-Proxy; repeatable")  # fmt: skip
    what = made.add_argument_group("what to try")
    add = what.add_argument
    add(
        "--clients",
        action="append",
        default=[],
        metavar="NAME,…",
        help="only these clients, "
        "or a set of them: usual (the default), sdks, tools, all; `s3compat clients` lists them",
    )
    add("--rows", action="append", default=[], metavar="GLOB,…", help="only these rows or groups "
        "of rows: get-object, 'get-*', Objects; `s3compat matrix` lists both")  # fmt: skip
    add("--check", action="append", default=[], metavar="ID", help="only this check or outcome, "
        "by its id in the report; repeatable")  # fmt: skip
    add("--checks", action="append", default=[], metavar="PATH", help="checks and rows of your "
        "own, beside ours: a folder, or a package's dotted name; repeatable")  # fmt: skip
    add("--skip", action="append", default=[], metavar="ID", help="leave out a check or outcome, "
        "such as one that kills the endpoint; repeatable")  # fmt: skip
    add("--level", default="all", choices=["must", "should", "all"], help="must: only checks "
        "that common programs depend on; should: also those that many programs depend on "
        "(default: all)")  # fmt: skip
    add(
        "--large",
        action="store_true",
        help="also run the rows that need very many requests or bytes (without it they run only "
        "if --rows or --check names them)",
    )
    add(
        "--sample",
        type=at_least(1),
        default=0,
        metavar="N",
        help="choose N checks at random, and run only those",
    )
    add(
        "--budget-requests",
        type=at_least(1),
        default=0,
        metavar="N",
        help="choose checks at random until they come to about N requests",
    )
    add(
        "--seed",
        type=at_least(0),
        default=secrets.randbelow(1_000_000),
        metavar="S",
        help="the same seed chooses the same checks (default: a new one, named in the report)",
    )
    add(
        "--shard",
        default="",
        metavar="K/N",
        help="run only the Kth of N equal parts of "
        "the checks, for example on N machines; `s3compat merge` makes one run log of the parts",
    )
    add(
        "--shard-by",
        action="append",
        default=[],
        type=Path,
        metavar="RUNLOG",
        help="balance the "
        "shards by the times in this run log or folder of a run; give every shard the same one",
    )
    add(
        "--shards-of",
        default="",
        metavar="NAME",
        help="a name for the run that the shards "
        "belong to, such as the number of the CI job; give every shard the same one",
    )
    add("--reference-seconds", type=at_least(0), default=40, metavar="N", help="if checks "
        "failed, send the same requests to the reference server, for at most N seconds in all: "
        "the report then shows its answers, which are S3's (default: 40; 0: off)")  # fmt: skip
    add("--keep", action="store_true", help="do not remove the buckets, so that the "
        "report's curl lines can be sent again; `s3compat clean` removes them")  # fmt: skip
    add(
        "--list",
        action="store_true",
        help="print the id of each outcome that the run would have; send nothing",
    )
    add(
        "--dry-run",
        action="store_true",
        help="print what the run would do, how long it would take and what it would cost; send "
        "nothing",
    )
    how = made.add_argument_group("how to run")
    add = how.add_argument
    add(
        "--shuffle",
        type=at_least(0),
        nargs="?",
        const=secrets.randbelow(1_000_000),
        default=None,
        metavar="SEED",
        help="run the checks in a random order; the same seed gives the same order (without "
        "SEED: a new one, named in the report)",
    )
    add("--workers", type=at_least(0), default=None, metavar="N", help="processes that test at the "
        "same time (default: one for each core; 0: only this one, quick to start, which is the "
        "default for a few outcomes)")  # fmt: skip
    add("--restart-command", default="", metavar="COMMAND", help="a shell command that starts "
        "your server again; used when it accepts no more connections")  # fmt: skip
    add(
        "--cli",
        default="warm",
        choices=["warm", "subprocess"],
        help="how to run CLI clients that are written in Python. warm: in one process (fast); "
        "subprocess: a new process for each call (default: warm)",
    )
    add(
        "--strict",
        action="store_true",
        help="checks fail on differences of wording, too: error messages, extra members of an "
        "error, another 4xx. Always on for the reference server, except with --profile",
    )
    add(
        "--generation",
        default="",
        metavar="LABEL",
        help="a name for the versions of the clients in this run, such as before-checksums; "
        "reports show it above the run's columns. It is only a name: install the clients first",
    )
    add("--out", metavar="DIR", help="folder for log and report (default: s3compat-out/<run id>)")
    add("--no-report", action="store_true", help="write the run log, and no report")
    return made


def selection(options: argparse.Namespace) -> Selection:
    """What of the checks is asked for."""
    return Selection(
        rows=words(options.rows),
        checks=tuple(options.check),
        clients=words(options.clients),
        skipped=tuple(options.skip),
        level=options.level,
        large=options.large,
        sample=options.sample,
        budget=options.budget_requests,
        seed=options.seed,
        share=parse(options.shard, options.shards_of),
    )


def duration_logs(options: argparse.Namespace) -> tuple[Path, ...]:
    """The run logs that shards are balanced by. Raises ShardError for one that is not there."""
    logs = tuple(log_path(path).absolute() for path in options.shard_by)
    for log in logs:
        if not log.is_file():
            raise ShardError(f"--shard-by {log}: no such run log; without one they go by number")
    return logs


def words(given: list[str]) -> tuple[str, ...]:
    """The words of an option that is repeatable and takes several with commas between."""
    return tuple(word.strip() for part in given for word in part.split(",") if word.strip())


FEW = 8  # outcomes that are done before other processes have started


def workers(options: argparse.Namespace, outcomes: int) -> int:
    """How many processes for so many outcomes; 0 is this one."""
    if options.workers is not None:
        return int(options.workers)
    return 0 if outcomes <= FEW else os.cpu_count() or 1
