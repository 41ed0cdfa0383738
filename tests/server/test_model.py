"""Every operation of the service model, both ways: botocore writes, the server reads, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.session import get_session
from requests.structures import CaseInsensitiveDict

from server_ref.errors import S3Error
from server_ref.gate.addressing import Addressing
from server_ref.model import Service, compile_service
from server_ref.model.routes import POST_OBJECT, PREFLIGHT
from server_ref.model.serialise import UNTYPED
from server_ref.request import Request
from server_ref.response import Payload
from server_ref.settings import Settings

MODEL = get_session().get_service_model("s3")
OPERATIONS = MODEL.operation_names
WHEN = datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)

# The same on the wire: the deprecated name is answered as the one that replaced it.
TWINS = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}
OWN = {"Bucket": "bucket", "Key": "a/key ü+%", "RequestRoute": "route"}
HOSTS = {
    "CreateSession": "s3express-use1-az4.us-east-1.amazonaws.com",
    "ListDirectoryBuckets": "s3express-control.us-east-1.amazonaws.com",
}


@pytest.fixture(scope="module")
def service() -> Service:
    return compile_service()


class Body:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length: int | None = len(data)
        self.trailers: dict[str, str] = {}

    def read(self, _size: int = 0, /) -> bytes:
        data, self.data = self.data, b""
        return data


def example(shape: Any, name: str = "", depth: int = 0) -> Any:
    """A value of a shape, with every member it can have."""
    kind = shape.type_name
    if kind == "structure":
        members = {}
        for member, inner in shape.members.items():
            if depth > 12 or inner.name == shape.name:
                continue
            members[member] = example(inner, member, depth + 1)
        return members
    if kind == "list":
        return [example(shape.member, name, depth + 1) for _ in range(2)]
    if kind == "map":
        return {"one": "first value", "two": "2"}
    if kind == "string":
        return shape.enum[0] if shape.enum else f'a <{name}> & "b"'
    if kind in ("integer", "long"):
        return 7
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return WHEN
    return b"payload"


def sent(operation: str, members: dict[str, Any]) -> Request:
    """The request botocore makes of these members."""
    serializer = create_serializer("rest-xml", include_validation=False)
    made = serializer.serialize_to_request(members, MODEL.operation_model(operation))
    query = made["query_string"]
    target = made["url_path"]
    if isinstance(query, str):
        target += ("&" if "?" in target else "?") + query if query else ""
    elif query:
        from urllib.parse import urlencode

        target += ("&" if "?" in target else "?") + urlencode(query)
    data = made["body"]
    if isinstance(data, BytesIO):
        data = data.read()
    elif isinstance(data, str):
        data = data.encode()
    request = Request(
        made["method"],
        target,
        None,
        None,
        {},
        {name.lower(): str(value) for name, value in made["headers"].items()},
        Body(data or b""),
        host=HOSTS.get(operation, "127.0.0.1"),
    )
    Addressing(Settings()).locate(request)
    return request


def request_members(operation: str) -> dict[str, Any]:
    shape = MODEL.operation_model(operation).input_shape
    if shape is None:
        return {}
    members: dict[str, Any] = example(shape)
    for name, value in OWN.items():
        if name in members:
            members[name] = value
    return members


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_is_routed_to_itself_and_its_members_survive(
    service: Service, operation: str
) -> None:
    members = request_members(operation)
    request = sent(operation, members)

    routed = service.router.route(request)
    assert routed == TWINS.get(operation, operation)

    if operation in TWINS:
        return  # its document is an older one; the members are those of the twin
    parsed = service.parser.parse(request, operation)
    shape = MODEL.operation_model(operation).input_shape
    expected = dict(members)
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload and shape.members[payload].type_name == "blob":
        assert parsed.get(payload) is None  # it stays a stream
        assert request.body.read() == expected.pop(payload)
        expected.pop("ContentLength", None)
        parsed.pop("ContentLength", None)
    if "Expires" in expected:
        expected["Expires"] = parsed["Expires"]  # word for word, whatever the model calls it
        assert "2024" in parsed["Expires"] or "Expires" in parsed["Expires"]
    expected.pop("ContentMD5", None)
    parsed.pop("ContentMD5", None)
    assert parsed == expected


def bare_members(operation: str) -> dict[str, Any]:
    """Only what the operation requires."""
    shape = MODEL.operation_model(operation).input_shape
    members = request_members(operation)
    return {name: members[name] for name in (shape.required_members if shape else ())}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_bare_request_is_routed_to_itself(service: Service, operation: str) -> None:
    request = sent(operation, bare_members(operation))
    assert service.router.route(request) == TWINS.get(operation, operation)


def test_every_operation_is_there(service: Service) -> None:
    assert set(service.operations) == {*OPERATIONS, POST_OBJECT, PREFLIGHT}


ANSWERING = [
    name
    for name in OPERATIONS
    if MODEL.operation_model(name).output_shape is not None
    and name not in (*TWINS, "SelectObjectContent")  # the latter answers an event stream
]


@pytest.mark.parametrize("operation", ANSWERING)
def test_an_answer_survives_botocore(service: Service, operation: str) -> None:
    shape = MODEL.operation_model(operation).output_shape
    members: dict[str, Any] = example(shape)
    payload = shape.serialization.get("payload")
    streamed = payload is not None and shape.members[payload].type_name == "blob"
    given = dict(members)
    if streamed:
        given[payload] = Payload(7, (b"payload",))
    status, headers, body = service.serialiser.serialise(operation, given)
    assert status == MODEL.operation_model(operation).http.get("responseCode", 200)

    if streamed:
        assert isinstance(body, Payload)
        body = b"".join(part for part in body.parts if isinstance(part, bytes))
    assert isinstance(body, bytes)
    if not streamed and body and operation != "GetBucketPolicy":
        typed = operation not in UNTYPED
        assert headers.get("Content-Type") == ("application/xml" if typed else None)
        assert b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' in body[:250]
    parsed = create_parser("rest-xml").parse(
        {
            "status_code": status,
            "headers": CaseInsensitiveDict(headers),
            "body": BytesIO(body) if streamed else body,
        },
        shape,
    )
    parsed.pop("ResponseMetadata")
    if streamed:
        assert parsed.pop(payload).read() == b"payload"
        members.pop(payload)
    if operation == "GetBucketLocation":
        # botocore takes a hook to read the one member whose text is the root's
        assert members["LocationConstraint"].encode() in body
        return
    parsed.pop("ExpiresString", None)
    assert parsed == members


def test_a_status_of_the_operation(service: Service) -> None:
    assert service.serialiser.serialise("DeleteObject", {})[0] == 204
    assert service.serialiser.serialise("PutObject", {"ETag": '"e"'}) == (200, {"ETag": '"e"'}, b"")


@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("GET", "/", "ListBuckets"),
        ("GET", "/b", "ListObjects"),
        ("GET", "/b/", "ListObjects"),
        ("GET", "/b?list-type=2", "ListObjectsV2"),
        ("GET", "/b?list-type=3", "ListObjects"),
        ("GET", "/b?unknown=1", "ListObjects"),
        ("GET", "/b//", "GetObject"),
        ("GET", "/b/k?acl", "GetObjectAcl"),
        ("GET", "/b/k?uploadId=1", "ListParts"),
        ("GET", "/b?uploads", "ListMultipartUploads"),
        ("GET", "/b?inventory&id=1", "GetBucketInventoryConfiguration"),
        ("GET", "/b?inventory", "ListBucketInventoryConfigurations"),
        ("PUT", "/b/k?partNumber=1&uploadId=2", "UploadPart"),
        ("POST", "/b", POST_OBJECT),
        ("POST", "/b?delete", "DeleteObjects"),
        ("OPTIONS", "/b/k", PREFLIGHT),
        ("HEAD", "/b/k?abac", "HeadObject"),
        ("GET", "/b/k?abac", "GetObject"),
        ("GET", "/b/k?location", "GetBucketLocation"),
        ("GET", "/b/k?lifecycle", "GetBucketLifecycleConfiguration"),
        ("GET", "/b?inventory&id=", "ListBucketInventoryConfigurations"),
        ("POST", "/b/k?delete", "DeleteObjects"),
    ],
)
def test_routes(service: Service, method: str, target: str, operation: str) -> None:
    request = Request(method, target, None, None, {}, {}, Body(b""), host="127.0.0.1")
    Addressing(Settings()).locate(request)
    assert service.router.route(request) == operation


@pytest.mark.parametrize(
    ("method", "target", "code"),
    [
        ("POST", "/", "MethodNotAllowed"),
        ("PUT", "/", "MethodNotAllowed"),
        ("POST", "/b/k", "MethodNotAllowed"),
        ("PATCH", "/b/k", "MethodNotAllowed"),
        ("POST", "/b?acl", "MethodNotAllowed"),
        ("DELETE", "/b?acl", "MethodNotAllowed"),
        ("GET", "/b?acl&policy", "InvalidArgument"),
        ("PUT", "/b/k?versioning", "InvalidArgument"),
        ("PUT", "/b/k?abac", "InvalidArgument"),
        ("POST", "/b/k?cors", "MethodNotAllowed"),
        ("GET", "/b/k?logging", "NoLoggingStatusForKey"),
        ("GET", "/b/k?versions", "InvalidRequest"),
        ("HEAD", "/b?acl", "MethodNotAllowed"),
        ("HEAD", "/b/k?acl", "MethodNotAllowed"),
        ("HEAD", "/b?acl&policy", "InvalidArgument"),
        ("TRACE", "/b/k", "BadRequest"),
    ],
)
def test_no_route(service: Service, method: str, target: str, code: str) -> None:
    request = Request(method, target, None, None, {}, {}, Body(b""), host="127.0.0.1")
    Addressing(Settings()).locate(request)
    with pytest.raises(S3Error) as caught:
        service.router.route(request)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "<Tagging><TagSet></TagSet></Tagging",
        "not xml",
        "<Other><TagSet/></Other>",
        "<Tagging><TagSet/><Unknown/></Tagging>",
        "<Tagging><TagSet/><TagSet/></Tagging>",
        "<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>",
        "<Tagging><TagSet><Wrong/></TagSet></Tagging>",
        '<!DOCTYPE x [<!ENTITY e "e">]><Tagging><TagSet/></Tagging>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><Tagging><TagSet/></Tagging>',
        "<Tagging><TagSet>" + "<a>" * 50 + "</a>" * 50 + "</TagSet></Tagging>",
        '<?xml version="1.0" encoding="nonsense"?><Tagging><TagSet/></Tagging>',
    ],
)
def test_a_document_that_is_refused(service: Service, text: str) -> None:
    request = Request("PUT", "/b?tagging", "b", None, {"tagging": ""}, {}, Body(text.encode()))
    with pytest.raises(S3Error) as caught:
        service.parser.parse(request, "PutBucketTagging")
    assert caught.value.code == "MalformedXML"


@pytest.mark.parametrize(
    "text",
    [
        "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
        '\ufeff<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>k</Key>'
        "<Value>v</Value></Tag></TagSet></Tagging>",
        '<x:Tagging xmlns:x="http://s3.amazonaws.com/doc/2006-03-01/"><x:TagSet>\n <x:Tag>'
        "<x:Key>k</x:Key> <x:Value>v</x:Value></x:Tag></x:TagSet></x:Tagging>",
    ],
)
def test_a_document_that_is_read(service: Service, text: str) -> None:
    request = Request("PUT", "/b?tagging", "b", None, {"tagging": ""}, {}, Body(text.encode()))
    members = service.parser.parse(request, "PutBucketTagging")
    assert members["Tagging"] == {"TagSet": [{"Key": "k", "Value": "v"}]}


def test_no_document(service: Service) -> None:
    request = Request("PUT", "/b?tagging", "b", None, {"tagging": ""}, {}, Body(b""))
    with pytest.raises(S3Error, match="MissingRequestBodyError"):
        service.parser.parse(request, "PutBucketTagging")


@pytest.mark.parametrize(
    "value", ["ten", "1.0", "99999999999", "0x1", "\uff11", " 5", "5 ", "+5", "-2147483649"]
)
def test_max_keys_that_is_no_number(service: Service, value: str) -> None:
    request = Request("GET", "/b", "b", None, {"max-keys": value}, {}, Body(b""))
    with pytest.raises(S3Error) as caught:
        service.parser.parse(request, "ListObjects")
    assert caught.value.message == "Provided max-keys not an integer or within integer range"
    assert caught.value.members == {"ArgumentName": "max-keys", "ArgumentValue": value}


@pytest.mark.parametrize(
    ("value", "number"), [("05", 5), ("-0", 0), ("0" * 5000, 0), ("-01", -1), ("", None)]
)
def test_max_keys_that_is_a_number(service: Service, value: str, number: int | None) -> None:
    request = Request("GET", "/b", "b", None, {"max-keys": value}, {}, Body(b""))
    assert service.parser.parse(request, "ListObjects").get("MaxKeys") == number


@pytest.mark.parametrize(("value", "asked"), [("true", True), ("TRUE", True), ("1", False)])
def test_owners_are_asked_for_in_one_word(service: Service, value: str, asked: bool) -> None:
    query = {"list-type": "2", "fetch-owner": value}
    request = Request("GET", "/b", "b", None, query, {}, Body(b""))
    assert service.parser.parse(request, "ListObjectsV2")["FetchOwner"] is asked


def test_text_xml_cannot_hold(service: Service) -> None:
    answer = {"Contents": [{"Key": 'a\x01&<>"\r\n\ud800', "Owner": None}], "Prefix": ""}
    _, _, body = service.serialiser.serialise("ListObjects", answer)
    assert isinstance(body, bytes)
    assert b"<Key>a&#x1;&amp;&lt;&gt;&quot;&#xd;\n" in body
    assert b"<Prefix></Prefix>" in body
    assert b"Owner" not in body


def test_listing_order(service: Service) -> None:
    answer = {
        "IsTruncated": False,
        "Contents": [{"Size": 1, "Key": "k"}, {"Key": "l", "ETag": '"e"', "Size": 2}],
        "Name": "b",
        "CommonPrefixes": [{"Prefix": "p/"}],
        "MaxKeys": 2,
        "Prefix": "",
    }
    _, _, body = service.serialiser.serialise("ListObjectsV2", answer)
    assert isinstance(body, bytes)
    assert body.decode().partition("?>\n")[2] == (
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
        "<Prefix></Prefix><MaxKeys>2</MaxKeys><IsTruncated>false</IsTruncated>"
        "<Contents><Key>k</Key><Size>1</Size></Contents>"
        "<Contents><Key>l</Key><ETag>&quot;e&quot;</ETag><Size>2</Size></Contents>"
        "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListBucketResult>"
    )
