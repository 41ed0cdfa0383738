"""Objects: put, get, head, delete.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.policy.actions import action_of
from server_ref.rules import (
    attributes,
    checksums,
    conditions,
    customer_keys,
    directory_buckets,
    encryption,
    expiring,
    locks,
    names,
    parts,
    ranges,
    restoring,
    tiering,
)
from server_ref.rules.customer_keys import CustomerKey
from server_ref.rules.finding import check_found, shown_version, wanted_version
from server_ref.rules.new_object import describe, receive
from server_ref.rules.times import moment, seconds
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import NULL_VERSION, Version

OVERRIDES = {
    "ResponseCacheControl": "CacheControl",
    "ResponseContentDisposition": "ContentDisposition",
    "ResponseContentEncoding": "ContentEncoding",
    "ResponseContentLanguage": "ContentLanguage",
    "ResponseContentType": "ContentType",
    "ResponseExpires": "Expires",
}
_OVERRIDING = frozenset(OVERRIDES)
_PARAMETERS = {
    "ResponseCacheControl": "response-cache-control",
    "ResponseContentDisposition": "response-content-disposition",
    "ResponseContentEncoding": "response-content-encoding",
    "ResponseContentLanguage": "response-content-language",
    "ResponseContentType": "response-content-type",
    "ResponseExpires": "response-expires",
}


@operation("PutObject")
def put_object(ctx: Context, members: Members) -> Members:
    """A whole object in one request; conditions are decided when it is written."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    key = members["Key"]
    names.check_key(key, ctx.settings.max_key)
    directory_buckets.refuse(members)
    conditions.validate_write(members)
    described = describe(ctx, bucket, members)
    claim = checksums.claim(members, ctx.request.headers)
    if described.lock is not None and ctx.operation == "PutObject":
        locks.check_writing(ctx, claim, members, "Object")
    encrypted = described.encryption
    taken = receive(ctx, members, claim=claim, hexadecimal_md5=True, cipher=encrypted.cipher)

    def work(tx: Transaction) -> Version:
        now = store.in_transaction(tx, bucket)
        if members.get("IfMatch") is not None or members.get("IfNoneMatch") is not None:
            conditions.check_write(members, key, versions.live(tx, now, key))
        blob = None
        if taken.size:
            blob = versions.add_blob(tx, taken.size, file=taken.file, data=taken.data)
        return store.put(
            tx,
            now,
            Version(
                key=key,
                seq=store.sequence(),
                version_id="",
                marker=0,
                size=taken.size,
                etag=encryption.etag(taken.md5, encrypted.sealed),
                modified=seconds(ctx.clock()),
                storage_class=described.storage_class,
                owner=described.owner,
                algorithm=claim.algorithm,
                checksum_type="FULL_OBJECT",
                checksum=taken.checksums[claim.algorithm],
                blob=blob,
                details=described.details,
                tags=described.tags,
                acl=described.acl,
                lock=described.lock,
            ),
        )

    try:
        version = store.write(work)
    except BaseException:
        store.drop(taken)
        raise
    answer: Members = {
        "ETag": f'"{version.etag}"',
        checksums.member(claim.algorithm): version.checksum,
        "ChecksumType": "FULL_OBJECT",
        **encrypted.shown,
    }
    if version.version_id != NULL_VERSION:
        answer["VersionId"] = version.version_id
    answer.update(expiring.shown(ctx, bucket, version))
    return answer


@operation("GetObject")
def get_object(ctx: Context, members: Members) -> Members:
    """The object or a range or a part of it."""
    bucket = ctx.store.bucket(members["Bucket"])
    _check_part_number(members)
    version_id = wanted_version(members)
    _check_overrides(ctx, members)
    customer = customer_keys.of_object(ctx, members, reading=True)

    def choose(found: Version | None) -> tuple[int, int]:
        if found is None:  # on a GET, not a HEAD: measured for https://github.com/brekkylab/backlot
            checksums.mode_enabled(members)
        version = _readable(ctx, members, found, customer)
        return _range(ctx, members, version) or (0, version.size)

    key = customer.key if customer else None
    version, payload = ctx.store.open(bucket, members["Key"], version_id, choose, key)
    if version.storage_class == tiering.CLASS:
        tiering.note_access(ctx, bucket, version)
    answer = _shown(ctx, members, version, customer)
    _override(ctx, members, answer)
    answer["Body"] = payload
    return answer


@operation("HeadObject")
def head_object(ctx: Context, members: Members) -> Members:
    """What GET would answer, without the body."""
    bucket = ctx.store.bucket(members["Bucket"])
    _check_part_number(members)
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    _check_overrides(ctx, members)
    customer = customer_keys.of_object(ctx, members, reading=True)
    version = _readable(ctx, members, found, customer, head=True)
    _range(ctx, members, version)
    answer = _shown(ctx, members, version, customer)
    _override(ctx, members, answer)
    return answer


def _check_part_number(members: Members) -> None:
    """A number that no part has is told before the key is looked for, as UploadPart does it."""
    if (number := members.get("PartNumber")) is not None:
        parts.check_number(number)


