"""What access was decided on is what is opened, whatever is written in between."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from server_ref import deviations
from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.seams import Seams
from server_ref.server import S3Server

BUCKET = "raced"
KEY = "key"
Meanwhile = Callable[[], None]
_meanwhile: list[Meanwhile] = []  # done once, after the next anonymous decision


def _interrupt(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Callable[[Context, Members], None], ctx: Context, members: Members) -> None:
        plain(ctx, members)
        if ctx.account is None and _meanwhile:
            _meanwhile.pop()()


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """A server with a deviation of these tests' own, which nobody else finds."""
    name = "test-between-decision-and-reading"
    declare(name, "A test acts after a decision.", _interrupt)
    try:
        with S3Server(durability="relaxed", deviations=[name]) as running:
            yield running
    finally:
        del deviations._deviations[name]


@pytest.fixture(scope="module")
def owner(server: S3Server) -> Any:
    s3 = boto3.client("s3", **server.client_kwargs)
    s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.create_bucket(Bucket="copies")
    s3.delete_public_access_block(Bucket="copies")
    tagged = {"StringEquals": {"s3:ExistingObjectTag/public": "yes"}}
    statement = {"Effect": "Allow", "Principal": "*", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    # tags have no say about attributes, but about the object that is read for them
    free = ["s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"]
    policy = {
        "Statement": [
            {**statement, "Action": "s3:*", "Condition": tagged},
            {**statement, "Action": free},
        ]
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    return s3


@pytest.fixture
def nobody(server: S3Server) -> Any:
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    return boto3.client("s3", endpoint_url=server.url, region_name=server.region, config=config)


_SELECT = {
    "Expression": "SELECT * FROM S3Object",
    "ExpressionType": "SQL",
    "InputSerialization": {"CSV": {}},
    "OutputSerialization": {"CSV": {}},
}
READS: dict[str, dict[str, Any]] = {
    "get_object": {},
    "head_object": {},
    "get_object_tagging": {},
    "get_object_acl": {},
    "get_object_attributes": {"ObjectAttributes": ["ETag", "ObjectSize"]},
    "get_object_retention": {},
    "get_object_legal_hold": {},
    "list_object_annotations": {},
    "select_object_content": _SELECT,
    "put_object_tagging": {"Tagging": {"TagSet": [{"Key": "mine", "Value": "now"}]}},
    "delete_object_tagging": {},
    "put_object_acl": {"ACL": "public-read"},
    "put_object_legal_hold": {"LegalHold": {"Status": "ON"}},
}


@pytest.mark.parametrize(
    ("name", "before"),
    [(name, "public") for name in READS]
    # of annotations nobody is told that there is no object: the decision itself refuses
    + [(name, "gone") for name in READS if name != "list_object_annotations"],
)
def test_a_private_object_in_the_place_of_a_public_one(
    owner: Any, nobody: Any, name: str, before: str
) -> None:
    """Also where there was none, and the caller may be told so."""
    if before == "public":
        owner.put_object(Bucket=BUCKET, Key=KEY, Body=b"public", Tagging="public=yes")
    else:
        owner.delete_object(Bucket=BUCKET, Key=KEY)
        owner.put_bucket_acl(Bucket=BUCKET, ACL="public-read")  # whoever may list learns of it
    secret = b"private"
    _meanwhile.append(lambda: owner.put_object(Bucket=BUCKET, Key=KEY, Body=secret))
    try:
        with pytest.raises(ClientError) as refused:
            getattr(nobody, name)(Bucket=BUCKET, Key=KEY, **READS[name])
    finally:
        owner.put_bucket_acl(Bucket=BUCKET, ACL="private")
        _meanwhile.clear()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert owner.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == secret
    assert owner.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"] == []


def test_a_copy_source_that_was_replaced(owner: Any, server: S3Server) -> None:
    """Another account copies what it may read, and is given nothing else."""
    friend = boto3.client("s3", **server.kwargs_for(server.add_account("friend")))
    friend.create_bucket(Bucket="friends")
    owner.put_object(Bucket=BUCKET, Key="source", Body=b"public", Tagging="public=yes")
    copy = {"Bucket": "friends", "Key": "copy", "CopySource": f"{BUCKET}/source"}
    friend.copy_object(**copy)
    stop = threading.Event()
    seen: set[bytes] = set()

    def swap() -> None:
        while not stop.is_set():
            owner.put_object(Bucket=BUCKET, Key="source", Body=b"private")
            owner.put_object(Bucket=BUCKET, Key="source", Body=b"public", Tagging="public=yes")

    writer = threading.Thread(target=swap)
    writer.start()
    try:
        for _ in range(60):
            try:
                friend.copy_object(**copy)
            except ClientError as error:
                assert error.response["Error"]["Code"] in ("AccessDenied", "NoSuchKey")
            seen.add(friend.get_object(Bucket="friends", Key="copy")["Body"].read())
    finally:
        stop.set()
        writer.join()
    assert seen == {b"public"}


def test_many_readers_of_an_object_that_changes(owner: Any, nobody: Any) -> None:
    """The race itself, with nothing to steer it: nobody reads what is private."""
    stop = threading.Event()
    seen: set[bytes] = set()

    def swap() -> None:
        for _ in range(150):
            owner.put_object(Bucket=BUCKET, Key="race", Body=b"private")
            owner.put_object(Bucket=BUCKET, Key="race", Body=b"public", Tagging="public=yes")
        stop.set()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add(nobody.get_object(Bucket=BUCKET, Key="race")["Body"].read())
            except ClientError as error:
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    swap()
    for reader in readers:
        reader.join()
    assert seen <= {b"public"}
