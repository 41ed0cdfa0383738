"""Websites: what their configuration may hold, and where a routing rule sends a request."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.rules import website
from tests.server.refusing import code_of

INDEX = {"IndexDocument": {"Suffix": "index.html"}}


def routed(*rules: dict[str, Any]) -> dict[str, Any]:
    return INDEX | {"RoutingRules": list(rules)}


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        (INDEX, ""),
        (INDEX | {"ErrorDocument": {"Key": "e"}}, ""),
        (INDEX | {"ErrorDocument": {"Key": ""}}, "InvalidArgument"),
        (INDEX | {"ErrorDocument": {}}, "MalformedXML"),
        ({}, "InvalidArgument"),
        ({"IndexDocument": {"Suffix": ""}}, "InvalidArgument"),
        ({"IndexDocument": {"Suffix": "a/b"}}, "InvalidArgument"),
        ({"RedirectAllRequestsTo": {"HostName": "h"}}, ""),
        ({"RedirectAllRequestsTo": {"HostName": "h", "Protocol": "https"}}, ""),
        ({"RedirectAllRequestsTo": {"HostName": "h", "Protocol": "ftp"}}, "InvalidRequest"),
        ({"RedirectAllRequestsTo": {"HostName": ""}}, "MalformedXML"),
        (INDEX | {"RedirectAllRequestsTo": {"HostName": "h"}}, "InvalidArgument"),
        (routed(), "MalformedXML"),
        (routed({}), "MalformedXML"),
        (routed(*[{"Redirect": {}}] * 50), ""),
        (routed(*[{"Redirect": {}}] * 51), "InvalidRequest"),
        (
            routed({"Redirect": {"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}}),
            "InvalidRequest",
        ),
        (routed({"Redirect": {"ReplaceKeyWith": "a"}}), ""),
        (routed({"Redirect": {"ReplaceKeyPrefixWith": "a"}}), ""),
        (routed({"Redirect": {"Protocol": "ftp"}}), "InvalidRequest"),
        *(
            (routed({"Redirect": {"HttpRedirectCode": status}}), code)
            for status, code in (
                ("300", "InvalidRequest"),
                ("301", ""),
                ("306", "InvalidRequest"),
                ("308", ""),
                ("399", "InvalidRequest"),
                ("400", "InvalidRequest"),
                ("x", "MalformedXML"),
                ("", "MalformedXML"),
            )
        ),
        *(
            (routed({"Redirect": {}, "Condition": condition}), code)
            for condition, code in (
                ({}, "InvalidRequest"),
                ({"KeyPrefixEquals": ""}, ""),
                ({"HttpErrorCodeReturnedEquals": "399"}, "InvalidRequest"),
                ({"HttpErrorCodeReturnedEquals": "400"}, ""),
                ({"HttpErrorCodeReturnedEquals": "505"}, ""),
                ({"HttpErrorCodeReturnedEquals": "418"}, "InvalidRequest"),
                ({"HttpErrorCodeReturnedEquals": "4xx"}, "MalformedXML"),
                ({"HttpErrorCodeReturnedEquals": "600"}, "InvalidRequest"),
            )
        ),
    ],
)
def test_a_configuration_of_a_website(configuration: dict[str, Any], code: str) -> None:
    assert code_of(lambda: website.validate(configuration)) == code


@pytest.mark.parametrize(
    ("given", "key", "error", "found"),
    [
        ({"Redirect": {}}, "a b", None, (301, "http://h/a%20b")),
        ({"Redirect": {"Protocol": "https", "HostName": "x"}}, "k", None, (301, "https://x/k")),
        ({"Redirect": {"HttpRedirectCode": "302"}}, "k", None, (302, "http://h/k")),
        ({"Redirect": {"ReplaceKeyWith": "#!/é"}}, "k", None, (301, "http://h/#!/%C3%A9")),
        ({"Redirect": {"ReplaceKeyWith": ""}}, "k", None, (301, "http://h/")),
        (
            {"Redirect": {"ReplaceKeyPrefixWith": "n/"}, "Condition": {"KeyPrefixEquals": "o/"}},
            "o/k",
            None,
            (301, "http://h/n/k"),
        ),
        ({"Redirect": {}, "Condition": {"KeyPrefixEquals": "o/"}}, "k", None, None),
        ({"Redirect": {}, "Condition": {"HttpErrorCodeReturnedEquals": "404"}}, "k", None, None),
        (
            {"Redirect": {}, "Condition": {"HttpErrorCodeReturnedEquals": "404"}},
            "k",
            404,
            (301, "http://h/k"),
        ),
        ({"Redirect": {}, "Condition": {"HttpErrorCodeReturnedEquals": "404"}}, "k", 403, None),
        ({"Redirect": {}}, "k", 404, None),
    ],
)
def test_where_a_rule_sends_a_request(
    given: dict[str, Any], key: str, error: int | None, found: tuple[int, str] | None
) -> None:
    assert website.route(routed(given), key, error=error, scheme="http", host="h") == found


def test_folders_and_other_hosts() -> None:
    assert [website.document_key(INDEX, key) for key in ("", "a/", "a")] == [
        "index.html",
        "a/index.html",
        "a",
    ]
    assert website.folder_key(INDEX, "a") == "a/index.html"
    assert website.folder_path("a b") == "/a%20b/"
    assert website.redirect_all(INDEX, "k", scheme="http") is None
    for target, location in (
        ({"HostName": "x"}, "http://x/k"),
        ({"HostName": "x", "Protocol": "https"}, "https://x/k"),
    ):
        everything = {"RedirectAllRequestsTo": target}
        assert website.redirect_all(everything, "k", scheme="http") == (301, location)
