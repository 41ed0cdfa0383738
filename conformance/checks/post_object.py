"""Checks of POST object: an HTML form with a policy signed by Signature Version 4."""

from __future__ import annotations

import base64
import re

from conformance.checks.given_forms import FORM, expect_forms_taken, form_fields, post_form
from conformance.trial import Trial, check


@check("post-object", proved_by=["forms-refused"], only=("raw",), spec=FORM)
def form_writes_an_object(t: Trial) -> None:
    """A signed form answers 204 and writes the file's bytes."""
    t.expect.status(post_form(t, form_fields(t, "posted")), 204)

    t.expect.body(t.look("GetObject", Key="posted"), b"abcdef")


@check("post-object", proved_by=["form-status-ignored"], only=("raw",), spec=FORM)
def form_may_ask_for_201(t: Trial) -> None:
    """`success_action_status` 201 answers XML with location, bucket, key and ETag."""
    got = post_form(t, form_fields(t, "posted", more={"success_action_status": "201"}))

    t.expect.status(got, 201)
    for part in (
        "<PostResponse",
        f"<Bucket>{t.bucket}</Bucket>",
        f"<Key>{t.key('posted')}</Key>",
        "<ETag>",
        "<Location>",
    ):
        t.expect.true(part in got.wire_body.decode(), f"the answer has {part}")


@check("post-object", proved_by=["form-filename-ignored"], only=("raw",), spec=FORM)
def file_name_can_be_part_of_the_key(t: Trial) -> None:
    """`${filename}` in the key stands for the name of the file."""
    t.expect.success(post_form(t, form_fields(t, "of-${filename}")), 204)

    t.expect.body(t.look("GetObject", Key="of-photo.jpg"), b"abcdef")


@check(
    "post-object", proved_by=["form-metadata-lost"], only=("raw",), verified="aws-recorded 2026-02"
)
def metadata_comes_asform_fields(t: Trial) -> None:
    """Content-Type and x-amz-meta- fields become the object's."""
    more = {"Content-Type": "text/plain", "x-amz-meta-test-1": "one"}
    fields = form_fields(t, "posted", more=more)

    t.expect.success(post_form(t, fields), 204)

    got = t.look("HeadObject", Key="posted")
    t.expect.header(got, "Content-Type", "text/plain")
    t.expect.header(got, "x-amz-meta-test-1", "one")


@check(
    "post-object",
    proved_by=["form-signature-unverified"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def changed_policy_is_refused(t: Trial) -> None:
    """A policy that is not the one that was signed: 403 SignatureDoesNotMatch."""
    expect_forms_taken(t)
    fields = form_fields(t, "posted")
    policy = base64.b64decode(fields["policy"]) + b" "

    got = post_form(t, fields | {"policy": base64.b64encode(policy).decode()})

    t.expect.error(got, 403, "SignatureDoesNotMatch")


@check(
    "post-object",
    proved_by=["form-fields-optional"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def every_signature_field_is_needed(t: Trial) -> None:
    """Without X-Amz-Signature: 400 InvalidArgument, naming the field."""
    expect_forms_taken(t)
    fields = form_fields(t, "posted")
    del fields["x-amz-signature"]

    got = post_form(t, fields)

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="X-Amz-Signature")


@check(
    "post-object",
    proved_by=["form-anonymous-let-in"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def form_without_signature_fields_is_refused(t: Trial) -> None:
    """Without any of the signature's fields: 403 AccessDenied."""
    expect_forms_taken(t)
    got = post_form(t, {"key": t.key("posted")})

    t.expect.error(got, 403, "AccessDenied")


@check(
    "post-object", proved_by=["form-expiry-ignored"], only=("raw",), verified="aws-recorded 2026-02"
)
def expired_policy_is_refused(t: Trial) -> None:
    """A policy past its expiration: 403 AccessDenied, `Policy expired.`"""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "posted", lifetime=-60))

    t.expect.error(got, 403, "AccessDenied")
    t.expect.message(got, "Invalid according to Policy: Policy expired.")


@check(
    "post-object",
    proved_by=["form-conditions-ignored"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def condition_that_does_not_hold_is_refused(t: Trial) -> None:
    """A field that is not what the policy says: 403 AccessDenied, with the condition."""
    expect_forms_taken(t)
    fields = form_fields(t, "posted", ["eq", "$x-amz-meta-colour", "green"])

    got = post_form(t, fields | {"x-amz-meta-colour": "red"})

    t.expect.error(got, 403, "AccessDenied")
    t.expect.message(got, re.compile(".*Policy Condition failed.*"))


@check(
    "post-object", proved_by=["form-size-ignored"], only=("raw",), verified="aws-recorded 2026-02"
)
def file_over_the_range_is_refused(t: Trial) -> None:
    """A file over content-length-range: 400 EntityTooLarge, with both sizes."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "posted", ["content-length-range", 5, 10]), b"a" * 12)

    t.expect.error(got, 400, "EntityTooLarge", MaxSizeAllowed="10", ProposedSize="12")


@check(
    "post-object", proved_by=["form-size-ignored"], only=("raw",), verified="aws-recorded 2026-02"
)
def file_under_the_range_is_refused(t: Trial) -> None:
    """A file under content-length-range: 400 EntityTooSmall, with both sizes."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "posted", ["content-length-range", 5, 10]), b"a")

    t.expect.error(got, 400, "EntityTooSmall", MinSizeAllowed="5", ProposedSize="1")


@check(
    "post-object", proved_by=["form-type-unchecked"], only=("raw",), verified="aws-recorded 2026-02"
)
def other_type_of_form_is_refused(t: Trial) -> None:
    """A POST that is not multipart/form-data: 412 PreconditionFailed."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "posted"), content_type="application/x-www-form-urlencoded")

    t.expect.error(
        got,
        412,
        "PreconditionFailed",
        Condition="Bucket POST must be of the enclosure-type multipart/form-data",
    )


@check(
    "post-object",
    proved_by=["form-bucket-unconditional"],
    only=("raw",),
    verified="reported",  # aws/aws-sdk-php#3292 quotes Amazon's answer
    level="may",
    spec=FORM,
)
def form_is_for_one_bucket(t: Trial) -> None:
    """A form whose policy has no condition on the bucket: 403 AccessDenied, nothing is written."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "anywhere", bucket=False))

    t.expect.error(got, 403, "AccessDenied")
    t.expect.status(t.look("HeadObject", Key="anywhere"), 404)


@check(
    "post-object",
    proved_by=["form-dates-in-any-form"],
    only=("raw",),
    verified="documented",
    level="should",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html",
)
def form_expires_at_a_time_of_iso_8601(t: Trial) -> None:
    """An expiration with a blank in place of the T: 400 InvalidPolicyDocument."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "dated", expiration="%Y-%m-%d %H:%M:%S.79+00:00"))

    t.expect.error(got, 400, "InvalidPolicyDocument")
    t.expect.status(t.look("HeadObject", Key="dated"), 404)
