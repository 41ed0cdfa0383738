"""The `s3cmd` client: what s3cmd's commands can express of Amazon's operations.

The rest (`sync`, `mv`, `du`, `signurl`, …) is said with ``cli``.

It is long because each operation has its words, and what s3cmd does beside is said there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conformance.clients.answers import status_of
from conformance.clients.base import Answer, ClientCannotError, Presigned
from conformance.clients.command_line import CommandLineClient, content_of, secret_file
from conformance.clients.members import for_sdk, source_of_copy
from conformance.clients.serialise import is_header, serialise
from conformance.evidence.wire import identify

_Members = dict[str, Any]
_BAD_SIGNATURE = {"SignatureDoesNotMatch", None}  # None: the answer to a HEAD says no more


class S3cmdClient(CommandLineClient):
    """s3cmd with a configuration file of its own, retrying nothing."""

    name = "s3cmd"
    copies_acls = True
    family = "CLI"
    program_name = "s3cmd"
    variable = "S3COMPAT_S3CMD"
    preload = (
        "S3.S3",
        "S3.Config",
        "S3.MultiPart",
        "S3.CloudFront",
        "S3.FileLists",
        "S3.Progress",
        "S3.Crypto",
        "S3.ExitCodes",
        "optparse",
    )
    refusals = re.compile(
        r"Parameter problem|^Usage: s3cmd|Invalid command|Not enough parameters|no such option|"
        r"Option .* not supported|invalid .* value",
        re.MULTILINE,
    )

    def configure(self) -> None:
        host = self.endpoint.host + self.endpoint.base_path
        virtual = f"%(bucket)s.{host}" if self.endpoint.addressing == "virtual" else host
        lines = [
            "[default]",
            f"host_base = {host}",
            f"host_bucket = {virtual}",
            f"use_https = {self.endpoint.secure}",
            f"bucket_location = {self.endpoint.region}",
            "signature_v2 = False",
            "max_retries = 0",
            "progress_meter = False",
            f"check_ssl_certificate = {not self.endpoint.insecure}",
            f"check_ssl_hostname = {not self.endpoint.insecure}",
        ]
        if self.endpoint.ca_bundle:
            lines.append(f"ca_certs_file = {self.endpoint.ca_bundle}")
        secret_file(self.home / "s3cfg", "\n".join(lines) + "\n")

    def environment(self) -> dict[str, str]:
        """With the credentials: those of a configuration file s3cmd renews, and asks the metadata
        service of the machine for others (``Config.role_refresh``).
        """
        whole = super().environment()
        if (credentials := self.endpoint.credentials) is not None:
            whole["AWS_ACCESS_KEY_ID"] = credentials.access_key
            whole["AWS_SECRET_ACCESS_KEY"] = credentials.secret_key
            if credentials.session_token is not None:
                whole["AWS_SESSION_TOKEN"] = credentials.session_token
        return whole

    def hidden_options(self) -> list[str]:
        return ["--config", str(self.home / "s3cfg")]

    def endpoint_options(self) -> list[str]:
        return []

    def shown(self, arguments: Sequence[str]) -> str:
        host = self.endpoint.host + self.endpoint.base_path
        virtual = f"%(bucket)s.{host}" if self.endpoint.addressing == "virtual" else host
        options = ["--host", host, "--host-bucket", virtual, "--region", self.endpoint.region]
        if not self.endpoint.secure:
            options.append("--no-ssl")
        elif self.endpoint.insecure:
            options += ["--no-check-certificate", "--no-check-hostname"]
        elif self.endpoint.ca_bundle:
            options += ["--ca-certs", self.endpoint.ca_bundle]
        return super().shown([*options, *arguments])

    def cli(self, argv: Sequence[str], *, stdin: bytes = b"") -> Answer:
        """``argv`` is what follows `s3cmd`: ``["sync", …]``."""
        if self.endpoint.credentials is None:  # it would look for some
            raise ClientCannotError("s3cmd signs every request; it cannot be anonymous")
        return self.say(argv[0] if argv else "", argv, {}, stdin=stdin)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        if self.endpoint.credentials is None:
            raise ClientCannotError("s3cmd signs every request; it cannot be anonymous")
        speak = COMMANDS.get(operation)
        if speak is None:
            why = ELSEWHERE.get(operation, f"s3cmd has no command for {operation}")
            raise ClientCannotError(why)
        members = for_sdk(parameters)
        delivered = content_of(self.outfile()) if operation == "GetObject" else lambda: None
        arguments = speak(self, operation, members)
        if members:
            raise ClientCannotError(f"s3cmd {arguments[0]} has no option for {', '.join(members)}")
        answer = self.say(
            operation,
            arguments,
            parameters,
            also=_IN_PARTS.get(operation, ()),
            delivered=delivered,
        )
        if self.endpoint.base_path and answer.status == 403 and answer.code in _BAD_SIGNATURE:
            raise ClientCannotError(
                "s3cmd signs without the path of the endpoint's URL, so no signature of it is good"
            )
        if arguments[0] == "info":
            self._must_have_asked(operation, answer)
        if operation == "CopyObject":
            self._must_have_asked(operation, answer)
            _forget_what_came_after(answer)
        return answer

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:
        if operation != "GetObject":
            raise ClientCannotError("s3cmd signurl makes URLs to read an object, and no others")
        credentials = self.endpoint.credentials
        if credentials is not None and credentials.session_token is not None:
            raise ClientCannotError("s3cmd signurl leaves the session token out of its URL")
        uri = f"s3://{parameters['Bucket']}/{parameters['Key']}"
        return self.presigned(["signurl", uri, f"+{expires}"])

    def _must_have_asked(self, operation: str, answer: Answer) -> None:
        """`s3cmd info` asks several things in turn, and `cp` for the source's ACL before it copies:
        it may end before it comes to what it was asked for.
        """
        asked = answer.exchange and identify(answer.exchange, self.endpoint).operations
        meant = {operation, *_IN_PARTS.get(operation, ())}
        if answer.exchange is not None and not meant & {*(asked or ())}:
            command = "cp" if operation == "CopyObject" else "info"
            raise ClientCannotError(f"s3cmd {command} ended before it asked for {operation}")


def _forget_what_came_after(copy: Answer) -> None:
    """`s3cmd cp` sets the source's ACL on the copy. Where that is refused, the copy is there, and
    the complaint is not about it.
    """
    last = copy.exchanges[-1] if copy.exchanges else None
    whole = copy.good and copy.code is None and copy.strange is None
    if whole and last is not None and last is not copy.exchange and status_of(last) >= 400:
        copy.succeeded = True


def _bucket(members: _Members) -> str:
    return f"s3://{members.pop('Bucket')}"


def _object(members: _Members) -> str:
    bucket = members.pop("Bucket")
    return f"s3://{bucket}/{members.pop('Key')}"


def _resource(members: _Members) -> str:
    return _object(members) if "Key" in members else _bucket(members)


def _headers(operation: str, members: _Members) -> list[str]:
    """`--add-header` for every member that is a header; the members are taken."""
    if "SSECustomerKey" in members:
        raise ClientCannotError("s3cmd would need the customer's key on its command line")
    headers = serialise(operation, members, headers_only=True).headers
    options: list[str] = []
    for name, value in headers.items():
        if "\r" in value or "\n" in value:
            raise ClientCannotError("s3cmd cannot send a line break in a header")
        options += ["--add-header", f"{name}:{value}"]
    for name in [name for name in members if is_header(operation, name)]:
        del members[name]
    return options


def _create_bucket(client: S3cmdClient, operation: str, members: _Members) -> list[str]:
    configuration = members.pop("CreateBucketConfiguration", None) or {}
    region = configuration.get("LocationConstraint", client.endpoint.region)
    if set(configuration) - {"LocationConstraint"} or region != client.endpoint.region:
        raise ClientCannotError(
            "s3cmd mb makes a bucket in the region it signs for, with no further configuration"
        )
    return ["mb", *_headers(operation, members), _bucket(members)]


def _delete_bucket(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    return ["rb", _bucket(members)]


def _list_buckets(_: S3cmdClient, __: str, ___: _Members) -> list[str]:
    return ["ls"]


def _list_objects(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    delimiter = members.pop("Delimiter", "")
    if delimiter not in ("", "/"):
        raise ClientCannotError("s3cmd ls knows no delimiter but /")
    prefix = members.pop("Prefix", "")
    if prefix.endswith("*"):
        raise ClientCannotError("s3cmd ls drops a * at the end of a prefix")
    return ["ls", *([] if delimiter else ["--recursive"]), f"{_bucket(members)}/{prefix}"]


def _put_object(client: S3cmdClient, operation: str, members: _Members) -> list[str]:
    _whole_key(members)
    body = client.place("body", members.pop("Body", b""))
    options = ["--no-preserve", "--no-guess-mime-type"]  # nothing but what was asked for
    if "ContentType" in members:
        options += ["--mime-type", members.pop("ContentType")]
    if "StorageClass" in members:
        options += ["--storage-class", members.pop("StorageClass")]
    if members.get("ACL") in ("public-read", "private"):
        options.append("--acl-public" if members.pop("ACL") == "public-read" else "--acl-private")
    if members.get("ServerSideEncryption") == "AES256":
        del members["ServerSideEncryption"]
        options.append("--server-side-encryption")
    options += _headers(operation, members)
    return ["put", *options, str(body), _object(members)]


def _get_object(client: S3cmdClient, _: str, members: _Members) -> list[str]:
    _whole_key(members)
    _no_pattern(members["Key"])
    return ["get", _object(members), str(client.home / "out")]


def _delete_object(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    _no_pattern(members["Key"])
    return ["del", _object(members)]


def _copy_object(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    _whole_key(members)
    path = source_of_copy(members, "s3cmd cp")
    _no_pattern(path)
    options = []
    if "StorageClass" in members:
        options += ["--storage-class", members.pop("StorageClass")]
    if members.get("ACL") in ("public-read", "private"):
        options.append("--acl-public" if members.pop("ACL") == "public-read" else "--acl-private")
    if members.get("MetadataDirective") == "COPY":
        del members["MetadataDirective"]  # what s3cmd cp says where no header is added
    return ["cp", *options, f"s3://{path}", _object(members)]


def _whole_key(members: _Members) -> None:
    if members["Key"].endswith("/"):
        raise ClientCannotError("s3cmd takes a key that ends with / for a folder")


def _no_pattern(key: str) -> None:
    """What these commands would do to every key that it matches, and not to the one it names."""
    if "*" in key or "?" in key:
        raise ClientCannotError("s3cmd takes * and ? in a key for a pattern of keys")


def _info(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    return ["info", _resource(members)]


def _set_acl(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    if members.get("ACL") not in ("public-read", "private"):
        raise ClientCannotError("s3cmd setacl sets public or private, or grants to a user")
    _no_pattern(members.get("Key", ""))
    option = "--acl-public" if members.pop("ACL") == "public-read" else "--acl-private"
    return ["setacl", option, _resource(members)]


def _set_versioning(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    configuration = members.pop("VersioningConfiguration")
    words = {"Enabled": "enable", "Suspended": "disable"}
    if set(configuration) != {"Status"} or configuration["Status"] not in words:
        raise ClientCannotError("s3cmd setversioning knows enable and disable only")
    return ["setversioning", _bucket(members), words[configuration["Status"]]]


def _set_tagging(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    tags = members.pop("Tagging")["TagSet"]
    if not tags or any(set(tag["Key"] + tag["Value"]) & set("&=<") for tag in tags):
        raise ClientCannotError("s3cmd settagging needs tags, without & = and <")
    text = "&".join(f"{tag['Key']}={tag['Value']}" for tag in tags)
    return ["settagging", _resource(members), text]


def _set_ownership(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    rules = members.pop("OwnershipControls")["Rules"]
    if len(rules) != 1:
        raise ClientCannotError("s3cmd setownership sets one rule")
    return ["setownership", _bucket(members), rules[0]["ObjectOwnership"]]


def _set_public_access(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    settings = members.pop("PublicAccessBlockConfiguration")
    flags = ",".join(name for name, value in settings.items() if value)
    return ["setblockpublicaccess", _bucket(members), flags]


def _set_legal_hold(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    return ["setobjectlegalhold", members.pop("LegalHold")["Status"], _object(members)]


def _restore(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    request = dict(members.pop("RestoreRequest"))
    days = request.pop("Days", None)
    tier = request.pop("GlacierJobParameters", {}).get("Tier", "Standard")
    if request or days is None:
        raise ClientCannotError("s3cmd restore says days and a tier, and nothing else")
    _no_pattern(members["Key"])
    options = ["-D", str(days), f"--restore-priority={tier.lower()}"]
    return ["restore", *options, _object(members)]


def _website(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    configuration = dict(members.pop("WebsiteConfiguration"))
    options = ["--ws-index", configuration.pop("IndexDocument", {}).get("Suffix", "")]
    error = configuration.pop("ErrorDocument", None)
    if error is not None:
        options += ["--ws-error", error["Key"]]
    if configuration or not options[1]:
        raise ClientCannotError("s3cmd ws-create sets an index and an error document only")
    return ["ws-create", *options, _bucket(members)]


def _requester_pays(_: S3cmdClient, __: str, members: _Members) -> list[str]:
    payer = members.pop("RequestPaymentConfiguration")["Payer"]
    return ["payer", *(["--requester-pays"] if payer == "Requester" else []), _bucket(members)]


def _parts(command: str) -> Callable[[S3cmdClient, str, _Members], list[str]]:
    def speak(_: S3cmdClient, __: str, members: _Members) -> list[str]:
        upload = members.pop("UploadId")
        return [command, _object(members), upload]

    return speak


def _of_bucket(command: str) -> Callable[[S3cmdClient, str, _Members], list[str]]:
    return lambda _client, _operation, members: [command, _resource(members)]


def _document(command: str, member: str) -> Callable[[S3cmdClient, str, _Members], list[str]]:
    """A command that takes a file: the body as Amazon's model writes it."""

    def speak(client: S3cmdClient, operation: str, members: _Members) -> list[str]:
        body = serialise(operation, members).body
        del members[member]
        return [command, str(client.place(command, body)), _bucket(members)]

    return speak


