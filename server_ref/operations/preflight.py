"""OPTIONS: a browser asks whether a request from another origin may be made.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.gate.crossorigin import rules_of
from server_ref.model.routes import PREFLIGHT
from server_ref.operations import operation
from server_ref.rules import cors


@operation(PREFLIGHT)
def preflight(ctx: Context, members: Members) -> Members:
    """The headers of the rule that fits; no signature is asked for and none looked at."""
    name: str | None = members.get("Bucket")
    ctx.response_headers.update(
        cors.preflight(
            rules_of(ctx.store, name),
            ctx.request.headers,
            exists=name is not None and ctx.store.bucket_owner(name) is not None,
            on_object=members.get("Key") is not None,
        )
    )
    return {}
