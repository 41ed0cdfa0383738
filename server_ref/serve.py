"""The command that serves until it is stopped: arguments in, an exit code out.

It prints what to export to use the server from the aws CLI, boto3 and s3cmd.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from server_ref import deviations, profiles, requestlog
from server_ref.accounts import AccountsError, AccountsFile
from server_ref.auth.credentials import (
    Credential,
    make_access_key,
    make_account,
    make_secret_key,
)
from server_ref.clock import Clock, FileClock, Now, duration
from server_ref.http.connection import Log
from server_ref.server import DEFAULT_ACCOUNT, S3Server
from server_ref.storage import StoreError

SECRET_VARIABLE = "S3COMPAT_SECRET_KEY"
MFA_VARIABLE = "S3COMPAT_MFA_DEVICES"  # SERIAL=SECRET, blanks between

LOOPBACK = "127.0.0.1"


def parser(prog: str = "s3compat serve") -> argparse.ArgumentParser:
    """The arguments of the command."""
    made = argparse.ArgumentParser(
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
    add("--port", type=_port, default=9000, help="0 takes a free one (default: %(default)s)")
    add(
        "--data",
        metavar="DIR",
        type=Path,
        help="keep what is stored here (default: a temporary directory, removed at the end)",
    )
    add("--access-key", metavar="ID", help="access key id (default: kept with --data, or made up)")
    add("--region", help="region requests are signed for (default: the profile's, us-east-1)")
    add(
        "--profile",
        default="aws",
        metavar="NAME",
        help="behave as this profile: "
        + ", ".join(profiles.names())
        + ", or a TOML file (default: %(default)s)",
    )
    add(
        "--deviation",
        action="append",
        default=[],
        metavar="NAME",
        help="add this deliberate fault; repeatable",
    )
    add("--list-deviations", action="store_true", help="show every deliberate fault and end")
    add("--anonymous", action="store_true", help="answer unsigned requests as the first account")
    add(
        "--domain",
        default="",
        help="virtual-hosted buckets are <bucket>.DOMAIN, beside *.localhost and *.amazonaws.com",
    )
    add("--base-path", default="", metavar="/PATH", help="serve S3 below this path")
    add(
        "--targets",
        type=int,
        metavar="N",
        help="with --profile aistore: how many targets, each on a port of its own",
    )
    add(
        "--feature",
        action="append",
        default=[],
        metavar="NAME",
        help="with --profile aistore: a feature of the cluster, on from the start; repeatable",
    )
    add(
        "--upstream",
        default="",
        metavar="URL",
        help="with --profile aistore: the S3 that buckets of Amazon's and presigned requests are "
        "at; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    add(
        "--tls",
        action="store_true",
        help="serve HTTPS, with --cert and --key or a certificate made up",
    )
    add("--cert", metavar="PEM", type=Path, help="certificate chain for --tls")
    add("--key", metavar="PEM", type=Path, help="private key for --tls (default: inside --cert)")
    add(
        "--durability",
        choices=("full", "relaxed"),
        help="relaxed answers before the disk has it (default: full)",
    )
    add(
        "--kms-key",
        action="append",
        default=[],
        metavar="NAME",
        help="have this KMS key: an id (a UUID) or alias/NAME; made where it is not; repeatable",
    )
    add(
        "--block-sse-c",
        action="store_true",
        help="buckets refuse SSE-C until they are told to take it, as S3's do since April 2026",
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
        help="events for this queue, topic or function are POSTed here; ARN may be a pattern,"
        " {name} in the URL is its last part, no URL takes and drops them; repeatable",
    )
    add(
        "--restore-seconds",
        metavar="SECONDS",
        type=float,
        help="how long a Standard restore of an archived object takes, by the clock (default: 10)",
    )
    add(
        "--clock-offset",
        metavar="DURATION",
        type=_duration,
        help="what is stored lives this much later: 31d, 12h, 1d12h; for lifecycle rules, "
        "retention and restored copies",
    )
    add(
        "--clock-file",
        metavar="FILE",
        type=Path,
        help="read the offset from this file, again whenever it is written: "
        "`echo 31d > FILE` lets a month pass",
    )
    add(
        "--access-log-seconds",
        type=float,
        metavar="N",
        help="how long a bucket's access log records are gathered into one object"
        " (default: the profile's, 10)",
    )
    add(
        "--log",
        choices=("plain", "json", "off"),
        default="plain",
        help="request log on stderr (default: %(default)s)",
    )
    return made  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM. 0: ended well; 2: bad arguments; 4: could not start."""
    arguments = parser().parse_args(argv)
    if arguments.list_deviations:
        _list_deviations()
        return 0
    if (arguments.cert or arguments.key) and not arguments.tls:
        return _refuse("--cert and --key need --tls")
    if arguments.key and not arguments.cert:
        return _refuse("--key needs --cert")
    if arguments.clock_offset and arguments.clock_file:
        return _refuse("--clock-offset and --clock-file say the same thing: give one of them")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    secret = os.environ.get(SECRET_VARIABLE)
    try:
        given = _given(arguments, secret)
        server = S3Server(
            arguments.host,
            arguments.port,
            data=arguments.data,
            accounts=given,
            region=arguments.region,
            deviations=arguments.deviation,
            profile=arguments.profile,
            anonymous=arguments.anonymous,
            tls=_tls(arguments),
            durability=arguments.durability,
            domain=arguments.domain,
            base_path=arguments.base_path,
            event_targets=arguments.event_target,
            access_log_seconds=arguments.access_log_seconds,
            restore_seconds=arguments.restore_seconds,
            mfa_devices=os.environ.get(MFA_VARIABLE, "").split(),
            targets=arguments.targets,
            features=arguments.feature,
            upstream=arguments.upstream,
            upstream_credential=_upstream_credential() if arguments.upstream else None,
            kms_keys=arguments.kms_key,
            keys_over_http=not arguments.keys_need_tls,
            customer_keys=not arguments.block_sse_c,
            log=_log(arguments.log),
            clock=_clock(arguments),
        )
    except (ValueError, AccountsError) as error:
        return _refuse(str(error))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        server.start()
    except (StoreError, AccountsError) as error:  # these say themselves what to do
        print(f"the server could not start: {error}", file=sys.stderr)
        return 4
    except (OSError, RuntimeError) as error:
        print(
            f"the server could not start: {error}\nChoose another --port, --host or --data.",
            file=sys.stderr,
        )
        return 4
    try:
        print(_instructions(server, _secret(server, given, secret)), flush=True)
        stop.wait()
        print("ending; running requests are finished first", file=sys.stderr)
    finally:
        server.close()
    return 0


