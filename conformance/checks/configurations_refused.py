"""Checks of documents of a bucket's settings that lack something, or say too much."""

from __future__ import annotations

from conformance.checks.given_arns import absent_queue
from conformance.checks.given_requests import put_document
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
LOCK = "<ObjectLockEnabled>Enabled</ObjectLockEnabled>"
RULE = "<ID>one</ID><Status>Enabled</Status><Expiration><Days>7</Days></Expiration>"


def _lifecycle(t: Trial, bucket: str, *rules: str) -> Answer:
    told = "".join(f"<Rule>{rule}</Rule>" for rule in rules)
    return put_document(
        t, f"/{bucket}", "lifecycle", f"<LifecycleConfiguration>{told}</LifecycleConfiguration>"
    )


# lifecycle


@check("bucket-lifecycle", proved_by=["lifecycle-malformed-taken"], only=RAW, verified=RECORDED)
def noncurrent_expiration_says_when(t: Trial) -> None:
    """NoncurrentVersionExpiration without anything in it: 400 MalformedXML."""
    bucket = t.given.bucket()

    got = _lifecycle(t, bucket, f"{RULE}<Filter/><NoncurrentVersionExpiration/>")

    t.expect.error(got, 400, "MalformedXML")
    t.expect.ok(_lifecycle(t, bucket, f"{RULE}<Filter/>"))


@check("bucket-lifecycle", proved_by=["lifecycle-malformed-taken"], only=RAW, verified=RECORDED)
def size_and_prefix_need_an_and(t: Trial) -> None:
    """A Filter with ObjectSizeGreaterThan beside Prefix, without And: 400 MalformedXML."""
    bucket = t.given.bucket()
    both = "<ObjectSizeGreaterThan>500</ObjectSizeGreaterThan><Prefix>a</Prefix>"

    t.expect.error(_lifecycle(t, bucket, f"{RULE}<Filter>{both}</Filter>"), 400, "MalformedXML")
    t.expect.ok(_lifecycle(t, bucket, f"{RULE}<Filter><And>{both}</And></Filter>"))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-malformed-taken"],
    only=RAW,
    spec=f"{API}/API_LifecycleRule.html",
)
def status_of_a_rule_is_spelt_as_documented(t: Trial) -> None:
    """A rule whose Status is `enabled`: 400 MalformedXML."""
    bucket = t.given.bucket()
    rule = RULE.replace("Enabled", "enabled")

    t.expect.error(_lifecycle(t, bucket, f"{rule}<Filter/>"), 400, "MalformedXML")
    t.expect.status(t.look("GetBucketLifecycleConfiguration", Bucket=bucket), 404)
    t.expect.ok(_lifecycle(t, bucket, f"{RULE}<Filter/>"))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-ids-of-any-length"],
    only=RAW,
    spec=f"{API}/API_LifecycleRule.html",
)
def id_of_a_rule_has_255_characters_at_most(t: Trial) -> None:
    """A rule's ID of 256 characters: 400 InvalidArgument; with 255 it is taken."""
    bucket = t.given.bucket()

    got = _lifecycle(t, bucket, f"{RULE.replace('one', 'i' * 256)}<Filter/>")

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.ok(_lifecycle(t, bucket, f"{RULE.replace('one', 'i' * 255)}<Filter/>"))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-empty-filter-lost"],
    only=RAW,
    spec=f"{API}/API_LifecycleRule.html",
)
def empty_filter_is_every_object(t: Trial) -> None:
    """A rule with an empty Filter is taken, and read back with its Filter."""
    bucket = t.given.bucket()

    t.expect.ok(_lifecycle(t, bucket, f"{RULE}<Filter/>"))

    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.member(got, "Rules[].ID", ["one"])
    t.expect.true(b"<Filter" in got.wire_body, "the rule that was read has a Filter", of=got)


# website


def _website(t: Trial, bucket: str, said: str) -> Answer:
    return put_document(
        t, f"/{bucket}", "website", f"<WebsiteConfiguration>{said}</WebsiteConfiguration>"
    )


@check("website", proved_by=["website-index-empty"], only=RAW, verified=RECORDED)
def index_suffix_is_not_empty(t: Trial) -> None:
    """An index document whose suffix is empty: 400 InvalidArgument, naming IndexDocument."""
    bucket = t.given.bucket()

    got = _website(t, bucket, "<IndexDocument><Suffix></Suffix></IndexDocument>")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="IndexDocument")
    t.expect.status(t.look("GetBucketWebsite", Bucket=bucket), 404)


