"""Symptoms: the names of what one bad outcome has in common with others.

A symptom is a short text such as ``refuses/PutObject/400 InvalidRequest``. An outcome has several,
from the narrow (its own check) to the wide. `causes` groups by them, and a baseline accepts them.
They are read from the run log alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from conformance.model.accepted import GENERIC, conditional, of_accepted, operation_of, unenforced
from conformance.model.answers import message_of
from conformance.model.arguments import two_conditions
from conformance.model.keys import hard_key
from conformance.model.losses import destroyers
from conformance.model.misread import (
    asked_by_losses,
    has_document,
    ignored_subresources,
    lists_none,
    lists_nothing,
    of_a_bucket,
    on_condition,
    parameter_ignored,
    ranges_ignored,
    sent,
    subresources_of,
    subresources_of_call,
)
from conformance.model.nowhere import ENFORCED, Evidence
from conformance.model.records import Call, Expectation, Outcome, Result
from conformance.model.refused import parameter_refused
from conformance.model.stopped import DOCUMENT, answered, setup_call, stopped_at, unanswered_setup
from conformance.model.values import added, code_due, entry_code, member_of, other_codes
from conformance.model.weight import Weight, came_to, weigh

_OTHER_ROOT = " instead of "
_A_LISTING = "<ListBucketResult>"  # what comes instead where the query is not looked at
# Operations that set something up: where they were ignored, what is seen later follows from it.
_SETS = ("Put", "Create", "Rename", "Update")
# Setup sends these to many checks only to be sure, and goes on without them.
_RELAXED = frozenset({"encryption", "ownershipControls", "publicAccessBlock"})
# Codes that a server may give to every mistake in requests of one kind, where S3 tells them apart.
_OF_ANY_MISTAKE = frozenset({"InvalidRequest", "InvalidArgument", "MalformedXML", "BadRequest"})
# Rows of many operations: what is common to their answers is no habit of one.
_OF_NO_OPERATION = frozenset(
    {"authentication", "data-safety", "errors", "http-framing", "presigned", "regions"}
    | {"streaming-bodies", "xml-safety"}
)
_LOCK = "x-amz-bucket-object-lock-enabled"
# What differs for any reason: only within a row is it one.
_ANYTHING = frozenset({"body", "document", "object", "delivered"})
_NO_MORE = Evidence()
_OF_CHECKSUMS = ("checksums", "newer-checksums")  # Content-MD5 is a digest of another kind
# Operations that make a version where a bucket keeps them.
_MAKE_VERSIONS = ("PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject")
_BY_OTHERS = " by "  # "GetObject by anonymous": who is not the owner
# What is wrong in calls of a feature alone is wrong because the feature is not there.
_OF_ITS_CALL = (Weight.WRONGLY_REFUSED, Weight.WRONGLY_ACCEPTED, Weight.WRONG_CODE)
_LIST = re.compile(r"([A-Z]\w*)\[\]")


def weight_of(result: Result) -> Weight:
    """How much this failure harms."""
    if result.data_lost:
        return Weight.DATA_LOST
    told = _telling(result)
    weight = Weight.WRONG_DATA if told is None else weigh(told)
    blocked = result.outcome is Outcome.BLOCKED and weight is not Weight.NOT_IMPLEMENTED
    return Weight.NOT_SET_UP if blocked else weight


def told_operation(result: Result) -> str:
    """The operation whose answer says most of what failed, or the row where it has none."""
    told = _telling(result)
    return operation_of(told, result) if told is not None else result.row


def told_message(result: Result) -> str:
    """The server's own words in the answer that says most of what failed; "" without any."""
    told = _telling(result)
    call = _call_of(result, told) if told is not None else None
    return message_of(call.exchanges[-1]) if call is not None and call.exchanges else ""


