"""Checks of tags that a bucket is made with, and of tags that lack a part."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_requests import put_document
from conformance.trial import Answer, Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
TAGS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"


def _made(t: Trial, name: str, *pairs: tuple[str, str]) -> Answer:
    """CreateBucket with these tags."""
    located: dict[str, Any] = t.located({"Bucket": name})
    tags = [{"Key": key, "Value": value} for key, value in pairs]
    configuration = {**located.get("CreateBucketConfiguration", {}), "Tags": tags}
    return t.call("CreateBucket", Bucket=name, CreateBucketConfiguration=configuration)


@check("bucket-tagging", proved_by=["tags-at-creation-ignored"], only=SDK, verified=RECORDED)
def bucket_may_be_made_with_tags(t: Trial) -> None:
    """The Tags of CreateBucketConfiguration are the new bucket's."""
    name = t.bucket_name()

    t.expect.ok(_made(t, name, ("tag1", "value1"), ("tag2", "")))

    got = t.look("GetBucketTagging", Bucket=name)
    t.expect.means(got, "TagSet[].[Key, Value]", [["tag1", "value1"], ["tag2", ""]])


@check("bucket-tagging", proved_by=["tags-at-creation-unchecked"], only=SDK, verified=RECORDED)
def refused_tags_make_no_bucket(t: Trial) -> None:
    """CreateBucket with a tag that S3 refuses: 400 InvalidTag, and there is no bucket."""
    for pair in (("aws:test", "value"), ("a,b", "value"), ("a", "b,c")):
        name = t.bucket_name()
        t.expect.error(_made(t, name, pair), 400, "InvalidTag")
        t.expect.status(t.look("HeadBucket", Bucket=name), 404)


@check("bucket-tagging", proved_by=["tags-of-a-second-creation"], only=SDK, verified=RECORDED)
def creating_it_again_with_tags_is_a_conflict(t: Trial) -> None:
    """A bucket created again with tags, the same or others: 409, and its tags stay."""
    name = t.bucket_name()
    t.expect.ok(_made(t, name, ("tag1", "value1")))

    for pair in (("tag2", "value2"), ("tag1", "value1")):
        t.expect.error(_made(t, name, pair), 409, "BucketAlreadyOwnedByYou")

    got = t.look("GetBucketTagging", Bucket=name)
    t.expect.means(got, "TagSet[].[Key, Value]", [["tag1", "value1"]])


@check("bucket-tagging", proved_by=["bucket-tags-half"], only=RAW, verified=RECORDED)
def tag_of_a_bucket_is_key_and_value(t: Trial) -> None:
    """A tag of a bucket without its Key, or without its Value: 400 MalformedXML."""
    bucket = t.given.bucket()

    for tag in ("", "<Key>key1</Key>"):
        tags = f"<Tagging><TagSet><Tag>{tag}</Tag></TagSet></Tagging>"
        got = put_document(t, f"/{bucket}", "tagging", tags)
        t.expect.error(got, 400, "MalformedXML")
    t.expect.status(t.look("GetBucketTagging", Bucket=bucket), 404)


@check("object-tagging", proved_by=["tag-values-of-any-character"], only=SDK, spec=TAGS)
def characters_of_a_tags_value_are_limited(t: Trial) -> None:
    """A tag's value with `%`, `!` or an emoji: 400 InvalidTag; the object has no tags."""
    t.given.object("tagged", b"x")

    for value in ("100%", "wow!", "\N{GRINNING FACE}"):
        tags = {"TagSet": [{"Key": "key", "Value": value}]}
        got = t.call("PutObjectTagging", Key="tagged", Tagging=tags)
        t.expect.error(got, 400, "InvalidTag")
    t.expect.member(t.look("GetObjectTagging", Key="tagged"), "TagSet", [])


@check("object-tagging", proved_by=["header-tags-want-a-value"], only=RAW, verified=RECORDED)
def tag_of_a_header_needs_no_value(t: Trial) -> None:
    """x-amz-tagging `a&b` is two tags with empty values; `&&` between them means nothing."""
    path = f"/{t.bucket}/{t.key('tagged')}"

    got = t.raw("PUT", path, headers={"x-amz-tagging": "key1&&&key2"}, body=b"x")

    t.expect.status(got, 200)
    tags = t.look("GetObjectTagging", Key="tagged")
    t.expect.means(tags, "TagSet[].[Key, Value]", [["key1", ""], ["key2", ""]])


@check("object-tagging", proved_by=["header-tags-unchecked"], only=RAW, verified=RECORDED)
def tags_of_a_header_are_not_parted_by_commas(t: Trial) -> None:
    """x-amz-tagging `a=b,c=d`: 400 InvalidArgument, and nothing is written."""
    path = f"/{t.bucket}/{t.key('tagged')}"

    got = t.raw("PUT", path, headers={"x-amz-tagging": "key1=val1,key2=val2"}, body=b"x")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-tagging")
    t.expect.status(t.look("HeadObject", Key="tagged"), 404)
