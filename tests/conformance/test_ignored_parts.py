"""What an answer shows of the request that the server took it for: a part was not looked at."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.model import Body, Call, Exchange, Message, Outcome, Result
from conformance.model.misread import (
    asked_by_losses,
    has_document,
    ignored_subresources,
    of_a_bucket,
    ranges_ignored,
    sent,
    subresources_of,
)
from conformance.model.refused import header_refused, parameter_refused

LISTING = '<?xml version="1.0"?>\n<ListBucketResult xmlns="x"><Name>b</Name></ListBucketResult>'


def exchange(
    request: str,
    status: int | None = 200,
    *,
    asked: tuple[tuple[str, str], ...] = (),
    sent_body: str | None = None,
    answered: tuple[tuple[str, str], ...] = (),
    text: str | None = None,
    code: str = "",
) -> Exchange:
    text = f"<Error><Code>{code}</Code></Error>" if code else text
    came = Message(f"HTTP/1.1 {status} X", answered, Body(text=text)) if status else None
    return Exchange(
        "http://fake:1", Message(f"{request} HTTP/1.1", asked, Body(text=sent_body)), came
    )


def call(operation: str, *exchanges: Exchange, purpose: Any = "test") -> Call:
    return Call(operation, purpose, exchanges=exchanges)


def result(*calls: Call, **more: Any) -> Result:
    return Result(
        check="row.check",
        client="raw",
        row="row",
        outcome=Outcome.FAIL,
        title="",
        level="must",
        spec="",
        verified="documented",
        calls=calls,
        **more,
    )


ETAG = (("ETag", '"e"'),)


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        (exchange("GET /b?policy", text=LISTING), {"policy"}),
        (exchange("GET /b?policy", text="<s3:ListBucketResult/>"), {"policy"}),
        (exchange("GET /b?policy", text="{}"), set()),
        (exchange("GET /b?policy", text="<PolicyStatus/>"), set()),
        (exchange("GET /b?policy", None), set()),
        (exchange("GET /b?list-type=2", text=LISTING), set()),
        (exchange("GET /b?%70olicy=", text=LISTING), {"policy"}),
        (exchange("GET /b?policy", 404, text=LISTING), set()),
        (exchange("PUT /b?policy", 409, code="BucketAlreadyOwnedByYou"), {"policy"}),
        (exchange("PUT /b?policy", 409, code="BucketAlreadyExists"), {"policy"}),
        (exchange("PUT /b?policy", 409, code="OperationAborted"), set()),
        (exchange("DELETE /b?policy", 409, code="BucketAlreadyExists"), set()),
        (exchange("PUT /b/k?tagging", 409, code="BucketAlreadyExists"), set()),
        (exchange("PUT /b?cors", answered=(("Location", "/b"),)), {"cors"}),
        (exchange("PUT /b?cors"), set()),
        (exchange("GET /b/k?tagging", answered=ETAG), {"tagging"}),
        (exchange("GET /b/k?tagging"), set()),
        (exchange("GET /b/k?attributes", answered=ETAG), set()),
        (exchange("PUT /b/k?retention", answered=ETAG), {"retention"}),
        (exchange("PUT /b/k?annotation", answered=ETAG), set()),
        (exchange("PUT /b/k?retention"), set()),
        (exchange("DELETE /b/k?tagging", 204, answered=ETAG), set()),
        (exchange("GET /b/k?policy", answered=ETAG), set()),
    ],
    ids=lambda one: f"{one.request.start_line}" if isinstance(one, Exchange) else "",
)
def test_an_answer_that_cannot_be_one_to_what_was_asked(shown: Exchange, names: set[str]) -> None:
    found = ignored_subresources(result(call("Asked", shown)))
    assert found == {name: {"Asked"} for name in names}


def test_two_operations_that_show_the_same_and_two_things_of_one() -> None:
    one = call("GetBucketPolicy", exchange("GET /b?policy", text=LISTING), purpose="setup")
    two = call("GetBucketPolicyStatus", exchange("GET /b?policy&policyStatus", text=LISTING))
    assert ignored_subresources(result(one, two)) == {
        "policy": {"GetBucketPolicy", "GetBucketPolicyStatus"},
        "policyStatus": {"GetBucketPolicyStatus"},
    }


def deleted(path: str, status: int = 204) -> Call:
    return call("DeleteIt", exchange(f"DELETE {path}", status))


@pytest.mark.parametrize(
    ("calls", "names"),
    [
        ([deleted("/b?cors"), call("Look", exchange("HEAD /b", 404))], {"cors"}),
        (
            [deleted("/b?cors"), call("Look", exchange("GET /b/k", 404, code="NoSuchBucket"))],
            {"cors"},
        ),
        ([deleted("/b?cors"), call("Look", exchange("GET /b/k", 404, code="NoSuchKey"))], set()),
        ([deleted("/b?cors"), call("Look", exchange("HEAD /b", 403))], set()),
        ([deleted("/b?cors", 403), call("Look", exchange("HEAD /b", 404))], set()),
        ([deleted("/b"), call("Look", exchange("HEAD /b", 404))], set()),
        ([deleted("/b/k?tagging"), call("Look", exchange("HEAD /b/k", 404))], {"tagging"}),
        (
            [deleted("/b/k?tagging"), call("Look", exchange("GET /b/k", 404, code="NoSuchKey"))],
            {"tagging"},
        ),
        (
            [deleted("/b/k?tagging"), call("Look", exchange("GET /b/k", 404, code="NoSuchTagSet"))],
            set(),
        ),
        ([deleted("/b/k?tagging"), call("Look", exchange("HEAD /b/other", 404))], set()),
        (
            [deleted("/b?cors"), deleted("/b"), call("Look", exchange("HEAD /b", 404))],
            set(),
        ),
        (
            [
                deleted("/b?cors"),
                call("PutIt", exchange("PUT /b?cors")),
                call("Look", exchange("HEAD /b", 404)),
            ],
            {"cors"},
        ),
    ],
)
def test_what_was_deleted_with_a_sub_resource_of_it(calls: list[Call], names: set[str]) -> None:
    assert ignored_subresources(result(*calls)) == {name: {"DeleteIt", "Look"} for name in names}


def lost(*calls: Call) -> Result:
    from conformance.model import Expectation

    gone = Expectation("object", "still as it was", "gone", ok=False, lost=True)
    return result(*calls, expectations=(gone,))


def test_where_data_is_lost_and_nothing_else_was_written() -> None:
    acl = call("PutObjectAcl", exchange("PUT /b/k?acl"))
    assert ignored_subresources(lost(acl)) == {"acl": {"PutObjectAcl"}}
    assert ignored_subresources(result(acl)) == {}
    put = call("PutObject", exchange("PUT /b/k"))
    assert ignored_subresources(lost(acl, put)) == {}
    refused = call("PutObject", exchange("PUT /b/k", 403))
    assert ignored_subresources(lost(acl, refused)) == {"acl": {"PutObjectAcl"}}
    of_setup = call("PutObject", exchange("PUT /b/k"), purpose="setup")
    assert ignored_subresources(lost(of_setup, acl)) == {"acl": {"PutObjectAcl"}}
    read = call("GetObject", exchange("GET /b/k"))
    assert ignored_subresources(lost(acl, read)) == {"acl": {"PutObjectAcl"}}


def test_what_the_calls_of_an_operation_asked_for() -> None:
    shown = result(
        call("A", exchange("GET /b?acl&x=1"), exchange("GET /b/k?tagging"), purpose="setup"),
        call("B", exchange("GET /b?cors"), exchange("GET /b?logging", None)),
    )
    assert subresources_of(shown, "A") == {"acl", "tagging"}
    assert subresources_of(shown, "B") == {"cors"}
    assert subresources_of(shown, "") == {"cors"}
    assert subresources_of(shown, "C") == set()


RANGE = (("Range", "bytes=0-1"),)


@pytest.mark.parametrize(
    ("shown", "purpose", "ignored"),
    [
        (exchange("GET /b/k", asked=RANGE), "test", True),
        (exchange("HEAD /b/k", asked=(("range", "bytes=0-1"),)), "test", True),
        (exchange("GET /b/k", asked=RANGE), "setup", False),
        (exchange("GET /b/k", 206, asked=RANGE), "test", False),
        (exchange("GET /b/k"), "test", False),
        (exchange("PUT /b/k", asked=RANGE), "test", False),
    ],
)
def test_a_range_that_was_answered_whole(shown: Exchange, purpose: str, ignored: bool) -> None:
    assert ranges_ignored(result(call("GetObject", shown, purpose=purpose))) is ignored


@pytest.mark.parametrize(
    ("header", "family"),
    [
        ("x-amz-server-side-encryption-customer-key", "x-amz-server-side-encryption-customer-*"),
        ("X-Amz-Server-Side-Encryption", "x-amz-server-side-encryption"),
        ("x-amz-object-lock-mode", "x-amz-object-lock-*"),
        ("x-amz-bucket-object-lock-enabled", "x-amz-bucket-object-lock-enabled"),
        ("x-amz-tagging", "x-amz-tagging"),
        ("x-amz-grant-read", "x-amz-grant-*"),
        ("x-amz-acl", "x-amz-acl"),
        ("x-amz-checksum-crc32", "x-amz-checksum-*"),
        ("x-amz-sdk-checksum-algorithm", "x-amz-checksum-*"),
        ("x-amz-trailer", "x-amz-checksum-*"),
        ("x-amz-date", ""),
    ],
)
def test_the_header_that_is_not_implemented(header: str, family: str) -> None:
    asked = ((header, "v"), ("Host", "h"))
    for request in ("PUT /b/k", "PUT /b/k?partNumber=1&uploadId=u", "POST /b/k?uploads", "PUT /b"):
        assert header_refused(call("Put", exchange(request, 501, asked=asked))) == family
    assert header_refused(call("Put", exchange("PUT /b/k?tagging", 501, asked=asked))) == ""
    assert header_refused(call("Put", exchange("PUT /b/k", None, asked=asked))) == ""
    assert header_refused(call("Put")) == ""


def test_a_condition_that_is_not_implemented_is_a_header() -> None:
    """LocalStack answers a DELETE with If-Match so."""
    given = (("If-Match", '"x"'),)
    refused = call("DeleteObject", exchange("DELETE /b/k", 501, asked=given))

    assert header_refused(refused, {"DeleteObject": set()}) == "If-Match"


def test_a_parameter_that_no_success_of_the_operation_had_is_what_is_not_implemented() -> None:
    of_parts = {"ListParts": {"uploadId", "max-parts"}, "GetBucketAcl": {"acl"}}

    def refused(operation: str, line: str, status: int | None = 501) -> str:
        return parameter_refused(call(operation, exchange(line, status)), of_parts)

    assert refused("ListParts", "GET /b/k?uploadId=u&part-number-marker=2") == "part-number-marker"
    assert refused("ListParts", "GET /b/k?z=1&uploadId=u&a=2") == "a"
    assert refused("ListParts", "GET /b/k?uploadId=u&max-parts=1") == "", "these work elsewhere"
    assert refused("ListParts", "GET /b/k?uploadId=u&tagging&max-parts=1") == "", "an operation"
    assert refused("ListUploads", "GET /b?uploads&prefix=a") == "", "it never succeeded"
    assert refused("ListParts", "GET /b/k?part-number-marker=2", None) == ""


def test_the_last_request_of_a_call_tells() -> None:
    plain, other = exchange("PUT /b/k", 501, asked=(("x-amz-acl", "a"),)), exchange("PUT /b?acl")
    assert header_refused(call("Put", other, plain)) == "x-amz-acl"
    assert header_refused(call("Put", plain, other)) == ""
    assert of_a_bucket(call("Put", plain, other)) == "PUT"
    assert of_a_bucket(call("Put", other, plain)) == ""


@pytest.mark.parametrize(
    ("request_line", "method"),
    [
        ("GET /b?policy", "GET"),
        ("DELETE /b?cors", "DELETE"),
        ("GET /b", ""),
        ("GET /b/k?acl", ""),
        ("GET /b?prefix=acl", ""),
        ("GET /", ""),
    ],
)
def test_a_request_for_a_sub_resource_of_a_bucket(request_line: str, method: str) -> None:
    assert of_a_bucket(call("Get", exchange(request_line))) == method
    assert of_a_bucket(call("Get", exchange(request_line, None))) == ""


@pytest.mark.parametrize(
    ("body", "document"),
    [
        ("<A/>", True),
        (" \n<A/>", True),
        ('{"a": 1}', True),
        ("text", False),
        ("", False),
        (None, False),
    ],
)
def test_a_document_that_was_sent(body: str | None, document: bool) -> None:
    assert has_document(call("Put", exchange("PUT /b", sent_body=body))) is document


def test_a_header_that_was_sent() -> None:
    one = call("Put", exchange("PUT /b"), exchange("PUT /b", asked=(("X-Amz-Acl", "a"),)))
    assert sent(one, "x-amz-acl")
    assert not sent(one, "x-amz-tagging")


TAGS = "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        (exchange("GET /b/k?tagging", answered=ETAG, text=TAGS), set()),
        (exchange("GET /b/k?tagging", answered=ETAG, text="<Other/>"), {"tagging"}),
        (exchange("GET /b/k?tagging", answered=(*ETAG, ("content-length", "0"))), set()),
        (
            exchange("GET /b?versions", text="<ListBucketResult><Version/></ListBucketResult>"),
            set(),
        ),
        (exchange("GET /b?versions", text="<ListBucketResult></ListBucketResult>"), set()),
        (
            exchange("GET /b?versions", text="<ListBucketResult><Contents/></ListBucketResult>"),
            {"versions"},
        ),
    ],
)
def test_the_document_of_the_sub_resource_is_its_answer(shown: Exchange, names: set[str]) -> None:
    found = ignored_subresources(result(call("Asked", shown)))

    assert found.keys() & {"tagging", "versions"} == names


def test_a_tool_that_looks_at_more_is_about_its_own_operation() -> None:
    """As ``s3cmd info`` of an object asks for the CORS rules of its bucket, too."""
    info = call("HeadObject", exchange("HEAD /b/k"), exchange("GET /b?cors", text=LISTING))
    rules = call("GetBucketCors", exchange("GET /b?acl"), exchange("GET /b?cors", text=LISTING))

    assert ignored_subresources(result(info)) == {}
    assert ignored_subresources(result(rules)) == {"cors": {"GetBucketCors"}}


def test_what_a_bucket_was_told_to_do_is_no_request_for_a_bucket() -> None:
    """Versioning that is suspended may lose objects, and was understood."""
    told = call("PutBucketVersioning", exchange("PUT /b?versioning"))

    assert ignored_subresources(lost(told)) == {}


def test_what_the_requests_that_lost_data_asked_for() -> None:
    tagged = call("PutObjectTagging", exchange("PUT /b/k?tagging"))
    named = lost().expectations[0]
    told = msgspec.structs.replace(named, actual="gone (404), after DELETE /b?cors&x=1")

    assert asked_by_losses(lost(tagged)) == {"tagging"}
    assert asked_by_losses(result(expectations=(told,))) == {"cors", "x"}
    assert asked_by_losses(result(tagged)) == set()


def test_of_two_headers_the_one_that_no_success_had_is_not_implemented() -> None:
    both = (("x-amz-acl", "private"), ("x-amz-checksum-crc32", "AA=="))
    refused = call("PutObject", exchange("PUT /b/k", 501, asked=both, code="NotImplemented"))
    listed = call("PutObjectAcl", exchange("PUT /b/k?acl", 501, asked=both, code="NotImplemented"))

    assert header_refused(refused) == "x-amz-acl"
    assert header_refused(refused, {"PutObject": {"x-amz-acl"}}) == "x-amz-checksum-*"
    assert header_refused(refused, {"PutObject": {name for name, _ in both}}) == "x-amz-acl"
    assert header_refused(listed, {"PutObjectAcl": {"x-amz-acl"}}) == "x-amz-checksum-*"
    assert header_refused(listed) == "", "the operation is not there at all"
