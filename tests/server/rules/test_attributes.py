"""What an object carries: its headers, its metadata and where a website leads."""

from __future__ import annotations

import pytest

from server_ref.errors import S3Error
from server_ref.rules import attributes
from server_ref.storage.records import Details
from tests.server.at_noon import NOON
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("encoding", "kept"),
    [
        ("gzip", "gzip"),
        ("aws-chunked", None),
        ("aws-chunked,gzip", "gzip"),
        ("gzip, aws-chunked, br", "gzip,br"),
        ("aws-chunked,,", None),
        ("", None),
    ],
)
def test_a_coding_of_the_transfer_is_not_kept(encoding: str, kept: str | None) -> None:
    made = attributes.details({"ContentEncoding": encoding}, {}, "utf-8")

    assert made.headers.get("ContentEncoding") == kept


def test_what_an_object_carries() -> None:
    members = {
        "CacheControl": "no-cache",
        "ContentType": "",
        "Expires": NOON,
        "Metadata": {"Colour": "green", "": "x"},
    }
    made = attributes.details(members, {}, "utf-8")
    assert made.headers == {
        "CacheControl": "no-cache",
        "Expires": "Tue, 03 Feb 2026 12:00:00 GMT",
        "MissingMeta": "1",
    }
    assert made.metadata == {"colour": "green"}
    assert attributes.details({"Expires": NOON}, {"expires": "soon"}, "utf-8").headers == {
        "Expires": "soon"
    }
    assert attributes.details({}, {}, "utf-8") == Details()
    assert attributes.shown(Details({"CacheControl": "x"}, {"a": "b"})) == {
        "ContentType": "binary/octet-stream",
        "CacheControl": "x",
        "Metadata": {"a": "b"},
    }
    assert attributes.shown(Details({"ContentType": "text/plain"}))["ContentType"] == "text/plain"


@pytest.mark.parametrize(
    ("value", "code"), [("v" * 2047, ""), ("v" * 2048, "MetadataTooLarge"), ("é" * 1023, "")]
)
def test_metadata_has_two_kib(value: str, code: str) -> None:
    assert code_of(lambda: attributes.user_metadata({"k": value})) == code


@pytest.mark.parametrize(
    ("members", "expires", "size"),
    [
        ({"WebsiteRedirectLocation": "/" + "r" * 2017}, "", 2049),
        ({"WebsiteRedirectLocation": "/" + "r" * 2016, "CacheControl": "x"}, "", 2062),
        ({"ContentDisposition": "d" * 1015, "ContentType": "t" * 1005}, "", 2051),
        ({"ContentDisposition": "d" * 1015}, "e" * 1009, 2050),
    ],
)
def test_system_metadata_has_two_kib_with_the_names(
    members: dict[str, str], expires: str, size: int
) -> None:
    """The userguide's UsingMetadata says it, and argmin on GitHub measured it."""
    headers = {"expires": expires} if expires else {}
    with pytest.raises(S3Error) as error:
        attributes.details(members, headers, "utf-8")
    assert error.value.code == "MetadataTooLarge"
    assert error.value.members == {"Size": str(size), "MaxSizeAllowed": "2048"}
    longest = max(members, key=lambda name: len(members[name]))
    members[longest] = members[longest][: 2048 - size]
    assert attributes.details(members, headers, "utf-8").headers[longest] == members[longest]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        (None, ""),
        ("/a", ""),
        ("http://a", ""),
        ("https://a", ""),
        ("", "InvalidRedirectLocation"),
        ("ftp://a", "InvalidRedirectLocation"),
    ],
)
def test_a_website_leads_to_a_path_or_a_url(location: str | None, code: str) -> None:
    assert code_of(lambda: attributes.check_redirect(location)) == code
