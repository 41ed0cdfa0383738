"""Causes read from a whole run: what no answer shows, what is never refused, what never works."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Call, Expectation, Outcome, Result
from conformance.model.causes import causes, named_symptoms
from tests.conformance.test_causes import GROUP_OF, found
from tests.conformance.test_misread import asked, failed

DENIED = "<Error><Code>AccessDenied</Code></Error>"
ALLOWED = "<Error><Code>MethodNotAllowed</Code></Error>"
KEY = (("x-amz-server-side-encryption-customer-algorithm", "AES256"),)


def put(*headers: tuple[str, str], **more: object) -> Call:
    return asked("PutObject", "PUT /b/k", 200, headers=headers, **more)


def passed(check: str, *calls: Call, held: tuple[str, str, str] | None = None) -> Result:
    """A pass; ``held``: operation, what is expected, and that it came."""
    one = failed(check, *(calls or [asked("GetObject", "GET /b/k", 200)]))
    seen: tuple[Expectation, ...] = ()
    if held is not None:
        operation, due, came = held
        looked_at = "status" if due[:1].isdigit() else "error code"
        answered = came if came[:1].isdigit() else f"400 {came}"
        seen = (Expectation(f"{operation}: {looked_at}", due, came, True, False, False, operation,
                            answered),)  # fmt: skip
    return msgspec.structs.replace(one, outcome=Outcome.PASS, expectations=seen)


def keys(*run: Result) -> dict[str, str]:
    """The key of the cause of each check that failed."""
    return {result.check: cause.key for cause in found(*run) for result in cause.results}


def lacking(header: str, check: str, call: Call) -> Result:
    return failed(check, call, looked_at=f"header {header}", expected="x", actual="absent")


def checksums() -> list[Result]:
    sent = ("x-amz-checksum-crc32", "AAAAAA==")
    refused = asked("PutObject", "PUT /b/k", 501, "<Error><Code>NotImplemented</Code></Error>",
                    headers=(sent,))  # fmt: skip
    return [
        lacking("x-amz-checksum-crc32", "checksums.kept", put(sent)),
        lacking("x-amz-checksum-crc64nvme", "post-object.sum", put(sent)),
        failed("list-objects-v2.sum", put(sent), looked_at="Contents[].ChecksumType", expected="x"),
        failed("interoperability.sum", refused, answered="501 NotImplemented"),
    ]


def test_a_feature_that_no_answer_shows_is_one_cause_however_it_is_missed() -> None:
    run = checksums()

    assert set(keys(*run).values()) == {"nowhere/checksums"}
    refused = named_symptoms(run, GROUP_OF, run)[run[-1].id]
    assert refused[:2] == ("nowhere/checksums", "absent-part/header/x-amz-checksum-*")
    assert "absent-part" not in refused, "with other headers it would be in two lists"
    [cause] = found(*run)
    assert cause.title == (
        "Checksums are not implemented: no answer has a checksum, although requests ask for one"
        "; requests with the header x-amz-checksum-* are refused"
    )
    [silent] = found(*run[:-1])
    assert silent.title.endswith("although requests ask for one")


def test_one_answer_that_shows_it_says_that_it_is_there() -> None:
    told = asked("HeadObject", "HEAD /b/k", 200, answer=(("x-amz-checksum-crc32", "AA=="),))

    several = keys(*checksums(), passed("checksums.other", told))

    assert len(set(several.values())) == 4, "four faults, as far as one can tell"


def test_what_was_asked_for_twice_is_not_enough_to_say_that_it_is_nowhere() -> None:
    assert not any(key.startswith("nowhere/") for key in keys(*checksums()[:2]).values())


def test_versions_that_no_answer_names_are_one_cause_and_the_version_null_is_none() -> None:
    null = (("x-amz-version-id", "null"),)
    enabled = [
        asked("PutBucketVersioning", "PUT /b?versioning", 200, purpose="setup") for _ in range(3)
    ]
    missing = [
        lacking("x-amz-version-id", "put-object.id", put()),
        lacking("x-amz-delete-marker", "delete-object.marker", put()),
        failed("object-versions.id", *enabled, put(answer=null), looked_at="VersionId",
               expected="x"),
    ]  # fmt: skip
    named = asked("PutObject", "PUT /b/k", 200, answer=(("x-amz-version-id", "3sL4"),))

    assert set(keys(*missing).values()) == {"nowhere/versions"}
    assert len(set(keys(*missing, passed("put-object.other", named)).values())) == 3


def test_nothing_is_said_of_versions_where_no_versioned_bucket_was_written_to() -> None:
    enabled = [asked("PutBucketVersioning", "PUT /c?versioning", 200) for _ in range(3)]
    refused = asked("PutBucketVersioning", "PUT /c?versioning", 400)
    found = [
        lacking("x-amz-version-id", "versioning.id", put()),
        failed("versioning.code", *enabled, refused, looked_at="status", expected="400"),
    ]
    assert "nowhere/versions" not in keys(*found).values()


def test_keys_of_customers_are_another_feature_than_those_of_s3() -> None:
    mine = [lacking(KEY[0][0], f"sse-c.{one}", put(*KEY)) for one in "abc"]
    its = ("x-amz-server-side-encryption", "AES256")
    theirs = [lacking(its[0], f"sse-s3.{one}", put(its)) for one in "abc"]

    assert set(keys(*mine, *theirs).values()) == {"nowhere/sse-c", "nowhere/sse"}


def test_a_feature_of_which_nothing_is_refused_is_one_cause_though_answers_repeat_its_headers() -> (
    None
):
    accepted = [
        failed(f"sse-c.{code}", put(*KEY, answer=KEY), expected=f"400 {code}")
        for code in ("InvalidArgument", "InvalidRequest", "InvalidEncryptionAlgorithmError")
    ]
    refusal = "<Error><Code>InvalidRequest</Code></Error>"
    refused = asked("PutObject", "PUT /b/k", 400, refusal, headers=KEY)
    held = passed("sse-c.ok", refused, held=("PutObject", "400 InvalidRequest",
                                            "400 InvalidRequest"))  # fmt: skip

    assert set(keys(*accepted).values()) == {"unguarded/sse-c"}
    assert len(set(keys(*accepted, held).values())) == 3, "it looks at some of them"


def unrefused() -> list[Result]:
    get = asked("GetObject", "GET /b/k", 200, "x")
    return [
        failed("authentication.secret", get, expected="403 SignatureDoesNotMatch"),
        failed("presigned.late", get, expected="403 AccessDenied"),
        failed("bucket-policy.denied", get, expected="403 AccessDenied"),
    ]


def test_where_nobody_is_ever_refused_that_is_one_cause() -> None:
    clock = passed("authentication.old", held=("GetObject", "RequestTimeTooSkewed",
                                               "RequestTimeTooSkewed"))  # fmt: skip

    assert set(keys(*unrefused()).values()) == {"not-enforced/anybody"}
    assert set(keys(*unrefused(), clock).values()) == {"not-enforced/anybody"}


def test_where_somebody_is_refused_they_are_faults_of_their_own() -> None:
    held = passed("bucket-policy.ok", held=("GetObject", "AccessDenied", "AccessDenied"))

    assert len(set(keys(*unrefused(), held).values())) == 2


def test_a_sealed_object_that_is_read_without_its_key_is_no_absent_permission() -> None:
    get = asked("GetObject", "GET /b/k", 200, "x")
    one = failed("sse-c.other_key", get, expected="403 AccessDenied")

    assert "not-enforced/anybody" not in keys(*unrefused(), one)["sse-c.other_key"]


def conditional(operation: str, line: str, check: str) -> Result:
    sent = (("If-Match", '"wrong"'),)
    return failed(check, asked(operation, line, 200, headers=sent), expected="412")


def test_conditions_are_one_cause_where_none_is_enforced_and_else_those_on_writes_are() -> None:
    failures = [
        conditional("PutObject", "PUT /b/k", "conditional-write.put"),
        conditional("CopyObject", "PUT /b/c", "conditional-write.copy"),
    ]
    held = passed("conditional-read.get", held=("GetObject", "412", "412"))
    here = passed("conditional-write.ok", held=("PutObject", "412", "412"))

    assert set(keys(*failures).values()) == {"not-enforced/condition"}
    [cause] = found(*failures, held)
    assert cause.key == "not-enforced/conditions-on-writes"
    assert cause.title == (
        "Conditions on writes and deletes (If-Match, If-None-Match) are ignored by "
        "CopyObject, PutObject"
    )
    assert keys(*failures[:1], held) == {
        "conditional-write.put": "not-enforced/condition/PutObject"
    }
    assert keys(*failures, here) == {
        "conditional-write.put": "accepts-on/If-Match/412",
        "conditional-write.copy": "not-enforced/condition/CopyObject",
    }


def test_conditions_on_reads_and_on_sources_are_no_conditions_on_writes() -> None:
    from_source = (("x-amz-copy-source-if-match", '"wrong"'),)
    copies = [
        failed(
            f"{row}.source",
            asked(operation, "PUT /b/c", 200, headers=from_source),
            expected="412 PreconditionFailed",
        )
        for row, operation in (
            ("copy-object", "CopyObject"),
            ("upload-part-copy", "UploadPartCopy"),
        )
    ]
    read = conditional("GetObject", "GET /b/k", "conditional-read.get")
    put = conditional("PutObject", "PUT /b/k", "conditional-write.put")
    held = passed("conditional-write.held", held=("DeleteObject", "412", "412"))

    told = found(*copies, read, put, held)

    assert [cause.key for cause in told] == [
        "not-enforced/conditions-on-sources",
        "not-enforced/condition/PutObject",
        "not-enforced/condition/GetObject",
    ]
    assert told[0].title == (
        "Conditions on the source of a copy (x-amz-copy-source-if-*) are ignored by "
        "CopyObject, UploadPartCopy"
    )


def test_conditions_of_a_source_are_another_cause_than_those_of_what_is_written() -> None:
    sent = (("x-amz-copy-source-if-match", '"wrong"'),)
    call = asked("CopyObject", "PUT /b/c", 200, headers=sent)
    source = failed("copy-object.source", call, expected="412 PreconditionFailed")
    target = conditional("CopyObject", "PUT /b/c", "conditional-write.copy")
    held = passed("conditional-read.get", held=("GetObject", "412", "412"))
    refused = asked("CopyObject", "PUT /b/c", 412, headers=sent)
    enforced = passed("copy-object.held", refused, held=("CopyObject", "412", "412"))

    assert keys(source, target, held) == {
        "copy-object.source": "not-enforced/condition/CopyObject source",
        "conditional-write.copy": "not-enforced/condition/CopyObject",
    }
    told = keys(source, target, held, enforced)
    assert told["copy-object.source"].startswith("accepts-on/x-amz-copy-source-if-match/")
    assert told["conditional-write.copy"] == "not-enforced/condition/CopyObject"


def test_an_object_that_a_condition_should_have_kept_is_in_the_cause_of_conditions() -> None:
    sent = (("If-None-Match", "*"),)
    write = asked("PutObject", "PUT /b/k", 200, headers=sent)
    lost = failed("conditional-write.lost", write, looked_at="object", actual="gone", lost=True)
    plain = failed("put-object.lost", asked("PutObject", "PUT /b/k", 200), lost=True)

    assert keys(lost, plain) == {
        "conditional-write.lost": "not-enforced/condition",
        "put-object.lost": "data-loss/put-object",
    }


def never(check: str, expected: str) -> Result:
    call = asked("RestoreObject", "POST /b/k?restore", 400, ALLOWED)
    return failed(check, call, expected=expected, answered="400 MethodNotAllowed")


def test_an_operation_that_never_succeeds_is_one_cause_whatever_was_expected() -> None:
    run = [never("a.works", "2xx"), never("b.none", "404 NoSuchKey"), never("c.tier", "403 X")]
    works = asked("RestoreObject", "POST /b/k?restore", 202)

    assert set(keys(*run).values()) == {"always/RestoreObject/400 MethodNotAllowed"}
    assert len(set(keys(*run, passed("d.ok", works)).values())) > 1


def test_what_one_outcome_shows_of_a_request_explains_the_others_with_it() -> None:
    shown = failed(
        "bucket-policy.kept",
        asked("PutBucketPolicy", "PUT /b?policy", 200, answer=(("Location", "/b"),)),
        looked_at="Policy",
    )
    fails = asked("PutBucketPolicy", "PUT /b?policy", 500)
    later = failed("bucket-policy.json", fails, expected="400 MalformedPolicy", answered="500")
    read = asked("GetBucketPolicy", "GET /b?policy", 500)
    other = failed("bucket-policy.read", read, expected="2xx", answered="500")

    assert keys(shown, later, other) == {
        "bucket-policy.kept": "ignored-query",
        "bucket-policy.json": "ignored-query",
        "bucket-policy.read": "server-fails/GetBucketPolicy/500",
    }
    assert keys(later)["bucket-policy.json"].startswith("server-fails/")


def test_errors_without_their_document_are_one_cause_a_status() -> None:
    def bare(check: str, status: int, code: str) -> Result:
        return failed(check, asked("PutObject", "PUT /b/k", status), looked_at="error code",
                      expected=code, answered=str(status), actual="no error code")  # fmt: skip

    one, two, three = (
        bare("put-object.a", 400, "InvalidA"),
        bare("copy-object.b", 400, "InvalidB"),
        bare("errors.c", 403, "AccessDenied"),
    )

    assert keys(one, two, three)["put-object.a"] == "bare-errors/400"
    assert keys(one, two, three)["copy-object.b"] == "bare-errors/400"
    assert keys(one, two, three)["errors.c"] == "bare-errors/403"


def test_a_listing_without_its_entries_is_one_cause_and_one_with_others_is_another() -> None:
    def listed(check: str, looked_at: str, actual: str, entries: str = "") -> Result:
        row, document = "list-multipart-uploads", f"<ListUploads>{entries}</ListUploads>"
        call = asked("ListMultipartUploads", "GET /b?uploads", 200, document)
        return failed(f"{row}.{check}", call, looked_at=looked_at, expected="['a']", actual=actual)

    several = keys(
        listed("a", "Uploads[].Key", "absent"),
        listed("b", "sort(Uploads[].UploadId)", "absent"),
        listed("c", "CommonPrefixes[].Prefix", "absent"),
        listed("d", "Uploads[].Key", "['b']", "<Upload><Key>b</Key></Upload>"),
    )

    assert list(several.values()).count("lists-nothing/ListMultipartUploads") == 3
    assert several["list-multipart-uploads.d"] == "data/list-multipart-uploads/Key"


def test_a_listing_that_lacks_some_of_its_entries_lists_not_nothing() -> None:
    some = "<ListMultipartUploadsResult><Upload><Key>b</Key></Upload></ListMultipartUploadsResult>"
    call = asked("ListMultipartUploads", "GET /b?uploads", 200, some)
    one = failed("list-multipart-uploads.a", call, looked_at="CommonPrefixes[].Prefix",
                 expected="['a/']", actual="absent")  # fmt: skip

    assert keys(one) == {"list-multipart-uploads.a": "lists-no/ListMultipartUploads/CommonPrefixes"}


def test_what_is_written_nowhere_is_not_shown_by_a_server_that_gives_back_every_header() -> None:
    sent = (("x-amz-server-side-encryption", "AES256"), ("x-amz-date", "20261127T000000Z"))
    wrote = [
        lacking(sent[0][0], f"sse-s3.{name}", asked("PutObject", "PUT /b/k", 200, headers=sent))
        for name in "abc"
    ]
    back = passed("put-object.back", asked("GetObject", "GET /b/k", 200, answer=sent))
    real = passed("put-object.real", asked("GetObject", "GET /b/k", 200, answer=sent[:1]))

    assert set(keys(*wrote, back).values()) == {"nowhere/sse"}
    assert set(keys(*wrote, real).values()) == {"header/x-amz-server-side-encryption/absent"}


def test_a_default_that_the_server_says_is_not_there_is_of_the_feature_that_is_nowhere() -> None:
    sent = (("x-amz-server-side-encryption", "AES256"),)
    wrote = [
        lacking(sent[0][0], f"sse-s3.{name}", asked("PutObject", "PUT /b/k", 200, headers=sent))
        for name in "abc"
    ]
    none = "404 ServerSideEncryptionConfigurationNotFoundError"
    get = asked("GetBucketEncryption", "GET /b?encryption", 404)
    read = failed("bucket-encryption.default", get, answered=none)

    assert keys(*wrote, read)["bucket-encryption.default"] == "nowhere/sse"
    assert keys(read)["bucket-encryption.default"].startswith("refuses/")


SEALED = "x-amz-server-side-encryption-customer-"


def test_an_object_that_was_to_be_sealed_and_is_read_without_its_key_is_of_that_feature() -> None:
    sealed = asked("PutObject", "PUT /b/k", 200, headers=((f"{SEALED}algorithm", "AES256"),))
    some = [lacking(f"{SEALED}algorithm", f"sse-c.{name}", sealed) for name in "abc"]
    read = failed("sse-c.open", sealed, asked("GetObject", "GET /b/k", 200, "x"), expected="400")
    plain = failed("get-object.open", asked("GetObject", "GET /b/k", 200, "x"), expected="400")

    several = keys(*some, read, plain)
    assert several["sse-c.open"] == "nowhere/sse-c"
    assert several["get-object.open"] != "nowhere/sse-c"


def test_lists_that_grant_nothing_but_full_control_are_not_kept() -> None:
    wrote = asked("PutObject", "PUT /b/k", 200, headers=(("x-amz-acl", "public-read"),))
    full = "<AccessControlPolicy><Permission>FULL_CONTROL</Permission></AccessControlPolicy>"

    def read(check: str, document: str) -> Result:
        return failed(check, wrote, asked("GetObjectAcl", "GET /b/k?acl", 200, document),
                      looked_at="grants", expected="['READ']", actual="[]")  # fmt: skip

    lacks = [read(f"object-acl.{name}", full) for name in "abc"]
    shown = passed("object-acl.d", asked("GetObjectAcl", "GET /b/k?acl", 200,
                                         full.replace("FULL_CONTROL", "READ")))  # fmt: skip

    assert set(keys(*lacks).values()) == {"nowhere/acl"}
    assert set(keys(*lacks, shown).values()) == {"data/object-acl/grants"}


def test_a_bucket_made_for_lock_that_keeps_no_versions_did_not_look_at_the_header() -> None:
    lock = (("x-amz-bucket-object-lock-enabled", "true"),)
    made = asked("CreateBucket", "PUT /b", 200, headers=lock, purpose="setup")
    wrote = asked("PutObject", "PUT /b/k", 200)
    here = lacking("x-amz-version-id", "retention.a", wrote)
    here = msgspec.structs.replace(here, calls=(made, wrote))
    plain = lacking("x-amz-version-id", "object-versions.a", wrote)

    assert keys(here)["retention.a"] == "ignored-header/x-amz-bucket-object-lock-enabled"
    assert keys(plain)["object-versions.a"] == "header/x-amz-version-id/absent"


def test_an_operation_that_works_elsewhere_is_not_what_is_not_implemented() -> None:
    several = [
        failed(f"{row}.a", asked("GetObject", "GET /b/k", 501), answered="501 NotImplemented")
        for row in ("get-object-range", "conditional-read")
    ]

    assert len(set(keys(*several).values())) == 1
    assert keys(*several, passed("get-object.ok")) == {
        "get-object-range.a": "absent/get-object-range",
        "conditional-read.a": "absent/conditional-read",
    }


def test_two_codes_of_any_use_are_one_cause_within_a_row_only() -> None:
    def other(check: str, due: str, came: str) -> Result:
        operation = f"Put{check[:3].title()}"
        return failed(check, asked(operation, "PUT /b/k", 400), looked_at="error code",
                      expected=due, answered=f"400 {came}", actual=came)  # fmt: skip

    wide = [other(f"{row}.a", "InvalidRequest", "InvalidArgument") for row in ("one", "two")]
    narrow = [other(f"{row}.b", "InvalidTag", "MalformedXML") for row in ("one", "two")]

    several = keys(*wide, *narrow)
    assert several["one.a"] != several["two.a"]
    assert several["one.b"] == several["two.b"] == "code/InvalidTag/400 MalformedXML"


def test_a_part_that_is_asked_for_by_its_upload_and_answered_as_a_key_was_not_looked_at() -> None:
    def parts(code: str) -> Result:
        said = f"<Error><Code>{code}</Code></Error>"
        call = asked("ListParts", "GET /b/k?uploadId=u", 404, said)
        return failed(f"list-parts.{code}", call, answered=f"404 {code}")

    assert keys(parts("NoSuchKey"), parts("NoSuchUpload")) == {
        "list-parts.NoSuchKey": "ignored-query",
        "list-parts.NoSuchUpload": "refuses/list-parts/404 NoSuchUpload",
    }


@pytest.mark.parametrize(("body", "key"), [("the object", "ignored-query"), ("<Other/>", "")])
def test_attributes_that_are_the_object_itself_were_not_looked_at(body: str, key: str) -> None:
    call = asked("GetObjectAttributes", "GET /b/k?attributes", 200, body,
                 answer=(("ETag", '"abc"'),))  # fmt: skip
    one = failed("object-attributes.size", call, looked_at="ObjectSize", expected="3")

    assert (keys(one)["object-attributes.size"] == "ignored-query") is bool(key)


def test_documents_of_which_one_is_refused_are_read_and_the_faults_stay_apart() -> None:
    def taken(check: str, code: str) -> Result:
        call = asked("PutBucketCors", "PUT /b?cors", 200, sent="<CORSConfiguration/>")
        return failed(f"cors.{check}", call, expected=f"400 {code}")

    one, two = taken("a", "InvalidRequest"), taken("b", "InvalidArgument")
    held = passed("cors.ok", held=("PutBucketCors", "MalformedXML", "MalformedXML"))

    assert set(keys(one, two).values()) == {"unchecked/PutBucketCors"}
    assert len(set(keys(one, two, held).values())) == 2


def test_some_of_a_run_is_read_with_what_all_of_it_says() -> None:
    run = [*unrefused(), passed("bucket-policy.ok", held=("GetObject", "AccessDenied",
                                                          "AccessDenied"))]  # fmt: skip
    bad = run[:3]

    with_all = named_symptoms(bad, GROUP_OF, run)
    some = {cause.key for cause in causes(bad, GROUP_OF, run)}

    assert not any("not-enforced/anybody" in names for names in with_all.values())
    assert "not-enforced/anybody" not in some
    assert {cause.key for cause in causes(bad, GROUP_OF)} == {"not-enforced/anybody"}
