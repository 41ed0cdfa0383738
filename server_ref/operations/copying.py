"""CopyObject. No stored byte is rewritten, unless source or copy is encrypted at rest.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

from typing import NamedTuple

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.policy.actions import action_of
from server_ref.rules import (
    attributes,
    checksums,
    conditions,
    copying,
    customer_keys,
    encryption,
    expiring,
)
from server_ref.rules.copying import Carried
from server_ref.rules.customer_keys import CustomerKey
from server_ref.rules.new_object import Described, describe
from server_ref.rules.times import iso, seconds
from server_ref.storage import annotations as kept
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import GoneError
from server_ref.storage.records import Bucket, Version, pack
from server_ref.storage.trouble import look_again

_ILLEGAL = (
    "This copy request is illegal because it is trying to copy an object to itself without changing"
    " the object's metadata, storage class, website redirect location or encryption attributes."
)
_CHANGES = (
    "StorageClass",
    "WebsiteRedirectLocation",
    "ServerSideEncryption",
    "SSECustomerAlgorithm",
)


@operation("CopyObject")
def copy_object(ctx: Context, members: Members) -> Members:
    """An object like the source; what it carries is copied or given anew."""
    bucket = ctx.store.bucket(members["Bucket"])
    copying.refuse_body(ctx)
    conditions.validate_write(members)
    _check_directives(members)
    source = copying.parse_source(ctx, members["CopySource"])
    customer = customer_keys.of_source(ctx, members)
    lost: Version | None = None
    while True:
        found = copying.find_source(ctx, members, source)
        _check_self_copy(ctx, bucket, members, source, found)
        copying.check_size(found.size)
        described = _describe(ctx, bucket, members, found)
        try:
            made = _copy(ctx, bucket, members, source.bucket, found, described, customer)
        except GoneError as error:  # replaced or removed in this moment: look again
            lost = look_again(found.key, found, lost, error)
            continue
        break
    answer: Members = {
        "CopyObjectResult": {
            "LastModified": iso(made.modified),
            "ETag": f'"{made.etag}"',
            checksums.member(made.algorithm or checksums.DEFAULT): made.checksum,
            "ChecksumType": "FULL_OBJECT",
        },
        **described.encryption.shown,
        **copying.version_shown(source, found),
    }
    if bucket.versioning:
        answer["VersionId"] = made.version_id
    answer.update(expiring.shown(ctx, bucket, made))
    return answer


def _copy(
    ctx: Context,
    bucket: Bucket,
    members: Members,
    source: Bucket,
    found: Version,
    described: Described,
    customer: CustomerKey | None,
) -> Version:
    """Raises GoneError when the source's bytes went meanwhile."""
    store, key = ctx.store, members["Key"]
    annotated = _takes_annotations(ctx, members, source, found, described)
    algorithm = checksums.algorithm_named(members) or found.algorithm or checksums.DEFAULT
    body = _body(ctx, found, algorithm, described, customer)

    def work(tx: Transaction) -> Version:
        now = store.in_transaction(tx, bucket)
        if members.get("IfMatch") is not None or members.get("IfNoneMatch") is not None:
            conditions.check_write(members, key, versions.live(tx, now, key))
        blob, segments = body.carried.keep(tx)
        version = found._replace(
            key=key,
            seq=store.sequence(),
            etag=body.etag,
            modified=seconds(ctx.clock()),
            storage_class=described.storage_class,
            owner=described.owner,
            algorithm=algorithm,
            checksum_type="FULL_OBJECT",
            checksum=body.checksum,
            details=described.details,
            tags=described.tags,
            acl=described.acl,
            lock=described.lock,
            parts=None,
            replication=None,
        )
        if not segments:
            version = version._replace(blob=blob, segments=None)
        made = store.put(tx, now, version)
        if annotated:
            kept.copy(tx, (source, found), (now, made))
        return made

    try:
        return store.write(work)
    except BaseException:
        if body.carried.taken is not None:
            store.drop(body.carried.taken)
        raise


class _Body(NamedTuple):
    """The copy's bytes, and what is said of them."""

    carried: Carried
    etag: str
    checksum: str | None


