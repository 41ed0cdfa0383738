"""The `aws-s3` client: what `aws s3 mb|rb|ls|cp|rm` can express of Amazon's operations.

The rest (`mv`, `sync`, `presign`) is said with ``cli``.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.clients.aws_cli import AwsCliClient
from conformance.clients.base import Answer, ClientCannotError, Presigned
from conformance.clients.command_line import content_of
from conformance.clients.members import for_sdk, source_of_copy

_Members = dict[str, Any]
_ELSEWHERE = {
    "HeadObject": "`aws s3` asks for an object's metadata only on its way to a copy",
    "HeadBucket": "`aws s3` has no command that only looks whether a bucket is there",
    "ListObjects": "`aws s3 ls` lists with version 2 of the operation",
    "DeleteObjects": "`aws s3 rm --recursive` deletes one object a request",
    "CreateMultipartUpload": "`aws s3 cp` uploads in parts by itself, from 8 MiB on",
    "UploadPart": "`aws s3 cp` uploads in parts by itself, from 8 MiB on",
    "CompleteMultipartUpload": "`aws s3 cp` uploads in parts by itself, from 8 MiB on",
}
_TRANSFER_OPTIONS = {
    "ContentType": "--content-type",
    "CacheControl": "--cache-control",
    "ContentDisposition": "--content-disposition",
    "ContentEncoding": "--content-encoding",
    "ContentLanguage": "--content-language",
    "Expires": "--expires",
    "StorageClass": "--storage-class",
    "ACL": "--acl",
    "ServerSideEncryption": "--sse",
    "SSEKMSKeyId": "--sse-kms-key-id",
    "SSECustomerAlgorithm": "--sse-c",
    "CopySourceSSECustomerAlgorithm": "--sse-c-copy-source",
    "WebsiteRedirectLocation": "--website-redirect",
    "RequestPayer": "--request-payer",
}
_SECRET_OPTIONS = {
    "SSECustomerKey": "--sse-c-key",
    "CopySourceSSECustomerKey": "--sse-c-copy-source-key",
}
_GRANTS = {
    "GrantRead": "read",
    "GrantReadACP": "readacl",
    "GrantWriteACP": "writeacl",
    "GrantFullControl": "full",
}


class AwsS3Client(AwsCliClient):
    """`aws s3`, the high-level commands."""

    name = "aws-s3"
    family = "CLI"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        speak = _COMMANDS.get(operation)
        if speak is None:
            why = _ELSEWHERE.get(operation, f"`aws s3` has no command for {operation}")
            raise ClientCannotError(why)
        members = for_sdk(parameters)
        delivered = content_of(self.outfile()) if operation == "GetObject" else lambda: None
        arguments = ["s3", *speak(self, members)]
        if members:
            command = " ".join(arguments[:2])
            raise ClientCannotError(f"`aws {command}` has no option for {', '.join(members)}")
        return self.say(
            operation,
            arguments,
            parameters,
            also=_IN_PARTS.get(operation, ()),
            delivered=delivered,
        )

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:
        if operation != "GetObject":
            raise ClientCannotError("`aws s3 presign` makes URLs to read an object, and no others")
        uri = f"s3://{parameters['Bucket']}/{parameters['Key']}"
        return self.presigned(["s3", "presign", uri, "--expires-in", str(expires)])

    def transfer_options(self, members: _Members) -> Iterator[str]:
        """The options of `aws s3 cp` for the members it has options for."""
        for name, option in _TRANSFER_OPTIONS.items():
            if name in members:
                value = members.pop(name)
                if isinstance(value, datetime.date):
                    value = value.isoformat()
                yield from (option, str(value))
        for name, option in _SECRET_OPTIONS.items():
            if name in members:
                yield from (option, f"fileb://{self.place(option[2:], members.pop(name))}")
        if "Metadata" in members:
            yield from ("--metadata", json.dumps(members.pop("Metadata"), ensure_ascii=False))
        grants = [
            f"{right}={members.pop(name)}" for name, right in _GRANTS.items() if name in members
        ]
        if grants:
            yield from ("--grants", *grants)

    def uri(self, members: _Members) -> str:
        """The s3:// URI of Bucket and Key."""
        key = members.pop("Key")
        return f"s3://{members.pop('Bucket')}/{key}"


