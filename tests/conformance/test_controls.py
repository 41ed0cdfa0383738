"""A feature that is not there is seen to be missing: its checks have a control and do not pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Outcome, Result
from conformance.model.verdict import OBSERVED
from conformance.trial.check import discover
from s3compat.prove import prover, session_on
from server_ref import deviations
from server_ref.deviations.steps import do_nothing, ignore_header, refuse
from server_ref.deviations.when import refuse_when
from server_ref.server import S3Server

# What a server ignores, and the rows that are about it. A check that passes all the same says why.
IGNORED = {
    "If-Match": ("conditional-read", "conditional-write"),
    "If-None-Match": ("conditional-read", "conditional-write"),
    "If-Modified-Since": ("conditional-read",),
    "If-Unmodified-Since": ("conditional-read",),
    "Range": ("get-object-range",),
    "x-amz-storage-class": ("storage-class",),
    "x-amz-server-side-encryption-customer-key": ("sse-c",),
}
MAY_PASS = {
    # it asks that a server does not break, and lets it ignore the header
    "get-object-range.numbers_of_any_length_are_numbers",
}


def run(tmp_path: Path, change: deviations.Change, ids: list[str]) -> dict[str, Result]:
    """The outcomes of these checks on the reference server with one more change."""
    every = discover()
    started = S3Server(durability="relaxed")
    change(started._seams)
    with started, session_on(started, tmp_path) as session:
        return {one: session.run(every[one], prover(every[one])) for one in ids}


def sends(result: Result, header: str) -> bool:
    """Whether a request of the check itself has it."""
    return any(
        name.lower() == header.lower()
        for call in result.calls
        if call.purpose == "test"
        for exchange in call.exchanges
        for name, _ in exchange.request.headers
    )


@pytest.mark.parametrize("header", IGNORED)
def test_a_header_that_is_ignored_is_missed(header: str, tmp_path: Path) -> None:
    ids = [
        one.id
        for one in discover().values()
        if one.row in IGNORED[header] and one.verified != OBSERVED
    ]
    results = run(tmp_path, ignore_header(header), ids)
    asked = {one for one, result in results.items() if sends(result, header)}
    assert asked
    passed = {one for one in asked if results[one].outcome is Outcome.PASS}
    assert passed - MAY_PASS == set()


# Each was passed by servers that know nothing of it: they refuse it all, or have a stub of it.
REFUSED = {
    "AbortMultipartUpload": ["multipart-upload.unknown_upload_cannot_be_aborted"],
    "ListParts": ["list-parts.unknown_upload_cannot_be_listed"],
    "PutBucketAccelerateConfiguration": [
        "transfer-acceleration.statuses_of_acceleration_are_spelt_as_documented"
    ],
    "PutBucketRequestPayment": [
        "request-payment.owner_may_say_that_it_pays",
        "request-payment.unknown_payer_is_refused",
    ],
    "PutBucketEncryption": [
        "bucket-encryption.missing_bucket_comes_before_missing_rules",
        "bucket-encryption.deleting_it_twice_is_fine",
        "bucket-encryption.two_rules_are_refused",
    ],
    "PutBucketOwnershipControls": [
        "bucket-ownership.deleted_setting_is_not_found",
        "bucket-ownership.unknown_setting_is_refused",
    ],
    "PutPublicAccessBlock": [
        "public-access-block.deleted_settings_are_not_found",
        "public-access-block.deleting_twice_is_fine",
    ],
    "PutBucketPolicy": ["bucket-policy.deleting_no_policy_is_fine"],
    "PutBucketWebsite": ["website.deleting_a_website_that_is_not_there_succeeds"],
    "PutObjectRetention": ["retention.retention_needs_a_bucket_with_lock"],
    "PutBucketCors": ["cors.preflight_needs_an_origin"],
    "PutBucketVersioning": ["versioning.enabling_it_in_a_missing_bucket_is_no_such_bucket"],
    "PutBucketTagging": ["bucket-tagging.bucket_made_with_no_tags_has_none"],
}


@pytest.mark.parametrize("operation", REFUSED)
@pytest.mark.parametrize("code", ["NotImplemented", "InvalidRequest", "MalformedXML"])
def test_what_is_refused_altogether_passes_no_check(
    operation: str, code: str, tmp_path: Path
) -> None:
    results = run(tmp_path, refuse(operation, code), REFUSED[operation])
    assert {one: result.outcome for one, result in results.items()} == dict.fromkeys(
        REFUSED[operation], Outcome.FAIL
    )


NOT_IMPLEMENTED = {
    "IfMatch": [
        "conditional-write.both_conditions_exclude_each_other",
        "conditional-write.if_match_does_not_take_the_star",
        "conditional-write.one_of_delete_and_put_wins",
    ],
    "IfNoneMatch": ["conditional-write.if_none_match_takes_only_the_star"],
}


@pytest.mark.parametrize("member", NOT_IMPLEMENTED)
def test_what_says_501_to_all_of_it_says_it_to_nothing_in_particular(
    member: str, tmp_path: Path
) -> None:
    writes = ("PutObject", "DeleteObject")
    change = refuse_when(writes, "NotImplemented", lambda _, members: member in members)
    results = run(tmp_path, change, NOT_IMPLEMENTED[member])
    for result in results.values():
        assert result.outcome is Outcome.FAIL
        assert "answered 501 NotImplemented" in result.reason


WITHOUT_VERSIONS = [
    "copy-object.source_that_was_deleted_is_not_there",
    "list-objects-v2.delete_markers_do_not_shorten_pages",
    "list-objects-v2.folder_of_deleted_keys_is_not_listed",
]


def test_a_marker_that_was_never_put_is_missed(tmp_path: Path) -> None:
    """A server that takes PutBucketVersioning and keeps no versions."""
    results = run(tmp_path, do_nothing("PutBucketVersioning"), WITHOUT_VERSIONS)
    assert {result.outcome for result in results.values()} == {Outcome.FAIL}


SIGNED = [
    "authentication.blanks_between_the_parts_are_free",
    "authentication.path_is_encoded_once",
    "authentication.query_is_sorted_before_signing",
    "authentication.spaces_in_a_header_are_folded",
    "authentication.unsigned_payload_is_accepted",
]


@pytest.mark.parametrize("identity", SIGNED)
def test_where_no_signature_counts_no_form_of_one_is_right(identity: str, tmp_path: Path) -> None:
    change = deviations.discover()["signature-unverified"].change
    assert run(tmp_path, change, [identity])[identity].outcome is Outcome.FAIL


OF_THE_OWNER = [
    "bucket-policy.condition_on_the_address",
    "bucket-policy.resource_may_have_wildcards",
    "bucket-policy.policy_is_about_keys_as_they_stand",
]


@pytest.mark.parametrize("identity", OF_THE_OWNER)
@pytest.mark.parametrize(
    ("deviation", "outcome"),
    [
        # accounts are spared, somebody unsigned is not: as servers do with their root user
        ("policy-deny-has-no-effect", Outcome.NOT_TRIED),
        ("policy-denials-ignored", Outcome.FAIL),
    ],
)
def test_an_account_that_policies_spare_is_not_judged_by_their_denials(
    identity: str, deviation: str, outcome: Outcome, tmp_path: Path
) -> None:
    change = deviations.discover()[deviation].change
    assert run(tmp_path, change, [identity])[identity].outcome is outcome


def test_that_it_is_spared_is_a_failure_of_one_check(tmp_path: Path) -> None:
    identity = "bucket-policy.explicit_deny_holds_for_the_owner"
    change = deviations.discover()["policy-deny-has-no-effect"].change
    assert run(tmp_path, change, [identity])[identity].outcome is Outcome.FAIL
