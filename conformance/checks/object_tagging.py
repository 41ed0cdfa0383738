"""Checks of an object's tags: as a sub-resource, as a header of a PUT, and what is refused."""

from __future__ import annotations

import base64
import hashlib

from conformance.trial import Trial, check

LIMITS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"
HEADER_FORM = (
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
    "without tag name duplicates."
)


@check("object-tagging", proved_by=["tags-lost"], verified="aws-recorded 2026-02")
def tags_are_kept(t: Trial) -> None:
    """The tags put on an object are the tags it has; a value may be empty."""
    t.given.object("tagged", b"x")
    tags = [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}]

    t.expect.ok(t.call("PutObjectTagging", Key="tagged", Tagging={"TagSet": tags}))

    t.expect.means(t.given.call("GetObjectTagging", Key="tagged"), "TagSet", tags)


@check("object-tagging", proved_by=["tags-unlisted"], verified="aws-recorded 2026-02")
def tags_can_be_read(t: Trial) -> None:
    """GetObjectTagging answers the tags of the object."""
    t.given.object("tagged", b"x", Tagging="colour=green")

    got = t.call("GetObjectTagging", Key="tagged")

    t.expect.member(got, "TagSet", [{"Key": "colour", "Value": "green"}])


@check("object-tagging", proved_by=["tags-merged"], verified="aws-recorded 2026-02")
def second_tagging_replaces_the_first(t: Trial) -> None:
    """PutObjectTagging replaces the whole set of tags."""
    t.given.object("tagged", b"x", Tagging="old=one")

    t.expect.ok(
        t.call(
            "PutObjectTagging", Key="tagged", Tagging={"TagSet": [{"Key": "new", "Value": "two"}]}
        )
    )

    t.expect.member(
        t.given.call("GetObjectTagging", Key="tagged"), "TagSet", [{"Key": "new", "Value": "two"}]
    )


@check("object-tagging", proved_by=["untagging-does-nothing"], verified="aws-recorded 2026-02")
def tags_can_be_removed(t: Trial) -> None:
    """DeleteObjectTagging answers 204 and leaves no tag."""
    t.given.object("tagged", b"x", Tagging="colour=green")
    t.expect.means(t.look("GetObjectTagging", Key="tagged"), "TagSet[].Key", ["colour"])

    t.expect.status(t.call("DeleteObjectTagging", Key="tagged"), 204)

    t.expect.means(t.given.call("GetObjectTagging", Key="tagged"), "TagSet", [])


@check("object-tagging", proved_by=["tagging-header-ignored"], verified="aws-recorded 2026-02")
def tags_can_come_with_the_object(t: Trial) -> None:
    """The `x-amz-tagging` header of a PUT tags the object."""
    t.expect.ok(t.call("PutObject", Key="tagged", Body=b"x", Tagging="tag1=tag1&tag2=tag2&tag="))

    got = t.given.call("GetObjectTagging", Key="tagged")
    t.expect.member(
        got, "sort(TagSet[].join('=', [Key, Value]))", ["tag1=tag1", "tag2=tag2", "tag="]
    )


@check("object-tagging", proved_by=["tag-count-missing"], verified="aws-recorded 2026-02")
def tags_are_counted_in_a_header(t: Trial) -> None:
    """A tagged object is answered with `x-amz-tagging-count`."""
    t.given.object("tagged", b"x", Tagging="a=1&b=2&c=3")

    t.expect.header(t.call("HeadObject", Key="tagged"), "x-amz-tagging-count", "3")


@check("object-tagging", proved_by=["tags-survive-overwrite"], verified="aws-recorded 2026-02")
def overwriting_drops_the_tags(t: Trial) -> None:
    """A PUT that replaces the object leaves none of the old tags."""
    t.given.object("tagged", b"x", Tagging="tag1=val1")
    t.expect.means(t.look("GetObjectTagging", Key="tagged"), "TagSet[].Key", ["tag1"])

    t.expect.ok(t.call("PutObject", Key="tagged", Body=b"y"))

    t.expect.means(t.given.call("GetObjectTagging", Key="tagged"), "TagSet", [])


