"""Checks of presigned URLs that are malformed: lifetimes that are none, another algorithm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conformance.trial import Trial, check

RAW = ("raw",)
AUTH = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"
LIFETIME = "X-Amz-Expires=300"


def _query(t: Trial, path: str) -> str:
    """The query of a URL that is good for 300 seconds."""
    target = t.signed("GET", path, sign="query", expires=300).split(b" ")[1].decode()
    return target.partition("?")[2]


@check("presigned", proved_by=["lifetime-of-any-kind"], only=RAW, spec=AUTH)
def lifetime_is_a_number_of_seconds(t: Trial) -> None:
    """X-Amz-Expires that is negative or no number: 400 AuthorizationQueryParametersError."""
    t.given.object("key", b"x")
    path = f"/{t.bucket}/{t.key('key')}"
    query = _query(t, path)

    t.expect.status(t.raw("GET", path, query=query, sign="none"), 200)
    for value in ("-1", "soon", "604801"):
        changed = query.replace(LIFETIME, f"X-Amz-Expires={value}")
        got = t.raw("GET", path, query=changed, sign="none")
        t.expect.error(got, 400, "AuthorizationQueryParametersError")


@check("presigned", proved_by=["lifetime-of-any-kind"], only=RAW, spec=AUTH, level="should")
def algorithm_is_that_of_version_4(t: Trial) -> None:
    """X-Amz-Algorithm other than AWS4-HMAC-SHA256: 400 AuthorizationQueryParametersError."""
    t.given.object("key", b"x")
    path = f"/{t.bucket}/{t.key('key')}"
    query = _query(t, path)

    changed = query.replace("AWS4-HMAC-SHA256", "AWS4-SHA256")
    got = t.raw("GET", path, query=changed, sign="none")

    t.expect.true(changed != query, "the algorithm in the URL was changed")
    t.expect.error(got, 400, "AuthorizationQueryParametersError")


@check("presigned", proved_by=["lifetime-of-any-kind"], only=RAW, spec=AUTH, level="should")
def no_parameter_of_a_presigned_url_may_be_missing(t: Trial) -> None:
    """Without credential, lifetime, signed headers or signature: 400, and none opens the object."""
    t.given.object("key", b"x")
    path = f"/{t.bucket}/{t.key('key')}"
    parts = _query(t, path).split("&")

    for name in ("X-Amz-Credential", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"):
        query = "&".join(part for part in parts if not part.startswith(f"{name}="))
        got = t.raw("GET", path, query=query, sign="none")
        t.expect.error(got, 400, "AuthorizationQueryParametersError")


@check("presigned", proved_by=["expiry-ignored"], only=RAW, spec=AUTH)
def lifetime_of_no_seconds_opens_nothing(t: Trial) -> None:
    """A URL that a minute ago was signed for zero seconds: 400 or 403; for an hour, it opens."""
    t.given.object("key", b"x")
    path, at = f"/{t.bucket}/{t.key('key')}", datetime.now(UTC) - timedelta(minutes=1)

    t.expect.body(t.raw("GET", path, sign="query", expires=3600, at=at), b"x")
    t.expect.error(t.raw("GET", path, sign="query", expires=0, at=at), (400, 403), None)


@check("presigned", proved_by=["uploads-never-expire"], only=RAW, spec=AUTH)
def expired_upload_writes_nothing(t: Trial) -> None:
    """Presigned PUT and DELETE after their time: 403; what a PUT in time stored stays."""
    path, past = f"/{t.bucket}/{t.key('key')}", datetime.now(UTC) - timedelta(minutes=5)
    t.expect.status(t.raw("PUT", path, body=b"x", sign="query", expires=3600, at=past), 200)

    for method in ("PUT", "DELETE"):
        body = b"late" if method == "PUT" else b""
        got = t.raw(method, path, body=body, sign="query", expires=60, at=past)
        t.expect.error(got, 403, "AccessDenied")
    t.expect.body(t.look("GetObject", Key="key"), b"x")
