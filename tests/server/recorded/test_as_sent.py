"""What the requests that were really sent showed: answers of S3 that depend on their form."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from server_ref.server import S3Server
from tests.server.conftest import refused, send
from tests.server.recorded.answers import error, malformed, missing_bucket, status

NOWHERE = "no-such-bucket-here"
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}
NO_RULES: dict[str, Any] = {"Rules": []}


def test_a_missing_bucket_comes_before_the_form_of_the_document(owner: Any) -> None:
    put = owner.put_bucket_encryption
    answer = refused(put, Bucket=NOWHERE, ServerSideEncryptionConfiguration=NO_RULES)
    assert answer == missing_bucket(NOWHERE)
    cors: dict[str, Any] = {"CORSRules": []}
    assert refused(owner.put_bucket_cors, Bucket=NOWHERE, CORSConfiguration=cors) == (
        missing_bucket(NOWHERE)
    )


def test_the_form_is_told_where_there_is_a_bucket(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_encryption
    assert refused(put, Bucket=bucket, ServerSideEncryptionConfiguration=NO_RULES) == malformed()


@pytest.mark.parametrize("operation", ["put_object_legal_hold", "put_object_retention"])
def test_the_form_of_a_lock_comes_before_the_bucket_s_state(
    owner: Any, key: dict[str, str], operation: str
) -> None:
    put = getattr(owner, operation)
    member = "LegalHold" if "hold" in operation else "Retention"
    wrong = {} if "hold" in operation else {"Mode": "GOVERNANCE"}
    right = {"Status": "ON"} if "hold" in operation else {}

    assert refused(put, **key, **{member: wrong}) == malformed()
    assert refused(put, **key, **{member: right}) == error(
        400, "InvalidRequest", "Bucket is missing Object Lock Configuration"
    )


def test_a_completion_without_a_body_names_no_part(owner: Any, key: dict[str, str]) -> None:
    upload = owner.create_multipart_upload(**key)["UploadId"]

    answer = refused(owner.complete_multipart_upload, **key, UploadId=upload)

    assert answer == error(400, "InvalidRequest", "You must specify at least one part")


def test_a_tagging_without_a_set_is_an_empty_one(owner: Any, key: dict[str, str]) -> None:
    owner.put_object_tagging(**key, Tagging=TAGS)
    owner.put_bucket_tagging(Bucket=key["Bucket"], Tagging=TAGS)

    # an SDK leaves an empty set out only where it is told nothing of it
    for target, expected in ((f"/{key['Bucket']}/{key['Key']}", 200), (f"/{key['Bucket']}", 204)):
        assert _put_nothing(owner, target) == expected

    assert owner.get_object_tagging(**key)["TagSet"] == []
    assert refused(owner.get_bucket_tagging, Bucket=key["Bucket"])["Code"] == "NoSuchTagSet"


def _put_nothing(owner: Any, target: str) -> int:
    bucket, _, key = target[1:].partition("/")
    body = b"<Tagging/>"

    def replace(request: Any, **_: Any) -> None:
        request.data = body
        for name in [name for name in request.headers if name.lower().startswith("x-amz-checksum")]:
            del request.headers[name]
        del request.headers["x-amz-sdk-checksum-algorithm"]
        request.headers["Content-Length"] = str(len(body))
        request.headers["Content-MD5"] = "5MKq9Afjj8VFAV5vB64atA=="

    names = ("PutObjectTagging", "PutBucketTagging")
    for name in names:
        owner.meta.events.register_first(f"before-sign.s3.{name}", replace)
    try:
        put = owner.put_object_tagging if key else owner.put_bucket_tagging
        where = {"Bucket": bucket, **({"Key": key} if key else {})}
        return status(put(**where, Tagging=TAGS))
    finally:
        for name in names:
            owner.meta.events.unregister(f"before-sign.s3.{name}", replace)


@pytest.mark.parametrize(
    "form",
    [
        "{bucket}/a+key+with+blanks",
        "{bucket}%2Fa+key+with+blanks",
        "/{bucket}/a%20key%20with%20blanks",
        "https://s3.amazonaws.com/{bucket}/a%20key%20with%20blanks",
        "http://127.0.0.1:9000/{bucket}/a+key+with+blanks",
    ],
)
def test_forms_of_a_copy_source(owner: Any, bucket: str, form: str) -> None:
    owner.put_object(Bucket=bucket, Key="a key with blanks", Body=b"found")

    assert _copied(owner, bucket, form.format(bucket=bucket))

    assert owner.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"found"


def _copied(owner: Any, bucket: str, source: str) -> bool:
    """Whether the copy succeeds; ``source`` is sent as it stands, which an SDK does not do."""

    def replace(request: Any, **_: Any) -> None:
        del request.headers["x-amz-copy-source"]
        request.headers["x-amz-copy-source"] = source

    owner.meta.events.register_first("before-sign.s3.CopyObject", replace)
    try:
        owner.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/x")
    except ClientError as problem:
        assert problem.response["Error"]["Code"] == "NoSuchKey"
        return False
    finally:
        owner.meta.events.unregister("before-sign.s3.CopyObject", replace)
    return True


def test_a_plus_that_is_meant_is_encoded(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a+b", Body=b"found")

    assert not _copied(owner, bucket, f"{bucket}/a+b")
    assert _copied(owner, bucket, f"{bucket}/a%2Bb")


def test_max_parts_counts_beside_a_marker_only(owner: Any, key: dict[str, str]) -> None:
    upload = owner.create_multipart_upload(**key, ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, body in ((1, b"a" * (5 * 1024**2)), (2, b"b")):
        sent = owner.upload_part(
            **key, UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256"
        )
        told = {name: sent[name] for name in ("ETag", "ChecksumSHA256")}
        parts.append({"PartNumber": number, **told})
    owner.complete_multipart_upload(**key, UploadId=upload, MultipartUpload={"Parts": parts})

    def asked(**more: Any) -> tuple[int, bool, list[int]]:
        answer = owner.get_object_attributes(**key, ObjectAttributes=["ObjectParts"], **more)
        found = answer["ObjectParts"]
        numbers = [part["PartNumber"] for part in found["Parts"]]
        return found["MaxParts"], found["IsTruncated"], numbers

    assert asked(MaxParts=1) == (1000, False, [1, 2])
    assert asked(MaxParts=1, PartNumberMarker=0) == (1, True, [1])
    assert asked(MaxParts=1, PartNumberMarker=1) == (1, False, [2])


def test_versions_and_markers_stand_among_each_other(
    server: S3Server, owner: Any, open_bucket: str
) -> None:
    """Not recorded on the wire; clients that read in order rely on it."""
    bucket = open_bucket
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "b"):
        owner.put_object(Bucket=bucket, Key=key)
        owner.delete_object(Bucket=bucket, Key=key)
    owner.put_object(Bucket=bucket, Key="a")
    owner.put_bucket_acl(Bucket=bucket, ACL="public-read")

    text = send(server, "GET", f"/{bucket}?versions").body.decode()

    assert re.findall("<(Version|DeleteMarker)><Key>([^<]*)<", text) == [
        ("Version", "a"),
        ("DeleteMarker", "a"),
        ("Version", "a"),
        ("DeleteMarker", "b"),
        ("Version", "b"),
    ]
    assert "Position" not in text
    listed = owner.list_object_versions(Bucket=bucket)
    assert [one["Key"] for one in listed["Versions"]] == ["a", "a", "b"]
    assert [one["Key"] for one in listed["DeleteMarkers"]] == ["a", "b"]


def test_an_error_document_may_redirect(server: S3Server, owner: Any, open_bucket: str) -> None:
    bucket = open_bucket
    owner.put_bucket_website(
        Bucket=bucket,
        WebsiteConfiguration={
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "error.html"},
        },
    )
    location = "https://example.com/elsewhere"
    owner.put_object(
        Bucket=bucket, Key="error.html", ACL="public-read", WebsiteRedirectLocation=location
    )

    answer = send(server, "GET", "/nothing", host=f"{bucket}.s3-website.localhost")

    assert (answer.status, answer.headers.get("Location")) == (301, location), answer


def test_a_function_that_is_not_there_is_told_in_its_own_words(owner: Any, bucket: str) -> None:
    function = "arn:aws:lambda:us-east-1:111122223333:function:missing"
    configuration = {
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
        ]
    }

    answer = refused(
        owner.put_bucket_notification_configuration,
        Bucket=bucket,
        NotificationConfiguration=configuration,
    )

    assert answer == error(
        400,
        "InvalidArgument",
        "Unable to validate the following destination configurations",
        ArgumentName1=f"{function}, null",
        ArgumentValue1=f"Not authorized to invoke function [{function}]",
    )


def test_the_two_ids_of_an_answer_have_nothing_in_common(owner: Any) -> None:
    first, second = (owner.list_buckets()["ResponseMetadata"] for _ in range(2))

    assert first["RequestId"] not in first["HostId"]
    assert first["HostId"] != second["HostId"]
