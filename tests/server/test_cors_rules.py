"""Cross-origin rules: configuration, preflight and headers, each as recorded from S3."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules import cors

ORIGIN = "https://localhost:4200"
NOT_VALID = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)


def rule(**changes: Any) -> dict[str, Any]:
    return {"AllowedOrigins": [ORIGIN], "AllowedMethods": ["GET"], "MaxAgeSeconds": 3000, **changes}


def preflight(rules: Any, *, exists: bool = True, on_object: bool = True, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return cors.preflight(rules, sent, exists=exists, on_object=on_object)


def asked(origin: str = ORIGIN, method: str = "GET", headers: str | None = None) -> dict[str, str]:
    sent = {"origin": origin, "access_control_request_method": method}
    return sent if headers is None else {**sent, "access_control_request_headers": headers}


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"AllowedMethods": ["MYMETHOD"]}, "InvalidRequest",
         "Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD"),
        ({"AllowedMethods": ["get"]}, "InvalidRequest",
         "Found unsupported HTTP method in CORS config. Unsupported method is get"),
        ({"AllowedMethods": []}, "MalformedXML", NOT_VALID),
        ({"AllowedOrigins": []}, "MalformedXML", NOT_VALID),
        ({"AllowedOrigins": ["http://*.x.*"]}, "InvalidRequest",
         'AllowedOrigin "http://*.x.*" can not have more than one wildcard.'),
        ({"AllowedHeaders": ["**"]}, "InvalidRequest",
         'AllowedHeader "**" can not have more than one wildcard.'),
        ({"ExposeHeaders": ["x-*"]}, "InvalidRequest",
         'ExposeHeader "x-*" contains wildcard. We currently do not support wildcard for'
         " ExposeHeader."),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused(changes: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(S3Error) as refused:
        cors.validate([rule(), rule(**changes)])
    assert (refused.value.status, refused.value.code) == (400, code)
    assert refused.value.message == message


@pytest.mark.parametrize("count", [1, 100])
def test_one_to_a_hundred_rules(count: int) -> None:
    some = [rule(AllowedOrigins=[f"http://{number}"]) for number in range(count)]
    cors.validate(some)
    last = {"origin": f"http://{count - 1}"}
    assert cors.actual(some, "GET", last)["Access-Control-Allow-Origin"] == last["origin"]


@pytest.mark.parametrize("wrong", [[], None, [rule()] * 101], ids=["none", "nothing", "101"])
def test_no_rule_and_more_than_a_hundred_are_refused(wrong: Any) -> None:
    with pytest.raises(S3Error, match="MalformedXML"):
        cors.validate(wrong)


def test_an_empty_origin_is_taken_and_is_nobodys() -> None:
    some = [rule(AllowedOrigins=[""])]
    cors.validate(some)
    assert cors.actual(some, "GET", {"origin": ORIGIN}) == {}


def test_a_preflight_without_origin_is_a_bad_request_before_all_else() -> None:
    with pytest.raises(S3Error) as refused:
        preflight(None, exists=False)
    assert (refused.value.status, refused.value.code) == (400, "BadRequest")
    assert refused.value.message == "Insufficient information. Origin request header needed."


@pytest.mark.parametrize(
    ("exists", "method", "message"),
    [
        (False, None, "CORSResponse: Bucket not found"),
        (True, "PUT", "CORSResponse: CORS is not enabled for this bucket."),
        (True, None, "CORSResponse: CORS is not enabled for this bucket."),
    ],
)
def test_nothing_configured_is_forbidden(*, exists: bool, method: str | None, message: str) -> None:
    sent = {"origin": ORIGIN}
    if method:
        sent["access_control_request_method"] = method
    with pytest.raises(S3Error) as refused:
        preflight(None, exists=exists, **sent)
    assert (refused.value.status, refused.value.message) == (403, message)
    assert refused.value.members == {"Method": method or "OPTIONS", "ResourceType": "BUCKET"}


def test_an_origin_or_method_no_rule_has_is_forbidden() -> None:
    for sent in (asked(origin="http://other"), asked(method="PUT"), asked(headers="x-amz-acl")):
        with pytest.raises(S3Error) as refused:
            preflight([rule()], **sent)
        assert refused.value.code == "AccessForbidden"
        assert refused.value.members["ResourceType"] == "OBJECT"
        assert refused.value.message.startswith("CORSResponse: This CORS request is not allowed.")


def test_a_preflight_is_answered_with_all_methods_and_credentials() -> None:
    answer = preflight([rule(AllowedMethods=["GET", "PUT"])], **asked(method="PUT"))
    assert answer == {
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Allow-Methods": "GET, PUT",
        "Access-Control-Max-Age": "3000",
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    }


def test_the_plain_wildcard_is_answered_as_such_and_without_credentials() -> None:
    answer = preflight([rule(AllowedOrigins=[ORIGIN, "*"])], **asked(origin="http://random"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def test_part_of_an_origin_may_be_a_wildcard() -> None:
    some = [rule(AllowedOrigins=["http://*.origin.com"])]
    answer = preflight(some, **asked(origin="http://test.origin.com"))
    assert answer["Access-Control-Allow-Origin"] == "http://test.origin.com"
    with pytest.raises(S3Error):
        preflight(some, **asked(origin="http://test.origin.org"))
    with pytest.raises(S3Error):  # the two halves may not overlap
        preflight([rule(AllowedOrigins=["aba*aba"])], **asked(origin="aba"))


def test_requested_headers_come_back_in_lower_case_joined_by_comma_and_space() -> None:
    some = [rule(AllowedHeaders=["x-amz-expected-bucket-owner", "x-AMZ-server-SIDE-*"])]
    answer = preflight(
        some, **asked(headers="x-amz-EXPECTED-bucket-owner,x-amz-server-side-encryption")
    )
    assert (
        answer["Access-Control-Allow-Headers"]
        == "x-amz-expected-bucket-owner, x-amz-server-side-encryption"
    )


def test_an_actual_request_gets_the_headers_and_no_refusal() -> None:
    rules = [rule(ExposeHeaders=["x-amz-id-2", "ETag"])]
    answer = cors.actual(rules, "GET", {"origin": ORIGIN})
    assert list(answer) == [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Methods",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
        "Access-Control-Allow-Credentials",
        "Vary",
    ]
    assert answer["Access-Control-Expose-Headers"] == "x-amz-id-2, ETag"
    assert cors.actual(rules, "PUT", {"origin": ORIGIN}) == {}
    assert cors.actual(rules, "GET", {}) == {}
    # a header that is not allowed does not matter, a request for one does
    assert cors.actual(rules, "GET", {"origin": ORIGIN, "x-amz-request-payer": "requester"})
    named = {"origin": ORIGIN, "access-control-request-headers": "x-amz-request-payer"}
    assert cors.actual(rules, "GET", named) == {}
