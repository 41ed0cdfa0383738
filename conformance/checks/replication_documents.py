"""Checks of replication documents that S3 does not take."""

from __future__ import annotations

from conformance.checks.given_requests import put_document
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html"
RULE = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html"
ON = "<Status>Enabled</Status>"
FIRST = "<Priority>1</Priority>"
NO_MARKERS = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"


def _put(t: Trial, source: str, target: str, *rules: str) -> Answer:
    to = f"<Destination><Bucket>arn:aws:s3:::{target}</Bucket></Destination>"
    told = "".join(f"<Rule>{rule}{to}</Rule>" for rule in rules)
    role = "<Role>arn:aws:iam::111122223333:role/s3compat</Role>"
    document = f"<ReplicationConfiguration>{role}{told}</ReplicationConfiguration>"
    return put_document(t, f"/{source}", "replication", document)


@check(
    "bucket-replication",
    proved_by=["replication-of-nothing"],
    only=RAW,
    verified="reported",  # crossplane-contrib/provider-aws#554, aws/aws-cli#7220
    spec=GUIDE,
)
def replication_rule_is_about_some_objects(t: Trial) -> None:
    """A rule with neither Filter nor Prefix: 400 MalformedXML; with an empty Prefix: taken."""
    source, target = t.given.versioned_bucket(), t.given.versioned_bucket()

    t.expect.error(_put(t, source, target, ON), 400, "MalformedXML")

    t.expect.status(t.look("GetBucketReplication", Bucket=source), 404)
    t.expect.ok(_put(t, source, target, f"{ON}<Prefix></Prefix>"))


@check(
    "bucket-replication",
    proved_by=["replication-filter-alone"],
    only=RAW,
    verified="reported",  # hashicorp/terraform-provider-aws#23803, KensioSoftware/yulin#1187
    spec=RULE,
)
def replication_filter_comes_with_the_rest(t: Trial) -> None:
    """A Filter without Priority, or without DeleteMarkerReplication: 400; with both: taken."""
    source, target = t.given.versioned_bucket(), t.given.versioned_bucket()

    for lacking in (f"{ON}{NO_MARKERS}<Filter/>", f"{ON}{FIRST}<Filter/>"):
        t.expect.status(_put(t, source, target, lacking), 400)

    t.expect.status(t.look("GetBucketReplication", Bucket=source), 404)
    t.expect.ok(_put(t, source, target, f"{FIRST}{ON}{NO_MARKERS}<Filter/>"))
