"""Deviations of what is said first where a request is wrong twice."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import change_response, replace_error
from server_ref.deviations.when import success_for_error
from server_ref.response import Response
from server_ref.seams import Exchange

declare(
    "encryption-read-before-its-bucket",
    "PutBucketEncryption finds its document malformed where there is no bucket.",
    replace_error("PutBucketEncryption", "NoSuchBucket", by="MalformedXML"),
)
declare(
    "hold-asks-for-a-lock-first",
    "PutObjectLegalHold asks for the bucket's lock before it reads the hold.",
    replace_error("PutObjectLegalHold", "MalformedXML", by="InvalidRequest"),
)
declare(
    "acceleration-of-dots",
    "PutBucketAccelerateConfiguration looks at the status before the bucket's name.",
    replace_error("PutBucketAccelerateConfiguration", "InvalidRequest", by="MalformedXML"),
)


def _no_bucket(exchange: Exchange, _response: Response) -> Response | None:
    error, context = exchange.error, exchange.context
    wrong = error is not None and error.code == "SignatureDoesNotMatch" and context is None
    return Response(404, {"Content-Type": "application/xml"}, _NO_BUCKET) if wrong else None


_NO_BUCKET = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code>'
    b"<Message>The specified bucket does not exist</Message></Error>"
)
declare(
    "signature-after-the-bucket",
    "A wrong signature is told that there is no such bucket.",
    change_response("*", _no_bucket),
)
declare(
    "absence-before-the-owner",
    "A request that expects another owner is told that there is no such key.",
    replace_error(("GetObject", "DeleteBucket"), "AccessDenied", by="NoSuchKey"),
)
declare(
    "absence-before-the-denial",
    "What a policy denies is told to be absent.",
    replace_error("GetObject", "AccessDenied", by="NoSuchKey"),
)
declare(
    "locks-look-at-no-key",
    "A lock of a key that is not there is taken.",
    success_for_error(("PutObjectRetention", "PutObjectLegalHold"), "NoSuchKey", 200),
)
declare(
    "order-before-the-parts",
    "A completion of an unknown upload is told of its parts.",
    replace_error("CompleteMultipartUpload", "NoSuchUpload", by="InvalidPart"),
)
