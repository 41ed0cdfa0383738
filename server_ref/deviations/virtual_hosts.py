"""Deviations of buckets that are named by the host of a request."""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.deviations import Change, declare
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Seams

Located = Callable[[Request], None]


def _located(change: Located, *, first: Located | None = None) -> Change:
    """Requests at a bucket's host pass through ``change``; all through ``first``, before that."""

    def step(server: Seams) -> None:
        @server.around_locate
        def locate(plain: Located, request: Request) -> None:
            if first is not None:
                first(request)
            plain(request)
            if request.virtual_host:
                change(request)

    return step


def _refuse(when: Callable[[Request], bool], code: str) -> Located:
    def change(request: Request) -> None:
        if when(request):
            raise S3Error(code)

    return change


def _without_the_bucket(request: Request) -> None:
    name, _, rest = (request.key or "").partition("/")
    if name == request.bucket:
        request.key = rest or None


def _one_slash(request: Request) -> None:
    if request.key:
        request.key = re.sub("/+", "/", request.key).lstrip("/")


def _no_bucket_at_the_root(request: Request) -> None:
    if not request.key and request.method == "GET":
        request.bucket = None


def _first_label(request: Request) -> None:
    if request.bucket and request.method != "HEAD":
        request.bucket = request.bucket.partition(".")[0]


def _in_the_source(request: Request) -> None:
    source = request.headers.get("x-amz-copy-source")
    if source:
        request.headers["x-amz-copy-source"] = f"{request.bucket}/{source}"


def _nothing(_request: Request) -> None:
    """The request stays as it is."""


def _has_capitals(request: Request) -> bool:
    return request.host != request.host.lower()


declare(
    "virtual-host-is-read-only",
    "At a bucket's host nothing is written.",
    _located(_refuse(lambda request: request.method == "PUT", "MethodNotAllowed")),
)
declare(
    "virtual-host-strips-the-bucket",
    "At a bucket's host a path that begins with the bucket loses that.",
    _located(_without_the_bucket),
)
declare(
    "virtual-host-merges-slashes",
    "At a bucket's host slashes that follow each other are one.",
    _located(_one_slash),
)
declare(
    "virtual-host-root-is-all-buckets",
    "The root of a bucket's host is the list of all buckets.",
    _located(_no_bucket_at_the_root),
)
declare(
    "virtual-host-of-no-bucket-is-a-key",
    "A host whose bucket is not there is NoSuchKey.",
    _located(_refuse(lambda request: bool(request.key) and request.method == "GET", "NoSuchKey")),
)
declare(
    "virtual-host-has-case",
    "A host in capitals is no bucket's.",
    _located(_nothing, first=_refuse(_has_capitals, "NoSuchBucket")),
)
declare(
    "virtual-host-is-one-label",
    "A bucket at a host is its first label, whatever dots its name has.",
    _located(_first_label),
)
declare(
    "virtual-host-not-presigned",
    "A presigned request at a bucket's host is refused.",
    _located(_refuse(lambda request: "X-Amz-Signature" in request.query, "AccessDenied")),
)
declare(
    "virtual-host-makes-no-bucket",
    "PUT of the root of a host makes no bucket.",
    _located(
        _refuse(lambda request: not request.key and request.method == "PUT", "MethodNotAllowed")
    ),
)
declare(
    "virtual-host-copies-elsewhere",
    "At a bucket's host the source of a copy is a key of that bucket.",
    _located(_in_the_source),
)
