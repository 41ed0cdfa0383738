"""The clients whose library is in a Python of its own: `rust`, `opendal`, `minio-py`, `s3fs`.

Each has a virtual environment in the cache, so that its botocore (s3fs) or urllib3 is not ours.
What the libraries can say is in the folder `libraries` beside this module.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.cache import cache_folder
from conformance.clients.fetching import Fetch, fetched_by
from conformance.clients.in_pieces import PiecesAnswer
from conformance.clients.proxied import ProxiedProgramClient

SOURCE = Path(__file__).parent / "libraries"
_PARTS = {"PutObject": ("CompleteMultipartUpload",)}


class LibraryClient(ProxiedProgramClient):
    """A library of Python's package index, through one program for all of them."""

    package: ClassVar[str]
    module: ClassVar[str]  # of the folder `libraries`, without `_says`
    also: ClassVar[Mapping[str, Sequence[str]]] = _PARTS
    answers: ClassVar[type[Answer]] = Answer

    @classmethod
    def version(cls) -> str:
        return _version(cls.name, cls.package, cls._python())

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:
        wanted = cls.package if version is None else f"{cls.package}=={version}"

        def into(fresh: Path) -> None:
            fetched_by([sys.executable, "-m", "venv", str(fresh)], folder=fresh)
            pip = [str(fresh / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
            fetched_by([*pip, "install", "-q", wanted], folder=fresh)

        return Fetch(what=cls.comes_from, place=cache_folder() / cls.name, into=into)

    @classmethod
    def _python(cls) -> Path:
        given = os.environ.get(f"S3COMPAT_{cls.name.upper().replace('-', '_')}")
        return (Path(given).absolute() if given else cache_folder() / cls.name) / "bin" / "python"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        return self.answers(**vars(super().call(operation, parameters)))

    def command(self) -> Sequence[str]:
        return [str(self._python()), "-P", "-c", _START, str(SOURCE), self.module]

    def environment(self) -> dict[str, str]:
        whole = super().environment()
        del whole["NO_PROXY"]
        whole |= dict.fromkeys(
            ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), self.proxy.url
        )
        if self.endpoint.secure:
            whole["SSL_CERT_FILE"] = str(self.home / "trusted.pem")
        return whole


_START = "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = sys.argv[2:]; " + (
    "runpy.run_path(sys.path[0] + '/program.py', run_name='__main__')"
)


@functools.cache
def _version(client: str, package: str, python: Path) -> str:
    if not python.exists():
        raise ClientCannotError(
            f"{package} is not in {python.parent.parent}; `s3compat clients install {client}`"
        )
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run(
        [str(python), "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise ClientCannotError(f"{python} has no {package}; `s3compat clients install {client}`")
    return f"{package}/{done.stdout.strip()}"


class _OpenDalAnswer(PiecesAnswer):
    who = "OpenDAL"

    def beyond(self, what: str, expected: str) -> str | None:
        wanted = re.fullmatch(r"bytes=\d+-(\d+)", self.asked("Range") or "")
        given = re.fullmatch(r"bytes \d+-(\d+)/(\d+)", self.headers.get("Content-Range", ""))
        if self.status == 206 and wanted and given and self.body is None:
            last, size = int(given[1]), int(given[2])
            if int(wanted[1]) >= size == last + 1:
                return "OpenDAL delivers nothing of a range that is longer than the object"
        return super().beyond(what, expected)


class _RustAnswer(Answer):
    def beyond(self, what: str, expected: str) -> str | None:
        if self.operation == "DeleteObjects" and self.parsed.get("Errors") and "report" in what:
            return "object_store ends its deletion with the first key that is not deleted"
        return super().beyond(what, expected)


class _MinioAnswer(PiecesAnswer):
    who = "minio-py"


class RustClient(LibraryClient):
    """`object_store`, the crate of DataFusion, Polars, delta-rs and Lance, by its Python wheel."""

    name = "rust"
    family = "Rust"
    package = "obstore"
    module = "obstore"
    answers = _RustAnswer
    calls_it = "obstore: {operation} with {members}"
    comes_from = "PyPI: obstore (the crate object_store)"


class OpenDalClient(LibraryClient):
    """Apache OpenDAL, by its Python wheel."""

    name = "opendal"
    family = "Rust"
    package = "opendal"
    module = "opendal"
    answers = _OpenDalAnswer
    calls_it = "opendal.Operator('s3'): {operation} with {members}"
    comes_from = "PyPI: opendal (the crate of that name)"


class MinioPyClient(LibraryClient):
    """MinIO's SDK for Python."""

    name = "minio-py"
    family = "Python"
    package = "minio"
    module = "minio"
    answers = _MinioAnswer
    calls_it = "minio.Minio: {operation} with {members}"
    comes_from = "PyPI: minio"


class _S3fsAnswer(PiecesAnswer):
    who = "s3fs"


class S3fsClient(LibraryClient):
    """The file system of pandas and Dask, on aiobotocore."""

    name = "s3fs"
    family = "Python"
    package = "s3fs"
    module = "s3fs"
    also = {**_PARTS, "GetObject": ("HeadObject",), "CopyObject": ("HeadObject",)}  # noqa: RUF012 -- never changed
    answers = _S3fsAnswer
    calls_it = "s3fs.S3FileSystem: {operation} with {members}"
    comes_from = "PyPI: s3fs (aiobotocore)"
