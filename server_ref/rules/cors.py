"""Cross-origin rules: which configuration S3 takes, which rule fits a request, what it answers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from server_ref.errors import S3Error

METHODS = ("GET", "PUT", "HEAD", "POST", "DELETE")
_ASKABLE = (*METHODS, "PATCH", "OPTIONS")  # what a preflight may name, a rule or not
MAX_RULES = 100
MAX_ID = 255  # characters
_expose_header = re.compile(r"[A-Za-z0-9-]*").fullmatch
_header_name = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]*").fullmatch  # RFC 9110 section 5.6.2
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

Rule = Mapping[str, Any]  # a CORSRule by the members of the service model


class Match(NamedTuple):
    """The rule that fits and the origin pattern in it that did."""

    rule: Rule
    pattern: str


def validate(rules: Iterable[Rule] | None) -> None:
    """Raises S3Error MalformedXML or InvalidRequest for a configuration S3 does not take.

    https://github.com/scality/cloudserver/pull/497 says what S3 looks at, and in which words;
    PutBucketCors_invalid_header of https://github.com/versity/versitygw, which names it refuses.
    """
    listed = list(rules or ())
    if not 0 < len(listed) <= MAX_RULES:
        raise S3Error("MalformedXML")
    for rule in listed:
        if not rule.get("AllowedMethods") or not rule.get("AllowedOrigins"):
            raise S3Error("MalformedXML")
        if len(rule.get("ID") or "") > MAX_ID:
            raise S3Error("MalformedXML")
    for rule in listed:
        _validate_values(rule)


def _validate_values(rule: Rule) -> None:
    for method in rule["AllowedMethods"]:
        if method not in METHODS:
            raise S3Error(
                "InvalidRequest",
                f"Found unsupported HTTP method in CORS config. Unsupported method is {method}",
            )
    for element in ("AllowedOrigin", "AllowedHeader"):
        for value in rule.get(f"{element}s") or ():
            if value.count("*") > 1:
                raise S3Error(
                    "InvalidRequest", f'{element} "{value}" can not have more than one wildcard.'
                )
    for header in rule.get("ExposeHeaders") or ():
        if "*" in header:
            raise S3Error(
                "InvalidRequest",
                f'ExposeHeader "{header}" contains wildcard. We currently do not support wildcard'
                " for ExposeHeader.",
            )
    names = (
        *((header, _header_name) for header in rule.get("AllowedHeaders") or ()),
        *((header, _expose_header) for header in rule.get("ExposeHeaders") or ()),
    )
    for header, good in names:  # S3 names one element for both in its message
        if not good(header):
            raise S3Error("InvalidRequest", f'AllowedHeader "{header}" contains invalid character.')


def find(rules: Iterable[Rule], origin: str, method: str, headers: Iterable[str]) -> Match | None:
    """The first rule for the origin, the method and every one of the headers, or None."""
    wanted = list(headers)
    for rule in rules:
        if method not in rule["AllowedMethods"]:
            continue
        pattern = next((p for p in rule["AllowedOrigins"] if _fits(p, origin)), None)
        if pattern is not None and all(_header_allowed(rule, header) for header in wanted):
            return Match(rule, pattern)
    return None


def response_headers(match: Match, origin: str, headers: Iterable[str]) -> dict[str, str]:
    """The headers of an allowed request or preflight, in S3's order."""
    rule, pattern = match
    answer = {
        # the plain wildcard is answered as such and never with credentials
        "Access-Control-Allow-Origin": "*" if pattern == "*" else origin,
        "Access-Control-Allow-Methods": ", ".join(rule["AllowedMethods"]),
    }
    asked = ", ".join(headers)
    if asked:
        answer["Access-Control-Allow-Headers"] = asked
    if rule.get("ExposeHeaders"):
        answer["Access-Control-Expose-Headers"] = ", ".join(rule["ExposeHeaders"])
    if rule.get("MaxAgeSeconds") is not None:
        answer["Access-Control-Max-Age"] = str(rule["MaxAgeSeconds"])
    if pattern != "*":
        answer["Access-Control-Allow-Credentials"] = "true"
    answer["Vary"] = VARY
    return answer


def requested_headers(value: str | None) -> list[str]:
    """The names in Access-Control-Request-Headers, in lower case as S3 answers them."""
    return [name.strip().lower() for name in (value or "").split(",") if name.strip()]


def preflight(
    rules: Iterable[Rule] | None, request: Mapping[str, str], *, exists: bool, on_object: bool
) -> dict[str, str]:
    """The headers that answer an OPTIONS request; ``request`` has lower-case header names.

    ``rules`` is None where nothing is configured, ``exists`` says whether the bucket does.
    Raises S3Error BadRequest or AccessForbidden.
    """
    origin = request.get("origin")
    method = request.get("access-control-request-method")
    if not origin:
        raise S3Error("BadRequest", "Insufficient information. Origin request header needed.")
    if method and method not in _ASKABLE:
        raise S3Error("BadRequest", f"Invalid Access-Control-Request-Method: {method}")
    if not exists or rules is None:
        reason = "CORS is not enabled for this bucket." if exists else "Bucket not found"
        raise S3Error(
            "AccessForbidden",
            f"CORSResponse: {reason}",
            Method=method or "OPTIONS",
            ResourceType="BUCKET",
        )
    if not method:
        found = "null" if method is None else method
        raise S3Error("BadRequest", f"Invalid Access-Control-Request-Method: {found}")
    asked = request.get("access-control-request-headers") or ""
    for name in asked.split(","):
        if not _header_name(name.strip(" ")):
            raise S3Error(
                "BadRequest", f'Access-Control-Request-Headers "{name}" contains invalid character.'
            )
    headers = requested_headers(asked)
    match = find(rules, origin, method, headers)
    if match is None:
        kind = "OBJECT" if on_object else "BUCKET"
        raise S3Error("AccessForbidden", Method=method, ResourceType=kind)
    return response_headers(match, origin, headers)


def actual(rules: Iterable[Rule], method: str, request: Mapping[str, str]) -> dict[str, str]:
    """The headers an answer to a request with an Origin carries; none where no rule fits."""
    origin = request.get("origin")
    if not origin:
        return {}
    # what a preflight would name counts here too, instead of what is asked (recorded)
    method = request.get("access-control-request-method", method)
    headers = requested_headers(request.get("access-control-request-headers"))
    match = find(rules, origin, method, headers)
    return response_headers(match, origin, headers) if match else {}


def _header_allowed(rule: Rule, header: str) -> bool:
    return any(
        _fits(pattern.lower(), header.lower()) for pattern in rule.get("AllowedHeaders") or ()
    )


def _fits(pattern: str, value: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return pattern == value
    long_enough = len(value) >= len(before) + len(after)
    return long_enough and value.startswith(before) and value.endswith(after)
