"""What s3cmd and the aws CLI are told: each operation's command line, and what they cannot say.

Nothing is run here. A line says what was asked for and nothing else; where the program has no words
for it, or would do something other than asked, the client says that it cannot.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.answers import make_answer
from conformance.clients.aws_s3 import AwsS3Client
from conformance.clients.aws_s3api import AwsS3ApiClient
from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.s3cmd import S3cmdClient
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.exchanges import Recorded
from conformance.model import Call, Exchange, Message
from tests.conformance.fakes import answer

ENDPOINT = Endpoint(url="http://127.0.0.1:1", credentials=Credentials("AK", "fake-secret-key"))
B, K = {"Bucket": "b"}, {"Bucket": "b", "Key": "k"}
BINARY = bytes(range(32))


class _Told:
    """Keeps the command line instead of running it."""

    def __init__(self) -> None:
        self.arguments: list[str] = []

    def say(self, operation: str, arguments: Any, *_: Any, **__: Any) -> Answer:
        self.arguments = list(arguments)
        return answer(200, operation=operation, silent=True)


def line(
    client: AwsS3Client | AwsS3ApiClient | S3cmdClient, operation: str, members: Mapping[str, Any]
) -> list[str]:
    """The words after the program's name, our scratch folder left out of them."""
    told = _Told()
    client.say = told.say
    client.call(operation, members)
    return [word.replace(f"{client.home}/", "") for word in told.arguments]


@pytest.fixture
def s3cmd(tmp_path: Path) -> S3cmdClient:
    return S3cmdClient(ENDPOINT, tmp_path)


@pytest.fixture
def aws_s3(tmp_path: Path) -> AwsS3Client:
    return AwsS3Client(ENDPOINT, tmp_path)


