"""What data was lost of: the request that destroyed it names the cause, and the loss is told."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Call, Expectation, Result
from conformance.model.losses import destroyers, told_losses
from conformance.model.weight import Weight
from tests.conformance.test_misread import asked, failed, found

ETAG = (("ETag", '"abc"'),)


def lost(check: str, *calls: Call, what: str = "object precious", after: str = "") -> Result:
    actual = f"overwritten: b'x'{after and f', after {after}'}"
    one = failed(check, *calls, looked_at=what, lost=True)
    seen = Expectation(what, "still as it was", actual, ok=False, lost=True)
    return msgspec.structs.replace(one, expectations=(seen,))


def key(result: Result) -> str:
    [cause] = found(result)
    assert cause.weight is Weight.DATA_LOST and cause.losses == tuple(told_losses(result))
    return cause.key


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (
            asked("PutObject", "PUT /b/precious?partNumber=1", 200),
            "ignored-parameter/PUT/partNumber",
        ),
        (asked("PutObject", "PUT /b/precious?uploadId=u", 200), "ignored-parameter/PUT/uploadId"),
        (asked("PutObject", "PUT /b/precious?versionId=v", 200), "ignored-parameter/PUT/versionId"),
        (
            asked("DeleteObject", "DELETE /b/precious?versionId=v", 204),
            "ignored-parameter/DELETE/versionId",
        ),
        (asked("PutObject", "PUT /b/precious?tagging", 200, answer=ETAG), "ignored-query"),
        (asked("PutObject", "PUT /b/precious?If-None-Match=%2A", 200), "not-enforced/condition"),
        (
            asked("CopyObject", "PUT /b/precious", 200, headers=(("If-Match", "x"),)),
            "not-enforced/condition",
        ),
        (asked("PutObject", "PUT /b/precious", 200), "data-loss/data-safety"),
        (asked("PutObject", "PUT /b/a//precious2", 200), "other-key"),
        (asked("PutObject", "PUT /b/precious?tagging", 400), "data-loss/data-safety"),
    ],
)
def test_what_destroyed_an_object_is_the_cause(call: Call, named: str) -> None:
    assert key(lost("data-safety.a", call)) == named


def test_a_request_of_the_setup_that_is_named_is_the_destroyer() -> None:
    note = asked("PutObjectAnnotation", "PUT /b/k?annotation&annotationName=n", 200, answer=ETAG,
                 purpose="setup")  # fmt: skip
    read = asked("GetObjectAnnotation", "GET /b/copy?annotation&annotationName=n", 200)
    one = lost("object-annotations.copy", note, read, what="object k",
               after="PUT /b/k?annotation&annotationName=n")  # fmt: skip

    [destroyer] = destroyers(one)
    assert destroyer.call is note and destroyer.here and destroyer.method == "PUT"
    assert key(one) == "ignored-query"


def test_a_copy_over_an_object_is_the_destroyer_and_not_the_write_of_its_source() -> None:
    source = asked("PutObject", "PUT /b/other", 200)
    copy = asked("CopyObject", "PUT /b/precious?partNumber=1", 200)
    one = lost("upload-part-copy.a", source, copy, after="PUT /b/other")

    assert [one.call for one in destroyers(one)] == [copy]
    assert key(one) == "ignored-parameter/PUT/partNumber"


def test_a_write_to_another_key_that_is_named_is_the_destroyer() -> None:
    first = asked("PutObject", "PUT /b/a/b", 200)
    second = asked("PutObject", "PUT /b/a//b", 200)
    one = lost("put-object.slashes", first, second, what="object a/b", after="PUT /b/a//b")

    assert [one.elsewhere for one in destroyers(one)] == [True]
    assert key(one) == "other-key"


def test_a_bucket_that_is_gone_is_lost_at_no_other_key() -> None:
    gone = asked("DeletePublicAccessBlock", "DELETE /b?publicAccessBlock", 204)
    one = lost("public-access-block.twice", gone, what="bucket b")

    assert [one.elsewhere for one in destroyers(one)] == [False]
    assert key(one) == "ignored-query"


def test_a_loss_and_the_same_mistake_without_one_are_one_cause() -> None:
    write = asked("PutObject", "PUT /b/precious?partNumber=1", 200)
    plain = failed("multipart-upload.needs", write, expected="400 InvalidArgument")

    [cause] = found(plain, lost("data-safety.a", write))

    assert cause.key == "ignored-parameter/PUT/partNumber"
    assert cause.title == ("PUT /bucket/key?partNumber writes the object: the parameter is ignored")
    assert cause.losses == ("PUT /bucket/key?partNumber: the object is overwritten",)
    assert cause.harm == "stored data is destroyed or overwritten in 1 of them"


@pytest.mark.parametrize(
    ("call", "what", "said"),
    [
        (
            asked("PutObject", "PUT /b/k?If-None-Match=%2A&X-Amz-Date=1", 200),
            "object k",
            "PUT /bucket/key?If-None-Match: the object is overwritten",
        ),
        (
            asked("DeleteBucketCors", "DELETE /b?cors", 204),
            "bucket b",
            "DELETE /bucket?cors: the bucket is overwritten",
        ),
        (
            asked("PutObject", "PUT /b/a//k", 200),
            "object a/k",
            "PUT /bucket/key: another object is overwritten",
        ),
        (asked("GetObject", "GET /b/k", 200), "object k", "object k is overwritten: b'x'"),
    ],
)
def test_a_loss_is_told_without_the_names_of_one_run(call: Call, what: str, said: str) -> None:
    assert told_losses(lost("data-safety.a", call, what=what)) == [said]