def symptoms(
    result: Result, group_of: Callable[[str], str], run: Evidence = _NO_MORE
) -> tuple[str, ...]:
    """What a failed or blocked outcome has in common with others, each once, the check itself last.

    ``group_of`` gives the group of the matrix that an operation or a row is in, or ""; ``run`` is
    what the whole run says.
    """
    found: dict[str, None] = {}
    told = _telling(result)
    if told is not None and (_misread(result, told, run) or _misread_elsewhere(result, told, run)):
        found["ignored-query"] = None
    if result.data_lost:
        found.update(dict.fromkeys(_of_loss(result, group_of, run)))
    elif told is not None:
        found.update(dict.fromkeys(_of_run(result, told, run)))
        found.update(dict.fromkeys(_of_mismatch(result, told, group_of, run)))
        if any(key.startswith("nowhere/") for key in found):  # known what is missing
            accepts = f"accepts/{result.row}/"
            found = {
                key: None for key in found if key != "absent-part" and not key.startswith(accepts)
            }
    elif result.outcome is Outcome.BLOCKED and (call := setup_call(result)) is not None:
        found[f"setup/{call.operation}/{answered(call)}"] = None
    elif result.outcome is Outcome.BLOCKED and (operation := unanswered_setup(result)):
        found[f"setup/{operation}/no answer"] = None
    found[f"check/{result.check}"] = None
    return tuple(found)


def _of_loss(result: Result, group_of: Callable[[str], str], run: Evidence) -> Iterator[str]:
    """What data was lost of: what its destroyer did wrong, what was accepted; else the loss."""
    for by in destroyers(result):
        if on_condition(by.call):
            yield from unenforced("condition", conditional(by.call.operation, by.call), run)
        if parameter := parameter_ignored(by.call):
            yield f"ignored-parameter/{parameter}"
        elif by.method == "DELETE" and "versionId=" in by.target:
            yield "ignored-parameter/DELETE/versionId"
        elif by.elsewhere:
            yield "other-key"
    seen = [one for one in _mismatches(result) if not one.lost]
    for one in seen:
        if weigh(one) is Weight.WRONGLY_ACCEPTED:
            yield from _of_mismatch(result, one, group_of, run)
            break
    yield f"data-loss/{result.row}"


def _misread(result: Result, one: Expectation, run: Evidence) -> bool:
    """Whether a sub-resource that was not looked at explains this mismatch."""
    listed = one.expected == DOCUMENT and one.actual.startswith(_A_LISTING)
    if listed and one.operation != "ListObjectVersions":  # of versions, perhaps, under that root
        return True
    ignored = run.ignored_in.get(result.id)
    if ignored is None:
        ignored = ignored_subresources(result)
    if result.data_lost:
        return not asked_by_losses(result).isdisjoint(ignored.keys() | run.ignored.keys())
    if any(one.operation in shown for shown in ignored.values()):
        return True
    if not ignored.keys().isdisjoint(subresources_of(result, one.operation)):
        return True
    never_set = {
        name for name in ignored if any(op.startswith(_SETS) for op in ignored[name])
    } - _RELAXED
    return bool(never_set) and weigh(one) is not Weight.NO_ANSWER


def _misread_elsewhere(result: Result, one: Expectation, run: Evidence) -> bool:
    """Whether other outcomes of the run show that this request is taken for another."""
    call = _call_of(result, one)
    if call is None:
        return False
    never = came_to(one) == run.always.get(call.operation)
    return any(
        call.operation in run.ignored[name] or never
        for name in subresources_of_call(call)
        if name in run.ignored
    )


