"""What a policy may ask of a request, key by key; and documents at the bounds of what is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.model import document
from server_ref.policy.evaluate import Caller
from server_ref.policy.facts import BodyNeeded, RequestFacts, Surroundings

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
BUCKET_TAGS = [("Team", "red")]
UPLOAD = {"x-amz-server-side-encryption": "aws:kms"}
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
    tls: str = "",
    body_read: bool = False,
) -> RequestFacts:
    request = SimpleNamespace(
        headers=headers or {}, query=query or {}, secure=secure, client_address=address, tls=tls
    )
    ctx: Any = SimpleNamespace(
        request=request,
        clock=lambda: NOON,
        region="eu-west-1",
        operation=operation,
        body_read=body_read,
    )
    tags = [("Colour", "green"), ("colour", "red")]
    around = Surroundings(owner, version, lambda: tags, lambda: BUCKET_TAGS, lambda: UPLOAD)
    return RequestFacts(ctx, members or {}, caller, around)


RETENTION = {
    "operation": "PutObjectRetention",
    "members": {
        "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": NOON + timedelta(hours=25)},
    },
}
VERSION_4 = "AWS4-HMAC-SHA256"
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
        ("s3:x-amz-copy-source", {"headers": {"x-amz-copy-source": "/b/a%20b"}}, ["b/a%20b"]),
        ("s3:x-amz-copy-source", {"headers": {"x-amz-copy-source": "b/a?c=/d"}}, ["b/a?c=/d"]),
        ("s3:x-amz-server-side-encryption", {}, ["aws:kms"]),
        (
            "s3:x-amz-server-side-encryption",
            {"headers": {"x-amz-server-side-encryption": "AES256"}},
            ["AES256"],
        ),
        ("s3:x-amz-server-side-encryption-aws-kms-key-id", {}, None),
        ("s3:buckettag/team", {}, ["red"]),
        ("s3:buckettag/size", {}, None),
        ("aws:resourcetag/team", {}, ["red"]),
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
        ("s3:signatureversion", {}, [VERSION_4]),
        ("s3:signatureversion", {"headers": {"authorization": "AWS4-HMAC-SHA256 C"}}, [VERSION_4]),
        ("s3:signatureversion", {"headers": {"authorization": "AWS AK:s"}}, ["AWS"]),
        ("s3:signatureversion", {"query": {"Signature": "s"}}, ["AWS"]),
        ("s3:signatureversion", {"caller": Caller()}, None),
        ("s3:authtype", {}, ["REST-HEADER"]),
        ("s3:authtype", {"query": SIGNED}, ["REST-QUERY-STRING"]),
        ("s3:authtype", {"query": {"Signature": "s"}}, ["REST-QUERY-STRING"]),
        ("s3:authtype", {"operation": "PostObject", "query": SIGNED}, ["POST"]),
        ("s3:signatureage", {"query": SIGNED}, ["10000"]),
        ("s3:signatureage", {}, None),
        ("s3:tlsversion", {"tls": "1.3"}, ["1.3"]),
        ("s3:tlsversion", {}, None),
        ("s3:objectcreationoperation", {"operation": "PutObject"}, ["true"]),
        ("s3:objectcreationoperation", {"operation": "CopyObject"}, ["true"]),
        ("s3:objectcreationoperation", {"operation": "PostObject"}, ["true"]),
        ("s3:objectcreationoperation", {"operation": "CompleteMultipartUpload"}, ["true"]),
        ("s3:objectcreationoperation", {"operation": "CreateMultipartUpload"}, ["false"]),
        ("s3:objectcreationoperation", {"operation": "UploadPart"}, ["false"]),
        ("s3:objectcreationoperation", {"operation": "UploadPartCopy"}, ["false"]),
        ("s3:objectcreationoperation", {}, None),
        ("s3:object-lock-mode", {"headers": {"x-amz-object-lock-mode": "M"}}, ["M"]),
        ("s3:object-lock-mode", RETENTION, ["GOVERNANCE"]),
        ("s3:object-lock-retain-until-date", RETENTION, ["2026-02-04T13:00:00Z"]),
        ("s3:object-lock-remaining-retention-days", RETENTION, ["2"]),
        (
            "s3:object-lock-remaining-retention-days",
            {"members": {"ObjectLockRetainUntilDate": NOON + timedelta(days=3)}},
            ["3"],
        ),
        ("s3:object-lock-remaining-retention-days", {}, None),
        (
            "s3:object-lock-legal-hold",
            {"operation": "PutObjectLegalHold", "members": {"LegalHold": {"Status": "ON"}}},
            ["ON"],
        ),
        ("s3:something", {}, None),
    ],
)
def test_a_fact(key: str, given: dict[str, Any], found: list[str] | None) -> None:
    assert facts(**given).get(key) == found


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("PutObjectTagging", "s3:requestobjecttag/a"),
        ("PutBucketTagging", "s3:requestobjecttag/a"),
        ("PutObjectRetention", "s3:object-lock-mode"),
        ("PutObjectRetention", "s3:object-lock-retain-until-date"),
        ("PutObjectRetention", "s3:object-lock-remaining-retention-days"),
        ("PutObjectLegalHold", "s3:object-lock-legal-hold"),
    ],
)
def test_what_is_in_the_body_is_waited_for(operation: str, key: str) -> None:
    with pytest.raises(BodyNeeded):
        facts(operation=operation).get(key)

    assert facts(operation=operation, body_read=True).get(key) is None


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
