"""Ids that another server gave, in the requests: each stands for one that this server gave.

Which one is not told. The ids of one object are taken in their order, oldest or newest first: the
replay tries both and keeps what agrees most.
"""

from __future__ import annotations

import re
from collections import defaultdict

_UPLOAD = re.compile(r"[A-Za-z0-9_.-]{96}")
_VERSION = re.compile(r"[A-Za-z0-9_.-]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{12,}(?:=|%3D){0,2}")
_REPEATED = ("VersionIdMarker", "UploadIdMarker", "VersionId", "UploadId", "ArgumentValue")
_INVENTED = "ABCD"  # the end of ids that were changed on purpose, to be nobody's

_IN_TARGET = re.compile(
    r"(?<=[?&])(uploadId|upload-id-marker|versionId|version-id-marker|continuation-token)=([^&]+)"
)
_IN_SOURCE = re.compile(r"(versionId)=([^&]+)")
_IN_BODY = re.compile(r"(<VersionId>)([^<]+)(?=</VersionId>)")


class Places:
    """Which id of this server each id of the recording stands for."""

    def __init__(self, *, newest: bool) -> None:
        self._newest = newest
        self._all: dict[str, list[str]] = defaultdict(list)  # by kind
        self._given: dict[str, list[str]] = defaultdict(list)  # by kind and place
        self._known: dict[str, str] = {}
        self._token = ""
        self._parts: dict[str, str] = {}  # ETags of parts, by number
        self._hint = ""
        self._hints: list[str] = []  # of a document that names several

    def hint(self, recorded: object, seen: dict[str, str]) -> None:
        """What the recorded answer tells of the request: the placeholder of an id it repeats."""
        self._hint = ""
        deleted = re.findall(r"'VersionId': '(<version-id:\d+>)'", str(recorded))
        self._hints = [seen[token] for token in deleted if token in seen]
        for name in _REPEATED:
            found = re.search(rf"'{name}': '(<[a-z-]+:\d+>)'", str(recorded))
            if found is not None and found[1] in seen:
                self._hint = seen[found[1]]
                return

    def order(self, recorded: object, seen: dict[str, str]) -> None:
        """Ids that were recorded all together, in the order they were given."""
        tokens = re.findall(r"<(upload|version)-id:(\d+)>", str(recorded))
        for number, (kind, token) in enumerate(tokens):
            given = self._all[kind]
            if number < len(given):
                seen.setdefault(f"<{kind}-id:{token}>", given[number])

    def learn(self, place: str, headers: dict[str, str], text: str) -> None:
        """Note the ids an answer gives to an object, or to a page."""
        version = headers.get("x-amz-version-id", "")
        if _VERSION.fullmatch(version):
            self._note("version", place, version)
        if "InitiateMultipartUploadResult" in text:
            for upload in re.findall("<UploadId>([^<]+)", text):
                self._note("upload", place, upload)
        for name, token in re.findall("<(NextContinuationToken|ContinuationToken)>([^<]+)", text):
            if name.startswith("Next") or "ListAllMyBuckets" in text:
                self._token = token
        for key, version in re.findall(
            "<Key>([^<]*)</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>([^<]+)",
            text,
        ):
            self._note("version", f"{place.split('/')[0]}/{key}", version)

    def target(self, place: str, target: str) -> str:
        """The target with this server's ids in it."""
        return _IN_TARGET.sub(lambda m: f"{m[1]}={self._id(m[1], place, m[2])}", target)

    def source(self, source: str) -> str:
        """The same of a copy source."""
        place = source.partition("?")[0].lstrip("/")
        return _IN_SOURCE.sub(lambda m: f"{m[1]}={self._id(m[1], place, m[2])}", source)

    def body(self, place: str, body: str) -> str:
        """The same of a document that deletes versions."""

        hints = iter(self._hints if len(_IN_BODY.findall(body)) == len(self._hints) else ())

        def replace(match: re.Match[str]) -> str:
            self._hint = next(hints, "")
            key = re.findall("<Key>([^<]*)</Key>", body[: match.start()])
            at = f"{place.split('/')[0]}/{key[-1]}" if key else place
            return f"{match[1]}{self._id('versionId', at, match[2])}"

        return _IN_BODY.sub(replace, body)

    def part(self, number: str, etag: str) -> None:
        """Note the ETag of a part."""
        self._parts[number] = etag

    def parts(self, body: str) -> str:
        """The document of a completion with this server's ETags in it."""
        return re.sub(
            r"(<ETag>)[^<]*(</ETag>(?:(?!<PartNumber>).)*<PartNumber>)(\d+)|"
            r"(<PartNumber>)(\d+)((?:(?!<ETag>).)*<ETag>)[^<]*",
            lambda m: (
                f"{m[1]}{self._parts.get(m[3], '')}{m[2]}{m[3]}"
                if m[1]
                else f"{m[4]}{m[5]}{m[6]}{self._parts.get(m[5], '')}"
            ),
            body,
        )

    def _note(self, kind: str, place: str, value: str) -> None:
        if value not in self._all[kind]:
            self._all[kind].append(value)
        for at in (f"{kind} {place}", f"{kind} {place.split('/')[0]}"):
            if value not in self._given[at]:
                self._given[at].append(value)

    def _id(self, parameter: str, place: str, old: str) -> str:
        if parameter == "continuation-token":
            if not _TOKEN.fullmatch(old):
                return old
            return self._known.setdefault(old, self._token.replace("=", "%3D"))
        kind = "upload" if "upload" in parameter else "version"
        if old.endswith(_INVENTED) or not (_UPLOAD if kind == "upload" else _VERSION).fullmatch(
            old
        ):
            return old
        if self._hint and kind in parameter.lower().replace("uploadid", "upload"):
            self._known[old] = self._hint
        if old not in self._known:
            self._known[old] = self._choose(kind, place, old)
        return self._known[old]

    def _choose(self, kind: str, place: str, old: str) -> str:
        for at in (f"{kind} {place}", f"{kind} {place.split('/')[0]}"):
            left = [one for one in self._given[at] if one not in self._known.values()]
            if left:
                return left[-1 if self._newest else 0]
        return old
