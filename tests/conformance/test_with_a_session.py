"""Temporary credentials change no outcome: what a check signs itself carries the token, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Outcome
from conformance.run.journal import Journal, JournalHeader, new_run_id
from conformance.run.session import Session
from conformance.trial.check import discover
from matrix import load_matrix, load_profile
from server_ref.server import S3Server

# Each of them was red with a session, on a server that was right.
SIGNED_BY_THE_CHECK = (
    "authentication.wrong_secret_is_refused",
    "post-object.file_name_can_be_part_of_the_key",
    "post-object.file_under_the_range_is_refused",
    "post-object.form_may_lead_to_another_page",
    "post-object.form_writes_an_object",
    "post-object.metadata_comes_asform_fields",
    "presigned.get_works",
)


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("session")
    with S3Server(durability="relaxed") as server:
        given = server.add_session()
        keys = Credentials(given.access_key, given.secret_key, given.token)
        endpoint = Endpoint(url=server.url, region=server.region, credentials=keys)
        header = JournalHeader(new_run_id(), server.url, server.region, "path", "aws")
        journal = Journal.start(folder / "journal.jsonl", header)
        known = load_matrix(), load_profile("aws")
        with Session(endpoint, *known, journal, folder / "scratch", strict=True) as session:
            yield session


@pytest.mark.parametrize("identity", SIGNED_BY_THE_CHECK)
def test_what_a_check_signs_itself(identity: str, temporary: Session) -> None:
    result = temporary.run(discover()[identity], "raw")
    assert result.outcome is Outcome.PASS, result.reason


@pytest.mark.parametrize(
    ("identity", "client"),
    [
        ("object-metadata.website_redirect_is_kept", "s3cmd"),
        ("cdn.copy_has_the_caching_headers_of_its_source", "s3cmd"),  # it sets an ACL on a copy
        ("put-object.slashes_in_a_key_are_kept", "boto3"),
    ],
)
def test_what_a_client_signs(identity: str, client: str, temporary: Session) -> None:
    result = temporary.run(discover()[identity], client)
    assert result.outcome is Outcome.PASS, result.reason
