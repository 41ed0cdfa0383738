"""Parameters of a presigned request that stand for headers: which are taken, and which are not."""

from __future__ import annotations

import io

import pytest

from server_ref.auth.query_headers import signed_in_query, take_headers
from server_ref.request import Request


class Nothing(io.BytesIO):
    """No body."""

    length = 0
    trailers: dict[str, str] = {}  # noqa: RUF012 -- nobody adds to it


def taken(query: dict[str, str], *, version_2: bool = False, **sent: str) -> dict[str, str]:
    request = Request("GET", "/b/k", "b", "k", query, dict(sent), Nothing())
    take_headers(request, version_2=version_2)
    return request.headers


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("If-Match", True),
        ("if-none-match", True),
        ("if-modified-since", True),
        ("if-unmodified-since", True),
        ("if-range", False),
        ("range", False),
        ("X-Amz-Meta-A", True),
        ("x-amz-acl", True),
        ("x-amz-tagging-directive", True),
        ("x-amz-copy-source", True),
        ("x-amz-tagging", False),
        ("x-amz-trailer", False),
        ("x-amz-decoded-content-length", False),
        ("x-amz-checksum-crc32", False),
        ("x-amz-sdk-checksum-algorithm", False),
        ("x-amz-server-side-encryption", False),
        ("x-amz-server-side-encryption-customer-key", False),
        ("x-amz-copy-source-server-side-encryption-customer-key", False),
        ("X-Amz-Algorithm", False),
        ("X-Amz-Credential", False),
        ("X-Amz-Date", False),
        ("X-Amz-Expires", False),
        ("X-Amz-SignedHeaders", False),
        ("X-Amz-Signature", False),
        ("X-Amz-Security-Token", False),
        ("X-Amz-Content-Sha256", False),
        ("content-type", False),
    ],
)
def test_what_stands_for_a_header(name: str, stands: bool) -> None:
    assert taken({name: "v"}) == ({name.lower(): "v"} if stands else {})


def test_a_header_that_was_sent_counts() -> None:
    assert taken({"If-Match": "query"}, **{"if-match": "sent"}) == {"if-match": "sent"}


@pytest.mark.parametrize(("version_2", "found"), [(True, {"content-type": "t"}), (False, {})])
def test_version_2_has_two_more(version_2: bool, found: dict[str, str]) -> None:
    assert taken({"Content-Type": "t", "Expires": "1"}, version_2=version_2) == found


def test_version_2_signs_the_first_of_each() -> None:
    query = {"X-Amz-A": "1", "x-amz-a": "2", "Content-MD5": "m", "acl": "", "Content-Length": "3"}

    assert signed_in_query(query) == {"x-amz-a": "1", "content-md5": "m"}
