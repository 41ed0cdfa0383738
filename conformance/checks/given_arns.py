"""ARNs of things that are not there, in the region of the run's buckets. No check is here.

S3 refuses a destination of another region than the bucket's before it looks for it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
"""

from __future__ import annotations

from conformance.trial import Trial

_NOBODY = "111122223333"  # the account of Amazon's examples


def absent_queue(t: Trial) -> str:
    """A queue of SQS."""
    return f"arn:aws:sqs:{t.endpoint.region}:{_NOBODY}:s3compat-no-such-queue"


def absent_tables(t: Trial) -> str:
    """A bucket of tables."""
    return f"arn:aws:s3tables:{t.endpoint.region}:{_NOBODY}:bucket/tables"


def absent_key(t: Trial) -> str:
    """A key of KMS."""
    return f"arn:aws:kms:{t.endpoint.region}:{_NOBODY}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
