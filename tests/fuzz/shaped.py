"""Requests in the shape of Amazon's service model with hostile members, made from a number.

The other half of `cases`: those reach the parser, these reach the operations. botocore's own
serialiser writes them; nothing is sent here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.serialize import create_serializer

from tests.fuzz.cases import VALUES, XML

BUCKETS = ("fuzz", "fuzz", "fuzz", "fuzz-versioned", "fuzz-other", "No_Bucket", "")
KEYS = ("key", "key", "dir/key", "dir/", "é", "..", "k" * 1025, "parts")
NUMBERS = (0, 1, 2, 3, 7, 1000, -1, 10001, 2**31, 2**63)
DEPTH = 7
EXPRESSIONS = (
    "SELECT * FROM S3Object",
    "SELECT COUNT(*) FROM S3Object s WHERE s._1 > 3",
    "SELECT s.a FROM S3Object[*] s LIMIT 2",
    "DROP TABLE x",
    "SELECT * FROM read_csv('/etc/passwd')",
)


@lru_cache(maxsize=1)
def _model() -> Any:
    return botocore.session.get_session().get_service_model("s3")


@lru_cache(maxsize=1)
def _serialiser() -> Any:
    return create_serializer("rest-xml", include_validation=False)


def shaped(number: int, host: str) -> bytes:
    """The bytes of one request of some operation; a member in five is hostile."""
    chance = random.Random(number)
    name = chance.choice(_model().operation_names)
    operation = _model().operation_model(name)
    members = _structure(chance, operation.input_shape, 0) if operation.input_shape else {}
    try:
        made = _serialiser().serialize_to_request(members, operation)
    except Exception:  # noqa: BLE001 -- botocore refuses to write some of them; not ours to judge
        return f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    bucket = members.get("Bucket", "")
    path = made["url_path"]
    if "Bucket" in members and "/{Bucket}" in operation.http["requestUri"]:
        path = path.replace("//", f"/{bucket}/", 1) if not bucket else path
    query = "&".join(
        f"{quote(str(key), safe='-_.~')}={quote(str(value), safe='-_.~')}"
        for key, values in made["query_string"].items()
        for value in (values if isinstance(values, list) else [values])
    )
    target = path + (("&" if "?" in path else "?") + query if query else "")
    body = made["body"] if made["body"] is not None else b""
    body = body.encode() if isinstance(body, str) else bytes(body)
    headers = {**made["headers"], "Host": host, "Content-Length": str(len(body))}
    headers["Connection"] = "close"
    head = f"{made['method']} {quote(target, safe='/?&=%-_.~')} HTTP/1.1\r\n"
    for key, value in headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        head += f"{key}: {text}\r\n"
    return (head + "\r\n").encode("utf-8", "surrogatepass") + body


def _structure(chance: random.Random, shape: StructureShape, depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, member in shape.members.items():
        needed = name in shape.required_members
        if (needed and chance.random() < 0.95) or chance.random() < (0.15 if depth == 0 else 0.5):
            made[name] = _value(chance, name, member, depth + 1)
    if "Bucket" in shape.members and depth == 0:
        made["Bucket"] = chance.choice(BUCKETS)
    if "Key" in shape.members and depth == 0:
        made["Key"] = chance.choice(KEYS)
    return made


def _value(chance: random.Random, name: str, shape: Shape, depth: int) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(chance, shape, depth) if depth < DEPTH else {}
    if isinstance(shape, ListShape):
        count = chance.choice((0, 1, 1, 2, 3))
        return [_value(chance, name, shape.member, depth + 1) for _ in range(count)]
    if isinstance(shape, MapShape):
        return {f"name{n}": _text(chance, name, None) for n in range(chance.randrange(3))}
    plain: dict[str, Callable[[], Any]] = {
        "integer": lambda: chance.choice(NUMBERS),
        "long": lambda: chance.choice(NUMBERS),
        "boolean": lambda: chance.random() < 0.5,
        "timestamp": lambda: datetime.now(UTC) + timedelta(days=chance.choice((-9999, 0, 1, 9999))),
        "blob": lambda: chance.choice((b"", b"a,b\n1,2\n", b'{"a": 1}\n', chance.randbytes(3000))),
    }
    if shape.type_name in plain:
        return plain[shape.type_name]()
    return _text(chance, name, shape)


def _text(chance: random.Random, name: str, shape: Shape | None) -> str:
    if chance.random() < 0.2:
        return chance.choice(VALUES).replace("\x00", "")
    if isinstance(shape, StringShape) and shape.enum:
        return str(chance.choice(shape.enum))
    match name:
        case "CopySource" | "RenameSource":
            return f"fuzz/{chance.choice(KEYS)}"
        case "Policy":
            return XML[-1]
        case "Expression":
            return chance.choice(EXPRESSIONS)
        case "Key" | "Prefix" | "Marker" | "KeyMarker" | "StartAfter":
            return chance.choice(KEYS)
        case "VersionId" | "UploadId" | "ETag" | "IfMatch" | "IfNoneMatch":
            return chance.choice(("null", "*", "x", '"x"', "0" * 32))
        case "Bucket":
            return "arn:aws:s3:::fuzz"
    return chance.choice(("a", "b", "id", "1", "arn:aws:s3:::fuzz", "eu-west-1", "text/csv"))