@check("website", proved_by=["website-condition-empty"], only=RAW, verified=RECORDED)
def condition_of_a_redirect_is_not_empty(t: Trial) -> None:
    """A routing rule with an empty Condition: 400 InvalidRequest; without one it is taken."""
    bucket = t.given.bucket()
    index = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
    to = "<Redirect><HostName>example.com</HostName></Redirect>"

    def ruled(condition: str) -> Answer:
        rule = f"<RoutingRule>{condition}{to}</RoutingRule>"
        return _website(t, bucket, f"{index}<RoutingRules>{rule}</RoutingRules>")

    t.expect.error(ruled("<Condition></Condition>"), 400, "InvalidRequest")
    t.expect.status(t.look("GetBucketWebsite", Bucket=bucket), 404)
    t.expect.ok(ruled(""))


# object lock


@check("retention", proved_by=["lock-document-values-unchecked"], only=RAW, verified=RECORDED)
def lock_configuration_is_whole(t: Trial) -> None:
    """A lock's configuration that is empty, not Enabled, or with an empty Rule: MalformedXML."""
    bucket = t.given.locked_bucket()
    day = "<DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention>"

    def told(said: str) -> Answer:
        document = f"<ObjectLockConfiguration>{said}</ObjectLockConfiguration>"
        return put_document(t, f"/{bucket}", "object-lock", document)

    for said in ("", f"<Rule>{day}</Rule>", f"{LOCK}<Rule/>"):
        t.expect.error(told(said), 400, "MalformedXML")
    t.expect.error(told(f"{LOCK}<Rule><DefaultRetention/></Rule>"), 400, "MalformedXML")
    t.expect.ok(told(f"{LOCK}<Rule>{day}</Rule>"))


# ownership


@check("bucket-ownership", proved_by=["ownership-of-two-rules"], only=RAW, verified=RECORDED)
def ownership_has_one_rule(t: Trial) -> None:
    """Ownership controls with two rules, or with none: 400 MalformedXML; the setting stays."""
    bucket = t.given.bucket()
    rules = [
        f"<Rule><ObjectOwnership>{mode}</ObjectOwnership></Rule>"
        for mode in ("BucketOwnerPreferred", "ObjectWriter")
    ]

    for said in ("".join(rules), ""):
        document = f"<OwnershipControls>{said}</OwnershipControls>"
        t.expect.error(
            put_document(t, f"/{bucket}", "ownershipControls", document), 400, "MalformedXML"
        )
    got = t.look("GetBucketOwnershipControls", Bucket=bucket)
    t.expect.member(got, "OwnershipControls.Rules[].ObjectOwnership", ["BucketOwnerEnforced"])


@check("bucket-ownership", proved_by=["ownership-of-any-word"], only=RAW, verified=RECORDED)
def ownership_of_a_new_bucket_has_words_of_s3(t: Trial) -> None:
    """x-amz-object-ownership with another value, or none: 400 InvalidArgument, no bucket."""
    for value in ("RandomValue", ""):
        name = t.bucket_name()
        owner = {"x-amz-object-ownership": value}
        got = t.raw("PUT", f"/{name}", headers=owner, body=t.location_document())
        t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-object-ownership")
        t.expect.status(t.look("HeadBucket", Bucket=name), 404)


# notifications, inventory, cors


@check("bucket-inventory", proved_by=["inventory-of-any-word"], only=RAW, verified=RECORDED)
def inventory_has_words_of_s3(t: Trial) -> None:
    """An inventory with a format, frequency or set of versions S3 does not have: MalformedXML."""
    bucket, target = t.given.bucket(), t.given.bucket()
    good = {"Format": "CSV", "Frequency": "Daily", "IncludedObjectVersions": "All"}

    def put(**words: str) -> Answer:
        said = good | words
        document = (
            "<InventoryConfiguration><Destination><S3BucketDestination>"
            f"<Bucket>arn:aws:s3:::{target}</Bucket><Format>{said['Format']}</Format>"
            "</S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>one</Id>"
            f"<IncludedObjectVersions>{said['IncludedObjectVersions']}</IncludedObjectVersions>"
            f"<Schedule><Frequency>{said['Frequency']}</Frequency></Schedule>"
            "</InventoryConfiguration>"
        )
        return put_document(t, f"/{bucket}", "inventory&id=one", document)

    for name in good:
        t.expect.error(put(**{name: "Wrong"}), 400, "MalformedXML")
    t.expect.ok(put())


