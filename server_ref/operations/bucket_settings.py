"""Small settings of a bucket: CORS, website, acceleration, request payment, ABAC.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.operations.kept import keep_one
from server_ref.rules import cors, website
from server_ref.storage.records import Bucket


def _cors(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    cors.validate(value.get("CORSRules"))
    return value


def _website(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    website.validate(value)
    return value


def _no_dots(_ctx: Context, bucket: Bucket, _value: Any) -> None:
    """Comes before what the document says (recorded)."""
    if "." in bucket.name:
        raise S3Error(
            "InvalidRequest",
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
        )


def _accelerate(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    if "Status" not in value:
        raise S3Error("MalformedXML")
    return value


keep_one(
    "cors",
    put="PutBucketCors",
    get="GetBucketCors",
    delete="DeleteBucketCors",
    member="CORSConfiguration",
    missing="NoSuchCORSConfiguration",
    validate=_cors,
)
keep_one(
    "website",
    put="PutBucketWebsite",
    get="GetBucketWebsite",
    delete="DeleteBucketWebsite",
    member="WebsiteConfiguration",
    missing="NoSuchWebsiteConfiguration",
    validate=_website,
)
keep_one(
    "accelerate",
    put="PutBucketAccelerateConfiguration",
    get="GetBucketAccelerateConfiguration",
    member="AccelerateConfiguration",
    default={},
    state=_no_dots,
    validate=_accelerate,
)
keep_one(
    "request_payment",
    put="PutBucketRequestPayment",
    get="GetBucketRequestPayment",
    member="RequestPaymentConfiguration",
    default={"Payer": "BucketOwner"},
)
keep_one(
    "abac",
    put="PutBucketAbac",
    get="GetBucketAbac",
    member="AbacStatus",
    wrapped=True,
    default={"Status": "Disabled"},
)
