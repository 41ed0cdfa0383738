"""Checks of XML, both ways: hostile and odd request bodies, and answers that hold any key."""

from __future__ import annotations

import base64
import hashlib
import re
import time

import defusedxml.ElementTree

from conformance.trial import Answer, Trial, check

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
PROLOGUE = b'<?xml version="1.0" encoding="UTF-8"?>'


def _delete(t: Trial, body: bytes) -> Answer:
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    return t.raw("POST", f"/{t.bucket}", query="delete", body=body, headers={"Content-MD5": md5})


def _deletes(t: Trial, name: str) -> bytes:
    return f"<Object><Key>{t.key(name)}</Key></Object>".encode()


def _named_plainly_it_goes(t: Trial, name: str) -> None:
    """The control: the same request does its work where the key is spelled out."""
    t.expect.ok(_delete(t, PROLOGUE + b"<Delete>" + _deletes(t, name) + b"</Delete>"))
    t.expect.status(t.look("HeadObject", Key=name), 404)


@check("xml-safety", proved_by=["malformed-xml-accepted"], only=("raw",), spec=ERRORS)
def body_that_is_not_well_formed_is_refused(t: Trial) -> None:
    """A body with an element that is never closed: 400 MalformedXML."""
    t.expect.error(_delete(t, b"<Delete><Object><Key>x</Key></Object>"), 400, "MalformedXML")


@check("xml-safety", proved_by=["malformed-xml-accepted"], only=("raw",), spec=ERRORS)
def body_that_is_no_xml_is_refused(t: Trial) -> None:
    """A body that is not XML at all: 400 MalformedXML."""
    t.expect.error(_delete(t, b'{"Objects": [{"Key": "x"}]}'), 400, "MalformedXML")


@check(
    "xml-safety", proved_by=["malformed-xml-accepted"], only=("raw",), spec=ERRORS, level="should"
)
def other_root_element_is_refused(t: Trial) -> None:
    """A well-formed body of another request: 400 MalformedXML."""
    t.expect.error(_delete(t, b"<Tagging><TagSet/></Tagging>"), 400, "MalformedXML")


@check(
    "xml-safety",
    proved_by=["entities-expanded"],
    only=("raw",),
    spec="https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html",
)
def entities_are_not_expanded(t: Trial) -> None:
    """A body that defines an entity of its own is refused, or the entity stays unexpanded."""
    t.given.object("victim", b"x")
    body = (
        PROLOGUE
        + b'<!DOCTYPE Delete [<!ENTITY name "victim">]><Delete><Object><Key>'
        + t.prefix.encode()
        + b"&name;</Key></Object></Delete>"
    )

    got = _delete(t, body)

    t.expect.true(0 < got.status < 500, f"status {got.status} is no server error")
    t.expect.status(t.call("GetObject", Key="victim"), 200)
    _named_plainly_it_goes(t, "victim")


@check(
    "xml-safety",
    proved_by=["external-entities-read"],
    only=("raw",),
    spec="https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html",
)
def files_of_the_server_are_not_read(t: Trial) -> None:
    """An external entity never brings a file of the server into the answer."""
    body = (
        PROLOGUE + b'<!DOCTYPE Delete [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
        b"<Delete><Object><Key>" + t.prefix.encode() + b"&file;</Key></Object></Delete>"
    )

    got = _delete(t, body)

    t.expect.true(0 < got.status < 500, f"status {got.status} is no server error")
    t.expect.true(b"root:" not in got.wire_body, "the answer shows no file of the server")
    t.tells_absent()
    t.given.object("plain", b"x")
    _named_plainly_it_goes(t, "plain")


@check(
    "xml-safety",
    proved_by=["entities-expanded"],
    only=("raw",),
    spec="https://cheatsheetseries.owasp.org/cheatsheets/XML_Security_Cheat_Sheet.html",
)
def entity_bomb_does_not_go_off(t: Trial) -> None:
    """A billion laughs are answered within five seconds: refused, or the entity stays as it is."""
    entities = b'<!ENTITY l0 "ha">' + b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 9)
    )
    body = (
        PROLOGUE
        + b"<!DOCTYPE Delete ["
        + entities
        + b"]><Delete><Object><Key>"
        + t.prefix.encode()
        + b"&l8;</Key></Object></Delete>"
    )
    started = time.monotonic()

    got = _delete(t, body)

    t.expect.true(time.monotonic() - started < 5, "the answer came within five seconds")
    t.expect.true(0 < got.status < 500, f"status {got.status} is no server error")
    kept = b"&amp;l8;" in got.wire_body
    t.expect.true(kept or not got.good, "it is refused, or the key keeps the entity as it was sent")
    t.tells_absent()


