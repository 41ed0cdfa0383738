"""The local key store: what AWS KMS is to S3, as files of the data directory. Keys never leave it.

One file a key, written whole and renamed, so that a command beside a running server may add or
disable keys: each use looks whether the file has changed. This is no KMS: no key policies (a key
is its account's), no grants, no rotation.
https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path

import msgspec

from server_ref.storage import sealing
from server_ref.storage.schema import StoreError

FOLDER = "keys"  # of a data directory
ENABLED, DISABLED, PENDING_DELETION = "Enabled", "Disabled", "PendingDeletion"
S3_ALIAS = "alias/aws/s3"
KEY_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ALIAS = re.compile(r"alias/[a-zA-Z0-9/_-]{1,250}")


def check_name(name: str) -> None:
    """Raises ValueError for what is neither a key's id nor an alias."""
    if not KEY_ID.fullmatch(name) and not _ALIAS.fullmatch(name):
        raise ValueError(
            f"{name!r} names no KMS key: an id is a UUID in lower case, an alias is alias/ and "
            "letters, digits, '/', '_' or '-'"
        )


class Key(msgspec.Struct, frozen=True, omit_defaults=True):
    """A symmetric key. ``material`` is 32 bytes and in no representation of a key."""

    id: str
    account: str  # 12 digits
    region: str
    material: bytes
    state: str = ENABLED
    aliases: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        """The key's ARN."""
        return f"arn:aws:kms:{self.region}:{self.account}:key/{self.id}"

    def __repr__(self) -> str:
        return f"Key({self.arn}, {self.state})"


class KeyStore:
    """The keys under one directory. Thread-safe; several processes may use it."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        """``path`` is made when the first key is."""
        self._path = path
        self._durable = durable
        self._lock = threading.Lock()
        self._read: dict[str, tuple[tuple[int, int, int], Key]] = {}  # by id: file's marks, key

    def create(
        self, account: str, region: str, *, key_id: str | None = None, alias: str | None = None
    ) -> Key:
        """A new enabled key. Raises ValueError for an id or alias that is taken or none."""
        key_id = str(uuid.uuid4()) if key_id is None else key_id
        for name in (key_id, alias):
            if name is not None:
                check_name(name)
        with self._lock:
            if self.find(key_id) is not None:
                raise ValueError(f"there is a key {key_id} already")
            if alias is not None and self.by_alias(alias, account, region) is not None:
                raise ValueError(f"{alias} names another key already")
            key = Key(
                key_id,
                account,
                region,
                os.urandom(sealing.KEY_BYTES),
                aliases=(alias,) if alias else (),
            )
            self._write(key)
        return key

    def ensure(self, name: str, account: str, region: str) -> Key:
        """The key of this id or alias, made where there is none. Raises ValueError as `create`."""
        if name.startswith("alias/"):
            found = self.by_alias(name, account, region)
            return found or self.create(account, region, alias=name)
        return self.find(name) or self.create(account, region, key_id=name)

    def s3_key(self, account: str, region: str) -> Key:
        """The account's aws/s3 key in the region; made when it is first asked for."""
        found = self.by_alias(S3_ALIAS, account, region)
        if found is None:
            try:
                found = self.create(account, region, alias=S3_ALIAS)
            except ValueError:  # another thread was first
                found = self.by_alias(S3_ALIAS, account, region)
        assert found is not None
        return found

    def find(self, key_id: str) -> Key | None:
        """The key of this id as it is now. Raises StoreError for a file that is damaged."""
        if not KEY_ID.fullmatch(key_id):  # it becomes a path
            return None
        path = self._path / key_id
        try:
            status = path.stat()
            marks = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._read.get(key_id)
            if known is None or known[0] != marks:
                known = (marks, msgspec.json.decode(path.read_bytes(), type=Key))
                self._read[key_id] = known
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            raise StoreError(
                f"{path} is damaged: restore it from a backup, or remove it if nothing that is"
                " needed is encrypted with it"
            ) from None  # the decoder's own text may quote what it read
        return known[1]

    def by_alias(self, alias: str, account: str, region: str) -> Key | None:
        """The key that an account calls so."""
        for key in self.all():
            if alias in key.aliases and (key.account, key.region) == (account, region):
                return key
        return None

    def by_arn(self, arn: str) -> Key | None:
        """The key of a key's or an alias's ARN."""
        _, _, _, region, account, name = (arn.split(":", 5) + [""] * 6)[:6]
        if name.startswith("alias/"):
            return self.by_alias(name, account, region)
        found = self.find(name.removeprefix("key/"))
        return found if found is not None and found.arn == arn else None

    def all(self) -> list[Key]:
        """Every key, by id."""
        if not self._path.is_dir():
            return []
        names = sorted(path.name for path in self._path.iterdir() if KEY_ID.fullmatch(path.name))
        return [key for name in names if (key := self.find(name)) is not None]

    def set_state(self, key_id: str, state: str) -> Key:
        """Enable, disable or schedule a key for deletion. Raises KeyError."""
        with self._lock:
            key = self.find(key_id)
            if key is None:
                raise KeyError(key_id)
            changed = msgspec.structs.replace(key, state=state)
            self._write(changed)
        return changed

    def wrap(self, key: Key, data_key: bytes, context: Mapping[str, str]) -> bytes:
        """A data key under this key and encryption context."""
        return sealing.wrap(data_key, key.material, context)

    def unwrap(self, key: Key, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The opposite of `wrap`; raises WrongKeyError."""
        return sealing.unwrap(wrapped, key.material, context)

    def _write(self, key: Key) -> None:
        self._path.mkdir(mode=0o700, exist_ok=True)
        temporary = self._path / f".{secrets.token_hex(8)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(key))
            file.flush()
            if self._durable:
                os.fsync(file.fileno())
        temporary.rename(self._path / key.id)
        if self._durable:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
