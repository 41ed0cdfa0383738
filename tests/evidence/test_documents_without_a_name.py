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


@pytest.mark.parametrize(
    ("operation", "body", "root", "said"),
    [
        ("GetBucketPolicy", b' {"a": 1}', None, None),
        ("GetBucketPolicy", b"", None, "no body instead of a JSON document"),
        ("GetBucketPolicy", b"[]", None, "a body that is no XML instead of a JSON document"),
        ("GetBucketPolicy", b"<a/>", "a", "<a> instead of a JSON document"),
        ("ListParts", b"{}", None, "a body that is no XML instead of <ListPartsResult>"),
        ("ListParts", b" ", None, "no body instead of <ListPartsResult>"),
        ("ListParts", b"<a/>", "a", "<a> instead of <ListPartsResult>"),
        ("ListParts", b"<ListPartsResult/>", "ListPartsResult", None),
    ],
)
def test_what_came_instead_of_a_document(
    operation: str, body: bytes, root: str | None, said: str | None
) -> None:
    assert not_the_document(operation, body, root) == said
