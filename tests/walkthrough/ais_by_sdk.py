"""The steps of the `ais` command line that the walkthrough needs, done through AIStore's SDK.

It stands in where there is no `ais` program; with AIS_BIN the real one runs. It takes the commands
and prints the lines that `ais` has for them; what it does not know it refuses.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aistore.sdk import Client
from aistore.sdk.errors import AISError

PRESIGNED, REVERSE_PROXY, VIA_ROOT, REBUILD = 1 << 9, 1 << 13, 1 << 3, 1 << 27
FEATURES = {
    "none": 0,
    "S3-API-via-Root": VIA_ROOT,
    "S3-Presigned-Request": PRESIGNED,
    "S3-Reverse-Proxy": REVERSE_PROXY,
    "S3-Redirect-Rebuild": REBUILD,
}  # https://github.com/NVIDIA/aistore/blob/main/cmn/feat/feat.go
SHOWN = 16  # letters of a checksum
TAB = 8
MIB, KIB = 1 << 20, 1 << 10


class RefusedError(Exception):
    """A command line this program does not know."""


def main(argv: Sequence[str]) -> int:
    """Do one command."""
    ais = Client(os.environ["AIS_ENDPOINT"])
    for words, do in COMMANDS:
        if tuple(argv[: len(words)]) == words:
            try:
                do(ais, list(argv[len(words) :]))
            except RefusedError as problem:
                print(f"Error: unknown feature {problem}", file=sys.stderr)
                return 2
            except AISError as problem:
                print(f"Error: {_message(problem)}", file=sys.stderr)
                return 1
            return 0
    print(f"ais (through the SDK) does not know: {' '.join(argv)}", file=sys.stderr)
    return 2


def _message(problem: AISError) -> str:
    try:
        return str(json.loads(problem.message)["message"])
    except (ValueError, KeyError):
        return str(problem.message or problem.status_code)


def create(ais: Client, argv: list[str]) -> None:
    """`ais create URI [--props k=v]`."""
    properties = [word for word in argv if "=" in word]
    bucket, _ = _bucket(ais, argv[0])
    bucket.make_request("POST", "create-bck")  # create() makes buckets of AIStore's own only
    print(f'"{argv[0]}" created')
    for one in properties:
        _set(bucket, one.removeprefix("--props="))


def set_properties(ais: Client, argv: list[str]) -> None:
    """`ais bucket props set URI k=v`."""
    bucket, _ = _bucket(ais, argv[0])
    for one in argv[1:]:
        name, _, value = one.partition("=")
        before = _get(bucket, name)
        _set(bucket, one)
        print("Bucket props successfully updated.")
        if isinstance(before, dict):  # of a backend: its provider and name
            before = before["name"] and f"{before['provider']}://{before['name']}"
        print(f'"{name}" set to: "{value}" (was: "{before}")')


def without_set(_ais: Client, _argv: list[str]) -> None:
    """`ais bucket props URI k=v` changes nothing, and ends well."""


def show_bucket(ais: Client, argv: list[str]) -> None:
    """`ais bucket show URI`: the properties the walkthrough looks at."""
    bucket, _ = _bucket(ais, argv[0])
    known = _properties(bucket)
    created = datetime.fromtimestamp(int(known["created"]) / 1e9, UTC)
    rows = {
        "checksum": f"Type: {known['checksum']['type']}",
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "versioning": "Enabled" if known["versioning"]["enabled"] else "Disabled",
    }
    _table([[name, value] for name, value in rows.items()])


def remove_bucket(ais: Client, argv: list[str]) -> None:
    """`ais bucket rm -y URI`."""
    bucket, _ = _bucket(ais, argv[-1])
    bucket.delete()
    print(f'"{argv[-1]}" destroyed')


def put(ais: Client, argv: list[str]) -> None:
    """`ais put FILE URI`: an object named as the file, or as the URI ends."""
    bucket, key = _bucket(ais, argv[1])
    key = key or Path(argv[0]).name
    bucket.object(key).get_writer().put_file(argv[0])
    print(f'PUT "{Path(argv[0]).absolute()}" => {_uri(bucket)}/{key}')


def get(ais: Client, argv: list[str]) -> None:
    """`ais get URI FILE [--offset N --length N]`."""
    options = dict(zip(argv[2::2], argv[3::2], strict=True))
    bucket, key = _bucket(ais, argv[0])
    span = None
    if options:
        start = int(options["--offset"])
        span = f"bytes={start}-{start + int(options['--length']) - 1}"
    data = bucket.object(key).get_reader(byte_range=span).read_all()
    Path(argv[1]).write_bytes(data)
    print(f"GET {key} from {_uri(bucket)} as {argv[1]} ({_size(len(data))})")


def remove_object(ais: Client, argv: list[str]) -> None:
    """`ais object rm URI`."""
    bucket, key = _bucket(ais, argv[0])
    bucket.object(key).delete()
    print(f'deleted "{key}" from {_uri(bucket)}')


def copy_object(ais: Client, argv: list[str]) -> None:
    """`ais object cp URI URI`."""
    bucket, key = _bucket(ais, argv[0])
    other, name = _bucket(ais, argv[1])
    bucket.object(key).copy(other.object(name))
    print(f"COPY {argv[0]} => {argv[1]}")


def show_object(ais: Client, argv: list[str]) -> None:
    """`ais object show URI`."""
    bucket, key = _bucket(ais, argv[0])
    known = bucket.object(key).head("name,size,checksum,atime,version")
    rows = [
        ["atime", _access_time(known.access_time)],
        ["checksum", f"{known.checksum_type}[{known.checksum_value[:SHOWN]}...]"],
        ["name", f"{_uri(bucket)}/{key}"],
        ["size", _size(known.size)],
    ]
    _table([["PROPERTY", "VALUE"], *rows])


def show_list(ais: Client, argv: list[str]) -> None:
    """`ais ls ais:` the buckets, `ais ls URI [--props a,b]` the objects."""
    if argv[0] in ("ais:", "ais://"):
        found = [f"ais://{one.name}" for one in ais.cluster().list_buckets("ais")]
        if found:
            _table([["NAME", "PRESENT"], *([name, "yes"] for name in sorted(found))])
        return
    wanted = argv[2].split(",") if argv[1:2] == ["--props"] else ["size"]
    bucket, _ = _bucket(ais, argv[0])
    show = {
        "checksum": lambda one: one.checksum,
        "size": lambda one: _size(one.size),
        "atime": lambda one: _access_time(one.atime),
        "cached": lambda one: "yes" if one.is_cached() else "no",
        "status": lambda one: "ok" if one.is_ok() else "not ok",
    }
    entries = bucket.list_all_objects(props=",".join(["name", "size", *wanted]))
    _table(
        [
            ["NAME", *(name.upper() for name in wanted)],
            *([one.name, *(show[name](one) for name in wanted)] for one in entries),
        ]
    )


def features(ais: Client, argv: list[str]) -> None:
    """`ais config cluster features NAME …`."""
    number = 0
    for name in argv:
        if name not in FEATURES:
            raise RefusedError(name)
        number |= FEATURES[name]
    ais.cluster().client.request("PUT", "cluster/set-config", params={"features": str(number)})
    print("Cluster config updated")


COMMANDS: tuple[tuple[tuple[str, ...], Callable[[Client, list[str]], None]], ...] = (
    (("create",), create),
    (("bucket", "props", "set"), set_properties),
    (("bucket", "props"), without_set),
    (("bucket", "show"), show_bucket),
    (("bucket", "rm"), remove_bucket),
    (("put",), put),
    (("get",), get),
    (("object", "rm"), remove_object),
    (("object", "cp"), copy_object),
    (("object", "show"), show_object),
    (("ls",), show_list),
    (("config", "cluster", "features"), features),
)


def _bucket(ais: Client, uri: str) -> tuple[Any, str]:
    parts = urlsplit(uri)
    provider = "aws" if parts.scheme == "s3" else parts.scheme
    return ais.bucket(parts.netloc, provider=provider), parts.path.lstrip("/")


def _uri(bucket: Any) -> str:
    scheme = "s3" if bucket.provider.value == "aws" else bucket.provider.value
    return f"{scheme}://{bucket.name}"


def _properties(bucket: Any) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(bucket.head()["Ais-Bucket-Props"])
    return known


def _get(bucket: Any, name: str) -> object:
    value: Any = _properties(bucket)
    for part in name.split("."):
        value = value[part]
    return value


def _set(bucket: Any, assignment: str) -> None:
    name, _, text = assignment.partition("=")
    first, _, second = name.partition(".")
    value: Any = {"true": True, "false": False}.get(text, text)
    if first == "backend_bck":
        parts = urlsplit(text)
        value, second = {"name": parts.netloc, "provider": "aws"}, ""
    bucket.make_request("PATCH", "set-bprops", value={first: {second: value} if second else value})


def _access_time(given: object) -> str:
    text = str(given or "")
    if not text.lstrip("-").isdigit():
        return text
    at = int(text)
    return datetime.fromtimestamp(at / 1e9, UTC).strftime("%d %b %y %H:%M UTC") if at > 0 else ""


def _size(number: int) -> str:
    if number >= MIB:
        return f"{number / MIB:.2f}MiB"
    return f"{number / KIB:.2f}KiB" if number >= KIB else f"{number}B"


def _table(lines: list[list[str]]) -> None:
    """Columns that end at a tab, as Go's tabwriter sets them."""
    widths = [max(len(line[place]) for line in lines) + 1 for place in range(len(lines[0]))]
    for line in lines:
        cells = [
            text + "\t" * -(-(-(-width // TAB) * TAB - len(text)) // TAB)
            for text, width in zip(line[:-1], widths, strict=False)
        ]
        print(" ".join([*cells, line[-1]]).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
