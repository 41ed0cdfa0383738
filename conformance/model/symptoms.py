"""Symptoms: the names of what one bad outcome has in common with others.

A symptom is a short text such as ``refuses/PutObject/400 InvalidRequest``. An outcome has several,
from the narrow (its own check) to the wide. `causes` groups by them, and a baseline accepts them.
They are read from the run log alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum

from conformance.model.misread import (
    has_document,
    header_refused,
    ignored_subresources,
    of_a_bucket,
    ranges_ignored,
    sent,
    subresources_of,
)
from conformance.model.records import Call, Expectation, Outcome, Result
from conformance.model.stopped import DOCUMENT, answered, setup_call, stopped_at

# Codes and statuses by which servers say that they do not have an operation.
_ABSENT = frozenset({"NotImplemented", "XNotImplemented", "UnsupportedOperation", "NotSupported"})
_NO_SUCH_METHOD = frozenset({"405", "405 MethodNotAllowed", "400 MethodNotAllowed"})
# What S3 answers where a request does not prove who sends it.
_WHO = frozenset(
    {
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId",
        "RequestTimeTooSkewed",
        "ExpiredToken",
        "InvalidToken",
        "AuthorizationHeaderMalformed",
        "AuthorizationQueryParametersError",
    }
)
_INTEGRITY = frozenset(
    {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"}
)
_CONDITIONS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "304", "412"})
_FAMILIES = (("signature", _WHO), ("integrity", _INTEGRITY), ("condition", _CONDITIONS))
_DENIED = frozenset({"AccessDenied", "403"})
# Rows about who asks: what they expect to be denied is a signature that does not hold (any more).
_ABOUT_SIGNATURES = frozenset({"authentication", "presigned", "post-object"})
_OTHER_ROOT = " instead of "
_A_LISTING = "<ListBucketResult>"  # what comes instead where the query is not looked at
# Operations that set something up: where they were ignored, what is seen later follows from it.
_SETS = ("Put", "Create")
# Setup sends these to many checks only to be sure, and goes on without them.
_RELAXED = frozenset({"encryption", "ownershipControls", "publicAccessBlock"})
# Codes by which one may refuse anything: what two requests were refused for need not be the same.
_GENERIC = frozenset(
    {"InvalidRequest", "InvalidArgument", "MalformedXML", "BadRequest", "AccessDenied"}
    | {"NoSuchKey", "NoSuchBucket", "NoSuchUpload", "NoSuchVersion", "PreconditionFailed"}
    | {"MethodNotAllowed", "InvalidRange", "SignatureDoesNotMatch", "MalformedPolicy"}
)
# Codes that a server has for any document it does not take.
_OF_DOCUMENTS = frozenset({"MalformedXML", "InvalidArgument", "InvalidRequest", "BadRequest"})
_OWNER = "x-amz-expected-bucket-owner"
_STATUS = re.compile(r"[1-5]\d\d(?: |$)")


class Weight(IntEnum):
    """How much a failure harms, worst first; what to mend first."""

    DATA_LOST = 0
    NO_ANSWER = 1  # the connection ended, or 5xx
    WRONGLY_ACCEPTED = 2
    WRONGLY_REFUSED = 3
    WRONG_DATA = 4  # a body or a member of the answer
    WRONG_CODE = 5
    MISSING_HEADER = 6
    NOT_IMPLEMENTED = 7
    NOT_SET_UP = 8

    @property
    def words(self) -> str:
        """What it means for whoever uses the endpoint."""
        return _WORDS[self]


_WORDS = {
    Weight.DATA_LOST: "stored data is destroyed or overwritten",
    Weight.NO_ANSWER: "no answer, or the server fails",
    Weight.WRONGLY_ACCEPTED: "accepts what S3 refuses",
    Weight.WRONGLY_REFUSED: "refuses what S3 accepts",
    Weight.WRONG_DATA: "the answer holds something else than S3's",
    Weight.WRONG_CODE: "another status or error code than S3's",
    Weight.MISSING_HEADER: "a header is missing, or has another value",
    Weight.NOT_IMPLEMENTED: "not implemented",
    Weight.NOT_SET_UP: "setup did not work, so nothing was judged",
}


def weight_of(result: Result) -> Weight:
    """How much this failure harms."""
    if result.data_lost:
        return Weight.DATA_LOST
    if any(
        one.startswith(("absent/", "absent-header/"))
        for one in symptoms(result, lambda _operation: "")
    ):
        return Weight.NOT_IMPLEMENTED
    if result.outcome is Outcome.BLOCKED:
        return Weight.NOT_SET_UP
    return min((_weigh(one) for one in _mismatches(result)), default=Weight.WRONG_DATA)


def symptoms(result: Result, group_of: Callable[[str], str]) -> tuple[str, ...]:
    """What a failed or blocked outcome has in common with others, each once, the check itself last.

    ``group_of`` gives the group of the matrix that an operation or a row is in, or "".
    """
    found: dict[str, None] = {}
    told = _telling(result)
    if told is not None and _misread(result, told):
        found["ignored-query"] = None
    if result.data_lost:
        found[f"data-loss/{result.row}"] = None
    elif told is not None:
        found.update(dict.fromkeys(_of_mismatch(result, told, group_of)))
    elif result.outcome is Outcome.BLOCKED and (call := setup_call(result)) is not None:
        found[f"setup/{call.operation}/{answered(call)}"] = None
    found[f"check/{result.check}"] = None
    return tuple(found)


def _misread(result: Result, one: Expectation) -> bool:
    """Whether a sub-resource that was not looked at explains this mismatch."""
    if one.expected == DOCUMENT and one.actual.startswith(_A_LISTING):
        return True
    ignored = ignored_subresources(result)
    if result.data_lost or any(one.operation in shown for shown in ignored.values()):
        return bool(ignored)
    if not ignored.keys().isdisjoint(subresources_of(result, one.operation)):
        return True
    never_set = {
        name for name in ignored if any(op.startswith(_SETS) for op in ignored[name])
    } - _RELAXED
    return bool(never_set) and _weigh(one) is not Weight.NO_ANSWER


def _of_mismatch(result: Result, one: Expectation, group_of: Callable[[str], str]) -> Iterator[str]:
    operation, group = _operation(one, result), group_of(_operation(one, result))
    looked_at = one.what.rpartition(": ")[2]
    code = one.expected.partition(" ")[2] or one.expected
    call = _call_of(result, one)
    if _about_a_range(result):
        yield "ignored-range"
    match _weigh(one):
        case Weight.NOT_IMPLEMENTED:
            if call is not None and (family := header_refused(call)):
                yield f"absent-header/{family}"
            else:
                yield f"absent/{group_of(result.row) or group or result.row}"
                yield f"absent/{operation}"
            yield f"absent/{result.row}"
        case Weight.NO_ANSWER:
            yield f"server-fails/{operation}/{_came(one)}"
            if call is not None and (method := of_a_bucket(call)):
                yield f"server-fails/{method} of a sub-resource of a bucket/{_came(one)}"
        case Weight.WRONGLY_ACCEPTED:
            yield from _of_accepted(result, operation, code, call)
        case Weight.WRONGLY_REFUSED:
            word = _came(one).partition(" ")[2]
            if word and word not in _GENERIC and _came(one).startswith("4"):
                yield f"refused-with/{_came(one)}"
            yield f"refuses/{group or result.row}/{_came(one)}"
            yield f"refuses/{operation}/{_came(one)}"
            yield f"refuses/{result.row}/{_came(one)}"
        case Weight.WRONG_CODE if _came(one).startswith("2"):
            yield f"success/{_came(one)}/{one.expected}"
            yield f"success-of/{operation}/{_came(one)}"
        case Weight.WRONG_CODE:
            word = _came(one).partition(" ")[2]
            if call is not None and has_document(call) and word in _OF_DOCUMENTS:
                yield f"code-of-documents/{word}"
            due = one.expected if _came(one).endswith(f" {code}") else code
            yield f"code/{due}/{_came(one)}"
            yield f"code-of/{operation}/{_came(one)}"
        case Weight.MISSING_HEADER:
            yield f"header/{looked_at.removeprefix('header ')}/{_how(one)}"
        case _ if one.expected == DOCUMENT or _OTHER_ROOT in one.actual:  # nothing was read from it
            yield f"document/{operation}"
        case _:
            yield f"data/{operation}/{_member(looked_at)}"
            yield f"data/{result.row}/{_member(looked_at)}"


def _of_accepted(result: Result, operation: str, code: str, call: Call | None) -> Iterator[str]:
    """What S3 refuses with ``code`` was accepted."""
    for family, codes in _FAMILIES:
        if code in codes:
            yield f"not-enforced/{family}"
    if code in _DENIED:
        if call is not None and sent(call, _OWNER):
            yield f"not-enforced/{_OWNER}"
        elif result.row in _ABOUT_SIGNATURES:
            yield "not-enforced/signature"
        yield f"not-enforced/permission/{result.row}"
    if call is not None and has_document(call):
        if code == "MalformedXML":
            yield "unchecked/MalformedXML"
        yield f"unchecked/{operation}"
    yield f"accepts/{operation}/{code}"
    yield f"accepts/{result.row}/{code}"


def _about_a_range(result: Result) -> bool:
    """Whether a range was asked for, all of the object came, and the check says so."""
    wanted = any(
        one.expected.startswith(("206", "416")) or one.what.endswith("header Content-Range")
        for one in _mismatches(result)
    )
    return wanted and ranges_ignored(result)


def _call_of(result: Result, one: Expectation) -> Call | None:
    """The call that a mismatch was seen on: the last of its operation that was answered so."""
    calls = [call for call in result.calls if call.operation == one.operation]
    alike = [call for call in calls if answered(call) == one.answered]
    return next(reversed(alike or calls), None)


def _weigh(one: Expectation) -> Weight:
    looked_at = one.what.rpartition(": ")[2]
    expected, came = one.expected[:1], _came(one)
    kind = came[:1] if _STATUS.match(came) else ""
    if one.lost:
        return Weight.DATA_LOST
    if _says_absent(came) and not _says_absent(one.expected):
        return Weight.NOT_IMPLEMENTED
    if expected == "2" and came in _NO_SUCH_METHOD:
        return Weight.NOT_IMPLEMENTED
    if came == "no answer" or (kind == "5" and expected != "5"):
        return Weight.NO_ANSWER
    if looked_at in ("status", "error code"):
        if kind == "2" and (expected in "345" or looked_at == "error code"):
            return Weight.WRONGLY_ACCEPTED
        if kind in ("3", "4") and expected == "2":
            return Weight.WRONGLY_REFUSED
        return Weight.WRONG_CODE
    if looked_at.startswith("header "):
        return Weight.MISSING_HEADER
    return Weight.WRONG_DATA


def _telling(result: Result) -> Expectation | None:
    """The mismatch that says most: that something is not there at all, else the most harmful."""
    missed = _mismatches(result)
    absent = [one for one in missed if _weigh(one) is Weight.NOT_IMPLEMENTED]
    return absent[0] if absent else min(missed, key=_weigh, default=None)


def _mismatches(result: Result) -> list[Expectation]:
    """What did not hold: behaviour before wording, the wire before what a client says of it."""
    missed = [one for one in result.expectations if not one.ok]
    if not missed and (stop := stopped_at(result)) is not None:
        missed = [stop]
    behaviour = [one for one in missed if not one.wording] or missed
    return [one for one in behaviour if not one.what.endswith("own report")] or behaviour


def _came(one: Expectation) -> str:
    """The answer it was seen on; what was seen, where an older log does not say."""
    return one.answered or one.actual


def _operation(one: Expectation, result: Result) -> str:
    """The operation, or the row where a request was made by hand and has no operation's name."""
    name = one.operation
    return name if name.isalnum() and not name.isupper() else result.row


def _says_absent(came: str) -> bool:
    status, _, code = came.partition(" ")
    return status == "501" or code in _ABSENT


def _how(one: Expectation) -> str:
    if one.actual == "absent":
        return "absent"
    return "unexpected" if one.expected == "absent" else "other"


def _member(looked_at: str) -> str:
    """The last name of a path into the answer: ``Contents[].Key`` is about ``Key``."""
    names = re.findall(r"[A-Za-z]\w*", looked_at)
    return names[-1] if names else "document"
