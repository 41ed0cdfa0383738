"""Symptoms of what a server accepts though S3 refuses it: what it does not enforce or check."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.arguments import argument_refused, conditions_of
from conformance.model.misread import (
    has_document,
    on_condition,
    on_its_source,
    parameter_ignored,
    sent,
)
from conformance.model.nowhere import ENFORCED, Evidence
from conformance.model.records import Call, Expectation, Result

# Codes by which one may refuse anything: what two requests were refused for need not be the same.
GENERIC = frozenset(
    {"InvalidRequest", "InvalidArgument", "MalformedXML", "BadRequest", "AccessDenied"}
    | {"NoSuchKey", "NoSuchBucket", "NoSuchUpload", "NoSuchVersion", "PreconditionFailed"}
    | {"NotImplemented", "MethodNotAllowed", "InvalidRange", "SignatureDoesNotMatch"}
    | {"MalformedPolicy"}
)
_DENIED = frozenset({"AccessDenied", "403"})
# Rows about who asks: what they expect to be denied is a signature that does not hold (any more).
_ABOUT_SIGNATURES = frozenset({"authentication", "presigned"})
# Rows in which S3 denies what an object is sealed or locked by, and not who asks.
_OTHER_DENIALS = frozenset({"sse-c", "retention", "restore-object"})
_SOURCE = " source"
_READS = ("Get", "Head")
_OWNER = "x-amz-expected-bucket-owner"


def of_accepted(
    result: Result, one: Expectation, code: str, call: Call | None, run: Evidence
) -> Iterator[str]:
    """The symptoms where S3 refuses with ``code`` what was accepted.

    ``call``: where it was seen, if that is known.
    """
    operation = operation_of(one, result)
    who = code in ENFORCED["signature"] or (code in _DENIED and result.row in _ABOUT_SIGNATURES)
    denied = code in _DENIED and result.row not in _OTHER_DENIALS
    on_one = code in ENFORCED["condition"] or (call is not None and on_condition(call))
    place = conditional(operation, call)
    loose = [
        *(unenforced("integrity", operation, run) if code in ENFORCED["integrity"] else ()),
        *(unenforced("condition", place, run) if on_one else ()),
        *(unenforced("signature", result.row, run) if who else ()),
    ]
    yield from loose
    of_owner = code in _DENIED and call is not None and sent(call, _OWNER)
    if of_owner:
        yield f"not-enforced/{_OWNER}"
    elif (who or denied) and run.enforced.isdisjoint(("signature", "permission")):
        yield "not-enforced/anybody"
    if code in _DENIED and not of_owner:
        yield f"not-enforced/permission/{result.row}"
    if loose:
        return
    if call is not None and (parameter := parameter_ignored(call)):
        yield f"ignored-parameter/{parameter}"
    if call is not None and has_document(call):
        if code == "MalformedXML" and "document" not in run.enforced:
            yield "unchecked/MalformedXML"
        if f"document/{operation}" not in run.enforced:
            yield f"unchecked/{operation}"
    if code == "InvalidArgument" and (argument := argument_refused(result, one, call)):
        yield f"unchecked-argument/{argument}"
        return
    if on_one and call is not None and (sent_conditions := conditions_of(call)):
        yield f"accepts-on/{sent_conditions}/{code}"
        return
    if code not in GENERIC and code.isalpha():
        yield f"accepts/{operation}/{code}"
    yield f"accepts/{result.row}/{code}"


def operation_of(one: Expectation, result: Result) -> str:
    """The operation, or the row where a request was made by hand and has no operation's name."""
    name = one.operation
    return name if name.isalnum() and not name.isupper() else result.row


def conditional(operation: str, call: Call | None) -> str:
    """Conditions on what is written are one thing, those on its source another."""
    return f"{operation}{_SOURCE}" if call is not None and on_its_source(call) else operation


def unenforced(family: str, where: str, run: Evidence) -> Iterator[str]:
    """That it is enforced nowhere, or not here; where it is enforced here, too, it is a detail."""
    if family not in run.enforced:
        yield f"not-enforced/{family}"
    elif f"{family}/{where}" not in run.enforced:
        yield f"not-enforced/{family}/{where}"
        if family == "condition" and not where.startswith(_READS):
            of_sources = where.endswith(_SOURCE)
            yield f"not-enforced/conditions-on-{'sources' if of_sources else 'writes'}"