@pytest.mark.parametrize(
    ("operation", "members", "said"),
    [
        ("CreateBucket", B, "mb s3://b"),
        ("DeleteBucket", B, "rb s3://b"),
        ("ListBuckets", {}, "ls"),
        ("ListObjects", B, "ls --recursive s3://b/"),
        ("ListObjects", B | {"Prefix": "a/", "Delimiter": "/"}, "ls s3://b/a/"),
        ("ListObjects", B | {"Prefix": "*a"}, "ls --recursive s3://b/*a"),
        ("PutObject", K, "put --no-preserve --no-guess-mime-type body s3://b/k"),
        ("PutObject", B | {"Key": "/k", "ContentType": "x/y", "ACL": "public-read"},
         "put --no-preserve --no-guess-mime-type --mime-type x/y --acl-public body s3://b//k"),
        ("PutObject", K | {"ACL": "private", "StorageClass": "STANDARD_IA"},
         "put --no-preserve --no-guess-mime-type --storage-class STANDARD_IA --acl-private body"
         " s3://b/k"),
        ("PutObject", K | {"ServerSideEncryption": "AES256", "CacheControl": "no-store"},
         "put --no-preserve --no-guess-mime-type --server-side-encryption --add-header"
         " Cache-Control:no-store body s3://b/k"),
        ("GetObject", K, "get s3://b/k out"),
        ("DeleteObject", B | {"Key": "a/"}, "del s3://b/a/"),
        ("CopyObject", K | {"CopySource": "a/x"}, "cp s3://a/x s3://b/k"),
        ("CopyObject", K | {"CopySource": "/a/x"}, "cp s3://a/x s3://b/k"),
        ("CopyObject", K | {"CopySource": "a//x"}, "cp s3://a//x s3://b/k"),
        ("CopyObject", K | {"CopySource": {"Bucket": "a", "Key": "x"}, "MetadataDirective": "COPY"},
         "cp s3://a/x s3://b/k"),
        ("CopyObject", K | {"CopySource": "a/x", "ACL": "public-read", "StorageClass": "GLACIER"},
         "cp --storage-class GLACIER --acl-public s3://a/x s3://b/k"),
        ("HeadObject", K, "info s3://b/k"),
        ("GetBucketCors", B, "info s3://b"),
        ("PutObjectAcl", K | {"ACL": "private"}, "setacl --acl-private s3://b/k"),
        ("PutBucketAcl", B | {"ACL": "public-read"}, "setacl --acl-public s3://b"),
        ("PutBucketVersioning", B | {"VersioningConfiguration": {"Status": "Enabled"}},
         "setversioning s3://b enable"),
        ("PutBucketVersioning", B | {"VersioningConfiguration": {"Status": "Suspended"}},
         "setversioning s3://b disable"),
        ("PutObjectTagging",
         K | {"Tagging": {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]}},
         "settagging s3://b/k a=1&b="),
        ("PutBucketOwnershipControls",
         B | {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
         "setownership s3://b ObjectWriter"),
        ("PutPublicAccessBlock",
         B | {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True,
              "IgnorePublicAcls": False, "BlockPublicPolicy": True}},
         "setblockpublicaccess s3://b BlockPublicAcls,BlockPublicPolicy"),
        ("PutObjectLegalHold", K | {"LegalHold": {"Status": "ON"}}, "setobjectlegalhold ON s3://b/k"),
        ("RestoreObject", K | {"RestoreRequest": {"Days": 3}},
         "restore -D 3 --restore-priority=standard s3://b/k"),
        ("RestoreObject",
         K | {"RestoreRequest": {"Days": 3, "GlacierJobParameters": {"Tier": "Bulk"}}},
         "restore -D 3 --restore-priority=bulk s3://b/k"),
        ("PutBucketWebsite", B | {"WebsiteConfiguration": {
            "IndexDocument": {"Suffix": "i"}, "ErrorDocument": {"Key": "e"}}},
         "ws-create --ws-index i --ws-error e s3://b"),
        ("PutBucketRequestPayment", B | {"RequestPaymentConfiguration": {"Payer": "Requester"}},
         "payer --requester-pays s3://b"),
        ("PutBucketRequestPayment", B | {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}},
         "payer s3://b"),
        ("ListParts", K | {"UploadId": "u"}, "listmp s3://b/k u"),
        ("AbortMultipartUpload", K | {"UploadId": "u"}, "abortmp s3://b/k u"),
        ("DeleteBucketPolicy", B, "delpolicy s3://b"),
        ("PutBucketPolicy", B | {"Policy": "{}"}, "setpolicy setpolicy s3://b"),
    ],
)  # fmt: skip
def test_s3cmd_is_told(
    s3cmd: S3cmdClient, operation: str, members: dict[str, Any], said: str
) -> None:
    assert " ".join(line(s3cmd, operation, members)) == said


