"""The sentence of each cause, by its key: of an operation, of a row, with an answer and without."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Expectation
from conformance.model.titles import parts_of, title_of
from tests.conformance.test_misread import asked, failed

PUT = failed("put-object.a", asked("PutObject", "PUT /b/k", 501))
ACL = failed("acl.a", asked("PutBucketAcl", "PUT /b?acl", 501))
READ = failed("acl.b", asked("GetBucketAcl", "GET /b?acl", 501))
PART = "absent-part/header/x-amz-"


@pytest.mark.parametrize(
    ("key", "joined", "title"),
    [
        (f"{PART}acl", [], "Requests with the header x-amz-acl are refused as not implemented"),
        ("absent-part", [f"{PART}acl"],
         "Requests with the header x-amz-acl are refused as not implemented"),
        ("absent-part", [f"{PART}acl", "absent-part/parameter/versionId"],
         "Requests with one of these are refused as not implemented: header x-amz-acl, "
         "parameter versionId"),
        ("absent-part", [f"{PART}{name}" for name in "abcd"],
         "Requests with one of these are refused as not implemented: header x-amz-a, "
         "header x-amz-b, header x-amz-c, header x-amz-d"),
        ("absent-part", [f"{PART}{name}" for name in "abcdef"],
         "Requests with one of these are refused as not implemented: header x-amz-a, "
         "header x-amz-b, header x-amz-c, header x-amz-d and 2 more"),
        ("not-enforced/conditions-on-sources",
         ["not-enforced/condition/CopyObject source", "not-enforced/condition/UploadPartCopy"],
         "Conditions on the source of a copy (x-amz-copy-source-if-*) are ignored by CopyObject, "
         "UploadPartCopy"),
    ],
)  # fmt: skip
def test_a_cause_that_joins_others(key: str, joined: list[str], title: str) -> None:
    assert title_of(key, (PUT,), joined) == title


def test_which_symptoms_a_cause_joins() -> None:
    symptoms = ["absent-part/header/a", "absent/b", "not-enforced/condition/PutObject"]
    assert parts_of("absent-part", symptoms) == symptoms[:1]
    assert parts_of("not-enforced/conditions-on-writes", symptoms) == symptoms[2:]
    assert parts_of("not-enforced/conditions-on-sources", symptoms) == symptoms[2:]
    assert parts_of("absent/b", symptoms) == []


def test_what_is_not_implemented_is_told_with_its_operations() -> None:
    assert title_of("absent/acl", (ACL, READ, READ)) == (
        "Not implemented: GetBucketAcl, PutBucketAcl (acl)"
    )
    assert title_of("absent/PutBucketAcl", (ACL, ACL)) == "Not implemented: PutBucketAcl"


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("server-fails/GetObject/500", "GetObject is answered with 500"),
        ("server-fails/GetObject/no answer", "GetObject gets no answer"),
        ("not-enforced/signature/GET",
         "Requests with a wrong signature, or an expired one, are accepted (GET)"),
        ("not-enforced/permission", "Requests that are not allowed are accepted"),
        ("code-in/put-object/404 NoSuchKey/403",
         "Wrong error in the row put-object: 403 where 404 NoSuchKey is expected"),
        ("code-in/PutObject/404/403",
         "Wrong error in PutObject: 403 where 404 is expected"),
        ("ignored-parameter/DELETE/tagging",
         "DELETE /bucket/key?tagging removes the object: the parameter is ignored"),
        ("ignored-parameter/PUT/acl",
         "PUT /bucket/key?acl writes the object: the parameter is ignored"),
        ("unchecked/MalformedXML", "XML documents that S3 refuses as MalformedXML are accepted"),
        ("unchecked/PutBucketCors", "PutBucketCors accepts documents that S3 refuses"),
        ("coded/put-object/NoSuchKey/AccessDenied",
         "In the row put-object the error AccessDenied comes where S3 has NoSuchKey"),
        ("accepts/PutObject/404", "PutObject accepts what S3 refuses (S3 answers 404)"),
        ("accepts/PutObject", "PutObject accepts what S3 refuses"),
        ("accepts/put-object/404",
         "In the row put-object the server accepts what S3 refuses (S3 answers 404)"),
        ("refuses/PutObject/403", "PutObject is refused with 403; S3 accepts it"),
        ("refuses/put-object/403",
         "In the row put-object the server refuses what S3 accepts: it answers 403"),
        ("header/ETag/absent", "Response header ETag is missing"),
        ("header/ETag/unexpected", "Response header ETag is sent where S3 sends none"),
        ("header/ETag/other", "Response header ETag has another value"),
        ("setup/PutObject/no answer", "Could not be set up: PutObject gets no answer"),
        ("setup/PutObject/403", "Could not be set up: PutObject is answered with 403"),
        ("data/GetObject/Key", "The answer to GetObject differs from S3's: Key"),
        ("data/GetObject", "The answer to GetObject differs from S3's"),
        ("data/get-object/pages", "The pages in the row get-object differ from S3's"),
        ("data/ListParts/pages", "The pages of ListParts differ from S3's"),
        ("data/get-object/Key", "An answer in the row get-object differs from S3's: Key"),
        ("added/%2F/x", "Values in answers contain %2F/x, which S3 does not add"),
        ("key/folder/500",
         "Requests for keys where one key is the folder of another (a and a/b) are answered "
         "with 500"),
        ("other/thing", PUT.title),
    ],
)  # fmt: skip
def test_a_cause_is_told(key: str, title: str) -> None:
    assert title_of(key, (PUT,)) == title


def test_what_a_check_states_is_told_as_a_statement() -> None:
    key = "data/list-objects/the key is listed"
    untrue = Expectation("ListObjects: the key is listed", "true", "false", False)
    value = Expectation("ListObjects: the key is listed", "2", "1", False)
    said = msgspec.structs.replace(PUT, expectations=(untrue,))
    assert title_of(key, (said,)) == (
        "In the row list-objects this is not so, and in S3 it is: the key is listed"
    )
    counted = msgspec.structs.replace(PUT, expectations=(value,))
    assert title_of(key, (counted,)) == (
        "An answer in the row list-objects differs from S3's: the key is listed"
    )


def test_sub_resources_that_are_ignored_are_named() -> None:
    listing = "<ListBucketResult></ListBucketResult>"
    ignored = [
        failed(f"row.{name}", asked("GetBucketAcl", f"GET /b?{name}", 200, listing))
        for name in ("cors", "acl")
    ]
    assert title_of("ignored-query", tuple(ignored)) == (
        "The query is ignored (?acl, ?cors): another operation is done"
    )
    assert title_of("ignored-query", (PUT,)) == ("The query is ignored: another operation is done")
