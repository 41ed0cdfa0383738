"""The 307 with which a proxy sends an S3 client to a target.

https://github.com/NVIDIA/aistore/blob/main/docs/s3compat.md#boto3-compatibility
"""

from __future__ import annotations

import time

from server_ref.aistore.placement import Node
from server_ref.model.values import xml_text
from server_ref.request import Request
from server_ref.response import Response

SERVER = "AIStore"  # as redirects and heads of buckets name it
OWN_PARAMETERS = ("pid", "utm", "vpams")  # what a redirect adds to a query


def location(request: Request, proxy: Node, target: Node) -> str:
    """Where the client is sent: the request as it came, and who sent it when."""
    mark = "&" if "?" in request.target else "?"
    return f"{target.url}{request.target}{mark}pid={proxy.id}&utm={time.time_ns()}"


def to_target(request: Request, bucket: str, proxy: Node, target: Node, endpoint: str) -> Response:
    """The answer. ``endpoint`` is what its body names; "" for the whole Location."""
    where = location(request, proxy, target)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        "<Error><Code>TemporaryRedirect</Code><Message>Redirect</Message>"
        f"<Endpoint>{xml_text(endpoint or where)}</Endpoint>"
        f"<Bucket>{xml_text(bucket)}</Bucket></Error>"
    )
    headers = {
        "Location": where,
        "Content-Type": "text/xml; charset=utf-8",
        "Server": SERVER,
    }
    if request.method == "HEAD":
        headers["Content-Length"] = str(len(body.encode()))
        return Response(307, headers)
    return Response(307, headers, body.encode())
