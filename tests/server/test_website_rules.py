"""Website configurations: what is refused as recorded from S3, and where rules lead."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules import website

INDEX: dict[str, Any] = {"IndexDocument": {"Suffix": "index.html"}}
PROTOCOL = (
    "Invalid protocol, protocol can be http or https. If not defined the protocol will be"
    " selected automatically."
)
NOT_VALID = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)


def rules(redirect: dict[str, Any], **condition: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"Redirect": redirect}
    if condition:
        rule["Condition"] = condition
    return {**INDEX, "RoutingRules": [rule]}


@pytest.mark.parametrize(
    ("configuration", "code", "message", "members"),
    [
        ({"IndexDocument": {"Suffix": "/index.html"}}, "InvalidArgument",
         "The IndexDocument Suffix is not well formed",
         {"ArgumentName": "IndexDocument", "ArgumentValue": "/index.html"}),
        ({"IndexDocument": {"Suffix": ""}}, "InvalidArgument",
         "The IndexDocument Suffix is not well formed",
         {"ArgumentName": "IndexDocument", "ArgumentValue": ""}),
        ({**INDEX, "RedirectAllRequestsTo": {"HostName": "x"}}, "InvalidArgument",
         "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
         {"ArgumentName": "RedirectAllRequestsTo", "ArgumentValue": "not null"}),
        ({"ErrorDocument": {"Key": "e"}}, "InvalidArgument",
         "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
         {"ArgumentName": "IndexDocument", "ArgumentValue": "null"}),
        ({"RedirectAllRequestsTo": {"HostName": "x", "Protocol": "ftp"}}, "InvalidRequest",
         PROTOCOL, {}),
        (rules({"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}), "InvalidRequest",
         "You can only define ReplaceKeyPrefix or ReplaceKey but not both.", {}),
        ({**INDEX, "RoutingRules": [{"Condition": {}, "Redirect": {"HostName": "x"}}]},
         "InvalidRequest", "Condition cannot be empty. To redirect all requests without a"
         " condition, the condition element shouldn't be present.", {}),
        ({**INDEX, "ErrorDocument": {"Key": ""}}, "InvalidArgument",
         "The ErrorDocument Key is not well formed",
         {"ArgumentName": "ErrorDocument", "ArgumentValue": ""}),
        ({**INDEX, "ErrorDocument": {}}, "MalformedXML", NOT_VALID, {}),
        (rules({"HttpRedirectCode": "3xx"}), "MalformedXML", NOT_VALID, {}),
        (rules({"HttpRedirectCode": "306"}), "InvalidRequest",
         "The provided HTTP redirect code (306) is not valid. Valid codes are 3XX except 300.", {}),
        (rules({"HostName": "x"}, HttpErrorCodeReturnedEquals="4xx"), "MalformedXML", NOT_VALID,
         {}),
        (rules({"HostName": "x"}, HttpErrorCodeReturnedEquals="418"), "InvalidRequest",
         "The provided HTTP error code (418) is not valid. Valid codes are 4XX or 5XX.", {}),
        ({**INDEX, "RoutingRules": []}, "MalformedXML", NOT_VALID, {}),
        (rules({"HttpRedirectCode": "300"}), "InvalidRequest",
         "The provided HTTP redirect code (300) is not valid. Valid codes are 3XX except 300.", {}),
        (rules({"HostName": "x"}, HttpErrorCodeReturnedEquals="200"), "InvalidRequest",
         "The provided HTTP error code (200) is not valid. Valid codes are 4XX or 5XX.", {}),
        ({**INDEX, "RoutingRules": [{"Redirect": {"HostName": "x"}}] * 51}, "InvalidRequest",
         "51 routing rules provided, the number of routing rules in a website configuration is"
         " limited to 50.", {}),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_refused_as_recorded(
    configuration: dict[str, Any], code: str, message: str, members: dict[str, str]
) -> None:
    with pytest.raises(S3Error) as refused:
        website.validate(configuration)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert (refused.value.message, refused.value.members) == (message, members)


def test_a_folder_is_its_index_document() -> None:
    assert website.document_key(INDEX, "") == "index.html"
    assert website.document_key(INDEX, "a/") == "a/index.html"
    assert website.document_key(INDEX, "a") == "a"
    assert website.folder_key(INDEX, "a") == "a/index.html"


def test_everything_may_go_to_another_host() -> None:
    everything = {"RedirectAllRequestsTo": {"HostName": "example.org", "Protocol": "https"}}
    website.validate(everything)
    found = website.redirect_all(everything, "a b/c", scheme="http")
    assert found == (301, "https://example.org/a%20b/c")
    assert website.redirect_all(INDEX, "a", scheme="http") is None


def route(configuration: dict[str, Any], key: str, error: int | None = None) -> Any:
    website.validate(configuration)
    return website.route(configuration, key, error=error, scheme="http", host="h")


def test_a_rule_about_a_prefix_replaces_it_before_anything_is_looked_up() -> None:
    moved = rules({"ReplaceKeyPrefixWith": "documents/"}, KeyPrefixEquals="docs/")
    assert route(moved, "docs/a") == (301, "http://h/documents/a")
    assert route(moved, "other") is None
    assert route(moved, "docs/a", error=404) is None


def test_a_rule_about_an_error_waits_for_it() -> None:
    rescue = rules(
        {"HostName": "r", "Protocol": "https", "ReplaceKeyWith": "404.html",
         "HttpRedirectCode": "302"},
        HttpErrorCodeReturnedEquals="404",
    )  # fmt: skip
    assert route(rescue, "x") is None
    assert route(rescue, "x", error=403) is None
    assert route(rescue, "x", error=404) == (302, "https://r/404.html")


def test_a_rule_with_no_condition_is_for_all() -> None:
    assert route(rules({"HostName": "r"}), "x") == (301, "http://r/x")


@pytest.mark.parametrize("code", [301, 302, 303, 304, 305, 307, 308])
def test_a_rule_names_the_code_it_redirects_with(code: int) -> None:
    assert route(rules({"HttpRedirectCode": str(code)}), "x") == (code, "http://h/x")


@pytest.mark.parametrize("code", [400, 404, 417, 500, 505])
def test_a_rule_may_wait_for_any_error(code: int) -> None:
    rescue = rules({"HostName": "r"}, HttpErrorCodeReturnedEquals=str(code))
    assert route(rescue, "x", error=code) == (301, "http://r/x")


@pytest.mark.parametrize("code", [306, 309, 399, 418, 499, 506])
def test_codes_that_are_none(code: int) -> None:
    wrong = (
        rules({"HttpRedirectCode": str(code)}),
        rules({"HostName": "r"}, HttpErrorCodeReturnedEquals=str(code)),
    )
    for configuration in wrong:
        with pytest.raises(S3Error, match=rf"\({code}\) is not valid"):
            website.validate(configuration)


def test_as_many_rules_as_there_may_be() -> None:
    website.validate({**INDEX, "RoutingRules": [{"Redirect": {"HostName": "x"}}] * 50})


def test_a_key_is_encoded_and_a_rules_own_fragment_is_not() -> None:
    spa = rules({"ReplaceKeyPrefixWith": "#!/"}, HttpErrorCodeReturnedEquals="404")
    assert route(spa, "a b#c%\r\nd", error=404) == (301, "http://h/#!/a%20b%23c%25%0D%0Ad")
