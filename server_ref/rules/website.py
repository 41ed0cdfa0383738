"""Static websites: which configuration S3 takes, and where a rule sends a request.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from server_ref.errors import S3Error

MAX_RULES = 50
_PROTOCOLS = ("http", "https")
# Those that versity/versitygw found S3 to take, for all that its messages say "3XX" and "4XX".
_REDIRECT_CODES = frozenset({301, 302, 303, 304, 305, 307, 308})
_ERROR_CODES = frozenset({*range(400, 418), *range(500, 506)})

Configuration = Mapping[str, Any]


class Redirect(NamedTuple):
    """An answer that sends the client elsewhere."""

    status: int
    location: str


def validate(configuration: Configuration) -> None:
    """Raises S3Error InvalidArgument, InvalidRequest or MalformedXML."""
    everything = configuration.get("RedirectAllRequestsTo")
    if everything is not None:
        if any(configuration.get(n) for n in ("IndexDocument", "ErrorDocument", "RoutingRules")):
            raise _argument(
                "RedirectAllRequestsTo",
                "not null",
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            )
        if not everything.get("HostName"):
            raise S3Error("MalformedXML")
        _validate_protocol(everything)
        return
    index = configuration.get("IndexDocument")
    if not index:
        raise _argument(
            "IndexDocument",
            "null",
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
        )
    suffix = index.get("Suffix")
    if not suffix or "/" in suffix:
        raise _argument(
            "IndexDocument", suffix or "", "The IndexDocument Suffix is not well formed"
        )
    error = configuration.get("ErrorDocument")
    if error is not None and "Key" not in error:
        raise S3Error("MalformedXML")
    if error is not None and not error["Key"]:
        raise _argument("ErrorDocument", "", "The ErrorDocument Key is not well formed")
    rules = configuration.get("RoutingRules")
    if rules is not None:
        _validate_rules(rules)


def redirect_all(configuration: Configuration, key: str, *, scheme: str) -> Redirect | None:
    """Where a website that only redirects sends a request for ``key``."""
    target = configuration.get("RedirectAllRequestsTo")
    if target is None:
        return None
    return Redirect(301, f"{target.get('Protocol') or scheme}://{target['HostName']}/{_path(key)}")


def route(
    configuration: Configuration, key: str, *, error: int | None, scheme: str, host: str
) -> Redirect | None:
    """The redirect of the first routing rule that fits the key and the error, or None."""
    for rule in configuration.get("RoutingRules") or ():
        condition = rule.get("Condition") or {}
        prefix = condition.get("KeyPrefixEquals") or ""
        code = condition.get("HttpErrorCodeReturnedEquals")
        # a rule about an error waits for it; one about a key does not
        if not key.startswith(prefix) or (str(error) if error else None) != code:
            continue
        redirect = rule["Redirect"]
        return Redirect(
            int(redirect.get("HttpRedirectCode") or 301),
            f"{redirect.get('Protocol') or scheme}://{redirect.get('HostName') or host}/"
            + _replaced(redirect, key, prefix),
        )
    return None


def document_key(configuration: Configuration, key: str) -> str:
    """The key a path stands for: a folder is its index document."""
    suffix: str = configuration["IndexDocument"]["Suffix"]
    return key + suffix if not key or key.endswith("/") else key


def folder_key(configuration: Configuration, key: str) -> str:
    """The index document of ``key`` read as a folder without its slash."""
    return document_key(configuration, key + "/")


def folder_path(key: str) -> str:
    """Where a browser that left the slash off a folder is sent."""
    return f"/{_path(key)}/"


def _replaced(redirect: Mapping[str, Any], key: str, prefix: str) -> str:
    if redirect.get("ReplaceKeyWith") is not None:
        return _literal(redirect["ReplaceKeyWith"])
    if redirect.get("ReplaceKeyPrefixWith") is not None:
        return _literal(redirect["ReplaceKeyPrefixWith"]) + _path(key[len(prefix) :])
    return _path(key)


def _path(key: str) -> str:
    return quote(key, safe="/~!$&'()*+,;=:@")


def _literal(text: str) -> str:
    # rules may write a query or a fragment ("#!/"), which is to stay one
    return quote(text, safe="/~!$&'()*+,;=:@#?[]%")


def _validate_rules(rules: Iterable[Mapping[str, Any]]) -> None:
    listed = list(rules)
    if not listed:
        raise S3Error("MalformedXML")
    if len(listed) > MAX_RULES:
        raise S3Error(
            "InvalidRequest",
            f"{len(listed)} routing rules provided, the number of routing rules in a website"
            f" configuration is limited to {MAX_RULES}.",
        )
    for rule in listed:
        redirect = rule.get("Redirect")
        if redirect is None:
            raise S3Error("MalformedXML")
        if redirect.get("ReplaceKeyWith") is not None and (
            redirect.get("ReplaceKeyPrefixWith") is not None
        ):
            raise S3Error(
                "InvalidRequest", "You can only define ReplaceKeyPrefix or ReplaceKey but not both."
            )
        _validate_condition(rule.get("Condition"))
        _validate_protocol(redirect)
        code = redirect.get("HttpRedirectCode")
        if code is not None and _number(code) not in _REDIRECT_CODES:
            raise S3Error(
                "InvalidRequest",
                f"The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX"
                " except 300.",
            )


def _validate_condition(condition: Mapping[str, Any] | None) -> None:
    if condition is None:
        return
    code = condition.get("HttpErrorCodeReturnedEquals")
    if code is None and condition.get("KeyPrefixEquals") is None:
        raise S3Error(
            "InvalidRequest",
            "Condition cannot be empty. To redirect all requests without a condition, the"
            " condition element shouldn't be present.",
        )
    if code is not None and _number(code) not in _ERROR_CODES:
        raise S3Error(
            "InvalidRequest",
            f"The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX.",
        )


def _number(code: str) -> int:
    """Raises S3Error MalformedXML for what is no number: https://github.com/aws/aws-cdk/issues/22541"""
    if not (code.isascii() and code.isdigit()):
        raise S3Error("MalformedXML")
    return int(code) if len(code) == 3 else 0


def _validate_protocol(redirect: Mapping[str, Any]) -> None:
    protocol = redirect.get("Protocol")
    if protocol is not None and protocol not in _PROTOCOLS:
        raise S3Error(
            "InvalidRequest",
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be"
            " selected automatically.",
        )


def _argument(name: str, value: str, message: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value)
