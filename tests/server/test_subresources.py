"""Sub-resources and parameters at paths they are not made for: what is answered, and what is named.

Measured by others: https://github.com/brekkylab/backlot/pull/118 and the issues it names.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import Answer, ask
from tests.server.conftest import OWNER, refused, send


@pytest.fixture
def key(owner: Any, bucket: str) -> str:
    """The path of an object of ten bytes."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"0123456789")
    return f"/{bucket}/key"


def _ask(server: S3Server, request: str, **headers: str) -> Answer:
    method, path = request.split(" ")
    return ask(server, method, path, by=OWNER, **headers)


@pytest.mark.parametrize(
    ("query", "allow"),
    [
        ("?location", "GET"),
        ("?uploads", "POST, GET"),
        ("?versioning", "GET, PUT"),
        ("?policy", "DELETE, GET, PUT"),
        ("?delete", "POST"),
        ("?uploadId=x", "DELETE, POST, GET"),
        ("/key?acl", "GET, PUT"),
        ("/key?tagging", "DELETE, GET, PUT"),
        ("/key?encryption", "PUT"),
        ("/key?uploads", "POST, GET"),
        ("/key?location", "GET"),
        ("/key?partNumber=1&uploadId=x", "PUT"),
    ],
)
def test_a_head_has_no_sub_resource(server: S3Server, bucket: str, query: str, allow: str) -> None:
    for name in (bucket, "no-such-bucket-anywhere"):  # said before anything is looked up
        answer = _ask(server, f"HEAD /{name}{query}")
        assert (answer.status, answer.headers["Allow"], answer.body) == (405, allow, b"")


def test_two_sub_resources_are_none(server: S3Server, bucket: str, key: str) -> None:
    answer = _ask(server, f"GET /{bucket}?versioning&acl")
    assert answer.error["Message"] == "Conflicting query string parameters: acl, versioning"
    assert answer.error["ArgumentValue"] == "acl"
    answer = _ask(server, f"GET {key}?tagging&partNumber=1")
    assert answer.error["Message"] == "Conflicting query string parameters: partNumber, tagging"
    head = _ask(server, f"HEAD {key}?acl&uploadId=x")
    assert (head.status, "Allow" in head.headers) == (400, False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("?abac", "BUCKET_ABAC"),
        ("?logging", "LOGGING_STATUS"),
        ("?object-lock", "OBJECT_LOCK_CONFIGURATION"),
        ("?policy", "BUCKETPOLICY"),
        ("?tagging", "TAGGING"),
        ("?versions", "BUCKETVERSIONS"),
        ("/key?tagging", "OBJECT_TAGGING"),
        ("/key?legal-hold", "OBJECT_LOCK_LEGALHOLD"),
        ("/key?uploadId=x", "UPLOAD"),
        ("/key?uploadId=x&partNumber=1", "PART"),
        ("", "BUCKET"),
        ("/key", "OBJECT"),
    ],
)
def test_what_a_resource_is_called(server: S3Server, bucket: str, path: str, kind: str) -> None:
    answer = _ask(server, f"PATCH /{bucket}{path}")
    assert (answer.status, answer.error["ResourceType"]) == (405, kind)


def test_the_service_has_no_sub_resources(server: S3Server) -> None:
    answer = _ask(server, "PATCH /?acl")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert answer.error["ResourceType"] == "SERVICE"


def test_a_buckets_sub_resource_is_read_at_a_keys_path(
    server: S3Server, owner: Any, bucket: str, key: str
) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for path in (key, f"/{bucket}/no-such-key"):
        assert b"<Status>Enabled</Status>" in _ask(server, f"GET {path}?versioning").body
        assert b"LocationConstraint" in _ask(server, f"GET {path}?location").body
    assert _ask(server, f"GET {key}?cors").error["Code"] == "NoSuchCORSConfiguration"


@pytest.mark.parametrize("name", ["abac", "metrics", "object-lock", "publicAccessBlock"])
def test_what_is_no_sub_resource_of_a_key_is_passed_over(
    server: S3Server, key: str, name: str
) -> None:
    assert _ask(server, f"GET {key}?{name}").body == b"0123456789"
    assert _ask(server, f"HEAD {key}?{name}").headers["Content-Length"] == "10"
    assert _ask(server, f"PUT {key}?{name}").status == 400  # and nothing is overwritten
    assert _ask(server, f"GET {key}").body == b"0123456789"


