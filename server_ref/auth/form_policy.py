"""The policy of a form: until when it is good, and what the form's fields have to be.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.model.values import parse_iso8601, parse_long

Sizes = tuple[int, int]  # bytes of the file: at least, at most
# Escapes of a policy that JSON does not have; a pair of backslashes is one, and stays.
_ESCAPE = re.compile(rb"\\([\\$v])")
_MEANS = {b"\\": rb"\\", b"$": b"$", b"v": rb"\u000b"}
_UNCONDITIONAL = frozenset(("x-amz-signature", "signature", "awsaccesskeyid", "policy", "file"))


def check_policy(
    encoded: str, bucket: str, fields: Mapping[str, str], strict: Strictness, now: datetime
) -> Sizes | None:
    """Return the sizes a file may have, when everything else the policy says holds.

    ``fields`` have lower-case names and ${filename} replaced. Raises S3Error AccessDenied,
    InvalidPolicyDocument.
    """
    policy = _read(encoded)
    if _expiration(policy, strict) < now and strict.form_expiry:
        raise _denied("Policy expired.")
    conditions = policy.get("conditions")
    if not isinstance(conditions, list):
        raise _invalid("Policy missing conditions.")
    values = {**fields, "bucket": bucket}
    named = set()
    sizes = None
    for condition in map(_normal, conditions):
        operator, name, value = condition
        if operator == "content-length-range":
            sizes = _sizes(condition)
            continue
        field = name[1:].lower()
        named.add(field)
        # a field that is not sent fails any: https://github.com/waynehoover/s3_direct_upload/issues/29
        if strict.form_conditions and not (
            name.startswith("$")
            and field in values
            and _holds(operator, field, values[field], value)
        ):
            raise _failed(condition)
    extra = sorted(
        name
        for name in {**fields, **({"bucket": bucket} if strict.form_bucket else {})}
        if name not in named | _UNCONDITIONAL and not name.startswith("x-ignore-")
    )
    if extra and strict.form_conditions:
        raise _denied(f"Extra input fields: {', '.join(extra)}")
    return sizes if strict.form_sizes else None


def _read(encoded: str) -> dict[str, Any]:
    try:
        text = _ESCAPE.sub(lambda found: _MEANS[found[1]], b64decode(encoded, validate=False))
        # decoded here: of bytes Python would take UTF-16 and UTF-32 too
        policy = json.loads(text.decode(), parse_float=_refuse_float)
    except (binascii.Error, ValueError, RecursionError):
        raise _invalid("Invalid JSON.") from None
    if not isinstance(policy, dict):
        raise _invalid("Invalid JSON.")
    for name, value in policy.items():  # https://stackoverflow.com/q/31169349, of a bucket policy
        if name.lower() not in ("expiration", "conditions") and isinstance(value, (list, dict)):
            raise _invalid(f"Unexpected: '{name.lower()}'")
    return policy


def _refuse_float(text: str) -> NoReturn:
    """S3 reads no number with a point: https://stackoverflow.com/q/77643928"""
    raise ValueError(text)


def _expiration(policy: dict[str, Any], strict: Strictness) -> datetime:
    text = policy.get("expiration")
    if text is None:
        raise _invalid("Policy missing expiration.")
    try:
        if not strict.form_dates:
            return datetime.fromisoformat(str(text))
        if "T" not in str(text):
            raise ValueError("a date without a time")
        return parse_iso8601(str(text))
    except ValueError:
        raise _invalid(f"Invalid 'expiration' value: '{text}'") from None


def _normal(condition: Any) -> list[str]:
    """A condition as three words: operator, $field (or the least size), value."""
    if isinstance(condition, dict):
        if len(condition) != 1:
            raise _invalid(
                "Invalid Simple-Condition: Simple-Conditions must have exactly one property"
                " specified."
            )
        ((name, value),) = condition.items()
        if value is None:  # https://github.com/dwilkie/carrierwave_direct/issues/230
            raise _invalid("Invalid JSON.")
        if not isinstance(value, str):  # https://github.com/toniopelo/modbox/issues/10
            raise _invalid("Invalid Simple-Condition: value must be a string.")
        return ["eq", f"${name}", value]
    if condition == []:
        raise _invalid("Invalid Condition: missing operation identifier.")
    if not isinstance(condition, list) or len(condition) != 3:
        raise _invalid("Invalid Condition: wrong number of arguments.")
    words = [str(word) for word in condition]
    words[0] = words[0].lower()
    if words[0] not in ("eq", "starts-with", "content-length-range"):
        raise _invalid(f"Invalid Condition: unknown operation '{words[0]}'.")
    return words


def _holds(operator: str, field: str, given: str, wanted: str) -> bool:
    if operator == "eq":
        return given == wanted
    # a Content-Type with commas is a list, of which each value has to start like this
    values = given.split(",") if field == "content-type" else [given]
    return all(value.strip().startswith(wanted) for value in values)


def _sizes(condition: list[str]) -> Sizes:
    try:
        return parse_long(condition[1]), parse_long(condition[2])
    except ValueError:
        raise _failed(condition) from None


def _failed(condition: list[str]) -> S3Error:
    words = json.dumps(condition, ensure_ascii=False)
    return _denied(f"Policy Condition failed: {words}")


def _denied(reason: str) -> S3Error:
    return S3Error("AccessDenied", f"Invalid according to Policy: {reason}")


def _invalid(reason: str) -> S3Error:
    return S3Error("InvalidPolicyDocument", f"Invalid Policy: {reason}")
