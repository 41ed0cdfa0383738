"""Titles: a sentence for each symptom, as a cause is called in reports and in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from conformance.model.features import FEATURES, VERSIONS
from conformance.model.misread import ignored_names
from conformance.model.records import Result
from conformance.model.symptoms import told_operation, weight_of
from conformance.model.weight import Weight

FEW = 4  # names in a title
# Symptoms that join others: how the keys of those begin.
_JOINS = {
    "absent-part": "absent-part/",
    "not-enforced/conditions-on-writes": "not-enforced/condition/",
    "not-enforced/conditions-on-sources": "not-enforced/condition/",
}


def parts_of(key: str, symptoms: Iterable[str]) -> list[str]:
    """Of the symptoms of one outcome those that this one joins."""
    if key.startswith("coded-as/"):
        _, row, word = key.split("/")
        of_row = (one.split("/") for one in symptoms if one.startswith(f"coded/{row}/"))
        return [due for _, _, due, came in of_row if came == word]
    begins = "absent-part/" if key.startswith("nowhere/") else _JOINS.get(key)
    return [one for one in symptoms if one.startswith(begins)] if begins else []


def title_of(key: str, results: tuple[Result, ...], joined: Sequence[str] = ()) -> str:
    """A sentence for a symptom, said of these outcomes.

    ``joined``: where the symptom joins others (``absent-part``), their keys, the commonest first
    (``absent-part/header/x-amz-acl``).
    """
    kind, _, rest = key.partition("/")
    subject, _, answer = rest.partition("/")
    match kind:
        case "absent":
            return f"Not implemented: {_parts(subject, results)}"
        case "absent-part":
            parts = [_part(one) for one in joined or [key]]
            if len(parts) == 1:
                return f"Requests with the {parts[0]} are refused as not implemented"
            return f"Requests with one of these are refused as not implemented: {_few(parts)}"
        case "data-loss":
            return f"Data is lost in {subject}"
        case "server-fails":
            return (
                f"{subject} gets {answer}"
                if answer == "no answer"
                else (f"{subject} is answered with {answer}")
            )
        case "not-enforced" if subject in _CONDITIONS:
            places = _few([one.rpartition("/")[2].removesuffix(" source") for one in joined])
            return f"{_CONDITIONS[subject]} are ignored by {places}"
        case "not-enforced":
            return _NOT_ENFORCED[subject].format(f" ({answer})" if answer else "")
        case "always":
            return f"{subject} never succeeds: it is answered with {answer}"
        case "no-version":
            return f"{subject} makes no version, though versioning is enabled"
        case "lists-nothing":
            return f"{subject} lists nothing where there is something"
        case "ignored-header":
            return f"{subject} is ignored: the bucket keeps no versions"
        case "code-in":
            due, _, came = answer.partition("/")
            return f"Wrong error in {_named(subject)}: {came} where {due} is expected"
        case "lists-no":
            return f"{subject} lists no {answer} where there are some"
        case "nowhere":
            title = next(one.title for one in (VERSIONS, *FEATURES) if one.name == subject)
            refused = _few([_part(one) for one in joined])
            title = f"{title}; requests with the {refused} are refused" if refused else title
            absent = [one for one in results if weight_of(one) is Weight.NOT_IMPLEMENTED]
            if 2 * len(absent) < len(results):
                return title
            named = [name for name, _ in Counter(map(told_operation, absent)).most_common()]
            return f"{title}; not implemented: {_few(named)}"
        case "unguarded":
            return f"{_UNGUARDED[subject]}: every request that S3 refuses is accepted"
        case "answered":
            return f"{subject} is answered with {answer} where S3 gives another answer"
        case "bare-errors":
            return f"Errors come without an error code: {subject}"
        case "ignored-query":
            told = (ignored_names(one, told_operation(one)) for one in results)
            names = sorted(set().union(*told))
            said = f" ({_few([f'?{name}' for name in names])})" if names else ""
            return f"The query is ignored{said}: another operation is done"
        case "ignored-range":
            return "Range is ignored: a request for a part is answered with all of the object"
        case "ignored-parameter":
            does = "removes" if subject == "DELETE" else "writes"
            return f"{subject} /bucket/key?{answer} {does} the object: the parameter is ignored"
        case "other-key":
            return "A write to one key changes another: keys are not kept as they were sent"
        case "document":
            return f"The answer to {subject} is another document than S3's"
        case "unchecked" if subject == "MalformedXML":
            return "XML documents that S3 refuses as MalformedXML are accepted"
        case "unchecked":
            return f"{subject} accepts documents that S3 refuses"
        case "success":
            return f"Wrong status of a success: {subject} where {answer} is expected"
        case "success-of":
            return f"Wrong status of a success: {subject} is answered with {answer}"
        case "coded-as":
            where = f"comes in {_named(subject)}"
            return f"The error {answer} {where} where S3 has others: {_few(list(joined))}"
        case "coded":
            due, _, came = answer.partition("/")
            return f"In {_named(subject)} the error {came} comes where S3 has {due}"
        case "added":
            return f"Values in answers contain {rest}, which S3 does not add"
        case "unchecked-argument":
            return f"{subject} is not checked: values that S3 refuses are accepted"
        case "two-conditions":
            return "The ETag matches, so S3 ignores the condition on a date; the server answers 412"
        case "document-fails":
            return f"XML documents that S3 refuses as MalformedXML are answered with {subject}"
        case "key":
            return f"{_KEYS[subject]} are answered with {answer}"
        case "accepts-on":
            return f"{subject}: the server accepts what S3 refuses (S3 answers {answer})"
        case "accepts":
            also = f" (S3 answers {answer})" if answer else ""
            if subject[:1].isupper():
                return f"{subject} accepts what S3 refuses{also}"
            return f"In {_named(subject)} the server accepts what S3 refuses{also}"
        case "refused-with":
            return f"Requests that S3 accepts are refused with {subject}"
        case "refuses":
            if subject[:1].isupper():
                return f"{subject} is refused with {answer}; S3 accepts it"
            return f"In {_named(subject)} the server refuses what S3 accepts: it answers {answer}"
        case "code":
            return f"Wrong error: {answer} where {subject} is expected"
        case "header":
            return f"Response header {subject} {_HEADER[answer]}"
        case "code-of":
            return f"Wrong error: {subject} is answered with {answer}"
        case "setup" if answer == "no answer":
            return f"Could not be set up: {subject} gets no answer"
        case "setup":
            return f"Could not be set up: {subject} is answered with {answer}"
        case "data":
            return _differs(subject, answer, results)
    return results[0].title


def _differs(subject: str, answer: str, results: tuple[Result, ...]) -> str:
    """What of the answers to an operation, or of those in a row, is not as S3's."""
    if answer == "pages":
        where = f"of {subject}" if subject[:1].isupper() else f"in {_named(subject)}"
        return f"The pages {where} differ from S3's"
    untrue = (one for result in results for one in result.expectations if not one.ok)
    if " " in answer and any(answer in one.what and one.expected == "true" for one in untrue):
        return f"In {_named(subject)} this is not so, and in S3 it is: {answer}"
    also = f": {answer}" if answer else ""
    if subject[:1].isupper():
        return f"The answer to {subject} differs from S3's{also}"
    return f"An answer in {_named(subject)} differs from S3's{also}"


