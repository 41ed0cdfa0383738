"""How AIStore makes, shows, lists and destroys buckets."""

from __future__ import annotations

import random

from server_ref.aistore import buckets, properties
from server_ref.aistore.errors import XML_HEADER
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import NAMESPACE, difference, differs
from server_ref.deviations.steps import StoreProxy, drop_header
from server_ref.errors import S3Error
from server_ref.model.values import iso8601_seconds, xml_text
from server_ref.request import Request
from server_ref.response import Response
from server_ref.rules.times import seconds
from server_ref.seams import Exchange, Parse, Seams, Serialise, Serialised
from server_ref.storage.records import Bucket


class _AnyProvider(StoreProxy):
    """A store in which a bucket's name alone means a bucket of whatever provider."""

    def bucket(self, name: str) -> Bucket:
        return properties.by_name(self._store, name)

    def bucket_owner(self, name: str) -> str | None:
        try:
            return self.bucket(name).owner
        except S3Error:
            return None


@differs("ais-buckets-of-any-provider", "A name means an ais bucket, or else one of a provider.")
def ais_buckets_of_any_provider(server: Seams) -> None:
    server.wrap_store(_AnyProvider)


@differs("ais-create-bucket-names", "Bucket names may have capitals, underscores, and one letter.")
def ais_create_bucket_names(server: Seams) -> None:
    @server.around("CreateBucket")
    def create(_handler: Handler, ctx: Context, members: Members) -> Members:
        if ctx.account is None:
            raise S3Error("AccessDenied")
        buckets.create(ctx.store, ctx.account.canonical_id, members["Bucket"], seconds(ctx.clock()))
        return {"Location": f"/{members['Bucket']}"}


@differs("ais-create-bucket-body-unread", "CreateBucket does not look at its body: no regions.")
def ais_create_bucket_body_unread(server: Seams) -> None:
    @server.around_parse
    def bare(parse: Parse, request: Request, operation: str) -> Members:
        if operation == "CreateBucket":
            return {"Bucket": request.bucket}
        return parse(request, operation)


@differs("ais-create-again-conflicts", "Creating a bucket again is BucketAlreadyExists, for all.")
def ais_create_again_conflicts(server: Seams) -> None:
    @server.around("CreateBucket")
    def once(handler: Handler, ctx: Context, members: Members) -> Members:
        if ctx.store.bucket_owner(members["Bucket"]) is not None:
            raise S3Error("BucketAlreadyExists", BucketName=members["Bucket"])
        return handler(ctx, members)


difference(
    "ais-create-bucket-answer",
    "The answer of CreateBucket is empty: no Location, no ARN.",
    drop_header("CreateBucket", "Location", "x-amz-bucket-arn"),
)


@differs(
    "ais-head-bucket-answer",
    "HeadBucket names one region, ais, and nothing else; no other answer does.",
)
def ais_head_bucket_answer(server: Seams) -> None:
    @server.on_response("HeadBucket")
    def region(exchange: Exchange, response: Response) -> None:
        if exchange.error is None:
            for name in ("x-amz-bucket-arn", "x-amz-access-point-alias", "Content-Type"):
                response.headers.pop(name, None)
            response.headers.pop("x-amz-bucket-region", None)
            response.headers["X-Amz-Bucket-Region"] = buckets.REGION

    @server.on_response("ListObjects", "ListObjectsV2")
    def nowhere_else(_exchange: Exchange, response: Response) -> None:
        response.headers.pop("x-amz-bucket-region", None)


@differs("ais-delete-bucket-with-objects", "DeleteBucket destroys the objects with the bucket.")
def ais_delete_bucket_with_objects(server: Seams) -> None:
    @server.around("DeleteBucket")
    def destroy(_handler: Handler, ctx: Context, members: Members) -> Members:
        buckets.destroy(ctx.store, ctx.store.bucket(members["Bucket"]))
        return {}


@differs("ais-list-buckets-unordered", "ListBuckets answers in another order each time.")
def ais_list_buckets_unordered(server: Seams) -> None:
    @server.around("ListBuckets")
    def shuffled(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        random.shuffle(answer["Buckets"])
        return answer


def _list_buckets(answer: Members, root: str) -> bytes:
    shown: list[str] = []
    provider_of: dict[str, str] = {}
    for bucket in answer["Buckets"]:
        provider, mark, name = bucket["Name"].partition("://")
        if not mark:
            provider, name = "ais", bucket["Name"]
        said = f"Provider: {provider}"
        if name in provider_of:
            said += (
                f" (WARNING: {{{name}, {provider_of[name]}}} and {{{name}, Provider: {provider}}}"
                " share the same name)"
            )
        provider_of[name] = said
        shown.append(
            f"<Bucket><Name>{xml_text(name)}</Name>"
            f"<CreationDate>{_rfc3339(bucket)}</CreationDate>"
            f"<String>{xml_text(said)}</String></Bucket>"
        )
    return (
        f'{XML_HEADER}<{root} xmlns="{NAMESPACE}"><Owner><ID>1</ID>'
        "<DisplayName>ListAllMyBucketsResult</DisplayName></Owner>"
        f"<Buckets>{''.join(shown)}</Buckets></{root}>"
    ).encode()


def _rfc3339(bucket: Members) -> str:
    return iso8601_seconds(bucket["CreationDate"]).replace(".000Z", "Z")


@differs("ais-list-buckets-form", "ListBuckets names providers, and warns of names two have.")
def ais_list_buckets_form(server: Seams) -> None:
    @server.around_serialise("ListBuckets")
    def form(_plain: Serialise, _operation: str, answer: Members) -> Serialised:
        document = _list_buckets(answer, "ListAllMyBucketsResult")
        return 200, {"Content-Type": "application/xml"}, document