@pytest.mark.parametrize(
    ("request_line", "code", "message"),
    [
        ("GET B/key?logging", "NoLoggingStatusForKey",
         "There is no such thing as the ?logging sub-resource for a key"),
        ("GET B/key?versions", "InvalidRequest",
         "There is no such thing as the ?versions sub-resource for a key"),
        ("GET B/key?uploads", "InvalidRequest",
         "Key is not expected for the GET method ?uploads subresource"),
        ("GET B/key?annotationName=a", "InvalidArgument", "Unexpected query string parameter"),
        ("GET B/key?uploadId=x&versionId=y", "InvalidArgument",
         "This operation does not accept a version-id."),
        ("GET B/key?annotation&annotationName=", "UserAnnotationNameMustBeSpecified",
         "You must specify a user annotation name."),
        ("GET B?partNumber=1", "InvalidRequest", "Object must have a valid key name."),
        ("DELETE B?partNumber=1", "InvalidRequest", "Object must have a valid key name."),
        ("GET B?uploadId=x", "InvalidRequest", "A key must be specified"),
        ("DELETE B?uploadId=x", "InvalidRequest", "A key must be specified"),
        ("POST B?restore", "UserKeyMustBeSpecified", "User key must be specified."),
        ("POST B?restore&versionId=x", "InvalidArgument", "Invalid version id specified"),
        ("PUT B?acl&versionId=x", "InvalidArgument", "Invalid version id specified"),
        ("GET B?uploadId=x&versionId=y", "InvalidArgument",
         "This operation does not accept a version-id."),
        ("GET B?torrent", "MethodNotAllowed",
         "The specified method is not allowed against this resource."),
        ("GET B?versionId=x", "InvalidArgument", "This operation does not accept a version-id."),
        ("GET B?acl&versionId=x", "InvalidArgument", "Invalid version id specified"),
        ("GET B?website=1", "InvalidArgument", "The website parameter must not have a value"),
        ("GET B?continuation-token=x", "InvalidArgument",
         "continuation-token only supported in REST.GET.BUCKET with list-type=2"),
        ("GET B?list-type=2&marker=", "InvalidArgument",
         "Marker unsupported with REST.GET.BUCKET in list-type=2"),
        ("GET B?versions&max-keys=-1", "InvalidArgument", "max-keys cannot be negative"),
        ("GET B?versions&key-marker=a&version-id-marker=", "InvalidArgument",
         "A version-id marker cannot be empty."),
        ("GET B?metrics&continuation-token=x", "MalformedContinuationToken",
         "The continuation-token you provided invalid."),
        ("PUT B?metrics&id=", "InvalidConfigurationId",
         "The specified configuration id is invalid."),
        ("GET B?metadataConfiguration", "MetadataConfigurationNotFound",
         "The metadata configuration was not found"),
    ],
)  # fmt: skip
def test_a_parameter_out_of_place(
    server: S3Server, owner: Any, bucket: str, request_line: str, code: str, message: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    method, path = request_line.split(" ")
    body = b"<MetricsConfiguration><Id></Id></MetricsConfiguration>" if method == "PUT" else b""
    answer = ask(server, method, path.replace("B", f"/{bucket}", 1), body, by=OWNER)
    assert (answer.error["Code"], answer.error["Message"]) == (code, message)
    assert "BucketName" in answer.error or code != "MetadataConfigurationNotFound"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("max-keys=abc", 400),
        ("max-keys=-1", 200),
        ("encoding-type=x", 400),
        ("list-type=2&marker=x", 400),
        ("start-after=x", 400),
        ("versionId=x", 400),
    ],
)
def test_the_parameters_of_listings_count_for_the_head_of_a_bucket(
    server: S3Server, bucket: str, query: str, status: int
) -> None:
    assert _ask(server, f"HEAD /{bucket}?{query}").status == status


def test_a_listing_says_the_size_that_was_asked_for(
    server: S3Server, owner: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    for query in ("", "list-type=2&", "versions&"):
        assert (
            b"<MaxKeys>1001</MaxKeys>" in _ask(server, f"GET /{bucket}?{query}max-keys=1001").body
        )
    assert b"<MaxKeys>1000</MaxKeys>" in _ask(server, f"GET /{bucket}?max-keys=").body
    answer = _ask(server, f"GET /{bucket}?versions&delimiter=&key-marker=&version-id-marker=null")
    assert b"<Delimiter></Delimiter>" in answer.body
    assert b"<Version>" not in answer.body


@pytest.mark.parametrize(
    ("asked", "named"),
    [("ETag,,ObjectSize", ""), (",ETag", ""), ("ETag, Foo,Bar", "Foo"), ("", ""), ("etag", "etag")],
)
def test_the_first_attribute_that_nobody_has_is_named(
    server: S3Server, key: str, asked: str, named: str
) -> None:
    answer = _ask(server, f"GET {key}?attributes", x_amz_object_attributes=asked)
    assert answer.error["Message"] == "Invalid attribute name specified."
    assert answer.error["ArgumentValue"] == named
    assert _ask(server, f"GET {key}?attributes", x_amz_object_attributes="ETag,,").status == 200


def test_empty_ids_and_tokens_of_configurations(server: S3Server, bucket: str) -> None:
    answer = _ask(server, f"GET /{bucket}?inventory&id=&continuation-token=")
    assert b"<ContinuationToken></ContinuationToken>" in answer.body
    assert b"ListInventoryConfigurationsResult" in answer.body


def test_answers_of_configurations_have_no_type(server: S3Server, bucket: str) -> None:
    assert "Content-Type" not in _ask(server, f"GET /{bucket}?versioning").headers
    assert _ask(server, f"GET /{bucket}?location").headers["Content-Type"] == "application/xml"


def test_nobody_is_sent_to_the_product_page(server: S3Server) -> None:
    answer = send(server, "GET", "/")
    assert (answer.status, answer.body) == (307, b"")
    assert answer.headers["Location"] == "https://aws.amazon.com/s3/"
    answer = send(server, "GET", "/?max-buckets=abc")
    assert answer.status == 400


def test_nobody_makes_a_bucket(nobody: Any) -> None:
    error = refused(nobody.create_bucket, Bucket="made-by-nobody")
    assert error["Message"] == "Anonymous users cannot invoke this API. Please authenticate."


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("<Object><Key></Key></Object>", "UserKeyMustBeSpecified"),
        ("<Object><Key>a</Key><Size>1</Size></Object>", "MalformedXML"),
        ("<Object/>", "MalformedXML"),
        ("<Quiet>true</Quiet><Quiet>true</Quiet><Object><Key>a</Key></Object>", "MalformedXML"),
    ],
)
def test_a_deletion_of_many_that_says_too_little(
    server: S3Server, bucket: str, listed: str, code: str
) -> None:
    body = f"<Delete>{listed}</Delete>".encode()
    headers = {"x_amz_checksum_crc32": _crc32(body)}
    answer = ask(server, "POST", f"/{bucket}?delete", body, by=OWNER, **headers)
    assert answer.error["Code"] == code