@check("event-notifications", proved_by=["notification-rules-half"], only=RAW, verified=RECORDED)
def filter_rule_has_name_and_value(t: Trial) -> None:
    """A filter rule without its Name or its Value: 400 MalformedXML."""
    bucket = t.given.bucket()
    queue = absent_queue(t)

    for rule in ("<Value>image/</Value>", "<Name>prefix</Name>", ""):
        document = (
            "<NotificationConfiguration><QueueConfiguration>"
            f"<Filter><S3Key><FilterRule>{rule}</FilterRule></S3Key></Filter>"
            f"<Queue>{queue}</Queue><Event>s3:ObjectCreated:*</Event>"
            "</QueueConfiguration></NotificationConfiguration>"
        )
        t.expect.error(put_document(t, f"/{bucket}", "notification", document), 400, "MalformedXML")


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-of-two-kinds"],
    only=RAW,
    verified="reported",  # aws/aws-sdk-ruby#1653, ansible/ansible#53751
)
def rules_are_of_one_kind(t: Trial) -> None:
    """A rule with a Prefix of its own beside one with a Filter: 400 InvalidRequest."""
    bucket = t.given.bucket()
    older = f"{RULE.replace('one', 'two')}<Prefix>a</Prefix>"

    got = _lifecycle(t, bucket, f"{RULE}<Filter/>", older)

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.ok(_lifecycle(t, bucket, older))


@check("errors", proved_by=["nothing-configured-nowhere"], only=("boto3", "raw"), level="should")
def error_names_the_bucket_without_a_configuration(t: Trial) -> None:
    """What was never configured: 404 with the code of its kind, and the bucket's name."""
    bucket = t.given.bucket()

    for operation, code in (
        ("GetBucketCors", "NoSuchCORSConfiguration"),
        ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
        ("GetBucketPolicy", "NoSuchBucketPolicy"),
        ("GetBucketTagging", "NoSuchTagSet"),
        ("GetBucketWebsite", "NoSuchWebsiteConfiguration"),
    ):
        got = t.call(operation, Bucket=bucket)
        t.expect.error(got, 404, code, BucketName=bucket)


@check("website", proved_by=["website-empty-prefix-lost"], only=RAW)
def prefix_of_a_condition_may_be_empty(t: Trial) -> None:
    """A routing rule whose KeyPrefixEquals is empty is taken, and read back."""
    bucket = t.given.bucket()
    rule = (
        "<RoutingRule><Condition><KeyPrefixEquals></KeyPrefixEquals></Condition>"
        "<Redirect><HostName>example.com</HostName></Redirect></RoutingRule>"
    )
    index = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"

    t.expect.ok(_website(t, bucket, f"{index}<RoutingRules>{rule}</RoutingRules>"))

    got = t.look("GetBucketWebsite", Bucket=bucket)
    t.expect.member(got, "RoutingRules[].Condition.KeyPrefixEquals", [""])


@check("bucket-lifecycle", proved_by=["dates-of-rules-unread"], only=RAW)
def date_of_a_rule_is_a_date(t: Trial) -> None:
    """A Date of an expiration or a transition that is no date: 400, no rules; a date is taken."""
    bucket = t.given.bucket()
    rule = "<ID>one</ID><Status>Enabled</Status><Filter/>"
    no_date = "<Date>20200927</Date>"
    for action in (
        f"<Expiration>{no_date}</Expiration>",
        f"<Transition>{no_date}<StorageClass>GLACIER</StorageClass></Transition>",
    ):
        got = _lifecycle(t, bucket, rule + action)
        t.expect.error(got, 400, ("MalformedXML", "InvalidArgument"))
    kept = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.error(kept, 404, "NoSuchLifecycleConfiguration")
    date = "<Expiration><Date>2080-01-01T00:00:00Z</Date></Expiration>"
    t.expect.ok(_lifecycle(t, bucket, rule + date))
