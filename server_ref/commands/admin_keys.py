"""The part of `s3compat admin` that keeps the KMS keys of a data directory: keys, add-key, set-key.

A server running on the directory sees a change at its next use of the key.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server_ref.storage.keystore import (
    DISABLED,
    ENABLED,
    FOLDER,
    PENDING_DELETION,
    Key,
    KeyStore,
)

_STATES = {"enable": ENABLED, "disable": DISABLED, "delete": PENDING_DELETION}


def add_commands(commands: Any) -> None:
    """The arguments, as subcommands of ``commands`` (argparse's subparsers)."""
    commands.add_parser("keys", help="list the KMS keys: ARN, state and aliases")
    add = commands.add_parser("add-key", help="add a KMS key")
    add.add_argument("--id", metavar="UUID", help="its key id (default: made up)")
    add.add_argument("--alias", metavar="alias/NAME", help="another name for it")
    add.add_argument("--account", metavar="ID", help="12 digits (default: the first account)")
    add.add_argument("--region", default="us-east-1", help="(default: %(default)s)")
    change = commands.add_parser(
        "set-key", help="enable or disable a KMS key, or mark it for deletion"
    )
    change.add_argument("key_id", metavar="UUID")
    change.add_argument("state", choices=sorted(_STATES))


def run(arguments: argparse.Namespace, account: str) -> str:
    """What to print once the command is done. Raises ValueError with what to do instead."""
    data: Path = arguments.data
    keys = KeyStore(data / FOLDER)
    if arguments.command == "keys":
        return _table(keys.all(), data)
    if arguments.command == "add-key":
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = keys.create(
            arguments.account or account,
            arguments.region,
            key_id=arguments.id,
            alias=arguments.alias,
        )
        return made.arn
    try:
        changed = keys.set_state(arguments.key_id, _STATES[arguments.state])
    except KeyError:
        raise ValueError(
            f"no key {arguments.key_id!r} is kept here; `keys` shows those that are"
        ) from None
    return f"{changed.arn} is {changed.state}"


def _table(keys: Sequence[Key], data: Path) -> str:
    if not keys:
        return f"{data} keeps no KMS keys yet: `s3compat admin --data {data} add-key` makes one"
    lines = [f"{'STATE':<17}{'ARN':<77}ALIASES"]
    lines += [f"{key.state:<17}{key.arn:<77}{' '.join(key.aliases)}" for key in keys]
    return "\n".join(lines)
