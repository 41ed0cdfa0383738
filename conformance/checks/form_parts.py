"""Checks of what a form may carry: fields that stand for headers, its file, what follows it."""

from __future__ import annotations

import base64
import hashlib
import re

from conformance.checks.given_forms import (
    BOUNDARY,
    FORM,
    expect_forms_taken,
    form_fields,
    post_form,
)
from conformance.trial import Credentials, Trial, check

RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
TAGS = (
    "<Tagging><TagSet><Tag><Key>TagName</Key><Value>TagValue</Value></Tag>"
    "<Tag><Key>TagName2</Key><Value>TagValue2</Value></Tag></TagSet></Tagging>"
)


@check("post-object", proved_by=["form-redirect-ignored"], only=RAW, spec=FORM)
def form_may_lead_to_another_page(t: Trial) -> None:
    """`success_action_redirect`: 303 to that URL, with bucket, key and etag in its query."""
    to = "http://localhost.test/done"

    got = post_form(t, form_fields(t, "posted", more={"success_action_redirect": to}))

    t.expect.status(got, 303)
    t.expect.header(got, "Location", re.compile(rf"{re.escape(to)}\?bucket=.*&key=.*&etag=.*"))
    t.expect.body(t.look("GetObject", Key="posted"), b"abcdef")


@check("post-object", proved_by=["form-status-copied"], only=RAW, spec=FORM)
def status_that_cannot_be_asked_for_is_204(t: Trial) -> None:
    """`success_action_status` other than 200, 201 and 204: the form answers 204."""
    t.expect.status(post_form(t, form_fields(t, "a", more={"success_action_status": "404"})), 204)
    t.expect.status(post_form(t, form_fields(t, "b", more={"success_action_status": "200"})), 200)

    t.expect.body(t.look("GetObject", Key="a"), b"abcdef")


@check("post-object", proved_by=["form-tags-lost"], only=RAW, verified=RECORDED)
def tags_come_as_a_document(t: Trial) -> None:
    """The field `tagging` has a Tagging document: its tags are the object's."""
    t.expect.success(post_form(t, form_fields(t, "tagged", more={"tagging": TAGS})), 204)

    got = t.look("GetObjectTagging", Key="tagged")
    pairs = [["TagName", "TagValue"], ["TagName2", "TagValue2"]]
    t.expect.means(got, "TagSet[].[Key, Value]", pairs)


@check("post-object", proved_by=["form-tags-unchecked"], only=RAW, verified=RECORDED)
def tags_that_are_no_document_are_refused(t: Trial) -> None:
    """The field `tagging` with something else than XML: 400 MalformedXML, nothing is written."""
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "tagged", more={"tagging": "not-xml"}))

    t.expect.error(got, 400, "MalformedXML")
    t.expect.status(t.look("HeadObject", Key="tagged"), 404)


@check("post-object", proved_by=["form-class-lost"], only=RAW, verified=RECORDED)
def storage_class_comes_as_a_field(t: Trial) -> None:
    """The field x-amz-storage-class is the object's class; one that S3 does not know: 400."""
    kept = form_fields(t, "kept", more={"x-amz-storage-class": "STANDARD_IA"})
    t.expect.success(post_form(t, kept), 204)
    fake = post_form(t, form_fields(t, "fake", more={"x-amz-storage-class": "FakeClass"}))

    t.expect.error(fake, 400, "InvalidStorageClass", StorageClassRequested="FakeClass")
    t.expect.status(t.look("HeadObject", Key="fake"), 404)
    t.expect.header(t.look("HeadObject", Key="kept"), "x-amz-storage-class", "STANDARD_IA")


@check("post-object", proved_by=["form-of-text-refused"], only=RAW, verified=RECORDED)
def file_may_be_a_plain_field(t: Trial) -> None:
    """A file without a name is stored; `${filename}` in the key stays as it is."""
    got = post_form(t, form_fields(t, "of-${filename}"), b"as text", file_name=None)

    t.expect.success(got, 204)
    t.expect.body(t.look("GetObject", Key="of-${filename}"), b"as text")


@check("post-object", proved_by=["default-checksum-missing"], only=RAW, verified=RECORDED)
def file_of_a_form_has_a_checksum(t: Trial) -> None:
    """An object that came by a form has a CRC64NVME, like any other."""
    t.expect.success(post_form(t, form_fields(t, "posted")), 204)

    got = t.look("HeadObject", Key="posted", ChecksumMode="ENABLED")

    t.expect.header(got, "x-amz-checksum-crc64nvme", "Pact6XRTYyA=")