def _of_run(result: Result, one: Expectation, run: Evidence) -> Iterator[str]:
    """What the whole run says of a mismatch."""
    weight, came = weigh(one), came_to(one)
    call = _call_of(result, one)
    looked_at = one.what.rpartition(": ")[2]
    if came in (run.always.get(one.operation), run.always.get(result.row)):
        yield f"always/{one.operation}/{came}"
    unexpected = looked_at.startswith("header ") and one.expected == "absent"
    digest = weight is Weight.WRONGLY_ACCEPTED and call is not None and sent(call, "content-md5")
    explained = {
        *(_OF_CHECKSUMS if digest and code_due(one.expected) in ENFORCED["integrity"] else ()),
        *(("versions",) if any(sent(made, _LOCK) for made in result.calls) else ()),
    }
    for feature in () if unexpected else run.features:
        if feature.name in explained:
            continue
        if weight is Weight.NOT_IMPLEMENTED:
            found = call is not None and feature.refused(call, run.refused_header(call))
        elif weight in _OF_ITS_CALL and call is not None and feature.is_of(call):
            found = True
        elif weight is Weight.WRONGLY_REFUSED and feature.opens and _BY_OTHERS in one.what:
            found = any(map(feature.asked_by, result.calls)) and not _has_policy(result)
        else:
            accepted = weight is Weight.WRONGLY_ACCEPTED
            found = feature.explains(result, looked_at, call, came, accepted=accepted)
        if found:
            yield f"nowhere/{feature.name}"
    if weight is Weight.WRONGLY_ACCEPTED and call is not None:
        for feature in run.unguarded:
            if feature.name not in explained and feature.explains(
                result, looked_at, call, came, accepted=True
            ):
                yield f"unguarded/{feature.name}"


def _has_policy(result: Result) -> bool:
    """Whether a policy may have decided, too."""
    return any("policy" in subresources_of_call(call) for call in result.calls)


def _part_refused(call: Call, run: Evidence) -> str:
    """The header or parameter that is not implemented, by its kind; "" where it is all of it."""
    if family := run.refused_header(call):
        return f"header/{family}"
    parameter = parameter_refused(call, run.worked)
    return f"parameter/{parameter}" if parameter else ""


def _of_mismatch(
    result: Result, one: Expectation, group_of: Callable[[str], str], run: Evidence
) -> Iterator[str]:
    operation, group = operation_of(one, result), group_of(operation_of(one, result))
    looked_at = one.what.rpartition(": ")[2]
    code = entry_code(one) or code_due(one.expected)
    call = _call_of(result, one)
    if _about_a_range(result):
        yield "ignored-range"
    refused = weigh(one) in (Weight.NO_ANSWER, Weight.WRONGLY_REFUSED)
    if refused and call is not None and (hard := hard_key(result, call)):
        yield f"key/{hard}/{came_to(one)}"
        return
    match weigh(one):
        case Weight.NOT_IMPLEMENTED:
            if call is not None and (part := _part_refused(call, run)):
                yield from (f"absent-part/{part}", "absent-part")
                return
            if operation not in run.worked or (call and subresources_of_call(call)):
                yield f"absent/{group or group_of(result.row) or result.row}"
                yield f"absent/{operation}"
            yield f"absent/{result.row}"
        case Weight.NO_ANSWER:
            yield f"server-fails/{operation}/{came_to(one)}"
            if code in ("MalformedXML", "MalformedACLError") and call and has_document(call):
                yield f"document-fails/{came_to(one)}"
            elif call is not None and (method := of_a_bucket(call)):
                yield f"server-fails/{method} of a sub-resource of a bucket/{came_to(one)}"
        case Weight.WRONGLY_ACCEPTED:
            yield from of_accepted(result, one, code, call, run)
        case Weight.WRONGLY_REFUSED:
            word = came_to(one).partition(" ")[2]
            if word == "PreconditionFailed" and call is not None and two_conditions(call):
                yield "two-conditions/412"
            if word and word not in GENERIC and came_to(one).startswith("4"):
                yield f"refused-with/{came_to(one)}"
            if word not in GENERIC:
                yield f"answered/{operation}/{came_to(one)}"
            yield f"refuses/{operation}/{came_to(one)}"
            yield f"refuses/{result.row}/{came_to(one)}"
        case Weight.WRONG_CODE if came_to(one).startswith("2"):
            yield f"success/{came_to(one)}/{one.expected}"
            yield f"success-of/{operation}/{came_to(one)}"
        case Weight.WRONG_CODE:
            if looked_at == "error code" and one.actual == "no error code":
                yield f"bare-errors/{came_to(one)}"
            if came_to(one).partition(" ")[2] not in {"", *GENERIC}:
                yield f"answered/{operation}/{came_to(one)}"
            same = came_to(one).endswith(f" {code}")
            due = one.expected if same else code
            if same or not {code, came_to(one).partition(" ")[2]} <= GENERIC:
                yield f"code/{due}/{came_to(one)}"
            yield f"code-in/{result.row}/{due}/{came_to(one)}"
            if word := came_to(one).partition(" ")[2]:
                yield f"coded/{result.row}/{code}/{word}"
                if word in _OF_ANY_MISTAKE and result.row not in _OF_NO_OPERATION:
                    yield f"coded-as/{result.row}/{word}"
            yield f"code-of/{operation}/{came_to(one)}"
        case Weight.MISSING_HEADER:
            if one.actual == "absent" and looked_at == "header x-amz-version-id":
                yield from (f"ignored-header/{_LOCK}" for made in result.calls if sent(made, _LOCK))
                if one.expected == "present" and operation in _MAKE_VERSIONS:
                    yield f"no-version/{operation}"
                    return
            yield f"header/{looked_at.removeprefix('header ')}/{_how(one)}"
        case _ if one.expected == DOCUMENT or _OTHER_ROOT in one.actual:  # nothing was read from it
            yield f"document/{operation}"
        case _:
            if (listing := lists_nothing(result, one.operation)) is not None:
                yield f"lists-nothing/{listing}"
            nothing = one.actual in ("absent", "[]") and _LIST.search(looked_at)
            if nothing and (call is None or lists_none(call, nothing.group(1))):
                yield f"lists-no/{operation}/{nothing.group(1)}"
            if codes := other_codes(one):
                yield from (f"coded/{result.row}/{due}/{came}" for due, came in codes)
                words = (came for _, came in codes if came in _OF_ANY_MISTAKE)
                yield from (f"coded-as/{result.row}/{came}" for came in words)
                return
            if extra := added(one):
                yield f"added/{extra}"
            if (member := member_of(one)) not in _ANYTHING:
                yield f"data/{operation}/{member}"
            yield f"data/{result.row}/{member}"


