"""Cross-origin rules, websites, header words and hints by themselves, each at its edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules import completion, cors, header_words, website
from server_ref.storage.records import Upload, Version


def refused(work: Callable[[], object]) -> str:
    try:
        work()
    except S3Error as error:
        return error.code
    return ""


# cross-origin rules


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
    assert refused(lambda: cors.validate([rule(), rule(**changes)])) == code


@pytest.mark.parametrize(
    ("number", "code"), [(0, "MalformedXML"), (100, ""), (101, "MalformedXML")]
)
def test_how_many_rules(number: int, code: str) -> None:
    assert refused(lambda: cors.validate([rule()] * number)) == code


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
    assert refused(preflight(**headers)) == code


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


# websites

INDEX = {"IndexDocument": {"Suffix": "index.html"}}


BOTH = {"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}


def routed(*rules: dict[str, Any]) -> dict[str, Any]:
    return INDEX | {"RoutingRules": list(rules)}


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        (INDEX, ""),
        (INDEX | {"ErrorDocument": {"Key": "e"}}, ""),
        (INDEX | {"ErrorDocument": {"Key": ""}}, "MalformedXML"),
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
                ("399", ""),
                ("400", "InvalidRequest"),
                ("0301", "InvalidRequest"),
                ("x", "InvalidRequest"),
            )
        ),
        *(
            (routed({"Redirect": {}, "Condition": condition}), code)
            for condition, code in (
                ({}, "InvalidRequest"),
                ({"KeyPrefixEquals": ""}, ""),
                ({"HttpErrorCodeReturnedEquals": "399"}, "InvalidRequest"),
                ({"HttpErrorCodeReturnedEquals": "400"}, ""),
                ({"HttpErrorCodeReturnedEquals": "599"}, ""),
                ({"HttpErrorCodeReturnedEquals": "600"}, "InvalidRequest"),
            )
        ),
    ],
)
def test_a_configuration_of_a_website(configuration: dict[str, Any], code: str) -> None:
    assert refused(lambda: website.validate(configuration)) == code


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


# words of headers


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("plain", "plain"),
        ("=?UTF-8?B?w6k=?=", "é"),
        ("=?utf-8?b?w6k=?=", "é"),
        ("=?UTF-8?Q?a=C3=A9_b?=", "aé b"),
        ("=?UTF-8?Q?a?= ", "=?UTF-8?Q?a?= "),
        ("=?no-such?Q?a?=", "=?no-such?Q?a?="),
        ("=?UTF-8?B?abc?=", "=?UTF-8?B?abc?="),
        ("=?latin-1?Q?=E9?=", "é"),
        ("=?UTF-8?X?a?=", "=?UTF-8?X?a?="),
        ("=?latin-1?B?=GGG?=", b"\xfc\x61\x86".decode("latin-1")),
    ],
)
def test_a_word_is_decoded(value: str, meant: str) -> None:
    assert header_words.decode(value) == meant


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain\t\r\n", "plain\t\r\n"),
        ("\x1f", "=?UTF-8?B?Hw==?="),
        ("a\x7f", "=?UTF-8?B?YX8=?="),
        ("ab\x7f", "=?UTF-8?Q?ab=7F?="),
        ("é", "=?UTF-8?B?w6k=?="),
        ("aé", "=?UTF-8?B?YcOp?="),
        ("aaé", "=?UTF-8?Q?aa=C3=A9?="),
        ("a b=_?é", "=?UTF-8?Q?a_b=3D=5F=3F=C3=A9?="),
        ("ab~\x08", "=?UTF-8?Q?ab~=08?="),
        ("\U0001f600abc", "=?UTF-8?Q?=F0=9F=98=80abc?="),
        ("\U0001f600a", "=?UTF-8?B?8J+YgGE=?="),
    ],
)
def test_a_word_is_encoded(value: str, shown: str) -> None:
    assert header_words.encode(value) == shown
    assert header_words.decode(shown) == value


def test_a_value_as_it_is_and_as_bytes() -> None:
    for value in ("plain", "=?UTF-8?Q?a?=", "é", "a\n"):
        assert header_words.decode(header_words.literal(value)) == value
    assert header_words.literal("é") == "é"
    assert header_words.as_bytes("abc", "utf-8") == "abc"
    assert header_words.as_bytes("é", "utf-8") == "Ã©"
    assert header_words.as_bytes("é", "latin-1") == "é"


# completions


@pytest.mark.parametrize(
    ("members", "seq", "raced", "code"),
    [
        ({}, 9, 1, ""),
        ({"IfMatch": "e"}, 4, 1, ""),
        ({"IfMatch": "e"}, 5, 0, ""),
        ({"IfMatch": "e"}, 6, 0, "ConditionalRequestConflict"),
        ({"IfNoneMatch": "*"}, None, 0, ""),
        ({"IfNoneMatch": "*"}, None, 1, "ConditionalRequestConflict"),
        ({"IfNoneMatch": "*"}, 4, 0, "PreconditionFailed"),
        ({"IfMatch": "x"}, 4, 0, "PreconditionFailed"),
    ],
)
def test_a_completion_whose_key_was_written_meanwhile(
    members: dict[str, str], seq: int | None, raced: int, code: str
) -> None:
    upload = Upload("k", 5, "u", 0, "me", "me", "STANDARD", None, None, raced=raced)
    there = ("k", seq or 0, "v", 0, 1, "e", 0, "STANDARD", "me", None, None, None, 7)
    current = None if seq is None else Version(*there)

    assert refused(lambda: completion.check_conditions(members, "k", upload, current)) == code


def test_what_a_completion_asks_for_is_its_parts_and_their_etags() -> None:
    def asked(*listed: dict[str, Any]) -> bytes:
        return completion.asked({"MultipartUpload": {"Parts": list(listed)}})

    first, second = {"PartNumber": 1, "ETag": '"a"'}, {"PartNumber": 2, "ETag": "b"}
    assert asked(first, second) == asked({"PartNumber": 1, "ETag": "a"}, second)
    assert asked(first, second) != asked(first)
    assert asked(first) != asked({**first, "PartNumber": 2})
    assert asked() == completion.asked({})
