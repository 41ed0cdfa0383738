"""Every operation with every query parameter that is another's: nothing stored changes.

What S3 is known to ignore is ignored; anything else on a request that writes is refused.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

from server_ref.model.foreign import IGNORED
from server_ref.model.routes import PSEUDO, own_parameters, parameters
from server_ref.model.source import load
from server_ref.server import S3Server
from tests.server.test_every_operation import OPERATIONS, members_of

MODEL = load()
PARAMETERS = sorted(parameters(MODEL))
BUCKET = "pairs"
_READING = ("GET", "HEAD")
# Of another host, or refused whatever is asked.
_ELSEWHERE = {"ListDirectoryBuckets", "WriteGetObjectResponse", "CreateSession"}


class Captured(Exception):  # noqa: N818 - carries a request out of botocore, and is no error
    def __init__(self, request: AWSPreparedRequest) -> None:
        super().__init__()
        self.request = request


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """A server whose unsigned requests are its owner's, with something to lose."""
    with S3Server(anonymous=True, durability="relaxed") as running:
        s3 = boto3.client("s3", **running.client_kwargs)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket=BUCKET, Key="key", Body=b"there before")
        s3.create_bucket(Bucket="empty")
        yield running


@pytest.fixture(scope="module")
def serialise(server: S3Server) -> Any:
    """``serialise(operation)`` gives a valid request of it, unsigned."""
    config = Config(
        signature_version=UNSIGNED,
        s3={"addressing_style": "path"},
        parameter_validation=False,
        inject_host_prefix=False,
    )
    client = boto3.client("s3", endpoint_url=server.url, region_name=server.region, config=config)

    def capture(request: AWSPreparedRequest, **_: Any) -> None:
        raise Captured(request)

    client.meta.events.register_first("before-send.s3", capture)

    def make(operation: str) -> AWSPreparedRequest:
        bucket = {"DeleteBucket": "empty", "CreateBucket": "another"}.get(operation, BUCKET)
        name = next(
            one for one in dir(client) if client.meta.method_to_api_mapping.get(one) == operation
        )
        with pytest.raises(Captured) as caught:
            getattr(client, name)(**members_of(operation, bucket))
        return caught.value.request

    return make


def _place(operation: str) -> tuple[str, str, frozenset[str]]:
    """Method, path and sub-resource of an operation."""
    http = MODEL["operations"][operation]["http"]
    path, _, flags = http["requestUri"].partition("?")
    return (
        http["method"],
        path,
        frozenset(flag.partition("=")[0] for flag in flags.split("&") if flag),
    )


_PLACES = {_place(operation) for operation in OPERATIONS}


def _is_another(operation: str, name: str) -> bool:
    """Whether the parameter makes the request another operation's own: ?cors on DELETE."""
    method, path, flags = _place(operation)
    return (method, path, flags | {name}) in _PLACES


def _changes(server: S3Server) -> int:
    """How many rows were ever written."""
    store: Any = server._store  # what is stored, whatever is answered
    count: int = store._commit._connection.total_changes
    return count


def test_there_are_thousands_of_pairs() -> None:
    pairs = sum(
        len(set(PARAMETERS) - own_parameters(MODEL["shapes"], MODEL["operations"][name]))
        for name in OPERATIONS
    )
    assert pairs > 5000


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - _ELSEWHERE))
def test_a_foreign_parameter_changes_nothing(
    server: S3Server, serialise: Any, operation: str
) -> None:
    request = serialise(operation)
    url = urlsplit(request.url)
    own = own_parameters(MODEL["shapes"], MODEL["operations"][operation])
    connection = http.client.HTTPConnection(url.hostname or "", url.port or 0, timeout=30)
    written = request.method not in _READING
    headers = {name: str(text) for name, text in request.headers.items()}
    try:
        for name in PARAMETERS:
            ignored = written and name in IGNORED
            if name in own or ignored or _is_another(operation, name):
                continue
            query = f"{url.query}&{name}=1" if url.query else f"{name}=1"
            before = _changes(server)
            connection.request(request.method, f"{url.path}?{query}", request.body, headers)
            answer = connection.getresponse()
            answer.read()
            assert _changes(server) == before, f"{operation} with ?{name}: {answer.status}"
            if written:
                assert 400 <= answer.status < 500, f"{operation} with ?{name}: {answer.status}"
    finally:
        connection.close()


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_form_takes_no_parameter(server: S3Server, name: str) -> None:
    """A form posted to a bucket writes an object, and is no operation of the model."""
    assert PSEUDO
    form = (
        b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nkey\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nlost\r\n--b--\r\n'
    )
    url = urlsplit(server.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port or 0, timeout=30)
    before = _changes(server)
    try:
        connection.request(
            "POST",
            f"/{BUCKET}?{name}=1",
            form,
            {"Content-Type": "multipart/form-data; boundary=b"},
        )
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    assert (answer.status in (200, 204)) is (name in IGNORED)
    assert (_changes(server) == before) is (name not in IGNORED)
