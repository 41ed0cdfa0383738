"""What is judged first where a request is wrong twice: its values, or the state of the bucket.

For every operation alike, and before both: is there a bucket, who may use it (gate/access.py), and
is the document one of its form (model/parse.py). Recorded of PutBucketEncryption: without a rule,
to a bucket that is not there, it is NoSuchBucket.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Stage = Literal["values", "state"]

_VALUES_FIRST: tuple[Stage, Stage] = ("values", "state")
_STATE_FIRST: tuple[Stage, Stage] = ("state", "values")
_LOCK_HEADERS = "https://github.com/versity/versitygw/issues/1734, …/1736 and …/1775 quote S3"


class Order(NamedTuple):
    """The stages of an operation in their order, and who says so."""

    stages: tuple[Stage, Stage]
    source: str


ORDERS: dict[str, Order] = {
    "CopyObject": Order(_VALUES_FIRST, _LOCK_HEADERS),
    "CreateMultipartUpload": Order(_VALUES_FIRST, _LOCK_HEADERS),
    "PutBucketAccelerateConfiguration": Order(
        _STATE_FIRST, "recorded: a wrong status, a bucket with dots: InvalidRequest about the dots"
    ),
    "PutBucketAcl": Order(_VALUES_FIRST, "not known; the list is said before it is looked at"),
    "PutBucketReplication": Order(_VALUES_FIRST, "not known; as PutObjectLegalHold"),
    "PutBucketVersioning": Order(_VALUES_FIRST, "not known; as PutObjectLegalHold"),
    "PutObject": Order(_VALUES_FIRST, _LOCK_HEADERS),
    "PutObjectLegalHold": Order(
        _VALUES_FIRST, "recorded: no status, a bucket without Object Lock: MalformedXML"
    ),
    "PutObjectLockConfiguration": Order(_VALUES_FIRST, "not known; as PutObjectLegalHold"),
    "PutObjectRetention": Order(
        _VALUES_FIRST, "recorded: no date, a bucket without Object Lock: MalformedXML"
    ),
}


def judge(operation: str, values: Callable[[], None], state: Callable[[], None]) -> None:
    """Both, in the operation's order; raises what the first of them raises."""
    stages = ORDERS[operation].stages if operation in ORDERS else _VALUES_FIRST
    for stage in stages:
        if stage == "values":
            values()
        else:
            state()
