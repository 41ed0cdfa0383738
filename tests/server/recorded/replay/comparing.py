"""A recorded answer beside the server's own: what differs.

Ids, dates and names have to be where they were, and the same name stands for the same value within
a scenario. Everything else has to be equal.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.server.recorded.replay.names import as_dictionary, decoded, members_of

# What stands in the recordings for values of one run
_ANY = frozenset(
    (
        *("date", "datetime", "last-modified", "last--modified"),
        *("host-id", "id-2", "x-amz-id-2", "request-id", "x-amz-request-id", "server"),
        *("owner-id", "display-name", "i-d", "id", "bucket", "location", "content-type"),
        *("next-continuation-token", "continuation-token"),
    )
)
_HOLE = re.compile(
    r"111111111111|<[A-Za-z0-9_-]+(?::\d+)?>|date(?:=\d+-\d+-\d+|%3D[\d-]+)?(?=[^a-z]|$)"
)
_NOISE = frozenset(
    [
        "connection",
        "keep-alive",
        "transfer-encoding",
        "content-length",
        "date",
        "server",
        "x-amz-id-2",
        "x-amz-request-id",
    ]
)
_DIGESTS = ("ETag", "Checksum")
_TOKEN = re.compile(r"<[A-Za-z0-9_-]+(?::\d+)?>")
_UNORDERED = ("TagSet", "Deleted", "Errors")  # recorded in no order that anything explains


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    operation: str


@dataclass
class Comparison:
    """One scenario's. ``sure`` is False once a body was sent that may not be the recorded one."""

    sure: bool = True
    seen: dict[str, str] = field(default_factory=dict)  # what each placeholder stood for
    _random_etags: bool = False  # of encrypted objects

    def differences(self, recorded: Any, answer: Answer) -> list[str]:
        """One line for each thing that differs."""
        if isinstance(recorded, int):
            return [] if recorded == answer.status else [f"status {recorded} → {answer.status}"]
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if headers.get("x-amz-server-side-encryption") == "aws:kms" or (
            "x-amz-server-side-encryption-customer-algorithm" in headers
        ):
            self._random_etags = True
        text = answer.body.decode("utf-8", "replace")
        if isinstance(recorded, str):
            return list(self._text("body", recorded, text))
        if not isinstance(recorded, dict):  # pragma: no cover - no such recording is known
            return [f"no answer: {_short(recorded)}"]
        recorded = dict(recorded)
        found: list[str] = []
        status = recorded.pop("StatusCode", None)
        meta = recorded.pop("ResponseMetadata", None)
        if meta is not None:
            status = meta.get("HTTPStatusCode", status)
        if "HTTPStatusCode" in recorded:
            status = recorded["HTTPStatusCode"]
        if status is not None and status != answer.status:
            found.append(f"status {status} → {answer.status}")
        if "HTTPHeaders" in recorded:
            return found + list(self._headers(recorded["HTTPHeaders"], answer))
        if "Headers" in recorded:
            found += self._headers(recorded["Headers"], answer)
            body = recorded.get("Body", "")
            if isinstance(body, dict):
                return found + list(
                    self._value("", _without_ids(body), _without_ids(as_dictionary(answer.body)))
                )
            return found + list(self._text("body", body, text))
        if set(recorded) == {"content"}:
            return found + list(self._text("body", recorded["content"], text))
        if set(recorded) == {"PostResponse", "LocationHeader"}:
            own = {
                "LocationHeader": answer.headers.get("Location"),
                **as_dictionary(answer.body),
            }
            return found + list(self._value("", recorded, own))
        if meta is None and recorded and all(name == name.lower() for name in recorded):
            return found + list(self._headers(recorded, answer, subset=True))
        if meta is None and set(recorded) & {"Code", "Message"}:
            recorded = {"Error": recorded}
            meta = {}
        if meta is None:
            own = as_dictionary(answer.body)
            if recorded and not set(recorded) & set(own) and not _is_document(recorded):
                return []  # gathered from several answers, which are compared themselves
            return found + list(self._value("", _without_ids(recorded), _without_ids(own)))
        own = {}
        if answer.operation:
            own = members_of(answer.operation, answer.status, answer.headers, answer.body)
        if isinstance(recorded.get("Error"), dict):  # some members are in both places
            recorded = {n: v for n, v in recorded.items() if recorded["Error"].get(n) != v}
            own = {n: v for n, v in own.items() if own.get("Error", {}).get(n) != v}
        for one in ("Body", "Payload"):
            if recorded.get(one) == "" and recorded.get("ContentLength"):
                recorded.pop(one)
                own.pop(one, None)
        return found + list(self._value("", recorded, own))

    def _headers(
        self, recorded: dict[str, Any], answer: Answer, *, subset: bool = False
    ) -> list[str]:
        theirs = {name.lower(): value for name, value in recorded.items()}
        ours = {name.lower(): value for name, value in answer.headers.items()}
        found = []
        for name in sorted(set(theirs) | set(ours)):
            if name in _NOISE or (subset and name not in theirs):
                continue
            if name not in ours:
                found.append(f"header {name}: {theirs[name]} → absent")
            elif name not in theirs:
                found.append(f"header {name}: absent → {ours[name]}")
            else:
                found += self._text(f"header {name}", str(theirs[name]), ours[name])
        return found

    def _value(self, path: str, recorded: Any, own: Any) -> list[str]:
        if isinstance(recorded, dict) and isinstance(own, str) and own.startswith("{"):
            own = json.loads(own)
        if isinstance(recorded, str) and (recorded in _ANY or _TOKEN.fullmatch(recorded)):
            own = own if isinstance(own, str) else repr(own or "")
        if path.rpartition(".")[2] in _UNORDERED and isinstance(recorded, list):
            recorded = sorted(recorded, key=_by_key)
            own = sorted(own, key=_by_key) if isinstance(own, list) else own
        if isinstance(recorded, dict) and isinstance(own, dict):
            found = []
            for name in sorted(set(recorded) | set(own)):
                at = f"{path}.{name}" if path else name
                if name not in own:
                    found.append(f"{at}: {_short(recorded[name])} → absent")
                elif name not in recorded:
                    found.append(f"{at}: absent → {_short(own[name])}")
                else:
                    found += self._value(at, recorded[name], own[name])
            return found
        if isinstance(recorded, list) and isinstance(own, list) and len(recorded) == len(own):
            return [
                line
                for number, (one, other) in enumerate(zip(recorded, own, strict=True))
                for line in self._value(f"{path}[{number}]", one, other)
            ]
        if isinstance(recorded, list) != isinstance(own, list):
            if isinstance(own, list) and len(own) == 1:
                return self._value(path, recorded, own[0])
            if isinstance(recorded, list) and len(recorded) == 1:
                return self._value(path, recorded[0], own)
        if isinstance(recorded, str) and own is not None and not isinstance(own, dict | list):
            return list(self._text(path, recorded, str(own)))
        if recorded in (None, "") and own in (None, ""):
            return []
        return [] if recorded == own else [f"{path}: {_short(recorded)} → {_short(own)}"]

    def _text(self, path: str, recorded: str, own: str) -> list[str]:
        if recorded == own or recorded == decoded(own) or decoded(recorded) == own:
            return []
        if recorded in _ANY:
            return [] if own else [f"{path}: {recorded} → empty"]
        if self._random_etags and path.endswith("ETag") and len(own) == len(recorded):
            return []
        if (
            not self.sure
            and path.rpartition(".")[2].startswith(_DIGESTS)
            and len(own) == len(recorded)
        ):
            return []
        if (match := re.fullmatch(r"<([A-Za-z0-9_-]+?)(?::(\d+))?>", recorded)) is not None:
            if not own:
                return [f"{path}: {recorded} → empty"]
            if match[2] is None:
                return []
            before = self.seen.setdefault(recorded, own)
            return [] if before == own else [f"{path}: {recorded} was {before} → {own}"]
        holes = _HOLE.split(recorded)
        if len(holes) > 1 and re.fullmatch(".+?".join(map(re.escape, holes)), own, re.S):
            return []
        return [f"{path}: {_short(recorded)} → {_short(own)}"]


def _by_key(one: Any) -> str:
    return str(one.get("Key")) if isinstance(one, dict) else str(one)


def _is_document(recorded: dict[str, Any]) -> bool:
    return any(name.endswith(("Result", "Response", "Error")) for name in recorded)


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        gone = ("RequestId", "HostId", "@xmlns")
        return {name: _without_ids(one) for name, one in value.items() if name not in gone}
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    return value


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:150]}…"
