"""Checks of how many tags there may be, how long they are, and what may stand in them."""

from __future__ import annotations

from conformance.trial import Trial, check

SDK = ("boto3", "raw")
LIMITS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"
OF_BUCKETS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html"


def _tags(*pairs: tuple[str, str]) -> dict[str, list[dict[str, str]]]:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}


def _kept(t: Trial, *pairs: tuple[str, str]) -> None:
    t.given.object("tagged")
    t.expect.ok(t.call("PutObjectTagging", Key="tagged", Tagging=_tags(*pairs)))
    got = t.look("GetObjectTagging", Key="tagged")
    tags = got.members.get("TagSet") or []
    found = sorted((one.get("Key", ""), one.get("Value", "")) for one in tags)
    t.expect.equal(found, sorted(pairs), "tags", of=got)


def _refused(t: Trial, *pairs: tuple[str, str]) -> None:
    t.given.object("tagged", Tagging="kept=yes")
    got = t.call("PutObjectTagging", Key="tagged", Tagging=_tags(*pairs))
    t.expect.error(got, 400, "InvalidTag")
    there = t.look("GetObjectTagging", Key="tagged")
    t.expect.member(there, "TagSet[].[Key, Value]", [["kept", "yes"]])


@check("object-tagging", proved_by=["tag-key-of-128-refused"], only=SDK, spec=LIMITS)
def longest_tag_is_kept(t: Trial) -> None:
    """A tag's key may have 128 characters, its value 256, of any script."""
    _kept(t, ("k" * 128, "v" * 256), ("ü" * 128, "é" * 256))


@check("object-tagging", proved_by=["tag-key-of-129-accepted"], only=SDK, spec=LIMITS)
def longer_key_of_a_tag_is_refused(t: Trial) -> None:
    """A tag's key of 129 characters: 400 InvalidTag, and the tags stay as they were."""
    _refused(t, ("k" * 129, "v"))


@check("object-tagging", proved_by=["tag-value-of-257-accepted"], only=SDK, spec=LIMITS)
def longer_value_of_a_tag_is_refused(t: Trial) -> None:
    """A tag's value of 257 characters: 400 InvalidTag, and the tags stay as they were."""
    _refused(t, ("k", "v" * 257))


@check("object-tagging", proved_by=["tag-characters-lost"], only=SDK, spec=LIMITS)
def punctuation_of_tags_is_kept(t: Trial) -> None:
    """Blanks and `+ - = . _ : / @` are kept in keys and values; an empty value is a value."""
    _kept(t, ("a b+c-d", "e=f.g_h"), ("i:j/k@l", "m@n/o:p"), ("empty", ""))


@check("object-tagging", proved_by=["tag-case-ignored"], only=SDK, spec=LIMITS)
def keys_of_tags_have_case(t: Trial) -> None:
    """`Key` and `key` are two tags."""
    _kept(t, ("Key", "1"), ("key", "2"))


@check("object-tagging", proved_by=["tag-header-not-decoded"], only=SDK, spec=LIMITS)
def tags_of_a_header_are_url_encoded(t: Trial) -> None:
    """In x-amz-tagging `%3D`, `%26` and `+` stand for `=`, `&` and a blank."""
    t.expect.ok(t.call("PutObject", Key="tagged", Body=b"x", Tagging="a%3Db=c%2Bd&e+f=g%20h"))

    got = t.look("GetObjectTagging", Key="tagged")
    tags = got.members.get("TagSet") or []
    found = sorted((one.get("Key", ""), one.get("Value", "")) for one in tags)
    t.expect.equal(found, [("a=b", "c+d"), ("e f", "g h")], "tags", of=got)


@check("object-tagging", proved_by=["tag-11-in-a-header-accepted"], only=SDK, spec=LIMITS)
def eleven_tags_in_a_header_are_refused(t: Trial) -> None:
    """x-amz-tagging with eleven tags: 400, and nothing is written; with ten it is."""
    ten = "&".join(f"k{number}=v" for number in range(10))

    control = t.call("PutObject", Key="ten", Body=b"x", Tagging=ten)
    got = t.call("PutObject", Key="eleven", Body=b"x", Tagging=f"{ten}&k10=v")

    t.expect.ok(control)
    t.expect.error(got, 400, "BadRequest")
    t.expect.error(t.look("GetObject", Key="eleven"), 404, "NoSuchKey")


@check("object-tagging", proved_by=["tags-of-an-upload-lost"], only=SDK)
def upload_in_parts_has_its_tags(t: Trial) -> None:
    """Tags that CreateMultipartUpload was given are those of the completed object."""
    begun = t.call("CreateMultipartUpload", Key="joined", Tagging="of=parts")
    upload = begun.need("UploadId")
    part = t.given.call("UploadPart", Key="joined", UploadId=upload, PartNumber=1, Body=b"x")
    named = {"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]}
    t.given.call("CompleteMultipartUpload", Key="joined", UploadId=upload, MultipartUpload=named)

    got = t.look("GetObjectTagging", Key="joined")

    t.expect.member(got, "TagSet[].[Key, Value]", [["of", "parts"]])


@check("bucket-tagging", proved_by=["bucket-tags-limited-to-10"], only=SDK, spec=OF_BUCKETS)
def bucket_may_have_fifty_tags(t: Trial) -> None:
    """A bucket keeps fifty tags."""
    bucket = t.given.bucket()
    pairs = [(f"k{number:02}", "v") for number in range(50)]

    t.expect.ok(t.call("PutBucketTagging", Bucket=bucket, Tagging=_tags(*pairs)))

    got = t.look("GetBucketTagging", Bucket=bucket)
    t.expect.member(got, "sort(TagSet[].Key)", [key for key, _ in pairs])


@check("bucket-tagging", proved_by=["bucket-tags-without-limit"], only=SDK, spec=OF_BUCKETS)
def bucket_has_fifty_tags_at_most(t: Trial) -> None:
    """Fifty-one tags on a bucket: 400, and it has none."""
    bucket = t.given.bucket()
    pairs = [(f"k{number}", "v") for number in range(51)]

    got = t.call("PutBucketTagging", Bucket=bucket, Tagging=_tags(*pairs))

    t.expect.error(got, 400, "BadRequest")
    t.expect.error(t.look("GetBucketTagging", Bucket=bucket), 404, "NoSuchTagSet")
