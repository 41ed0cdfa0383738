"""Operations whose document has a root of no fixed name: what it can not be all the same."""

from __future__ import annotations

import pytest

from conformance.evidence.documents import not_the_document

LISTING = b"<ListBucketResult/>"


@pytest.mark.parametrize(
    ("operation", "body", "root", "said"),
    [
        ("ListObjectAnnotations", LISTING, "ListBucketResult", "<ListBucketResult>"),
        ("ListObjectAnnotations", b"content", None, "a body that is no XML"),
        ("GetBucketMetadataConfiguration", LISTING, "ListBucketResult", "<ListBucketResult>"),
        ("ListBucketMetricsConfigurations", b"", None, "no body"),
        ("ListBucketMetricsConfigurations", b"<Any/>", "Any", None),
        ("PutObject", b"", None, None),
        ("ListObjects", LISTING, "ListBucketResult", None),
    ],
)
def test_a_list_of_objects_is_none(
    operation: str, body: bytes, root: str | None, said: str | None
) -> None:
    expected = None if said is None else f"{said} instead of its document"
    assert not_the_document(operation, body, root) == expected
