"""The right document under a root of another name: it is read, and its name is said."""

from __future__ import annotations

import pytest

from conformance.evidence.documents import called_otherwise, elements
from conformance.evidence.wire import parse_answer


@pytest.mark.parametrize(
    ("operation", "root", "held", "same"),
    [
        ("CreateMultipartUpload", "InitiateMultipartUpload", ["Bucket", "UploadId"], True),
        ("ListParts", "ListPartsResponse", ["Part"], True),
        ("ListParts", "ListPartsResult", ["Part"], False),  # which is its name
        ("GetObjectAttributes", "getObjectAttributesResponse", ["ETag"], True),
        ("GetBucketPolicyStatus", "Status", ["IsPublic"], True),  # the payload's own elements
        ("GetBucketVersioning", "GetBucketVersioningResponse", [], True),
        ("GetBucketVersioning", "Nothing", [], False),
        ("ListParts", "html", ["head", "body"], False),
        ("DeleteObjects", "Error", ["Error"], False),
        ("GetBucketLocation", "GetBucketLocationResponse", ["LocationConstraint"], False),
        ("PutObject", "Any", ["ETag"], False),
    ],
)
def test_a_name_of_no_operation(operation: str, root: str, held: list[str], same: bool) -> None:
    assert called_otherwise(operation, root, held) is same


@pytest.mark.parametrize(
    ("operation", "root", "held", "same"),
    [
        ("ListObjectVersions", "ListBucketResult", ["Name", "Version"], True),
        ("ListObjectVersions", "ListBucketResult", ["Name", "DeleteMarker"], True),
        ("ListObjectVersions", "ListBucketResult", ["Name", "Prefix", "Contents"], False),
        ("ListMultipartUploads", "ListBucketResult", ["Name", "Prefix"], False),
        ("GetBucketAcl", "ListBucketResult", ["Name", "Contents"], False),
        ("UploadPartCopy", "CopyObjectResult", ["ETag", "LastModified"], False),
        ("GetBucketAbac", "VersioningConfiguration", ["Status"], False),
    ],
)
def test_the_name_of_another_operation(
    operation: str, root: str, held: list[str], same: bool
) -> None:
    """There it has to hold what only its own document has: a query may have been ignored."""
    assert called_otherwise(operation, root, held) is same


def test_elements_have_the_names_of_the_wire() -> None:
    assert {"Version", "DeleteMarker", "NextKeyMarker"} <= elements("ListObjectVersions")
    assert elements("GetObjectLegalHold") == {"Status"}
    assert "RequestCharged" not in elements("ListParts")  # a header


def test_it_is_read() -> None:
    body = b"<ns:Parts xmlns:ns='x'><ns:UploadId>u</ns:UploadId></ns:Parts>"
    parsed = parse_answer("ListParts", 200, [], body)
    assert parsed.members["UploadId"] == "u"
    assert (parsed.strange, parsed.note) == (None, None)
    assert parsed.misnamed == "<Parts> instead of <ListPartsResult>"


def test_a_right_name_is_not_said() -> None:
    parsed = parse_answer("ListParts", 200, [], b"<ListPartsResult/>")
    assert (parsed.strange, parsed.misnamed) == (None, None)


def test_nothing_is_read_from_another_document() -> None:
    parsed = parse_answer(
        "ListParts", 200, [], b"<ListBucketResult><Name>b</Name></ListBucketResult>"
    )
    assert (parsed.members, parsed.misnamed) == ({}, None)
    assert parsed.strange == "<ListBucketResult> instead of <ListPartsResult>"