_CONDITIONS = {
    "conditions-on-writes": "Conditions on writes and deletes (If-Match, If-None-Match)",
    "conditions-on-sources": "Conditions on the source of a copy (x-amz-copy-source-if-*)",
}
_NOT_ENFORCED = {
    "anybody": "Nobody is refused: a wrong signature or a missing permission is no obstacle",
    "signature": "Requests with a wrong signature, or an expired one, are accepted{}",
    "permission": "Requests that are not allowed are accepted{}",
    "integrity": "Bodies that do not match their checksum or length are accepted{}",
    "condition": "Conditions (If-Match and the like) are not enforced{}",
    "x-amz-expected-bucket-owner": "x-amz-expected-bucket-owner is not checked",
}
_UNGUARDED = {
    "checksums": "Checksums in requests (x-amz-checksum-*) are not checked",
    "newer-checksums": "The newer checksums (SHA-512, XXHash, MD5) are not checked",
    "sse-c": "Encryption with the customer's key (SSE-C) is not checked",
    "sse": "Encryption with S3's keys (SSE-S3, SSE-KMS) is not checked",
    "storage-class": "x-amz-storage-class is not checked",
    "acl": "Access control lists in requests are not checked",
    "object-tags": "Tags in requests (x-amz-tagging) are not checked",
    "object-lock": "Object lock in requests (x-amz-object-lock-*) is not checked",
}
_KEYS = {
    "long-part": "Requests for keys with a part of more than 255 bytes",
    "folder": "Requests for keys where one key is the folder of another (a and a/b)",
}
_HEADER = {
    "absent": "is missing",
    "unexpected": "is sent where S3 sends none",
    "other": "has another value",
}


def _named(subject: str) -> str:
    """An operation by its name, and a row as one."""
    return subject if subject[:1].isupper() else f"the row {subject}"


def _parts(subject: str, results: tuple[Result, ...]) -> str:
    """The operations that are concerned, most often met first, and the group they are of."""
    told = [name for name, _ in Counter(map(told_operation, results)).most_common()]
    named = [name for name in told if name[:1].isupper()] or told
    return subject if named == [subject] else f"{_few(named)} ({subject})"


def _part(key: str) -> str:
    """``absent-part/header/x-amz-acl`` in words: "header x-amz-acl"."""
    kind, _, name = key.removeprefix("absent-part/").partition("/")
    return f"{kind} {name}"


def _few(names: list[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:FEW])
    return f"{shown} and {len(names) - FEW} more" if len(names) > FEW else shown