def _readable(
    ctx: Context,
    members: Members,
    found: Version | None,
    customer: CustomerKey | None,
    *,
    head: bool = False,
) -> Version:
    """The version, when it is there, its key was sent and the conditions hold."""
    version = check_found(ctx, members, found)
    decrypts = not head or checksums.mode_enabled(members)
    encryption.check_reading(ctx, version, customer, decrypts=decrypts)
    conditions.check_read(members, version, ctx.clock)
    if version.storage_class in names.ARCHIVED and not head:
        restoring.check_readable(version, ctx.clock())
    elif version.storage_class == tiering.CLASS and not head:
        tiering.check_active(ctx, ctx.store.bucket(members["Bucket"]), version)
    return version


def _range(ctx: Context, members: Members, version: Version) -> tuple[int, int] | None:
    """Start and length of what Range or PartNumber asks for."""
    header, number = members.get("Range"), members.get("PartNumber")
    if header is not None and number is not None:
        raise S3Error(
            "InvalidRequest", "Cannot specify both Range header and partNumber query parameter"
        )
    if number is not None:
        return parts.locate(version, number)
    if header is None or not conditions.range_applies(ctx.request.headers.get("if-range"), version):
        return None
    return ranges.requested(header, version.size)


def _shown(
    ctx: Context, members: Members, version: Version, customer: CustomerKey | None
) -> Members:
    bucket = ctx.store.bucket(members["Bucket"])
    details = version.read_details()
    answer: Members = {
        "AcceptRanges": "bytes",
        "LastModified": moment(version.modified),
        "ETag": f'"{version.etag}"',
        **encryption.shown(details.sealed, customer),
        **attributes.shown(details),
        **shown_version(bucket, version),
    }
    wanted = _range(ctx, members, version)
    length = version.size
    if wanted is not None:
        start, length = wanted
        ctx.status = 206
        answer["ContentRange"] = f"bytes {start}-{start + length - 1}/{version.size}"
    answer["ContentLength"] = length
    number = members.get("PartNumber")
    if number is not None and version.parts is not None:
        answer["PartsCount"] = len(version.read_parts())
    if checksums.mode_enabled(members) and version.algorithm is not None:
        shown = parts.checksum(version, number, whole=length == version.size)
        if shown is not None:
            answer[checksums.member(version.algorithm)] = shown
            answer["ChecksumType"] = version.checksum_type
    if version.storage_class != "STANDARD":
        answer["StorageClass"] = version.storage_class
        answer.update(restoring.header(version, details, ctx.clock()))
        answer.update(tiering.shown(ctx, bucket, version, details))
    if members.get("VersionId") is None:  # about the current version only
        answer.update(expiring.shown(ctx, bucket, version))
    if version.replication is not None:
        answer["ReplicationStatus"] = version.replication
    answer.update(_told_to_some(ctx, members, version))
    return answer


def _told_to_some(ctx: Context, members: Members, version: Version) -> Members:
    """What is told to those alone who could ask for it: how many tags, and the lock.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    answer: Members = {}
    tagging = action_of("GetObjectTagging", version_id=members.get("VersionId") is not None)
    if version.tags and ctx.may(tagging, version):
        answer["TagCount"] = len(version.read_tags())
    if version.lock:
        lock = version.read_lock()
        if (
            lock.mode is not None
            and lock.until is not None
            and ctx.may("GetObjectRetention", version)
        ):
            answer["ObjectLockMode"] = lock.mode
            answer["ObjectLockRetainUntilDate"] = moment(lock.until)
        if lock.hold is not None and ctx.may("GetObjectLegalHold", version):
            answer["ObjectLockLegalHoldStatus"] = lock.hold
    return answer


def _override(ctx: Context, members: Members, answer: Members) -> None:
    """Replace headers of the answer by the response-* parameters, word for word."""
    if _OVERRIDING.isdisjoint(members):
        return
    for name, member in OVERRIDES.items():
        if members.get(name) is not None:
            answer[member] = members[name]
    if "ResponseExpires" in members:  # parsed as a time, and answered as it came
        answer["Expires"] = ctx.request.query["response-expires"]


def _check_overrides(ctx: Context, members: Members) -> None:
    """Raises S3Error InvalidRequest for nobody's, InvalidArgument for what cannot be overridden."""
    query = ctx.request.query
    if not query:
        return
    for name in query:
        if name.startswith("response-") and name not in _PARAMETERS.values():
            raise S3Error(  # https://github.com/versity/versitygw/issues/2075
                "InvalidArgument",
                f"{name} is not in the set of overridable response headers. "
                f"Please use one of [{', '.join(sorted(_PARAMETERS.values()))}]",
                ArgumentName=name,
                ArgumentValue=query[name],
            )
    if _OVERRIDING.isdisjoint(members):
        return
    given = {name: members[name] for name in OVERRIDES if members.get(name) is not None}
    for name, value in given.items():
        try:
            str(value).encode("latin-1")
        except UnicodeEncodeError as error:
            raise S3Error(
                "InvalidArgument",
                "Header value cannot be represented using ISO-8859-1.",
                ArgumentName=_PARAMETERS[name],
                ArgumentValue=value,
            ) from error
    if given and ctx.account is None:
        raise S3Error(
            "InvalidRequest",
            "Request specific response headers cannot be used for anonymous GET requests.",
        )
