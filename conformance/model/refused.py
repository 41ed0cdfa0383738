"""The part of a request that an endpoint refuses as not implemented, where the rest of it works.

501 to an operation that otherwise succeeds is said of a header or a parameter that came with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from conformance.model.misread import Asked, answered_requests
from conformance.model.records import Call, Exchange

_NOTHING: Mapping[str, Set[str]] = {}


def parameter_refused(call: Call, accepted: Mapping[str, Set[str]]) -> str:
    """The parameter in a request that was answered 501; "" where it is something else.

    ``accepted`` has the operations that succeeded in the run, each with the parameters that did.
    One that is in no success of an operation that had some is what is not implemented of it.
    """
    asked = [one for one, _ in answered_requests(call)]
    known = accepted.get(call.operation)
    if not asked or known is None:
        return ""
    return min(asked[-1].names - asked[-1].subresources - known, default="")


def header_refused(call: Call, carried: Mapping[str, Set[str]] = _NOTHING) -> str:
    """The family of optional headers in a request that was answered 501; "" where there is none.

    Of requests that every S3 has (objects, parts, copies, buckets), and of operations that succeed
    elsewhere, so that it is the header that is not implemented and not the operation:
    ``x-amz-checksum``, ``x-amz-tagging``. ``carried`` has the operations that succeeded in the run,
    each with the headers of those requests: another one is meant, where there is one.
    """
    answered = list(answered_requests(call))
    known = carried.get(call.operation)
    if not answered or (known is None and not answered[-1][0].plain):
        return ""
    sent = _sent_last(answered)
    return _family(sent - (known or set())) or _family(sent)


def has_optional(call: Call) -> bool:
    """Whether the last request of a call had a header that a server may not implement."""
    answered = list(answered_requests(call))
    return bool(answered) and _family(_sent_last(answered)) != ""


def _sent_last(answered: Sequence[tuple[Asked, Exchange]]) -> set[str]:
    """The names of the headers of the last of these requests, but for harmless ones."""
    return {name.lower() for name, _ in answered[-1][1].request.headers} - _HARMLESS


def _family(names: Set[str]) -> str:
    """The first family that one of these headers is of."""
    for family, begins in _FAMILIES:
        if any(name.startswith(begins) for name in names):
            return family
    return ""


_HARMLESS = frozenset({"x-amz-checksum-mode"})  # clients send it with every GET
# The family in a title, and how its headers begin; the first that is there is named.
_FAMILIES = (
    ("x-amz-server-side-encryption-customer-*", "x-amz-server-side-encryption-customer-"),
    ("x-amz-server-side-encryption", "x-amz-server-side-encryption"),
    ("x-amz-object-lock-*", "x-amz-object-lock-"),
    ("x-amz-bucket-object-lock-enabled", "x-amz-bucket-object-lock-enabled"),
    ("x-amz-object-ownership", "x-amz-object-ownership"),
    ("x-amz-tagging", "x-amz-tagging"),
    ("x-amz-grant-*", "x-amz-grant-"),
    ("x-amz-acl", "x-amz-acl"),
    ("x-amz-storage-class", "x-amz-storage-class"),
    ("x-amz-website-redirect-location", "x-amz-website-redirect-location"),
    ("x-amz-checksum-*", "x-amz-checksum-"),
    ("x-amz-checksum-*", "x-amz-sdk-checksum-"),
    ("x-amz-checksum-*", "x-amz-trailer"),
    *(
        (name, name)
        for name in (
            "x-amz-expected-bucket-owner",
            "x-amz-source-expected-bucket-owner",
            "x-amz-bypass-governance-retention",
            "x-amz-mp-object-size",
            "x-amz-object-annotation-directive",
            "x-amz-request-payer",
            "x-amz-security-token",
        )
    ),
    *((name, name.lower()) for name in ("If-Match", "If-None-Match")),
)
