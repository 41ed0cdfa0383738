"""The journal: every bucket name a run may use, on disk before the first request with it.

JSON Lines: a header that says where the run went, then one line a name made or removed. Several
workers append to one file; each line is one write. After a kill -9 it is what ``s3compat clean``
works from.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

FILE_NAME = "journal.jsonl"
PREFIX = "s3compat-"
RUN_ID = re.compile(r"\d{12}-[0-9a-f]{4}")


class JournalError(ValueError):
    """A file that is no journal, or names what no run of its id made; the message says where."""


class JournalHeader(msgspec.Struct, frozen=True, tag="journal", tag_field="kind"):
    """Where the run went. Credentials are named, never written."""

    run_id: str  # every bucket of the run has it in its name
    url: str  # of the endpoint
    region: str  # requests were signed for
    addressing: str  # "path" or "virtual"
    profile: str  # what the endpoint claims: a name or a file
    ca_bundle: str | None = None  # PEM file that its certificate was verified with
    insecure: bool = False  # its certificate was not verified
    credentials: str = ""  # as conformance.endpoint.credentials names them
    other_credentials: str = ""  # of the second account, named likewise; "" for none
    ephemeral: bool = False  # the endpoint was the run's own reference server and went with it


class Named(msgspec.Struct, frozen=True, tag="bucket", tag_field="kind"):
    """A bucket name about to be used."""

    bucket: str  # its name


class Removed(msgspec.Struct, frozen=True, tag="removed", tag_field="kind"):
    """A bucket that is gone."""

    bucket: str  # its name


Line = JournalHeader | Named | Removed  # of a journal
_decoder = msgspec.json.Decoder(Line)


def new_run_id() -> str:
    """A run id that sorts by time and fits a bucket name: ``260224031500-5f0c``."""
    return f"{time.strftime('%y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"


def bucket_prefix(run_id: str) -> str:
    """What every bucket name of the run starts with, and no other run's does."""
    return f"{PREFIX}{run_id}-"


class Journal:
    """An open journal, appended to by one process of the run."""

    def __init__(self, path: Path, run_id: str) -> None:
        """Open ``path`` for appending; raises OSError where that cannot be."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.run_id = run_id
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @classmethod
    def start(cls, path: Path, header: JournalHeader) -> Journal:
        """A new journal with its header on disk."""
        journal = cls(path, header.run_id)
        journal._append(header, durable=True)
        return journal

    def name(self, bucket: str) -> None:
        """Put the name on disk; returns when it is there."""
        if not bucket.startswith(bucket_prefix(self.run_id)):
            raise JournalError(f"{bucket}: not a name of run {self.run_id}")
        self._append(Named(bucket), durable=True)

    def removed(self, bucket: str) -> None:
        """The bucket is gone, or was never made."""
        self._append(Removed(bucket), durable=False)

    def close(self) -> None:
        """Close the file; what it says stays."""
        os.close(self._file)

    def _append(self, record: msgspec.Struct, *, durable: bool) -> None:
        os.write(self._file, msgspec.json.encode(record) + b"\n")
        if durable:
            os.fsync(self._file)


@dataclass(frozen=True)
class JournalRead:
    """What a journal says: the header and the names not known to be removed, oldest first."""

    path: Path
    header: JournalHeader
    open: tuple[str, ...]


def read_journal(path: Path) -> JournalRead:
    """Read a journal; a last line cut short by a kill is dropped.

    Raises JournalError for a file that is none, or that names a bucket of another run: such a
    file was not written by a run and nothing it names is touched.
    """
    header: JournalHeader | None = None
    names: dict[str, None] = {}
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            record = _decoder.decode(line)
        except msgspec.MsgspecError as problem:
            if number == len(lines) and header is not None:
                break
            raise JournalError(
                f"{path}: line {number} is no line of a journal ({problem}); "
                "give a run's journal.jsonl"
            ) from problem
        if isinstance(record, JournalHeader):
            if not RUN_ID.fullmatch(record.run_id):
                raise JournalError(f"{path}:{number}: {record.run_id!r} is no run id")
            header = record
        elif header is None:
            raise JournalError(f"{path}:{number}: a journal starts with its header")
        elif not record.bucket.startswith(bucket_prefix(header.run_id)):
            raise JournalError(
                f"{path}:{number}: {record.bucket} is not a bucket of run {header.run_id}; "
                "nothing was removed"
            )
        elif isinstance(record, Named):
            names[record.bucket] = None
        else:
            names.pop(record.bucket, None)
    if header is None:
        raise JournalError(f"{path}: empty; a journal starts with its header")
    return JournalRead(path=path, header=header, open=tuple(names))
