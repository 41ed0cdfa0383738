"""What answers tell of a bucket's lifecycle: when an object expires, when an upload is aborted.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
"""

from __future__ import annotations

from urllib.parse import quote

from server_ref.context import Context, Members
from server_ref.rules import lifecycle_due
from server_ref.rules.times import moment
from server_ref.storage.records import Bucket, Upload, Version


def shown(ctx: Context, bucket: Bucket, version: Version) -> Members:
    """Expiration of a current version, where a rule takes it in."""
    configuration = ctx.store.get_config(bucket, "lifecycle")
    if configuration is None:
        return {}
    header = lifecycle_due.expiration_header(configuration, version)
    return {} if header is None else {"Expiration": header}


def abort_shown(ctx: Context, bucket: Bucket, upload: Upload) -> Members:
    """AbortDate and AbortRuleId of an upload, where a rule takes it in."""
    configuration = ctx.store.get_config(bucket, "lifecycle")
    due = lifecycle_due.abort(lifecycle_due.enabled(configuration), upload.key, upload.initiated)
    return (
        {}
        if due is None
        else {"AbortDate": moment(due.at), "AbortRuleId": quote(due.rule, safe="")}
    )
