"""What an answer of AIStore's own API can be asked, and what is its client's limit."""

from __future__ import annotations

import pytest

from conformance.clients.base import ClientCannotError, MissingMemberError
from conformance.clients.native import ForeignHeaders, NativeAnswer


def native(status: int) -> NativeAnswer:
    answer = NativeAnswer(operation="HeadObject", client="ais", status=status)
    answer.members = {"Size": 1}
    return answer


def test_a_member_it_has_is_there_and_another_is_the_clients_limit() -> None:
    assert native(200).need("Size") == 1
    with pytest.raises(ClientCannotError, match=r"^AIStore's own API has no ETag$"):
        native(200).need("ETag")
    with pytest.raises(MissingMemberError):
        native(404).need("ETag")


def test_no_header_of_it_is_one_of_s3s() -> None:
    with pytest.raises(ClientCannotError, match=r"^AIStore's own API has no header ETag$"):
        ForeignHeaders()["ETag"]


@pytest.mark.parametrize(
    ("status", "what", "expected", "why"),
    [
        (200, "status", "204", "status of its own for this success"),
        (299, "status", "200 or 204", "status of its own for this success"),
        (300, "status", "204", None),
        (199, "status", "204", None),
        (400, "status", "404", "status of its own for this refusal"),
        (499, "status", "404 NoSuchKey", "status of its own for this refusal"),
        (500, "status", "404", None),
        (399, "status", "404", None),
        (404, "status", "204", None),
        (404, "error code", "NoSuchKey", "S3 error code"),
        (200, "Contents[].Key", "k", None),
        (200, "Contents[].Owner.ID of 'Bucket'", "k", "ID, Owner"),
    ],
)
def test_what_it_cannot_show(status: int, what: str, expected: str, why: str | None) -> None:
    told = why and f"AIStore's own API has no {why}"
    assert native(status).beyond(what, expected) == told
