"""The cross-origin headers of any answer, success or error, to a request with an Origin."""

from __future__ import annotations

from typing import Any

from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.rules import cors


def rules_of(store: Any, name: str | None) -> list[cors.Rule] | None:
    """A bucket's CORS rules; None where there is no such bucket or nothing configured."""
    if not name:
        return None
    try:
        config = store.get_config(store.bucket(name), "cors")
    except S3Error:
        return None
    rules: list[cors.Rule] | None = config["CORSRules"] if config else None
    return rules


def headers_of(store: Any, request: Request) -> dict[str, str]:
    """What the bucket's rules add to the answer; nothing where none fits."""
    rules = rules_of(store, request.bucket)
    return cors.actual(rules, request.method, request.headers) if rules else {}
