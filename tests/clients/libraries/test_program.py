"""The program that speaks to a library: paths, members, and the lines it answers."""

from __future__ import annotations

import datetime
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.clients.libraries.telling import program

VERSION = {"Key": "c", "VersionId": "v"}


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a/b", True),
        ("", False),
        ("a//b", False),
        ("/a", False),
        ("a/", False),
        ("./a", False),
        ("a/../b", False),
        ("..a", True),
    ],
)
def test_a_key_that_is_a_path(key: str, path: bool) -> None:
    if path:
        assert program.Members(Key=key).path() == key
    else:
        with pytest.raises(NotImplementedError, match="is no path of a file"):
            program.Members(Key=key).path()


def test_a_member_is_taken_once() -> None:
    members = program.Members(B=1, A=2)
    assert (members.take("B"), members.take("B"), members.take("B", 3)) == (1, None, 3)
    with pytest.raises(NotImplementedError, match="the library has no word for A"):
        members.done()
    members.take("A")
    members.done()


class Says:
    """A library that is told."""

    VERSION = "lib/1"

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    def Echo(self, members: Any) -> bytes:  # noqa: N802 - as operations are
        return repr(dict(members)).encode()

    def Quiet(self, _members: Any) -> None:  # noqa: N802
        return None

    def Fails(self, members: Any) -> None:  # noqa: N802
        raise KeyError(members["said"])

    def Cannot(self, _members: Any) -> None:  # noqa: N802
        raise NotImplementedError("no word")

    def presign(self, operation: str, members: Any, expires: int) -> str:
        return f"{operation} {dict(members)} {expires}"


def test_lines_are_answered_until_there_are_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "lib_says", SimpleNamespace(Library=Says, VERSION="lib/1"))
    (tmp_path / "body").write_bytes(b"abc")
    out = str(tmp_path / "out")

    def asked(operation: str, members: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"do": "call", "operation": operation, "members": members, "out": out, **more}

    lines = [
        {"any": "settings"},
        asked("Echo", {"a": {"$bytes": "/w=="}, "t": {"$time": "2026-02-03T00:00:00+00:00"}}),
        asked("Echo", {}, body=str(tmp_path / "body"), body_member="Body"),
        asked("Quiet", {}),
        asked("Fails", {"said": "Connect refused"}),
        asked("Fails", {"said": "x" * 3000}),
        asked("Cannot", {}),
        asked("Nothing", {}),
        {"do": "presign", "operation": "GetObject", "members": {"a": 1}, "expires": 5},
        {"do": "other", "operation": "GetObject", "members": {}},
    ]
    echoed: list[bytes] = []
    delivered = Path.write_bytes

    def keep(path: Path, data: bytes) -> int:
        echoed.append(data)
        return delivered(path, data)

    monkeypatch.setattr(Path, "write_bytes", keep)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, lines)) + "\n"))
    answers = tmp_path / "answers"
    where = os.open(answers, os.O_RDWR | os.O_CREAT)
    monkeypatch.setattr(os, "dup", lambda _number: where)
    monkeypatch.setattr(os, "dup2", lambda *_numbers: None)
    program.main("lib")
    said_ = [json.loads(line) for line in answers.read_text().splitlines()]

    assert said_[0] == {"ok": True, "version": "lib/1"}
    assert said_[1:4] == [{"ok": True}] * 3
    assert echoed == [
        repr({"a": b"\xff", "t": datetime.datetime(2026, 2, 3, tzinfo=datetime.UTC)}).encode(),
        b"{'Body': b'abc'}",
    ]
    assert said_[4] == {"ok": False, "error": "KeyError: 'Connect refused'", "network": True}
    assert (len(said_[5]["error"]), said_[5]["network"]) == (2000, False)
    assert said_[6] == {"ok": False, "refused": True, "error": "no word"}
    assert said_[7]["error"] == "the library has no way to say Nothing"
    assert said_[8] == {"ok": True, "url": "GetObject {'a': 1} 5"}
    assert said_[9]["error"] == "the library has no way to say other"
