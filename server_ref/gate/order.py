"""What is judged first where a request is wrong twice: the bucket, or the form of its document.

S3 finds out whether there is a bucket, and who may use it, before it reads a body. What is in the
body is judged in the order of each operation, and there it says so: ``first`` of keep_one, and the
comments of operations/locking.py.
"""

from __future__ import annotations

from typing import Any

from server_ref.errors import S3Error
from server_ref.request import Request

# Faults of a document's form, which are of no interest where there is no bucket. Recorded of
# PutBucketEncryption: without a rule, to a bucket that is not there, it is NoSuchBucket.
OF_THE_FORM = frozenset(
    {"MalformedACLError", "MalformedPolicy", "MalformedXML", "MissingRequestBodyError"}
)
# These have no bucket yet.
WITHOUT_BUCKET = frozenset({"CreateBucket"})


def bucket_first(store: Any, request: Request, operation: str, error: S3Error) -> None:
    """Raises S3Error NoSuchBucket where that comes before ``error``."""
    if error.code in OF_THE_FORM and request.bucket and operation not in WITHOUT_BUCKET:
        store.bucket(request.bucket)
