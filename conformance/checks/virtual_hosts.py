"""Checks of buckets that are named by the host of a request, and not in its path.

The connection goes to the endpoint; only the Host header names the bucket, so no DNS is needed.
An endpoint that does not look at the host takes the first segment of the path for the bucket. So
every key here begins with the name of a bucket of this run: no other one is asked for.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import quote, urlsplit

from conformance.trial import Answer, NotTriedError, Trial, check

RAW = ("raw",)


def _domain(t: Trial) -> str:
    """What a bucket's name is put before, with the port; an address on loopback is `localhost`."""
    parts = urlsplit(t.endpoint.url)
    host = parts.hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return t.endpoint.host
    if not address.is_loopback:
        raise NotTriedError(
            f"{host} is an IP address: no <bucket>.{host} exists; give a name in --endpoint"
        )
    return f"localhost:{parts.port}" if parts.port else "localhost"


def _host(t: Trial, bucket: str) -> dict[str, str]:
    """The Host header of a bucket, where the endpoint knows such hosts at all.

    One given by its address need not: where its buckets are not found by name, or any name does,
    it is not tried.
    """
    domain = _domain(t)
    host = {"Host": f"{bucket}.{domain}"}
    if domain != t.endpoint.host:
        found = t.raw("HEAD", "/", headers=host)
        if not found.good:
            raise NotTriedError(
                f"the endpoint was given as an IP address, and does not serve the host "
                f"{host['Host']}; give its name in --endpoint"
            )
        nobody = f"{t.bucket_name()}.{domain}"
        if t.raw("HEAD", "/", headers={"Host": nobody}).good:
            raise NotTriedError(
                "the endpoint was given as an IP address, and does not look at the host of a "
                f"request (it answers {nobody}, whose bucket was never made, like any other); give "
                "its name in --endpoint"
            )
    return host


def _key(t: Trial, name: str, bucket: str = "") -> str:
    """A key of the bucket (the shared one, where none is named) that begins with its name."""
    return f"{bucket}/{name}" if bucket else f"{t.bucket}/{t.key(name)}"


def _given(t: Trial, name: str, body: bytes, bucket: str = "") -> None:
    """An object at such a key."""
    t.given.object(_key(t, name, bucket), body, Bucket=bucket or t.bucket)


def _look(t: Trial, name: str) -> Answer:
    """What is at such a key of the shared bucket, asked for by its path."""
    return t.look("GetObject", Bucket=t.bucket, Key=_key(t, name))


def _path(t: Trial, name: str, bucket: str = "") -> str:
    return f"/{_key(t, name, bucket)}"


def _is(t: Trial, got: Answer, body: bytes) -> None:
    t.expect.status(got, 200)
    t.expect.body(got, body)


@check("virtual-hosted", proved_by=["virtual-host-is-read-only"], only=RAW)
def object_is_written_at_the_buckets_host(t: Trial) -> None:
    """PUT, GET and DELETE at the bucket's host are of the object that the path-style has, too."""
    host = _host(t, t.bucket)

    t.expect.status(t.raw("PUT", _path(t, "key"), headers=host, body=b"x"), 200)

    t.expect.body(_look(t, "key"), b"x")
    _is(t, t.raw("GET", _path(t, "key"), headers=host), b"x")
    t.expect.status(t.raw("DELETE", _path(t, "key"), headers=host), 204)
    t.expect.error(_look(t, "key"), 404, "NoSuchKey")


@check("virtual-hosted", proved_by=["virtual-host-strips-the-bucket"], only=RAW)
def key_may_begin_like_the_bucket(t: Trial) -> None:
    """A key that is the bucket's name, or begins with it and a slash, stays as it is."""
    bucket = t.given.bucket()
    host = _host(t, bucket)

    for key in (bucket, f"{bucket}/inner"):
        t.expect.status(t.raw("PUT", f"/{key}", headers=host, body=key.encode()), 200)

    listed = t.look("ListObjectsV2", Bucket=bucket)
    t.expect.member(listed, "Contents[].Key", [bucket, f"{bucket}/inner"])


@check("virtual-hosted", proved_by=["virtual-host-merges-slashes"], only=RAW)
def slashes_of_the_path_are_the_keys(t: Trial) -> None:
    """At the bucket's host `//a` is the key `/a`, and `/a//b` the key `a//b`."""
    bucket = t.given.bucket()
    host = _host(t, bucket)

    keys = [f"/{bucket}/a", f"{bucket}//b"]

    for key in keys:
        t.expect.status(t.raw("PUT", f"/{key}", headers=host, body=b"x"), 200)

    t.expect.member(t.look("ListObjectsV2", Bucket=bucket), "Contents[].Key", keys)


