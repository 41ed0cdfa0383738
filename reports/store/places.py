"""Where a store lies: a folder, or a bucket on any S3 endpoint. Files are written whole, once."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyarrow import ArrowException
from pyarrow import fs as arrow_fs

from conformance.model.lines import written_whole
from reports.store.errors import StoreError

_NAME = re.compile(
    r"(runs|outcomes)/endpoint=[A-Za-z0-9_.~%-]+/day=\d{4}-\d\d-\d\d/[0-9a-f]{32}\.parquet"
)
LARGEST_FILE = 512 << 20  # bytes of one Parquet file; that of 3,000 outcomes has a quarter MiB
_ATTEMPTS, _CONNECT, _REQUEST = 4, 10, 120  # tries; seconds


class Place(ABC):
    """Files by name: ``runs/endpoint=…/day=…/<digest>.parquet``."""

    @abstractmethod
    def names(self, table: str) -> list[str]:
        """The names of a table's files; whatever else lies there is passed over."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether this file is there."""

    @abstractmethod
    def write(self, name: str, source: Path) -> None:
        """Put a copy of a local file there, whole or not at all."""

    @abstractmethod
    def fetch(self, name: str, target: Path) -> None:
        """Put a copy of this file at a local path."""


@dataclass(frozen=True)
class Folder(Place):
    """A store in a folder of this machine, or one that it mounts."""

    root: Path

    def names(self, table: str) -> list[str]:
        """As every place."""
        found = (self.root / table).glob("endpoint=*/day=*/*.parquet")
        return sorted(_kept(path.relative_to(self.root).as_posix() for path in found))

    def has(self, name: str) -> bool:
        """As every place."""
        return (self.root / name).is_file()

    def write(self, name: str, source: Path) -> None:
        """As every place; it is on disk when this returns."""
        with written_whole(self.root / name) as part, part.open("wb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fsync(file.fileno())

    def fetch(self, name: str, target: Path) -> None:
        """As every place."""
        with written_whole(target) as part:
            part.write_bytes((self.root / name).read_bytes())


class Bucket(Place):
    """A store in a bucket, through Arrow's S3 file system. Credentials come as the AWS SDKs find
    them; ``endpoint`` is a URL, empty for Amazon's own.
    """

    def __init__(self, url: str, endpoint: str, region: str) -> None:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise StoreError("a store's URL holds no credentials; they come from the environment")
        if not parts.netloc or parts.query or parts.fragment:
            raise StoreError(f"{url!r} is no store: expected s3://bucket or s3://bucket/prefix")
        self.root = "/".join([parts.netloc, *parts.path.strip("/").split("/")]).rstrip("/")
        options: dict[str, Any] = {}
        if endpoint:
            where = urlsplit(endpoint)
            if where.scheme not in ("http", "https") or not where.netloc:
                raise StoreError(f"{endpoint!r} is no endpoint: expected http://host:port")
            options = {"scheme": where.scheme, "endpoint_override": where.netloc}
        self._fs = arrow_fs.S3FileSystem(
            region=region,
            connect_timeout=_CONNECT,
            request_timeout=_REQUEST,
            retry_strategy=arrow_fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
            **options,
        )

    def names(self, table: str) -> list[str]:
        """As every place."""
        selector = arrow_fs.FileSelector(
            f"{self.root}/{table}", recursive=True, allow_not_found=True
        )
        with _said():
            found = self._fs.get_file_info(selector)
        return sorted(_kept(one.path.removeprefix(f"{self.root}/") for one in found if one.is_file))

    def has(self, name: str) -> bool:
        """As every place."""
        with _said():
            [info] = self._fs.get_file_info([f"{self.root}/{name}"])
        return bool(info.is_file)

    def write(self, name: str, source: Path) -> None:
        """As every place: an object of S3 is there when its upload is complete."""
        with (
            _said(),
            self._fs.open_output_stream(f"{self.root}/{name}", compression=None) as stream,
        ):
            stream.write(source.read_bytes())

    def fetch(self, name: str, target: Path) -> None:
        """As every place."""
        with _said(), self._fs.open_input_file(f"{self.root}/{name}") as stream:
            if stream.size() > LARGEST_FILE:
                raise StoreError(f"{name} is larger than {LARGEST_FILE >> 20} MiB; it is not ours")
            content = stream.read(LARGEST_FILE)
        with written_whole(target) as part:
            part.write_bytes(content)


def place_of(store: str, endpoint: str = "", region: str = "us-east-1") -> Place:
    """The place that a person means by a path or an ``s3://`` URL. Raises StoreError."""
    if store.startswith("s3://"):
        return Bucket(store, endpoint, region)
    if "://" in store:
        raise StoreError(f"{store!r} is no store: expected a folder or s3://bucket/prefix")
    return Folder(Path(store).absolute())


def mirrored(place: Place, mirror: Path) -> Path:
    """A folder with what a place has of runs and outcomes: its own, or ``mirror`` brought up to it.

    Files never change, so each is fetched once. The run's file is fetched after its outcomes.
    """
    if isinstance(place, Folder):
        return place.root
    local = Folder(mirror)
    runs = place.names("runs")
    digests = {name.rpartition("/")[2] for name in runs}
    outcomes = [name for name in place.names("outcomes") if name.rpartition("/")[2] in digests]
    for table, wanted in (("outcomes", outcomes), ("runs", runs)):
        here = set(local.names(table))
        for name in sorted(set(wanted) - here):
            place.fetch(name, mirror / name)
        for name in here - set(wanted):
            (mirror / name).unlink(missing_ok=True)
    return mirror


def _kept(names: Iterator[str]) -> Iterator[str]:
    return (name for name in names if _NAME.fullmatch(name))


@contextmanager
def _said() -> Iterator[None]:
    """What Arrow raises, as ours; its messages name the operation and hold no credentials."""
    try:
        yield
    except (ArrowException, OSError) as problem:
        raise StoreError(f"the store's bucket: {str(problem).splitlines()[0]}") from problem
