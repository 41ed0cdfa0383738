"""The order of storage classes: from which to which a lifecycle may move an object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""

from __future__ import annotations

_FROM_TOP = (
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)
# class -> the classes below it; what a lifecycle never does is move an object up
COLDER: dict[str, frozenset[str]] = {
    "STANDARD": frozenset(_FROM_TOP),
    "REDUCED_REDUNDANCY": frozenset(_FROM_TOP),
    "STANDARD_IA": frozenset(_FROM_TOP[1:]),
    "INTELLIGENT_TIERING": frozenset(_FROM_TOP[2:]),
    "ONEZONE_IA": frozenset(("GLACIER", "DEEP_ARCHIVE")),  # and not GLACIER_IR
    "GLACIER_IR": frozenset(("GLACIER", "DEEP_ARCHIVE")),
    "GLACIER": frozenset(("DEEP_ARCHIVE",)),
    "DEEP_ARCHIVE": frozenset(),
}