def _about_a_range(result: Result) -> bool:
    """Whether a range was asked for, all of the object came, and the check says so."""
    wanted = any(
        one.expected.startswith(("206", "416")) or one.what.endswith("header Content-Range")
        for one in _mismatches(result)
    )
    return wanted and ranges_ignored(result)


def _call_of(result: Result, one: Expectation) -> Call | None:
    """The call that a mismatch was seen on, of those of its operation that were answered so.

    By its place, where each of them has a status that was looked at; else the last.
    """
    calls = [call for call in result.calls if call.operation == one.operation]
    alike = [call for call in calls if answered(call) == one.answered]
    tested = [call for call in alike if call.purpose == "test"]
    statuses = [
        other
        for other in result.expectations
        if (other.operation, other.answered) == (one.operation, one.answered)
        and other.what.endswith("status")
    ]
    for judged in (alike, tested):
        if len(statuses) == len(judged):
            for call, status in zip(judged, statuses, strict=True):
                if status is one:
                    return call
    return next(reversed(tested or alike or calls), None)


def _telling(result: Result) -> Expectation | None:
    """The mismatch that says most: the most harmful.

    Where the first is that something is not there at all, or was done that should have been
    refused, the others come of it.
    """
    missed = _mismatches(result)
    if missed and weigh(missed[0]) in (Weight.NOT_IMPLEMENTED, Weight.WRONGLY_ACCEPTED):
        return missed[0]
    return min(missed, key=weigh, default=None)


def _mismatches(result: Result) -> list[Expectation]:
    """What did not hold: behaviour before wording, the wire before what a client says of it."""
    missed = [one for one in result.expectations if not one.ok]
    if not missed and (stop := stopped_at(result)) is not None:
        missed = [stop]
    behaviour = [one for one in missed if not one.wording] or missed
    return [one for one in behaviour if not one.what.endswith("own report")] or behaviour


def _how(one: Expectation) -> str:
    if one.actual == "absent":
        return "absent"
    return "unexpected" if one.expected == "absent" else "other"
