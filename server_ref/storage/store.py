"""The store: one data directory, opened by one server. Reads, and the one way to write.

What a caller gets from `write` is durable; what it reads is always a committed state.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from server_ref.response import Payload
from server_ref.response import Segment as FileSegment
from server_ref.settings import Settings
from server_ref.storage import intake, versions
from server_ref.storage.bodies import Bodies
from server_ref.storage.buckets import Buckets
from server_ref.storage.changes import current_cause
from server_ref.storage.commit import GroupCommit, Reaction, Transaction
from server_ref.storage.keystore import FOLDER as KEYS
from server_ref.storage.keystore import KeyStore
from server_ref.storage.reading import GoneError, Pins, clip, open_segments
from server_ref.storage.recent import Read, Reads, Recent, keep
from server_ref.storage.records import Bucket, Segment, Version
from server_ref.storage.removal import Removal
from server_ref.storage.reserve import Reserve, makes_space
from server_ref.storage.schema import StoreError, connect, prepare
from server_ref.storage.sealing import BodyCipher
from server_ref.storage.tasks import Tasks
from server_ref.storage.trouble import is_full, look_again, refusal
from server_ref.storage.unsealing import unseal
from server_ref.storage.versions import FIELDS

T = TypeVar("T")
Choose = Callable[["Version | None"], tuple[int, int]]
_COLUMNS = ", ".join(f"o.{name}" for name in Version._fields)
_BODY = "LEFT JOIN blob b ON b.id = o.blob WHERE o.bucket = ? AND o.key = ?"
_GET = f"SELECT {_COLUMNS}, b.file, b.data FROM object o {_BODY}"
_GET_VERSION = f"SELECT {_COLUMNS}, b.file, b.data FROM version o {_BODY} AND o.version_id = ?"
_TOP = (
    f"SELECT {FIELDS}, NULL, NULL FROM version WHERE bucket = ? AND key = ? "
    "ORDER BY seq DESC LIMIT 1"
)
_HEAD = f"SELECT {FIELDS} FROM object WHERE bucket = ? AND key = ?"
_HEAD_VERSION = f"SELECT {FIELDS} FROM version WHERE bucket = ? AND key = ? AND version_id = ?"


IDLE_READERS = 32  # connections that are kept open for the next readers


class Store(Buckets):
    """Buckets, their configurations, objects, versions and uploads. Thread-safe."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Open (or make) the data directory ``path``; raises StoreError with what to do."""
        self._durable = settings.durability == "full"
        self._inline = settings.inline_limit
        self._lock_file = _lock(path)
        self._database = path / "s3.sqlite"
        self._reserve = Reserve(path)
        try:
            connection = self._prepare(path)
        except StoreError:
            self._lock_file.close()
            raise
        self._removal = Removal(self.bodies)
        self.pins = Pins(self._removal)
        self.keys = KeyStore(path / KEYS, durable=self._durable)
        self._sequence_lock = threading.Lock()
        self._recent = Recent()
        self._commit = GroupCommit(connection, self._recent)
        self._idle: deque[sqlite3.Connection] = deque()
        super().__init__(connection)
        self.tasks = Tasks(connection)
        self._closing = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, daemon=True, name="sweep")
        self._sweeper.start()

    def _prepare(self, path: Path) -> sqlite3.Connection:
        """The database and the bodies; a full disk gives up its reserve. Raises StoreError."""
        try:
            connection, boot = prepare(self._database, durable=self._durable)
            try:
                self.bodies = Bodies(path, boot, durable=self._durable)
            except OSError as error:
                connection.close()
                raise StoreError(f"{path} cannot be written: {error.strerror}") from error
        except StoreError as error:
            if not (is_full(error.__cause__) and self._reserve.release()):
                raise
            return self._prepare(path)
        self._next_seq = boot << 40  # more than any earlier start gave out
        return connection

    def close(self) -> None:
        """Finish running writes and let go of the directory. No read may be running."""
        self._closing.set()
        self._sweeper.join()
        while self._idle:
            self._idle.pop().close()
        self._commit.close()
        self._removal.close()
        self._lock_file.close()

    def swept(self) -> None:
        """Wait until the files that nobody needs are removed, a killed server's too."""
        self._sweeper.join()
        self._removal.wait()

    # writing

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do ``work`` in a transaction shared with whoever comes at the same time.

        Returns when it is durable. Raises what ``work`` raised (nothing of it is kept then), and
        S3Error ServiceUnavailable when the disk is full or fails.
        """
        freeing = makes_space(current_cause().operation)
        if not freeing:
            self._spare()
        try:
            try:
                return self._commit.run(work)
            except sqlite3.DatabaseError as error:
                if not (freeing and is_full(error) and self._reserve.release()):
                    raise
                return self._commit.run(work)
        except sqlite3.DatabaseError as error:
            raise refusal(error) from error
        finally:
            if freeing:
                self._reserve.freed()

    def _spare(self) -> None:
        """What is left of a full disk is for what makes space; raises S3Error."""
        if self._reserve.given:
            self._removal.wait()
            if not self._reserve.may_be_back():
                raise refusal(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def react(self, reaction: Reaction) -> None:
        """Have ``reaction`` see every change of objects, inside the transaction that makes it."""
        self._commit.reactions.append(reaction)

    def put(self, tx: Transaction, bucket: Bucket, version: Version) -> Version:
        """Make ``version`` the current one, as every operation does; its version id is given."""
        return versions.put(tx, self.pins, bucket, version)

    def sequence(self) -> int:
        """A number greater than every one before, across restarts."""
        with self._sequence_lock:
            self._next_seq += 1
            return self._next_seq

    def take(
        self,
        read: Callable[[int], bytes],
        algorithms: Iterable[str],
        limit: int,
        cipher: BodyCipher | None = None,
    ) -> intake.Taken:
        """Read a body in, and keep it encrypted where there is a ``cipher``.

        Raises TooLongError past ``limit`` bytes, S3Error for a full disk.
        """
        self._spare()
        try:
            return intake.take(
                self.bodies, read, algorithms, inline=self._inline, limit=limit, cipher=cipher
            )
        except OSError as error:
            raise refusal(error) from error

    def drop(self, taken: intake.Taken) -> None:
        """Forget a body that was taken and is not wanted."""
        if taken.file is not None:
            self.bodies.discard(taken.file)

    # reading

    def head(self, bucket: Bucket, key: str, version_id: str | None = None) -> Version | None:
        """The latest version, or the one with this id; a delete marker too. None: no such."""
        reads = self._recent.reads
        read = reads.get((bucket.id, key)) if reads else None
        if read is not None and (version_id is None or version_id == read.version.version_id):
            return read.version
        with self.reader() as reader:
            row = reader.execute(_HEAD, (bucket.id, key)).fetchone()
            if version_id is not None and (row is None or row[2] != version_id):
                row = reader.execute(_HEAD_VERSION, (bucket.id, key, version_id)).fetchone()
            elif row is None:
                row = reader.execute(_TOP, (bucket.id, key)).fetchone()
                row = row and row[:-2]
        return Version._make(row) if row else None

    def open(
        self,
        bucket: Bucket,
        key: str,
        version_id: str | None,
        choose: Choose,
        customer_key: bytes | None = None,
    ) -> tuple[Version, Payload]:
        """A version and those of its bytes that ``choose`` wants, opened and decrypted.

        ``choose`` gets what `head` gives and returns (start, length), or raises; it is asked again
        when the object is replaced in that moment. Its None must raise. Raises what `unseal` does
        for a sealed body (``customer_key`` is 32 bytes), and S3Error ServiceUnavailable for one
        that is not there any more.
        """
        lost: Version | None = None
        while True:
            reads = self._recent.reads
            read = reads.get((bucket.id, key)) if reads else None
            if read is None or (version_id is not None and version_id != read.version.version_id):
                read = self._read(bucket, key, version_id, reads)
            if read is None:
                choose(None)
                raise LookupError(f"choose() accepted a version that is not there: {key!r}")
            start, length = choose(read.version)
            try:
                return read.version, self._payload(read, start, length, customer_key)
            except (FileNotFoundError, GoneError) as error:
                lost = look_again(key, read.version, lost, error)
            except OSError as error:
                raise refusal(error) from error

    def _read(
        self, bucket: Bucket, key: str, version_id: str | None, reads: Reads | None
    ) -> Read | None:
        """The latest version, or the one with this id, from the database; a current one is kept."""
        with self.reader() as reader:
            row = reader.execute(_GET, (bucket.id, key)).fetchone()
            current = row is not None
            if version_id is not None and (row is None or row[2] != version_id):
                current = False
                row = reader.execute(_GET_VERSION, (bucket.id, key, version_id)).fetchone()
            elif row is None:
                row = reader.execute(_TOP, (bucket.id, key)).fetchone()
        if row is None:
            return None
        read = Read(Version._make(row[:-2]), row[-2], row[-1])
        if current and reads is not None:
            keep(reads, bucket.id, key, read)
        return read

    def open_segments(self, segments: list[Segment], cipher: BodyCipher | None = None) -> Payload:
        """These segments as a payload, decrypted by ``cipher``; raises GoneError."""
        with self.reader() as reader:
            return open_segments(reader, self.bodies, self.pins, segments, cipher)

    def _payload(self, read: Read, start: int, length: int, customer_key: bytes | None) -> Payload:
        version, name, data = read
        sealed = version.read_sealed()
        if sealed is not None:
            cipher = unseal(self.keys, sealed, customer_key)
            return self.open_segments(clip(version.read_segments(), start, length), cipher)
        if data is not None:
            if length != len(data):
                data = data[start : start + length]
            return Payload(length, (data,))
        if name is not None:
            return Payload(length, (FileSegment(self.bodies.open(name), start, length),))
        return self.open_segments(clip(version.read_segments(), start, length))

    @contextlib.contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading, in autocommit mode.

        Raises S3Error ServiceUnavailable when the disk fails under whoever has it.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self._database, durable=self._durable)
            connection.execute("PRAGMA query_only = ON")
        try:
            yield connection
        except (sqlite3.DatabaseError, OSError) as error:
            raise refusal(error) from error
        finally:
            if len(self._idle) < IDLE_READERS:
                self._idle.append(connection)
            else:  # a burst gives its descriptors back
                connection.close()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """As `reader`, and every statement sees the same state."""
        with self.reader() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    def _sweep(self) -> None:
        """Remove the files that no blob names: a killed server's. Then set the reserve aside."""
        with self.reader() as reader:
            self.bodies.sweep(
                lambda name: (
                    self._closing.is_set()
                    or reader.execute("SELECT 1 FROM blob WHERE file = ?", (name,)).fetchone()
                    is not None
                )
            )
        self._reserve.fill()


def _lock(path: Path) -> BinaryIO:
    """The data directory's lock, held while the file is open; raises StoreError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (path / "lock").open("ab")
    except OSError as error:
        raise StoreError(
            f"{path} cannot be used as a data directory: {error.strerror}; "
            "give this user write permission or name another"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise StoreError(
            f"{path} is in use by another server: stop it or name another data directory"
        ) from error
    return file