@check(
    "xml-safety",
    proved_by=["namespace-required"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html",
)
def namespace_may_be_left_out(t: Trial) -> None:
    """A body without a namespace is understood, as several clients send it."""
    t.given.object("doomed", b"x")

    got = _delete(t, b"<Delete>" + _deletes(t, "doomed") + b"</Delete>")

    t.expect.status(got, 200)
    t.expect.member(got, "Deleted[].Key", [t.key("doomed")])


@check(
    "xml-safety",
    proved_by=["namespace-refused"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html",
)
def namespace_of_s3_is_understood(t: Trial) -> None:
    """A body in S3's own namespace, with a prefix or without, is understood."""
    t.given.object("doomed", b"x")
    t.given.object("doomed-too", b"x")

    plain = _delete(
        t, f'<Delete xmlns="{NAMESPACE}">'.encode() + _deletes(t, "doomed") + b"</Delete>"
    )
    prefixed = _delete(
        t,
        (
            f'<s3:Delete xmlns:s3="{NAMESPACE}"><s3:Object><s3:Key>'
            f"{t.key('doomed-too')}</s3:Key></s3:Object></s3:Delete>"
        ).encode(),
    )

    t.expect.member(plain, "Deleted[].Key", [t.key("doomed")])
    t.expect.member(prefixed, "Deleted[].Key", [t.key("doomed-too")])


@check(
    "xml-safety",
    proved_by=["byte-order-mark-refused"],
    only=("raw",),
    level="should",
    spec="https://www.w3.org/TR/xml/#charencoding",
)
def byte_order_mark_is_skipped(t: Trial) -> None:
    """A UTF-8 byte order mark before the body is no part of it."""
    t.given.object("doomed", b"x")

    got = _delete(
        t, b"\xef\xbb\xbf" + PROLOGUE + b"<Delete>" + _deletes(t, "doomed") + b"</Delete>"
    )

    t.expect.status(got, 200)
    t.expect.status(t.look("HeadObject", Key="doomed"), 404)


@check(
    "xml-safety",
    proved_by=["character-references-kept"],
    only=("raw",),
    spec="https://www.w3.org/TR/xml/#sec-references",
)
def character_references_and_cdata_are_decoded(t: Trial) -> None:
    """`&amp;`, `&#x2764;` and CDATA in a key mean the characters they stand for."""
    t.given.object("a&b❤", b"x")
    t.given.object("<c>", b"x")
    prefix = t.prefix.encode()

    got = _delete(
        t,
        b"<Delete><Object><Key>" + prefix + b"a&amp;b&#x2764;</Key></Object>"
        b"<Object><Key><![CDATA[" + prefix + b"<c>]]></Key></Object></Delete>",
    )

    t.expect.status(got, 200)
    t.expect.no_keys(t.given.call("ListObjectsV2", Prefix=t.prefix))


@check("xml-safety", proved_by=["deep-nesting-is-500"], only=("raw",), spec=ERRORS)
def deep_nesting_is_no_server_error(t: Trial) -> None:
    """A body nested ten thousand deep is refused, is no server error, and the server lives on."""
    t.given.object("there", b"x")
    got = _delete(t, b"<Delete>" + b"<Object>" * 10_000 + b"</Object>" * 10_000 + b"</Delete>")

    status = f"{got.status // 100}xx"
    t.expect.equal(status, "4xx", "status of a body nested ten thousand deep", of=got)
    t.expect.member(t.look("ListObjectsV2", Prefix=t.prefix), "Contents[].Key", [t.key("there")])


@check("xml-safety", proved_by=["xml-unescaped"], spec="https://www.w3.org/TR/xml/#syntax")
def markup_in_a_key_is_escaped_in_listings(t: Trial) -> None:
    """A key of `<`, `>`, `&` and quotes comes back whole in a listing: it is escaped."""
    t.given.object('<a href="x">&amp;</a>', b"x")

    listed = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.ok(listed)
    t.expect.member(listed, "Contents[].Key", [t.key('<a href="x">&amp;</a>')])


@check(
    "xml-safety",
    proved_by=["error-xml-unescaped"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
)
def markup_in_a_key_is_escaped_in_errors(t: Trial) -> None:
    """The error for a key of markup is well-formed XML; if it names a key, it is that one."""
    t.given.object("<b>&", b"x")
    t.expect.body(t.look("GetObject", Key="<b>&"), b"x")  # such a key can be there
    path = f"/{t.bucket}/{t.key('')}%3Cscript%3E%26"

    got = t.raw("GET", path)

    t.expect.error(got, 404, "NoSuchKey")
    try:
        key = defusedxml.ElementTree.fromstring(got.wire_body).findtext("Key")
    except defusedxml.ElementTree.ParseError as problem:
        key = f"(not XML: {problem})"
    whole = t.key("<script>&")
    t.expect.true(key in (None, whole), f"the error names the key that was asked for: {key}")
    t.expect.wording.error_member(got, "Key", whole)


_DOCUMENTS = {
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListParts": "ListPartsResult",
    "ListObjectVersions": "ListVersionsResult",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
}


@check(
    "xml-safety",
    proved_by=["upload-begins-in-another-document"],
    only=("raw",),
    level="should",  # most SDKs do not look: https://github.com/awslabs/aws-sdk-rust/issues/609
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html#API_ListParts_ResponseSyntax",
)
def documents_have_the_names_of_s3(t: Trial) -> None:
    """Answers about uploads, versions and settings have the root elements of the reference.

    Who does not have such an operation has no document of it to look at.
    """
    t.given.object("key", b"x")
    listed = t.call("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(listed, "Contents[].Key", [t.key("key")])
    about = {
        "CreateMultipartUpload": {"Key": "joined"},
        "ListMultipartUploads": {"Prefix": t.prefix},
        "ListObjectVersions": {"Prefix": t.prefix},
    }

    for operation, root in _DOCUMENTS.items():
        got = t.call(operation, **about.get(operation, {"Bucket": t.bucket}))
        if operation == "CreateMultipartUpload":
            about["ListParts"] = {"Key": "joined", "UploadId": got.parsed.get("UploadId", "none")}
        if got.good and not got.strange:
            t.expect.equal(_root(got), root, "root element", of=got)


def _root(got: Answer) -> str:
    """The name of the root element, without a prefix."""
    text = got.wire_body.decode("utf-8", "replace")
    found = re.search(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]", text)
    return found[1] if found else ""