@check(
    "object-tagging",
    proved_by=["tagging-header-duplicates-accepted"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def duplicate_tag_in_the_header_is_refused(t: Trial) -> None:
    """The same tag twice in `x-amz-tagging`: 400 InvalidArgument."""
    got = t.call("PutObject", Key="tagged", Body=b"x", Tagging="key1=val1&key1=val2")

    t.expect.error(
        got,
        400,
        "InvalidArgument",
        ArgumentName="x-amz-tagging",
        ArgumentValue="key1=val1&key1=val2",
    )
    t.expect.message(got, HEADER_FORM)


@check(
    "object-tagging",
    proved_by=["tag-duplicates-accepted"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def duplicate_tag_is_refused(t: Trial) -> None:
    """The same tag twice in PutObjectTagging: 400 InvalidTag, naming the tag."""
    t.given.object("tagged", b"x")

    got = t.call(
        "PutObjectTagging",
        Key="tagged",
        Tagging={"TagSet": [{"Key": "Key1", "Value": "Val1"}, {"Key": "Key1", "Value": "Val2"}]},
    )

    t.expect.error(got, 400, "InvalidTag", TagKey="Key1")
    t.expect.message(got, "Cannot provide multiple Tags with the same key")


@check(
    "object-tagging",
    proved_by=["tag-characters-unchecked"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def comma_in_a_tag_is_refused(t: Trial) -> None:
    """A tag with a comma in its key: 400 InvalidTag, naming the tag."""
    t.given.object("tagged", b"x")

    got = t.call(
        "PutObjectTagging",
        Key="tagged",
        Tagging={"TagSet": [{"Key": "Key1,Key2", "Value": "Val1"}]},
    )

    t.expect.error(got, 400, "InvalidTag", TagKey="Key1,Key2")


@check(
    "object-tagging",
    proved_by=["tag-prefix-unchecked"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def tag_of_amazons_own_is_refused(t: Trial) -> None:
    """A tag that begins with `aws:`: 400 InvalidTag."""
    t.given.object("tagged", b"x")

    got = t.call(
        "PutObjectTagging",
        Key="tagged",
        Tagging={"TagSet": [{"Key": "aws:prefixed", "Value": "Val1"}]},
    )

    t.expect.error(got, 400, "InvalidTag", TagKey="aws:prefixed")


@check(
    "object-tagging",
    proved_by=["tag-count-unchecked"],
    spec=LIMITS,
    only=("aws-s3api", "boto3", "raw"),
)
def eleventh_tag_is_refused(t: Trial) -> None:
    """More than ten tags on an object: 400 BadRequest."""
    t.given.object("tagged", b"x")
    eleven = [{"Key": f"key{number}", "Value": "x"} for number in range(11)]

    got = t.call("PutObjectTagging", Key="tagged", Tagging={"TagSet": eleven})

    t.expect.error(got, 400, "BadRequest")


@check(
    "object-tagging",
    proved_by=["tag-without-key-accepted"],
    verified="aws-recorded 2026-02",
    only=("raw",),
)
def tag_without_a_key_is_malformed(t: Trial) -> None:
    """A tag that has no Key: 400 MalformedXML."""
    t.given.object("tagged", b"x")
    body = b"<Tagging><TagSet><Tag><Value>Val1</Value></Tag></TagSet></Tagging>"
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('tagged')}",
        query="tagging",
        body=body,
        headers={"Content-MD5": md5},
    )

    t.expect.error(got, 400, "MalformedXML")


@check(
    "object-tagging",
    proved_by=["tagging-missing-key-ok"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def missing_object_has_no_tags(t: Trial) -> None:
    """GetObjectTagging of a key that is not there: 404 NoSuchKey."""
    t.given.object("key", b"x")
    t.expect.ok(t.look("GetObjectTagging", Key="key"))  # of one that is there they are told

    t.expect.error(t.call("GetObjectTagging", Key="fake-key"), 404, "NoSuchKey")


@check(
    "object-tagging",
    proved_by=["tags-never-empty"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def untagged_object_has_an_empty_set(t: Trial) -> None:
    """An object without tags answers 200 and an empty set, not an error."""
    t.given.object("plain", b"x")

    got = t.call("GetObjectTagging", Key="plain")

    t.expect.status(got, 200)
    t.expect.means(got, "TagSet", [])


@check(
    "object-tagging",
    proved_by=["tags-on-a-marker-are-404"],
    only=("aws-s3api", "boto3", "raw"),
    verified="aws-recorded 2026-02",
)
def delete_marker_takes_no_tags(t: Trial) -> None:
    """PutObjectTagging on a delete marker: 405 MethodNotAllowed, ResourceType DeleteMarker."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket)
    t.given.call("DeleteObject", Bucket=bucket, Key="key")

    tags = {"TagSet": [{"Key": "tag1", "Value": "tag1"}]}
    got = t.call("PutObjectTagging", Bucket=bucket, Key="key", Tagging=tags)

    t.expect.error(got, 405, "MethodNotAllowed", Method="PUT", ResourceType="DeleteMarker")


@check(
    "object-tagging",
    proved_by=["tagging-set-required"],
    verified="aws-recorded 2026-02",
    only=("raw",),
)
def document_without_a_set_takes_the_tags_away(t: Trial) -> None:
    """<Tagging/> without a TagSet is taken, as a set without tags."""
    t.given.object("tagged", b"x", Tagging="key=value")
    t.expect.means(t.look("GetObjectTagging", Key="tagged"), "TagSet[].Key", ["key"])
    body = b'<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('tagged')}",
        query="tagging",
        body=body,
        headers={"Content-MD5": md5},
    )

    t.expect.status(got, 200)
    t.expect.means(t.look("GetObjectTagging", Key="tagged"), "TagSet", [])
