"""The arguments of `s3compat serve`, and the variables it reads beside them.

What they mean to the server is said in `S3Server`.
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from server_ref import behaviours
from server_ref.clock import duration
from server_ref.commands.options import OptionParser, at_least
from server_ref.errors import S3Error
from server_ref.rules.names import check_bucket_name
from server_ref.server.contents import parse_seed

SECRET_VARIABLE = "S3COMPAT_SECRET_KEY"
MFA_VARIABLE = "S3COMPAT_MFA_DEVICES"  # SERIAL=SECRET, blanks between

LOOPBACK = "127.0.0.1"


def parser(prog: str = "s3compat serve") -> argparse.ArgumentParser:
    """The arguments of the command."""
    made = OptionParser(
        prog=prog,
        description="Run the reference S3 server until Ctrl-C.",
        epilog=f"The secret key is read from {SECRET_VARIABLE}, or made up and shown once; "
        "with --data it is kept there. `s3compat admin` adds accounts and sessions. "
        f"{MFA_VARIABLE} names virtual MFA devices (SERIAL=BASE32SECRET, blanks between them).",
    )
    add = made.add_argument
    add(
        "--host",
        default=LOOPBACK,
        help="address to listen on (default: %(default)s, this machine only)",
    )
    add("--port", type=_port, default=9000, help="port; 0: a free one (default: %(default)s)")
    add(
        "--data",
        metavar="DIR",
        type=Path,
        help="keep what is stored here (default: a temporary directory, removed at the end)",
    )
    add(
        "--bucket",
        action="append",
        default=[],
        type=_bucket,
        metavar="NAME",
        help="make this bucket at the start, where it is not there yet; repeatable",
    )
    add(
        "--seed",
        action="append",
        default=[],
        type=_seed,
        metavar="[BUCKET=]DIR",
        help="put the files below this folder into a bucket at the start: BUCKET, or one with the"
        " folder's own name; repeatable",
    )
    add("--access-key", metavar="ID", help="access key id (default: kept with --data, or made up)")
    add(
        "--region",
        action="append",
        help="region (default: us-east-1, or the behaviour's). Repeat it to serve several; the "
        "first is the home region",
    )
    add(
        "--behaviour",
        default="aws",
        metavar="NAME",
        help="whose behaviour to imitate: "
        + ", ".join(behaviours.names())
        + ", or a behaviour file of yours, TOML (default: %(default)s)",
    )
    # the name that it had first: scripts start a cluster with it
    add("--profile", dest="behaviour", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add(
        "--deviation",
        action="append",
        default=[],
        metavar="NAME",
        help="switch on this deliberate fault; repeatable",
    )
    add(
        "--list-deviations",
        nargs="?",
        const="",
        metavar="WORD",
        help="show the deliberate faults, or those with WORD in their name or words, and end",
    )
    add(
        "--anonymous",
        action="store_true",
        help="accept unsigned requests, as if the first account had signed them",
    )
    add(
        "--domain",
        default="",
        help="virtual-hosted buckets are <bucket>.DOMAIN, beside *.localhost and *.amazonaws.com",
    )
    add("--base-path", default="", metavar="/PATH", help="serve S3 below this path")
    add(
        "--targets",
        type=at_least(1),
        metavar="N",
        help="with --behaviour aistore: how many targets, each on a port of its own",
    )
    add(
        "--feature",
        action="append",
        default=[],
        metavar="NAME",
        help="with --behaviour aistore: a feature of the cluster, on from the start; repeatable",
    )
    add(
        "--upstream",
        default="",
        metavar="URL",
        help="with --behaviour aistore: the S3 server behind buckets of provider aws and behind "
        "presigned requests; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    add(
        "--tls",
        action="store_true",
        help="serve HTTPS, with --cert and --key, or with a certificate made at the start",
    )
    add("--cert", metavar="PEM", type=Path, help="certificate chain for --tls")
    add("--key", metavar="PEM", type=Path, help="private key for --tls (default: inside --cert)")
    add(
        "--durability",
        choices=("full", "relaxed"),
        help="relaxed: answer before the data is on disk, which is faster (default: full)",
    )
    add(
        "--kms-key",
        action="append",
        default=[],
        metavar="NAME",
        help="a KMS key, by id (a UUID) or alias/NAME; made if it does not exist; repeatable",
    )
    add(
        "--block-sse-c",
        action="store_true",
        help="buckets refuse SSE-C until it is switched on for them, as in S3 since April 2026",
    )
    add(
        "--keys-need-tls",
        action="store_true",
        help="refuse SSE-C and SSE-KMS over plain HTTP, as S3 does",
    )
    add(
        "--event-target",
        action="append",
        default=[],
        metavar="ARN=URL",
        help="send the events for this queue, topic or function to URL, by POST. ARN may be a "
        "pattern. {name} in URL stands for the last part of the ARN. Without URL the events are "
        "accepted and dropped. Repeatable",
    )
    add(
        "--restore-seconds",
        metavar="SECONDS",
        type=float,
        help="how long a Standard restore of an archived object takes, by the server's clock "
        "(default: 10)",
    )
    add(
        "--clock-offset",
        metavar="DURATION",
        type=_duration,
        help="set the server's clock this far ahead for lifecycle rules, retention and restored "
        "copies: 31d, 12h, 1d12h",
    )
    add(
        "--clock-file",
        metavar="FILE",
        type=Path,
        help="read the clock offset from this file, and again each time the file is written: "
        "`echo 31d > FILE` lets a month pass",
    )
    add(
        "--access-log-seconds",
        type=float,
        metavar="N",
        help="store a bucket's access log records as one object every N seconds"
        " (default: 10, or as the behaviour says)",
    )
    add(
        "--log",
        choices=("plain", "json", "off"),
        default="plain",
        help="request log on stderr (default: %(default)s)",
    )
    return made  # fmt: skip


def check_together(arguments: argparse.Namespace) -> None:
    """Raises ValueError for arguments that do not go together."""
    if (arguments.cert or arguments.key) and not arguments.tls:
        raise ValueError("--cert and --key need --tls")
    if arguments.key and not arguments.cert:
        raise ValueError("--key needs --cert")
    for option, file in (("--cert", arguments.cert), ("--key", arguments.key)):
        if file and not Path(file).is_file():
            raise ValueError(f"{option}: {file}: no such file")
    if arguments.targets and arguments.behaviour == "aws":
        raise ValueError("--targets is for --behaviour aistore: Amazon S3 has no targets")
    if arguments.clock_offset and arguments.clock_file:
        raise ValueError("--clock-offset and --clock-file say the same thing: give one of them")


def _bucket(text: str) -> str:
    try:
        check_bucket_name(text)
    except S3Error as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be a bucket's name: {error}") from error
    return text


def _seed(text: str) -> tuple[str, Path]:
    try:
        bucket, folder = parse_seed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return _bucket(bucket), folder


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, and not {text!r}")
    return int(text)


def _duration(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