def test_a_deletion_of_many_at_a_keys_path(server: S3Server, owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    body = b"<Delete><Quiet>maybe</Quiet><Object><Key>key</Key></Object></Delete>"
    headers = {"x_amz_checksum_crc32": _crc32(body)}
    answer = ask(server, "POST", f"/{bucket}/any?delete", body, by=OWNER, **headers)
    assert b"<Deleted><Key>key</Key></Deleted>" in answer.body
    with pytest.raises(owner.exceptions.ClientError):
        owner.head_object(Bucket=bucket, Key="key")


def test_a_preflight_names_a_method_there_is(server: S3Server, bucket: str) -> None:
    asked = {"Origin": "http://a", "Access_Control_Request_Method": "get"}
    answer = send(server, "OPTIONS", f"/{bucket}/key", **asked)
    assert b"Invalid Access-Control-Request-Method: get" in answer.body
    asked["Access_Control_Request_Method"] = "PATCH"
    assert b"CORS is not enabled" in send(server, "OPTIONS", f"/{bucket}/key", **asked).body


def _crc32(body: bytes) -> str:

    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


@pytest.mark.parametrize(
    "request_line",
    [
        *("GET B?uploadId=x", "POST B?uploadId=x", "DELETE B?uploadId=x", "GET B?torrent"),
        *("POST B?restore", "POST B?restore&versionId=x", "PUT B?acl&versionId=x"),
        "GET B/key?uploads",
    ],
)
def test_what_a_bucket_refuses_is_said_of_a_bucket_there_is(
    server: S3Server, request_line: str
) -> None:
    answer = _ask(server, request_line.replace("B", "/no-such-bucket-anywhere", 1))
    assert answer.error["Code"] == "NoSuchBucket"


def test_a_wrong_checksum_mode_of_a_key_that_is_missing(server: S3Server, bucket: str) -> None:
    """Measured for backlot: a GET says the mode, a HEAD that there is no key."""
    wrong = {"x_amz_checksum_mode": "bad"}
    answer = _ask(server, f"GET /{bucket}/missing", **wrong)
    assert answer.error["Message"] == "Value for x-amz-checksum-mode header is invalid."
    assert _ask(server, f"HEAD /{bucket}/missing", **wrong).status == 404
    right = _ask(server, f"GET /{bucket}/missing", x_amz_checksum_mode="enabled")
    assert right.error["Code"] == "NoSuchKey"


def test_an_algorithm_without_a_name_is_none(server: S3Server, bucket: str) -> None:
    answer = _ask(server, f"PUT /{bucket}/key", x_amz_sdk_checksum_algorithm="")
    assert answer.status == 200
    named = _ask(server, f"PUT /{bucket}/key", x_amz_sdk_checksum_algorithm="SHA256")
    assert named.error["Code"] == "InvalidRequest"


KEYS_OWN = ("annotation", "attributes", "legal-hold", "renameObject", "retention", "select")


@pytest.mark.parametrize("name", KEYS_OWN)
def test_a_key_s_sub_resource_is_none_of_a_bucket_that_is_read(
    server: S3Server, bucket: str, name: str
) -> None:
    assert b"<ListBucketResult " in ask(server, "GET", f"/{bucket}?{name}", by=OWNER).body
    assert ask(server, "HEAD", f"/{bucket}?{name}", by=OWNER).status == 200
    assert ask(server, "PUT", f"/{bucket}?{name}", by=OWNER).status == 405
