"""The `pyarrow` client: the S3 file system of Amazon's SDK for C++, which TensorFlow has, too.

TensorFlow's own (tensorflow-io) is 2 GB and ends with Python 3.11; the same SDK is in pyarrow, and
that is what runs here. It reads, writes, sizes up and lists objects, and nothing else.
https://arrow.apache.org/docs/python/generated/pyarrow.fs.S3FileSystem.html
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from conformance.clients.answers import make_answer
from conformance.clients.base import Answer, Client, ClientCannotError
from conformance.clients.boto3 import no_configuration
from conformance.clients.in_pieces import PiecesAnswer
from conformance.clients.members import for_sdk
from conformance.evidence.proxy import RecordingProxy
from conformance.model.extras import how_to_install

_Members = dict[str, Any]
_ELSEWHERE = {
    "DeleteObject": "the file system looks first, and makes a folder of the key's beginning",
}
_PARTS = ("CompleteMultipartUpload",)  # what a written file ends with, when it is in parts


class PyArrowClient(Client):
    """pyarrow's S3FileSystem; `S3_ENDPOINT` is its endpoint_override, `S3_USE_HTTPS` its scheme."""

    name = "pyarrow"
    family = "Python"
    usual = False

    @classmethod
    def version(cls) -> str:
        if importlib.util.find_spec("pyarrow") is None:
            raise ClientCannotError(f"pyarrow is not installed; {how_to_install('tensorflow')}")
        return f"pyarrow/{importlib.metadata.version('pyarrow')} (AWS SDK for C++)"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        self.version()
        do = _OPERATIONS.get(operation)
        if do is None:
            why = _ELSEWHERE.get(operation, f"a file system has no way to say {operation}")
            raise ClientCannotError(why)
        if self.endpoint.secure:
            raise ClientCannotError("what the C++ SDK sends over TLS cannot be recorded")
        members = for_sdk(parameters)
        bucket, key = members.pop("Bucket"), members.pop("Key", "")
        body = members.pop("Body", b"")
        if members:
            raise ClientCannotError(f"a file system has no word for {', '.join(members)}")
        if _not_a_path(key):
            raise ClientCannotError(f"{key!r} is no path of a file")
        delivered: bytes | None = None
        failure = ""
        with no_configuration(), RecordingProxy(self.endpoint) as proxy:
            try:
                delivered = do(
                    self._file_system(proxy.port),
                    f"{bucket}/{key}".rstrip("/"),
                    body if isinstance(body, bytes) else body.read(),
                )
            except OSError as problem:  # the only kind that pyarrow's file systems raise
                failure = f"{type(problem).__name__}: {problem}"
            recorded = proxy.exchanges()
        answer = make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=recorded,
            succeeded=not failure,
            parameters=parameters,
            also=_PARTS if operation == "PutObject" else (),
            body=delivered,
            command=f"{self._line()}\n# {operation} of {bucket}/{key}",
            stderr=failure,
        )
        return _FileAnswer(**vars(answer))

    def _file_system(self, port: int) -> Any:
        from pyarrow import fs

        credentials = self.endpoint.credentials
        keys: dict[str, Any] = {"anonymous": True}
        if credentials is not None:
            keys = {
                "access_key": credentials.access_key,
                "secret_key": credentials.secret_key,
                "session_token": credentials.session_token,
            }
        return fs.S3FileSystem(
            endpoint_override=self.endpoint.host + self.endpoint.base_path,
            scheme="http",
            region=self.endpoint.region,
            force_virtual_addressing=self.endpoint.addressing == "virtual",
            background_writes=False,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1),
            proxy_options={"scheme": "http", "host": "127.0.0.1", "port": port},
            **keys,
        )

    def _line(self) -> str:
        where = self.endpoint.host + self.endpoint.base_path
        return (
            "from pyarrow import fs\n"
            f"s3 = fs.S3FileSystem(endpoint_override={where!r}, scheme='http', "
            f"region={self.endpoint.region!r})"
        )


class _FileAnswer(PiecesAnswer):
    who = "the C++ SDK"


def _not_a_path(key: str) -> bool:
    """Keys that the file system would change or refuse."""
    parts = key.split("/")
    return bool(key) and (key.startswith("/") or key.endswith("/") or "" in parts)


def _write(files: Any, path: str, body: bytes) -> None:
    with files.open_output_stream(path) as out:
        out.write(body)


def _read(files: Any, path: str, _body: bytes) -> bytes:
    with files.open_input_stream(path) as stream:
        return bytes(stream.read())


def _look(files: Any, path: str, _body: bytes) -> None:
    with files.open_input_file(path) as file:
        file.size()


def _list(files: Any, path: str, _body: bytes) -> None:
    from pyarrow import fs

    files.get_file_info(fs.FileSelector(path, recursive=True))


_OPERATIONS: Mapping[str, Callable[[Any, str, bytes], bytes | None]] = {
    "PutObject": _write,
    "GetObject": _read,
    "HeadObject": _look,
    "ListObjectsV2": _list,
}
