"""A bucket, those who call, and what a policy of it says to them."""

from __future__ import annotations

import json
from typing import Any

from server_ref.policy import Asked, Caller, Verdict, evaluate, parse

BUCKET = "bck"
BUCKET_ARN = "arn:aws:s3:::bck"
OBJECTS_ARN = "arn:aws:s3:::bck/*"
ALICE = Caller("111111111111", "a" * 64, "arn:aws:iam::111111111111:root")
BOB = Caller("222222222222", "b" * 64, "arn:aws:iam::222222222222:user/bob")
NOBODY = Caller()


def statement(**changes: Any) -> dict[str, Any]:
    fields = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": OBJECTS_ARN,
    }
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def document(*statements: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **fields})


def verdict(
    *statements: dict[str, Any],
    caller: Caller = NOBODY,
    action: str = "GetObject",
    key: str | None = "k",
    **facts: str | list[str],
) -> Verdict:
    given = {
        name.replace("__", ":"): [value] if isinstance(value, str) else value
        for name, value in facts.items()
    }
    return evaluate(parse(document(*statements), BUCKET), caller, Asked(action, BUCKET, key), given)
