"""One line a request: plain for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote

from server_ref.http.connection import Log
from server_ref.request import Request
from server_ref.response import Response

_SHOWN = ("versionId", "uploadId", "partNumber")  # of the query; none of them is a secret
_LONGEST = 200  # characters of a value


def plain(stream: TextIO | None = None) -> Log:
    """``12:30:01.123 GET /bucket/key GetObject 200 - 1.2ms 1024B 0123456789ABCDEF``."""
    out = stream or sys.stderr

    def log(request: Request, response: Response, sent: int, seconds: float) -> None:
        trace = request.trace
        path = shown_path(request)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")[11:23]
        out.write(
            f"{now} {request.method} {path} {trace.get('operation', '-')} {response.status}"
            f" {trace.get('error', '-')} {seconds * 1e3:.1f}ms {sent}B {request.id}\n"
        )
        out.flush()

    return log


def as_json(stream: TextIO | None = None) -> Log:
    """One object a line, with the same facts by name."""
    out = stream or sys.stderr

    def log(request: Request, response: Response, sent: int, seconds: float) -> None:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": request.client_address,
            "method": request.method,
            "bucket": request.bucket,
            "key": request.key,
            "query": {name: request.query[name] for name in _SHOWN if name in request.query},
            "operation": request.trace.get("operation"),
            "status": response.status,
            "error": request.trace.get("error"),
            "milliseconds": round(seconds * 1e3, 3),
            "bytes": sent,
            "request_id": request.id,
        }
        out.write(json.dumps(line) + "\n")
        out.flush()

    return log


def shown_path(request: Request) -> str:
    """The path, and of the query what names a version, an upload or a part.

    The rest may carry a signature. Nothing in it can end the line.
    """
    path = request.target.partition("?")[0]
    shown = "&".join(
        f"{name}={quote(request.query[name][:_LONGEST], safe='')}"
        for name in _SHOWN
        if name in request.query
    )
    path = path if path.isprintable() else path.encode("unicode_escape").decode()
    return f"{path}?{shown}" if shown else path
