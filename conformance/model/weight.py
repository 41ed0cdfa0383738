"""How much a failure harms: what one mismatch means for whoever uses the endpoint."""

from __future__ import annotations

import re
from enum import IntEnum

from conformance.model.records import Expectation

# Codes and statuses by which servers say that they do not have an operation.
_ABSENT = frozenset({"NotImplemented", "XNotImplemented", "UnsupportedOperation", "NotSupported"})
_NO_SUCH_METHOD = frozenset({"405", "405 MethodNotAllowed", "400 MethodNotAllowed"})
# Entries of an answer that were refused, one by one, though the request as a whole was done.
_REFUSED_ENTRIES = "Errors[]"
_NONE = ("absent", "[]")
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

    @property
    def label(self) -> str:
        """The same in two words, for a mark beside a title."""
        return _LABELS[self]


_WORDS = {
    Weight.DATA_LOST: "stored data is destroyed or overwritten",
    Weight.NO_ANSWER: "clients get no usable answer",
    Weight.WRONGLY_ACCEPTED: "accepts what S3 refuses",
    Weight.WRONGLY_REFUSED: "refuses what S3 accepts",
    Weight.WRONG_DATA: "the answer has other content than S3's",
    Weight.WRONG_CODE: "the status or error code is not S3's",
    Weight.MISSING_HEADER: "a header is missing, or has another value",
    Weight.NOT_IMPLEMENTED: "not implemented",
    Weight.NOT_SET_UP: "the check could not be set up, so it judged nothing",
}
_LABELS = {
    Weight.DATA_LOST: "data lost",
    Weight.NO_ANSWER: "no answer",
    Weight.WRONGLY_ACCEPTED: "wrongly accepted",
    Weight.WRONGLY_REFUSED: "wrongly refused",
    Weight.WRONG_DATA: "wrong data",
    Weight.WRONG_CODE: "wrong code",
    Weight.MISSING_HEADER: "wrong header",
    Weight.NOT_IMPLEMENTED: "not implemented",
    Weight.NOT_SET_UP: "not set up",
}


def weigh(one: Expectation) -> Weight:
    """How much this mismatch harms."""
    looked_at = one.what.rpartition(": ")[2]
    expected, came = one.expected[:1], came_to(one)
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
    if looked_at.startswith(_REFUSED_ENTRIES) and one.expected not in _NONE and one.actual in _NONE:
        return Weight.WRONGLY_ACCEPTED
    return Weight.WRONG_DATA


def came_to(one: Expectation) -> str:
    """The answer it was seen on; what was seen, where an older log does not say."""
    return one.answered or one.actual


def _says_absent(came: str) -> bool:
    status, _, code = came.partition(" ")
    return status == "501" or code in _ABSENT
