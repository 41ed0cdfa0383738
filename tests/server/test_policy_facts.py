"""What a policy may ask of a request, key by key; and documents at the bounds of what is read."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.model import document
from server_ref.policy.evaluate import Caller
from server_ref.policy.facts import BodyNeeded, RequestFacts

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
ME = Caller("1234", "canonical", "arn:aws:iam::1234:root")


def facts(
    *,
    caller: Caller = ME,
    members: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    operation: str = "GetObject",
    secure: bool = False,
    address: str = "127.0.0.1",
    owner: str = "99",
    version: str | None = None,
) -> RequestFacts:
    request = SimpleNamespace(
        headers=headers or {}, query=query or {}, secure=secure, client_address=address
    )
    ctx: Any = SimpleNamespace(
        request=request, clock=lambda: NOON, region="eu-west-1", operation=operation
    )
    tags = [("Colour", "green"), ("colour", "red")]
    return RequestFacts(ctx, members or {}, caller, owner, version, lambda: tags)


SIGNED = {"X-Amz-Signature": "s", "X-Amz-Date": "20260203T115950Z"}


@pytest.mark.parametrize(
    ("key", "given", "found"),
    [
        ("aws:referer", {"headers": {"referer": "r"}}, ["r"]),
        ("aws:useragent", {}, None),
        ("s3:if-none-match", {"headers": {"if-none-match": "*"}}, ["*"]),
        ("s3:prefix", {"members": {"Prefix": ""}}, [""]),
        ("s3:prefix", {}, None),
        ("s3:max-keys", {"members": {"MaxKeys": 0}}, ["0"]),
        ("s3:versionid", {"version": "v"}, ["v"]),
        ("s3:versionid", {}, None),
        ("s3:x-amz-acl", {"headers": {"x-amz-acl": "private"}}, ["private"]),
        ("s3:x-amz-acl", {}, None),
        ("s3:x-amz-copy-source", {"headers": {"x-amz-copy-source": "/b/a%20b"}}, ["b/a b"]),
        ("s3:x-amz-copy-source", {}, None),
        ("s3:existingobjecttag/colour", {}, ["green"]),
        ("s3:existingobjecttag/size", {}, None),
        ("s3:requestobjecttag/a", {"members": {"Tagging": "A=1&b="}}, ["1"]),
        ("s3:requestobjecttag/b", {"members": {"Tagging": "A=1&b="}}, [""]),
        ("s3:requestobjecttag/c", {"members": {"Tagging": "A=1&b="}}, None),
        (
            "s3:requestobjecttag/a",
            {"members": {"Tagging": {"TagSet": [{"Key": "a", "Value": "2"}]}}},
            ["2"],
        ),
        ("s3:requestobjecttag/a", {}, None),
        ("s3:requestobjecttagkeys", {"members": {"Tagging": "A=1&b="}}, ["A", "b"]),
        ("s3:requestobjecttagkeys", {}, None),
        ("aws:sourceip", {}, ["127.0.0.1"]),
        ("aws:sourceip", {"address": ""}, None),
        ("aws:securetransport", {}, ["false"]),
        ("aws:securetransport", {"secure": True}, ["true"]),
        ("aws:currenttime", {}, ["2026-02-03T12:00:00Z"]),
        ("aws:epochtime", {}, [str(int(NOON.timestamp()))]),
        ("aws:principaltype", {}, ["Account"]),
        ("aws:principaltype", {"caller": Caller()}, ["Anonymous"]),
        ("aws:userid", {}, ["1234"]),
        ("aws:userid", {"caller": Caller()}, ["anonymous"]),
        ("aws:principalarn", {}, ["arn:aws:iam::1234:root"]),
        ("aws:principalarn", {"caller": Caller()}, None),
        ("aws:principalaccount", {}, ["1234"]),
        ("aws:principalaccount", {"caller": Caller()}, None),
        ("aws:requestedregion", {}, ["eu-west-1"]),
        ("aws:resourceaccount", {}, ["99"]),
        ("aws:resourceaccount", {"owner": ""}, None),
        ("s3:resourceaccount", {}, ["99"]),
        ("s3:resourceaccount", {"caller": Caller()}, ["99"]),
        ("aws:principalisawsservice", {}, ["false"]),
        ("aws:viaawsservice", {}, ["false"]),
        ("aws:something", {}, None),
        ("s3:signatureversion", {}, ["AWS4-HMAC-SHA256"]),
        ("s3:signatureversion", {"caller": Caller()}, None),
        ("s3:authtype", {}, ["REST-HEADER"]),
        ("s3:authtype", {"query": SIGNED}, ["REST-QUERY-STRING"]),
        ("s3:authtype", {"operation": "PostObject", "query": SIGNED}, ["POST"]),
        ("s3:signatureage", {"query": SIGNED}, ["10000"]),
        ("s3:signatureage", {}, None),
        ("s3:something", {}, None),
    ],
)
def test_a_fact(key: str, given: dict[str, Any], found: list[str] | None) -> None:
    assert facts(**given).get(key) == found


@pytest.mark.parametrize("operation", ["PutObjectTagging", "PutBucketTagging"])
def test_tags_that_are_in_the_body_are_waited_for(operation: str) -> None:
    asked = facts(operation=operation)
    with pytest.raises(BodyNeeded):
        asked.get("s3:requestobjecttag/a")
    read = facts(operation=operation, members={"Tagging": {"TagSet": []}})

    assert read.get("s3:requestobjecttag/a") is None


# documents


def refused(data: bytes) -> bool:
    try:
        document.read(data)
    except S3Error as error:
        assert error.code == "MalformedXML"
        return True
    return False


def nested(levels: int) -> bytes:
    return b"<a>" * levels + b"</a>" * levels


def test_so_deep_and_no_deeper() -> None:
    assert not refused(nested(32))
    assert refused(nested(33))
    assert not refused(b"<r>" + nested(31) * 3 + b"</r>"), "each is left again"


@pytest.mark.parametrize(
    ("name", "most", "at", "past"),
    [
        ("MAX_ELEMENTS", 3, b"<a><b/><c/></a>", b"<a><b/><c/><d/></a>"),
        ("MAX_ATTRIBUTES", 2, b'<a x="1"><b y="2"/></a>', b'<a x="1"><b y="2" z="3"/></a>'),
        (
            "MAX_NAMESPACES",
            2,
            b'<a xmlns="u"><b xmlns:x="v"/></a>',
            b'<a xmlns="u"><b xmlns:x="v" xmlns:y="w"/></a>',
        ),
    ],
)
def test_as_many_and_no_more(
    name: str, most: int, at: bytes, past: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, name, most)

    assert not refused(at)
    assert refused(past)


def test_a_document_is_its_names_texts_and_attributes() -> None:
    root = document.read(b'<x:a xmlns:x="u" x:b="1">t<c>d</c>e</x:a>')

    assert (root.name, root.attributes, root.text) == ("a", {"b": "1"}, "te")
    assert [(one.name, one.text) for one in root.children] == [("c", "d")]
    for wrong in (b"", b"<a>", b"<a></b>", b"text", b"<!DOCTYPE a><a/>", b"<a>&x;</a>"):
        assert refused(wrong)