def _create_bucket(client: AwsS3Client, members: _Members) -> list[str]:
    configuration = members.pop("CreateBucketConfiguration", None) or {}
    region = configuration.get("LocationConstraint", client.endpoint.region)
    if set(configuration) - {"LocationConstraint"} or region != client.endpoint.region:
        raise ClientCannotError(
            "`aws s3 mb` makes a bucket where the client is, with no configuration of its own"
        )
    return ["mb", f"s3://{members.pop('Bucket')}"]


def _delete_bucket(_: AwsS3Client, members: _Members) -> list[str]:
    return ["rb", f"s3://{members.pop('Bucket')}"]


def _list_buckets(_: AwsS3Client, members: _Members) -> list[str]:
    options: list[str] = []
    if "Prefix" in members:
        options += ["--bucket-name-prefix", members.pop("Prefix")]
    if "BucketRegion" in members:
        options += ["--bucket-region", members.pop("BucketRegion")]
    return ["ls", *options]


def _list_objects(_: AwsS3Client, members: _Members) -> list[str]:
    delimiter = members.pop("Delimiter", "")
    if delimiter not in ("", "/"):
        raise ClientCannotError("`aws s3 ls` knows no delimiter but /")
    options = [] if delimiter else ["--recursive"]
    if "RequestPayer" in members:
        options += ["--request-payer", members.pop("RequestPayer")]
    return ["ls", *options, f"s3://{members.pop('Bucket')}/{members.pop('Prefix', '')}"]


def _put_object(client: AwsS3Client, members: _Members) -> list[str]:
    if members["Key"].endswith("/"):
        raise ClientCannotError("`aws s3 cp` takes a key that ends with / for a folder")
    body = client.place("body", members.pop("Body", b""))
    if "ChecksumAlgorithm" in members:
        algorithm = ["--checksum-algorithm", members.pop("ChecksumAlgorithm")]
    else:
        algorithm = []
    options = [*client.transfer_options(members), *algorithm]
    return ["cp", str(body), client.uri(members), *options]


def _get_object(client: AwsS3Client, members: _Members) -> list[str]:
    if members["Key"].endswith("/"):
        raise ClientCannotError("`aws s3 cp` takes a key that ends with / for a folder")
    mode = ["--checksum-mode", members.pop("ChecksumMode")] if "ChecksumMode" in members else []
    options = [*client.transfer_options(members), *mode]
    return ["cp", client.uri(members), str(client.home / "out"), *options]


def _delete_object(client: AwsS3Client, members: _Members) -> list[str]:
    payer = members.pop("RequestPayer", None)
    return ["rm", client.uri(members), *(["--request-payer", payer] if payer else [])]


def _copy_object(client: AwsS3Client, members: _Members) -> list[str]:
    if members["Key"].endswith("/"):
        raise ClientCannotError("`aws s3 cp` takes a key that ends with / for a folder")
    path = source_of_copy(members, "`aws s3 cp`")
    directive = members.pop("MetadataDirective", None)
    options = [*client.transfer_options(members)]
    if directive is not None:
        options += ["--metadata-directive", directive]
    return ["cp", f"s3://{path}", client.uri(members), *options]


_COMMANDS: dict[str, Callable[[AwsS3Client, _Members], list[str]]] = {
    "CreateBucket": _create_bucket,
    "DeleteBucket": _delete_bucket,
    "ListBuckets": _list_buckets,
    "ListObjectsV2": _list_objects,
    "PutObject": _put_object,
    "GetObject": _get_object,
    "DeleteObject": _delete_object,
    "CopyObject": _copy_object,
}
_IN_PARTS = {
    "PutObject": ("CompleteMultipartUpload",),
    "CopyObject": ("CompleteMultipartUpload",),
}
