"""Checks of the actions of a lifecycle rule: what they say, and what does not go together."""

from __future__ import annotations

from conformance.checks.given_requests import put_document
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
ELEMENTS = f"{GUIDE}/intro-lifecycle-rules.html"
TRANSITIONS = f"{GUIDE}/lifecycle-transition-general-considerations.html"
TAG = "<Tag><Key>a</Key><Value>b</Value></Tag>"


def _put(t: Trial, bucket: str, actions: str, about: str = "") -> Answer:
    rule = f"<ID>one</ID><Status>Enabled</Status><Filter>{about}</Filter>{actions}"
    document = f"<LifecycleConfiguration><Rule>{rule}</Rule></LifecycleConfiguration>"
    return put_document(t, f"/{bucket}", "lifecycle", document)


def _transition(when: str, storage_class: str = "GLACIER") -> str:
    return f"<Transition>{when}<StorageClass>{storage_class}</StorageClass></Transition>"


def _days(number: int) -> str:
    return f"<Days>{number}</Days>"


def _abort(said: str = "<DaysAfterInitiation>7</DaysAfterInitiation>") -> str:
    return f"<AbortIncompleteMultipartUpload>{said}</AbortIncompleteMultipartUpload>"


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-abort-unchecked"],
    only=RAW,
    verified="reported",  # noobaa/noobaa-core#8970
    spec=f"{API}/API_AbortIncompleteMultipartUpload.html",
)
def uploads_are_ended_after_days(t: Trial) -> None:
    """AbortIncompleteMultipartUpload after 0 days: 400 InvalidArgument; after 7 it is taken."""
    bucket = t.given.bucket()

    got = _put(t, bucket, _abort("<DaysAfterInitiation>0</DaysAfterInitiation>"))

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.status(t.look("GetBucketLifecycleConfiguration", Bucket=bucket), 404)
    t.expect.ok(_put(t, bucket, _abort()))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-abort-of-what-has-tags"],
    only=RAW,
    # of tags terraform-aws-modules/terraform-aws-s3-bucket#109, noobaa/noobaa-core#8870;
    # of sizes aws-cloudformation/cfn-lint#3554
    verified="reported",
    spec=ELEMENTS,
)
def uploads_have_neither_tags_nor_size(t: Trial) -> None:
    """A rule that ends uploads and asks for a tag or a size: 400 InvalidRequest."""
    bucket = t.given.bucket()

    for about in (TAG, "<ObjectSizeGreaterThan>500</ObjectSizeGreaterThan>"):
        t.expect.error(_put(t, bucket, _abort(), about), 400, "InvalidRequest")

    t.expect.ok(_put(t, bucket, _abort(), "<Prefix>a</Prefix>"))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-noncurrent-days-unchecked"],
    only=RAW,
    verified="reported",  # noobaa/noobaa-core#8970
    spec=f"{API}/API_NoncurrentVersionExpiration.html",
)
def noncurrent_days_are_positive(t: Trial) -> None:
    """NoncurrentVersionExpiration after 0 days: 400 InvalidArgument; after 1 it is taken."""
    bucket = t.given.bucket()
    expire = "<NoncurrentVersionExpiration>{}</NoncurrentVersionExpiration>"

    got = _put(t, bucket, expire.format("<NoncurrentDays>0</NoncurrentDays>"))

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.ok(_put(t, bucket, expire.format("<NoncurrentDays>1</NoncurrentDays>")))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-malformed-taken"],
    only=RAW,
    spec=f"{API}/API_Transition.html",
)
def transition_names_a_class_of_s3(t: Trial) -> None:
    """A Transition to STANDARD, to a class nobody has, or to none: 400 MalformedXML."""
    bucket = t.given.bucket()

    for to in ("STANDARD", "COLD"):
        t.expect.error(_put(t, bucket, _transition(_days(30), to)), 400, "MalformedXML")
    nowhere = f"<Transition>{_days(30)}</Transition>"
    t.expect.error(_put(t, bucket, nowhere), 400, "MalformedXML")

    t.expect.ok(_put(t, bucket, _transition(_days(30))))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-days-and-dates"],
    only=RAW,
    verified="reported",  # noobaa/noobaa-core#9969
    spec=ELEMENTS,
)
def rule_counts_days_or_names_dates(t: Trial) -> None:
    """A rule with a Transition after days and one at a date: 400 InvalidRequest."""
    bucket = t.given.bucket()
    soon, late = _transition(_days(30)), "<Date>2080-01-01T00:00:00Z</Date>"

    got = _put(t, bucket, soon + _transition(late, "DEEP_ARCHIVE"))

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.ok(_put(t, bucket, soon + _transition(_days(200), "DEEP_ARCHIVE")))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-expires-before-transition"],
    only=RAW,
    spec=TRANSITIONS,
)
def objects_expire_after_their_transitions(t: Trial) -> None:
    """Expiration after 10 days and a Transition after 30: 400 InvalidArgument; after 40: taken."""
    bucket = t.given.bucket()
    expire = "<Expiration><Days>{}</Days></Expiration>"

    got = _put(t, bucket, _transition(_days(30)) + expire.format(10))

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.ok(_put(t, bucket, _transition(_days(30)) + expire.format(40)))


@check("bucket-lifecycle", proved_by=["lifecycle-infrequent-at-once"], only=RAW, spec=TRANSITIONS)
def infrequent_access_begins_after_30_days(t: Trial) -> None:
    """A Transition to STANDARD_IA after 10 days: 400 InvalidArgument; to GLACIER it is taken."""
    bucket = t.given.bucket()

    got = _put(t, bucket, _transition(_days(10), "STANDARD_IA"))

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.ok(_put(t, bucket, _transition(_days(10))))
    t.expect.ok(_put(t, bucket, _transition(_days(30), "STANDARD_IA")))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-markers-have-tags"],
    only=RAW,
    spec=ELEMENTS,
)
def markers_have_no_tags(t: Trial) -> None:
    """ExpiredObjectDeleteMarker in a rule that asks for a tag: 400 InvalidRequest."""
    bucket = t.given.bucket()
    action = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"

    t.expect.error(_put(t, bucket, action, TAG), 400, "InvalidRequest")

    t.expect.ok(_put(t, bucket, action))


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-noncurrent-lost"],
    spec=f"{API}/API_LifecycleRule.html",
)
def actions_on_old_versions_read_back(t: Trial) -> None:
    """What a rule does to noncurrent versions, and how many it keeps, is read back."""
    bucket = t.given.bucket()
    rule = {
        "ID": "one",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 60, "NewerNoncurrentVersions": 3},
        "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}],
    }

    put = t.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule]},
    )

    t.expect.ok(put)
    got = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    for name in ("NoncurrentVersionExpiration", "NoncurrentVersionTransitions"):
        t.expect.means(got, f"Rules[0].{name}", rule[name])