@check("virtual-hosted", proved_by=["virtual-host-root-is-all-buckets"], only=RAW)
def root_of_the_host_is_the_bucket(t: Trial) -> None:
    """GET / at the bucket's host lists its objects, and with a sub-resource answers that."""
    stored = t.given.object("key", b"x")
    host = _host(t, t.bucket)

    prefix = quote(stored.key, safe="")  # the bucket of all checks may hold more than a page
    listed = t.raw("GET", "/", query=f"list-type=2&prefix={prefix}", headers=host)
    versioning = t.raw("GET", "/", query="versioning", headers=host)

    t.expect.status(listed, 200)
    for words in (f"<Name>{t.bucket}</Name>", f"<Key>{stored.key}</Key>"):
        t.expect.true(words.encode() in listed.wire_body, f"the answer has {words}", of=listed)
    t.expect.status(versioning, 200)
    t.expect.true(b"VersioningConfiguration" in versioning.wire_body, "its versioning")


@check("virtual-hosted", proved_by=["virtual-host-of-no-bucket-is-a-key"], only=RAW)
def host_of_no_bucket_is_no_such_bucket(t: Trial) -> None:
    """A host whose bucket was never made: 404 NoSuchBucket naming it."""
    known = _host(t, t.bucket)["Host"]
    missing = t.bucket_name()

    host = {"Host": f"{missing}.{known.partition('.')[2]}"}
    got = t.raw("GET", _path(t, "key"), headers=host)

    t.expect.error(got, 404, "NoSuchBucket", BucketName=missing)


@check("virtual-hosted", proved_by=["virtual-host-has-case"], only=RAW)
def host_has_no_case(t: Trial) -> None:
    """A host is a name of DNS: written in capitals it is the same bucket."""
    _given(t, "key", b"x")
    host = _host(t, t.bucket)["Host"]

    got = t.raw("GET", _path(t, "key"), headers={"Host": host.upper()}, sign="header")

    _is(t, got, b"x")


@check("virtual-hosted", proved_by=["signature-unverified"], only=RAW)
def host_is_part_of_the_signature(t: Trial) -> None:
    """A request that was signed for one bucket's host and is sent to another's: 403."""
    mine, theirs = t.given.bucket(), t.given.bucket()
    _given(t, "key", b"theirs", theirs)
    host, path = _host(t, mine), _path(t, "key", theirs)
    control = t.raw("GET", path, headers=_host(t, theirs))
    t.expect.body(control, b"theirs")

    got = t.raw("GET", path, headers=host, after=_host(t, theirs))

    t.expect.error(got, 403, "SignatureDoesNotMatch")


@check("virtual-hosted", proved_by=["virtual-host-is-one-label"], only=RAW)
def bucket_with_dots_has_a_host(t: Trial) -> None:
    """A bucket whose name has dots is all that stands before the endpoint's own name."""
    if t.endpoint.secure:
        raise NotTriedError(
            "no wildcard certificate covers a bucket with dots in its name; needs plain http"
        )
    bucket = t.bucket_name(".dotted")
    t.given.call("CreateBucket", **t.located({"Bucket": bucket}))
    _given(t, "key", b"x", bucket)

    _is(t, t.raw("GET", _path(t, "key", bucket), headers=_host(t, bucket)), b"x")


@check("virtual-hosted", proved_by=["virtual-host-not-presigned"], only=RAW)
def presigned_url_may_have_the_buckets_host(t: Trial) -> None:
    """A presigned URL at the bucket's host opens the object, and is good at that host only."""
    _given(t, "key", b"x")
    host = _host(t, t.bucket)

    got = t.raw("GET", _path(t, "key"), headers=host, sign="query")

    _is(t, got, b"x")
    elsewhere = t.raw(
        "GET",
        f"/{t.bucket}{_path(t, 'key')}",
        headers=host,
        sign="query",
        after={"Host": t.endpoint.host},
    )
    t.expect.error(elsewhere, 403, "SignatureDoesNotMatch")


@check("virtual-hosted", proved_by=["virtual-host-makes-no-bucket"], only=RAW)
def bucket_is_made_and_removed_at_its_host(t: Trial) -> None:
    """PUT / at a host makes that bucket, DELETE / removes it."""
    known = _host(t, t.bucket)["Host"]
    bucket = t.bucket_name()
    host = {"Host": f"{bucket}.{known.partition('.')[2]}"}

    t.expect.status(t.raw("PUT", "/", headers=host, body=t.location_document()), 200)

    t.expect.ok(t.look("HeadBucket", Bucket=bucket))
    t.expect.status(t.raw("DELETE", "/", headers=host), 204)
    t.expect.error(t.look("HeadBucket", Bucket=bucket), 404, None)


@check("virtual-hosted", proved_by=["virtual-host-copies-elsewhere"], only=RAW)
def copy_source_names_its_bucket_at_any_host(t: Trial) -> None:
    """At a bucket's host x-amz-copy-source still begins with the source's bucket."""
    t.given.object("from", b"x")
    headers = {**_host(t, t.bucket), "x-amz-copy-source": t.source("from")}

    t.expect.status(t.raw("PUT", _path(t, "to"), headers=headers), 200)

    t.expect.body(_look(t, "to"), b"x")
