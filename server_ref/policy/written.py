"""A bucket policy as S3 gives it back: it keeps what a policy says, not how it was written.

https://github.com/ansible/ansible/issues/42532 and https://github.com/hashicorp/terraform/issues/2432
say that a list of one comes back as a string, https://github.com/aws/aws-cdk/issues/9334 that an
account comes back as its root user, and https://github.com/versity/versitygw/issues/1536 that a
policy without a version comes back with the older one. The order of the members is that of
https://docs.aws.amazon.com/cli/latest/reference/s3api/get-bucket-policy.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from server_ref.policy.document import VERSIONS

_STATEMENT = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
)
_ACCOUNT = re.compile(r"[0-9]{12}")


def canonical(text: str) -> str:
    """The text of a policy that was accepted, without blanks and in S3's own form."""
    document: dict[str, Any] = json.loads(text)
    statements = document["Statement"]
    kept = {
        "Version": document.get("Version", VERSIONS[0]),
        **({"Id": document["Id"]} if "Id" in document else {}),
        "Statement": (
            [_statement(one) for one in statements]
            if isinstance(statements, list)
            else _statement(statements)
        ),
    }
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def _statement(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _member(name, fields[name]) for name in _STATEMENT if name in fields}


def _member(name: str, value: Any) -> Any:
    if name == "Condition":
        return {
            operator: {key: _single(values) for key, values in keys.items()}
            for operator, keys in value.items()
        }
    if name.endswith("Principal") and isinstance(value, dict):
        return {kind: _single(_roots(kind, names)) for kind, names in value.items()}
    return _single(value)


def _roots(kind: str, names: Any) -> Any:
    """Names of principals: an account, which can be told by its number alone, is its root user."""
    if kind != "AWS":
        return names
    listed = names if isinstance(names, list) else [names]
    return [f"arn:aws:iam::{name}:root" if _ACCOUNT.fullmatch(name) else name for name in listed]


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