@pytest.mark.parametrize(
    ("operation", "members", "why"),
    [
        ("HeadBucket", B, "has no command that only looks"),
        ("GetObjectTorrent", K, "has no command for GetObjectTorrent"),
        ("ListObjects", B | {"Prefix": "a*"}, r"drops a \* at the end"),
        ("ListObjects", B | {"Delimiter": "-"}, "no delimiter but /"),
        ("ListObjects", B | {"MaxKeys": 1}, "no option for MaxKeys"),
        ("PutObject", B | {"Key": "a/"}, "for a folder"),
        ("GetObject", B | {"Key": "a/"}, "for a folder"),
        ("CopyObject", B | {"Key": "a/", "CopySource": "a/x"}, "for a folder"),
        ("GetObject", B | {"Key": "a*"}, "pattern of keys"),
        ("DeleteObject", B | {"Key": "*"}, "pattern of keys"),
        ("DeleteObject", B | {"Key": "a?"}, "pattern of keys"),
        ("CopyObject", K | {"CopySource": "a/x%2A"}, "pattern of keys"),
        ("PutObjectAcl", B | {"Key": "a?b", "ACL": "private"}, "pattern of keys"),
        ("RestoreObject", B | {"Key": "*", "RestoreRequest": {"Days": 3}}, "pattern of keys"),
        ("CopyObject", K | {"CopySource": "a/x?versionId=1"}, "version of the source"),
        ("CopyObject", K | {"CopySource": {"Bucket": "a", "Key": "x", "VersionId": "1"}},
         "version of the source"),
        ("PutObject", K | {"SSECustomerKey": BINARY}, "customer's key"),
        ("PutObject", K | {"CacheControl": "a\nb"}, "line break"),
        ("CreateBucket", B | {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
         "region it signs for"),
        ("CreateBucket", B | {"CreateBucketConfiguration": {"Bucket": {"Type": "Directory"}}},
         "region it signs for"),
        ("PutObjectAcl", K | {"ACL": "authenticated-read"}, "public or private"),
        ("PutBucketVersioning",
         B | {"VersioningConfiguration": {"Status": "Enabled", "MFADelete": "Enabled"}},
         "enable and disable only"),
        ("PutObjectTagging", K | {"Tagging": {"TagSet": []}}, "needs tags"),
        ("PutObjectTagging", K | {"Tagging": {"TagSet": [{"Key": "a", "Value": "1&2"}]}},
         "without & ="),
        ("PutBucketOwnershipControls", B | {"OwnershipControls": {"Rules": []}}, "one rule"),
        ("RestoreObject", K | {"RestoreRequest": {"Days": 1, "Type": "SELECT"}}, "nothing else"),
        ("RestoreObject", K | {"RestoreRequest": {}}, "nothing else"),
        ("PutBucketWebsite", B | {"WebsiteConfiguration": {"ErrorDocument": {"Key": "e"}}},
         "index and an error document only"),
        ("PutBucketWebsite", B | {"WebsiteConfiguration": {
            "IndexDocument": {"Suffix": "i"}, "RoutingRules": []}},
         "index and an error document only"),
    ],
)  # fmt: skip
def test_what_s3cmd_has_no_words_for(
    s3cmd: S3cmdClient, operation: str, members: dict[str, Any], why: str
) -> None:
    with pytest.raises(ClientCannotError, match=why):
        line(s3cmd, operation, members)


@pytest.mark.parametrize(
    ("operation", "members", "said"),
    [
        ("CreateBucket", B, "mb s3://b"),
        ("DeleteBucket", B, "rb s3://b"),
        ("ListBuckets", {}, "ls"),
        ("ListBuckets", {"Prefix": "p", "BucketRegion": "r"},
         "ls --bucket-name-prefix p --bucket-region r"),
        ("ListObjectsV2", B, "ls --recursive s3://b/"),
        ("ListObjectsV2", B | {"Prefix": "a/", "Delimiter": "/", "RequestPayer": "requester"},
         "ls --request-payer requester s3://b/a/"),
        ("PutObject", K, "cp body s3://b/k"),
        ("PutObject", K | {"ContentType": "x/y", "Metadata": {"a": "ü"}, "GrantRead": "id=1",
                           "ChecksumAlgorithm": "SHA256"},
         'cp body s3://b/k --content-type x/y --metadata {"a": "ü"} --grants read=id=1'
         " --checksum-algorithm SHA256"),
        ("GetObject", B | {"Key": "/k", "ChecksumMode": "ENABLED"},
         "cp s3://b//k out --checksum-mode ENABLED"),
        ("DeleteObject", K, "rm s3://b/k"),
        ("DeleteObject", K | {"RequestPayer": "requester"},
         "rm s3://b/k --request-payer requester"),
        ("CopyObject", K | {"CopySource": "/a/x", "MetadataDirective": "REPLACE"},
         "cp s3://a/x s3://b/k --metadata-directive REPLACE"),
        ("CopyObject", K | {"CopySource": {"Bucket": "a", "Key": "x"}}, "cp s3://a/x s3://b/k"),
    ],
)  # fmt: skip
def test_aws_s3_is_told(
    aws_s3: AwsS3Client, operation: str, members: dict[str, Any], said: str
) -> None:
    words = line(aws_s3, operation, members)
    assert words[0] == "s3"
    assert " ".join(words[1:]) == said


@pytest.mark.parametrize(
    ("operation", "members", "why"),
    [
        ("HeadObject", K, "on its way to a copy"),
        ("GetBucketCors", B, "has no command for GetBucketCors"),
        ("ListObjectsV2", B | {"Delimiter": "-"}, "no delimiter but /"),
        ("ListObjectsV2", B | {"MaxKeys": 1}, "no option for MaxKeys"),
        ("PutObject", B | {"Key": "a/"}, "for a folder"),
        ("GetObject", B | {"Key": "a/"}, "for a folder"),
        ("CopyObject", B | {"Key": "a/", "CopySource": "a/x"}, "for a folder"),
        ("CopyObject", K | {"CopySource": "a/x?versionId=1"}, "version of the source"),
        ("CreateBucket", B | {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
         "where the client is"),
    ],
)  # fmt: skip
def test_what_aws_s3_has_no_words_for(
    aws_s3: AwsS3Client, operation: str, members: dict[str, Any], why: str
) -> None:
    with pytest.raises(ClientCannotError, match=why):
        line(aws_s3, operation, members)


@pytest.mark.parametrize(
    ("operation", "member", "option"),
    [
        ("PutObject", "SSECustomerKey", "--sse-c-key"),
        ("CopyObject", "CopySourceSSECustomerKey", "--sse-c-copy-source-key"),
    ],
)
def test_a_customers_key_of_any_bytes_goes_to_aws_s3_in_a_file(
    aws_s3: AwsS3Client, operation: str, member: str, option: str
) -> None:
    source = {"CopySource": "a/x"} if operation == "CopyObject" else {}
    words = line(aws_s3, operation, K | source | {member: BINARY})
    named = words[words.index(option) + 1]
    assert named == f"fileb://{option[2:]}"
    assert (aws_s3.home / option[2:]).read_bytes() == BINARY


class _Refused(_Told):
    """Answers every command line with one refusal."""

    def __init__(self, status: int, code: str | None) -> None:
        super().__init__()
        self.given = answer(status, code, silent=True)

    def say(self, *_: Any, **__: Any) -> Answer:
        return self.given


@pytest.mark.parametrize(
    ("url", "status", "code", "blamed"),
    [
        ("http://127.0.0.1:1/s3", 403, "SignatureDoesNotMatch", True),
        ("http://127.0.0.1:1/s3", 403, None, True),  # the answer to a HEAD says no more
        ("http://127.0.0.1:1/s3", 403, "AccessDenied", False),
        ("http://127.0.0.1:1/s3", 400, "SignatureDoesNotMatch", False),
        ("http://127.0.0.1:1", 403, "SignatureDoesNotMatch", False),
    ],
)
def test_s3cmds_signature_below_a_path_is_its_own_fault(
    tmp_path: Path, url: str, status: int, code: str | None, blamed: bool
) -> None:
    client = S3cmdClient(replace(ENDPOINT, url=url), tmp_path)
    refused = _Refused(status, code)
    client.say = refused.say
    if blamed:
        with pytest.raises(ClientCannotError, match="without the path of the endpoint's URL"):
            client.call("GetObject", K)
    else:
        assert client.call("GetObject", K) is refused.given


def _copied(*asked: tuple[str, int]) -> Answer:
    """What `s3cmd cp` came to: it failed after these requests."""
    recorded = [
        Recorded(
            Exchange(
                "http://127.0.0.1:1",
                Message(f"{line} HTTP/1.1", _COPIES if line == "PUT /b/k" else ()),
                Message(f"HTTP/1.1 {status} X"),
            ),
            response_body=b"<CopyObjectResult/>" if line == "PUT /b/k" else b"",
        )
        for line, status in asked
    ]
    return make_answer(
        endpoint=ENDPOINT,
        client="s3cmd",
        operation="CopyObject",
        recorded=recorded,
        succeeded=False,
        exit_code=77,
    )


_COPIES = (("x-amz-copy-source", "/b/from"),)
_READ, _COPIED = ("GET /b/from?acl", 200), ("PUT /b/k", 200)


@pytest.mark.parametrize(
    ("asked", "succeeded"),
    [
        ((_READ, _COPIED, ("PUT /b/k?acl", 400)), True),  # the copy is there
        ((_READ, _COPIED), False),
        ((_READ, ("PUT /b/k", 500)), False),
    ],
)
def test_what_s3cmd_asks_after_a_copy_is_its_own(
    s3cmd: S3cmdClient, asked: tuple[tuple[str, int], ...], succeeded: bool
) -> None:
    s3cmd.say = lambda *_, **__: _copied(*asked)
    assert s3cmd.call("CopyObject", K | {"CopySource": "b/from"}).succeeded is succeeded


def test_a_copy_that_s3cmd_never_asked_for_is_none(s3cmd: S3cmdClient) -> None:
    s3cmd.say = lambda *_, **__: _copied(("GET /b/from?acl", 403))
    with pytest.raises(ClientCannotError, match="cp ended before it asked for CopyObject"):
        s3cmd.call("CopyObject", K | {"CopySource": "b/from"})


def test_the_banner_of_a_crash_is_no_reason() -> None:
    """As s3cmd prints it, with what went wrong in the middle."""
    banner = "!" * 60 + "\n    An unexpected error has occurred.\n" + "!" * 60
    crashed = f"{banner}\nProblem: <class 'KeyError': 'etag'\nS3cmd:   2.4.0\nKeyError\n{banner}\n"
    for said, complaint in (
        (crashed, "Problem: <class 'KeyError': 'etag'"),
        ("WARNING: a\nERROR: S3 error: 404 (NoSuchKey)\n\n", "ERROR: S3 error: 404 (NoSuchKey)"),
        ("ERROR: b\n-----\n", "ERROR: b"),
        ("", ""),
    ):
        got = Answer("CopyObject", "s3cmd")
        got.call = Call("CopyObject", stderr=said)
        assert got.complaint == complaint


def test_a_bucket_is_made_where_the_client_is(s3cmd: S3cmdClient, aws_s3: AwsS3Client) -> None:
    here = B | {"CreateBucketConfiguration": {"LocationConstraint": ENDPOINT.region}}
    assert line(s3cmd, "CreateBucket", here) == ["mb", "s3://b"]
    assert line(aws_s3, "CreateBucket", here) == ["s3", "mb", "s3://b"]


WHEN = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture
def s3api(tmp_path: Path) -> AwsS3ApiClient:
    return AwsS3ApiClient(ENDPOINT, tmp_path)


@pytest.mark.parametrize(
    ("operation", "members", "said"),
    [
        ("ListBuckets", {}, "list-buckets --no-paginate"),
        ("ListObjectsV2", B | {"Prefix": "-a", "MaxKeys": 2},
         "list-objects-v2 --bucket b --prefix=-a --max-keys 2 --no-paginate"),
        ("HeadBucket", B, "head-bucket --bucket b"),
        ("HeadObject", K | {"IfModifiedSince": WHEN},
         "head-object --bucket b --key k --if-modified-since 2026-01-02T00:00:00+00:00"),
        ("HeadObject", K | {"IfModifiedSince": "Thu"},
         "head-object --bucket b --key k --if-modified-since Thu"),
        ("GetObject", K, "get-object --bucket b --key k out"),
        ("SelectObjectContent", K | {"Expression": "x"},
         "select-object-content --bucket b --key k --expression x out"),
        ("DeleteObject", K | {"BypassGovernanceRetention": True},
         "delete-object --bucket b --key k --bypass-governance-retention"),
        ("DeleteObject", K | {"BypassGovernanceRetention": False},
         "delete-object --bucket b --key k --no-bypass-governance-retention"),
        ("PutObject", K | {"Body": b"x", "Metadata": {"a": "ü"}},
         'put-object --bucket b --key k --body body --metadata {"a": "ü"}'),
        ("PutObject", K | {"SSECustomerKey": BINARY},
         "put-object --bucket b --key k --sse-customer-key fileb://sse-customer-key"),
        ("GetObjectAttributes", K | {"ObjectAttributes": ["ETag", "StorageClass"]},
         "get-object-attributes --bucket b --key k --object-attributes ETag StorageClass"),
        *(("GetObjectAttributes", K | {"ObjectAttributes": words},
           f"get-object-attributes --bucket b --key k --object-attributes {json.dumps(words)}")
          for words in ([], ["ETag", "-x"], [""], ["{"], ["file://a", "b"])),
        ("PutObjectRetention", K | {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": WHEN}},
         'put-object-retention --bucket b --key k --retention {"Mode": "GOVERNANCE", '
         '"RetainUntilDate": "2026-01-02T00:00:00+00:00"}'),
        ("DeleteObjects", B | {"Delete": {"Objects": [{"Key": "a", "ETag": b"\0\1\2"}]}},
         'delete-objects --bucket b --delete {"Objects": [{"Key": "a", "ETag": "AAEC"}]}'),
    ],
)  # fmt: skip
def test_aws_s3api_is_told(
    s3api: AwsS3ApiClient, operation: str, members: dict[str, Any], said: str
) -> None:
    words = line(s3api, operation, members)
    assert words[0] == "s3api"
    assert " ".join(words[1:]) == said


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a" * 32_768, "a" * 32_768),
        ("a" * 32_769, "file://prefix"),
        ("file://a", "file://prefix"),
        ("https://a", "file://prefix"),
        ("s3://a", "s3://a"),
    ],
)
def test_a_text_that_is_long_or_a_place_goes_to_aws_s3api_in_a_file(
    s3api: AwsS3ApiClient, text: str, word: str
) -> None:
    words = line(s3api, "ListObjectsV2", B | {"Prefix": text})
    assert words[words.index("--prefix") + 1] == word
    assert word == text or (s3api.home / "prefix").read_text() == text


@pytest.mark.parametrize(
    ("operation", "members", "why"),
    [
        ("Nope", {}, "has no operation 'Nope'"),
        ("HeadObject", K | {"Nope": 1}, "aws s3api head-object has no option for Nope"),
        ("PutObjectRetention", K | {"Retention": {"Mode": object()}}, "cannot hold a object"),
    ],
)
def test_what_aws_s3api_has_no_words_for(
    s3api: AwsS3ApiClient, operation: str, members: dict[str, Any], why: str
) -> None:
    with pytest.raises(ClientCannotError, match=why):
        line(s3api, operation, members)


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({}, []),
        ({"insecure": True}, ["--no-verify-ssl"]),
        ({"insecure": True, "ca_bundle": "/ca"}, ["--no-verify-ssl"]),
        ({"ca_bundle": "/ca"}, ["--ca-bundle", "/ca"]),
        ({"credentials": None}, ["--no-sign-request"]),
    ],
)
def test_the_endpoint_in_the_options_of_aws(
    tmp_path: Path, changes: dict[str, Any], options: list[str]
) -> None:
    client = AwsS3ApiClient(replace(ENDPOINT, **changes), tmp_path)
    assert client.endpoint_options() == ["--endpoint-url", ENDPOINT.url, *options]


@pytest.mark.parametrize(
    ("credentials", "lines"),
    [
        (None, []),
        (Credentials("AK", "sk"), ["aws_access_key_id = AK", "aws_secret_access_key = sk"]),
        (
            Credentials("AK", "sk", "st"),
            ["aws_access_key_id = AK", "aws_secret_access_key = sk", "aws_session_token = st"],
        ),
    ],
)
def test_the_credentials_of_aws_are_in_a_file_of_its_own(
    tmp_path: Path, credentials: Credentials | None, lines: list[str]
) -> None:
    client = AwsS3ApiClient(replace(ENDPOINT, credentials=credentials), tmp_path)
    path = client.home / "credentials"
    assert path.read_text().splitlines() == ["[default]", *lines]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_of_a_persons_own_is_named_by_its_first_words(
    s3api: AwsS3ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(s3api, "say", lambda *words, **more: asked.append((words, more)))

    s3api.cli(["s3", "sync", "a", "b"], stdin=b"x")

    assert asked == [(("s3 sync", ["s3", "sync", "a", "b"], {}), {"stdin": b"x"})]
