"""Checks of lifecycle configurations: what is kept, and what is refused and how."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
ELEMENTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
MINIMUM = "TransitionDefaultMinimumObjectSize"
RECORDED = "aws-recorded 2026-02"


def _rule(identifier: str = "rule", **members: Any) -> dict[str, Any]:
    """A rule that expires everything after a week, but for what is given."""
    usual = {"Filter": {"Prefix": ""}, "Status": "Enabled", "Expiration": {"Days": 7}}
    return {"ID": identifier, **usual, **members}


def _configured(t: Trial, *rules: dict[str, Any]) -> str:
    """A bucket that has these rules."""
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": list(rules)},
    )
    return bucket


def _refused(t: Trial, code: str, *rules: dict[str, Any], **members: Any) -> None:
    got = t.call(
        "PutBucketLifecycleConfiguration",
        Bucket=t.given.bucket(),
        LifecycleConfiguration={"Rules": list(rules)},
    )

    t.expect.error(got, 400, code, **members)


@check("bucket-lifecycle", proved_by=["lifecycle-one-rule-kept"], verified=RECORDED)
def rules_read_back(t: Trial) -> None:
    """The rules that were put are the rules of the bucket."""
    bucket = t.given.bucket()
    rules = [
        _rule("logs", Filter={"Prefix": "logs/"}),
        _rule("off", Filter={"Prefix": "tmp/"}, Status="Disabled", Expiration={"Days": 1}),
    ]

    put = t.call(
        "PutBucketLifecycleConfiguration", Bucket=bucket, LifecycleConfiguration={"Rules": rules}
    )

    t.expect.ok(put)
    t.expect.means(t.look("GetBucketLifecycleConfiguration", Bucket=bucket), "Rules", rules)


@check("bucket-lifecycle", proved_by=["lifecycle-sizes-lost"], verified=RECORDED)
def filters_read_back(t: Trial) -> None:
    """Filters by size, by a tag and by several things at once come back as they were put."""
    bucket = t.given.bucket()
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    filters: list[dict[str, Any]] = [
        {"ObjectSizeGreaterThan": 20},
        {"Tag": tags[0]},
        {"And": {"Prefix": "x/", "Tags": tags, "ObjectSizeLessThan": 10}},
    ]
    rules = [_rule(f"rule-{number}", Filter=one) for number, one in enumerate(filters)]

    put = t.call(
        "PutBucketLifecycleConfiguration", Bucket=bucket, LifecycleConfiguration={"Rules": rules}
    )

    t.expect.ok(put)
    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.means(got, "Rules", rules)


@check("bucket-lifecycle", proved_by=["lifecycle-rules-merged"], spec=f"{ELEMENTS}")
def new_rules_replace_the_old(t: Trial) -> None:
    """A configuration replaces the one before it, all of it."""
    bucket = _configured(t, _rule("old"))

    put = t.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [_rule("new")]},
    )

    t.expect.ok(put)
    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.member(got, "Rules[].ID", ["new"])


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-none-is-empty"],
    verified=RECORDED,
    spec=f"{API}/API_GetBucketLifecycleConfiguration.html",
)
def bucket_without_rules_says_so(t: Trial) -> None:
    """GetBucketLifecycleConfiguration where no rules are: 404 NoSuchLifecycleConfiguration."""
    bucket = t.given.bucket()

    got = t.call("GetBucketLifecycleConfiguration", Bucket=bucket)

    t.expect.error(got, 404, "NoSuchLifecycleConfiguration", BucketName=bucket)


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-deleted-stay"],
    verified=RECORDED,
    spec=f"{API}/API_DeleteBucketLifecycle.html",
)
def deleted_rules_are_gone(t: Trial) -> None:
    """DeleteBucketLifecycle answers 204, and the bucket has no rules."""
    bucket = _configured(t, _rule())
    t.expect.ok(t.look("GetBucketLifecycleConfiguration", Bucket=bucket))  # they are there

    t.expect.status(t.call("DeleteBucketLifecycle", Bucket=bucket), 204)

    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.error(got, 404, "NoSuchLifecycleConfiguration")


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-delete-of-none-refused"],
    verified=RECORDED,
    spec=f"{API}/API_DeleteBucketLifecycle.html",
)
def deleting_no_rules_is_fine(t: Trial) -> None:
    """DeleteBucketLifecycle answers 204, and 204 again where there are no rules any more."""
    bucket = _configured(t, _rule())

    for _ in range(2):
        t.expect.success(t.call("DeleteBucketLifecycle", Bucket=bucket), 204)


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-delete-deletes-the-bucket"],
    spec=f"{API}/API_DeleteBucketLifecycle.html",
)
def deleting_the_rules_keeps_the_bucket(t: Trial) -> None:
    """DeleteBucketLifecycle is answered with success and leaves the bucket where it is."""
    bucket = t.given.bucket()

    t.expect.success(t.call("DeleteBucketLifecycle", Bucket=bucket), 204)

    t.expect.ok(t.look("HeadBucket", Bucket=bucket))
    t.tells_absent()


@check("bucket-lifecycle", proved_by=["lifecycle-ids-not-made"], spec=ELEMENTS)
def rule_without_an_id_gets_one(t: Trial) -> None:
    """A rule that has no ID is given one."""
    bucket = t.given.bucket()
    rule = _rule()
    del rule["ID"]

    put = t.call(
        "PutBucketLifecycleConfiguration", Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
    )

    t.expect.ok(put)
    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.member(got, "length(Rules[0].ID || '') > `0`", True)


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-minimum-not-told"],
    only=SAYS_ANYTHING,
    verified=RECORDED,
)
def least_size_of_transitions_is_told(t: Trial) -> None:
    """The least size of a transition is answered where it was not said: 128 KiB for all classes."""
    bucket = _configured(t, _rule())

    got = t.call("GetBucketLifecycleConfiguration", Bucket=bucket)

    t.expect.header(got, "x-amz-transition-default-minimum-object-size", "all_storage_classes_128K")


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-minimum-unchecked"],
    only=SAYS_ANYTHING,
    verified=RECORDED,
)
def unknown_least_size_is_refused(t: Trial) -> None:
    """Another word for the least size of a transition: 400 InvalidRequest."""
    got = t.call(
        "PutBucketLifecycleConfiguration",
        Bucket=t.given.bucket(),
        LifecycleConfiguration={"Rules": [_rule()]},
        **{MINIMUM: "value"},
    )

    t.expect.error(got, 400, "InvalidRequest")


@check("bucket-lifecycle", proved_by=["lifecycle-malformed-taken"], verified=RECORDED)
def rule_about_no_objects_is_refused(t: Trial) -> None:
    """A rule with neither a Filter nor a Prefix: 400 MalformedXML."""
    rule = _rule()
    del rule["Filter"]

    _refused(t, "MalformedXML", rule)


@check("bucket-lifecycle", proved_by=["lifecycle-malformed-taken"], verified=RECORDED)
def days_and_markers_do_not_go_together(t: Trial) -> None:
    """An expiration with both Days and ExpiredObjectDeleteMarker: 400 MalformedXML."""
    _refused(t, "MalformedXML", _rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True}))


@check("bucket-lifecycle", proved_by=["lifecycle-malformed-taken"], verified=RECORDED)
def filter_says_one_thing_or_and(t: Trial) -> None:
    """A Filter with a Prefix beside its And: 400 MalformedXML."""
    both = {"Prefix": "a", "And": {"Prefix": "a", "ObjectSizeGreaterThan": 1}}

    _refused(t, "MalformedXML", _rule(Filter=both))


@check("bucket-lifecycle", proved_by=["lifecycle-arguments-taken"], verified=RECORDED)
def date_is_a_midnight(t: Trial) -> None:
    """A Date that is no midnight (UTC): 400 InvalidArgument that names Date."""
    date = datetime(2040, 1, 1, 2, 2, 2, tzinfo=UTC)

    _refused(t, "InvalidArgument", _rule(Expiration={"Date": date}), ArgumentName="Date")


@check("bucket-lifecycle", proved_by=["lifecycle-arguments-taken"], spec=ELEMENTS)
def days_are_positive(t: Trial) -> None:
    """Expiration after 0 days: 400 InvalidArgument."""
    _refused(t, "InvalidArgument", _rule(Expiration={"Days": 0}))


@check("bucket-lifecycle", proved_by=["lifecycle-arguments-taken"], spec=ELEMENTS)
def ids_of_rules_are_unique(t: Trial) -> None:
    """Two rules of one ID: 400 InvalidArgument."""
    rules = [_rule("same", Filter={"Prefix": prefix}) for prefix in ("a", "b")]

    _refused(t, "InvalidArgument", *rules)


@check("bucket-lifecycle", proved_by=["lifecycle-requests-taken"], verified=RECORDED)
def two_tags_of_one_key_are_refused(t: Trial) -> None:
    """A filter that asks for two values of the same tag: 400 InvalidRequest."""
    tags = [{"Key": "same", "Value": value} for value in ("1", "2")]

    _refused(t, "InvalidRequest", _rule(Filter={"And": {"Tags": tags}}))


@check("bucket-lifecycle", proved_by=["lifecycle-requests-taken"], spec=ELEMENTS)
def rule_does_something(t: Trial) -> None:
    """A rule without any action: 400 InvalidRequest."""
    rule = _rule()
    del rule["Expiration"]

    _refused(t, "InvalidRequest", rule)


@check("bucket-lifecycle", proved_by=["lifecycle-refused-forgets"])
def refused_rules_leave_the_old(t: Trial) -> None:
    """A configuration that is refused changes nothing."""
    bucket = _configured(t, _rule("kept"))

    t.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [_rule("bad", Expiration={"Days": 0})]},
    )

    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.member(got, "Rules[].ID", ["kept"])


@check("bucket-lifecycle", proved_by=["lifecycle-digest-optional"], only=("raw",))
def digest_is_required(t: Trial) -> None:
    """A configuration without Content-MD5 or a checksum: 400 InvalidRequest."""
    bucket = t.given.bucket()
    body = (
        b"<LifecycleConfiguration><Rule><ID>r</ID><Filter/><Status>Enabled</Status>"
        b"<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"
    )

    got = t.raw("PUT", f"/{bucket}", query="lifecycle", body=body)

    t.expect.error(got, 400, "InvalidRequest")
