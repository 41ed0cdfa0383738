"""Cross-origin rules: which origin fits, the preflight, and what a configuration holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules import cors
from tests.server.refusing import code_of


def rule(**changes: Any) -> dict[str, Any]:
    return {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["http://*.b.c"]} | changes


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("http://*.b.c", "http://a.b.c", True),
        ("http://*.b.c", "http://.b.c", True),
        ("http://*.b.c", "https://a.b.c", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("ab", "ab", True),
        ("ab", "abc", False),
        ("*", "", True),
    ],
)
def test_an_origin_fits(pattern: str, value: str, fits: bool) -> None:
    found = cors.find([rule(AllowedOrigins=["x", pattern])], value, "GET", [])

    assert (found is not None) is fits
    assert found is None or found.pattern == pattern


def test_the_first_rule_that_fits_in_all() -> None:
    first = rule(AllowedMethods=["PUT"])
    second = rule(AllowedHeaders=["X-*"])
    third = rule(AllowedHeaders=["*"])
    origin = "http://a.b.c"

    assert cors.find([first, second, third], origin, "PUT", []) == (first, "http://*.b.c")
    assert cors.find([first, second, third], origin, "GET", ["x-a"]) == (second, "http://*.b.c")
    assert cors.find([first, second, third], origin, "GET", ["x-a", "y"]) == (third, "http://*.b.c")
    assert cors.find([first], origin, "PUT", ["x-a"]) is None
    assert cors.find([first], origin, "DELETE", []) is None
    assert cors.find([], origin, "GET", []) is None


def test_the_headers_of_what_is_allowed() -> None:
    whole = rule(ExposeHeaders=["A", "B"], MaxAgeSeconds=0)
    named = cors.Match(whole, "http://*.b.c")
    assert list(cors.response_headers(named, "http://a.b.c", ["x", "y"]).items()) == [
        ("Access-Control-Allow-Origin", "http://a.b.c"),
        ("Access-Control-Allow-Methods", "GET, PUT"),
        ("Access-Control-Allow-Headers", "x, y"),
        ("Access-Control-Expose-Headers", "A, B"),
        ("Access-Control-Max-Age", "0"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", cors.VARY),
    ]
    assert cors.response_headers(cors.Match(rule(), "*"), "http://a", []) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, PUT",
        "Vary": cors.VARY,
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"ID": "i" * 255}, ""),
        ({"ID": "i" * 256}, "MalformedXML"),
        ({"AllowedMethods": []}, "MalformedXML"),
        ({"AllowedOrigins": []}, "MalformedXML"),
        ({"AllowedMethods": ["GET", "PATCH"]}, "InvalidRequest"),
        ({"AllowedOrigins": ["a*b*"]}, "InvalidRequest"),
        ({"AllowedOrigins": ["a*"]}, ""),
        ({"AllowedHeaders": ["a*b*"]}, "InvalidRequest"),
        ({"AllowedHeaders": ["x-*", "!#"]}, ""),
        ({"AllowedHeaders": ["a b"]}, "InvalidRequest"),
        ({"ExposeHeaders": ["x-*"]}, "InvalidRequest"),
        ({"ExposeHeaders": ["x_a"]}, "InvalidRequest"),
        ({"ExposeHeaders": ["x-a"]}, ""),
    ],
)
def test_a_configuration_of_rules(changes: dict[str, Any], code: str) -> None:
    assert code_of(lambda: cors.validate([rule(), rule(**changes)])) == code


@pytest.mark.parametrize(
    ("number", "code"), [(0, "MalformedXML"), (100, ""), (101, "MalformedXML")]
)
def test_how_many_rules(number: int, code: str) -> None:
    assert code_of(lambda: cors.validate([rule()] * number)) == code


def preflight(**headers: str) -> Callable[[], dict[str, str]]:
    request = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: cors.preflight(
        [rule(AllowedHeaders=["x-a"])], request, exists=True, on_object=True
    )


METHOD = {"access_control_request_method": "GET"}


ASKED = "access_control_request_headers"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"origin": "http://a.b.c", **METHOD}, ""),
        ({"origin": "http://a.b.c", **METHOD, ASKED: "X-A, x-a"}, ""),
        ({"origin": "http://a.b.c", **METHOD, ASKED: "X-B"}, "AccessForbidden"),
        ({"origin": "http://a.b.c", **METHOD, ASKED: "x(a"}, "BadRequest"),
        ({"origin": "http://a.b.c"}, "BadRequest"),
        ({"origin": "http://a.b.c", "access_control_request_method": "get"}, "BadRequest"),
        ({"origin": "", **METHOD}, "BadRequest"),
        ({"origin": "http://z", **METHOD}, "AccessForbidden"),
    ],
)
def test_a_preflight(headers: dict[str, str], code: str) -> None:
    assert code_of(preflight(**headers)) == code


def test_what_is_forbidden_names_what_it_was_of() -> None:
    for rules, exists, on_object, kind in (
        ([rule()], True, True, "OBJECT"),
        ([rule()], True, False, "BUCKET"),
        (None, True, True, "BUCKET"),
        ([rule()], False, True, "BUCKET"),
    ):
        request = {"origin": "http://z", "access-control-request-method": "PUT"}
        with pytest.raises(S3Error) as error:
            cors.preflight(rules, request, exists=exists, on_object=on_object)
        assert (error.value.code, error.value.members["ResourceType"]) == ("AccessForbidden", kind)
        assert error.value.members["Method"] == "PUT"


def test_an_actual_request_may_name_another_method() -> None:
    rules = [rule(AllowedMethods=["PUT"])]
    origin = {"origin": "http://a.b.c"}

    assert cors.actual(rules, "PUT", origin)
    assert cors.actual(rules, "GET", origin) == {}
    assert cors.actual(rules, "GET", origin | {"access-control-request-method": "PUT"})
    assert cors.actual(rules, "PUT", {}) == {}
    assert cors.requested_headers(" A ,,b") == ["a", "b"]
    assert cors.requested_headers(None) == []
