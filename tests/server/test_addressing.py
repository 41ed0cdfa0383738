"""Where a request points by itself: bucket, key and parameters of a target and a host."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from server_ref.errors import S3Error
from server_ref.gate import addressing
from server_ref.gate.addressing import Addressing
from server_ref.request import Request
from server_ref.settings import Settings


class Nothing(io.BytesIO):
    """No body."""

    length = 0
    trailers: dict[str, str] = {}  # noqa: RUF012 -- nobody adds to it


def located(
    target: str, host: str = "127.0.0.1:80", method: str = "GET", **settings: str
) -> Request:
    request = Request(method, target, None, None, {}, {}, Nothing(), host=host)
    Addressing(Settings(**settings)).locate(request)
    return request


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(S3Error) as error:
        work()
    return error.value.code


@pytest.mark.parametrize(
    ("target", "bucket", "key", "query"),
    [
        ("http://h.example.com/b/k?a=1", "b", "k", {"a": "1"}),
        ("HTTPS://h.example.com/b/k", "b", "k", {}),
        ("http://h.example.com?a=1", None, None, {"a": "1"}),
        ("http://h.example.com", None, None, {}),
        ("http://b.s3.amazonaws.com/k", "b", "k", {}),
    ],
)
def test_the_host_of_an_absolute_target_counts(
    target: str, bucket: str | None, key: str | None, query: dict[str, str]
) -> None:
    request = located(target, "other.s3.amazonaws.com")

    assert (request.bucket, request.key, request.query) == (bucket, key, query)
    assert request.host == target.split("//")[1].split("/")[0].split("?")[0]


@pytest.mark.parametrize("target", ["ftp://h/b", "b/k", "*", "h:80", "//"])
def test_a_target_that_is_none(target: str) -> None:
    assert code_of(lambda: located(target)) == "InvalidURI"


def test_a_star_asks_about_the_whole_server() -> None:
    request = located("*", method="OPTIONS")

    assert (request.bucket, request.key) == (None, None)
    assert code_of(lambda: located("a", method="OPTIONS")) == "InvalidURI"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {}),
        ("&a&&b=", {"a": "", "b": ""}),
        ("a=1&a=2", {"a": "1"}),
        ("a=b=c", {"a": "b=c"}),
        ("a+b=c+d", {"a b": "c d"}),
        ("a%2Bb=%C3%BC%26", {"a+b": "ü&"}),
        ("%61=1&b=%", {"a": "1", "b": "%"}),
    ],
)
def test_parameters(query: str, found: dict[str, str]) -> None:
    assert located(f"/b?{query}").query == found


@pytest.mark.parametrize("target", ["/b?%FF=1", "/b?a=%FF", "/b/%zz", "/b/%FF", "//k", "/b/../k"])
def test_what_is_no_uri(target: str) -> None:
    assert code_of(lambda: located(target)) == "InvalidURI"


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("b.s3.amazonaws.com", "b"),
        ("B.S3.AmazonAWS.com:443", "b"),
        ("a.b.s3.eu-west-1.amazonaws.com", "a.b"),
        ("b.s3.dualstack.eu-west-1.amazonaws.com", "b"),
        ("b.s3-us-west-2.amazonaws.com", "b"),
        ("b.s3-fips.us-east-1.amazonaws.com", "b"),
        ("b.s3-fips.dualstack.us-gov-west-1.amazonaws.com", "b"),
        ("b.s3-accelerate.amazonaws.com", "b"),
        ("b.s3-accelerate.dualstack.amazonaws.com", "b"),
        ("b.s3.dualstack.cn-north-1.amazonaws.com.cn", "b"),
        ("b.s3.eusc-de-east-1.amazonaws.eu", "b"),
        ("s3-fips.us-east-1.amazonaws.com", None),
        ("s3-accelerate.dualstack.amazonaws.com", None),
        ("b.s3.eu-west-1.localhost:80", "b"),
        ("b.s3.localhost", "b"),
        ("b.localhost", "b"),
        ("b.my.domain", "b"),
        ("s3express-control.eu-west-1.my.domain", None),
        ("s3.amazonaws.com", None),
        ("s3.localhost", None),
        ("my.domain", None),
        ("bmy.domain", None),
        ("[::1]:80", None),
        ("127.0.0.1", None),
    ],
)
def test_the_bucket_of_a_host(host: str, bucket: str | None) -> None:
    request = located("/x/y", host, domain=".My.Domain.")

    assert (request.bucket, request.key) == ((bucket, "x/y") if bucket else ("x", "y"))
    assert request.virtual_host is (bucket is not None)


@pytest.mark.parametrize(
    ("target", "bucket", "key"),
    [("/s3/b/k", "b", "k"), ("/s3", None, None), ("/s3/", None, None), ("/s3/b", "b", None)],
)
def test_all_is_below_the_base_path(target: str, bucket: str | None, key: str | None) -> None:
    request = located(target, base_path="/s3/")

    assert (request.bucket, request.key) == (bucket, key)


@pytest.mark.parametrize("target", ["/", "/b/k", "/s3b/k", "/s"])
def test_beside_the_base_path_is_nothing(target: str) -> None:
    assert code_of(lambda: located(target, base_path="/s3")) == "InvalidURI"


def test_so_many_hosts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "_KEPT_HOSTS", 2)
    every = Addressing(Settings())
    for number in range(4):
        request = Request("GET", "/k", None, None, {}, {}, Nothing(), host=f"b{number}.localhost")
        every.locate(request)
        assert request.bucket == f"b{number}"

    assert every._hosts == {"b0.localhost": "b0", "b1.localhost": "b1"}
