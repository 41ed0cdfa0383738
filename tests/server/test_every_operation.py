"""Each operation of Amazon's model: serialised by botocore, answered, parsed by botocore."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from server_ref import operations
from server_ref.commands.supported import page
from server_ref.errors import CODES
from server_ref.operations.support import REAL, REFUSED, SAME_REQUEST, STORED, SUPPORT, missing
from server_ref.server import S3Server
from tests.server.conftest import OWNER

MODEL = botocore.session.get_session().get_service_model("s3")
OPERATIONS = tuple(MODEL.operation_names)
_numbers = itertools.count()
BUCKET_ARN = "arn:aws:s3:::some-bucket"
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}

# Members that have to mean something for the operation to succeed.
MEANT: dict[str, dict[str, Any]] = {
    "CopyObject": {"CopySource": "{bucket}/key", "Key": "copy"},
    "GetObjectAttributes": {"ObjectAttributes": ["ETag", "ObjectSize"]},
    "PutBucketAcl": {"ACL": "private"},
    "PutBucketCors": {"CORSConfiguration": {"CORSRules": [_RULE]}},
    "PutBucketLifecycleConfiguration": {
        "LifecycleConfiguration": {
            "Rules": [{"Prefix": "", "Status": "Enabled", "Expiration": {"Days": 1}}]
        }
    },
    "PutBucketLogging": {"BucketLoggingStatus": {}},
    "PutBucketNotificationConfiguration": {"NotificationConfiguration": {}},
    "PutBucketPolicy": {
        "Policy": '{"Statement": {"Effect": "Deny", "Principal": {"AWS": "444455556666"},'
        ' "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{bucket}/*"}}'
    },
    "PutBucketVersioning": {"VersioningConfiguration": {"Status": "Suspended"}},
    "PutBucketWebsite": {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},
    "PutObjectAcl": {"ACL": "private"},
    "PutObjectLockConfiguration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
    "RenameObject": {"RenameSource": "{bucket}/key", "Key": "renamed"},
    "SelectObjectContent": {
        "Expression": "SELECT * FROM S3Object",
        "ExpressionType": "SQL",
        "InputSerialization": {"CSV": {}},
        "OutputSerialization": {"CSV": {}},
        "ScanRange": {"Start": 0, "End": 10},
    },
    "UpdateObjectEncryption": {"ObjectEncryption": {"SSEKMS": {"KMSKeyArn": KEY_ARN}}},
    "UploadPartCopy": {"CopySource": "{bucket}/key"},
}
# By the name of a member or a shape, wherever it comes.
VALUES: dict[str, Any] = {
    "AccountId": OWNER.account.account_id,
    "Bucket": BUCKET_ARN,
    "Days": 200,
    "Id": "configuration",
    "Key": "key",
    "PartNumber": 1,
    "S3TablesBucketArn": "arn:aws:s3tables:us-east-1:111122223333:bucket/tables",
    "UploadId": "none",
}
# Nothing is there to be had, or the request is for what this bucket cannot do.
EXPECTED_ERRORS = {
    "AbortMultipartUpload": "NoSuchUpload",
    "CompleteMultipartUpload": "NoSuchUpload",
    "CreateBucket": None,  # another name is taken
    "GetObjectLegalHold": "InvalidRequest",
    "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    "GetObjectRetention": "InvalidRequest",
    "ListParts": "NoSuchUpload",
    "PutBucketAcl": "AccessControlListNotSupported",
    "PutBucketReplication": "MalformedXML",
    "RestoreObject": "InvalidObjectState",
    "GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "PutObjectLegalHold": "MalformedXML",
    "PutObjectRetention": "MalformedXML",
    "PutObjectLockConfiguration": "InvalidBucketState",
    "UploadPart": "NoSuchUpload",
    "UploadPartCopy": "NoSuchUpload",
}
# Signed for another service, which is refused before what is asked.
OTHER_SCOPES = {"ListDirectoryBuckets", "WriteGetObjectResponse"}
# What has to be put before it can be read or taken away.
PUT_FIRST = {
    "AnalyticsConfiguration": "PutBucketAnalyticsConfiguration",
    "IntelligentTieringConfiguration": "PutBucketIntelligentTieringConfiguration",
    "InventoryConfiguration": "PutBucketInventoryConfiguration",
    "MetricsConfiguration": "PutBucketMetricsConfiguration",
    "BucketMetadataConfiguration": "CreateBucketMetadataConfiguration",
    "BucketMetadataTableConfiguration": "CreateBucketMetadataTableConfiguration",
    "UpdateBucketMetadata": "CreateBucketMetadataConfiguration",
    "BucketCors": "PutBucketCors",
    "BucketLifecycle": "PutBucketLifecycleConfiguration",
    "BucketPolicy": "PutBucketPolicy",
    "ObjectAnnotation": "PutObjectAnnotation",
    "BucketPolicyStatus": "PutBucketPolicy",
    "BucketTagging": "PutBucketTagging",
    "BucketWebsite": "PutBucketWebsite",
}


def value(shape: Any, name: str) -> Any:
    """A value of a shape: the least that is valid, as far as the model tells."""
    if shape.type_name == "structure":
        required = list(shape.required_members) or _needed(shape)
        return {member: value(shape.members[member], member) for member in required}
    if shape.type_name == "list":
        return [value(shape.member, name)]
    if shape.type_name == "map":
        return {"name": "value"}
    if getattr(shape, "enum", None):
        return shape.enum[-1 if shape.name == "IntelligentTieringAccessTier" else 0]
    if shape.type_name == "string":
        return VALUES.get(shape.name) or VALUES.get(name, "text")
    return {
        "blob": b"body",
        "boolean": True,
        "integer": VALUES.get(name, 1),
        "long": 1,
        "timestamp": datetime(2030, 1, 1, tzinfo=UTC),
    }[shape.type_name]


def _needed(shape: Any) -> list[str]:
    """Members the model does not demand and S3 does."""
    return [name for name in ("Status", "SSEAlgorithm", "Rules") if name in shape.members][:1]


def members_of(operation: str, bucket: str) -> dict[str, Any]:
    shape = MODEL.operation_model(operation).input_shape
    if shape is None:
        return {}
    found = {name: value(shape.members[name], name) for name in shape.required_members}
    for name, meant in MEANT.get(SAME_REQUEST.get(operation, operation), {}).items():
        found[name] = meant.replace("{bucket}", bucket) if isinstance(meant, str) else meant
    if "Bucket" in shape.members:
        found["Bucket"] = bucket
    return found


@pytest.fixture(scope="module")
def everything(server: S3Server) -> Any:
    """A client with no check of its own in the way of what is sent."""
    config = Config(
        s3={"addressing_style": "path"},
        retries={"total_max_attempts": 1},
        parameter_validation=False,
        inject_host_prefix=False,
    )
    server.keys.ensure(KEY_ARN.rpartition("/")[2], OWNER.account.account_id, server.region)
    return boto3.client("s3", **server.client_kwargs, config=config)


def call(client: Any, operation: str, members: dict[str, Any]) -> dict[str, Any]:
    method = getattr(client, botocore.xform_name(operation))
    answer: dict[str, Any] = method(**members)
    return answer


def test_the_table_has_every_operation_once() -> None:
    assert set(OPERATIONS) <= set(SUPPORT)
    assert len(REAL) + len(STORED) + len(REFUSED) == len(SUPPORT) >= 116


def test_every_operation_of_the_table_has_a_function() -> None:
    assert missing(operations.discover()) == []


def test_the_page_says_what_the_table_says() -> None:
    kept = Path(__file__).parents[2] / "docs" / "server-operations.md"
    assert kept.read_text() == page(operations.discover()), (
        "run: python -m server_ref.commands.supported > docs/server-operations.md"
    )


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_answered_as_its_kind_says(everything: Any, operation: str) -> None:
    client = everything
    bucket = f"operation-{next(_numbers)}"
    client.create_bucket(Bucket=bucket)
    if operation != "DeleteBucket":
        client.put_object(Bucket=bucket, Key="key", Body=b"body")
    for ending, first in PUT_FIRST.items():
        reads = operation.startswith(("Get", "List", "Delete", "Update"))
        if reads and ending in operation and (operation != first):
            call(client, first, members_of(first, bucket))
    members = members_of(operation, bucket)
    if operation == "CreateBucket":
        members["Bucket"] = f"{bucket}-new"
    if operation in missing(operations.discover()):
        with pytest.raises(ClientError, match="NotImplemented"):
            call(client, operation, members)
        return
    if operation in REFUSED:
        _refused(client, operation, members)
        return
    expected = EXPECTED_ERRORS.get(operation)
    try:
        answer = call(client, operation, members)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        assert code in CODES
        assert code == expected, f"{operation}: {error}"
    else:
        assert expected is None
        assert 200 <= answer["ResponseMetadata"]["HTTPStatusCode"] < 300
        assert answer["ResponseMetadata"]["RequestId"]


def _refused(client: Any, operation: str, members: dict[str, Any]) -> None:
    if operation == "CreateSession":  # at this host it is no operation: the bucket is listed
        assert "Credentials" not in call(client, operation, members)
        return
    with pytest.raises(ClientError) as refused:
        call(client, operation, members)
    response = refused.value.response
    code, status = ("MethodNotAllowed", 405)
    if operation in OTHER_SCOPES:
        code, status = ("AuthorizationHeaderMalformed", 400)
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
