"""The command that keeps the accounts of a data directory: list, add, session, remove.

KMS keys are kept by the same command (admin_keys).

It works on the directory, whether a server runs on it or not; a running one sees the change
within a second or two. No port is needed and none is opened.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from server_ref.auth.accounts import AccountsError, AccountsFile, unexpired
from server_ref.auth.credentials import (
    make_access_key,
    make_account,
    make_account_id,
    make_secret_key,
    make_session,
)
from server_ref.commands import admin_keys
from server_ref.commands.options import OptionParser
from server_ref.identity import Credential
from server_ref.storage.schema import StoreError

SHORTEST, LONGEST = 1, 129600  # seconds; GetSessionToken ends at 36 hours


class _UsageError(Exception):
    """What was asked for cannot be done; the text says what can."""


def parser(prog: str = "s3compat admin") -> argparse.ArgumentParser:
    """The arguments of the command."""
    made = OptionParser(
        prog=prog,
        description="The accounts and KMS keys of a data directory of `s3compat serve --data DIR`.",
    )
    made.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        help="the data directory; needed, before the command or behind it",
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser(
        "list", help="list accounts and access keys; secrets only with --secrets"
    )
    listing.add_argument("--secrets", action="store_true", help="show secret keys and tokens too")
    add = commands.add_parser(
        "add", help="add an access key, for a new account or one that is there"
    )
    add.add_argument("--account", metavar="ID", help="12 digits (default: a new account)")
    add.add_argument("--name", default="", help="display name of a new account")
    session = commands.add_parser("session", help="make temporary credentials with a session token")
    session.add_argument("access_key", metavar="KEY", help="the key of the account they are for")
    session.add_argument(
        "--duration",
        type=int,
        default=3600,
        metavar="SECONDS",
        help=f"{SHORTEST} to {LONGEST} (default: %(default)s)",
    )
    remove = commands.add_parser("remove", help="remove an access key")
    remove.add_argument("access_key", metavar="KEY")
    admin_keys.add_commands(commands)
    for below in commands.choices.values():
        below.add_argument(
            "--data", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="the data directory"
        )
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """0: done; 2: it could not be, and what to do instead is on stderr."""
    made = parser()
    arguments = made.parse_args(argv)
    if arguments.data is None:
        made.error("--data DIR is needed: the directory of `s3compat serve --data DIR`")
    accounts = AccountsFile(arguments.data)
    try:
        match arguments.command:
            case "list":
                print(_table(accounts.read(), arguments.data, secrets=arguments.secrets))
            case "add":
                print(_exports(_add(accounts, arguments.account, arguments.name)))
            case "session":
                print(_exports(_session(accounts, arguments.access_key, arguments.duration)))
            case "remove":
                _remove(accounts, arguments.access_key)
                print(f"{arguments.access_key} is removed")
            case _:
                print(admin_keys.run(arguments, _first_account(accounts)))
    except (AccountsError, StoreError, _UsageError, ValueError) as error:
        print(f"s3compat admin: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"s3compat admin: {error.filename}: {error.strerror}; give this user permission, or"
            " name another --data",
            file=sys.stderr,
        )
        return 2
    return 0


def _first_account(accounts: AccountsFile) -> str:
    from server_ref.server import DEFAULT_ACCOUNT  # here: the other commands need no server

    known = accounts.read()
    return known[0].account.account_id if known else DEFAULT_ACCOUNT


def _add(accounts: AccountsFile, account_id: str | None, name: str) -> Credential:
    if account_id is not None and not re.fullmatch(r"[0-9]{12}", account_id):
        raise _UsageError(f"an account id has 12 digits, and not {account_id!r}")
    account_id = account_id or make_account_id()
    made: list[Credential] = []

    def edit(known: tuple[Credential, ...]) -> tuple[Credential, ...]:
        mine = [c.account for c in known if c.account.account_id == account_id]
        account = mine[0] if mine else make_account(account_id, name)
        made.append(Credential(make_access_key(), make_secret_key(), account))
        return (*known, made[0])

    accounts.change(edit)
    return made[0]


def _session(accounts: AccountsFile, access_key: str, duration: int) -> Credential:
    if not SHORTEST <= duration <= LONGEST:
        raise _UsageError(f"--duration is {SHORTEST} to {LONGEST} seconds, not {duration}")
    made: list[Credential] = []

    def edit(known: tuple[Credential, ...]) -> tuple[Credential, ...]:
        account = _find(known, access_key).account
        made.append(make_session(account, time.time() + duration))
        return (*unexpired(known), made[0])

    accounts.change(edit)
    return made[0]


def _remove(accounts: AccountsFile, access_key: str) -> None:
    def edit(known: tuple[Credential, ...]) -> tuple[Credential, ...]:
        gone = _find(known, access_key)
        rest = tuple(c for c in known if c is not gone)
        if not any(c.token is None for c in rest):
            raise _UsageError("it is the last permanent key; add another one first")
        return rest

    accounts.change(edit)


def _find(known: Sequence[Credential], access_key: str) -> Credential:
    for credential in known:
        if credential.access_key == access_key:
            return credential
    raise _UsageError(f"there is no access key {access_key!r} here; `list` shows the keys")


def _table(credentials: Sequence[Credential], data: Path, *, secrets: bool) -> str:
    if not credentials:
        return f"{data} keeps no accounts yet: `s3compat admin --data {data} add` makes one"
    lines = [f"{'ACCOUNT':<14}{'NAME':<24}{'ACCESS KEY':<22}{'EXPIRES':<22}CANONICAL ID"]
    for credential in credentials:
        account = credential.account
        lines.append(
            f"{account.account_id:<14}{account.display_name:<24}{credential.access_key:<22}"
            f"{_moment(credential.expires):<22}{account.canonical_id}"
        )
        if secrets:
            lines.append(f"{'':<14}secret key     {credential.secret_key}")
            if credential.token:
                lines.append(f"{'':<14}session token  {credential.token}")
    return "\n".join(lines)


def _moment(expires: float | None) -> str:
    if expires is None:
        return "never"
    return datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _exports(credential: Credential) -> str:
    """What to export to use it; the secret is shown this once without being asked for."""
    lines = [
        f"# account {credential.account.account_id} ({credential.account.display_name})",
        f"export AWS_ACCESS_KEY_ID={credential.access_key}",
        f"export AWS_SECRET_ACCESS_KEY={credential.secret_key}",
    ]
    if credential.token:
        lines += [
            f"export AWS_SESSION_TOKEN={credential.token}",
            f"# until {_moment(credential.expires)}",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
