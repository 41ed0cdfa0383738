"""AIStore's own command line, `ais`, for the operations it has commands for; used by AIS_BIN.

It is not a client of its own: `conformance/clients/ais.py` is, and asks here instead of the SDK
where AIS_BIN names the program. What it exchanges with the gateway is recorded; targets are asked
past the recorder, so the status is what the command's end says.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from conformance.clients.base import ClientCannotError
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.exchanges import Recorded
from conformance.evidence.forwarder import Forwarder

VARIABLE = "AIS_BIN"
TIMEOUT = 300.0  # seconds for one command
_Members = dict[str, Any]
_TROUBLE = (
    (404, re.compile(r"does not exist|not found|no such", re.IGNORECASE)),
    (409, re.compile(r"already exists", re.IGNORECASE)),
    (416, re.compile(r"range", re.IGNORECASE)),
)


@dataclass
class Said:
    """A command line of `ais`, and how to read what it brought."""

    arguments: list[str]
    members: Callable[[str], _Members] = field(default=lambda _text: {})
    unseen: frozenset[str] = frozenset()  # members it has no column for
    delivers: Path | None = None


@dataclass(frozen=True)
class Ended:
    """How it went. ``status`` is 0 where the command's words do not tell one."""

    status: int
    exit_code: int
    stdout: str
    stderr: str
    line: str
    members: _Members
    unseen: frozenset[str]
    body: bytes | None
    recorded: list[Recorded]


def program() -> Path | None:
    """What AIS_BIN names; raises ClientCannotError where that is no file."""
    given = os.environ.get(VARIABLE)
    if given and not Path(given).is_file():
        raise ClientCannotError(f"{VARIABLE} names {given}, which is no file; correct it")
    return Path(given) if given else None


def run(path: Path, endpoint: Endpoint, home: Path, operation: str, members: _Members) -> Ended:
    """Say ``operation`` with the program. Raises ClientCannotError where it has no command."""
    speak = _COMMANDS.get(operation)
    if speak is None:
        raise ClientCannotError(f"ais has no command for {operation}")
    said = speak(home, members)
    if members:
        raise ClientCannotError(f"ais {said.arguments[0]} has no option for {', '.join(members)}")
    with Forwarder(endpoint) as forwarder:
        done = subprocess.run(
            [str(path), *said.arguments],
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(home),
                "AIS_ENDPOINT": forwarder.url,
                "AIS_AUTHN_TOKEN": os.environ.get("AIS_AUTHN_TOKEN", ""),
                "NO_COLOR": "1",
                "LC_ALL": "C.UTF-8",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
            cwd=home,
        )
        recorded = forwarder.exchanges()
    good = done.returncode == 0
    members = said.members(done.stdout) if good else {}
    delivered = said.delivers if good and said.delivers and said.delivers.exists() else None
    return Ended(
        status=200 if good else _status(done.stderr + done.stdout),
        exit_code=done.returncode,
        stdout=done.stdout,
        stderr=done.stderr,
        line=shlex.join(["ais", *said.arguments]),
        members=members,
        unseen=said.unseen | ({"Size"} if _without_size(members) else set()),
        body=delivered.read_bytes() if delivered else None,
        recorded=recorded,
    )


def _status(text: str) -> int:
    return next((status for status, words in _TROUBLE if words.search(text)), 0)


def _bucket(members: _Members) -> str:
    return f"ais://{members.pop('Bucket')}"


def _object(members: _Members) -> str:
    return f"{_bucket(members)}/{members.pop('Key')}"


def _create(_: Path, members: _Members) -> Said:
    return Said(["create", _bucket(members)])


def _head_bucket(_: Path, members: _Members) -> Said:
    return Said(["bucket", "show", _bucket(members)])


def _remove_bucket(_: Path, members: _Members) -> Said:
    return Said(["bucket", "rm", "-y", _bucket(members)])


def _list_buckets(_: Path, __: _Members) -> Said:
    return Said(["ls", "ais:"], _buckets_of, frozenset({"CreationDate"}))


def _buckets_of(text: str) -> _Members:
    names = re.findall(r"^\s*ais://([^\s/]+)", text, re.MULTILINE)
    return {"Buckets": [{"Name": name} for name in names]}


def _put(home: Path, members: _Members) -> Said:
    path, body = home / "body", members.pop("Body", b"")
    path.write_bytes(body if isinstance(body, bytes) else body.read())
    return Said(["put", str(path), _object(members)])


def _get(home: Path, members: _Members) -> Said:
    path = home / "out"
    path.unlink(missing_ok=True)  # onto a file that is there it asks, and cancels
    options: list[str] = []
    if (given := members.pop("Range", None)) is not None:
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", given)
        if span is None:
            raise ClientCannotError("ais get takes an offset and a length")
        length = int(span[2]) - int(span[1]) + 1
        options = ["--offset", span[1], "--length", str(length)]
    return Said(["get", _object(members), str(path), *options], delivers=path)


def _head(_: Path, members: _Members) -> Said:
    return Said(["object", "show", _object(members)], unseen=frozenset({"ContentLength"}))


def _remove(_: Path, members: _Members) -> Said:
    return Said(["object", "rm", _object(members)])


def _copy(_: Path, members: _Members) -> Said:
    given = members.pop("CopySource")
    if isinstance(given, Mapping):
        given = f"{given['Bucket']}/{given['Key']}"
    source = unquote(given.removeprefix("/"))
    if "?versionId=" in given:
        raise ClientCannotError("ais object cp copies the last version only")
    return Said(["object", "cp", f"ais://{source}", _object(members)])


def _list(_: Path, members: _Members) -> Said:
    if members.pop("EncodingType", "url") != "url":
        raise ClientCannotError("ais ls has one form of names")
    prefix = members.pop("Prefix", "")
    return Said(["ls", f"{_bucket(members)}/{prefix}".rstrip("/")], _names_of)


def _names_of(text: str) -> _Members:
    """Names and sizes of a table with tabs, or with two spaces, between its columns."""
    contents = []
    for number, line in enumerate(text.splitlines()):
        cells = [cell for cell in re.split(r"[ ]*\t[ \t]*|[ ]{2,}", line.strip()) if cell]
        if len(cells) < 2 or (number == 0 and cells[0] == "NAME"):
            continue
        exact = re.fullmatch(r"(\d+)B", cells[1])  # larger ones are rounded, to KiB and so on
        contents.append({"Key": cells[0]} | ({"Size": int(exact[1])} if exact else {}))
    return {"Contents": contents} if contents else {}


def _without_size(members: _Members) -> bool:
    return any("Size" not in one for one in members.get("Contents", ()))


_COMMANDS: Mapping[str, Callable[[Path, _Members], Said]] = {
    "CreateBucket": _create,
    "HeadBucket": _head_bucket,
    "DeleteBucket": _remove_bucket,
    "ListBuckets": _list_buckets,
    "PutObject": _put,
    "GetObject": _get,
    "HeadObject": _head,
    "DeleteObject": _remove,
    "CopyObject": _copy,
    "ListObjects": _list,
    "ListObjectsV2": _list,
}