def _given(arguments: argparse.Namespace, secret: str | None) -> tuple[Credential, ...]:
    """The access key the command line or the environment gives; none: the directory's own.

    Raises AccountsError.
    """
    access_key: str | None = arguments.access_key
    if not secret and access_key is None:
        return ()
    if not secret and arguments.data:
        for kept in AccountsFile(arguments.data).read():
            if kept.access_key == access_key:
                return (kept,)
    account = make_account(DEFAULT_ACCOUNT)
    return (Credential(access_key or make_access_key(), secret or make_secret_key(), account),)


def _secret(server: S3Server, given: Sequence[Credential], secret: str | None) -> str | None:
    """What to show for the secret key; None for one that was shown when it was made."""
    if secret:
        return f"${SECRET_VARIABLE}"
    kept = AccountsFile(server.data).read() if server.data else ()
    if server.made or (given and given[0] not in kept):
        return server.secret_key
    return None


def _upstream_credential() -> Credential | None:
    """The keys of the environment, where AIStore too takes those for Amazon from."""
    access_key = os.environ.get("AWS_ACCESS_KEY_ID")
    secret_key = os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        return None
    return Credential(access_key, secret_key, make_account(DEFAULT_ACCOUNT))


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is between 0 and 65535")
    return number


def _duration(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _clock(arguments: argparse.Namespace) -> Now:
    if arguments.clock_file:
        return FileClock(arguments.clock_file)
    return Clock(offset=arguments.clock_offset or timedelta())


def _tls(arguments: argparse.Namespace) -> bool | tuple[Path, Path | None]:
    if arguments.cert:
        return (arguments.cert, arguments.key)
    return bool(arguments.tls)


def _log(style: str) -> Log | None:
    if style == "off":
        return None
    return requestlog.as_json() if style == "json" else requestlog.plain()


def _refuse(message: str) -> int:
    print(f"{message}\n`s3compat serve --help` shows the arguments.", file=sys.stderr)
    return 2


def _list_deviations() -> None:
    for name, deviation in deviations.discover().items():
        print(f"{name:<40} {deviation.sentence}")


def _instructions(server: S3Server, secret: str | None) -> str:
    """What to type to use the server."""
    if secret is None:
        secret = f"…   # `s3compat admin --data {server.data} list --secrets` shows it"
    host = server.url.partition("://")[2]
    plain = "" if server.certificate else " --no-ssl"
    lines = [
        f"S3 at {server.url} (region {server.region})",
        "",
        f"export AWS_ACCESS_KEY_ID={server.access_key}",
        f"export AWS_SECRET_ACCESS_KEY={secret}",
        f"export AWS_DEFAULT_REGION={server.region}",
        f"export AWS_ENDPOINT_URL_S3={server.url}",
    ]
    if server.certificate:
        lines.append(f"export AWS_CA_BUNDLE={server.certificate}")
        plain = f" --ca-certs={server.certificate}"
    lines += [
        "",
        "aws     aws s3 mb s3://bucket",
        'boto3   boto3.client("s3").create_bucket(Bucket="bucket")',
        f"s3cmd   s3cmd --host={host} --host-bucket={host}{plain}"
        f" --region={server.region} mb s3://bucket",
        "",
        "Ctrl-C ends it.",
    ]
    if server.temporary:
        lines.append("What is stored is gone then; --data DIR keeps it.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
