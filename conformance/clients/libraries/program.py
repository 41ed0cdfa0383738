"""The program of the clients whose library is in a Python of its own: `python program.py obstore`.

It speaks the protocol of docs/clients.md. The module `<name>_says.py` beside it knows the library:
what each operation is there. It runs with that library's Python and imports nothing of this
project.
"""

from __future__ import annotations

import base64
import datetime
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_OF_THE_NETWORK = ("connect", "sending request", "timed out", "timeout", "max retries")
_LONGEST = 2000  # characters of an error that are passed on


class Members(dict[str, Any]):
    """What is asked; each member is taken once, and what is left has no word in the library."""

    def take(self, name: str, otherwise: Any = None) -> Any:
        """The member, and it is gone."""
        return self.pop(name, otherwise)

    def done(self) -> None:
        """Refuse what the library has no word for."""
        if self:
            raise NotImplementedError(f"the library has no word for {', '.join(sorted(self))}")

    def path(self) -> str:
        """The key, where it is a path: a library of files would change or refuse any other."""
        return _a_path(str(self.take("Key", "")))

    def source(self) -> tuple[str, str]:
        """Bucket and key of a CopySource that is a path and names no version."""
        source = unquote(str(self.take("CopySource")).lstrip("/"))
        bucket, _, key = source.partition("/")
        if "?versionId=" in source or not key:
            raise NotImplementedError("a copy is from path to path")
        return bucket, _a_path(key)


def main(name: str) -> None:
    """Answer lines until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else may print where the answers go
    says = importlib.import_module(f"{name}_says")
    library = says.Library(json.loads(sys.stdin.readline()))
    print(json.dumps({"ok": True, "version": says.VERSION}), file=answers, flush=True)
    for line in sys.stdin:
        said = _answer(library, json.loads(line, object_hook=_revived))
        print(json.dumps(said), file=answers, flush=True)


def _answer(library: Any, asked: dict[str, Any]) -> dict[str, Any]:
    members = Members(asked["members"])
    if asked.get("body"):
        members[asked["body_member"]] = Path(asked["body"]).read_bytes()
    way = asked["operation"] if asked["do"] == "call" else asked["do"]
    do = getattr(library, way, None)
    try:
        if do is None:
            raise NotImplementedError(f"the library has no way to say {way}")
        if asked["do"] == "presign":
            url = do(asked["operation"], members, asked["expires"])
            return {"ok": True, "url": str(url)}
        delivered = do(members)
    except NotImplementedError as reason:
        return {"ok": False, "refused": True, "error": str(reason)}
    except Exception as problem:  # noqa: BLE001 -- what a broken answer makes of a library
        said = f"{type(problem).__name__}: {problem}"[:_LONGEST]
        network = any(word in said.lower() for word in _OF_THE_NETWORK)
        return {"ok": False, "error": said, "network": network}
    if delivered is not None:
        Path(asked["out"]).write_bytes(delivered)
    return {"ok": True}


def _a_path(key: str) -> str:
    parts = key.split("/")
    if not key or "" in parts or "." in parts or ".." in parts:
        raise NotImplementedError(f"{key!r} is no path of a file")
    return key


def _revived(value: dict[str, Any]) -> Any:
    if value.keys() == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    if value.keys() == {"$time"}:
        return datetime.datetime.fromisoformat(value["$time"])
    return value


if __name__ == "__main__":
    main(sys.argv[1])