COMMANDS: dict[str, Callable[[S3cmdClient, str, _Members], list[str]]] = {
    "CreateBucket": _create_bucket,
    "DeleteBucket": _delete_bucket,
    "ListBuckets": _list_buckets,
    "ListObjects": _list_objects,
    "PutObject": _put_object,
    "GetObject": _get_object,
    "DeleteObject": _delete_object,
    "CopyObject": _copy_object,
    "HeadObject": _info,
    "GetObjectAcl": _info,
    "GetBucketLocation": _info,
    "GetBucketVersioning": _info,
    "GetBucketRequestPayment": _info,
    "GetBucketOwnershipControls": _info,
    "GetPublicAccessBlock": _info,
    "GetBucketPolicy": _info,
    "GetBucketCors": _info,
    "GetBucketAcl": _info,
    "PutBucketAcl": _set_acl,
    "PutObjectAcl": _set_acl,
    "PutBucketVersioning": _set_versioning,
    "PutBucketTagging": _set_tagging,
    "PutObjectTagging": _set_tagging,
    "GetBucketTagging": _of_bucket("gettagging"),
    "GetObjectTagging": _of_bucket("gettagging"),
    "DeleteBucketTagging": _of_bucket("deltagging"),
    "DeleteObjectTagging": _of_bucket("deltagging"),
    "PutBucketOwnershipControls": _set_ownership,
    "PutPublicAccessBlock": _set_public_access,
    "PutObjectLegalHold": _set_legal_hold,
    "RestoreObject": _restore,
    "PutBucketWebsite": _website,
    "GetBucketWebsite": _of_bucket("ws-info"),
    "DeleteBucketWebsite": _of_bucket("ws-delete"),
    "PutBucketRequestPayment": _requester_pays,
    "GetBucketLogging": _of_bucket("accesslog"),
    "PutBucketPolicy": _document("setpolicy", "Policy"),
    "DeleteBucketPolicy": _of_bucket("delpolicy"),
    "PutBucketCors": _document("setcors", "CORSConfiguration"),
    "DeleteBucketCors": _of_bucket("delcors"),
    "PutBucketLifecycleConfiguration": _document("setlifecycle", "LifecycleConfiguration"),
    "GetBucketLifecycleConfiguration": _of_bucket("getlifecycle"),
    "DeleteBucketLifecycle": _of_bucket("dellifecycle"),
    "PutBucketNotificationConfiguration": _document("setnotification", "NotificationConfiguration"),
    "GetBucketNotificationConfiguration": _of_bucket("getnotification"),
    "ListMultipartUploads": _of_bucket("multipart"),
    "ListParts": _parts("listmp"),
    "AbortMultipartUpload": _parts("abortmp"),
}
ELSEWHERE = {
    "ListObjectsV2": "s3cmd ls lists with version 1 of the operation",
    "HeadBucket": "s3cmd has no command that only looks whether a bucket is there",
    "DeleteObjects": "s3cmd del --recursive deletes what it lists, not the keys one names",
    "CreateMultipartUpload": "s3cmd put uploads in parts by itself, from 15 MiB on",
    "UploadPart": "s3cmd put uploads in parts by itself, from 15 MiB on",
    "CompleteMultipartUpload": "s3cmd put uploads in parts by itself, from 15 MiB on",
    "UploadPartCopy": "s3cmd cp copies in parts by itself, from 1 GiB on",
    "GetObjectAttributes": "s3cmd has no command for an object's attributes",
}
_IN_PARTS = {
    "PutObject": ("CompleteMultipartUpload",),
    "CopyObject": ("CompleteMultipartUpload",),
}