@check("post-object", proved_by=["form-file-reaches-the-end"], only=RAW, spec=FORM)
def what_follows_the_file_is_ignored(t: Trial) -> None:
    """Fields after the file are neither part of it nor looked at."""
    end = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="submit"\r\n\r\nUpload\r\n'

    got = post_form(t, form_fields(t, "posted"), end=end)

    t.expect.success(got, 204)
    t.expect.body(t.look("GetObject", Key="posted"), b"abcdef")


@check("post-object", proved_by=["form-without-a-file-taken"], only=RAW, spec=ERRORS)
def form_has_a_file(t: Trial) -> None:
    """A form without a file: 400, and nothing is written.

    S3 gives another code than its reference, as those who met it show: rowanwins/vue-dropzone#303,
    react-native-image-picker#97, boto/boto3#934.
    """
    expect_forms_taken(t)
    got = post_form(t, form_fields(t, "nothing"), None)

    t.expect.error(got, 400, ("InvalidArgument", "IncorrectNumberOfFilesInPostRequest"))
    t.expect.status(t.look("HeadObject", Key="nothing"), 404)


@check("post-object", proved_by=["form-without-a-key-taken"], only=RAW, spec=ERRORS)
def form_has_a_key(t: Trial) -> None:
    """A form without the field `key`: 400 InvalidArgument that names it."""
    expect_forms_taken(t)
    fields = form_fields(t, "nothing")
    del fields["key"]

    t.expect.error(post_form(t, fields), 400, "InvalidArgument", ArgumentName="key")


@check("post-object", proved_by=["forms-refused"], only=RAW, spec=FORM)
def field_names_have_no_case(t: Trial) -> None:
    """Names of fields are compared without case: `Key`, `X-Amz-Credential`, `Policy`."""
    fields = {name.title(): value for name, value in form_fields(t, "posted").items()}

    t.expect.success(post_form(t, fields), 204)

    t.expect.body(t.look("GetObject", Key="posted"), b"abcdef")


@check("post-object", proved_by=["form-bucket-made-up"], only=RAW, spec=ERRORS)
def form_for_a_missing_bucket(t: Trial) -> None:
    """A form that is sent to a bucket that does not exist: 404 NoSuchBucket."""
    expect_forms_taken(t)
    name = t.bucket_name()

    got = post_form(t, form_fields(t, "posted"), bucket=name)

    t.expect.error(got, 404, "NoSuchBucket", BucketName=name)


@check("post-object", proved_by=["form-file-name-in-keys-only"], only=RAW, spec=FORM)
def file_name_stands_for_itself_in_every_field(t: Trial) -> None:
    """`${filename}` in a metadata field and in the redirect stands for the name of the file."""
    to = "http://localhost.test/"
    conditions = (
        ["starts-with", "$x-amz-meta-name", "of "],
        ["starts-with", "$success_action_redirect", to],
    )
    more = {"x-amz-meta-name": "of ${filename}", "success_action_redirect": to + "${filename}"}

    fields = form_fields(t, "posted", *conditions, free=tuple(more), more=more)
    got = post_form(t, fields, file_name="photo.jpg")

    t.expect.status(got, 303)
    t.expect.header(got, "Location", re.compile(rf"{re.escape(to)}photo\.jpg\?.*"))
    t.expect.header(t.look("HeadObject", Key="posted"), "x-amz-meta-name", "of photo.jpg")


@check("post-object", proved_by=["form-checksum-unverified"], only=RAW, spec=FORM)
def checksum_of_a_form_is_compared(t: Trial) -> None:
    """The field x-amz-checksum-sha256: of the file's bytes it is kept, of others it is 400."""
    right, wrong = (
        base64.b64encode(hashlib.sha256(data).digest()).decode() for data in (b"abcdef", b"other")
    )
    field = "x-amz-checksum-sha256"

    t.expect.success(post_form(t, form_fields(t, "right", more={field: right})), 204)
    refused = post_form(t, form_fields(t, "wrong", more={field: wrong}))

    t.expect.status(refused, 400)  # its code for a form is not published
    t.expect.wording.error(refused, 400, "BadDigest")
    t.expect.status(t.look("HeadObject", Key="wrong"), 404)
    t.expect.header(t.look("HeadObject", Key="right", ChecksumMode="ENABLED"), field, right)


@check("post-object", proved_by=["form-of-any-access-key"], only=RAW, spec=ERRORS)
def form_of_an_unknown_access_key_is_refused(t: Trial) -> None:
    """A form that is signed with an access key nobody has: 403 InvalidAccessKeyId."""
    expect_forms_taken(t)
    nobody = Credentials("AKIANOBODYHASTHISKEY", "a secret of nobody")

    got = post_form(t, form_fields(t, "posted", credentials=nobody))

    t.expect.error(got, 403, "InvalidAccessKeyId")
    t.expect.status(t.look("HeadObject", Key="posted"), 404)
