"""Data lost in any check: what the ledger says should be there is looked for once it has ended.

A check that passed is looked after where it sent what a server may misread: a sub-resource, or a
write that is to be refused. One that failed is looked after wherever it wrote at all. Nothing is
called lost that was not seen to be gone or to hold something else, on an endpoint that keeps just
such a thing when it is written once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from conformance.clients.base import Answer
from conformance.endpoint.endpoint import Endpoint
from conformance.model import Exchange
from conformance.trial.expect import Expect, Noted, show
from conformance.trial.ledger import EMPTY, NO_VERSION, Known, Ledger, Place, ledger_of

MOST_BUCKETS = 4  # looked for after one check
MOST_OBJECTS = 8
FIRST_ERROR = 400  # the first status that says no
CONTROL = b"what is written is read"


class Looker(Protocol):
    """What is needed of the trial."""

    expect: Expect
    endpoint: Endpoint
    bucket_names: list[str]  # those that the check was given for itself

    def setup_call(self, operation: str, members: dict[str, Any]) -> Answer:
        """Ask by the raw client."""
        ...

    def located(self, members: dict[str, Any]) -> dict[str, Any]:
        """``members`` of CreateBucket with the region the endpoint is in."""
        ...


def look_for_losses(
    trial: Looker, exchanges: Sequence[Exchange], standing: Sequence[str], *, failed: bool
) -> None:
    """Note as lost what the check's requests should have left and did not.

    ``standing`` are buckets that were there before; ``failed``: the check did. Raises SetupError
    where it takes too long.
    """
    refused = _to_be_refused(trial.expect.noted)
    ledger = ledger_of(exchanges, trial.endpoint, refused, standing)
    told = {one.what for one in trial.expect.seen}
    ours = {*standing, *trial.bucket_names}  # nothing is looked for, or written, in any other
    suspects = [
        (place, known)
        for place, known in ledger.known.items()
        if place.bucket in ours
        and str(place) not in told
        and _suspect(ledger, place, known, failed=failed)
    ]
    buckets = [one for one in suspects if one[0].key is None][:MOST_BUCKETS]
    objects = [one for one in suspects if one[0].key is not None][:MOST_OBJECTS]
    gone = set()
    for place, known in buckets:
        if (how := _bucket_gone(trial, place)) is not None:
            gone.add(place.bucket)
            _tell(trial, ledger, place, known, _Lost(how))
    for place, known in objects:
        if place.bucket not in gone and (lost := _lost(trial, ledger, place, known)) is not None:
            _tell(trial, ledger, place, known, lost)


def _suspect(ledger: Ledger, place: Place, known: Known, *, failed: bool) -> bool:
    if not (known.readable and known.seen):
        return False
    if ledger.touched(place, known.since):
        return True
    return failed and ledger.written_after(known.since)


def _to_be_refused(noted: Sequence[Noted]) -> dict[int, int]:
    """Exchanges that the check expects to be refused, with the status."""
    return {
        id(one.answer.exchange): int(one.expectation.expected[:3])
        for one in noted
        if one.answer is not None
        and one.answer.exchange is not None
        and one.expectation.what.endswith(": status")
        and one.expectation.expected[:3].isdigit()
        and int(one.expectation.expected[:3]) >= FIRST_ERROR
    }


class _Lost(NamedTuple):
    """How something was lost, and the sha256 of what is there instead, if something is."""

    how: str
    holds: str | None = None


def _tell(trial: Looker, ledger: Ledger, place: Place, known: Known, lost: _Lost) -> None:
    culprit = ledger.culprit(place, known.since, lost.holds)
    trial.expect.lost(str(place), f"{lost.how}, after {culprit}")


def _bucket_gone(trial: Looker, place: Place) -> str | None:
    if trial.setup_call("HeadBucket", {"Bucket": place.bucket}).status != 404:
        return None
    made = trial.setup_call("CreateBucket", trial.located({"Bucket": place.bucket}))
    seen = trial.setup_call("HeadBucket", {"Bucket": place.bucket})
    return "gone (404)" if made.good and seen.good else None


def _lost(trial: Looker, ledger: Ledger, place: Place, known: Known) -> _Lost | None:
    """How the object or version was lost; None where it was not seen to be."""
    got = trial.setup_call("GetObject", _members(place))
    if got.status == 404:
        lost = _Lost(f"gone (404 {got.code or ''})".replace(" )", ")"))
        if place.version is not None and not _listing_agrees(trial, place):
            return None
    elif got.status == 200 and _replaced(ledger, known, got) and place.version is None:
        holds = hashlib.sha256(got.wire_body).hexdigest()
        lost = _Lost(f"overwritten: {show(got.wire_body)}", holds)
    else:
        return None
    return lost if _keeps(trial, place) else None


def _replaced(ledger: Ledger, known: Known, got: Answer) -> bool:
    """Whether another write is seen in what came; what was stored badly at once is no loss."""
    if known.sha256 is None or got.strange:
        return False
    now = hashlib.sha256(got.wire_body).hexdigest()
    if now == known.sha256:
        return False
    etag = got.headers.get("ETag")
    if known.etag is not None and etag is not None and known.etag == etag:
        return False
    others = {one.sha256 for one in ledger.known.values()} - {None, known.sha256}
    return now == EMPTY or now in others or ledger.sent_after(known.since, now)


def _listing_agrees(trial: Looker, place: Place) -> bool:
    """Whether the list of versions is without this one, too: two answers say that it is gone."""
    listed = trial.setup_call("ListObjectVersions", {"Bucket": place.bucket, "Prefix": place.key})
    if not listed.good or listed.strange or listed.parsed.get("IsTruncated"):
        return False
    return all(one.get("VersionId") != place.version for one in listed.parsed.get("Versions") or [])


def _keeps(trial: Looker, place: Place) -> bool:
    """Whether the endpoint keeps what is written there now: what it never keeps was not lost."""
    members = {"Bucket": place.bucket, "Key": place.key}
    put = trial.setup_call("PutObject", {**members, "Body": CONTROL})
    if place.version is not None and put.good and _numbered(put) is None:  # versioning is suspended
        enabled = {"VersioningConfiguration": {"Status": "Enabled"}}
        trial.setup_call("PutBucketVersioning", {"Bucket": place.bucket, **enabled})
        if trial.setup_call("GetObject", _members(place)).status != 404:
            return False  # it was hidden, and is back
        put = trial.setup_call("PutObject", {**members, "Body": CONTROL})
    if not put.good:
        return False
    if place.version is not None:
        if (version := _numbered(put)) is None:
            return False
        members["VersionId"] = version
    return trial.setup_call("GetObject", members).wire_body == CONTROL


def _numbered(put: Answer) -> str | None:
    """The id of the version that a PUT made; None for the version ``null``."""
    version = put.headers.get("x-amz-version-id")
    return None if version == NO_VERSION else version


def _members(place: Place) -> dict[str, Any]:
    members = {"Bucket": place.bucket, "Key": place.key}
    return members if place.version is None else {**members, "VersionId": place.version}
