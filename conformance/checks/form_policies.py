"""Checks of the policy of a form: what it has to say, and how its conditions are compared."""

from __future__ import annotations

from conformance.checks.given_forms import POLICY, expect_forms_taken, form_fields, post_form
from conformance.trial import Trial, check

RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"


@check("post-object", proved_by=["form-policy-of-any-shape"], only=RAW, spec=POLICY)
def policy_has_its_two_members(t: Trial) -> None:
    """A policy without expiration, or whose conditions are missing or no list: 400."""
    for number, member in enumerate(({"expiration": None}, {"conditions": None})):
        got = post_form(t, form_fields(t, f"shaped-{number}", policy=member))
        t.expect.error(got, 400, "InvalidPolicyDocument")
        t.expect.status(t.look("HeadObject", Key=f"shaped-{number}"), 404)
    t.expect.success(post_form(t, form_fields(t, "whole")), 204)


@check("post-object", proved_by=["form-policy-of-any-shape"], only=RAW, verified=RECORDED)
def condition_has_one_property(t: Trial) -> None:
    """A condition that is an object of two members: 400 InvalidPolicyDocument."""
    expect_forms_taken(t)
    both = {"x-amz-meta-a": "1", "x-amz-meta-b": "2"}

    got = post_form(t, form_fields(t, "of-two", both, free=tuple(both), more=both))

    t.expect.error(got, 400, "InvalidPolicyDocument")
    t.expect.status(t.look("HeadObject", Key="of-two"), 404)


@check("post-object", proved_by=["form-prefixes-have-no-case"], only=RAW, verified=RECORDED)
def starts_with_has_case(t: Trial) -> None:
    """`starts-with` compares as it stands: `HTTP://localhost` does not start with `http://`."""
    condition = ["starts-with", "$success_action_redirect", "http://localhost"]
    field = "success_action_redirect"

    got = post_form(
        t,
        form_fields(t, "spelt", condition, free=(field,), more={field: "HTTP://localhost.test/to"}),
    )
    same = post_form(
        t,
        form_fields(t, "same", condition, free=(field,), more={field: "http://localhost.test/to"}),
    )

    t.expect.error(got, 403, "AccessDenied")
    t.expect.status(same, 303)
    t.expect.status(t.look("HeadObject", Key="spelt"), 404)


@check("post-object", proved_by=["form-empty-prefix-matches-nothing"], only=RAW, spec=POLICY)
def starts_with_nothing_is_anything(t: Trial) -> None:
    """`starts-with` and an empty text: the field may have any value."""
    for value in ("green", "größe"):
        got = post_form(
            t,
            form_fields(
                t,
                "free",
                ["starts-with", "$Cache-Control", ""],
                free=("Cache-Control",),
                more={"Cache-Control": value},
            ),
        )
        t.expect.success(got, 204)


@check("post-object", proved_by=["form-fields-need-no-condition"], only=RAW, spec=POLICY)
def every_field_has_a_condition(t: Trial) -> None:
    """A field that the policy does not speak of: 403 AccessDenied, and nothing is written."""
    fields = form_fields(t, "more", free=("x-amz-meta-more",), more={"x-amz-meta-more": "1"})

    t.expect.error(post_form(t, fields), 403, "AccessDenied")

    t.expect.status(t.look("HeadObject", Key="more"), 404)
    taken = post_form(t, form_fields(t, "more", more={"x-amz-meta-more": "1"}))
    t.expect.success(taken, 204)


@check("post-object", proved_by=["form-ignored-fields-refused"], only=RAW, spec=POLICY)
def ignored_fields_need_no_condition(t: Trial) -> None:
    """A field whose name begins with `x-ignore-` may be there without a condition."""
    fields = form_fields(t, "noted", free=("x-ignore-note",), more={"x-ignore-note": "1"})

    t.expect.success(post_form(t, fields), 204)

    t.expect.body(t.look("GetObject", Key="noted"), b"abcdef")


@check("post-object", proved_by=["form-range-off-by-one"], only=RAW, spec=POLICY)
def both_ends_of_the_range_belong_to_it(t: Trial) -> None:
    """content-length-range 5 to 6 takes files of five and of six bytes."""
    for size in (5, 6):
        fields = form_fields(t, f"of-{size}", ["content-length-range", 5, 6])
        t.expect.success(post_form(t, fields, b"x" * size), 204)
        t.expect.body(t.look("GetObject", Key=f"of-{size}"), b"x" * size)


@check("post-object", proved_by=["form-range-of-words"], only=RAW, verified=RECORDED)
def range_of_a_form_is_of_numbers(t: Trial) -> None:
    """content-length-range with a word for a number: 403 AccessDenied, nothing is written."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "sized", ["content-length-range", "test", 10]))

    t.expect.error(got, 403, "AccessDenied")
    t.expect.status(t.look("HeadObject", Key="sized"), 404)