def _body(
    ctx: Context,
    found: Version,
    algorithm: str,
    described: Described,
    customer: CustomerKey | None,
) -> _Body:
    """Raises GoneError when the source's bytes went meanwhile, S3Error for its key."""
    opens = copying.source_cipher(ctx, found, customer)
    encrypted = described.encryption
    segments = found.read_segments()
    if opens is not None or encrypted.cipher is not None:
        taken = copying.rewrite(ctx, segments, algorithm, opens=opens, seals=encrypted.cipher)
        etag = encryption.etag(taken.md5, encrypted.sealed)
        return _Body(Carried([], taken), etag, taken.checksums[algorithm])
    if found.parts is None and algorithm == found.algorithm:
        return _Body(Carried(segments, None), found.etag, found.checksum)
    computed = copying.digests(ctx, segments, algorithm)
    if computed is None:
        raise GoneError
    return _Body(Carried(segments, None), computed[0].hex(), computed[1])


def _takes_annotations(
    ctx: Context, members: Members, source: Bucket, found: Version, described: Described
) -> bool:
    """Whether there are annotations to copy; raises S3Error AccessDenied for whom they are not."""
    if members.get("AnnotationDirective") == "EXCLUDE":
        return False
    with ctx.store.reader() as reader:
        if not kept.count(reader, source, found):
            return False
    encryption.refuse_customers(described.encryption.sealed)
    ctx.authorize("GetObjectAnnotation", source.name, found.key, None)
    ctx.authorize("PutObjectAnnotation", members["Bucket"], members["Key"], None)
    return True


def _describe(ctx: Context, bucket: Bucket, members: Members, found: Version) -> Described:
    """What the copy carries: the request's for REPLACE, the source's otherwise."""
    described = describe(ctx, bucket, members)
    sealed = described.encryption.sealed
    if members.get("MetadataDirective") != "REPLACE":
        details = found.read_details()
        headers = {**details.headers}
        headers.pop("WebsiteRedirectLocation", None)  # never copied
        location = members.get("WebsiteRedirectLocation")
        if location is not None:
            attributes.check_redirect(location)
            headers["WebsiteRedirectLocation"] = location
        details.headers, details.sealed = headers, sealed
        details.of_a_copy()
        described = described._replace(details=pack(details))
    elif facts := found.read_details().facts:  # of the bytes, not of what the request says
        details = found._replace(details=described.details).read_details()
        details.facts = facts
        described = described._replace(details=pack(details))
    if members.get("TaggingDirective") != "REPLACE":
        if found.tags:
            _may_take_tags(ctx, members)
        described = described._replace(tags=found.tags)
    return described


def _may_take_tags(ctx: Context, members: Members) -> None:
    """Copied tags are read and written like any; raises S3Error AccessDenied."""
    source, key, version_id = copying.read_source(members["CopySource"])
    action = action_of("GetObjectTagging", version_id=version_id is not None)
    ctx.authorize(action, source, key, version_id)
    ctx.authorize("PutObjectTagging", members["Bucket"], members["Key"], None)


def _check_directives(members: Members) -> None:
    for member, header in (
        ("MetadataDirective", "metadata"),
        ("TaggingDirective", "tagging"),
    ):
        value = members.get(member)
        if value not in (None, "COPY", "REPLACE"):
            raise S3Error(
                "InvalidArgument",
                f"Unknown {header} directive.",
                ArgumentName=f"x-amz-{header}-directive",
                ArgumentValue=value,
            )
    annotation = members.get("AnnotationDirective")
    if annotation not in (None, "COPY", "EXCLUDE"):
        raise S3Error(
            "InvalidArgument",
            "Unknown annotation directive.",
            ArgumentName="x-amz-object-annotation-directive",
            ArgumentValue=annotation,
        )
    checksums.algorithm_named(members)


def _check_self_copy(
    ctx: Context, bucket: Bucket, members: Members, source: copying.Source, found: Version
) -> None:
    """A copy onto itself must change something S3 counts as a change; bringing back does.

    So does encryption, wherever the source or the bucket has another than SSE-S3 (recorded).
    """
    onto_itself = source.bucket.id == bucket.id and source.key == members["Key"]
    if not onto_itself or source.version_id is not None:
        return
    changed = (
        members.get("MetadataDirective") == "REPLACE"
        or any(members.get(name) is not None for name in _CHANGES)
        or bool(ctx.store.get_config(bucket, "encryption"))
        or found.read_sealed() is not None
    )
    if not changed:
        raise S3Error("InvalidRequest", _ILLEGAL)
