"""The command that serves until it is stopped: arguments in, an exit code out.

The arguments are in serve_arguments.py, what it prints when it listens in serve_instructions.py.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from server_ref import deviations
from server_ref.auth.accounts import AccountsError, AccountsFile
from server_ref.auth.credentials import make_access_key, make_account, make_secret_key
from server_ref.clock import Clock, FileClock, Now
from server_ref.commands.serve_arguments import (
    MFA_VARIABLE,
    SECRET_VARIABLE,
    check_together,
    parser,
)
from server_ref.commands.serve_instructions import instructions
from server_ref.http import requestlog
from server_ref.http.connection import Log
from server_ref.identity import Credential
from server_ref.server import DEFAULT_ACCOUNT, S3Server
from server_ref.storage import StoreError


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM. 0: ended well; 2: bad arguments; 4: could not start."""
    arguments = parser().parse_args(argv)
    if arguments.list_deviations is not None:
        return _list_deviations(arguments.list_deviations)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    secret = os.environ.get(SECRET_VARIABLE)
    try:
        check_together(arguments)
        given = _given(arguments, secret)
        server = _make(arguments, given)
    except (ValueError, AccountsError) as error:
        return _refuse(str(error))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        server.start()
    except (StoreError, AccountsError) as error:  # these say themselves what to do
        print(f"s3compat serve: the server could not start: {error}", file=sys.stderr)
        return 4
    except (OSError, RuntimeError) as error:
        why = _why_not_started(error, arguments)
        print(f"s3compat serve: the server could not start: {why}", file=sys.stderr)
        return 4
    try:
        for bucket, folder in arguments.seed:
            files = server.seed(folder, bucket)
            many = "1 file" if files == 1 else f"{files} files"
            print(f"{many} of {folder} put into the bucket {bucket}", file=sys.stderr)
        print(instructions(server, _secret(server, given, secret)), flush=True)
        stop.wait()
        print("ending; running requests are finished first", file=sys.stderr)
    finally:
        server.close()
    return 0


def _why_not_started(error: Exception, arguments: argparse.Namespace) -> str:
    """What stood in the way of listening or storing, and what to do."""
    where = f"{arguments.host} port {arguments.port}"
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}; choose another --data"
    if number == errno.EADDRINUSE:
        return f"{where} is in use already; choose another --port, or --port 0 for a free one"
    if number == errno.EACCES:
        return f"this user may not listen on {where}; choose a --port above 1023"
    if number == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{arguments.host} is no address of this machine; choose another --host"
    return f"{error}; choose another --port, --host or --data"


def _make(arguments: argparse.Namespace, given: Sequence[Credential]) -> S3Server:
    """The server the arguments ask for; raises what S3Server does."""
    return S3Server(
        arguments.host,
        arguments.port,
        data=arguments.data,
        accounts=given,
        region=arguments.region,
        deviations=arguments.deviation,
        behaviour=arguments.behaviour,
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
        buckets=arguments.bucket,
        keys_over_http=not arguments.keys_need_tls,
        customer_keys=not arguments.block_sse_c,
        log=_log(arguments.log),
        clock=_clock(arguments),
    )


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
    print(f"s3compat serve: {message}; `s3compat serve --help` shows the options", file=sys.stderr)
    return 2


def _list_deviations(word: str) -> int:
    """Print the deliberate faults whose name or sentence has ``word``; the exit code."""
    lines = [f"{name:<40} {one.sentence}" for name, one in deviations.discover().items()]
    found = [line for line in lines if _letters(word) in _letters(line)]
    for line in found:
        print(line)
    if not found:
        return _refuse(f"--list-deviations: no deliberate fault has {word!r} in its name or words")
    return 0


def _letters(text: str) -> str:
    """Without what two spellings of a name differ in: get-object, GetObject."""
    return text.lower().replace("-", "")


if __name__ == "__main__":
    sys.exit(main())
