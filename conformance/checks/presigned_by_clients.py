"""Checks of presigned URLs that clients make: `aws s3 presign`, boto3, `s3cmd signurl`.

The client makes the URL and sends nothing; somebody else opens it, who has nothing but the URL.
"""

from __future__ import annotations

import time

from conformance.trial import Trial, check

MAKERS = ("aws-s3", "boto3")
USING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"
VERSION_2 = "https://docs.aws.amazon.com/AmazonS3/latest/API/Appendix-Sigv2.html"
CONTENT = b"for whoever has the URL"


@check("presigned", proved_by=["presigned-get-refused"], only=MAKERS, spec=USING)
def url_of_a_client_opens_the_object(t: Trial) -> None:
    """A URL that the client presigned answers the object to whoever has it."""
    t.given.object("shared", CONTENT)

    got = t.open(t.presign("GetObject", Key="shared"))

    t.expect.status(got, 200)
    t.expect.body(got, CONTENT)


@check("presigned", proved_by=["presigned-get-refused"], only=MAKERS, spec=USING)
def url_of_a_client_names_any_key(t: Trial) -> None:
    """A URL for a key with spaces, `+`, `&`, `%` and letters outside ASCII opens that key."""
    name = "größe & maß + 100%/日本.txt"
    t.given.object(name, CONTENT)

    got = t.open(t.presign("GetObject", Key=name))

    t.expect.status(got, 200)
    t.expect.body(got, CONTENT)


@check("presigned", proved_by=["signature-unverified"], only=MAKERS, spec=USING)
def url_of_a_client_opens_no_other_key(t: Trial) -> None:
    """A URL for one key, with another key put in: 403 SignatureDoesNotMatch."""
    t.given.object("shared", CONTENT)
    t.given.object("secret", b"for nobody")

    url = t.presign("GetObject", Key="shared").replace("/shared?", "/secret?")

    t.expect.true("/secret?" in url, "the key in the URL was changed")
    t.expect.error(t.open(url), 403, "SignatureDoesNotMatch")


@check("presigned", proved_by=["expiry-ignored"], only=MAKERS, spec=USING)
def url_of_a_client_expires(t: Trial) -> None:
    """A URL that was made for one second is refused after two: 403 AccessDenied."""
    t.given.object("shared", CONTENT)

    url = t.presign("GetObject", Key="shared", expires=1)
    time.sleep(2.5)  # its time is told in whole seconds

    t.expect.error(t.open(url), 403, "AccessDenied")


@check("presigned", proved_by=["presigned-put-refused"], only=("boto3",), spec=USING)
def url_of_a_client_takes_an_upload(t: Trial) -> None:
    """A URL presigned for PutObject takes the object from whoever has it."""
    url = t.presign("PutObject", Key="dropped")

    t.expect.status(t.open(url, method="PUT", body=CONTENT), 200)

    t.expect.body(t.given.call("GetObject", Key="dropped"), CONTENT)


@check(
    "presigned",
    proved_by=["presigned-get-refused"],
    only=("s3cmd",),
    level="may",
    verified="observed",
    spec=VERSION_2,
)
def url_of_signature_version_2_opens_the_object(t: Trial) -> None:
    """A URL of `s3cmd signurl` opens the object.

    It is signed with version 2, which S3 takes for buckets from before June 2020 only; other
    endpoints take it, or do not. It is reported and not scored.
    """
    t.given.object("shared", CONTENT)

    got = t.open(t.presign("GetObject", Key="shared"))

    t.expect.status(got, 200)
    t.expect.body(got, CONTENT)
