"""Deviations of what is said first where a request is wrong twice."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import replace_error

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
